CREATE OR REPLACE FUNCTION linernotes.store_tracks(argument TEXT, stated JSONB)
RETURNS TABLE (msg_id BIGINT, track_id UUID)
LANGUAGE plpgsql
SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  without_id BOOLEAN;
  without_name BOOLEAN;
  without_album TEXT;
BEGIN
  WITH given AS MATERIALIZED (
    SELECT DISTINCT ON (spotify_id)
      linernotes.stated_text(argument || '.spotify_id', item.value -> 'row' -> 'spotify_id', 64) AS spotify_id,
      linernotes.stated_uuid(argument || '.album_id', item.value -> 'row' -> 'album_id') AS album_id,
      linernotes.stated_text(argument || '.name', item.value -> 'row' -> 'name') AS name,
      linernotes.stated_number(argument || '.duration_ms', item.value -> 'row' -> 'duration_ms', 0, 2147483647) AS duration_ms,
      linernotes.stated_number(argument || '.popularity', item.value -> 'row' -> 'popularity', 0, 100) AS popularity,
      linernotes.stated_text(argument || '.isrc', item.value -> 'row' -> 'isrc', 64) AS isrc,
      linernotes.stated_number(argument || '.disc_number', item.value -> 'row' -> 'disc_number', 0, 10000) AS disc_number,
      linernotes.stated_number(argument || '.track_number', item.value -> 'row' -> 'track_number', 0, 10000) AS track_number,
      linernotes.stated_text(argument || '.preview_url', item.value -> 'row' -> 'preview_url') AS preview_url,
      linernotes.stated_json(argument || '.metadata', item.value -> 'row' -> 'metadata', 'object') AS metadata,
      item.value -> 'row' -> 'replaces_metadata' IS NOT NULL AS replaces_metadata
    FROM jsonb_array_elements(stated) WITH ORDINALITY AS item
    ORDER BY spotify_id, item.ordinality DESC
  ), whole AS MATERIALIZED (
    SELECT given.spotify_id,
      album.id AS album_id,
      coalesce(given.name, known.name) AS name,
      coalesce(given.duration_ms, known.duration_ms) AS duration_ms,
      coalesce(given.popularity, known.popularity) AS popularity,
      coalesce(given.isrc, known.isrc) AS isrc,
      coalesce(given.disc_number, known.disc_number) AS disc_number,
      coalesce(given.track_number, known.track_number) AS track_number,
      coalesce(given.preview_url, known.spotify_preview_url) AS preview_url,
      linernotes.kept_metadata(known.metadata, given.metadata, given.replaces_metadata) AS metadata,
      given.album_id AS stated_album_id
    FROM given
    LEFT JOIN public.tracks AS known ON known.spotify_id = given.spotify_id
    LEFT JOIN public.albums AS album ON album.id = coalesce(given.album_id, known.album_id)
  ), written AS (
    INSERT INTO public.tracks AS known (spotify_id, album_id, name, duration_ms, popularity, isrc, disc_number,
      track_number, spotify_preview_url, metadata)
    SELECT spotify_id, album_id, name, duration_ms, popularity, isrc, disc_number, track_number, preview_url, metadata
    FROM whole
    WHERE spotify_id IS NOT NULL AND name IS NOT NULL AND album_id IS NOT NULL
    ORDER BY spotify_id
    ON CONFLICT (spotify_id) DO UPDATE
      SET (album_id, name, duration_ms, popularity, isrc, disc_number, track_number, spotify_preview_url, metadata) =
        (EXCLUDED.album_id, EXCLUDED.name, EXCLUDED.duration_ms, EXCLUDED.popularity, EXCLUDED.isrc,
          EXCLUDED.disc_number, EXCLUDED.track_number, EXCLUDED.spotify_preview_url, EXCLUDED.metadata)
      WHERE (known.album_id, known.name, known.duration_ms, known.popularity, known.isrc, known.disc_number,
          known.track_number, known.spotify_preview_url, known.metadata) IS DISTINCT FROM
        (EXCLUDED.album_id, EXCLUDED.name, EXCLUDED.duration_ms, EXCLUDED.popularity, EXCLUDED.isrc,
          EXCLUDED.disc_number, EXCLUDED.track_number, EXCLUDED.spotify_preview_url, EXCLUDED.metadata)
  )
  SELECT bool_or(spotify_id IS NULL), bool_or(name IS NULL),
    min(coalesce('there is no album ' || stated_album_id, 'must not be missing')) FILTER (WHERE album_id IS NULL)
  INTO without_id, without_name, without_album
  FROM whole;
  IF without_id THEN
    PERFORM linernotes.reject(argument || '.spotify_id', 'must not be missing or empty');
  ELSIF without_name THEN
    PERFORM linernotes.reject(argument || '.name', 'must not be missing or empty');
  ELSIF without_album IS NOT NULL THEN
    PERFORM linernotes.reject(argument || '.album_id', without_album);
  END IF;

  RETURN QUERY
  SELECT (item ->> 'msg_id')::BIGINT, track.id
  FROM jsonb_array_elements(stated) AS item
  JOIN public.tracks AS track ON track.spotify_id = btrim(item -> 'row' ->> 'spotify_id');
END;
$$;
COMMENT ON FUNCTION linernotes.store_tracks(TEXT, JSONB) IS
  'Upserts tracks and returns their ids by message.';
