-- One search over everything that has a page. Each kind is found by itself, so that a common word among the tracks
-- never hides the artist of that name.

CREATE OR REPLACE FUNCTION linernotes.matching_texts(kind TEXT, term TEXT, limit_count INT)
RETURNS UUID[]
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  literal CONSTANT TEXT := regexp_replace(term, '([\\%_])', '\\\1', 'g');
  -- How many of a kind are looked at for a match anywhere in the name before an index of trigrams is asked: a part
  -- that is common is found among them, one that is rare is a short list in that index.
  foremost CONSTANT INT := 5000;
  -- How many matches of one way are sorted.
  sortable CONSTANT INT := 300;
  candidates UUID[];
  more UUID[];
BEGIN
  -- The plans depend on the values, so they stand in the statements as literals.
  EXECUTE format(
    'SELECT array_agg(entity_id) FROM (
       (SELECT entity_id FROM linernotes.catalogue_texts
        WHERE kind = %1$L AND searched = %2$L
        LIMIT %4$s)
       UNION ALL
       (SELECT entity_id FROM linernotes.catalogue_texts
        WHERE kind = %1$L AND searched LIKE %3$L
        ORDER BY searched USING OPERATOR(pg_catalog.~<~)
        LIMIT %4$s)
       UNION ALL
       (SELECT entity_id
        FROM (
          SELECT * FROM linernotes.catalogue_texts WHERE kind = %1$L ORDER BY weight DESC, entity_id LIMIT %6$s
        ) AS heavy
        WHERE heavy.searched LIKE %5$L
        LIMIT %4$s)
     ) AS found',
    kind, term, literal || '%', sortable, '%' || literal || '%', foremost
  )
  INTO candidates;
  IF length(term) >= 3
    AND cardinality(ARRAY(SELECT DISTINCT candidate FROM unnest(candidates) AS candidate)) < limit_count
  THEN
    EXECUTE format(
      'SELECT array_agg(entity_id) FROM (
         SELECT entity_id FROM linernotes.catalogue_texts WHERE kind = %L AND searched LIKE %L LIMIT %s
       ) AS found',
      kind, '%' || literal || '%', sortable
    )
    INTO more;
  END IF;

  RETURN ARRAY(
    SELECT known.entity_id
    FROM linernotes.catalogue_texts AS known
    WHERE known.entity_id = ANY (candidates || more)
    ORDER BY known.searched <> term, NOT starts_with(known.searched, term), known.weight DESC, length(known.searched),
      known.searched, known.entity_id
    LIMIT limit_count
  );
END;
$$;
COMMENT ON FUNCTION linernotes.matching_texts(TEXT, TEXT, INT) IS
  'Ids of a kind whose normalized name holds the normalized term: equal names first, then those that begin with it, then by weight. A term of one or two letters finds names that begin with it, and those among the 5,000 heaviest that hold it.';

CREATE OR REPLACE FUNCTION linernotes.matching_producers(search_term TEXT, term TEXT, limit_count INT)
RETURNS UUID[]
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT ARRAY(
    SELECT matching.id
    FROM (
      -- Whose name, alias or credited-as spelling is just this.
      (
        SELECT named.producer_id AS id, 0 AS distance, known.track_count, 0::BIGINT AS ordinal
        FROM linernotes.producer_names AS named
        JOIN linernotes.producer_counts AS known USING (producer_id)
        WHERE named.normalized_name = term
        ORDER BY known.track_count DESC, named.producer_id
        LIMIT limit_count
      )
      UNION ALL
      SELECT found.id, CASE WHEN starts_with(found.normalized_name, term) THEN 1 ELSE 2 END, found.track_count,
        found.ordinality
      FROM linernotes.search_producers(search_term) WITH ORDINALITY AS found
    ) AS matching
    GROUP BY matching.id
    ORDER BY min(matching.distance), max(matching.track_count) DESC, max(matching.ordinal), matching.id
    LIMIT limit_count
  );
$$;
COMMENT ON FUNCTION linernotes.matching_producers(TEXT, TEXT, INT) IS
  'Producers whose name or alias is the normalized term, then those that search_producers finds, names that begin with it first.';

CREATE OR REPLACE FUNCTION linernotes.search_catalogue(search_term TEXT, kinds TEXT[], limit_count INT)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
SET enable_seqscan = off -- nothing here gets better by reading a whole table,
SET max_parallel_workers_per_gather = 0 -- or by starting processes for it,
SET jit = off -- and compiling a query takes longer than running it
AS $$
DECLARE
  every CONSTANT TEXT[] := ARRAY['producers', 'artists', 'albums', 'tracks'];
  wanted TEXT[] := coalesce(kinds, every);
  term TEXT := coalesce(linernotes.normalize_name(left(search_term, 513)), '');
  found JSONB := '{}'::JSONB;
BEGIN
  PERFORM linernotes.check_range('limit_count', limit_count, 1, 50);
  IF NOT wanted <@ every THEN
    PERFORM linernotes.reject('kinds', 'may hold ' || array_to_string(every, ', '));
  ELSIF wanted = '{}' THEN
    PERFORM linernotes.reject('kinds', 'must not be empty');
  END IF;
  IF length(search_term) > 512 THEN
    term := '';
  END IF;

  IF 'producers' = ANY (wanted) THEN
    SELECT found || jsonb_build_object('producers', coalesce(jsonb_agg(
      jsonb_build_object(
        'id', producer.id,
        'name', producer.name,
        'image_url', producer.image_url,
        'track_count', known.track_count,
        'artist_count', known.artist_count,
        'also', named.name
      )
      ORDER BY wanted_row.ordinality
    ), '[]'))
    INTO found
    FROM unnest(CASE WHEN term = '' THEN '{}' ELSE linernotes.matching_producers(search_term, term, limit_count) END)
      WITH ORDINALITY AS wanted_row (id, ordinality)
    JOIN public.producers AS producer USING (id)
    JOIN linernotes.producer_counts AS known ON known.producer_id = producer.id
    LEFT JOIN LATERAL (
      SELECT other.name
      FROM linernotes.producer_names AS other
      WHERE other.producer_id = producer.id AND other.normalized_name = term AND producer.normalized_name <> term
      ORDER BY other.created_at, other.identity_name
      LIMIT 1
    ) AS named ON TRUE;
  END IF;
  IF 'artists' = ANY (wanted) THEN
    SELECT found || jsonb_build_object('artists', coalesce(jsonb_agg(
      jsonb_build_object(
        'id', artist.id,
        'name', artist.name,
        'image_url', artist.image_url,
        'album_count', (
          SELECT count(*) FROM linernotes.album_artists AS whose WHERE whose.artist_id = artist.id
        )
      )
      ORDER BY wanted_row.ordinality
    ), '[]'))
    INTO found
    FROM unnest(CASE WHEN term = '' THEN '{}' ELSE linernotes.matching_texts('artist', term, limit_count) END)
      WITH ORDINALITY AS wanted_row (id, ordinality)
    JOIN public.artists AS artist USING (id);
  END IF;
  IF 'albums' = ANY (wanted) THEN
    SELECT found || jsonb_build_object('albums', coalesce(jsonb_agg(
      linernotes.album_ref(album) || jsonb_build_object('artists', linernotes.album_artist_refs(album.id))
      ORDER BY wanted_row.ordinality
    ), '[]'))
    INTO found
    FROM unnest(CASE WHEN term = '' THEN '{}' ELSE linernotes.matching_texts('album', term, limit_count) END)
      WITH ORDINALITY AS wanted_row (id, ordinality)
    JOIN public.albums AS album USING (id);
  END IF;
  IF 'tracks' = ANY (wanted) THEN
    SELECT found || jsonb_build_object('tracks', coalesce(jsonb_agg(
      jsonb_build_object(
        'id', track.id,
        'name', track.name,
        'gone_at', track.gone_at,
        'album', linernotes.album_ref(album),
        'artists', linernotes.album_artist_refs(album.id)
      )
      ORDER BY wanted_row.ordinality
    ), '[]'))
    INTO found
    FROM unnest(CASE WHEN term = '' THEN '{}' ELSE linernotes.matching_texts('track', term, limit_count) END)
      WITH ORDINALITY AS wanted_row (id, ordinality)
    JOIN public.tracks AS track USING (id)
    JOIN public.albums AS album ON album.id = track.album_id;
  END IF;
  RETURN found;
END;
$$;
COMMENT ON FUNCTION linernotes.search_catalogue(TEXT, TEXT[], INT) IS
  'What public.search_catalogue answers; the public key has no grant on the tables themselves.';

CREATE OR REPLACE FUNCTION public.search_catalogue(
  term TEXT,
  kinds TEXT[] DEFAULT NULL,
  limit_count INT DEFAULT 10
)
RETURNS JSONB
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
  SELECT linernotes.search_catalogue(term, kinds, limit_count);
$$;
COMMENT ON FUNCTION public.search_catalogue(TEXT, TEXT[], INT) IS
  'Producers, artists, albums and tracks whose name holds the term, which is literal text; case, accents and punctuation do not matter: {"producers": [{id, name, image_url, track_count, artist_count, also (the alias that is the term)}], "artists": [{id, name, image_url, album_count}], "albums": [{id, name, image_url, release_date, release_date_precision, gone_at (since when Spotify no longer lists it), artists}], "tracks": [{id, name, gone_at, album, artists}]}. kinds names the lists that are wanted, NULL all; limit_count (1 to 50) bounds each. Equal names come first, then those that begin with the term. A blank term, or one of more than 512 characters, finds nothing. For everybody.';
