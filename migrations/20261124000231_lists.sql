-- What Spotify no longer lists is kept, and marked by gone_at. Only a list that was read to its very end tells what is
-- missing in it: a page that failed, a list that changed while it was read, another market or an empty answer marks
-- nothing. What is listed again loses its mark.
--
-- An artist's list comes in pages, a message each, so how far it was read stands in album_lists. An album is gone once it
-- stands in no artist's list. An album's tracks come in one message.

CREATE TABLE IF NOT EXISTS linernotes.album_lists (
  artist_id UUID PRIMARY KEY REFERENCES public.artists (id) ON DELETE CASCADE,
  market TEXT NOT NULL,
  total INTEGER NOT NULL,
  read_to INTEGER NOT NULL,
  begun_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE linernotes.album_lists IS
  'How far an artist''s list of albums was read without a gap, while it is being read.';
COMMENT ON COLUMN linernotes.album_lists.total IS
  'How long the list is, as its first page said.';

CREATE TABLE IF NOT EXISTS linernotes.track_lists (
  album_id UUID PRIMARY KEY REFERENCES public.albums (id) ON DELETE CASCADE,
  market TEXT NOT NULL
);
COMMENT ON TABLE linernotes.track_lists IS
  'The market in which an album listed all its tracks that are not marked as gone.';

CREATE OR REPLACE FUNCTION linernotes.mark_albums_missing(artist_id UUID, market TEXT, begun_at TIMESTAMPTZ)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  missing UUID[];
BEGIN
  WITH dropped AS (
    UPDATE linernotes.album_artists AS known
    SET listed_at = NULL, listed_market = NULL
    WHERE known.artist_id = mark_albums_missing.artist_id
      AND known.listed_market = market
      AND known.listed_at < begun_at
    RETURNING known.album_id
  )
  SELECT array_agg(dropped.album_id) INTO missing FROM dropped;
  IF missing IS NULL THEN
    RETURN;
  END IF;
  -- Another artist's list may lose the same album at this moment. Whoever gets the album's row later sees both.
  PERFORM FROM public.albums AS album WHERE album.id = ANY (missing) ORDER BY album.spotify_id FOR NO KEY UPDATE;
  UPDATE public.albums AS album
  SET gone_at = clock_timestamp()
  WHERE album.id = ANY (missing)
    AND album.gone_at IS NULL
    AND NOT EXISTS (
      SELECT FROM linernotes.album_artists AS other WHERE other.album_id = album.id AND other.listed_at IS NOT NULL
    );
END;
$$;
COMMENT ON FUNCTION linernotes.mark_albums_missing(UUID, TEXT, TIMESTAMPTZ) IS
  'Takes the albums that this artist''s list has not shown since then off it, and marks as gone what no other artist''s list has.';

CREATE OR REPLACE FUNCTION linernotes.pass_on_listing(artist_id UUID, album_ids UUID[])
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  UPDATE linernotes.album_artists AS known
  SET (listed_at, listed_market) = (last.listed_at, last.listed_market)
  FROM linernotes.album_artists AS last
  WHERE last.artist_id = pass_on_listing.artist_id
    AND last.album_id = ANY (pass_on_listing.album_ids)
    AND last.listed_at IS NOT NULL
    AND known.album_id = last.album_id
    AND known.artist_id <> last.artist_id
    AND NOT EXISTS (
      SELECT
      FROM linernotes.album_artists AS other
      WHERE other.album_id = last.album_id AND other.artist_id <> last.artist_id AND other.listed_at IS NOT NULL
    );
$$;
COMMENT ON FUNCTION linernotes.pass_on_listing(UUID, UUID[]) IS
  'Before an artist is taken out: albums that stand in this artist''s list alone are looked for in the lists of those who remain. Spotify lists them still, so they are not gone; who remains tells when they are.';

CREATE OR REPLACE FUNCTION linernotes.note_album_page(page JSONB, album_ids UUID[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  whose UUID := linernotes.stated_uuid('rows.list.albums.artist_id', page -> 'artist_id');
  in_market TEXT := linernotes.required_text('rows.list.albums.market', page -> 'market', 8);
  first INT := linernotes.stated_number('rows.list.albums.offset', page -> 'offset', 0, 1000000000);
  behind INT := first + linernotes.stated_number('rows.list.albums.items', page -> 'items', 0, 1000000);
  following INT := linernotes.stated_number('rows.list.albums.next', page -> 'next', 0, 1000000000);
  all_items INT := linernotes.stated_number('rows.list.albums.total', page -> 'total', 0, 1000000000);
  list linernotes.album_lists;
BEGIN
  IF first = 0 AND all_items IS NOT NULL THEN
    INSERT INTO linernotes.album_lists AS known (artist_id, market, total, read_to, begun_at)
    SELECT artist.id, in_market, all_items, 0, clock_timestamp() FROM public.artists AS artist WHERE artist.id = whose
    ON CONFLICT (artist_id) DO UPDATE
      SET (market, total, read_to, begun_at) = (EXCLUDED.market, EXCLUDED.total, EXCLUDED.read_to, EXCLUDED.begun_at);
  END IF;

  UPDATE linernotes.album_artists AS known
  SET listed_at = clock_timestamp(), listed_market = in_market
  WHERE known.artist_id = whose AND known.album_id = ANY (album_ids);
  UPDATE public.albums AS album SET gone_at = NULL WHERE album.id = ANY (album_ids) AND album.gone_at IS NOT NULL;

  -- A list whose reading takes this long has changed meanwhile: an album may have moved to a page that was read before.
  UPDATE linernotes.album_lists AS known
  SET read_to = behind
  WHERE known.artist_id = whose
    AND (known.market, known.total, known.read_to) = (in_market, all_items, first)
    AND coalesce(following, all_items) = behind
    AND known.begun_at > clock_timestamp() - INTERVAL '1 hour'
  RETURNING known.* INTO list;
  IF list.artist_id IS NULL OR following IS NULL THEN
    DELETE FROM linernotes.album_lists AS known WHERE known.artist_id = whose;
  END IF;
  -- Spotify answers with nothing at random for what is there.
  IF following IS NULL AND list.total > 0 THEN
    PERFORM linernotes.mark_albums_missing(whose, in_market, list.begun_at);
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.note_album_page(JSONB, UUID[]) IS
  'Notes what a page of an artist''s list of albums shows, and at the end of a list without gaps what it no longer shows. {artist_id, market, offset, items, next, total}: which items of how many, and where the next page begins.';

CREATE OR REPLACE FUNCTION linernotes.place_and_title(disc_number TEXT, track_number TEXT, title TEXT)
RETURNS TEXT
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT concat_ws('/', disc_number, track_number, linernotes.normalize_name(title));
$$;
COMMENT ON FUNCTION linernotes.place_and_title(TEXT, TEXT, TEXT) IS
  'What a track is called where ids do not tell: its place on the album, and its title. No Spotify id has a slash.';

CREATE OR REPLACE FUNCTION linernotes.names_of_tracks(listed JSONB, hides_relinks BOOLEAN)
RETURNS TEXT[]
LANGUAGE sql
IMMUTABLE
SET search_path = ''
AS $$
  -- A relinked track is listed under its own id, and under the id of the one that plays in its place. Where Spotify does not
  -- say which tracks are relinked, a title at its place stands for the track that is known there.
  SELECT array_agg(name.value) FILTER (WHERE name.value IS NOT NULL)
  FROM jsonb_array_elements(CASE WHEN jsonb_typeof(listed) = 'array' THEN listed ELSE '[]' END) AS track
  CROSS JOIN LATERAL (
    VALUES (track ->> 'spotify_id'), (track #>> '{metadata,id}'), (CASE WHEN hides_relinks THEN
      linernotes.place_and_title(track ->> 'disc_number', track ->> 'track_number', track ->> 'name') END)
  ) AS name (value);
$$;
COMMENT ON FUNCTION linernotes.names_of_tracks(JSONB, BOOLEAN) IS
  'All by which listed tracks can be known: ids, and where relinks are hidden places with titles.';

CREATE OR REPLACE FUNCTION linernotes.mark_tracks(album_id UUID, names TEXT[], may_mark BOOLEAN)
RETURNS BOOLEAN
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  missing UUID[];
BEGIN
  UPDATE public.tracks AS track
  SET gone_at = NULL
  WHERE track.album_id = mark_tracks.album_id AND track.gone_at IS NOT NULL AND track.spotify_id = ANY (names);
  missing := ARRAY(
    SELECT track.id
    FROM public.tracks AS track
    WHERE track.album_id = mark_tracks.album_id
      AND track.gone_at IS NULL
      AND track.spotify_id <> ALL (names)
      AND linernotes.place_and_title(track.disc_number::TEXT, track.track_number::TEXT, track.name) <> ALL (names)
  );
  IF may_mark THEN
    UPDATE public.tracks AS track SET gone_at = clock_timestamp() WHERE track.id = ANY (missing);
  END IF;
  RETURN missing = '{}' OR may_mark;
END;
$$;
COMMENT ON FUNCTION linernotes.mark_tracks(UUID, TEXT[], BOOLEAN) IS
  'Takes the mark off what is listed again under one of these names, and marks what is not if it may; whether the album now lists all that is not marked.';

CREATE OR REPLACE FUNCTION linernotes.note_track_lists(elements JSONB, stored JSONB)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  list RECORD;
  is_complete BOOLEAN;
BEGIN
  FOR list IN
    WITH given AS MATERIALIZED (
      SELECT linernotes.stated_uuid('rows.list.tracks.album_id', stated.list -> 'album_id') AS album_id,
        linernotes.required_text('rows.list.tracks.market', stated.list -> 'market', 8) AS market,
        -- An answer without tracks tells nothing.
        stated.list -> 'whole' = 'true' AND result.track_ids <> '[]' AS whole,
        stated.list -> 'hides_relinks' = 'true' AS hides_relinks,
        ARRAY(SELECT jsonb_array_elements_text(result.track_ids)::UUID) AS track_ids,
        stated.place
      FROM (
        SELECT element -> 'msg_id' AS msg_id, element #> '{rows,list,tracks}' AS list, place
        FROM jsonb_array_elements(elements) WITH ORDINALITY AS each (element, place)
      ) AS stated
      JOIN jsonb_to_recordset(stored) AS result (msg_id BIGINT, track_ids JSONB)
        ON result.msg_id = (stated.msg_id #>> '{}')::BIGINT
      WHERE stated.list IS NOT NULL
    )
    SELECT given.*, known.market AS known_market
    FROM given
    JOIN public.albums AS album ON album.id = given.album_id
    LEFT JOIN linernotes.track_lists AS known ON known.album_id = given.album_id
    ORDER BY given.album_id, given.place
  LOOP
    -- Nearly always the rows that were stored just now are all that the album has.
    is_complete := NOT EXISTS (
      SELECT
      FROM public.tracks AS track
      WHERE track.album_id = list.album_id AND (track.gone_at IS NOT NULL OR track.id <> ALL (list.track_ids))
    ) OR linernotes.mark_tracks(
      list.album_id,
      coalesce(linernotes.names_of_tracks(elements -> (list.place - 1)::INT #> '{rows,tracks}', list.hides_relinks), '{}'),
      coalesce(list.whole AND list.known_market = list.market, FALSE)
    );
    -- What was only listed in another market, or never, keeps the row as it is.
    IF list.whole AND is_complete AND list.known_market IS DISTINCT FROM list.market THEN
      INSERT INTO linernotes.track_lists AS known (album_id, market)
      VALUES (list.album_id, list.market)
      ON CONFLICT (album_id) DO UPDATE SET market = EXCLUDED.market;
    END IF;
  END LOOP;
END;
$$;
COMMENT ON FUNCTION linernotes.note_track_lists(JSONB, JSONB) IS
  'Notes which tracks albums list, and of whole lists which they no longer list. rows.list.tracks: {album_id, market, whole, hides_relinks}. stored: what store_rows returned.';

CREATE OR REPLACE FUNCTION linernotes.note_lists(elements JSONB, stored JSONB)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  IF NOT jsonb_path_exists(elements, '$[*].rows.list') THEN
    RETURN;
  END IF;
  PERFORM linernotes.note_album_page(
    element #> '{rows,list,albums}',
    ARRAY(SELECT jsonb_array_elements_text(result.album_ids)::UUID)
  )
  FROM jsonb_array_elements(elements) AS element
  JOIN jsonb_to_recordset(stored) AS result (msg_id BIGINT, album_ids JSONB)
    ON result.msg_id = (element ->> 'msg_id')::BIGINT
  WHERE element #> '{rows,list,albums}' IS NOT NULL
  ORDER BY result.msg_id;

  PERFORM linernotes.note_track_lists(elements, stored);
END;
$$;
COMMENT ON FUNCTION linernotes.note_lists(JSONB, JSONB) IS
  'Notes what the lists of outcomes that are done show and no longer show: rows.list is {"albums": …} as note_album_page takes it, or {"tracks": …} as note_track_lists does. stored: what store_rows returned.';
