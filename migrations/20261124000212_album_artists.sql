-- Whose album an album is. Artists and albums may be stored in any order and by any function.
--
-- What was stated is stored as it is: album_own_artists holds the artists that Spotify names on an album, and
-- album_artists.found says in whose list of albums it stood. At each change the rest of album_artists and
-- albums.artist_id are derived from that again. So two crawls end in the same rows, whichever comes first. An artist and
-- an album that are stored at the same time both take the lock of the artist's id, so the later one sees the earlier.

CREATE OR REPLACE FUNCTION linernotes.derive_album_artists(album_ids UUID[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  -- Albums are locked in the order in which they are upserted, so that no two transactions wait for each other. The
  -- statements that follow see what others committed meanwhile.
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

  -- An artist whom Spotify names no longer stays only if the album also stood in that artist's list.
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
COMMENT ON FUNCTION linernotes.derive_album_artists(UUID[]) IS
  'Derives album_artists and albums.artist_id of these albums from what was stated. Its callers hold the locks of the artists'' ids.';

SELECT linernotes.ensure_type('linernotes.own_artist_list', 'AS (album_id UUID, spotify_ids TEXT[])');
COMMENT ON TYPE linernotes.own_artist_list IS
  'The artists that Spotify names on an album, in its order.';

CREATE OR REPLACE FUNCTION linernotes.replace_own_artists(stated linernotes.own_artist_list[])
RETURNS UUID[]
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  changed UUID[];
BEGIN
  WITH lists AS MATERIALIZED (
    SELECT * FROM unnest(stated)
  ), own AS MATERIALIZED (
    -- An artist who is named twice counts where they stand first.
    SELECT lists.album_id, named.spotify_id, min(named.position)::INT AS position
    FROM lists
    CROSS JOIN LATERAL unnest(lists.spotify_ids) WITH ORDINALITY AS named (spotify_id, position)
    WHERE named.spotify_id <> ''
    GROUP BY lists.album_id, named.spotify_id
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
COMMENT ON FUNCTION linernotes.replace_own_artists(linernotes.own_artist_list[]) IS
  'Stores these lists in place of the former ones, and returns the albums whose list changed.';

CREATE OR REPLACE FUNCTION linernotes.artist_ids_in(metadata JSONB)
RETURNS TEXT[]
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT CASE WHEN jsonb_typeof(metadata -> 'artists') = 'array' THEN ARRAY(
    SELECT named.id #>> '{}'
    FROM jsonb_path_query(metadata, '$.artists[*].id ? (@.type() == "string")') AS named (id)
  ) END;
$$;
COMMENT ON FUNCTION linernotes.artist_ids_in(JSONB) IS
  'The Spotify ids of the artists in Spotify''s object of an album, in its order; NULL if the object has no list of artists.';

CREATE OR REPLACE FUNCTION linernotes.keep_album_artists()
RETURNS TRIGGER
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  stated linernotes.own_artist_list[];
  touched UUID[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(ROW(album.id, ids)::linernotes.own_artist_list), array_agg(album.id)
    INTO stated, touched
    FROM new_rows AS album
    CROSS JOIN linernotes.artist_ids_in(album.metadata) AS ids
    WHERE ids IS NOT NULL;
  ELSE
    SELECT array_agg(ROW(album.id, ids)::linernotes.own_artist_list), array_agg(album.id)
    INTO stated, touched
    FROM new_rows AS album
    JOIN old_rows AS former USING (id)
    CROSS JOIN linernotes.artist_ids_in(album.metadata) AS ids
    WHERE ids IS NOT NULL AND ids IS DISTINCT FROM linernotes.artist_ids_in(former.metadata);
  END IF;

  IF stated IS NOT NULL THEN
    PERFORM linernotes.lock_keys(ARRAY(
      SELECT 'artist:' || id FROM unnest(stated) AS list CROSS JOIN LATERAL unnest(list.spotify_ids) AS id
    ));
    PERFORM linernotes.replace_own_artists(stated);
  END IF;

  -- The artist in the row's artist_id belongs to the album also where Spotify does not name it.
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
    PERFORM linernotes.derive_album_artists(touched);
  END IF;
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION linernotes.keep_album_artists() IS
  'Trigger: whatever statement writes an album, album_artists has its artists afterwards.';

CREATE OR REPLACE TRIGGER album_artists_insert AFTER INSERT ON public.albums
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.keep_album_artists();
CREATE OR REPLACE TRIGGER album_artists_update AFTER UPDATE ON public.albums
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.keep_album_artists();

CREATE OR REPLACE FUNCTION linernotes.link_artist_albums()
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
      PERFORM linernotes.derive_album_artists(theirs);
    END IF;
  END IF;
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION linernotes.link_artist_albums() IS
  'Trigger: connects a new artist with the albums that were stored before and name that artist.';

CREATE OR REPLACE TRIGGER link_artist_albums_insert AFTER INSERT ON public.artists
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.link_artist_albums();
CREATE OR REPLACE TRIGGER link_artist_albums_update AFTER UPDATE ON public.artists
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.link_artist_albums();
