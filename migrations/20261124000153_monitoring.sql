-- Figures for operators: lengths and ages of the queues, states, issues, and the health made of them.

CREATE OR REPLACE FUNCTION linernotes.queue_length(queue_name TEXT)
RETURNS BIGINT
LANGUAGE plpgsql
VOLATILE -- EXPLAIN is refused in a STABLE function
SET search_path = ''
AS $$
DECLARE
  queue_table TEXT := linernotes.queue_table(queue_name);
  counted BIGINT;
  plan JSONB;
BEGIN
  EXECUTE format('SELECT count(*) FROM (SELECT FROM %s LIMIT 100001) AS first_ones', queue_table) INTO counted;
  IF counted > 100000 THEN
    EXECUTE format('EXPLAIN (FORMAT JSON) SELECT FROM %s', queue_table) INTO plan;
    counted := greatest(counted, (plan -> 0 -> 'Plan' ->> 'Plan Rows')::BIGINT);
  END IF;
  RETURN counted;
END;
$$;
COMMENT ON FUNCTION linernotes.queue_length(TEXT) IS
  'Messages in a queue: exact up to 100,000, beyond that the planner''s estimate.';

CREATE OR REPLACE FUNCTION linernotes.queue_phases(queue_name TEXT, OUT in_progress BIGINT, OUT retrying BIGINT)
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  queue_table TEXT := linernotes.queue_table(queue_name);
  hidden BIGINT;
BEGIN
  SELECT count(*) INTO retrying
  FROM (
    SELECT
    FROM public.processing_status AS status
    WHERE status.entity_type = queue_phases.queue_name AND status.next_attempt_at > now()
    LIMIT 100001
  ) AS waiting;
  EXECUTE format(
    'SELECT count(*) FROM (SELECT FROM %s WHERE read_ct > 0 AND vt > now() LIMIT $1) AS hidden', queue_table
  )
  INTO hidden
  USING 100001 + retrying;
  -- A message that was removed without our functions (pgmq.purge_queue) leaves a state that seems to wait for a retry.
  -- Among few messages each one is looked up; among thousands the error does not matter.
  IF retrying > 0 AND hidden <= 2000 THEN
    EXECUTE format(
      'SELECT count(*)
       FROM %s AS queued
       JOIN public.processing_status AS status
         ON status.entity_type = $1
         AND status.entity_id = linernotes.message_entity(queued.msg_id, queued.message)
       WHERE queued.read_ct > 0 AND queued.vt > now() AND status.next_attempt_at > now()',
      queue_table
    )
    INTO retrying
    USING queue_name;
  END IF;
  retrying := least(retrying, hidden);
  in_progress := hidden - retrying;
END;
$$;
COMMENT ON FUNCTION linernotes.queue_phases(TEXT) IS
  'Messages that were delivered and are hidden: in progress, or waiting for a scheduled retry; each up to 100,000.';

CREATE OR REPLACE FUNCTION linernotes.queue_depths(only_queue TEXT DEFAULT NULL)
RETURNS TABLE (
  queue TEXT,
  total_messages BIGINT,
  in_progress_messages BIGINT,
  retrying_messages BIGINT,
  stuck_messages BIGINT,
  oldest_message_age_minutes NUMERIC
)
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  IF to_regclass('pgmq.meta') IS NULL THEN
    RETURN;
  END IF;
  FOR queue IN
    SELECT meta.queue_name
    FROM pgmq.meta
    WHERE only_queue IS NULL OR meta.queue_name = only_queue
    ORDER BY meta.queue_name
  LOOP
    -- A queue that has lost its table, or was changed so that it can't be read, leaves the others to be shown.
    total_messages := NULL;
    in_progress_messages := NULL;
    retrying_messages := NULL;
    stuck_messages := NULL;
    oldest_message_age_minutes := NULL;
    IF to_regclass(format('pgmq.%I', 'q_' || lower(queue))) IS NOT NULL THEN
      BEGIN
        total_messages := linernotes.queue_length(queue);
        SELECT phases.in_progress, phases.retrying INTO in_progress_messages, retrying_messages
        FROM linernotes.queue_phases(queue) AS phases;
        stuck_messages := linernotes.count_stuck(queue, 10, 100001);
        -- Ids rise with time, so the least id is the oldest message.
        EXECUTE format(
          'SELECT coalesce(round(extract(EPOCH FROM now() - (SELECT enqueued_at FROM %s ORDER BY msg_id LIMIT 1)) / 60, 3), 0)',
          linernotes.queue_table(queue)
        )
        INTO oldest_message_age_minutes;
      EXCEPTION WHEN undefined_column OR datatype_mismatch OR undefined_function OR insufficient_privilege THEN
        NULL;
      END;
    END IF;
    RETURN NEXT;
  END LOOP;
END;
$$;
COMMENT ON FUNCTION linernotes.queue_depths(TEXT) IS
  'Each queue, or one: how many messages are in which phase; NULL where a queue has lost its table or can''t be read.';

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
  RETURN QUERY
  SELECT
    depth.queue, depth.total_messages, depth.in_progress_messages, depth.stuck_messages, depth.oldest_message_age_minutes
  FROM linernotes.queue_depths(diagnose_queue_tables.queue_name) AS depth
  ORDER BY depth.queue;
END;
$$;
COMMENT ON FUNCTION public.diagnose_queue_tables(TEXT) IS
  'Each queue, or one: messages, how many are in progress, how many are stuck for 10 minutes, age of the oldest. The total is exact up to 100,000, beyond that the planner''s estimate; the others stop counting there. Service role.';

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
    counts.entity_type,
    sum(counts.entities)::BIGINT,
    coalesce(sum(counts.entities) FILTER (WHERE counts.state = 'PENDING'), 0)::BIGINT,
    coalesce(sum(counts.entities) FILTER (WHERE counts.state = 'IN_PROGRESS'), 0)::BIGINT,
    coalesce(sum(counts.entities) FILTER (WHERE counts.state = 'COMPLETED'), 0)::BIGINT,
    coalesce(sum(counts.entities) FILTER (WHERE counts.state = 'FAILED'), 0)::BIGINT,
    coalesce(sum(counts.entities) FILTER (WHERE counts.dead_lettered), 0)::BIGINT,
    coalesce(max(stalled.entities), 0)
  FROM linernotes.status_counts AS counts
  LEFT JOIN (
    SELECT status.entity_type, count(*) AS entities
    FROM public.processing_status AS status
    WHERE status.state = 'IN_PROGRESS' AND status.last_processed_at < now() - INTERVAL '30 minutes'
    GROUP BY status.entity_type
  ) AS stalled ON stalled.entity_type = counts.entity_type
  GROUP BY counts.entity_type
  HAVING sum(counts.entities) > 0
  ORDER BY sum(counts.entities) DESC, counts.entity_type;
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

CREATE OR REPLACE FUNCTION linernotes.health(depths JSONB, states JSONB)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
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
  FROM jsonb_to_recordset(depths) AS queue (queue TEXT, total_messages BIGINT, stuck_messages BIGINT);

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
  FROM jsonb_to_recordset(states) AS stats (
    entity_type TEXT, in_progress_count BIGINT, failed_count BIGINT, dead_lettered_count BIGINT, stalled_count BIGINT
  );

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
COMMENT ON FUNCTION linernotes.health(JSONB, JSONB) IS
  'The answer of get_system_health, made of the rows of queue_depths() and get_processing_stats(), which the caller reads once.';

CREATE OR REPLACE FUNCTION public.get_system_health()
RETURNS JSONB
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
  SELECT linernotes.health(
    (SELECT coalesce(jsonb_agg(depth), '[]') FROM linernotes.queue_depths() AS depth),
    (SELECT coalesce(jsonb_agg(stats), '[]') FROM public.get_processing_stats() AS stats)
  );
$$;
COMMENT ON FUNCTION public.get_system_health() IS
  'The health of the whole: overall_status healthy, warning or unhealthy (more than 10 stuck messages or stalled entities, or more than 5 open issues of the last hour), and what it is made of. Service role.';
