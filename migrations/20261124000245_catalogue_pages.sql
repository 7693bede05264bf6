-- What the page of one producer, artist, album or track needs, each as one JSON value, so that a page is one question.
-- An id that is unknown gives NULL; the id of a producer that became another gives the person they became.

CREATE OR REPLACE FUNCTION linernotes.combined_credits(track_ids UUID[])
RETURNS TABLE (track_id UUID, producer_id UUID, role TEXT, confidence NUMERIC, sources TEXT[])
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT credit.track_id, credit.producer_id, credit.role,
    CASE
      WHEN count(*) = 1 THEN max(credit.confidence)
      ELSE linernotes.agreement(array_agg(credit.confidence))
    END,
    array_agg(credit.source ORDER BY credit.confidence DESC, credit.source)
  FROM public.track_producers AS credit
  WHERE credit.track_id = ANY (track_ids)
  GROUP BY credit.track_id, credit.producer_id, credit.role;
$$;
COMMENT ON FUNCTION linernotes.combined_credits(UUID[]) IS
  'Who made these tracks: one row for each track, person and role, with the confidence of all sources together and their names, the surest first.';

CREATE OR REPLACE FUNCTION linernotes.credited_tracks(producer_id UUID, role TEXT, artist_id UUID, most INT)
RETURNS UUID[]
LANGUAGE sql
STABLE
SET search_path = ''
SET enable_seqscan = off -- thousands of tracks are looked up sooner than a million are read
AS $$
  SELECT CASE
    -- All of them stand in an index; a role and an artist have to be looked up for each.
    WHEN credited_tracks.role IS NULL AND credited_tracks.artist_id IS NULL THEN ARRAY(
      SELECT DISTINCT credit.track_id
      FROM public.track_producers AS credit
      WHERE credit.producer_id = credited_tracks.producer_id
      ORDER BY credit.track_id
      LIMIT most
    )
    ELSE ARRAY(
      SELECT DISTINCT credit.track_id
      FROM public.track_producers AS credit
      WHERE credit.producer_id = credited_tracks.producer_id
        AND (credited_tracks.role IS NULL OR credit.role = credited_tracks.role)
        AND (credited_tracks.artist_id IS NULL OR credit.track_id IN (
          SELECT track.id
          FROM linernotes.album_artists AS whose
          JOIN public.tracks AS track ON track.album_id = whose.album_id
          WHERE whose.artist_id = credited_tracks.artist_id
        ))
      ORDER BY credit.track_id
      LIMIT most
    )
  END;
$$;
COMMENT ON FUNCTION linernotes.credited_tracks(UUID, TEXT, UUID, INT) IS
  'The tracks that credit a producer, in this role and on albums of this artist where they are given. Of somebody with more than most the same ones each time: what a page reads has a bound, and a part of so many tells as much as the whole.';

CREATE OR REPLACE FUNCTION linernotes.profile_links(producer public.producers)
RETURNS JSONB
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  WITH link AS (
    SELECT 1 AS rank, 'musicbrainz' AS source, 'https://musicbrainz.org/artist/' || producer.musicbrainz_id AS url
    WHERE producer.musicbrainz_id ~ '^[0-9a-f-]{36}$'
    UNION ALL
    SELECT 2, 'wikidata', 'https://www.wikidata.org/wiki/' || (producer.metadata ->> 'wikidata_id')
    WHERE producer.metadata ->> 'wikidata_id' ~ '^Q[0-9]{1,15}$'
    UNION ALL
    SELECT 3, 'genius', 'https://genius.com/artists/' || (producer.metadata ->> 'genius_artist_id')
    WHERE producer.metadata ->> 'genius_artist_id' ~ '^[0-9]{1,15}$'
    UNION ALL
    SELECT 4, 'instagram', 'https://www.instagram.com/' || producer.instagram_handle || '/'
    WHERE producer.instagram_handle ~ '^[A-Za-z0-9._]{1,30}$'
    UNION ALL
    SELECT 5, CASE kind.name WHEN 'official homepage' THEN 'website' WHEN 'social network' THEN 'social' ELSE kind.name END, url.value
    FROM jsonb_each(CASE WHEN jsonb_typeof(producer.metadata -> 'links') = 'object'
      THEN producer.metadata -> 'links' ELSE '{}' END) AS kind (name, urls)
    CROSS JOIN LATERAL jsonb_array_elements_text(CASE WHEN jsonb_typeof(kind.urls) = 'array' THEN kind.urls ELSE '[]' END) AS url
    WHERE kind.name IN ('official homepage', 'social network', 'soundcloud', 'youtube')
      -- A page, no address to write to and no script.
      AND url.value ~ '^https?://[^\s@]+$'
      -- It stands there already, by its name.
      AND lower(rtrim(url.value, '/')) IS DISTINCT FROM lower('https://www.instagram.com/' || producer.instagram_handle)
  )
  SELECT coalesce(jsonb_agg(jsonb_build_object('source', source, 'url', url) ORDER BY rank, source, url), '[]')
  FROM link;
$$;
COMMENT ON FUNCTION linernotes.profile_links(public.producers) IS
  'Where a producer is found elsewhere: [{"source", "url"}], http and https only.';

CREATE OR REPLACE FUNCTION linernotes.get_producer(producer_id UUID)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
SET jit = off -- compiling the query takes longer than running it
SET enable_seqscan = off -- thousands of tracks are looked up sooner than a million are read,
SET max_parallel_workers_per_gather = 0 -- or processes are started for it
AS $$
#variable_conflict use_column
DECLARE
  most_tracks CONSTANT INT := 2000;
  wanted UUID := linernotes.current_producer(get_producer.producer_id);
  person public.producers;
  own_tracks UUID[];
  answer JSONB;
BEGIN
  PERFORM linernotes.check_present('producer_id', get_producer.producer_id);
  SELECT * INTO person FROM public.producers AS producer WHERE producer.id = wanted;
  IF person.id IS NULL THEN
    RETURN NULL;
  END IF;

  own_tracks := linernotes.credited_tracks(wanted, NULL, NULL, most_tracks);
  WITH credit AS MATERIALIZED (
    SELECT stated.track_id, stated.role, stated.source, stated.created_at
    FROM public.track_producers AS stated
    WHERE stated.producer_id = wanted
      -- They were read in this order.
      AND stated.track_id <= own_tracks[cardinality(own_tracks)]
  ), work AS MATERIALIZED (
    SELECT extract(YEAR FROM album.release_date)::INT AS year
    FROM unnest(own_tracks) AS credited (id)
    JOIN public.tracks AS track ON track.id = credited.id
    JOIN public.albums AS album ON album.id = track.album_id
  )
  SELECT jsonb_build_object(
    'track_count', (SELECT counted.track_count FROM linernotes.producer_counts AS counted WHERE counted.producer_id = wanted),
    'artist_count', (SELECT counted.artist_count FROM linernotes.producer_counts AS counted WHERE counted.producer_id = wanted),
    'tracks_read', cardinality(own_tracks),
    'first_year', (SELECT min(work.year) FROM work),
    'last_year', (SELECT max(work.year) FROM work),
    'roles', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('role', counted.role, 'track_count', counted.tracks)
        ORDER BY counted.tracks DESC, counted.role), '[]')
      FROM (SELECT credit.role, count(DISTINCT credit.track_id) AS tracks FROM credit GROUP BY credit.role) AS counted
    ),
    'years', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('year', counted.year, 'track_count', counted.tracks)
        ORDER BY counted.year), '[]')
      FROM (SELECT work.year, count(*) AS tracks FROM work WHERE work.year IS NOT NULL GROUP BY work.year) AS counted
    ),
    'sources', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('source', counted.source, 'track_count', counted.tracks)
        ORDER BY counted.tracks DESC, counted.source), '[]')
      FROM (SELECT credit.source, count(DISTINCT credit.track_id) AS tracks FROM credit GROUP BY credit.source) AS counted
    ),
    'artists', (
      SELECT coalesce(jsonb_agg(
        jsonb_build_object('id', named.id, 'name', named.name, 'image_url', named.image_url,
          'track_count', foremost.track_count, 'first_year', foremost.first_year, 'last_year', foremost.last_year)
        ORDER BY foremost.track_count DESC, named.name, named.id
      ), '[]')
      FROM (
        SELECT pair.*
        FROM linernotes.collaborations AS pair
        WHERE pair.producer_id = wanted
        ORDER BY pair.track_count DESC, pair.artist_id
        LIMIT 24
      ) AS foremost
      JOIN public.artists AS named ON named.id = foremost.artist_id
    ),
    'updated_at', greatest(person.updated_at, (SELECT max(credit.created_at) FROM credit))
  )
  INTO answer;

  RETURN answer || jsonb_build_object(
    'id', person.id,
    'name', person.name,
    'musicbrainz_id', person.musicbrainz_id,
    'image_url', person.image_url,
    'instagram_handle', person.instagram_handle,
    'biography', linernotes.without_addresses(person.instagram_bio),
    'profile_sources', linernotes.profile_sources(person.metadata) - 'email',
    'profile_found_at', person.enriched_at,
    'also_known_as', (
      SELECT coalesce(jsonb_agg(other.name ORDER BY other.created_at, other.normalized_name), '[]')
      FROM (
        SELECT named.name, named.created_at, named.normalized_name
        FROM linernotes.producer_names AS named
        WHERE named.producer_id = wanted AND named.normalized_name <> person.normalized_name
        ORDER BY named.created_at, named.normalized_name
        LIMIT 20
      ) AS other
    ),
    'links', linernotes.profile_links(person)
  );
END;
$$;
COMMENT ON FUNCTION linernotes.get_producer(UUID) IS
  'What public.get_producer answers; the public key has no grant on the tables themselves.';

CREATE OR REPLACE FUNCTION public.get_producer(producer_id UUID)
RETURNS JSONB
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
  SELECT linernotes.get_producer(producer_id);
$$;
COMMENT ON FUNCTION public.get_producer(UUID) IS
  'One producer with all that a page needs: {id, name, also_known_as, musicbrainz_id, image_url, instagram_handle, biography (without addresses), profile_sources (which source each of these came from), profile_found_at, links [{source, url}], track_count, artist_count, first_year, last_year, roles and sources [{role or source, track_count}], years [{year, track_count}], artists (the 24 with most tracks), tracks_read, updated_at}. Of a producer with more than 2,000 tracks 2,000 are read (tracks_read) for roles, sources and years; track_count, artist_count and artists are those of all. The id of a producer that became another gives that one; an unknown id gives null. No e-mail address. For everybody.';

CREATE OR REPLACE FUNCTION linernotes.get_artist(artist_id UUID)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
SET jit = off -- compiling the query takes longer than running it
SET enable_seqscan = off -- an artist's albums are looked up sooner than all are read,
SET max_parallel_workers_per_gather = 0 -- or processes are started for it
AS $$
#variable_conflict use_column
DECLARE
  -- Of more albums than this a part is read, the same each time: what a page reads has a bound.
  most_albums CONSTANT INT := 1000;
  named public.artists;
  answer JSONB;
BEGIN
  PERFORM linernotes.check_present('artist_id', get_artist.artist_id);
  SELECT * INTO named FROM public.artists AS artist WHERE artist.id = get_artist.artist_id;
  IF named.id IS NULL THEN
    RETURN NULL;
  END IF;

  SELECT jsonb_build_object(
    'albums_read', count(*),
    'track_count', coalesce(sum(counted.tracks), 0),
    'albums', coalesce(jsonb_agg(
      linernotes.album_ref(album) || jsonb_build_object(
        'track_count', counted.tracks,
        'credited_track_count', counted.credited
      )
      ORDER BY album.release_date DESC NULLS LAST, album.name, album.id
    ), '[]'),
    'updated_at', greatest(named.updated_at, max(album.updated_at))
  )
  INTO answer
  FROM (
    SELECT whose.album_id
    FROM linernotes.album_artists AS whose
    WHERE whose.artist_id = get_artist.artist_id
    ORDER BY whose.album_id
    LIMIT most_albums
  ) AS own
  JOIN public.albums AS album ON album.id = own.album_id
  CROSS JOIN LATERAL (
    SELECT count(*) AS tracks, count(*) FILTER (
      WHERE EXISTS (SELECT FROM public.track_producers AS credit WHERE credit.track_id = track.id)
    ) AS credited
    FROM public.tracks AS track
    WHERE track.album_id = album.id
  ) AS counted;

  RETURN answer || jsonb_build_object(
    'id', named.id,
    'name', named.name,
    'image_url', named.image_url,
    'genres', CASE WHEN jsonb_typeof(named.metadata -> 'genres') = 'array' THEN named.metadata -> 'genres' ELSE '[]' END,
    'links', linernotes.spotify_links('artist', named.spotify_id),
    'album_count', (SELECT count(*) FROM linernotes.album_artists AS whose WHERE whose.artist_id = named.id),
    'producer_count', (SELECT count(*) FROM linernotes.collaborations AS pair WHERE pair.artist_id = named.id),
    'producers', (
      SELECT coalesce(jsonb_agg(
        linernotes.credited_person(producer, foremost.roles, foremost.track_count, foremost.confidence)
        ORDER BY foremost.track_count DESC, foremost.confidence DESC, producer.name, producer.id
      ), '[]')
      FROM (
        SELECT pair.*
        FROM linernotes.collaborations AS pair
        WHERE pair.artist_id = named.id
        ORDER BY pair.track_count DESC, pair.producer_id
        LIMIT 24
      ) AS foremost
      JOIN public.producers AS producer ON producer.id = foremost.producer_id
    )
  );
END;
$$;
COMMENT ON FUNCTION linernotes.get_artist(UUID) IS
  'What public.get_artist answers; the public key has no grant on the tables themselves.';

CREATE OR REPLACE FUNCTION public.get_artist(artist_id UUID)
RETURNS JSONB
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
  SELECT linernotes.get_artist(artist_id);
$$;
COMMENT ON FUNCTION public.get_artist(UUID) IS
  'One artist with all that a page needs: {id, name, image_url, genres, links [{source, url}], album_count, track_count, producer_count, albums [{id, name, image_url, release_date, release_date_precision, gone_at (since when Spotify no longer lists it), track_count, credited_track_count}] newest first, producers (the 24 with most tracks: {id, name, image_url, roles, track_count, confidence}), albums_read, updated_at}. Of an artist with more than 1,000 albums 1,000 are read (albums_read) for albums and track_count; album_count and producer_count are those of all. An unknown id gives null. For everybody.';

CREATE OR REPLACE FUNCTION linernotes.get_album(album_id UUID)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
SET jit = off -- compiling the query takes longer than running it
SET enable_seqscan = off -- the people of some tracks are looked up sooner than all are read,
SET max_parallel_workers_per_gather = 0 -- or processes are started for it
AS $$
#variable_conflict use_column
DECLARE
  named public.albums;
  own_tracks UUID[];
BEGIN
  PERFORM linernotes.check_present('album_id', get_album.album_id);
  SELECT * INTO named FROM public.albums AS album WHERE album.id = get_album.album_id;
  IF named.id IS NULL THEN
    RETURN NULL;
  END IF;
  own_tracks := ARRAY(SELECT track.id FROM public.tracks AS track WHERE track.album_id = named.id);

  RETURN linernotes.album_ref(named) || jsonb_build_object(
    'upc', named.upc,
    'artists', linernotes.album_artist_refs(named.id),
    'links', linernotes.spotify_links('album', named.spotify_id),
    'track_count', cardinality(own_tracks),
    'tracks', (
      WITH credit AS MATERIALIZED (
        SELECT combined.track_id, combined.producer_id, max(combined.confidence) AS confidence, jsonb_agg(
          jsonb_build_object('role', combined.role, 'confidence', combined.confidence, 'sources', combined.sources)
          ORDER BY combined.confidence DESC, combined.role
        ) AS roles
        FROM linernotes.combined_credits(own_tracks) AS combined
        GROUP BY combined.track_id, combined.producer_id
      ), list AS MATERIALIZED (
        SELECT credit.track_id, jsonb_agg(
          jsonb_build_object('id', producer.id, 'name', producer.name, 'roles', credit.roles)
          ORDER BY credit.confidence DESC, producer.name, producer.id
        ) AS people
        FROM credit
        JOIN public.producers AS producer ON producer.id = credit.producer_id
        GROUP BY credit.track_id
      )
      SELECT coalesce(jsonb_agg(
        jsonb_build_object(
          'id', track.id,
          'name', track.name,
          'disc_number', track.disc_number,
          'track_number', track.track_number,
          'duration_ms', track.duration_ms,
          'isrc', track.isrc,
          'gone_at', track.gone_at,
          'credits', coalesce(list.people, '[]')
        )
        ORDER BY track.disc_number, track.track_number, track.name, track.id
      ), '[]')
      FROM public.tracks AS track
      LEFT JOIN list ON list.track_id = track.id
      WHERE track.album_id = named.id
    ),
    'people', (
      SELECT coalesce(jsonb_agg(
        linernotes.credited_person(producer, person.roles, person.tracks, person.confidence)
        ORDER BY person.tracks DESC, person.confidence DESC, producer.name, producer.id
      ), '[]')
      FROM (
        SELECT combined.producer_id, array_agg(DISTINCT combined.role ORDER BY combined.role) AS roles,
          count(DISTINCT combined.track_id) AS tracks, round(max(combined.confidence), 4) AS confidence
        FROM linernotes.combined_credits(own_tracks) AS combined
        GROUP BY combined.producer_id
        ORDER BY tracks DESC, confidence DESC, combined.producer_id
        LIMIT 100
      ) AS person
      JOIN public.producers AS producer ON producer.id = person.producer_id
    ),
    'updated_at', greatest(named.updated_at, (
      SELECT max(credit.created_at) FROM public.track_producers AS credit WHERE credit.track_id = ANY (own_tracks)
    ))
  );
END;
$$;
COMMENT ON FUNCTION linernotes.get_album(UUID) IS
  'What public.get_album answers; the public key has no grant on the tables themselves.';

CREATE OR REPLACE FUNCTION public.get_album(album_id UUID)
RETURNS JSONB
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
  SELECT linernotes.get_album(album_id);
$$;
COMMENT ON FUNCTION public.get_album(UUID) IS
  'One album with all that a page needs: {id, name, image_url, release_date, release_date_precision, gone_at (since when Spotify no longer lists it), upc, artists, links, track_count, tracks [{id, name, disc_number, track_number, duration_ms, isrc, gone_at, credits [{id, name, roles [{role, confidence, sources}]}]}] in their order, people (the 100 with most tracks), updated_at}. An unknown id gives null. For everybody.';

CREATE OR REPLACE FUNCTION linernotes.get_track(track_id UUID)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
SET jit = off -- compiling the query takes longer than running it
SET enable_seqscan = off -- the people of some tracks are looked up sooner than all are read,
SET max_parallel_workers_per_gather = 0 -- or processes are started for it
AS $$
#variable_conflict use_column
DECLARE
  named public.tracks;
  home public.albums;
BEGIN
  PERFORM linernotes.check_present('track_id', get_track.track_id);
  SELECT * INTO named FROM public.tracks AS track WHERE track.id = get_track.track_id;
  IF named.id IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT * INTO home FROM public.albums AS album WHERE album.id = named.album_id;

  RETURN jsonb_build_object(
    'id', named.id,
    'name', named.name,
    'isrc', named.isrc,
    'disc_number', named.disc_number,
    'track_number', named.track_number,
    'duration_ms', named.duration_ms,
    'gone_at', named.gone_at,
    'album', linernotes.album_ref(home),
    'artists', linernotes.album_artist_refs(home.id),
    'links', linernotes.spotify_links('track', named.spotify_id),
    'credits', (
      SELECT coalesce(jsonb_agg(
        jsonb_build_object(
          'id', credit.producer_id,
          'name', credit.name,
          'image_url', producer.image_url,
          'musicbrainz_id', credit.musicbrainz_id,
          'role', credit.role,
          'confidence', credit.confidence,
          'sources', (
            SELECT jsonb_agg(
              jsonb_build_object('source', source.name) || (credit.evidence -> source.name) ORDER BY source.ordinality
            )
            FROM unnest(credit.sources) WITH ORDINALITY AS source (name, ordinality)
          )
        )
        ORDER BY credit.ordinality
      ), '[]')
      FROM linernotes.get_track_credits(named.id) WITH ORDINALITY AS credit
      JOIN public.producers AS producer ON producer.id = credit.producer_id
    ),
    'same_recording', (
      SELECT coalesce(jsonb_agg(
        jsonb_build_object('id', other.id, 'name', other.name, 'album', linernotes.album_ref(other.album))
        ORDER BY (other.album).release_date DESC NULLS LAST, (other.album).name, other.id
      ), '[]')
      FROM (
        SELECT track.id, track.name, album
        FROM public.tracks AS track
        JOIN public.albums AS album ON album.id = track.album_id
        WHERE track.isrc = named.isrc AND track.id <> named.id
        ORDER BY album.release_date DESC NULLS LAST, track.id
        LIMIT 20
      ) AS other
    ),
    'updated_at', greatest(named.updated_at, (
      SELECT max(credit.created_at) FROM public.track_producers AS credit WHERE credit.track_id = named.id
    ))
  );
END;
$$;
COMMENT ON FUNCTION linernotes.get_track(UUID) IS
  'What public.get_track answers; the public key has no grant on the tables themselves.';

CREATE INDEX IF NOT EXISTS tracks_isrc ON public.tracks (isrc);

CREATE OR REPLACE FUNCTION public.get_track(track_id UUID)
RETURNS JSONB
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
  SELECT linernotes.get_track(track_id);
$$;
COMMENT ON FUNCTION public.get_track(UUID) IS
  'One track with all that a page needs: {id, name, isrc, disc_number, track_number, duration_ms, gone_at (since when its album does not list it any more), album, artists, links, credits [{id, name, image_url, musicbrainz_id, role, confidence, sources [{source, confidence, first_seen, evidence}]}] surest first, same_recording (tracks of other albums with this ISRC), updated_at}. An unknown id gives null. For everybody.';
