-- What is in the catalogue: for the first page, and for whoever asks how much there is.

-- The newest artists, without reading all of them.
CREATE INDEX IF NOT EXISTS artists_created_at ON public.artists (created_at);

CREATE OR REPLACE FUNCTION linernotes.counted_rows(target REGCLASS)
RETURNS BIGINT
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  estimate BIGINT := (SELECT reltuples::BIGINT FROM pg_catalog.pg_class WHERE oid = target);
  counted BIGINT;
BEGIN
  IF estimate > 100000 THEN
    RETURN estimate;
  END IF;
  EXECUTE format('SELECT count(*) FROM (SELECT FROM %s LIMIT 100001) AS few', target) INTO counted;
  RETURN greatest(counted, CASE WHEN counted > 100000 THEN estimate ELSE 0 END);
END;
$$;
COMMENT ON FUNCTION linernotes.counted_rows(REGCLASS) IS
  'How many rows a table has: exact up to 100,000, the planner''s estimate beyond.';

CREATE OR REPLACE FUNCTION linernotes.get_catalogue_stats()
RETURNS JSONB
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
  SELECT jsonb_build_object(
    'producers', linernotes.counted_rows('public.producers'),
    'artists', linernotes.counted_rows('public.artists'),
    'albums', linernotes.counted_rows('public.albums'),
    'tracks', linernotes.counted_rows('public.tracks'),
    'credits', linernotes.counted_rows('public.track_producers'),
    'newest_artists', (
      SELECT coalesce(jsonb_agg(
        jsonb_build_object('id', artist.id, 'name', artist.name, 'image_url', artist.image_url, 'since', artist.created_at)
        ORDER BY artist.created_at DESC, artist.id
      ), '[]')
      FROM (
        SELECT newest.* FROM public.artists AS newest ORDER BY newest.created_at DESC NULLS LAST LIMIT 12
      ) AS artist
    ),
    'foremost_producers', (
      SELECT coalesce(jsonb_agg(
        jsonb_build_object('id', producer.id, 'name', producer.name, 'image_url', producer.image_url,
          'track_count', foremost.track_count, 'artist_count', foremost.artist_count)
        ORDER BY foremost.track_count DESC, foremost.artist_count DESC, foremost.name_start, foremost.producer_id
      ), '[]')
      FROM (
        SELECT known.producer_id, known.track_count, known.artist_count, known.name_start
        FROM linernotes.producer_counts AS known
        ORDER BY known.track_count DESC, known.artist_count DESC, known.name_start, known.producer_id
        LIMIT 12
      ) AS foremost
      JOIN public.producers AS producer ON producer.id = foremost.producer_id
      WHERE foremost.track_count > 0
    ),
    'updated_at', (SELECT max(artist.created_at) FROM public.artists AS artist)
  );
$$;
COMMENT ON FUNCTION linernotes.get_catalogue_stats() IS
  'What public.get_catalogue_stats answers; the public key has no grant on the tables themselves.';

CREATE OR REPLACE FUNCTION public.get_catalogue_stats()
RETURNS JSONB
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
  SELECT linernotes.get_catalogue_stats();
$$;
COMMENT ON FUNCTION public.get_catalogue_stats() IS
  'What the catalogue holds: {producers, artists, albums, tracks, credits (numbers of rows, estimates above 100,000), newest_artists (12: {id, name, image_url, since}), foremost_producers (the 12 with most tracks), updated_at (when the newest artist arrived)}. For everybody.';
