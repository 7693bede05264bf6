-- The pipeline in Prometheus' terms.

--> Every metric has a sample where something is configured, and each sample's labels are strings
DO $$
BEGIN
  PERFORM checks.as_owner($sql$SELECT linernotes.raise_issue('artistDiscovery', 'redis_unavailable', 'Redis: timed out')$sql$);
  PERFORM start_artist_discovery('Velvet Pier');
  PERFORM checks.same('metrics without a sample', checks.ask(
    'SELECT coalesce(array_agg(metric), ''{}'') FROM linernotes.metric_families() WHERE metric NOT IN (SELECT metric FROM public.get_metrics())'
  ), '{}');
  PERFORM checks.same('doubled', (
    SELECT coalesce(array_agg(metric), '{}') FROM (SELECT metric FROM get_metrics() GROUP BY metric, labels HAVING count(*) > 1) AS doubled
  ), '{}'::TEXT[]);
  PERFORM checks.same('kinds', (SELECT array_agg(DISTINCT kind ORDER BY kind) FROM get_metrics()), ARRAY['counter', 'gauge']);
  PERFORM checks.same('labels', (
    SELECT count(*) FROM get_metrics(), jsonb_each(labels) AS label WHERE jsonb_typeof(label.value) <> 'string'
  ), 0::BIGINT);
END;
$$;

--> They tell of queues, runs, commits and requests as they are
DO $$
DECLARE
  run UUID := gen_random_uuid();
  answer JSONB;
  -- Ids that were given in a transaction that was rolled back are not given again.
  before FLOAT8 := (SELECT value FROM get_metrics() WHERE metric = 'linernotes_messages_enqueued_total' AND labels = '{"queue": "artist_discovery"}');
BEGIN
  PERFORM start_artist_discovery('Velvet Pier');
  PERFORM start_artist_discovery('Velvet Harbor');
  PERFORM checks.same('enqueued', (SELECT value FROM get_metrics() WHERE metric = 'linernotes_messages_enqueued_total' AND labels = '{"queue": "artist_discovery"}') - before, 2::FLOAT8);
  PERFORM checks.same('waiting', (SELECT value FROM get_metrics() WHERE metric = 'linernotes_queue_messages' AND labels = '{"queue": "artist_discovery", "state": "waiting"}'), 2::FLOAT8);
  answer := dequeue_batch('artist_discovery', run_id => run);
  PERFORM checks.same('runs', (SELECT value FROM get_metrics() WHERE metric = 'linernotes_queue_runs' AND labels = '{"queue": "artist_discovery"}'), 1::FLOAT8);
  PERFORM commit_batch('artist_discovery', run, jsonb_build_array(
    jsonb_build_object('msg_id', answer #> '{messages,0,msg_id}', 'read_ct', 1, 'outcome', 'not_found', 'error', '{"code": "artist_not_found"}'::JSONB),
    jsonb_build_object('msg_id', answer #> '{messages,1,msg_id}', 'read_ct', 1, 'outcome', 'dead', 'error', '{"code": "malformed"}'::JSONB)
  ), '{"end_run": true, "providers": {"spotify": {"requests": 4, "statuses": {"2xx": 3, "none": 1, "9xx": 5}}, "new_one": {"statuses": {"2xx": 7}}}}');
  -- The same commit again changes nothing; what it reports of requests was sent.
  PERFORM checks.same('outcomes', (
    SELECT jsonb_object_agg(labels ->> 'outcome', value) FROM get_metrics()
    WHERE metric = 'linernotes_messages_processed_total' AND labels ->> 'queue' = 'artist_discovery' AND value > 0
  ), '{"not_found": 1, "dead": 1}'::JSONB);
  PERFORM checks.same('requests', (
    SELECT jsonb_object_agg(labels ->> 'status_class', value) FROM get_metrics()
    WHERE metric = 'linernotes_provider_requests_total' AND labels ->> 'provider' = 'spotify' AND value > 0
  ), '{"2xx": 3, "none": 1}'::JSONB);
  PERFORM checks.same('dead', (SELECT value FROM get_metrics() WHERE metric = 'linernotes_queue_messages' AND labels = '{"queue": "artist_discovery", "state": "dead"}'), 1::FLOAT8);
END;
$$;

--> They tell of what keeps the work back
DO $$
DECLARE
  run UUID := gen_random_uuid();
BEGIN
  PERFORM checks.same('health', (SELECT value FROM get_metrics() WHERE metric = 'linernotes_health'), 0::FLOAT8);
  PERFORM checks.same('redis', (SELECT value FROM get_metrics() WHERE metric = 'linernotes_redis_up'), 1::FLOAT8);
  PERFORM start_artist_discovery('Velvet Pier');
  PERFORM dequeue_batch('artist_discovery', run_id => run);
  PERFORM checks.as_owner('UPDATE linernotes.runs SET started_at = clock_timestamp() - INTERVAL ''41 seconds''');
  PERFORM checks.as_owner($sql$UPDATE linernotes.providers SET open_since = now(), open_reason = 'status 503', probes = 0, next_probe_at = now() WHERE provider = 'spotify'$sql$);
  PERFORM checks.as_owner($sql$UPDATE linernotes.providers SET paused_until = clock_timestamp() + INTERVAL '1 hour' WHERE provider = 'genius'$sql$);
  PERFORM checks.as_owner($sql$SELECT linernotes.raise_issue('artistDiscovery', 'redis_unavailable', 'Redis: timed out')$sql$);
  PERFORM pause_queue('track_discovery');
  PERFORM checks.same('overdue', (SELECT value FROM get_metrics() WHERE metric = 'linernotes_queue_runs_overdue' AND labels = '{"queue": "artist_discovery"}'), 1::FLOAT8);
  PERFORM checks.same('down', ARRAY(SELECT labels ->> 'provider' FROM get_metrics() WHERE metric = 'linernotes_provider_up' AND value = 0), ARRAY['spotify']);
  PERFORM checks.same('paused', ARRAY(SELECT labels ->> 'provider' FROM get_metrics() WHERE metric = 'linernotes_provider_paused_seconds' AND value > 3590), ARRAY['genius']);
  PERFORM checks.same('redis', (SELECT value FROM get_metrics() WHERE metric = 'linernotes_redis_up'), 0::FLOAT8);
  PERFORM checks.same('issue', (SELECT labels FROM get_metrics() WHERE metric = 'linernotes_worker_issues_open'), '{"worker": "artistDiscovery", "type": "redis_unavailable"}'::JSONB);
  PERFORM checks.same('active', ARRAY(SELECT labels ->> 'queue' FROM get_metrics() WHERE metric = 'linernotes_queue_active' AND value = 0), ARRAY['track_discovery']);
  PERFORM checks.same('health', (SELECT value FROM get_metrics() WHERE metric = 'linernotes_health'), 1::FLOAT8);
END;
$$;
