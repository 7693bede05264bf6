-- The pipeline at a glance.

--> Five stages in order, the providers, entities by state
DO $$
DECLARE
  status JSONB;
BEGIN
  PERFORM start_artist_discovery('Velvet Pier');
  status := get_pipeline_status();
  PERFORM checks.same('stages', ARRAY(SELECT stage ->> 'queue_name' FROM jsonb_array_elements(status -> 'stages') AS stage), ARRAY[
    'artist_discovery', 'album_discovery', 'track_discovery', 'producer_identification', 'social_enrichment'
  ]);
  PERFORM checks.same('waiting', status #> '{stages,0,waiting}', '1'::JSONB);
  PERFORM checks.same('providers', ARRAY(SELECT jsonb_object_keys(status -> 'providers') ORDER BY 1), ARRAY[
    'genius', 'instagram', 'musicbrainz', 'spotify', 'wikidata'
  ]);
  PERFORM checks.same('overall', status ->> 'overall_status', 'healthy');
END;
$$;

--> A run that should have ended is told of before its lease is over; the next one that comes writes it down, and one that gets anywhere closes that
DO $$
DECLARE
  run UUID := gen_random_uuid();
  id BIGINT := start_artist_discovery('Velvet Pier');
  status JSONB;
BEGIN
  PERFORM dequeue_batch('artist_discovery', run_id => run);
  PERFORM checks.same('at work', get_pipeline_status() -> 'reasons', '[]'::JSONB);
  PERFORM checks.as_owner('UPDATE linernotes.runs SET started_at = clock_timestamp() - INTERVAL ''41 seconds''');
  status := get_pipeline_status();
  PERFORM checks.same('overall', status ->> 'overall_status', 'warning');
  PERFORM checks.same('problem', status #>> '{reasons,0,problem}',
    'artistDiscovery: 1 of its runs should have ended and did not, the last one begun 41 s ago');

  PERFORM checks.as_owner('UPDATE linernotes.runs SET expires_at = clock_timestamp() - INTERVAL ''1 second''');
  PERFORM checks.as_owner('UPDATE pgmq.q_artist_discovery SET vt = now()');
  run := gen_random_uuid();
  PERFORM dequeue_batch('artist_discovery', run_id => run);
  PERFORM checks.same('issue', (SELECT array_agg(issue_type || ': ' || message) FROM worker_issues WHERE NOT resolved), ARRAY[
    'run_died: 1 of its runs ended without a word: died, or could not store what was done'
  ]);
  -- Another one that finds nothing does not know how this one will end.
  PERFORM dequeue_batch('artist_discovery', run_id => gen_random_uuid());
  PERFORM checks.same('still open', (SELECT count(*) FROM worker_issues WHERE NOT resolved), 1::BIGINT);
  PERFORM commit_batch(
    'artist_discovery', run, jsonb_build_array(checks.outcome(id, 'not_found', '{"read_ct": 2, "error": {"code": "x"}}')),
    '{"end_run": true}'
  );
  PERFORM checks.same('closed', (SELECT count(*) FROM worker_issues WHERE NOT resolved), 0::BIGINT);
END;
$$;

--> Calls that brought nobody are told of with the answer that they got, unless the queue is paused
DO $$
DECLARE
  status JSONB;
BEGIN
  PERFORM checks.as_owner(
    'INSERT INTO linernotes.runs (id, queue_name, state, request_id, started_at, expires_at)
     SELECT gen_random_uuid(), queue_name, ''called'', 7000000 + n,
       clock_timestamp() - INTERVAL ''12 seconds'', clock_timestamp() - INTERVAL ''7 seconds''
     FROM (VALUES (1, ''album_discovery''), (2, ''artist_discovery''), (3, ''artist_discovery'')) AS called (n, queue_name)'
  );
  PERFORM checks.same('unknown', get_pipeline_status() #>> '{reasons,0,advice}',
    'The call was not answered. See the functions'' log, what was released last, and functions_url and function_secret in Vault.');
  PERFORM checks.as_owner('INSERT INTO net._http_response (id, error_msg) VALUES (7000002, ''Could not connect'')');
  PERFORM checks.same('no answer', left(get_pipeline_status() #>> '{reasons,0,advice}', 45),
    'The answer to the call was Could not connect.');
  PERFORM checks.as_owner(
    'INSERT INTO net._http_response (id, status_code, content, timed_out)
     VALUES (7000003, 401, ''{"success":false}'', FALSE), (7000009, 200, ''somebody else'', FALSE)'
  );
  status := get_pipeline_status();
  PERFORM checks.same('overall', status ->> 'overall_status', 'warning');
  PERFORM checks.same('problem', status #>> '{reasons,0,problem}',
    'albumDiscovery, artistDiscovery: called 3 times and did not come, the last time 12 s ago');
  PERFORM checks.same('answer', left(status #>> '{reasons,0,advice}', 57),
    'The answer to the call was status 401: {"success":false}.');
  PERFORM pause_queue('artist_discovery');
  PERFORM pause_queue('album_discovery');
  PERFORM checks.same('paused', (
    SELECT count(*) FROM jsonb_array_elements(get_pipeline_status() -> 'reasons') AS reason
    WHERE reason ->> 'problem' LIKE '%did not come%'
  ), 0::BIGINT);
END;
$$;

--> Messages that nobody comes for are told of after five minutes
DO $$
BEGIN
  PERFORM start_artist_discovery('Velvet Pier');
  PERFORM checks.as_owner('UPDATE pgmq.q_artist_discovery SET vt = now() - INTERVAL ''6 minutes''');
  PERFORM checks.same('problem', get_pipeline_status() #>> '{reasons,0,problem}',
    'artist_discovery: messages wait for a worker since 6 min, and none comes');
END;
$$;

--> Dead letters are a reason, and a warning only while many messages are being given up
DO $$
DECLARE
  status JSONB;
BEGIN
  PERFORM checks.as_owner(
    'INSERT INTO linernotes.dead_letters (queue_name, message_id, entity_id, message, error, attempts, enqueued_at, died_at)
     SELECT ''album_discovery'', n, ''e'' || n, ''{}'', ''x'', 5, now(), now() - INTERVAL ''2 hours'' FROM generate_series(1, 500) AS n'
  );
  status := get_pipeline_status();
  PERFORM checks.same('old ones', status ->> 'overall_status', 'healthy');
  PERFORM checks.same('told', status #>> '{reasons,0,problem}', 'album_discovery: 500 dead letters');
  PERFORM checks.as_owner('UPDATE linernotes.dead_letters SET died_at = now() WHERE message_id <= 10');
  status := get_pipeline_status();
  PERFORM checks.same('ten', status ->> 'overall_status', 'healthy');
  PERFORM checks.same('told apart', status #>> '{reasons,0,problem}', 'album_discovery: 500 dead letters, 10 of the last hour');
  PERFORM checks.as_owner('UPDATE linernotes.dead_letters SET died_at = now() WHERE message_id = 11');
  PERFORM checks.same('eleven', get_pipeline_status() ->> 'overall_status', 'warning');
  PERFORM checks.as_owner('UPDATE linernotes.dead_letters SET replayed_at = now() WHERE message_id <= 11');
  PERFORM checks.same('put back', get_pipeline_status() ->> 'overall_status', 'healthy');
END;
$$;

--> The last request of a provider that failed, also while its breaker is closed, and also one that refused our credentials
DO $$
DECLARE
  provider JSONB;
BEGIN
  PERFORM checks.same('none', get_pipeline_status() #> '{providers,genius,last_failure}', 'null'::JSONB);
  PERFORM commit_batch('artist_discovery', NULL, '[]', '{"providers": {
    "genius": {"requests": 2, "answered_ms_ago": 0, "failure": "status 401"}, "spotify": {"requests": 2, "failures": 1, "failure": "status 503"}
  }}');
  provider := get_pipeline_status() #> '{providers,genius}';
  PERFORM checks.same('reason', provider #>> '{last_failure,reason}', 'status 401');
  PERFORM checks.same('counted', provider -> 'failures', '0'::JSONB);
  PERFORM commit_batch('artist_discovery', NULL, '[]', '{"providers": {"spotify": {"requests": 1, "answered_ms_ago": 0}}}');
  provider := get_pipeline_status() #> '{providers,spotify}';
  PERFORM checks.same('kept', provider #>> '{last_failure,reason}', 'status 503');
  PERFORM checks.same('closed', provider -> 'breaker', 'null'::JSONB);
END;
$$;

--> Each reason has a code, and what it is about, for programs: words of messages and of other people's rows are in neither
DO $$
DECLARE
  issue UUID;
  message BIGINT := pg_enqueue('social_enrichment', '{}');
BEGIN
  PERFORM checks.as_owner(
    'INSERT INTO linernotes.dead_letters (queue_name, message_id, entity_id, message, error, attempts, enqueued_at, died_at)
     VALUES (''album_discovery'', 1, ''e'', ''{}'', ''x'', 5, now(), now())'
  );
  PERFORM pause_queue('track_discovery');
  PERFORM dequeue_batch('social_enrichment');
  PERFORM commit_batch('social_enrichment', NULL, jsonb_build_array(
    checks.outcome(message, 'retry') || '{"error": {"code": "breaker_open", "message": "wikidata is down"}, "after_ms": 60000}'
  ));
  PERFORM checks.as_owner(
    'INSERT INTO linernotes.runs (id, queue_name, state, started_at, expires_at)
     VALUES (gen_random_uuid(), ''artist_discovery'', ''called'', now() - INTERVAL ''1 minute'', now() - INTERVAL ''1 minute'')'
  );
  INSERT INTO worker_issues (worker_name, issue_type, message, details)
  VALUES ('track_discovery is paused', 'theirs', 'did not come', '{"count": "<b>"}')
  RETURNING worker_issues.id INTO issue;
  PERFORM checks.same('reasons', ARRAY(
    SELECT (reason ->> 'code') || ' ' || (reason ->> 'about')
    FROM jsonb_array_elements(get_pipeline_status() -> 'reasons') AS reason
  ), ARRAY[
    'calls_in_vain {"workers": ["artistDiscovery"]}',
    'messages_retrying {"error": "breaker_open", "queue": "social_enrichment", "provider": "wikidata"}',
    'dead_letters {"queue": "album_discovery"}',
    'queue_paused {"queue": "track_discovery"}',
    format('worker_issue {"issue": {"id": "%s", "seen": "<b> times", "type": "theirs"}, "workers": ["track_discovery is paused"]}', issue)
  ]);
END;
$$;
