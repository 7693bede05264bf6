-- Stores artists. All store_… functions work alike: they take rows as read_… made them of JSON; a value that a row does
-- not state keeps what is stored; of several rows with one id the last one counts; only rows that differ are written, in
-- the order of their ids. Their caller has locked the ids (catalogue_keys), so that what they read stays true.

SELECT linernotes.ensure_type('linernotes.stated_artist', 'AS (
  argument TEXT,
  msg_id BIGINT,
  ordinal BIGINT,
  spotify_id TEXT,
  name TEXT,
  followers BIGINT,
  popularity BIGINT,
  image_url TEXT,
  metadata JSONB,
  replaces BOOLEAN
)');
COMMENT ON TYPE linernotes.stated_artist IS
  'An artist as a caller states it. argument: what the caller named the row, for errors. msg_id: the message it belongs to. ordinal: of rows with one id the greatest counts. replaces: a caller of a documented function says what is to be stored, in place of what is.';

CREATE OR REPLACE FUNCTION linernotes.stated_rows(outcomes JSONB, kind TEXT)
RETURNS TABLE (msg_id BIGINT, ordinal BIGINT, stated JSONB)
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT (outcome.value ->> 'msg_id')::BIGINT, (outcome.ordinality << 32) + item.ordinality, item.value
  FROM jsonb_array_elements(outcomes) WITH ORDINALITY AS outcome
  CROSS JOIN LATERAL jsonb_array_elements(
    CASE jsonb_typeof(outcome.value -> 'rows' -> kind)
      WHEN 'array' THEN outcome.value -> 'rows' -> kind
      WHEN 'object' THEN jsonb_build_array(outcome.value -> 'rows' -> kind)
      ELSE '[]'
    END
  ) WITH ORDINALITY AS item;
$$;
COMMENT ON FUNCTION linernotes.stated_rows(JSONB, TEXT) IS
  'The rows under this key of all outcomes [{"msg_id", "rows": {key: row or [row]}}], with numbers that rise in their order.';

CREATE OR REPLACE FUNCTION linernotes.read_artists(argument TEXT, outcomes JSONB)
RETURNS linernotes.stated_artist[]
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT array_agg(ROW(
    argument,
    item.msg_id,
    item.ordinal,
    linernotes.required_text(argument || '.spotify_id', item.stated -> 'spotify_id', 64),
    linernotes.stated_text(argument || '.name', item.stated -> 'name', 512),
    linernotes.stated_number(argument || '.followers', item.stated -> 'followers', 0, 2147483647),
    linernotes.stated_number(argument || '.popularity', item.stated -> 'popularity', 0, 100),
    linernotes.stated_text(argument || '.image_url', item.stated -> 'image_url'),
    linernotes.stated_json(argument || '.metadata', item.stated -> 'metadata', 'object'),
    item.stated ? 'replaces'
  )::linernotes.stated_artist)
  FROM linernotes.stated_rows(outcomes, 'artists') AS item;
$$;
COMMENT ON FUNCTION linernotes.read_artists(TEXT, JSONB) IS
  'The artists that outcomes state; NULL if they state none.';

CREATE OR REPLACE FUNCTION linernotes.store_artists(stated linernotes.stated_artist[])
RETURNS TABLE (msg_id BIGINT, artist_id UUID)
LANGUAGE plpgsql
SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  nameless TEXT;
BEGIN
  WITH given AS MATERIALIZED (
    SELECT DISTINCT ON (spotify_id) * FROM unnest(stated) ORDER BY spotify_id, ordinal DESC
  ), whole AS MATERIALIZED (
    SELECT given.argument,
      given.spotify_id,
      coalesce(given.name, known.name) AS name,
      coalesce(given.followers, known.followers) AS followers,
      coalesce(given.popularity, known.popularity) AS popularity,
      coalesce(given.image_url, known.image_url) AS image_url,
      linernotes.kept_metadata(known.metadata, given.metadata, given.replaces) AS metadata
    FROM given
    LEFT JOIN public.artists AS known ON known.spotify_id = given.spotify_id
  ), written AS (
    INSERT INTO public.artists AS known (spotify_id, name, followers, popularity, image_url, metadata)
    SELECT spotify_id, name, followers, popularity, image_url, metadata
    FROM whole
    WHERE name IS NOT NULL
    ORDER BY spotify_id
    ON CONFLICT (spotify_id) DO UPDATE
      SET (name, followers, popularity, image_url, metadata)
        = (EXCLUDED.name, EXCLUDED.followers, EXCLUDED.popularity, EXCLUDED.image_url, EXCLUDED.metadata)
      WHERE (known.name, known.followers, known.popularity, known.image_url, known.metadata) IS DISTINCT FROM
        (EXCLUDED.name, EXCLUDED.followers, EXCLUDED.popularity, EXCLUDED.image_url, EXCLUDED.metadata)
  )
  SELECT min(argument) INTO nameless FROM whole WHERE name IS NULL;
  IF nameless IS NOT NULL THEN
    PERFORM linernotes.reject(nameless || '.name', 'must not be missing or empty');
  END IF;

  RETURN QUERY
  SELECT given.msg_id, artist.id
  FROM unnest(stated) AS given
  JOIN public.artists AS artist ON artist.spotify_id = given.spotify_id;
END;
$$;
COMMENT ON FUNCTION linernotes.store_artists(linernotes.stated_artist[]) IS
  'Upserts artists and returns their ids by message.';
