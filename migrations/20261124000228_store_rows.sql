-- What a commit writes into the catalogue: the rows of all its outcomes at once, read from JSON (read_rows), locked and
-- stored (store_catalogue), and answered by message (store_rows). It takes a handful of statements, however many rows
-- there are. A row that cannot be stored raises with its name; then the commit tries its messages one by one.

SELECT linernotes.ensure_type('linernotes.catalogue_entity', $type$AS ENUM ('artist', 'album', 'track', 'producer')$type$);
COMMENT ON TYPE linernotes.catalogue_entity IS
  'What a stored row is.';

SELECT linernotes.ensure_type('linernotes.catalogue_rows', 'AS (
  artists linernotes.stated_artist[],
  albums linernotes.stated_album[],
  tracks linernotes.stated_track[],
  credits linernotes.stated_credit[],
  profiles linernotes.stated_profile[]
)');
COMMENT ON TYPE linernotes.catalogue_rows IS
  'Rows to store together; NULL for a kind of which there are none.';

CREATE OR REPLACE FUNCTION linernotes.read_rows(outcomes JSONB, argument TEXT DEFAULT NULL)
RETURNS linernotes.catalogue_rows
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT ROW(
    linernotes.read_artists(coalesce(argument, 'rows.artists'), outcomes),
    linernotes.read_albums(coalesce(argument, 'rows.albums'), outcomes),
    linernotes.read_tracks(coalesce(argument, 'rows.tracks'), outcomes),
    linernotes.read_credits(coalesce(argument, 'rows.credits'), outcomes),
    linernotes.read_profiles(coalesce(argument, 'rows.profile'), outcomes)
  )::linernotes.catalogue_rows;
$$;
COMMENT ON FUNCTION linernotes.read_rows(JSONB, TEXT) IS
  'The rows of outcomes [{"msg_id", "rows": {"artists", "albums", "tracks", "credits", "profile"}}]. A value that cannot be raises 22023 with its path, which begins with the argument where one is given.';

CREATE OR REPLACE FUNCTION linernotes.catalogue_keys(stated linernotes.catalogue_rows)
RETURNS TEXT[]
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT array_agg(DISTINCT key)
  FROM (
    SELECT 'artist:' || artist.spotify_id AS key FROM unnest(stated.artists) AS artist
    UNION ALL
    SELECT 'spotify album:' || album.spotify_id FROM unnest(stated.albums) AS album
    UNION ALL
    SELECT 'artist:' || named.spotify_id
    FROM unnest(stated.albums) AS album
    CROSS JOIN LATERAL unnest(album.artist_spotify_ids || linernotes.artist_ids_in(album.metadata)) AS named (spotify_id)
    UNION ALL
    SELECT 'spotify track:' || name.id
    FROM unnest(stated.tracks) AS track
    -- The one that plays in its place may be the id under which it is stored.
    CROSS JOIN LATERAL (VALUES (track.spotify_id), (track.metadata ->> 'id')) AS name (id)
    UNION ALL
    SELECT unnest(linernotes.person_keys(ARRAY(SELECT credit.person FROM unnest(stated.credits) AS credit)))
    UNION ALL
    -- A commit of credits may be about to merge the producers of these profiles.
    SELECT coalesce('musicbrainz:' || producer.musicbrainz_id, 'name:' || linernotes.producer_identity(producer.name, producer.normalized_name))
    FROM unnest(stated.profiles) AS profile
    JOIN public.producers AS producer ON producer.id = profile.stated_producer_id
    UNION ALL
    SELECT 'musicbrainz:' || profile.musicbrainz_id FROM unnest(stated.profiles) AS profile
    UNION ALL
    SELECT 'name:' || linernotes.identity_name(alias.name)
    FROM unnest(stated.profiles) AS profile
    CROSS JOIN LATERAL unnest(profile.aliases) AS alias (name)
  ) AS keys
  WHERE key IS NOT NULL;
$$;
COMMENT ON FUNCTION linernotes.catalogue_keys(linernotes.catalogue_rows) IS
  'The keys that must be locked before these rows are stored.';

CREATE OR REPLACE FUNCTION linernotes.store_catalogue(stated linernotes.catalogue_rows)
RETURNS TABLE (msg_id BIGINT, entity linernotes.catalogue_entity, id UUID, credits INT)
LANGUAGE plpgsql
SET search_path = ''
AS $$
#variable_conflict use_column
BEGIN
  PERFORM linernotes.lock_keys(linernotes.catalogue_keys(stated));
  stated := linernotes.without_forgotten(stated);
  PERFORM linernotes.defer_counts();
  IF stated.artists IS NOT NULL THEN
    RETURN QUERY SELECT stored.msg_id, 'artist'::linernotes.catalogue_entity, stored.artist_id, 0
    FROM linernotes.store_artists(stated.artists) AS stored;
  END IF;
  IF stated.albums IS NOT NULL THEN
    RETURN QUERY SELECT stored.msg_id, 'album'::linernotes.catalogue_entity, stored.album_id, 0
    FROM linernotes.store_albums(stated.albums) AS stored;
  END IF;
  IF stated.tracks IS NOT NULL THEN
    RETURN QUERY SELECT stored.msg_id, 'track'::linernotes.catalogue_entity, stored.track_id, 0
    FROM linernotes.store_tracks(stated.tracks) AS stored;
  END IF;
  IF stated.credits IS NOT NULL THEN
    RETURN QUERY SELECT stored.msg_id, 'producer'::linernotes.catalogue_entity, stored.producer_id, stored.credits
    FROM linernotes.store_credits(stated.credits) AS stored;
  END IF;
  IF stated.profiles IS NOT NULL THEN
    RETURN QUERY SELECT stored.msg_id, 'producer'::linernotes.catalogue_entity, stored.producer_id, 0
    FROM linernotes.store_profiles(stated.profiles) AS stored;
  END IF;
  PERFORM linernotes.flush_counts();
END;
$$;
COMMENT ON FUNCTION linernotes.store_catalogue(linernotes.catalogue_rows) IS
  'Upserts rows and returns their ids by message; credits: how many the message states of that producer.';

CREATE OR REPLACE FUNCTION linernotes.store_rows(outcomes JSONB)
RETURNS TABLE (msg_id BIGINT, artist_ids UUID[], album_ids UUID[], track_ids UUID[], producer_ids UUID[], credits INT)
LANGUAGE sql
SECURITY DEFINER
SET search_path = ''
AS $$
  SELECT outcome.msg_id,
    coalesce(array_agg(DISTINCT stored.id) FILTER (WHERE stored.entity = 'artist'), '{}'),
    coalesce(array_agg(DISTINCT stored.id) FILTER (WHERE stored.entity = 'album'), '{}'),
    coalesce(array_agg(DISTINCT stored.id) FILTER (WHERE stored.entity = 'track'), '{}'),
    coalesce(array_agg(DISTINCT stored.id) FILTER (WHERE stored.entity = 'producer'), '{}'),
    coalesce(sum(stored.credits), 0)::INT
  FROM (SELECT (element ->> 'msg_id')::BIGINT AS msg_id FROM jsonb_array_elements(outcomes) AS element) AS outcome
  LEFT JOIN linernotes.store_catalogue(linernotes.read_rows(outcomes)) AS stored USING (msg_id)
  GROUP BY outcome.msg_id;
$$;
COMMENT ON FUNCTION linernotes.store_rows(JSONB) IS
  'Stores the rows of outcomes as read_rows takes them and returns, for each message, the ids of what it stated.';
