-- The long lists behind a page: a producer's credits, page by page, and the people beside them.

SELECT linernotes.ensure_type('linernotes.track_place', 'AS (
  age INT,
  album_name TEXT,
  album_id UUID,
  disc INT,
  number INT,
  track_id UUID
)');
COMMENT ON TYPE linernotes.track_place IS
  'Where a track stands in a list from the newest release to the oldest; places can be compared.';

CREATE OR REPLACE FUNCTION linernotes.places_of(track_ids UUID[], year INT)
RETURNS SETOF linernotes.track_place
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  -- Those without a date come last. Written out: a call for each of thousands of tracks would take a fifth of the time.
  SELECT CASE WHEN isfinite(album.release_date) THEN DATE '1970-01-01' - album.release_date ELSE 2147483647 END,
    album.name, album.id, coalesce(track.disc_number, 0), coalesce(track.track_number, 0), track.id
  FROM unnest(track_ids) AS wanted (id)
  JOIN public.tracks AS track ON track.id = wanted.id
  JOIN public.albums AS album ON album.id = track.album_id
  WHERE places_of.year IS NULL OR extract(YEAR FROM album.release_date) = places_of.year;
$$;
COMMENT ON FUNCTION linernotes.places_of(UUID[], INT) IS
  'The places of these tracks, of one year where it is given.';

CREATE OR REPLACE FUNCTION linernotes.get_producer_credits(
  producer_id UUID,
  role TEXT,
  year INT,
  artist_id UUID,
  after UUID,
  limit_count INT
)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
SET jit = off -- compiling the query takes longer than running it
SET enable_seqscan = off -- thousands of tracks are looked up sooner than a million are read,
SET max_parallel_workers_per_gather = 0 -- or processes are started for it
AS $$
DECLARE
  most_tracks CONSTANT INT := 2000;
  wanted UUID := linernotes.current_producer(producer_id);
  own_tracks UUID[];
  -- Where the page before ended, also if that track is no longer in the list.
  last_seen linernotes.track_place;
  page UUID[];
  total BIGINT;
  is_last BOOLEAN;
BEGIN
  PERFORM linernotes.check_present('producer_id', producer_id);
  PERFORM linernotes.check_range('limit_count', limit_count, 1, 200);
  IF role IS NOT NULL AND role NOT IN (
    'producer', 'co_producer', 'executive_producer', 'writer', 'composer', 'lyricist', 'arranger', 'remixer'
  ) THEN
    PERFORM linernotes.reject('role', 'is none of ours');
  ELSIF year IS NOT NULL THEN
    PERFORM linernotes.check_range('year', year, 1, 9999);
  END IF;
  IF NOT EXISTS (SELECT FROM public.producers AS producer WHERE producer.id = wanted) THEN
    RETURN NULL;
  END IF;
  IF after IS NOT NULL THEN
    SELECT * INTO last_seen FROM linernotes.places_of(ARRAY[after], NULL);
    IF NOT FOUND THEN
      PERFORM linernotes.reject('after', 'is no track that a page ended with');
    END IF;
  END IF;
  own_tracks := linernotes.credited_tracks(wanted, role, artist_id, most_tracks + 1);

  -- All places are read, for the total; only those of the page and one more are put in order and looked at further.
  WITH work AS MATERIALIZED (
    SELECT place.* FROM linernotes.places_of(own_tracks[:most_tracks], year) AS place
  )
  SELECT (SELECT count(*) FROM work), ARRAY(
    SELECT work.track_id
    FROM work
    WHERE after IS NULL
      OR (work.age, work.album_name, work.album_id, work.disc, work.number, work.track_id)
        > (last_seen.age, last_seen.album_name, last_seen.album_id, last_seen.disc, last_seen.number, last_seen.track_id)
    ORDER BY work.age, work.album_name, work.album_id, work.disc, work.number, work.track_id
    LIMIT limit_count + 1
  )
  INTO total, page;
  is_last := cardinality(page) <= limit_count;
  page := page[:limit_count];

  RETURN jsonb_build_object(
    'producer_id', wanted,
    'total', total,
    'complete', cardinality(own_tracks) <= most_tracks,
    'next', CASE WHEN NOT is_last THEN page[cardinality(page)] END,
    'items', (
      SELECT coalesce(jsonb_agg(
        jsonb_build_object(
          'id', track.id,
          'name', track.name,
          'isrc', track.isrc,
          'duration_ms', track.duration_ms,
          'album', linernotes.album_ref(album),
          'artists', linernotes.album_artist_refs(album.id),
          'roles', stated.roles
        )
        ORDER BY listed.ordinality
      ), '[]')
      FROM unnest(page) WITH ORDINALITY AS listed (id, ordinality)
      JOIN public.tracks AS track USING (id)
      JOIN public.albums AS album ON album.id = track.album_id
      JOIN (
        SELECT combined.track_id, jsonb_agg(
          jsonb_build_object('role', combined.role, 'confidence', combined.confidence, 'sources', combined.sources)
          ORDER BY combined.confidence DESC, combined.role
        ) AS roles
        FROM linernotes.combined_credits(page) AS combined
        WHERE combined.producer_id = wanted
        GROUP BY combined.track_id
      ) AS stated ON stated.track_id = track.id
    )
  );
END;
$$;
COMMENT ON FUNCTION linernotes.get_producer_credits(UUID, TEXT, INT, UUID, UUID, INT) IS
  'What public.get_producer_credits answers; the public key has no grant on the tables themselves.';

CREATE OR REPLACE FUNCTION public.get_producer_credits(
  producer_id UUID,
  role TEXT DEFAULT NULL,
  year INT DEFAULT NULL,
  artist_id UUID DEFAULT NULL,
  after UUID DEFAULT NULL,
  limit_count INT DEFAULT 50
)
RETURNS JSONB
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
  SELECT linernotes.get_producer_credits(producer_id, role, year, artist_id, after, limit_count);
$$;
COMMENT ON FUNCTION public.get_producer_credits(UUID, TEXT, INT, UUID, UUID, INT) IS
  'A page of the tracks that a producer is credited on, newest release first: {producer_id, total (with these filters), complete, next (the id to pass as after for the page that follows, null on the last), items [{id, name, isrc, duration_ms, album, artists, roles [{role, confidence, sources}]}]}. role, year (of the release) and artist_id narrow the list; limit_count is 1 to 200. Where a producer has more than 2,000 tracks in the role and on the albums of the artist that are asked for, 2,000 of them are read, the same on each page, and complete is false: narrowed to an artist the list is whole. An unknown producer gives null. For everybody.';

CREATE OR REPLACE FUNCTION linernotes.get_collaborators(producer_id UUID, limit_count INT)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
SET jit = off -- compiling the query takes longer than running it
SET enable_seqscan = off -- thousands of tracks are looked up sooner than a million are read,
SET max_parallel_workers_per_gather = 0 -- or processes are started for it
AS $$
DECLARE
  -- Each brings everybody else who is credited on it.
  most_tracks CONSTANT INT := 1000;
  wanted UUID := linernotes.current_producer(producer_id);
  own_tracks UUID[];
BEGIN
  PERFORM linernotes.check_present('producer_id', producer_id);
  PERFORM linernotes.check_range('limit_count', limit_count, 1, 200);
  IF NOT EXISTS (SELECT FROM public.producers AS producer WHERE producer.id = wanted) THEN
    RETURN NULL;
  END IF;
  own_tracks := linernotes.credited_tracks(wanted, NULL, NULL, most_tracks + 1);

  RETURN jsonb_build_object(
    'producer_id', wanted,
    'tracks_read', least(cardinality(own_tracks), most_tracks),
    'complete', cardinality(own_tracks) <= most_tracks,
    'items', (
      SELECT coalesce(jsonb_agg(
        jsonb_build_object(
          'id', producer.id,
          'name', producer.name,
          'image_url', producer.image_url,
          'track_count', beside.tracks,
          'roles', beside.roles
        )
        ORDER BY beside.tracks DESC, producer.name, producer.id
      ), '[]')
      FROM (
        SELECT credit.producer_id AS id, count(DISTINCT credit.track_id) AS tracks,
          array_agg(DISTINCT credit.role ORDER BY credit.role) AS roles
        FROM public.track_producers AS credit
        WHERE credit.track_id = ANY (own_tracks[:most_tracks]) AND credit.producer_id <> wanted
        GROUP BY credit.producer_id
        ORDER BY tracks DESC, credit.producer_id
        LIMIT limit_count
      ) AS beside
      JOIN public.producers AS producer USING (id)
    )
  );
END;
$$;
COMMENT ON FUNCTION linernotes.get_collaborators(UUID, INT) IS
  'What public.get_collaborators answers; the public key has no grant on the tables themselves.';

CREATE OR REPLACE FUNCTION public.get_collaborators(producer_id UUID, limit_count INT DEFAULT 50)
RETURNS JSONB
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
  SELECT linernotes.get_collaborators(producer_id, limit_count);
$$;
COMMENT ON FUNCTION public.get_collaborators(UUID, INT) IS
  'Who is credited on the same tracks as a producer, most tracks together first: {producer_id, items [{id, name, image_url, track_count (together), roles (of the other person)}], tracks_read, complete}. Of a producer with more than 1,000 tracks 1,000 are read, and complete is false. limit_count is 1 to 200. An unknown producer gives null. For everybody.';
