-- Whose album it is, in whatever order artists and albums come, and by whatever path.
--
-- Facts are kept as they are stated (album_own_artists: whom Spotify names; album_artists.found: in whose list it
-- stood), and everything else is worked out from them again at each change. So two crawls end in the same rows
-- whichever came first. An artist and an album that arrive at the same time meet in the lock of the artist's id.

CREATE OR REPLACE FUNCTION linernotes.settle_albums(album_ids UUID[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  -- In the order in which albums are upserted. What others settle of them is seen by the statements that follow.
  PERFORM
  FROM public.albums AS album
  WHERE album.id = ANY (album_ids)
  ORDER BY album.spotify_id, album.id
  FOR NO KEY UPDATE;

  INSERT INTO linernotes.album_artists AS known (album_id, artist_id, position)
  SELECT own.album_id, artist.id, own.position
  FROM linernotes.album_own_artists AS own
  JOIN public.artists AS artist USING (spotify_id)
  WHERE own.album_id = ANY (album_ids)
  ORDER BY own.album_id, artist.id
  ON CONFLICT (album_id, artist_id) DO UPDATE
    SET position = EXCLUDED.position
    WHERE known.position IS DISTINCT FROM EXCLUDED.position;

  -- Whom Spotify no longer names stays only where the album also stood in their list.
  WITH former AS (
    SELECT known.album_id, known.artist_id
    FROM linernotes.album_artists AS known
    JOIN public.artists AS artist ON artist.id = known.artist_id
    WHERE known.album_id = ANY (album_ids)
      AND known.position IS NOT NULL
      AND NOT EXISTS (
        SELECT FROM linernotes.album_own_artists AS own
        WHERE own.album_id = known.album_id AND own.spotify_id = artist.spotify_id
      )
  ), gone AS (
    DELETE FROM linernotes.album_artists AS known
    USING former
    WHERE known.album_id = former.album_id
      AND known.artist_id = former.artist_id
      AND NOT known.found
      -- An album never loses its last artist.
      AND EXISTS (
        SELECT FROM linernotes.album_artists AS other
        WHERE other.album_id = known.album_id
          AND (other.found OR (other.album_id, other.artist_id) NOT IN (SELECT album_id, artist_id FROM former))
      )
    RETURNING known.album_id, known.artist_id
  )
  UPDATE linernotes.album_artists AS known
  SET position = NULL, found = TRUE
  FROM former
  WHERE known.album_id = former.album_id
    AND known.artist_id = former.artist_id
    AND (known.album_id, known.artist_id) NOT IN (SELECT album_id, artist_id FROM gone);

  UPDATE public.albums AS album
  SET artist_id = foremost.artist_id
  FROM (
    SELECT DISTINCT ON (known.album_id) known.album_id, known.artist_id
    FROM linernotes.album_artists AS known
    JOIN public.artists AS artist ON artist.id = known.artist_id
    WHERE known.album_id = ANY (album_ids)
    ORDER BY known.album_id, known.position, artist.spotify_id, artist.id
  ) AS foremost
  WHERE album.id = foremost.album_id AND album.artist_id <> foremost.artist_id;
END;
$$;
COMMENT ON FUNCTION linernotes.settle_albums(UUID[]) IS
  'Works out album_artists and albums.artist_id of these albums from what was stated. The callers hold the locks of the artists'' ids.';

CREATE OR REPLACE FUNCTION linernotes.state_own_artists(stated JSONB)
RETURNS UUID[]
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  changed UUID[];
BEGIN
  WITH lists AS MATERIALIZED (
    SELECT (list ->> 'album_id')::UUID AS album_id, list -> 'spotify_ids' AS spotify_ids
    FROM jsonb_array_elements(stated) AS list
  ), own AS MATERIALIZED (
    -- Somebody who is named twice has the first place.
    SELECT lists.album_id, id.value AS spotify_id, min(id.ordinality)::INT AS position
    FROM lists
    CROSS JOIN LATERAL jsonb_array_elements_text(lists.spotify_ids) WITH ORDINALITY AS id
    WHERE id.value <> ''
    GROUP BY lists.album_id, id.value
  ), gone AS (
    DELETE FROM linernotes.album_own_artists AS known
    USING lists
    WHERE known.album_id = lists.album_id
      AND NOT EXISTS (
        SELECT FROM own WHERE own.album_id = known.album_id AND own.spotify_id = known.spotify_id
      )
    RETURNING known.album_id
  ), written AS (
    INSERT INTO linernotes.album_own_artists AS known (album_id, spotify_id, position)
    SELECT own.album_id, own.spotify_id, own.position
    FROM own
    ORDER BY own.album_id, own.spotify_id
    ON CONFLICT (album_id, spotify_id) DO UPDATE
      SET position = EXCLUDED.position
      WHERE known.position <> EXCLUDED.position
    RETURNING known.album_id
  )
  SELECT array_agg(DISTINCT album_id) INTO changed
  FROM (SELECT album_id FROM gone UNION ALL SELECT album_id FROM written) AS touched;

  RETURN coalesce(changed, '{}');
END;
$$;
COMMENT ON FUNCTION linernotes.state_own_artists(JSONB) IS
  'Replaces the lists of own artists: [{"album_id", "spotify_ids": [in order]}]. Returns the albums whose list changed.';

CREATE OR REPLACE FUNCTION linernotes.artist_ids_in(metadata JSONB)
RETURNS JSONB
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT CASE WHEN jsonb_typeof(metadata -> 'artists') = 'array' THEN
    jsonb_path_query_array(metadata, '$.artists[*].id ? (@.type() == "string")')
  END;
$$;
COMMENT ON FUNCTION linernotes.artist_ids_in(JSONB) IS
  'The Spotify ids of the artists that Spotify''s object of an album names, in order; NULL if it has no such list.';

CREATE OR REPLACE FUNCTION linernotes.keep_album_artists()
RETURNS TRIGGER
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  stated JSONB;
  touched UUID[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT jsonb_agg(jsonb_build_object('album_id', album.id, 'spotify_ids', ids)), array_agg(album.id)
    INTO stated, touched
    FROM new_rows AS album
    CROSS JOIN linernotes.artist_ids_in(album.metadata) AS ids
    WHERE ids IS NOT NULL;
  ELSE
    SELECT jsonb_agg(jsonb_build_object('album_id', album.id, 'spotify_ids', ids)), array_agg(album.id)
    INTO stated, touched
    FROM new_rows AS album
    JOIN old_rows AS former USING (id)
    CROSS JOIN linernotes.artist_ids_in(album.metadata) AS ids
    WHERE ids IS NOT NULL AND ids IS DISTINCT FROM linernotes.artist_ids_in(former.metadata);
  END IF;

  IF stated IS NOT NULL THEN
    PERFORM linernotes.lock_keys(ARRAY(
      SELECT 'artist:' || id FROM jsonb_array_elements(stated) AS list, jsonb_array_elements_text(list -> 'spotify_ids') AS id
    ));
    PERFORM linernotes.state_own_artists(stated);
  END IF;

  -- The artist that the row was given, where Spotify does not name it.
  INSERT INTO linernotes.album_artists (album_id, artist_id, found)
  SELECT album.id, album.artist_id, TRUE
  FROM new_rows AS album
  JOIN public.artists AS artist ON artist.id = album.artist_id
  WHERE NOT EXISTS (
    SELECT FROM linernotes.album_own_artists AS own
    WHERE own.album_id = album.id AND own.spotify_id = artist.spotify_id
  )
  ORDER BY album.id
  ON CONFLICT (album_id, artist_id) DO NOTHING;

  IF touched IS NOT NULL THEN
    PERFORM linernotes.settle_albums(touched);
  END IF;
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION linernotes.keep_album_artists() IS
  'Trigger: an album that is written by whatever path is seen in album_artists too.';

CREATE OR REPLACE TRIGGER album_artists_insert AFTER INSERT ON public.albums
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.keep_album_artists();
CREATE OR REPLACE TRIGGER album_artists_update AFTER UPDATE ON public.albums
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.keep_album_artists();

CREATE OR REPLACE FUNCTION linernotes.welcome_artists()
RETURNS TRIGGER
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  arrived TEXT[];
  theirs UUID[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(artist.spotify_id) INTO arrived FROM new_rows AS artist WHERE artist.spotify_id IS NOT NULL;
  ELSE
    SELECT array_agg(artist.spotify_id) INTO arrived
    FROM new_rows AS artist
    JOIN old_rows AS former USING (id)
    WHERE artist.spotify_id IS DISTINCT FROM former.spotify_id AND artist.spotify_id IS NOT NULL;
  END IF;

  IF arrived IS NOT NULL THEN
    PERFORM linernotes.lock_keys(ARRAY(SELECT 'artist:' || id FROM unnest(arrived) AS id));
    theirs := ARRAY(
      SELECT DISTINCT own.album_id FROM linernotes.album_own_artists AS own WHERE own.spotify_id = ANY (arrived)
    );
    IF theirs <> '{}' THEN
      PERFORM linernotes.settle_albums(theirs);
    END IF;
  END IF;
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION linernotes.welcome_artists() IS
  'Trigger: an artist who arrives after an album that names them takes their place on it.';

CREATE OR REPLACE TRIGGER welcome_artists_insert AFTER INSERT ON public.artists
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.welcome_artists();
CREATE OR REPLACE TRIGGER welcome_artists_update AFTER UPDATE ON public.artists
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.welcome_artists();
