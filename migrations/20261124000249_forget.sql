-- Somebody asks not to be in the catalogue: everything about them goes, in one transaction, and the next crawl does not
-- bring them back. What is kept is what that refusal needs: their ids, and hashes of the names they were known by.
--
-- A person is refused by their MusicBrainz id; by each name they had, where a source knows no id; and by their own name
-- under an id that the catalogue has never seen, since MusicBrainz gives people new ids when it merges them. Namesakes
-- whom the catalogue knows already stay, others are let in by allow_producer(musicbrainz_id => …).

CREATE TABLE IF NOT EXISTS linernotes.forgotten (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  entity_type TEXT NOT NULL CHECK (entity_type IN ('producer', 'artist')),
  entity_id UUID NOT NULL,
  reason TEXT NOT NULL,
  forgotten_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  UNIQUE (entity_type, entity_id)
);
COMMENT ON TABLE linernotes.forgotten IS
  'Whom forget_producer and forget_artist have taken out, and why.';
COMMENT ON COLUMN linernotes.forgotten.entity_id IS
  'The id that they had in producers or artists.';

CREATE TABLE IF NOT EXISTS linernotes.forgotten_keys (
  kind TEXT NOT NULL CHECK (kind IN ('producer', 'musicbrainz', 'name', 'alias', 'spotify')),
  key TEXT NOT NULL,
  forgotten_id BIGINT NOT NULL REFERENCES linernotes.forgotten (id) ON DELETE CASCADE,
  PRIMARY KEY (kind, key, forgotten_id)
);
CREATE INDEX IF NOT EXISTS forgotten_keys_forgotten_id ON linernotes.forgotten_keys (forgotten_id);
COMMENT ON TABLE linernotes.forgotten_keys IS
  'By what they would come back: ids as they are, names as hashes.';

CREATE TABLE IF NOT EXISTS linernotes.allowed_namesakes (
  musicbrainz_id TEXT PRIMARY KEY,
  allowed_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
COMMENT ON TABLE linernotes.allowed_namesakes IS
  'People who have the name of somebody who was forgotten, and are somebody else.';

CREATE OR REPLACE FUNCTION linernotes.name_hash(normalized_name TEXT)
RETURNS TEXT
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT encode(sha256(convert_to(normalized_name, 'UTF8')), 'hex');
$$;
COMMENT ON FUNCTION linernotes.name_hash(TEXT) IS
  'How a name of somebody who was forgotten is kept: enough to know it again, not to read it.';

CREATE OR REPLACE FUNCTION linernotes.is_forgotten_person(normalized_name TEXT, musicbrainz_id TEXT)
RETURNS BOOLEAN
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT CASE
    WHEN is_forgotten_person.musicbrainz_id IS NULL THEN EXISTS (
      SELECT FROM linernotes.forgotten_keys AS known
      WHERE known.kind IN ('name', 'alias') AND known.key = linernotes.name_hash(is_forgotten_person.normalized_name)
    )
    ELSE EXISTS (
      SELECT FROM linernotes.forgotten_keys AS known
      WHERE known.kind = 'musicbrainz' AND known.key = is_forgotten_person.musicbrainz_id
    ) OR (
      EXISTS (
        SELECT FROM linernotes.forgotten_keys AS known
        WHERE known.kind = 'name' AND known.key = linernotes.name_hash(is_forgotten_person.normalized_name)
      )
      AND NOT EXISTS (
        SELECT FROM linernotes.allowed_namesakes AS allowed
        WHERE allowed.musicbrainz_id = is_forgotten_person.musicbrainz_id
      )
    )
  END;
$$;
COMMENT ON FUNCTION linernotes.is_forgotten_person(TEXT, TEXT) IS
  'Whether a person whom a source names so is one who was forgotten. Asked under the locks of the name and the id.';

CREATE OR REPLACE FUNCTION linernotes.is_forgotten_artist(spotify_id TEXT)
RETURNS BOOLEAN
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT EXISTS (
    SELECT FROM linernotes.forgotten_keys AS known
    WHERE known.kind = 'spotify' AND known.key = is_forgotten_artist.spotify_id
  );
$$;
COMMENT ON FUNCTION linernotes.is_forgotten_artist(TEXT) IS
  'Whether the artist with this Spotify id was forgotten. Asked under the lock of the id.';

CREATE OR REPLACE FUNCTION linernotes.without_forgotten(stated linernotes.catalogue_rows)
RETURNS linernotes.catalogue_rows
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM linernotes.forgotten_keys) THEN
    RETURN stated;
  END IF;
  SELECT array_agg(artist) INTO stated.artists
  FROM unnest(stated.artists) AS artist
  WHERE NOT linernotes.is_forgotten_artist(artist.spotify_id);
  SELECT array_agg(credit) INTO stated.credits
  FROM unnest(stated.credits) AS credit
  WHERE NOT linernotes.is_forgotten_person((credit.person).normalized_name, (credit.person).musicbrainz_id);
  RETURN stated;
END;
$$;
COMMENT ON FUNCTION linernotes.without_forgotten(linernotes.catalogue_rows) IS
  'The rows without those of artists and people who were forgotten. Asked under the locks of catalogue_keys.';

CREATE OR REPLACE FUNCTION linernotes.refuse_forgotten(argument TEXT, is_forgotten BOOLEAN)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  IF is_forgotten THEN
    PERFORM linernotes.reject(argument, 'was forgotten, and is not stored again until allow_producer or allow_artist says so');
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.refuse_forgotten(TEXT, BOOLEAN) IS
  'Raises 22023 where a caller states somebody who was forgotten.';

CREATE OR REPLACE FUNCTION linernotes.remove_messages(queue_name TEXT, condition TEXT, ids TEXT[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  message_ids BIGINT[];
  entities TEXT[];
BEGIN
  EXECUTE format(
    'WITH gone AS (
       DELETE FROM %s AS queued USING unnest($1) AS wanted (id) WHERE %s RETURNING queued.msg_id, queued.message
     ), dead AS (
       DELETE FROM linernotes.dead_letters AS queued USING unnest($1) AS wanted (id)
       WHERE queued.queue_name = $2 AND %s
       RETURNING queued.message_id, queued.message
     )
     SELECT array_agg(msg_id), array_agg(linernotes.message_entity(msg_id, message))
     FROM (SELECT * FROM gone UNION ALL SELECT * FROM dead) AS removed',
    linernotes.queue_table(queue_name), condition, condition
  )
  INTO message_ids, entities
  USING ids, queue_name;
  DELETE FROM linernotes.discovery_errors AS error
  WHERE error.queue_name = remove_messages.queue_name AND error.message_id = ANY (message_ids);
  DELETE FROM public.processing_status AS status
  WHERE status.entity_type = remove_messages.queue_name AND status.entity_id = ANY (entities);
END;
$$;
COMMENT ON FUNCTION linernotes.remove_messages(TEXT, TEXT, TEXT[]) IS
  'Deletes messages of a queue, waiting and dead, with what is remembered of them. condition: ours, of queued.message and wanted.id. A run that holds one finds its commit stale.';

CREATE OR REPLACE FUNCTION linernotes.remove_producers(producer_ids UUID[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  ids TEXT[] := ARRAY(
    SELECT id::TEXT FROM unnest(producer_ids) AS id
    UNION
    SELECT redirect.old_id::TEXT FROM linernotes.producer_redirects AS redirect WHERE redirect.producer_id = ANY (producer_ids)
  );
BEGIN
  PERFORM linernotes.remove_messages('social_enrichment', 'queued.message ->> ''producerId'' = wanted.id', ids);
  DELETE FROM public.processing_status AS status
  USING unnest(ids) AS wanted (id)
  WHERE status.entity_type = 'social_enrichment'
    -- A range of the index, which LIKE would not use in every collation.
    AND status.entity_id >= 'producer:' || wanted.id || ':' AND status.entity_id < 'producer:' || wanted.id || ';';
  DELETE FROM public.queue_metrics AS metric WHERE metric.details ->> 'producer_id' = ANY (ids);
  DELETE FROM linernotes.idempotency_records AS earlier
  WHERE earlier.function_name = 'process_producer_atomic' AND earlier.result::TEXT = ANY (ids);
  DELETE FROM public.track_producers AS credit WHERE credit.producer_id = ANY (producer_ids);
  -- Names, counts and what the search reads go with the row.
  DELETE FROM public.producers AS producer WHERE producer.id = ANY (producer_ids);
END;
$$;
COMMENT ON FUNCTION linernotes.remove_producers(UUID[]) IS
  'Takes producers out of everything: credits, names, profile, messages, what is remembered of them.';

CREATE OR REPLACE FUNCTION public.forget_producer(producer_id UUID, reason TEXT)
RETURNS BOOLEAN
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  present public.producers;
  entry BIGINT;
  keys TEXT[];
  locked TEXT[] := '{}'::TEXT[];
BEGIN
  PERFORM linernotes.check_present('producer_id', producer_id);
  PERFORM linernotes.check_text('reason', reason);
  -- Whoever stores this person holds these locks. They may become another while we wait for them.
  LOOP
    SELECT * INTO present
    FROM public.producers AS producer
    WHERE producer.id = linernotes.current_producer(forget_producer.producer_id);
    IF NOT FOUND THEN
      IF EXISTS (
        SELECT FROM linernotes.forgotten_keys AS known
        WHERE known.kind = 'producer' AND known.key = forget_producer.producer_id::TEXT
      ) THEN
        RETURN FALSE;
      END IF;
      PERFORM linernotes.reject('producer_id', format('there is no producer %s', forget_producer.producer_id));
    END IF;
    keys := ARRAY(
      SELECT 'name:' || name.normalized_name FROM linernotes.producer_names AS name WHERE name.producer_id = present.id
      UNION
      SELECT 'name:' || present.normalized_name
      UNION
      SELECT 'musicbrainz:' || present.musicbrainz_id WHERE present.musicbrainz_id IS NOT NULL
    );
    EXIT WHEN keys <@ locked;
    PERFORM linernotes.lock_keys(keys);
    locked := locked || keys;
  END LOOP;
  PERFORM FROM public.producers AS producer WHERE producer.id = present.id FOR UPDATE;

  INSERT INTO linernotes.forgotten AS known (entity_type, entity_id, reason)
  VALUES ('producer', present.id, forget_producer.reason)
  ON CONFLICT (entity_type, entity_id) DO UPDATE SET reason = EXCLUDED.reason, forgotten_at = now()
  RETURNING known.id INTO entry;
  INSERT INTO linernotes.forgotten_keys (kind, key, forgotten_id)
  SELECT 'producer', id::TEXT, entry
  FROM (
    SELECT present.id
    UNION
    SELECT redirect.old_id FROM linernotes.producer_redirects AS redirect WHERE redirect.producer_id = present.id
  ) AS theirs (id)
  UNION
  SELECT 'musicbrainz', present.musicbrainz_id, entry WHERE present.musicbrainz_id IS NOT NULL
  UNION
  SELECT 'musicbrainz', former.musicbrainz_id, entry
  FROM linernotes.former_musicbrainz_ids AS former
  WHERE former.producer_id = present.id
  UNION
  SELECT 'name', linernotes.name_hash(form.normalized_name), entry
  FROM (VALUES (present.normalized_name), (linernotes.normalize_name(present.name))) AS form (normalized_name)
  UNION
  SELECT 'alias', linernotes.name_hash(name.normalized_name), entry
  FROM linernotes.producer_names AS name
  WHERE name.producer_id = present.id
  ON CONFLICT DO NOTHING;
  -- Namesakes who are here are known to be somebody else.
  INSERT INTO linernotes.allowed_namesakes (musicbrainz_id)
  SELECT DISTINCT namesake.musicbrainz_id
  FROM linernotes.producer_names AS name
  JOIN public.producers AS namesake ON namesake.id = name.producer_id
  WHERE name.normalized_name IN (present.normalized_name, linernotes.normalize_name(present.name))
    AND namesake.id <> present.id
    AND namesake.musicbrainz_id IS NOT NULL
  ON CONFLICT DO NOTHING;
  DELETE FROM linernotes.allowed_namesakes AS allowed WHERE allowed.musicbrainz_id = present.musicbrainz_id;

  PERFORM linernotes.remove_producers(ARRAY[present.id]);
  RETURN TRUE;
END;
$$;
COMMENT ON FUNCTION public.forget_producer(UUID, TEXT) IS
  'Takes a person out: credits, profile, names, messages, what is remembered of them; crawls don''t bring them back, neither by their MusicBrainz id, nor by a name alone, nor by their name under an id that is new. Kept are ids and hashes of the names, for that. The id of a producer that became another means that one. FALSE where they are forgotten already. Service role.';

CREATE OR REPLACE FUNCTION public.allow_producer(producer_id UUID DEFAULT NULL, musicbrainz_id TEXT DEFAULT NULL)
RETURNS BOOLEAN
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  wanted TEXT := lower(btrim(allow_producer.musicbrainz_id));
  lifted BOOLEAN;
BEGIN
  IF allow_producer.musicbrainz_id IS NOT NULL THEN
    PERFORM linernotes.check_text('musicbrainz_id', allow_producer.musicbrainz_id, 64);
  ELSIF allow_producer.producer_id IS NULL THEN
    PERFORM linernotes.reject('producer_id', 'it or musicbrainz_id must be given');
  END IF;
  DELETE FROM linernotes.forgotten AS entry
  USING linernotes.forgotten_keys AS known
  WHERE known.forgotten_id = entry.id
    AND (known.kind, known.key) IN (('producer', allow_producer.producer_id::TEXT), ('musicbrainz', wanted));
  lifted := FOUND;
  IF wanted IS NOT NULL AND NOT lifted THEN
    INSERT INTO linernotes.allowed_namesakes (musicbrainz_id) VALUES (wanted) ON CONFLICT DO NOTHING;
    lifted := FOUND;
  END IF;
  RETURN lifted;
END;
$$;
COMMENT ON FUNCTION public.allow_producer(UUID, TEXT) IS
  'Ends what forget_producer began, by the id that the person had here or by their MusicBrainz id: the next crawl brings them back. Given the MusicBrainz id of somebody else, says that they are not who was forgotten, whatever their name. FALSE where nothing stood in the way. Service role.';

CREATE OR REPLACE FUNCTION public.forget_artist(artist_id UUID, reason TEXT)
RETURNS BOOLEAN
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  present public.artists;
  entry BIGINT;
  own_albums UUID[];
  shared_albums UUID[];
  own_tracks UUID[];
  last_credited UUID[];
  name_key TEXT;
  correlations TEXT[];
BEGIN
  PERFORM linernotes.check_present('artist_id', artist_id);
  PERFORM linernotes.check_text('reason', reason);
  SELECT * INTO present FROM public.artists AS artist WHERE artist.id = forget_artist.artist_id;
  IF NOT FOUND THEN
    IF EXISTS (
      SELECT FROM linernotes.forgotten AS known WHERE known.entity_type = 'artist' AND known.entity_id = forget_artist.artist_id
    ) THEN
      RETURN FALSE;
    END IF;
    PERFORM linernotes.reject('artist_id', format('there is no artist %s', forget_artist.artist_id));
  END IF;
  PERFORM linernotes.lock_keys(ARRAY['artist:' || coalesce(present.spotify_id, '')]);
  -- From here on no album is stored under this artist.
  PERFORM FROM public.artists AS artist WHERE artist.id = present.id FOR UPDATE;

  INSERT INTO linernotes.forgotten AS known (entity_type, entity_id, reason)
  VALUES ('artist', present.id, forget_artist.reason)
  ON CONFLICT (entity_type, entity_id) DO UPDATE SET reason = EXCLUDED.reason, forgotten_at = now()
  RETURNING known.id INTO entry;
  INSERT INTO linernotes.forgotten_keys (kind, key, forgotten_id)
  SELECT 'spotify', present.spotify_id, entry
  WHERE present.spotify_id IS NOT NULL
  ON CONFLICT DO NOTHING;

  SELECT
    array_agg(album.id) FILTER (WHERE NOT shared.is_shared),
    array_agg(album.id) FILTER (WHERE shared.is_shared)
  INTO own_albums, shared_albums
  FROM public.albums AS album
  CROSS JOIN LATERAL (
    SELECT EXISTS (
      SELECT FROM linernotes.album_artists AS other WHERE other.album_id = album.id AND other.artist_id <> present.id
    ) AS is_shared
  ) AS shared
  WHERE album.artist_id = present.id
    OR album.id IN (SELECT known.album_id FROM linernotes.album_artists AS known WHERE known.artist_id = present.id);
  own_tracks := ARRAY(SELECT track.id FROM public.tracks AS track WHERE track.album_id = ANY (own_albums));
  last_credited := ARRAY(
    SELECT DISTINCT credit.producer_id
    FROM public.track_producers AS credit
    WHERE credit.track_id = ANY (own_tracks)
      AND NOT EXISTS (
        SELECT FROM public.track_producers AS elsewhere
        WHERE elsewhere.producer_id = credit.producer_id AND elsewhere.track_id <> ALL (own_tracks)
      )
  );

  -- An album of several artists stays the others'.
  PERFORM linernotes.pass_on_listing(present.id, shared_albums);
  DELETE FROM linernotes.album_own_artists AS own WHERE own.spotify_id = present.spotify_id;
  DELETE FROM linernotes.album_artists AS known WHERE known.artist_id = present.id AND known.album_id = ANY (shared_albums);
  PERFORM linernotes.derive_album_artists(shared_albums);

  name_key := linernotes.message_key('artist_discovery', jsonb_build_object('artistName', present.name));
  PERFORM linernotes.remove_messages(
    'artist_discovery', 'linernotes.message_key(''artist_discovery'', queued.message) = wanted.id',
    ARRAY[name_key, 'artist:spotify:' || present.spotify_id]
  );
  PERFORM linernotes.remove_messages(
    'album_discovery', 'queued.message ->> ''artistId'' = wanted.id', ARRAY[present.id::TEXT]
  );
  PERFORM linernotes.remove_messages(waiting.queue_name, 'queued.message ->> ''albumId'' = wanted.id', own_albums::TEXT[])
  FROM unnest(ARRAY['track_discovery', 'producer_identification']) AS waiting (queue_name);
  DELETE FROM public.processing_status AS status
  USING (
    SELECT 'artist_discovery', unnest(ARRAY[name_key, 'artist:spotify:' || present.spotify_id]), ''
    UNION ALL
    SELECT 'album_discovery', 'artist:' || present.id, ':'
    UNION ALL
    SELECT unnest(ARRAY['track_discovery', 'producer_identification']), 'album:' || album_id, ':' FROM unnest(own_albums) AS album_id
  ) AS wanted (queue_name, key, separator)
  WHERE status.entity_type = wanted.queue_name
    AND (
      status.entity_id = wanted.key
      OR (wanted.separator = ':' AND status.entity_id > wanted.key || ':' AND status.entity_id < wanted.key || ';')
    );

  SELECT array_agg(request.correlation_id) INTO correlations
  FROM linernotes.discoveries AS request
  WHERE request.artist_id = present.id OR request.artist_key IN (name_key, 'artist:spotify:' || present.spotify_id);
  DELETE FROM linernotes.discoveries AS request WHERE request.correlation_id = ANY (correlations);
  DELETE FROM linernotes.discovery_stages AS stage WHERE stage.correlation_id = ANY (correlations);
  DELETE FROM linernotes.discovery_errors AS error WHERE error.correlation_id = ANY (correlations);
  DELETE FROM linernotes.discovery_links AS link WHERE link.correlation_id = ANY (correlations) OR link.linked_id = ANY (correlations);
  DELETE FROM public.queue_metrics AS metric WHERE metric.details ->> 'artist_id' = present.id::TEXT;
  DELETE FROM linernotes.idempotency_records AS earlier WHERE earlier.result = present.id OR earlier.result = ANY (own_albums || own_tracks);

  PERFORM linernotes.remove_producers(last_credited);
  DELETE FROM public.track_producers AS credit WHERE credit.track_id = ANY (own_tracks);
  DELETE FROM public.tracks AS track WHERE track.id = ANY (own_tracks);
  DELETE FROM public.albums AS album WHERE album.id = ANY (own_albums);
  DELETE FROM public.artists AS artist WHERE artist.id = present.id;
  RETURN TRUE;
END;
$$;
COMMENT ON FUNCTION public.forget_artist(UUID, TEXT) IS
  'Takes an artist out: albums that are no other artist''s, their tracks and credits, people who are credited nowhere else, messages, what is remembered of the requests; crawls don''t bring the artist back. An album of several artists stays the others''. Kept is the Spotify id, for that. FALSE where the artist is forgotten already. Service role.';

CREATE OR REPLACE FUNCTION public.allow_artist(artist_id UUID DEFAULT NULL, spotify_id TEXT DEFAULT NULL)
RETURNS BOOLEAN
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  IF allow_artist.spotify_id IS NOT NULL THEN
    PERFORM linernotes.check_text('spotify_id', allow_artist.spotify_id, 64);
  ELSIF allow_artist.artist_id IS NULL THEN
    PERFORM linernotes.reject('artist_id', 'it or spotify_id must be given');
  END IF;
  DELETE FROM linernotes.forgotten AS entry
  WHERE entry.entity_type = 'artist'
    AND (
      entry.entity_id = allow_artist.artist_id
      OR entry.id IN (
        SELECT known.forgotten_id
        FROM linernotes.forgotten_keys AS known
        WHERE known.kind = 'spotify' AND known.key = btrim(allow_artist.spotify_id)
      )
    );
  RETURN FOUND;
END;
$$;
COMMENT ON FUNCTION public.allow_artist(UUID, TEXT) IS
  'Ends what forget_artist began, by the id that the artist had here or by the Spotify id: a request brings the artist back. FALSE where nothing stood in the way. Service role.';
