-- A batch for a run, and what the run needs to know.

--> Messages with their attempts, and the settings and providers; sizes are settings unless given
DO $$
DECLARE
  answer JSONB;
BEGIN
  PERFORM start_artist_discovery('Artist ' || n) FROM generate_series(1, 20) AS n;
  answer := dequeue_batch('artist_discovery');
  PERFORM checks.same('messages', jsonb_array_length(answer -> 'messages'), 15);
  PERFORM checks.same('first', (answer #> '{messages,0}') - '{msg_id,correlation_id,message}'::TEXT[], '{"read_ct": 1, "attempt": 1,
    "max_attempts": 5, "key": "artist:name:artist 1", "force": false, "completed": false, "subject": null}'::JSONB);
  PERFORM checks.same('settings', ARRAY(SELECT jsonb_object_keys(answer -> 'settings') ORDER BY 1), ARRAY['ability_retry_seconds',
    'batch_size', 'breaker_failures', 'breaker_first_probe_seconds', 'dedup_ttl_seconds', 'genius_always', 'profile_max_age_days', 'provider_concurrency', 'run_budget_seconds', 'visibility_timeout_seconds']);
  PERFORM checks.same('the queue''s own', answer #> '{settings,batch_size}', '15'::JSONB);
  PERFORM checks.same('provider', answer #> '{providers,spotify}', '{"paused_for_ms": 0, "pause_reason": null, "refused": {}, "failures": 0, "breaker": null}'::JSONB);
  PERFORM checks.same('given size', jsonb_array_length(dequeue_batch('artist_discovery', 2) -> 'messages'), 2);
END;
$$;

--> The subject is looked up: the artist of an album_discovery, the album with its tracks of a producer_identification
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM start_album_discovery('00000000-0000-4000-8000-0000000000a1');
  PERFORM checks.same('artist', dequeue_batch('album_discovery') #> '{messages,0,subject}',
    '{"id": "00000000-0000-4000-8000-0000000000a1", "spotify_id": "artist1", "name": "Velvet Pier"}'::JSONB);
  PERFORM pg_enqueue('producer_identification', '{"albumId": "00000000-0000-4000-8000-0000000000b1"}');
  PERFORM checks.same('tracks', dequeue_batch('producer_identification') #> '{messages,0,subject,tracks,1,name}', '"Two"'::JSONB);
  PERFORM pg_enqueue('track_discovery', '{"albumId": "no uuid"}');
  PERFORM checks.same('of a bad message', dequeue_batch('track_discovery') #> '{messages,0,subject}', 'null'::JSONB);
END;
$$;

--> The subject of a social_enrichment: the profile, other spellings, as whom Genius credits them, and songs to know them by
DO $$
DECLARE
  producer CONSTANT UUID := '00000000-0000-4000-8000-0000000000d1';
  subject JSONB;
BEGIN
  PERFORM checks.catalogue();
  UPDATE producers SET instagram_bio = 'Keys' WHERE id = producer;
  UPDATE tracks SET metadata = '{"artists": [{"name": "Velvet Pier"}, {"name": "Guest"}]}' WHERE spotify_id = 'track4';
  UPDATE tracks SET name = 'FOUR' WHERE spotify_id = 'track1'; -- the song again, on an older album
  PERFORM process_producer_atomic('{"name": "Ludwig Göransson", "musicbrainz_id": "11111111-0000-4000-8000-000000000001",
    "aliases": ["Ludovin", "LUDWIG GORANSSON"]}', 'op', 'ludwig goransson');
  INSERT INTO track_producers (track_id, producer_id, confidence, source, role, evidence)
  SELECT track.id, producer, 0.8, 'genius', seen.role, seen.evidence
  FROM (VALUES
    ('track1', 'writer', '{"seen": [{"artist_id": 7}]}'::JSONB),
    ('track3', 'producer', '{"seen": [{"artist_id": 101}, {"artist_id": 101.5}, {"artist_id": -1}, {"artist_id": "102"}]}'),
    ('track4', 'producer', '{"seen": [{"artist_id": 101}, {"artist_id": 1e300}]}'),
    ('track1', 'producer', '{"seen": 5}'), ('track2', 'producer', '[1]'), ('track2', 'writer', '"odd"'),
    ('track2', 'lyricist', 'null'), ('track2', 'composer', NULL), ('track4', 'writer', '{"seen": {"artist_id": {"a": 1}}}')
  ) AS seen (spotify_id, role, evidence)
  JOIN tracks AS track USING (spotify_id);
  PERFORM pg_enqueue('social_enrichment', jsonb_build_object('producerId', producer));
  subject := dequeue_batch('social_enrichment') #> '{messages,0,subject}';
  PERFORM checks.same('biography', subject ->> 'instagram_bio', 'Keys');
  PERFORM checks.same('aliases', subject -> 'aliases', '["Ludovin"]'::JSONB);
  PERFORM checks.same('Genius', subject -> 'genius_artist_ids', '[101, 7]'::JSONB);
  PERFORM checks.same('songs', subject -> 'credited_tracks', '[{"name": "Three", "artist_names": ["Velvet Pier"]},
    {"name": "Four", "artist_names": ["Velvet Pier", "Guest"]}]'::JSONB);
END;
$$;

--> Nothing of it is missing where nothing is known; what it holds has a bound
DO $$
DECLARE
  subject JSONB;
BEGIN
  PERFORM checks.catalogue();
  PERFORM pg_enqueue('social_enrichment', '{"producerId": "00000000-0000-4000-8000-0000000000d3"}');
  subject := dequeue_batch('social_enrichment') #> '{messages,0,subject}';
  PERFORM checks.same('nothing', subject - '{id,name,email,metadata,image_url,enriched_at,musicbrainz_id,instagram_handle,profile_version,genius_version}'::TEXT[],
    '{"aliases": [], "former_musicbrainz_ids": [], "genius_artist_ids": [], "credited_tracks": [], "instagram_bio": null}'::JSONB);

  PERFORM process_producer_atomic(jsonb_build_object('name', '100% Pure_Sound',
    'aliases', ARRAY(SELECT 'Alias ' || n FROM generate_series(1, 100) AS n)), 'op', '100% Pure_Sound');
  INSERT INTO tracks (name, album_id) SELECT 'Song ' || n, '00000000-0000-4000-8000-0000000000b1' FROM generate_series(1, 10) AS n;
  INSERT INTO track_producers (track_id, producer_id, confidence, source, evidence)
  SELECT track.id, '00000000-0000-4000-8000-0000000000d3', 0.8, source,
    jsonb_build_object('seen', jsonb_build_array(jsonb_build_object('artist_id', row_number() OVER ())))
  FROM tracks AS track CROSS JOIN unnest(ARRAY['genius', 'musicbrainz']) AS source;
  PERFORM pg_enqueue('social_enrichment', '{"producerId": "00000000-0000-4000-8000-0000000000d3"}');
  subject := dequeue_batch('social_enrichment') #> '{messages,0,subject}';
  PERFORM checks.same('how many', ARRAY[jsonb_array_length(subject -> 'aliases'), jsonb_array_length(subject -> 'genius_artist_ids'),
    jsonb_array_length(subject -> 'credited_tracks')], ARRAY[20, 3, 3]);
END;
$$;

--> A producer with a hundred thousand credits delays nobody
DO $$
DECLARE
  begun TIMESTAMPTZ;
  subject JSONB;
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.as_owner($q$
    ALTER TABLE public.track_producers DISABLE TRIGGER USER;
    INSERT INTO public.tracks (name, album_id) SELECT 'Song ' || n, '00000000-0000-4000-8000-0000000000b1' FROM generate_series(1, 50000) AS n;
    INSERT INTO public.track_producers (track_id, producer_id, confidence, source, evidence)
    SELECT track.id, '00000000-0000-4000-8000-0000000000d1', 0.8, source, '{"seen": [{"artist_id": 101}]}'
    FROM public.tracks AS track CROSS JOIN unnest(ARRAY['genius', 'musicbrainz']) AS source
    ON CONFLICT DO NOTHING$q$);
  PERFORM pg_enqueue('social_enrichment', '{"producerId": "00000000-0000-4000-8000-0000000000d1"}');
  begun := clock_timestamp();
  subject := dequeue_batch('social_enrichment') #> '{messages,0,subject}';
  ASSERT clock_timestamp() - begun < INTERVAL '250 ms', format('took %s', clock_timestamp() - begun);
  PERFORM checks.same('Genius', subject -> 'genius_artist_ids', '[101]'::JSONB);
  PERFORM checks.same('songs', jsonb_array_length(subject -> 'credited_tracks'), 3);
END;
$$;

--> At most max_concurrency runs at a time; an empty answer releases the run, a dead run's lease expires
DO $$
DECLARE
  runs UUID[] := ARRAY(SELECT gen_random_uuid() FROM generate_series(1, 3));
BEGIN
  PERFORM pg_enqueue('artist_discovery', '{}') FROM generate_series(1, 5);
  PERFORM checks.same('one', dequeue_batch('artist_discovery', 1, 60, runs[1]) -> 'busy', 'false'::JSONB);
  PERFORM checks.same('two', dequeue_batch('artist_discovery', 1, 60, runs[2]) -> 'busy', 'false'::JSONB);
  PERFORM checks.same('three', dequeue_batch('artist_discovery', 1, 60, runs[3]) -> 'busy', 'true'::JSONB);
  PERFORM checks.same('without a run id', dequeue_batch('artist_discovery', 1) -> 'busy', 'true'::JSONB);
  PERFORM checks.same('the second goes on', jsonb_array_length(dequeue_batch('artist_discovery', 10, 60, runs[2]) -> 'messages'), 3);
  PERFORM checks.same('and finds nothing', dequeue_batch('artist_discovery', 10, 60, runs[2]) -> 'messages', '[]'::JSONB);
  PERFORM pg_enqueue('artist_discovery', '{}');
  PERFORM checks.same('its run is over', dequeue_batch('artist_discovery', 1, 60, runs[3]) -> 'busy', 'false'::JSONB);
  PERFORM checks.as_owner('UPDATE linernotes.runs SET expires_at = clock_timestamp() - INTERVAL ''1 s''');
  PERFORM checks.same('expired', dequeue_batch('artist_discovery', 1, 60, runs[2]) -> 'busy', 'false'::JSONB);
END;
$$;

--> After a run was lost the next ones leave Redis alone; then one at a time tries it, and one that comes back ends the doubt
DO $$
DECLARE
  runs UUID[] := ARRAY(SELECT gen_random_uuid() FROM generate_series(1, 4));
BEGIN
  PERFORM pg_enqueue('artist_discovery', '{}') FROM generate_series(1, 9);
  UPDATE queue_registry SET max_concurrency = 9 WHERE queue_name = 'artist_discovery';
  PERFORM checks.same('at first', dequeue_batch('artist_discovery', 1, 60, runs[1]) -> 'redis', 'true'::JSONB);
  PERFORM checks.as_owner('UPDATE linernotes.runs SET expires_at = clock_timestamp() - INTERVAL ''1 s''');
  PERFORM checks.same('one was lost', dequeue_batch('artist_discovery', 1, 60, runs[2]) -> 'redis', 'false'::JSONB);
  PERFORM checks.as_owner('UPDATE linernotes.redis_quarantine SET until = clock_timestamp()');
  PERFORM checks.same('tries', dequeue_batch('artist_discovery', 1, 60, runs[3]) -> 'redis', 'true'::JSONB);
  PERFORM checks.same('does not', dequeue_batch('artist_discovery', 1, 60, runs[4]) -> 'redis', 'false'::JSONB);
  PERFORM checks.same('still tries', dequeue_batch('artist_discovery', 1, 60, runs[3]) -> 'redis', 'true'::JSONB);
  PERFORM commit_batch('artist_discovery', runs[3], '[]', '{"end_run": true}');
  PERFORM checks.same('it came back', dequeue_batch('artist_discovery', 1, 60, runs[4]) -> 'redis', 'true'::JSONB);
END;
$$;

--> max_concurrency is the queue's
DO $$
BEGIN
  UPDATE queue_registry SET max_concurrency = 1 WHERE queue_name = 'artist_discovery';
  PERFORM pg_enqueue('artist_discovery', '{}') FROM generate_series(1, 2);
  PERFORM dequeue_batch('artist_discovery', 1, 60, gen_random_uuid());
  PERFORM checks.same('second run', dequeue_batch('artist_discovery', 1, 60, gen_random_uuid()) -> 'busy', 'true'::JSONB);
END;
$$;

--> A paused queue delivers nothing and keeps no run
DO $$
DECLARE
  run UUID := gen_random_uuid();
BEGIN
  PERFORM pg_enqueue('artist_discovery', '{}') FROM generate_series(1, 2);
  PERFORM dequeue_batch('artist_discovery', 1, 60, run);
  PERFORM pause_queue('artist_discovery');
  PERFORM checks.same('answer', dequeue_batch('artist_discovery', 1, 60, run) - 'settings' - 'providers',
    '{"busy": false, "messages": [], "dead_lettered": 0, "next_due_ms": null}'::JSONB);
  PERFORM checks.same('runs', checks.ask('SELECT count(*) FROM linernotes.runs'), '0');
END;
$$;

--> A message that crashed its worker max_attempts times goes to the dead letters, and says why
DO $$
BEGIN
  PERFORM pg_enqueue('artist_discovery', '{"_idempotencyKey": "k"}');
  FOR attempt IN 1..5 LOOP
    PERFORM checks.same('attempt', dequeue_batch('artist_discovery', 1, 0) #> '{messages,0,attempt}', to_jsonb(attempt));
  END LOOP;
  PERFORM checks.same('sixth', dequeue_batch('artist_discovery', 1, 0) - 'settings' - 'providers',
    '{"busy": false, "messages": [], "dead_lettered": 1, "next_due_ms": null}'::JSONB);
  PERFORM checks.same('letter', (SELECT error FROM list_dead_letters()),
    'attempts_exhausted: delivered 5 times, and no worker said what became of it');
END;
$$;

--> next_due_ms: when the next retried message is due, within a run's budget; a running lease is not due
DO $$
DECLARE
  message_id BIGINT := pg_enqueue('artist_discovery', '{}');
BEGIN
  PERFORM dequeue_batch('artist_discovery');
  PERFORM checks.same('leased', dequeue_batch('artist_discovery') -> 'next_due_ms', 'null'::JSONB);
  PERFORM commit_batch('artist_discovery', NULL, jsonb_build_array(checks.outcome(message_id, 'retry', '{"after_ms": 3000}')));
  ASSERT (dequeue_batch('artist_discovery') ->> 'next_due_ms')::INT BETWEEN 1 AND 3000;
END;
$$;

--> A schema older than the caller needs delivers nothing, and says both releases; a newer one is right
DO $$
BEGIN
  PERFORM start_artist_discovery('Velvet Pier');
  PERFORM checks.fails('55000', 'schema_version: the functions need the schema of release 0.2.0, this database has that of release 0.1.0',
    $sql$SELECT public.dequeue_batch('artist_discovery', needs_release => '0.2.0')$sql$);
  PERFORM checks.same('not delivered', checks.ask('SELECT read_ct FROM pgmq.q_artist_discovery'), '0');
  PERFORM checks.as_owner($sql$INSERT INTO linernotes.schema_version (release) VALUES ('0.10.0'), ('0.9.0')$sql$);
  PERFORM checks.same('delivered', jsonb_array_length(dequeue_batch('artist_discovery', needs_release => '0.9.1') -> 'messages'), 1);
  PERFORM checks.same('told', get_pipeline_status() ->> 'schema_version', '0.10.0');
END;
$$;

--> A schema that has given up functions so old delivers nothing to them, and says which release it takes
DO $$
BEGIN
  PERFORM start_artist_discovery('Velvet Pier');
  PERFORM checks.as_owner($sql$INSERT INTO linernotes.schema_version (release, oldest_functions) VALUES ('0.10.0', '0.9.0')$sql$);
  PERFORM checks.fails('55000',
    'schema_version: the functions are of release 0.2.0, this database has the schema of release 0.10.0, which works with functions from release 0.9.0 on',
    $sql$SELECT public.dequeue_batch('artist_discovery', needs_release => '0.2.0')$sql$);
  PERFORM checks.same('not delivered', checks.ask('SELECT read_ct FROM pgmq.q_artist_discovery'), '0');
  PERFORM checks.same('delivered', jsonb_array_length(dequeue_batch('artist_discovery', needs_release => '0.9.0') -> 'messages'), 1);
END;
$$;
