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
