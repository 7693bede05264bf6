-- Stores tracks. store_artists says what all store_… functions have in common.

SELECT linernotes.ensure_type('linernotes.stated_track', 'AS (
  argument TEXT,
  msg_id BIGINT,
  ordinal BIGINT,
  spotify_id TEXT,
  album_id UUID,
  name TEXT,
  duration_ms BIGINT,
  popularity BIGINT,
  isrc TEXT,
  disc_number BIGINT,
  track_number BIGINT,
  preview_url TEXT,
  metadata JSONB,
  replaces BOOLEAN,
  hides_relinks BOOLEAN
)');
COMMENT ON TYPE linernotes.stated_track IS
  'A track as a caller states it. hides_relinks: of a list, whether Spotify did not tell which tracks it relinks; NULL elsewhere.';

CREATE OR REPLACE FUNCTION linernotes.read_tracks(argument TEXT, outcomes JSONB)
RETURNS linernotes.stated_track[]
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT array_agg(ROW(
    argument,
    item.msg_id,
    item.ordinal,
    linernotes.required_text(argument || '.spotify_id', item.stated -> 'spotify_id', 64),
    linernotes.stated_uuid(argument || '.album_id', item.stated -> 'album_id'),
    linernotes.stated_text(argument || '.name', item.stated -> 'name'),
    linernotes.stated_number(argument || '.duration_ms', item.stated -> 'duration_ms', 0, 2147483647),
    linernotes.stated_number(argument || '.popularity', item.stated -> 'popularity', 0, 100),
    linernotes.stated_text(argument || '.isrc', item.stated -> 'isrc', 64),
    linernotes.stated_number(argument || '.disc_number', item.stated -> 'disc_number', 0, 10000),
    linernotes.stated_number(argument || '.track_number', item.stated -> 'track_number', 0, 10000),
    linernotes.stated_text(argument || '.preview_url', item.stated -> 'preview_url'),
    linernotes.stated_json(argument || '.metadata', item.stated -> 'metadata', 'object'),
    item.stated ? 'replaces',
    list.hides_relinks
  )::linernotes.stated_track)
  FROM linernotes.stated_rows(outcomes, 'tracks') AS item
  LEFT JOIN (
    SELECT (outcome ->> 'msg_id')::BIGINT AS msg_id,
      outcome #> '{rows,list,tracks,hides_relinks}' IS NOT DISTINCT FROM 'true' AS hides_relinks
    FROM jsonb_array_elements(outcomes) AS outcome
    WHERE outcome #> '{rows,list,tracks}' IS NOT NULL
  ) AS list USING (msg_id);
$$;
COMMENT ON FUNCTION linernotes.read_tracks(TEXT, JSONB) IS
  'The tracks that outcomes state; NULL if they state none.';

-- Where an app may not know which tracks Spotify relinks, an album lists the track that plays in place of its own, and what
-- was stored so must be known again when an app is told, and the other way round: the operator's app may change its mode.
CREATE OR REPLACE FUNCTION linernotes.tracks_as_known(stated linernotes.stated_track[])
RETURNS linernotes.stated_track[]
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  same RECORD;
  known_already BIGINT[] := ARRAY[]::BIGINT[];
BEGIN
  -- An album's own track, by a list that tells of relinks. Another album has it in place of one whose own id it was not
  -- told, and keeps its row without an id until it is.
  UPDATE public.tracks AS known
  SET spotify_id = NULL
  FROM unnest(stated) AS given
  WHERE known.spotify_id = given.spotify_id
    AND known.album_id <> given.album_id
    AND NOT given.hides_relinks
    AND given.metadata ->> 'id' = given.spotify_id;

  FOR same IN
    WITH given AS MATERIALIZED (
      SELECT track.ordinality, track.spotify_id, track.album_id, track.hides_relinks,
        coalesce(track.metadata ->> 'id', track.spotify_id) AS plays,
        linernotes.place_and_title(track.disc_number::TEXT, track.track_number::TEXT, track.name) AS place
      FROM unnest(stated) WITH ORDINALITY AS track
      WHERE track.hides_relinks IS NOT NULL
    ), unlisted AS MATERIALIZED (
      -- Nearly always there are none: the album is new, or lists what it has.
      SELECT known.id, known.album_id, known.spotify_id, known.metadata ->> 'id' AS plays,
        linernotes.place_and_title(known.disc_number::TEXT, known.track_number::TEXT, known.name) AS place
      FROM public.tracks AS known
      LEFT JOIN given ON given.spotify_id = known.spotify_id AND given.album_id = known.album_id
      WHERE known.album_id IN (SELECT given.album_id FROM given) AND given.spotify_id IS NULL
    ), pairs AS (
      SELECT DISTINCT ON (unlisted.id) unlisted.id, unlisted.spotify_id AS known_id, given.ordinality, given.spotify_id,
        given.hides_relinks AND given.plays = given.spotify_id AS is_unsure
      FROM unlisted
      JOIN given USING (album_id)
      WHERE given.plays IN (unlisted.spotify_id, unlisted.plays)
        OR (given.place = unlisted.place AND (given.hides_relinks OR given.plays <> given.spotify_id))
      ORDER BY unlisted.id, given.place = unlisted.place DESC, given.ordinality
    )
    SELECT DISTINCT ON (pairs.ordinality) pairs.*
    FROM pairs
    WHERE NOT EXISTS (
      SELECT FROM public.tracks AS other WHERE other.spotify_id = pairs.spotify_id AND (NOT is_unsure OR other.album_id = (
        SELECT known.album_id FROM public.tracks AS known WHERE known.id = pairs.id
      ))
    )
    ORDER BY pairs.ordinality, pairs.known_id
  LOOP
    IF NOT same.is_unsure THEN
      UPDATE public.tracks AS known SET spotify_id = same.spotify_id WHERE known.id = same.id;
    ELSIF same.known_id IS NOT NULL THEN
      stated[same.ordinality].spotify_id := same.known_id;
    ELSE
      known_already := known_already || same.ordinality;
    END IF;
  END LOOP;
  IF known_already = '{}' THEN
    RETURN stated;
  END IF;
  RETURN ARRAY(SELECT stated[place] FROM generate_subscripts(stated, 1) AS place WHERE place <> ALL (known_already));
END;
$$;
COMMENT ON FUNCTION linernotes.tracks_as_known(linernotes.stated_track[]) IS
  'Listed tracks under the ids that their albums know them by: a track that was stored under the id of the one that plays in its place gets its own id where the list tells it, and keeps it where the list does not.';

CREATE OR REPLACE FUNCTION linernotes.store_tracks(stated linernotes.stated_track[])
RETURNS TABLE (msg_id BIGINT, track_id UUID)
LANGUAGE plpgsql
SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  checked RECORD;
BEGIN
  stated := linernotes.tracks_as_known(stated);
  WITH given AS MATERIALIZED (
    SELECT DISTINCT ON (spotify_id) *,
      first_value(album_id) OVER (PARTITION BY spotify_id ORDER BY ordinal) AS first_album_id
    FROM unnest(stated)
    ORDER BY spotify_id, ordinal DESC
  ), whole AS MATERIALIZED (
    SELECT given.argument,
      given.spotify_id,
      album.id AS album_id,
      coalesce(given.name, known.name) AS name,
      coalesce(given.duration_ms, known.duration_ms) AS duration_ms,
      coalesce(given.popularity, known.popularity) AS popularity,
      coalesce(given.isrc, known.isrc) AS isrc,
      coalesce(given.disc_number, known.disc_number) AS disc_number,
      coalesce(given.track_number, known.track_number) AS track_number,
      coalesce(given.preview_url, known.spotify_preview_url) AS preview_url,
      linernotes.kept_metadata(known.metadata, given.metadata, given.replaces) AS metadata,
      given.album_id AS stated_album_id
    FROM given
    LEFT JOIN public.tracks AS known ON known.spotify_id = given.spotify_id
    -- Spotify lists a track of another album in place of one that cannot be played here, and does not always say so. So a
    -- track that is stored stays with its album.
    LEFT JOIN public.albums AS album ON album.id = CASE
      WHEN given.replaces THEN coalesce(given.album_id, known.album_id)
      ELSE coalesce(known.album_id, given.first_album_id)
    END
  ), written AS (
    INSERT INTO public.tracks AS known (spotify_id, album_id, name, duration_ms, popularity, isrc, disc_number,
      track_number, spotify_preview_url, metadata)
    SELECT spotify_id, album_id, name, duration_ms, popularity, isrc, disc_number, track_number, preview_url, metadata
    FROM whole
    WHERE name IS NOT NULL AND album_id IS NOT NULL
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
  SELECT min(argument) FILTER (WHERE name IS NULL) AS nameless,
    min(argument) FILTER (WHERE album_id IS NULL) AS without_album,
    min(coalesce('there is no album ' || stated_album_id, 'must not be missing')) FILTER (WHERE album_id IS NULL) AS reason
  INTO checked
  FROM whole;
  IF checked.nameless IS NOT NULL THEN
    PERFORM linernotes.reject(checked.nameless || '.name', 'must not be missing or empty');
  ELSIF checked.without_album IS NOT NULL THEN
    PERFORM linernotes.reject(checked.without_album || '.album_id', checked.reason);
  END IF;

  RETURN QUERY
  SELECT given.msg_id, track.id
  FROM unnest(stated) AS given
  JOIN public.tracks AS track ON track.spotify_id = given.spotify_id;
END;
$$;
COMMENT ON FUNCTION linernotes.store_tracks(linernotes.stated_track[]) IS
  'Upserts tracks and returns their ids by message. Only a caller of a documented function moves a track to another album.';
