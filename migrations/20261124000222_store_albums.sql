CREATE OR REPLACE FUNCTION linernotes.store_albums(argument TEXT, stated JSONB)
RETURNS TABLE (msg_id BIGINT, album_id UUID)
LANGUAGE plpgsql
SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  without_id BOOLEAN;
  without_name BOOLEAN;
  without_artist TEXT;
  arrived TEXT[];
BEGIN
  WITH given AS MATERIALIZED (
    SELECT DISTINCT ON (spotify_id)
      linernotes.stated_text(argument || '.spotify_id', item.value -> 'row' -> 'spotify_id', 64) AS spotify_id,
      linernotes.stated_text(argument || '.name', item.value -> 'row' -> 'name') AS name,
      item.value -> 'row' ->> 'release_date' AS release_date,
      item.value -> 'row' ->> 'release_date_precision' AS release_date_precision,
      linernotes.stated_text(argument || '.cover_url', item.value -> 'row' -> 'cover_url') AS cover_url,
      linernotes.stated_text(argument || '.upc', item.value -> 'row' -> 'upc', 64) AS upc,
      linernotes.stated_texts(argument || '.artist_spotify_ids', item.value -> 'row' -> 'artist_spotify_ids', 64) AS own,
      linernotes.stated_uuid(argument || '.found_for_artist_id', item.value -> 'row' -> 'found_for_artist_id') AS finder,
      linernotes.stated_json(argument || '.metadata', item.value -> 'row' -> 'metadata', 'object') AS metadata,
      item.value -> 'row' -> 'replaces_metadata' IS NOT NULL AS replaces_metadata
    FROM jsonb_array_elements(stated) WITH ORDINALITY AS item
    ORDER BY spotify_id, item.ordinality DESC
  ), whole AS MATERIALIZED (
    SELECT given.spotify_id,
      coalesce(given.name, known.name) AS name,
      -- Good enough to insert the row; settle_albums has the last word.
      coalesce(
        known.artist_id,
        (
          SELECT artist.id
          FROM unnest(coalesce(given.own, ARRAY(
            SELECT jsonb_array_elements_text(linernotes.artist_ids_in(given.metadata))
          ))) WITH ORDINALITY AS own (spotify_id, place)
          JOIN public.artists AS artist ON artist.spotify_id = own.spotify_id
          ORDER BY own.place
          LIMIT 1
        ),
        (SELECT artist.id FROM public.artists AS artist WHERE artist.id = given.finder)
      ) AS artist_id,
      CASE WHEN given.release_date IS NULL THEN known.release_date
        ELSE linernotes.release_date(given.release_date) END AS release_date,
      coalesce(
        linernotes.release_date_precision(given.release_date, given.release_date_precision), known.release_date_precision
      ) AS release_date_precision,
      coalesce(given.cover_url, known.cover_url) AS cover_url,
      coalesce(given.upc, known.upc) AS upc,
      linernotes.kept_metadata(known.metadata, given.metadata, given.replaces_metadata) AS metadata,
      known.id IS NULL AS is_new
    FROM given
    LEFT JOIN public.albums AS known ON known.spotify_id = given.spotify_id
  ), written AS (
    INSERT INTO public.albums AS known
      (spotify_id, name, artist_id, release_date, release_date_precision, cover_url, upc, metadata)
    SELECT spotify_id, name, artist_id, release_date, release_date_precision, cover_url, upc, metadata
    FROM whole
    WHERE spotify_id IS NOT NULL AND name IS NOT NULL AND artist_id IS NOT NULL
    ORDER BY spotify_id
    ON CONFLICT (spotify_id) DO UPDATE
      SET (name, release_date, release_date_precision, cover_url, upc, metadata) = (EXCLUDED.name,
        EXCLUDED.release_date, EXCLUDED.release_date_precision, EXCLUDED.cover_url, EXCLUDED.upc, EXCLUDED.metadata)
      WHERE (known.name, known.release_date, known.release_date_precision, known.cover_url, known.upc, known.metadata)
        IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.release_date, EXCLUDED.release_date_precision, EXCLUDED.cover_url,
          EXCLUDED.upc, EXCLUDED.metadata)
  )
  SELECT bool_or(spotify_id IS NULL), bool_or(name IS NULL), min(spotify_id) FILTER (WHERE artist_id IS NULL),
    array_agg(spotify_id) FILTER (WHERE is_new)
  INTO without_id, without_name, without_artist, arrived
  FROM whole;
  IF without_id THEN
    PERFORM linernotes.reject(argument || '.spotify_id', 'must not be missing or empty');
  ELSIF without_name THEN
    PERFORM linernotes.reject(argument || '.name', 'must not be missing or empty');
  ELSIF without_artist IS NOT NULL THEN
    PERFORM linernotes.reject(argument || '.artist_id',
      format('the catalogue has no artist of the album %s', without_artist));
  END IF;

  PERFORM linernotes.state_album_artists(stated, arrived);

  RETURN QUERY
  SELECT (item ->> 'msg_id')::BIGINT, album.id
  FROM jsonb_array_elements(stated) AS item
  JOIN public.albums AS album ON album.spotify_id = btrim(item -> 'row' ->> 'spotify_id');
END;
$$;
COMMENT ON FUNCTION linernotes.store_albums(TEXT, JSONB) IS
  'Upserts albums and whose they are, and returns their ids by message.';

CREATE OR REPLACE FUNCTION linernotes.state_album_artists(stated JSONB, arrived TEXT[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  album_ids UUID[];
BEGIN
  album_ids := ARRAY(
    SELECT album.id
    FROM public.albums AS album
    WHERE album.spotify_id IN (SELECT btrim(item -> 'row' ->> 'spotify_id') FROM jsonb_array_elements(stated) AS item)
  );

  PERFORM linernotes.state_own_artists((
    SELECT coalesce(jsonb_agg(jsonb_build_object('album_id', album.id, 'spotify_ids', latest.own)), '[]')
    FROM (
      SELECT DISTINCT ON (spotify_id)
        btrim(item.value -> 'row' ->> 'spotify_id') AS spotify_id, item.value -> 'row' -> 'artist_spotify_ids' AS own
      FROM jsonb_array_elements(stated) WITH ORDINALITY AS item
      WHERE jsonb_typeof(item.value -> 'row' -> 'artist_spotify_ids') = 'array'
      ORDER BY spotify_id, item.ordinality DESC
    ) AS latest
    JOIN public.albums AS album USING (spotify_id)
  ));

  -- Every finder counts, whichever message came last.
  INSERT INTO linernotes.album_artists AS known (album_id, artist_id, found)
  SELECT DISTINCT album.id, artist.id, TRUE
  FROM jsonb_array_elements(stated) AS item
  JOIN public.albums AS album ON album.spotify_id = btrim(item -> 'row' ->> 'spotify_id')
  JOIN public.artists AS artist ON artist.id = (item -> 'row' ->> 'found_for_artist_id')::UUID
  ORDER BY album.id, artist.id
  ON CONFLICT (album_id, artist_id) DO UPDATE SET found = TRUE WHERE NOT known.found;

  PERFORM linernotes.settle_albums(album_ids);

  -- The insert of a new album took its first artist for a finder.
  UPDATE linernotes.album_artists AS known
  SET found = FALSE
  FROM public.albums AS album
  WHERE album.spotify_id = ANY (arrived)
    AND known.album_id = album.id
    AND known.position IS NOT NULL
    AND known.found
    AND NOT EXISTS (
      SELECT FROM jsonb_array_elements(stated) AS item
      WHERE btrim(item -> 'row' ->> 'spotify_id') = album.spotify_id
        AND (item -> 'row' ->> 'found_for_artist_id')::UUID = known.artist_id
    );
END;
$$;
COMMENT ON FUNCTION linernotes.state_album_artists(JSONB, TEXT[]) IS
  'Writes down whom Spotify names on these albums and in whose lists they stood; arrived: the albums that are new.';
