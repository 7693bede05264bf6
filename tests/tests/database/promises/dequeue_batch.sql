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
    'batch_size', 'dedup_ttl_seconds', 'profile_max_age_days', 'provider_concurrency', 'run_budget_seconds', 'visibility_timeout_seconds']);
  PERFORM checks.same('the queue''s own', answer #> '{settings,batch_size}', '15'::JSONB);
  PERFORM checks.same('provider', answer #> '{providers,spotify}', '{"paused_for_ms": 0, "pause_reason": null, "refused": {}}'::JSONB);
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

--> At most max_concurrency runs at a time; an empty answer releases the place, a dead run's place expires
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
  PERFORM checks.same('its place is free', dequeue_batch('artist_discovery', 1, 60, runs[3]) -> 'busy', 'false'::JSONB);
  PERFORM checks.as_owner('UPDATE linernotes.runs SET expires_at = clock_timestamp() - INTERVAL ''1 s''');
  PERFORM checks.same('expired', dequeue_batch('artist_discovery', 1, 60, runs[2]) -> 'busy', 'false'::JSONB);
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

--> A paused queue gives nothing and keeps no place
DO $$
DECLARE
  run UUID := gen_random_uuid();
BEGIN
  PERFORM pg_enqueue('artist_discovery', '{}') FROM generate_series(1, 2);
  PERFORM dequeue_batch('artist_discovery', 1, 60, run);
  PERFORM pause_queue('artist_discovery');
  PERFORM checks.same('answer', dequeue_batch('artist_discovery', 1, 60, run) - 'settings' - 'providers',
    '{"busy": false, "messages": [], "dead_lettered": 0, "next_due_ms": null}'::JSONB);
  PERFORM checks.same('places', checks.ask('SELECT count(*) FROM linernotes.runs'), '0');
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
