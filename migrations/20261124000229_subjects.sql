-- Functions that read what a stage is told of the entity that its message names (linernotes.subject). So a stage needs no
-- further call to the database.

CREATE OR REPLACE FUNCTION linernotes.artist_names(metadata JSONB, album_id UUID)
RETURNS JSONB
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT CASE
    WHEN jsonb_path_exists(metadata, '$.artists[*].name ? (@.type() == "string")') THEN
      jsonb_path_query_array(metadata, '$.artists[*].name ? (@.type() == "string")')
    ELSE coalesce((
      SELECT jsonb_agg(artist.name ORDER BY known.position, artist.spotify_id)
      FROM linernotes.album_artists AS known
      JOIN public.artists AS artist ON artist.id = known.artist_id
      WHERE known.album_id = artist_names.album_id
    ), '[]')
  END;
$$;
COMMENT ON FUNCTION linernotes.artist_names(JSONB, UUID) IS
  'The artists as Spotify''s object names them, else those that the catalogue has for the album.';

CREATE OR REPLACE FUNCTION linernotes.known_names(titles TEXT[])
RETURNS JSONB
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  -- A name such as Mike & Keys must be known whole before a title is split at its ampersand. Only the words behind
  -- "prod" can be such names.
  WITH title AS MATERIALIZED ( -- so that a title is normalized once, not for each of its spans
    SELECT string_to_array(linernotes.identity_name(announced.names), ' ') AS words
    FROM unnest(titles) AS stated
    CROSS JOIN LATERAL pg_catalog.substring(stated, '(?i)prod(?:uced)?\.?(.*)$') AS announced (names)
    WHERE announced.names IS NOT NULL
  ), span AS (
    SELECT DISTINCT array_to_string(title.words[first:first + length], ' ') AS identity_name
    FROM title
    CROSS JOIN LATERAL generate_series(1, least(cardinality(title.words), 60)) AS first
    CROSS JOIN LATERAL generate_series(0, least(7, cardinality(title.words) - first)) AS length
  )
  SELECT coalesce(jsonb_agg(DISTINCT known.name), '[]')
  FROM linernotes.producer_names AS known
  -- With an array the planner looks up each name in the index, however many names it expects.
  WHERE known.identity_name = ANY (ARRAY(SELECT span.identity_name FROM span));
$$;
COMMENT ON FUNCTION linernotes.known_names(TEXT[]) IS
  'The stored names and aliases of producers that these titles contain behind "prod", of up to eight words.';

-- The two functions below read at most some hundred credits, since a part of a hundred thousand tells as much as all.
CREATE OR REPLACE FUNCTION linernotes.genius_artist_ids(producer_id UUID)
RETURNS JSONB
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT coalesce(jsonb_agg(frequent.id ORDER BY frequent.times DESC, frequent.id), '[]')
  FROM (
    SELECT seen.id, count(DISTINCT credit.track_id) AS times
    FROM (
      SELECT known.track_id, known.evidence
      FROM public.track_producers AS known
      WHERE known.producer_id = genius_artist_ids.producer_id AND known.source = 'genius'
      ORDER BY known.track_id
      LIMIT 200
    ) AS credit
    CROSS JOIN LATERAL jsonb_path_query(
      credit.evidence, '$.seen[*].artist_id ? (@.type() == "number" && @ > 0 && @ < 1000000000000000)', silent => TRUE
    ) AS seen (id)
    WHERE seen.id::TEXT ~ '^[0-9]+$'
    GROUP BY seen.id
    ORDER BY times DESC, seen.id
    LIMIT 3
  ) AS frequent;
$$;
COMMENT ON FUNCTION linernotes.genius_artist_ids(UUID) IS
  'The ids under which Genius credits the producer, at most 3, the most frequent first. Evidence of another shape is ignored.';

CREATE OR REPLACE FUNCTION linernotes.genius_version(producer_id UUID)
RETURNS TEXT
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT md5(linernotes.genius_artist_ids(producer_id)::TEXT);
$$;
COMMENT ON FUNCTION linernotes.genius_version(UUID) IS
  'Changes once Genius credits the producer under another id: so a commit knows whether its stage knew all the ids there are now.';

CREATE OR REPLACE FUNCTION linernotes.credited_tracks(producer_id UUID)
RETURNS JSONB
LANGUAGE sql
STABLE
SET search_path = ''
SET enable_seqscan = off -- looking up five hundred tracks is quicker than reading a million
AS $$
  SELECT coalesce(
    jsonb_agg(
      jsonb_build_object('name', chosen.name, 'artist_names', linernotes.artist_names(chosen.metadata, chosen.album_id))
      ORDER BY chosen.release_date DESC NULLS LAST, chosen.album_name, chosen.disc_number, chosen.track_number, chosen.id
    ),
    '[]'
  )
  FROM (
    SELECT song.*
    FROM (
      SELECT DISTINCT ON (lower(track.name COLLATE "und-x-icu"))
        track.id, track.name, track.metadata, track.album_id, track.disc_number, track.track_number, album.release_date,
        album.name AS album_name
      FROM (
        SELECT known.track_id, known.source, known.role
        FROM public.track_producers AS known
        WHERE known.producer_id = credited_tracks.producer_id
        ORDER BY known.track_id
        LIMIT 500
      ) AS credit
      JOIN public.tracks AS track ON track.id = credit.track_id
      JOIN public.albums AS album ON album.id = track.album_id
      WHERE credit.source = 'musicbrainz' AND credit.role NOT IN ('arranger', 'remixer')
      ORDER BY lower(track.name COLLATE "und-x-icu"), album.release_date DESC NULLS LAST, track.id
    ) AS song
    -- Two people of one album get the same songs in this order, so the source is asked for each song once.
    ORDER BY song.release_date DESC NULLS LAST, song.album_name, song.disc_number, song.track_number, song.id
    LIMIT 3
  ) AS chosen;
$$;
COMMENT ON FUNCTION linernotes.credited_tracks(UUID) IS
  'At most 3 songs that MusicBrainz credits to the producer as producer or writer, the newest album first, each title once. A source that knows no MusicBrainz ids finds the person by them.';
