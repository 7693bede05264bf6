-- The pipeline in Prometheus' terms: the component `metrics` and the collector of sql_exporter both show what
-- get_metrics() returns. Labels are few, and never ids or names of the catalogue.

CREATE OR REPLACE FUNCTION linernotes.metric_families()
RETURNS TABLE (metric TEXT, kind TEXT, help TEXT)
LANGUAGE sql
IMMUTABLE
SET search_path = ''
AS $$
  VALUES
    ('linernotes_build_info', 'gauge', 'Always 1; its labels are the versions of the schema and, from the function metrics, of the functions.'),
    ('linernotes_health', 'gauge', 'The state of the whole: 0 healthy, 1 warning, 2 unhealthy, as scripts/status shows it.'),
    ('linernotes_wake_ups_enabled', 'gauge', '1 while an enqueue calls its worker at once, 0 while only the jobs do.'),
    ('linernotes_redis_up', 'gauge', '0 while runs do without Redis: one of them could not reach it, or did not come back from it.'),
    ('linernotes_queue_active', 'gauge', '1, or 0 for a queue that is paused.'),
    ('linernotes_queue_messages', 'gauge', 'Messages by state: waiting, in_progress, retrying, dead (a dead letter that was not replayed).'),
    ('linernotes_queue_stuck_messages', 'gauge', 'Messages that a worker took and that have been visible again for ten minutes; they count as waiting, too.'),
    ('linernotes_queue_oldest_message_age_seconds', 'gauge', 'The age of the oldest message in the queue, 0 for an empty queue.'),
    ('linernotes_queue_runs', 'gauge', 'Runs of the queue''s worker that are under way.'),
    ('linernotes_queue_runs_limit', 'gauge', 'How many runs the queue allows at a time (max_concurrency).'),
    ('linernotes_queue_runs_overdue', 'gauge', 'Runs that should have ended and did not.'),
    ('linernotes_queue_calls_unanswered', 'gauge', 'Calls of the queue''s worker that brought no run, since the last one that did.'),
    ('linernotes_messages_enqueued_total', 'counter', 'Messages that were ever put into the queue.'),
    ('linernotes_messages_processed_total', 'counter', 'Deliveries that a commit ended, by outcome: done, skipped, not_found, retry, dead, release.'),
    ('linernotes_provider_up', 'gauge', '0 while the provider''s breaker is open: it is down, and gets probes only.'),
    ('linernotes_provider_paused_seconds', 'gauge', 'How long nobody will ask the provider, because it asked for that; 0 without a pause.'),
    ('linernotes_provider_abilities_refused', 'gauge', 'Abilities that the provider has refused to these credentials, and that are not tried for now.'),
    ('linernotes_provider_requests_total', 'counter', 'Requests of the workers to the provider, by class of the status: 2xx, 3xx, 4xx, 5xx, none (no answer). Probes are not counted.'),
    ('linernotes_worker_issues_open', 'gauge', '1 for each open issue, by worker and type.'),
    ('linernotes_entities', 'gauge', 'Entities by type and state: pending, in_progress, completed, failed.');
$$;
COMMENT ON FUNCTION linernotes.metric_families() IS
  'The metrics: names, kinds, and what they mean.';

CREATE OR REPLACE FUNCTION linernotes.messages_enqueued(queue_name TEXT)
RETURNS BIGINT
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  -- Ids are given in a row, so pgmq's own sequence is the counter. It says nothing before the first message.
  RETURN coalesce(pg_sequence_last_value(pg_get_serial_sequence(linernotes.queue_table(queue_name)::TEXT, 'msg_id')::REGCLASS), 0);
EXCEPTION WHEN OTHERS THEN
  -- A queue that has lost its table, or a sequence that is closed to us.
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION linernotes.messages_enqueued(TEXT) IS
  'How many messages the queue was ever given; NULL if that can''t be seen.';

CREATE OR REPLACE FUNCTION linernotes.metric_samples(status JSONB)
RETURNS TABLE (metric TEXT, labels JSONB, value DOUBLE PRECISION)
LANGUAGE sql
VOLATILE
SET search_path = ''
AS $$
  SELECT 'linernotes_build_info', jsonb_build_object('schema_version', status ->> 'schema_version'), 1
  UNION ALL
  SELECT 'linernotes_health', '{}', CASE status ->> 'overall_status' WHEN 'healthy' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END
  UNION ALL
  SELECT 'linernotes_wake_ups_enabled', '{}', (status #>> '{wake_ups,enabled}')::BOOLEAN::INT
  UNION ALL
  SELECT 'linernotes_redis_up', '{}', (
    NOT EXISTS (SELECT FROM linernotes.redis_quarantine)
    AND NOT EXISTS (
      SELECT FROM public.worker_issues AS issue WHERE issue.issue_type = 'redis_unavailable' AND issue.resolved IS NOT TRUE
    )
  )::INT
  UNION ALL
  SELECT figure.metric, jsonb_build_object('queue', stage.queue_name) || figure.labels, figure.value
  FROM jsonb_to_recordset(status -> 'stages') AS stage (
    queue_name TEXT, active BOOLEAN, waiting BIGINT, in_progress BIGINT, retrying BIGINT, stuck BIGINT, dead BIGINT,
    oldest_age_minutes NUMERIC, runs BIGINT, max_concurrency INT
  )
  CROSS JOIN LATERAL (
    SELECT
      count(*) FILTER (
        WHERE run.state = 'running' AND run.started_at < clock_timestamp()
          - make_interval(secs => linernotes.setting_number('run_budget_seconds')::DOUBLE PRECISION + 15)
      ) AS overdue,
      count(*) FILTER (
        -- As silent_workers() has it: a queue that is paused, or whose provider is down, has no use for a run.
        WHERE run.state = 'called' AND run.expires_at < clock_timestamp() - INTERVAL '5 seconds'
          AND stage.active AND NOT linernotes.waits_for_provider(stage.queue_name)
      ) AS unanswered
    FROM linernotes.runs AS run
    WHERE run.queue_name = stage.queue_name
  ) AS silent
  CROSS JOIN LATERAL (
    VALUES
      ('linernotes_queue_active', '{}'::JSONB, stage.active::INT::DOUBLE PRECISION),
      ('linernotes_queue_messages', '{"state": "waiting"}', stage.waiting),
      ('linernotes_queue_messages', '{"state": "in_progress"}', stage.in_progress),
      ('linernotes_queue_messages', '{"state": "retrying"}', stage.retrying),
      ('linernotes_queue_messages', '{"state": "dead"}', stage.dead),
      ('linernotes_queue_stuck_messages', '{}', stage.stuck),
      ('linernotes_queue_oldest_message_age_seconds', '{}', stage.oldest_age_minutes * 60),
      ('linernotes_queue_runs', '{}', stage.runs),
      ('linernotes_queue_runs_limit', '{}', stage.max_concurrency),
      ('linernotes_queue_runs_overdue', '{}', silent.overdue),
      ('linernotes_queue_calls_unanswered', '{}', silent.unanswered),
      ('linernotes_messages_enqueued_total', '{}', linernotes.messages_enqueued(stage.queue_name))
  ) AS figure (metric, labels, value)
  UNION ALL
  -- A counter begins at zero, or Prometheus would not see its first step.
  SELECT 'linernotes_messages_processed_total', jsonb_build_object('queue', workers.queue_name, 'outcome', possible.outcome),
    coalesce(counted.total, 0)
  FROM linernotes.workers
  CROSS JOIN unnest(ARRAY['done', 'skipped', 'not_found', 'retry', 'dead', 'release']) AS possible (outcome)
  LEFT JOIN linernotes.activity_totals('messages') AS counted
    ON counted.subject = workers.queue_name AND counted.result = possible.outcome
  UNION ALL
  SELECT 'linernotes_provider_requests_total', jsonb_build_object('provider', known.provider, 'status_class', possible.class),
    coalesce(counted.total, 0)
  FROM linernotes.providers AS known
  CROSS JOIN unnest(ARRAY['2xx', '3xx', '4xx', '5xx', 'none']) AS possible (class)
  LEFT JOIN linernotes.activity_totals('requests') AS counted
    ON counted.subject = known.provider AND counted.result = possible.class
  UNION ALL
  SELECT figure.metric, jsonb_build_object('provider', known.key), figure.value
  FROM jsonb_each(status -> 'providers') AS known
  CROSS JOIN LATERAL (
    VALUES
      ('linernotes_provider_up', (known.value -> 'breaker' = 'null')::INT::DOUBLE PRECISION),
      ('linernotes_provider_paused_seconds', (known.value ->> 'paused_for_ms')::NUMERIC / 1000),
      ('linernotes_provider_abilities_refused', (SELECT count(*) FROM jsonb_object_keys(known.value -> 'refused')))
  ) AS figure (metric, value)
  UNION ALL
  SELECT 'linernotes_worker_issues_open', jsonb_build_object('worker', issue.worker_name, 'type', issue.issue_type), 1
  FROM public.worker_issues AS issue
  WHERE issue.resolved IS NOT TRUE
  UNION ALL
  SELECT
    'linernotes_entities', jsonb_build_object('entity_type', known.entity_type, 'state', state.name),
    coalesce((status #>> ARRAY['entities', known.entity_type, state.name])::BIGINT, 0)
  FROM (
    SELECT workers.queue_name AS entity_type FROM linernotes.workers
    UNION
    SELECT jsonb_object_keys(status -> 'entities')
  ) AS known
  CROSS JOIN unnest(ARRAY['pending', 'in_progress', 'completed', 'failed']) AS state (name);
$$;
COMMENT ON FUNCTION linernotes.metric_samples(JSONB) IS
  'Each metric''s values now, made of an answer of get_pipeline_status() and of what it does not have.';

CREATE OR REPLACE FUNCTION public.get_metrics()
RETURNS TABLE (metric TEXT, kind TEXT, help TEXT, labels JSONB, value DOUBLE PRECISION)
LANGUAGE sql
VOLATILE
SECURITY DEFINER
SET search_path = ''
SET jit = off
AS $$
  SELECT family.metric, family.kind, family.help, sample.labels, sample.value
  FROM linernotes.metric_samples(public.get_pipeline_status()) AS sample
  JOIN linernotes.metric_families() AS family USING (metric)
  WHERE sample.value IS NOT NULL
  ORDER BY family.metric, sample.labels::TEXT;
$$;
COMMENT ON FUNCTION public.get_metrics() IS
  'The pipeline in Prometheus'' terms, one row a sample: metric, kind (gauge, counter), help, labels, value. Service role.';
