-- The documented functions for callers that store one entity at a time. They share the code of the commit.

CREATE OR REPLACE FUNCTION linernotes.earlier_result(function_name TEXT, operation_id TEXT, entity_key TEXT)
RETURNS UUID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  -- Of several callers with one operation the first one does it and the others see what it did.
  PERFORM linernotes.lock_keys(ARRAY[format('operation:%s:%s:%s', function_name, operation_id, entity_key)]);
  RETURN (
    SELECT known.result
    FROM linernotes.idempotency_records AS known
    WHERE known.function_name = earlier_result.function_name
      AND known.operation_id = earlier_result.operation_id
      AND known.entity_key = earlier_result.entity_key
      AND known.created_at > now() - INTERVAL '24 hours'
  );
END;
$$;
COMMENT ON FUNCTION linernotes.earlier_result(TEXT, TEXT, TEXT) IS
  'What this operation (function, operation id, entity) returned in the last 24 hours; NULL if it was not done.';

CREATE OR REPLACE FUNCTION linernotes.remember_operation(
  function_name TEXT, operation_id TEXT, entity_key TEXT, result UUID, queue_name TEXT, details JSONB
)
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  INSERT INTO linernotes.idempotency_records (function_name, operation_id, entity_key, result)
  VALUES (function_name, operation_id, entity_key, result)
  ON CONFLICT ON CONSTRAINT idempotency_records_pkey DO UPDATE SET result = EXCLUDED.result, created_at = now();

  INSERT INTO public.queue_metrics (queue_name, operation, success_count, details)
  VALUES (queue_name, 'process', 1, details || jsonb_build_object('operation_id', operation_id));
$$;
COMMENT ON FUNCTION linernotes.remember_operation(TEXT, TEXT, TEXT, UUID, TEXT, JSONB) IS
  'Remembers an operation for 24 hours and logs its one metric.';

CREATE OR REPLACE FUNCTION linernotes.check_operation(
  data_argument TEXT, data JSONB, p_operation_id TEXT, key_argument TEXT, entity_key TEXT
)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  PERFORM linernotes.check_present(data_argument, data);
  PERFORM linernotes.stated_json(data_argument, data, 'object');
  IF jsonb_typeof(data) <> 'object' THEN
    PERFORM linernotes.reject(data_argument, 'must be an object, is ' || jsonb_typeof(data));
  END IF;
  PERFORM linernotes.check_text('p_operation_id', p_operation_id);
  PERFORM linernotes.check_text(key_argument, entity_key, CASE key_argument WHEN 'p_spotify_id' THEN 64 ELSE 512 END);
END;
$$;
COMMENT ON FUNCTION linernotes.check_operation(TEXT, JSONB, TEXT, TEXT, TEXT) IS
  'Checks what all process_…_atomic functions are given.';

CREATE OR REPLACE FUNCTION public.process_artist_atomic(p_artist_data JSONB, p_operation_id TEXT, p_spotify_id TEXT)
RETURNS UUID
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  stated JSONB;
  artist_id UUID;
BEGIN
  PERFORM linernotes.check_operation('p_artist_data', p_artist_data, p_operation_id, 'p_spotify_id', p_spotify_id);
  artist_id := linernotes.earlier_result('process_artist_atomic', p_operation_id, p_spotify_id);
  IF artist_id IS NOT NULL THEN
    RETURN artist_id;
  END IF;

  stated := jsonb_build_array(jsonb_build_object('row', jsonb_build_object(
    'spotify_id', p_spotify_id,
    'name', p_artist_data -> 'name',
    'followers', p_artist_data -> 'followers',
    'popularity', p_artist_data -> 'popularity',
    'image_url', p_artist_data -> 'image_url',
    'metadata', p_artist_data -> 'fullData',
    'replaces_metadata', TRUE
  )));
  PERFORM linernotes.lock_keys(linernotes.catalogue_keys(stated, '[]', '[]', '[]'));
  PERFORM linernotes.put_off_counts();
  SELECT stored.artist_id INTO artist_id FROM linernotes.store_artists('p_artist_data', stated) AS stored;
  PERFORM linernotes.count_now();

  PERFORM linernotes.remember_operation('process_artist_atomic', p_operation_id, p_spotify_id, artist_id, 'artist_discovery',
    jsonb_build_object('artist_id', artist_id, 'spotify_id', p_spotify_id, 'name', p_artist_data -> 'name'));
  RETURN artist_id;
END;
$$;
COMMENT ON FUNCTION public.process_artist_atomic(JSONB, TEXT, TEXT) IS
  'Stores an artist {name, followers, popularity, image_url, fullData} by its Spotify id and returns its UUID. A key that is absent keeps the stored value; a repeated operation changes nothing. Service role.';

CREATE OR REPLACE FUNCTION public.process_album_atomic(p_album_data JSONB, p_operation_id TEXT, p_spotify_id TEXT)
RETURNS UUID
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  stated JSONB;
  album_id UUID;
  named_artist UUID;
BEGIN
  PERFORM linernotes.check_operation('p_album_data', p_album_data, p_operation_id, 'p_spotify_id', p_spotify_id);
  named_artist := linernotes.stated_uuid('p_album_data.artist_id', p_album_data -> 'artist_id');
  IF NOT EXISTS (SELECT FROM public.artists AS artist WHERE artist.id = named_artist) AND named_artist IS NOT NULL THEN
    PERFORM linernotes.reject('p_album_data.artist_id', format('there is no artist %s', named_artist));
  END IF;
  album_id := linernotes.earlier_result('process_album_atomic', p_operation_id, p_spotify_id);
  IF album_id IS NOT NULL THEN
    RETURN album_id;
  END IF;

  stated := jsonb_build_array(jsonb_build_object('row', jsonb_build_object(
    'spotify_id', p_spotify_id,
    'name', p_album_data -> 'name',
    'found_for_artist_id', p_album_data -> 'artist_id',
    'release_date', p_album_data -> 'release_date',
    'release_date_precision',
      coalesce(p_album_data -> 'release_date_precision', p_album_data -> 'fullData' -> 'release_date_precision'),
    'cover_url', p_album_data -> 'cover_url',
    'upc', coalesce(p_album_data -> 'upc', p_album_data -> 'fullData' -> 'external_ids' -> 'upc'),
    'metadata', p_album_data -> 'fullData',
    'replaces_metadata', TRUE
  )));
  PERFORM linernotes.lock_keys(linernotes.catalogue_keys('[]', stated, '[]', '[]'));
  PERFORM linernotes.put_off_counts();
  SELECT stored.album_id INTO album_id FROM linernotes.store_albums('p_album_data', stated) AS stored;
  PERFORM linernotes.count_now();

  PERFORM linernotes.remember_operation('process_album_atomic', p_operation_id, p_spotify_id, album_id, 'album_discovery',
    jsonb_build_object('album_id', album_id, 'artist_id', p_album_data -> 'artist_id', 'spotify_id', p_spotify_id,
      'name', p_album_data -> 'name'));
  RETURN album_id;
END;
$$;
COMMENT ON FUNCTION public.process_album_atomic(JSONB, TEXT, TEXT) IS
  'Stores an album {name, artist_id, release_date, cover_url, fullData} by its Spotify id and returns its UUID. release_date as Spotify writes it, 2004, 2004-05 or 2004-05-17; one that cannot be is stored as NULL. albums.artist_id becomes the first of the artists that fullData names and the catalogue has, else artist_id. A key that is absent keeps the stored value; a repeated operation changes nothing. Service role.';

CREATE OR REPLACE FUNCTION public.process_track_atomic(p_track_data JSONB, p_operation_id TEXT, p_spotify_id TEXT)
RETURNS UUID
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  stated JSONB;
  track_id UUID;
BEGIN
  PERFORM linernotes.check_operation('p_track_data', p_track_data, p_operation_id, 'p_spotify_id', p_spotify_id);
  track_id := linernotes.earlier_result('process_track_atomic', p_operation_id, p_spotify_id);
  IF track_id IS NOT NULL THEN
    RETURN track_id;
  END IF;

  stated := jsonb_build_array(jsonb_build_object('row', jsonb_build_object(
    'spotify_id', p_spotify_id,
    'name', p_track_data -> 'name',
    'album_id', p_track_data -> 'album_id',
    'duration_ms', p_track_data -> 'duration_ms',
    'popularity', p_track_data -> 'popularity',
    'preview_url', p_track_data -> 'preview_url',
    'isrc', coalesce(p_track_data -> 'isrc', p_track_data -> 'fullData' -> 'external_ids' -> 'isrc'),
    'disc_number', coalesce(p_track_data -> 'disc_number', p_track_data -> 'fullData' -> 'disc_number'),
    'track_number', coalesce(p_track_data -> 'track_number', p_track_data -> 'fullData' -> 'track_number'),
    'metadata', p_track_data -> 'fullData',
    'replaces_metadata', TRUE
  )));
  PERFORM linernotes.lock_keys(linernotes.catalogue_keys('[]', '[]', stated, '[]'));
  SELECT stored.track_id INTO track_id FROM linernotes.store_tracks('p_track_data', stated) AS stored;

  PERFORM linernotes.remember_operation('process_track_atomic', p_operation_id, p_spotify_id, track_id, 'track_discovery',
    jsonb_build_object('track_id', track_id, 'album_id', p_track_data -> 'album_id', 'spotify_id', p_spotify_id,
      'name', p_track_data -> 'name'));
  RETURN track_id;
END;
$$;
COMMENT ON FUNCTION public.process_track_atomic(JSONB, TEXT, TEXT) IS
  'Stores a track {name, album_id, duration_ms, popularity, preview_url, fullData} by its Spotify id and returns its UUID. A key that is absent keeps the stored value; a repeated operation changes nothing. Service role.';

CREATE OR REPLACE FUNCTION public.process_producer_atomic(
  p_producer_data JSONB, p_operation_id TEXT, p_normalized_name TEXT
)
RETURNS UUID
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  stated JSONB;
  person linernotes.stated_person;
  entity_key TEXT;
  producer_id UUID;
  fresh TEXT[];
BEGIN
  PERFORM linernotes.check_operation(
    'p_producer_data', p_producer_data, p_operation_id, 'p_normalized_name', p_normalized_name
  );
  person.name := linernotes.stated_text('p_producer_data.name', p_producer_data -> 'name', 512);
  person.normalized_name := linernotes.normalize_name(linernotes.stated_name('p_normalized_name', to_jsonb(p_normalized_name)));
  person.musicbrainz_id := lower(linernotes.stated_text('p_producer_data.musicbrainz_id', p_producer_data -> 'musicbrainz_id', 64));
  person.aliases := coalesce(linernotes.stated_texts('p_producer_data.aliases', p_producer_data -> 'aliases'), '{}');

  entity_key := coalesce('musicbrainz:' || person.musicbrainz_id, person.normalized_name);
  producer_id := linernotes.earlier_result('process_producer_atomic', p_operation_id, entity_key);
  -- A statement of its own: the one above began before it waited for another caller, and would not see the producer.
  producer_id := linernotes.current_producer(producer_id);
  IF producer_id IS NOT NULL THEN
    RETURN producer_id;
  END IF;

  -- A merge locks what it finds; one of two that meet crosswise is tried again.
  FOR attempt IN 1..3 LOOP
    BEGIN
      PERFORM linernotes.lock_keys(linernotes.person_keys(ARRAY[person]));
      PERFORM linernotes.put_off_counts();
      IF person.name IS NULL THEN
        -- Without a name only somebody who is there can be meant.
        SELECT known.name INTO person.name
        FROM public.producers AS known
        WHERE known.id = (linernotes.choose_producers(ARRAY[person]))[1];
        IF person.name IS NULL THEN
          PERFORM linernotes.reject('p_producer_data.name', 'must not be missing or empty');
        END IF;
      END IF;
      SELECT resolved.chosen[1], resolved.fresh INTO producer_id, fresh FROM linernotes.resolve_people(ARRAY[person]) AS resolved;
      PERFORM linernotes.settle_names(fresh, fresh, '{}');

      stated := jsonb_build_array(jsonb_build_object('row', jsonb_build_object(
        'producer_id', producer_id,
        -- Somebody with an id who was found by a name or an alias keeps the name that the id has.
        'name', (
          SELECT person.name FROM public.producers AS known
          WHERE known.id = producer_id AND known.musicbrainz_id IS NOT DISTINCT FROM person.musicbrainz_id
        ),
        'instagram_handle', p_producer_data -> 'instagram_handle',
        'instagram_bio', p_producer_data -> 'instagram_bio',
        'image_url', p_producer_data -> 'image_url',
        'email', p_producer_data -> 'email',
        'metadata', p_producer_data -> 'metadata'
      )));
      SELECT stored.producer_id INTO producer_id FROM linernotes.store_profiles('p_producer_data', stated, FALSE) AS stored;
      PERFORM linernotes.count_now();
      EXIT;
    EXCEPTION WHEN deadlock_detected THEN
      IF attempt = 3 THEN
        RAISE;
      END IF;
    END;
  END LOOP;

  PERFORM linernotes.remember_operation('process_producer_atomic', p_operation_id, entity_key, producer_id,
    'producer_identification', jsonb_build_object('producer_id', producer_id, 'normalized_name', person.normalized_name,
      'name', person.name));
  RETURN producer_id;
END;
$$;
COMMENT ON FUNCTION public.process_producer_atomic(JSONB, TEXT, TEXT) IS
  'Stores a producer {name, email, image_url, instagram_handle, instagram_bio, metadata, musicbrainz_id, aliases} and returns its UUID. With musicbrainz_id it is that id; without, the one id that has the name, else the producer known by this name only. p_normalized_name passes through normalize_name. Metadata is merged, a key that is absent keeps the stored value, enriched_at is set whenever a handle arrives; a repeated operation changes nothing. Service role.';
