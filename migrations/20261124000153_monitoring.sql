-- What an operator looks at.

CREATE OR REPLACE FUNCTION linernotes.queue_length(queue_name TEXT)
RETURNS BIGINT
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  queue_table TEXT := linernotes.queue_table(queue_name);
  counted BIGINT;
BEGIN
  EXECUTE format('SELECT count(*) FROM (SELECT FROM %s LIMIT 100001) AS first_ones', queue_table) INTO counted;
  IF counted > 100000 THEN
    -- As the planner estimates: rows a page when last analyzed, times the pages of now.
    SELECT greatest(
      counted,
      (relation.reltuples / nullif(relation.relpages, 0)
        * (pg_relation_size(relation.oid) / current_setting('block_size')::INT))::BIGINT
    )
    INTO counted
    FROM pg_catalog.pg_class AS relation
    WHERE relation.oid = queue_table::REGCLASS;
  END IF;
  RETURN counted;
END;
$$;
COMMENT ON FUNCTION linernotes.queue_length(TEXT) IS
  'Messages in a queue: exact up to 100,000, beyond that the planner''s estimate.';

CREATE OR REPLACE FUNCTION public.diagnose_queue_tables(queue_name TEXT DEFAULT NULL)
RETURNS TABLE (
  queue TEXT,
  total_messages BIGINT,
  in_progress_messages BIGINT,
  stuck_messages BIGINT,
  oldest_message_age_minutes NUMERIC
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  IF diagnose_queue_tables.queue_name IS NOT NULL THEN
    PERFORM linernotes.queue_table(diagnose_queue_tables.queue_name);
  END IF;
  FOR queue IN
    SELECT meta.queue_name
    FROM pgmq.meta
    WHERE diagnose_queue_tables.queue_name IS NULL OR meta.queue_name = diagnose_queue_tables.queue_name
    ORDER BY meta.queue_name
  LOOP
    total_messages := linernotes.queue_length(queue);
    EXECUTE format(
      'SELECT count(*)
       FROM (
         SELECT msg_id, message FROM %s WHERE read_ct > 0 AND vt > now() LIMIT 100001
       ) AS leased
       LEFT JOIN public.processing_status AS status
         ON status.entity_type = $1
         AND status.entity_id = linernotes.message_entity(leased.msg_id, leased.message)
       WHERE NOT coalesce(status.next_attempt_at > now(), FALSE)',
      linernotes.queue_table(queue)
    )
    INTO in_progress_messages
    USING queue;
    SELECT count(*) INTO stuck_messages FROM linernotes.stuck_messages(queue, 10, 100001);
    -- Ids rise with time, so the least id is the oldest message.
    EXECUTE format(
      'SELECT coalesce(round(extract(EPOCH FROM now() - (SELECT enqueued_at FROM %s ORDER BY msg_id LIMIT 1)) / 60, 3), 0)',
      linernotes.queue_table(queue)
    )
    INTO oldest_message_age_minutes;
    RETURN NEXT;
  END LOOP;
END;
$$;
COMMENT ON FUNCTION public.diagnose_queue_tables(TEXT) IS
  'Each queue, or one: messages, how many are in progress, how many are stuck for 10 minutes, age of the oldest. The total is exact up to 100,000, beyond that the planner''s estimate. Service role.';

CREATE OR REPLACE FUNCTION public.get_processing_stats()
RETURNS TABLE (
  entity_type TEXT,
  total_count BIGINT,
  pending_count BIGINT,
  in_progress_count BIGINT,
  completed_count BIGINT,
  failed_count BIGINT,
  dead_lettered_count BIGINT,
  stalled_count BIGINT
)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
  SELECT
    status.entity_type,
    count(*),
    count(*) FILTER (WHERE status.state = 'PENDING'),
    count(*) FILTER (WHERE status.state = 'IN_PROGRESS'),
    count(*) FILTER (WHERE status.state = 'COMPLETED'),
    count(*) FILTER (WHERE status.state = 'FAILED'),
    count(*) FILTER (WHERE status.dead_lettered),
    count(*) FILTER (WHERE status.state = 'IN_PROGRESS' AND status.last_processed_at < now() - INTERVAL '30 minutes')
  FROM public.processing_status AS status
  GROUP BY status.entity_type
  ORDER BY count(*) DESC, status.entity_type;
$$;
COMMENT ON FUNCTION public.get_processing_stats() IS
  'Entities by type and state; stalled is IN_PROGRESS for 30 minutes. Service role.';

CREATE OR REPLACE FUNCTION public.get_worker_issue_stats()
RETURNS TABLE (
  worker_name TEXT,
  issue_type TEXT,
  issue_count BIGINT,
  resolved_count BIGINT,
  unresolved_count BIGINT,
  latest_issue TIMESTAMPTZ,
  latest_message TEXT
)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
  SELECT
    issue.worker_name,
    issue.issue_type,
    count(*),
    count(*) FILTER (WHERE issue.resolved),
    count(*) FILTER (WHERE issue.resolved IS NOT TRUE),
    max(issue.created_at),
    (array_agg(issue.message ORDER BY issue.created_at DESC))[1]
  FROM public.worker_issues AS issue
  GROUP BY issue.worker_name, issue.issue_type
  ORDER BY max(issue.created_at) DESC, issue.worker_name, issue.issue_type;
$$;
COMMENT ON FUNCTION public.get_worker_issue_stats() IS
  'Issues by worker and type, the latest first. Service role.';

CREATE OR REPLACE FUNCTION public.get_queue_monitoring_data()
RETURNS TABLE (
  queue_name TEXT,
  total_messages BIGINT,
  stuck_messages BIGINT,
  last_check_time TIMESTAMPTZ,
  messages_fixed INTEGER
)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
  SELECT
    registry.queue_name,
    coalesce(present.total_messages, 0),
    coalesce(present.stuck_messages, 0),
    checked.at,
    coalesce(checked.messages_fixed, 0)
  FROM public.queue_registry AS registry
  LEFT JOIN public.diagnose_queue_tables() AS present ON present.queue = registry.queue_name
  LEFT JOIN LATERAL (
    SELECT
      event.created_at AS at,
      CASE
        WHEN jsonb_typeof(event.details -> 'messagesReset') = 'number'
          THEN trunc((event.details ->> 'messagesReset')::NUMERIC)::INTEGER
        ELSE 0
      END AS messages_fixed
    FROM public.monitoring_events AS event
    WHERE event.event_type = 'queue_monitor'
      AND event.created_at > now() - INTERVAL '24 hours'
      AND event.details ->> 'queue_name' = registry.queue_name
    ORDER BY event.created_at DESC
    LIMIT 1
  ) AS checked ON TRUE
  ORDER BY registry.queue_name;
$$;
COMMENT ON FUNCTION public.get_queue_monitoring_data() IS
  'The registered queues with the last check of the last 24 hours and how many messages it made visible again. Service role.';

CREATE OR REPLACE FUNCTION public.get_system_health()
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  queues JSONB;
  processing JSONB;
  issues JSONB;
  stuck BIGINT;
  stalled BIGINT;
  recent BIGINT;
BEGIN
  SELECT
    coalesce(sum(queue.stuck_messages), 0),
    jsonb_build_object(
      'total_queues', count(*),
      'queues_with_stuck_messages', count(*) FILTER (WHERE queue.stuck_messages > 0),
      'total_stuck_messages', coalesce(sum(queue.stuck_messages), 0),
      'details', coalesce(jsonb_agg(jsonb_build_object(
        'queue_name', queue.queue, 'total', queue.total_messages, 'stuck', queue.stuck_messages
      ) ORDER BY queue.queue), '[]')
    )
  INTO stuck, queues
  FROM public.diagnose_queue_tables() AS queue;

  SELECT
    coalesce(sum(stats.stalled_count), 0),
    jsonb_build_object(
      'entities_in_progress', coalesce(sum(stats.in_progress_count), 0),
      'entities_stalled', coalesce(sum(stats.stalled_count), 0),
      'entities_failed', coalesce(sum(stats.failed_count), 0),
      'entities_dead_lettered', coalesce(sum(stats.dead_lettered_count), 0),
      'details', coalesce(jsonb_agg(jsonb_build_object(
        'entity_type', stats.entity_type,
        'in_progress', stats.in_progress_count,
        'stalled', stats.stalled_count,
        'failed', stats.failed_count
      ) ORDER BY stats.entity_type), '[]')
    )
  INTO stalled, processing
  FROM public.get_processing_stats() AS stats;

  SELECT
    coalesce(sum(stats.unresolved_count) FILTER (WHERE stats.latest_issue > now() - INTERVAL '1 hour'), 0),
    jsonb_build_object(
      'total_unresolved_issues', coalesce(sum(stats.unresolved_count), 0),
      'workers_with_issues', count(DISTINCT stats.worker_name),
      'latest_issue_time', max(stats.latest_issue),
      'details', coalesce(jsonb_agg(jsonb_build_object(
        'worker_name', stats.worker_name,
        'issue_type', stats.issue_type,
        'unresolved', stats.unresolved_count,
        'latest', stats.latest_issue
      ) ORDER BY stats.latest_issue DESC, stats.worker_name, stats.issue_type), '[]')
    )
  INTO recent, issues
  FROM public.get_worker_issue_stats() AS stats;

  RETURN jsonb_build_object(
    'timestamp', now(),
    'overall_status', CASE
      WHEN stuck > 10 OR stalled > 10 OR recent > 5 THEN 'unhealthy'
      WHEN stuck > 0 OR stalled > 0 OR recent > 0 THEN 'warning'
      ELSE 'healthy'
    END,
    'queues', queues,
    'processing', processing,
    'worker_issues', issues
  );
END;
$$;
COMMENT ON FUNCTION public.get_system_health() IS
  'One look at everything: overall_status healthy, warning or unhealthy (more than 10 stuck messages or stalled entities, or more than 5 open issues of the last hour), and what it is made of. Service role.';
