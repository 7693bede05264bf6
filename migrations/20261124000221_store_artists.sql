-- What the store_… functions have in common: stated rows are [{"msg_id", "row": {…}}]; what a row does not state keeps
-- its stored value; the last statement about a row counts; only rows that differ are written, in key order. Their
-- callers hold the locks of the keys (linernotes.catalogue_keys), so that what they read stays true.

CREATE OR REPLACE FUNCTION linernotes.store_artists(argument TEXT, stated JSONB)
RETURNS TABLE (msg_id BIGINT, artist_id UUID)
LANGUAGE plpgsql
SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  missing TEXT;
BEGIN
  WITH given AS MATERIALIZED (
    SELECT DISTINCT ON (spotify_id)
      linernotes.stated_text(argument || '.spotify_id', item.value -> 'row' -> 'spotify_id', 64) AS spotify_id,
      linernotes.stated_text(argument || '.name', item.value -> 'row' -> 'name', 512) AS name,
      linernotes.stated_number(argument || '.followers', item.value -> 'row' -> 'followers', 0, 2147483647) AS followers,
      linernotes.stated_number(argument || '.popularity', item.value -> 'row' -> 'popularity', 0, 100) AS popularity,
      linernotes.stated_text(argument || '.image_url', item.value -> 'row' -> 'image_url') AS image_url,
      linernotes.stated_json(argument || '.metadata', item.value -> 'row' -> 'metadata', 'object') AS metadata,
      item.value -> 'row' -> 'replaces_metadata' IS NOT NULL AS replaces_metadata
    FROM jsonb_array_elements(stated) WITH ORDINALITY AS item
    ORDER BY spotify_id, item.ordinality DESC
  ), whole AS MATERIALIZED (
    SELECT given.spotify_id,
      coalesce(given.name, known.name) AS name,
      coalesce(given.followers, known.followers) AS followers,
      coalesce(given.popularity, known.popularity) AS popularity,
      coalesce(given.image_url, known.image_url) AS image_url,
      linernotes.kept_metadata(known.metadata, given.metadata, given.replaces_metadata) AS metadata
    FROM given
    LEFT JOIN public.artists AS known ON known.spotify_id = given.spotify_id
  ), written AS (
    INSERT INTO public.artists AS known (spotify_id, name, followers, popularity, image_url, metadata)
    SELECT * FROM whole
    WHERE spotify_id IS NOT NULL AND name IS NOT NULL
    ORDER BY spotify_id
    ON CONFLICT (spotify_id) DO UPDATE
      SET (name, followers, popularity, image_url, metadata)
        = (EXCLUDED.name, EXCLUDED.followers, EXCLUDED.popularity, EXCLUDED.image_url, EXCLUDED.metadata)
      WHERE (known.name, known.followers, known.popularity, known.image_url, known.metadata) IS DISTINCT FROM
        (EXCLUDED.name, EXCLUDED.followers, EXCLUDED.popularity, EXCLUDED.image_url, EXCLUDED.metadata)
  )
  SELECT CASE WHEN spotify_id IS NULL THEN 'spotify_id' ELSE 'name' END INTO missing
  FROM whole
  WHERE spotify_id IS NULL OR name IS NULL
  LIMIT 1;
  IF missing IS NOT NULL THEN
    PERFORM linernotes.reject(argument || '.' || missing, 'must not be missing or empty');
  END IF;

  RETURN QUERY
  SELECT (item ->> 'msg_id')::BIGINT, artist.id
  FROM jsonb_array_elements(stated) AS item
  JOIN public.artists AS artist ON artist.spotify_id = btrim(item -> 'row' ->> 'spotify_id');
END;
$$;
COMMENT ON FUNCTION linernotes.store_artists(TEXT, JSONB) IS
  'Upserts artists and returns their ids by message.';
