-- The documented functions that store one entity at a time, for callers other than the pipeline. They share the code of
-- the commit. Each takes an operation id: the same operation is done once in 24 hours, and its repetition returns what it
-- returned.

CREATE OR REPLACE FUNCTION linernotes.earlier_result(function_name TEXT, operation_id TEXT, entity_key TEXT)
RETURNS UUID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  -- Of several callers with one operation the first does it. The others wait here, then see what it returned.
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
  'The id that this operation returned if it was done within 24 hours, else NULL. Locks the operation.';

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
  'Stores what an operation returned, and a metric of it.';

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
  'Checks the arguments that all process_…_atomic functions have: the data, the operation id, and the key of the entity.';

CREATE OR REPLACE FUNCTION linernotes.process_entity(
  function_name TEXT,
  queue_name TEXT,
  data_argument TEXT,
  operation_id TEXT,
  spotify_id TEXT,
  rows JSONB,
  id_name TEXT,
  details JSONB
)
RETURNS UUID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  entity_id UUID := linernotes.earlier_result(function_name, operation_id, spotify_id);
BEGIN
  IF entity_id IS NULL THEN
    SELECT stored.id INTO entity_id
    FROM linernotes.store_catalogue(
      linernotes.read_rows(jsonb_build_array(jsonb_build_object('rows', rows)), data_argument)
    ) AS stored;
    PERFORM linernotes.remember_operation(
      function_name, operation_id, spotify_id, entity_id, queue_name,
      jsonb_build_object(id_name, entity_id, 'spotify_id', spotify_id) || details
    );
  END IF;
  RETURN entity_id;
END;
$$;
COMMENT ON FUNCTION linernotes.process_entity(TEXT, TEXT, TEXT, TEXT, TEXT, JSONB, TEXT, JSONB) IS
  'Stores one row, given as in an outcome, unless this operation was done before; returns its id. The metric goes to the queue''s, with the id under its name and the details.';

CREATE OR REPLACE FUNCTION public.process_artist_atomic(p_artist_data JSONB, p_operation_id TEXT, p_spotify_id TEXT)
RETURNS UUID
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  PERFORM linernotes.check_operation('p_artist_data', p_artist_data, p_operation_id, 'p_spotify_id', p_spotify_id);
  PERFORM linernotes.refuse_forgotten('p_spotify_id', linernotes.is_forgotten_artist(p_spotify_id));
  RETURN linernotes.process_entity(
    'process_artist_atomic', 'artist_discovery', 'p_artist_data', p_operation_id, p_spotify_id,
    jsonb_build_object('artists', jsonb_build_object(
      'spotify_id', p_spotify_id,
      'name', p_artist_data -> 'name',
      'followers', p_artist_data -> 'followers',
      'popularity', p_artist_data -> 'popularity',
      'image_url', p_artist_data -> 'image_url',
      'metadata', p_artist_data -> 'fullData',
      'replaces', TRUE
    )),
    'artist_id', jsonb_build_object('name', p_artist_data -> 'name')
  );
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
  named_artist UUID;
BEGIN
  PERFORM linernotes.check_operation('p_album_data', p_album_data, p_operation_id, 'p_spotify_id', p_spotify_id);
  named_artist := linernotes.stated_uuid('p_album_data.artist_id', p_album_data -> 'artist_id');
  IF NOT EXISTS (SELECT FROM public.artists AS artist WHERE artist.id = named_artist) AND named_artist IS NOT NULL THEN
    PERFORM linernotes.reject('p_album_data.artist_id', format('there is no artist %s', named_artist));
  END IF;
  RETURN linernotes.process_entity(
    'process_album_atomic', 'album_discovery', 'p_album_data', p_operation_id, p_spotify_id,
    jsonb_build_object('albums', jsonb_build_object(
      'spotify_id', p_spotify_id,
      'name', p_album_data -> 'name',
      'found_for_artist_id', p_album_data -> 'artist_id',
      'release_date', p_album_data -> 'release_date',
      'release_date_precision',
        coalesce(p_album_data -> 'release_date_precision', p_album_data -> 'fullData' -> 'release_date_precision'),
      'cover_url', p_album_data -> 'cover_url',
      'upc', coalesce(p_album_data -> 'upc', p_album_data -> 'fullData' -> 'external_ids' -> 'upc'),
      'metadata', p_album_data -> 'fullData',
      'replaces', TRUE
    )),
    'album_id', jsonb_build_object('artist_id', p_album_data -> 'artist_id', 'name', p_album_data -> 'name')
  );
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
BEGIN
  PERFORM linernotes.check_operation('p_track_data', p_track_data, p_operation_id, 'p_spotify_id', p_spotify_id);
  RETURN linernotes.process_entity(
    'process_track_atomic', 'track_discovery', 'p_track_data', p_operation_id, p_spotify_id,
    jsonb_build_object('tracks', jsonb_build_object(
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
      'replaces', TRUE
    )),
    'track_id', jsonb_build_object('album_id', p_track_data -> 'album_id', 'name', p_track_data -> 'name')
  );
END;
$$;
COMMENT ON FUNCTION public.process_track_atomic(JSONB, TEXT, TEXT) IS
  'Stores a track {name, album_id, duration_ms, popularity, preview_url, fullData} by its Spotify id and returns its UUID. A track that is stored already moves to the album that album_id names. A key that is absent keeps the stored value; a repeated operation changes nothing. Service role.';

CREATE OR REPLACE FUNCTION linernotes.store_producer(person linernotes.stated_person, data JSONB)
RETURNS UUID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  producer_id UUID;
  new_names TEXT[];
BEGIN
  PERFORM linernotes.lock_keys(linernotes.person_keys(ARRAY[person]));
  PERFORM linernotes.refuse_forgotten(
    'p_normalized_name', linernotes.is_forgotten_person(person.normalized_name, person.musicbrainz_id)
  );
  PERFORM linernotes.defer_counts();
  person.musicbrainz_id := linernotes.current_musicbrainz_id(person.musicbrainz_id);
  IF person.name IS NULL THEN
    -- Without a name, a producer that is stored already must be meant.
    SELECT known.name INTO person.name
    FROM unnest(linernotes.choose_producers(ARRAY[person])) AS chosen
    JOIN public.producers AS known ON known.id = chosen.producer_id;
    IF person.name IS NULL THEN
      PERFORM linernotes.reject('p_producer_data.name', 'must not be missing or empty');
    END IF;
  END IF;
  SELECT who.resolved[1].producer_id, who.new_names INTO producer_id, new_names
  FROM linernotes.resolve_people(ARRAY[person]) AS who;
  PERFORM linernotes.merge_identified(new_names, new_names, '{}');

  producer_id := linernotes.current_producer(producer_id);
  PERFORM linernotes.lock_producers(ARRAY[producer_id]);
  PERFORM linernotes.update_profile(
    producer_id,
    -- A producer with an id who was found by a name or an alias keeps the name that the id has.
    (
      SELECT person.name FROM public.producers AS known
      WHERE known.id = producer_id AND known.musicbrainz_id IS NOT DISTINCT FROM person.musicbrainz_id
    ),
    linernotes.read_profile(
      linernotes.stated_text('p_producer_data.instagram_handle', data -> 'instagram_handle', 64),
      linernotes.stated_text('p_producer_data.instagram_bio', data -> 'instagram_bio', 10000),
      linernotes.stated_text('p_producer_data.image_url', data -> 'image_url'),
      linernotes.stated_text('p_producer_data.email', data -> 'email', 320),
      data -> 'metadata'
    ),
    linernotes.stated_json('p_producer_data.metadata', data -> 'metadata', 'object')
  );
  PERFORM linernotes.flush_counts();
  RETURN producer_id;
END;
$$;
COMMENT ON FUNCTION linernotes.store_producer(linernotes.stated_person, JSONB) IS
  'Finds or inserts the producer that a person is, and stores what is stated of them.';

CREATE OR REPLACE FUNCTION public.process_producer_atomic(
  p_producer_data JSONB, p_operation_id TEXT, p_normalized_name TEXT
)
RETURNS UUID
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  person linernotes.stated_person;
  entity_key TEXT;
  producer_id UUID;
BEGIN
  PERFORM linernotes.check_operation(
    'p_producer_data', p_producer_data, p_operation_id, 'p_normalized_name', p_normalized_name
  );
  person.name := linernotes.stated_text('p_producer_data.name', p_producer_data -> 'name', 512);
  person.normalized_name := linernotes.normalize_name(linernotes.stated_name('p_normalized_name', to_jsonb(p_normalized_name)));
  person.identity_name := linernotes.producer_identity(coalesce(person.name, p_normalized_name), person.normalized_name);
  person.musicbrainz_id := lower(linernotes.stated_text('p_producer_data.musicbrainz_id', p_producer_data -> 'musicbrainz_id', 64));
  person.aliases := coalesce(linernotes.stated_texts('p_producer_data.aliases', p_producer_data -> 'aliases'), '{}');

  entity_key := coalesce('musicbrainz:' || person.musicbrainz_id, person.identity_name);
  producer_id := linernotes.earlier_result('process_producer_atomic', p_operation_id, entity_key);
  -- In a statement of its own: the one above began before it waited for another caller, and does not see what that one
  -- has stored.
  producer_id := linernotes.current_producer(producer_id);
  IF producer_id IS NOT NULL THEN
    RETURN producer_id;
  END IF;

  -- A merge locks names that are known only once it has begun, so two callers may wait for each other. One of them is
  -- told so, and tries again.
  FOR attempt IN 1..3 LOOP
    BEGIN
      producer_id := linernotes.store_producer(person, p_producer_data);
      EXIT;
    EXCEPTION WHEN deadlock_detected THEN
      IF attempt = 3 THEN
        RAISE;
      END IF;
    END;
  END LOOP;

  PERFORM linernotes.remember_operation('process_producer_atomic', p_operation_id, entity_key, producer_id,
    'producer_identification', jsonb_build_object('producer_id', producer_id, 'normalized_name', person.normalized_name,
      'name', coalesce(person.name, (SELECT known.name FROM public.producers AS known WHERE known.id = producer_id))));
  RETURN producer_id;
END;
$$;
COMMENT ON FUNCTION public.process_producer_atomic(JSONB, TEXT, TEXT) IS
  'Stores a producer {name, email, image_url, instagram_handle, instagram_bio, metadata, musicbrainz_id, aliases} and returns its UUID. With musicbrainz_id it is that id; without, the one id that has the name, else the producer known by this name only. p_normalized_name passes through normalize_name. Metadata is merged, a key that is absent keeps the stored value, enriched_at is set whenever a handle arrives; a repeated operation changes nothing. Service role.';
