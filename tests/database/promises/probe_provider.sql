-- The breaker of a provider: who may probe it, and who waits.

--> A failed probe opens the breaker: the queues that need the provider give no messages, and what failed there costs no attempt
DO $$
DECLARE
  run UUID := gen_random_uuid();
  id BIGINT := start_artist_discovery('Velvet Pier');
  answer JSONB;
BEGIN
  PERFORM dequeue_batch('artist_discovery', run_id => run);
  answer := commit_batch(
    'artist_discovery', run,
    jsonb_build_array(checks.outcome(id, 'retry', '{"error": {"code": "provider_failed", "message": "status 503"}, "after_ms": 1}')),
    '{"end_run": true, "providers": {"spotify": {"failures": 3, "down": "status 503"}}}'
  );
  PERFORM checks.same('retried', answer -> 'retried', '1'::JSONB);
  PERFORM checks.same('attempts', (SELECT attempts FROM processing_status WHERE entity_id = 'artist:name:velvet pier'), 0);
  PERFORM pg_sleep(0.01);
  answer := dequeue_batch('artist_discovery', run_id => run);
  PERFORM checks.same('no messages', answer -> 'messages', '[]'::JSONB);
  ASSERT (answer ->> 'next_due_ms')::INT BETWEEN 1000 AND 2000, answer ->> 'next_due_ms';
  PERFORM checks.same('reason', answer #>> '{providers,spotify,breaker,reason}', 'status 503');
  PERFORM checks.same('another provider', answer #> '{providers,musicbrainz,breaker}', 'null'::JSONB);
END;
$$;

--> One caller at each interval gets the turn, the intervals grow, and the first answer closes the breaker
DO $$
DECLARE
  answer JSONB;
BEGIN
  PERFORM commit_batch('artist_discovery', NULL, '[]', '{"providers": {"spotify": {"failures": 3, "down": "no answer"}}}');
  PERFORM checks.same('too early', probe_provider('spotify') -> 'granted', 'false'::JSONB);
  FOR probes IN 1..5 LOOP
    PERFORM checks.as_owner('UPDATE linernotes.providers SET next_probe_at = clock_timestamp() WHERE provider = ''spotify''');
    answer := probe_provider('spotify');
    PERFORM checks.same('turn', answer -> 'granted', 'true'::JSONB);
    PERFORM checks.same('interval', round((answer ->> 'next_probe_ms')::NUMERIC / 1000), least(20, 2 * 2 ^ probes)::NUMERIC);
    PERFORM checks.same('nobody else', probe_provider('spotify') -> 'granted', 'false'::JSONB);
  END LOOP;
  -- A run that saw it fail before reports that late.
  PERFORM commit_batch('artist_discovery', NULL, '[]', '{"providers": {"spotify": {"failures": 2, "down": "no answer"}}}');
  PERFORM checks.same('still', dequeue_batch('artist_discovery') #> '{providers,spotify,breaker,probes}', '5'::JSONB);
  PERFORM checks.same('closed', probe_provider('spotify', TRUE), '{"open": false, "granted": false, "next_probe_ms": null}'::JSONB);
  PERFORM checks.same('no breaker', dequeue_batch('artist_discovery') #> '{providers,spotify}',
    '{"paused_for_ms": 0, "pause_reason": null, "refused": {}, "failures": 0, "breaker": null}'::JSONB);
END;
$$;

--> Failures in a row are counted over all runs, and any answer ends the row
DO $$
BEGIN
  PERFORM commit_batch('artist_discovery', NULL, '[]', '{"providers": {"spotify": {"failures": 2}}}');
  PERFORM commit_batch('album_discovery', NULL, '[]', '{"providers": {"spotify": {"failures": 3}}}');
  PERFORM checks.same('both', dequeue_batch('artist_discovery') #> '{providers,spotify,failures}', '5'::JSONB);
  PERFORM commit_batch('album_discovery', NULL, '[]', '{"providers": {"spotify": {"failures": 1, "answered_ms_ago": 5}}}');
  PERFORM checks.same('since the answer', dequeue_batch('artist_discovery') #> '{providers,spotify,failures}', '1'::JSONB);
  PERFORM commit_batch('album_discovery', NULL, '[]', '{"providers": {"spotify": {"answered_ms_ago": 0}}}');
  PERFORM checks.same('none', dequeue_batch('artist_discovery') #> '{providers,spotify,failures}', '0'::JSONB);
END;
$$;

--> What was answered before the breaker opened does not close it, by whatever run it is reported later
DO $$
BEGIN
  PERFORM commit_batch('artist_discovery', NULL, '[]', '{"providers": {"spotify": {"failures": 3, "down": "status 503"}}}');
  PERFORM commit_batch('album_discovery', NULL, '[]', '{"providers": {"spotify": {"answered_ms_ago": 4000}}}');
  PERFORM checks.same('open', dequeue_batch('artist_discovery') #>> '{providers,spotify,breaker,reason}', 'status 503');
  PERFORM commit_batch('album_discovery', NULL, '[]', '{"providers": {"spotify": {"answered_ms_ago": 0}}}');
  PERFORM checks.same('closed', dequeue_batch('artist_discovery') #> '{providers,spotify,breaker}', 'null'::JSONB);
END;
$$;

--> A message that fails while its provider works costs an attempt, and so does during an outage what has nothing to do with it
DO $$
DECLARE
  id BIGINT := start_artist_discovery('Velvet Pier');
  failure CONSTANT JSONB := '{"error": {"code": "provider_failed"}, "after_ms": 1}';
BEGIN
  PERFORM dequeue_batch('artist_discovery');
  PERFORM commit_batch('artist_discovery', NULL, jsonb_build_array(checks.outcome(id, 'retry', failure)),
    '{"providers": {"spotify": {"failures": 9}}}');
  PERFORM checks.same('counts', (SELECT attempts FROM processing_status WHERE entity_id = 'artist:name:velvet pier'), 1);
  PERFORM pg_sleep(0.01);
  PERFORM dequeue_batch('artist_discovery');
  PERFORM commit_batch('artist_discovery', NULL,
    jsonb_build_array(checks.outcome(id, 'retry', '{"read_ct": 2, "error": {"code": "bad_subject"}, "after_ms": 1}')),
    '{"providers": {"spotify": {"failures": 9, "down": "status 503"}}}');
  PERFORM checks.same('counts, too', (SELECT attempts FROM processing_status WHERE entity_id = 'artist:name:velvet pier'), 2);
END;
$$;

--> The status says since when a provider is down, when it is probed next, and how many messages wait
DO $$
DECLARE
  status JSONB;
BEGIN
  PERFORM start_artist_discovery('Velvet Pier');
  PERFORM start_artist_discovery('Marble Arcade');
  PERFORM commit_batch('artist_discovery', NULL, '[]', '{"providers": {"spotify": {"failures": 3, "down": "status 503"}}}');
  status := get_pipeline_status();
  PERFORM checks.same('waiting', status #> '{providers,spotify,breaker,waiting}', '2'::JSONB);
  ASSERT (status #>> '{providers,spotify,breaker,next_probe_ms}')::INT BETWEEN 1 AND 2000, status #>> '{providers,spotify}';
  PERFORM checks.same('overall', status ->> 'overall_status', 'warning');
  ASSERT status #>> '{reasons,0,problem}' ~ '^spotify is down \(status 503\): its breaker is open since 20.* UTC, and 2 messages wait$',
    status ->> 'reasons';
END;
$$;

--> During a long outage no message counts as stuck, and no worker as silent
DO $$
DECLARE
  status JSONB;
BEGIN
  PERFORM start_artist_discovery('Velvet Pier');
  PERFORM dequeue_batch('artist_discovery', visibility_timeout => 0);
  PERFORM start_artist_discovery('Marble Arcade');
  PERFORM checks.as_owner('UPDATE pgmq.q_artist_discovery SET vt = now() - INTERVAL ''20 minutes'', enqueued_at = now() - INTERVAL ''20 minutes''');
  PERFORM checks.same('stuck', get_pipeline_status() #> '{stages,0,stuck}', '1'::JSONB);
  PERFORM commit_batch('artist_discovery', NULL, '[]', '{"providers": {"spotify": {"failures": 3, "down": "status 503"}}}');
  status := get_pipeline_status();
  PERFORM checks.same('not stuck', status #> '{stages,0,stuck}', '0'::JSONB);
  PERFORM checks.same('one reason', jsonb_array_length(status -> 'reasons'), 1);
END;
$$;

--> An unknown provider is refused
DO $$
BEGIN
  PERFORM checks.refused('provider', $q$SELECT probe_provider('nobody')$q$);
END;
$$;
