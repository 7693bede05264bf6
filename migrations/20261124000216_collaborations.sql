-- How much a producer and an artist made together: one row for each two, so that whoever looks at a person's network reads
-- rows in the order wanted instead of every credit of everybody in it.
--
-- A row is computed anew whenever a credit, an album's artist or an album's year changes, by the same recount that counts
-- a producer's tracks, and under the same locks; it cannot drift.

CREATE TABLE IF NOT EXISTS linernotes.collaborations (
  producer_id UUID NOT NULL REFERENCES public.producers (id) ON DELETE CASCADE,
  artist_id UUID NOT NULL REFERENCES public.artists (id) ON DELETE CASCADE,
  track_count INT NOT NULL CHECK (track_count > 0),
  roles TEXT[] NOT NULL,
  confidence NUMERIC NOT NULL,
  first_year INT,
  last_year INT,
  PRIMARY KEY (producer_id, artist_id)
);
COMMENT ON TABLE linernotes.collaborations IS
  'Each producer and each artist with tracks on whose albums the producer is credited. Derived from track_producers, tracks, albums and album_artists.';
COMMENT ON COLUMN linernotes.collaborations.track_count IS
  'Tracks of the artist''s albums that credit the producer, each once.';
COMMENT ON COLUMN linernotes.collaborations.confidence IS
  'Of the surest credit, all its sources together.';

-- A producer's artists and an artist's producers, most tracks first, read from the index alone.
CREATE INDEX IF NOT EXISTS collaborations_of_producer
  ON linernotes.collaborations (producer_id, track_count DESC, artist_id);
CREATE INDEX IF NOT EXISTS collaborations_of_artist
  ON linernotes.collaborations (artist_id, track_count DESC, producer_id);
-- They are, as long as vacuum keeps up.
ALTER TABLE linernotes.collaborations SET (autovacuum_vacuum_scale_factor = 0.02);

CREATE OR REPLACE FUNCTION linernotes.agreement(confidences NUMERIC[])
RETURNS NUMERIC
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  -- Sources are taken as independent: this is the probability that not all of them are wrong.
  SELECT CASE
    WHEN max(confidence) = 1 THEN 1
    ELSE trim_scale(round(1 - exp(sum(ln(nullif(1 - confidence, 0)))), 4))
  END
  FROM unnest(confidences) AS confidence;
$$;
COMMENT ON FUNCTION linernotes.agreement(NUMERIC[]) IS
  'The confidence of a credit that several sources state, from the confidence of each.';

CREATE OR REPLACE FUNCTION linernotes.refresh_collaborations(producer_ids UUID[], artist_ids UUID[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
SET jit = off -- compiling the query takes longer than running it
SET plan_cache_mode = force_custom_plan -- whether the producers' credits or the artists' are fewer is seen each time
AS $$
BEGIN
  WITH counted AS MATERIALIZED (
    SELECT credit.producer_id, credit.artist_id, count(DISTINCT credit.track_id)::INT AS track_count,
      array_agg(DISTINCT credit.role ORDER BY credit.role) AS roles, round(max(credit.confidence), 4) AS confidence,
      min(credit.year) AS first_year, max(credit.year) AS last_year
    FROM (
      SELECT stated.producer_id, whose.artist_id, stated.track_id, stated.role,
        CASE
          WHEN count(*) = 1 THEN max(stated.confidence)
          ELSE linernotes.agreement(array_agg(stated.confidence))
        END AS confidence,
        min(extract(YEAR FROM album.release_date))::INT AS year
      FROM public.track_producers AS stated
      JOIN public.tracks AS track ON track.id = stated.track_id
      JOIN public.albums AS album ON album.id = track.album_id
      JOIN linernotes.album_artists AS whose ON whose.album_id = album.id
      WHERE stated.producer_id = ANY (producer_ids) AND (artist_ids IS NULL OR whose.artist_id = ANY (artist_ids))
      GROUP BY stated.producer_id, whose.artist_id, stated.track_id, stated.role
    ) AS credit
    GROUP BY credit.producer_id, credit.artist_id
  ), gone AS (
    DELETE FROM linernotes.collaborations AS known
    USING unnest(producer_ids) AS wanted (id)
    WHERE known.producer_id = wanted.id AND (artist_ids IS NULL OR known.artist_id = ANY (artist_ids))
      AND NOT EXISTS (
        SELECT FROM counted WHERE counted.producer_id = known.producer_id AND counted.artist_id = known.artist_id
      )
  )
  INSERT INTO linernotes.collaborations AS known
    (producer_id, artist_id, track_count, roles, confidence, first_year, last_year)
  SELECT * FROM counted
  ORDER BY counted.producer_id, counted.artist_id
  ON CONFLICT (producer_id, artist_id) DO UPDATE
    SET (track_count, roles, confidence, first_year, last_year)
      = (EXCLUDED.track_count, EXCLUDED.roles, EXCLUDED.confidence, EXCLUDED.first_year, EXCLUDED.last_year)
    WHERE (known.track_count, known.roles, known.confidence, known.first_year, known.last_year) IS DISTINCT FROM
      (EXCLUDED.track_count, EXCLUDED.roles, EXCLUDED.confidence, EXCLUDED.first_year, EXCLUDED.last_year);
END;
$$;
COMMENT ON FUNCTION linernotes.refresh_collaborations(UUID[], UUID[]) IS
  'Computes anew what these producers made with these artists, or with all artists where artist_ids is NULL. Its callers hold the locks of the producers'' counts.';

CREATE OR REPLACE FUNCTION linernotes.artists_of(track_ids UUID[])
RETURNS UUID[]
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT ARRAY(
    SELECT DISTINCT whose.artist_id
    FROM public.tracks AS track
    JOIN linernotes.album_artists AS whose ON whose.album_id = track.album_id
    WHERE track.id = ANY (track_ids)
  );
$$;
COMMENT ON FUNCTION linernotes.artists_of(UUID[]) IS
  'On whose albums these tracks are.';

-- What was there before this table.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM linernotes.collaborations) THEN
    PERFORM linernotes.refresh_collaborations(ARRAY(SELECT producer.id FROM public.producers AS producer), NULL);
  END IF;
END;
$$;
