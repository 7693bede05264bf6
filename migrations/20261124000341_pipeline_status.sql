-- The state of the whole pipeline in one call, as checkPipeline and scripts/status show it.

CREATE OR REPLACE FUNCTION linernotes.stage_status(queue_name TEXT, depth JSONB)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  registry public.queue_registry;
  total BIGINT := (depth -> 'total_messages')::BIGINT;
  dead BIGINT;
  given_up_hour BIGINT;
  done_hour BIGINT;
  done_recently BIGINT;
BEGIN
  SELECT * INTO registry FROM public.queue_registry AS known WHERE known.queue_name = stage_status.queue_name;
  -- The latest first, so that what is counted of very many holds those of the last hour.
  SELECT count(*), count(*) FILTER (WHERE letter.died_at > now() - INTERVAL '1 hour')
  INTO dead, given_up_hour
  FROM (
    SELECT waiting.died_at
    FROM linernotes.dead_letters AS waiting
    WHERE waiting.queue_name = stage_status.queue_name AND waiting.replayed_at IS NULL
    ORDER BY waiting.died_at DESC
    LIMIT 100001
  ) AS letter;

  SELECT
    coalesce(sum(metric.success_count), 0),
    coalesce(sum(metric.success_count) FILTER (WHERE metric.created_at > now() - INTERVAL '10 minutes'), 0)
  INTO done_hour, done_recently
  FROM public.queue_metrics AS metric
  WHERE metric.queue_name = stage_status.queue_name
    AND metric.operation = 'commit'
    AND metric.created_at > now() - INTERVAL '1 hour';

  RETURN jsonb_build_object(
    'queue_name', queue_name,
    'active', coalesce(registry.active, TRUE),
    'waiting', greatest(
      total - (depth -> 'in_progress_messages')::BIGINT - (depth -> 'retrying_messages')::BIGINT, 0
    ),
    'in_progress', depth -> 'in_progress_messages',
    'retrying', depth -> 'retrying_messages',
    'stuck', depth -> 'stuck_messages',
    'dead', dead,
    'given_up_last_hour', given_up_hour,
    'done_last_hour', done_hour,
    'oldest_age_minutes', depth -> 'oldest_message_age_minutes',
    'rate_per_minute', round(done_recently / 10.0, 1),
    'minutes_to_empty', CASE
      WHEN total = 0 THEN 0
      WHEN done_recently > 0 THEN round(total * 10.0 / done_recently, 1)
    END,
    'runs', (
      SELECT count(*)
      FROM linernotes.runs
      WHERE runs.queue_name = stage_status.queue_name
        AND runs.state = 'running'
        AND runs.expires_at > clock_timestamp()
    ),
    'max_concurrency', registry.max_concurrency,
    'max_attempts', registry.max_attempts
  );
END;
$$;
COMMENT ON FUNCTION linernotes.stage_status(TEXT, JSONB) IS
  'One queue, with its row of queue_depths(): messages by phase, dead letters (up to 100,001), rate of the last ten minutes, time to empty at that rate (NULL if nothing was done).';

CREATE OR REPLACE FUNCTION linernotes.status_reasons(stages JSONB, health JSONB, found JSONB)
RETURNS JSONB
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT found || coalesce(jsonb_agg(reason), '[]')
  FROM (
    SELECT
      'messages_stuck' AS code,
      jsonb_build_object('queue', stage.queue_name) AS about,
      format('%s: %s', stage.queue_name, linernotes.counted(stage.stuck, 'message is stuck', 'messages are stuck')) AS problem,
      format('A worker died at work, and what it held is visible again. See whether %s answers.', coalesce(workers.function_name, 'its worker')) AS advice
    FROM jsonb_to_recordset(stages) AS stage (queue_name TEXT, stuck BIGINT)
    LEFT JOIN linernotes.workers USING (queue_name)
    WHERE stage.stuck > 0
    UNION ALL
    SELECT
      'messages_retrying',
      jsonb_strip_nulls(jsonb_build_object(
        'queue', stage.queue_name,
        'error', substring(waiting.last_error FROM '^([a-z_]+): '),
        -- `breaker_open: spotify is down …`
        'provider', substring(waiting.last_error FROM '^breaker_open: ([a-z]+) ')
      )),
      format(
        '%s: %s: %s', stage.queue_name,
        linernotes.counted(stage.retrying, 'message waits for another try', 'messages wait for another try; one of them'),
        waiting.last_error
      ),
      CASE
        WHEN starts_with(waiting.last_error, 'provider_paused: ')
          THEN 'The provider asked for that: nobody calls it before, and no attempt is counted.'
        WHEN starts_with(waiting.last_error, 'breaker_open: ')
          THEN 'The provider is down: its next probe is waited for, and no attempt is counted.'
        ELSE format(
          'A message becomes a dead letter after %s. A provider that is down is waited for, uncounted; credentials and addresses are yours to mend.',
          linernotes.counted(stage.max_attempts, 'attempt', 'attempts')
        )
      END
    FROM jsonb_to_recordset(stages) AS stage (queue_name TEXT, retrying BIGINT, max_attempts INT)
    CROSS JOIN LATERAL (
      SELECT status.last_error
      FROM public.processing_status AS status
      WHERE status.entity_type = stage.queue_name AND status.next_attempt_at > now()
      ORDER BY status.next_attempt_at DESC
      LIMIT 1
    ) AS waiting
    WHERE stage.retrying > 0
    UNION ALL
    SELECT
      'dead_letters',
      jsonb_build_object('queue', stage.queue_name),
      format('%s: %s', stage.queue_name, linernotes.counted(stage.dead, 'dead letter', 'dead letters'))
        || CASE WHEN stage.given_up_last_hour > 0 THEN format(', %s of the last hour', stage.given_up_last_hour) ELSE '' END,
      format('Look at list_dead_letters(%L), mend the cause, then replay_dead_letters(%L).', stage.queue_name, stage.queue_name)
    FROM jsonb_to_recordset(stages) AS stage (queue_name TEXT, dead BIGINT, given_up_last_hour BIGINT)
    WHERE stage.dead > 0
    UNION ALL
    SELECT
      'queue_paused',
      jsonb_build_object('queue', stage.queue_name),
      format('%s is paused', stage.queue_name),
      format('resume_queue(%L) when the reason is gone.', stage.queue_name)
    FROM jsonb_to_recordset(stages) AS stage (queue_name TEXT, active BOOLEAN)
    WHERE NOT stage.active
    UNION ALL
    SELECT
      'entities_stalled',
      '{}',
      linernotes.counted((health #>> '{processing,entities_stalled}')::BIGINT, 'entity has', 'entities have') || ' been in progress for 30 minutes',
      'cleanup_stale_entities() resets them; the jobs do so by themselves after an hour.'
    WHERE (health #>> '{processing,entities_stalled}')::BIGINT > 0
    UNION ALL
    SELECT
      'worker_issue',
      jsonb_build_object(
        'workers', jsonb_build_array(issue.worker_name),
        'issue', jsonb_build_object('id', issue.id, 'type', issue.issue_type, 'seen', met.words)
      ),
      format('%s: %s', issue.worker_name, issue.message),
      format('Seen %s; resolve_worker_issue(%L) if it is over.', met.words, issue.id)
    FROM public.worker_issues AS issue
    CROSS JOIN LATERAL (
      -- Anybody may have written a row there, so the count is only what it says.
      SELECT CASE coalesce(issue.details ->> 'count', '1') WHEN '1' THEN 'once' ELSE (issue.details ->> 'count') || ' times' END
    ) AS met (words)
    WHERE issue.resolved IS NOT TRUE
      -- Among what was found before, as it is now.
      AND (issue.worker_name, issue.issue_type) <> ('database', 'database_is_a_copy')
  ) AS reason;
$$;
COMMENT ON FUNCTION linernotes.status_reasons(JSONB, JSONB, JSONB) IS
  'The problems of the pipeline; those that were found before (installation_reasons, silent_workers, breaker_reasons) come first.';

CREATE OR REPLACE FUNCTION linernotes.missing_vault_entries()
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  RETURN (
    SELECT coalesce(jsonb_agg(wanted.name ORDER BY wanted.name), '[]')
    FROM unnest(ARRAY['function_secret', 'functions_url']) AS wanted (name)
    -- The names stand in the table; the view would decrypt, which a restored database can't.
    WHERE wanted.name NOT IN (SELECT entry.name FROM vault.secrets AS entry WHERE entry.name IS NOT NULL)
  );
EXCEPTION WHEN OTHERS THEN
  -- Without Vault, or where it is closed to us, nobody can be called either.
  RETURN jsonb_build_array('function_secret', 'functions_url');
END;
$$;
COMMENT ON FUNCTION linernotes.missing_vault_entries() IS
  'Which of the two entries that a call needs Vault does not have.';

CREATE OR REPLACE FUNCTION linernotes.provider_status(stages JSONB)
RETURNS JSONB
LANGUAGE sql
VOLATILE
SET search_path = ''
AS $$
  SELECT jsonb_object_agg(known.key, CASE
    WHEN known.value -> 'breaker' = 'null' THEN known.value
    ELSE jsonb_set(known.value, '{breaker,waiting}', to_jsonb((
      SELECT sum(CASE
        -- All messages of a queue whose worker can do nothing without the provider.
        WHEN workers.provider = known.key THEN stage.waiting + stage.retrying + stage.in_progress
        ELSE (
          SELECT count(*)
          FROM (
            SELECT
            FROM public.processing_status AS status
            WHERE status.entity_type = stage.queue_name
              AND status.next_attempt_at IS NOT NULL
              AND starts_with(status.last_error, 'breaker_open: ' || known.key || ' ')
            LIMIT 10000
          ) AS told
        )
      END)
      FROM jsonb_to_recordset(stages) AS stage (queue_name TEXT, waiting BIGINT, retrying BIGINT, in_progress BIGINT)
      JOIN linernotes.workers ON workers.queue_name = stage.queue_name
    )))
  END || jsonb_build_object(
    'booked_ms', linernotes.milliseconds_until(stored.next_slot_at),
    'requests_per_second', CASE WHEN stored.slot_seconds > 0 THEN round(1 / stored.slot_seconds, 2) END,
    'last_pause', CASE
      WHEN stored.paused_until IS NOT NULL
        THEN jsonb_build_object('at', stored.paused_until, 'reason', stored.pause_reason)
    END,
    'last_failure', CASE
      WHEN stored.last_failure_at IS NOT NULL
        THEN jsonb_build_object('at', stored.last_failure_at, 'reason', stored.last_failure)
    END
  ))
  FROM jsonb_each(linernotes.provider_states()) AS known
  JOIN linernotes.providers AS stored ON stored.provider = known.key;
$$;
COMMENT ON FUNCTION linernotes.provider_status(JSONB) IS
  'provider_states(), and what only people read: how far ahead the slots are taken (booked_ms), the last pause and the last request that failed ({at, reason}), and how many messages wait for a provider whose breaker is open.';

CREATE OR REPLACE FUNCTION linernotes.breaker_reasons(providers JSONB)
RETURNS SETOF linernotes.reason
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT
    'provider_down',
    jsonb_build_object('provider', known.key),
    format(
      '%s is down (%s): its breaker is open since %s UTC, and %s',
      known.key, known.value #>> '{breaker,reason}',
      to_char((known.value #>> '{breaker,open_since}')::TIMESTAMPTZ AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'),
      linernotes.counted((known.value #>> '{breaker,waiting}')::BIGINT, 'message waits', 'messages wait')
    ),
    format(
      'Nobody asks it but one probe at a time, the next in %s s, and no attempt is counted; all goes on by itself with the first answer.',
      ceil((known.value #>> '{breaker,next_probe_ms}')::NUMERIC / 1000)
    )
  FROM jsonb_each(providers) AS known
  WHERE known.value -> 'breaker' <> 'null'
  ORDER BY known.key;
$$;
COMMENT ON FUNCTION linernotes.breaker_reasons(JSONB) IS
  'The providers that are down.';

CREATE OR REPLACE FUNCTION linernotes.gives_up(stages JSONB)
RETURNS BOOLEAN
LANGUAGE sql
IMMUTABLE
SET search_path = ''
AS $$
  -- Dead letters wait, safe, for somebody to look: that is a reason at any number, and wakes nobody at night. That many
  -- messages are being given up now is another matter: something that they have in common is broken.
  SELECT coalesce(sum(stage.given_up_last_hour), 0) > 10
  FROM jsonb_to_recordset(stages) AS stage (given_up_last_hour BIGINT);
$$;
COMMENT ON FUNCTION linernotes.gives_up(JSONB) IS
  'Whether more than ten messages were given up in the last hour that nobody has put back or discarded since.';

CREATE OR REPLACE FUNCTION public.get_pipeline_status()
RETURNS JSONB
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = ''
SET jit = off
AS $$
DECLARE
  depths JSONB := (SELECT coalesce(jsonb_agg(depth), '[]') FROM linernotes.queue_depths() AS depth);
  states JSONB := (SELECT coalesce(jsonb_agg(stats), '[]') FROM public.get_processing_stats() AS stats);
  health JSONB := linernotes.health(depths, states);
  stages JSONB;
  providers JSONB;
  found JSONB;
BEGIN
  -- A stage whose queue is missing is shown, too; a reason says that it is.
  SELECT jsonb_agg(linernotes.stage_status(
    workers.queue_name,
    '{"total_messages": 0, "in_progress_messages": 0, "retrying_messages": 0, "stuck_messages": 0, "oldest_message_age_minutes": 0}'
      || coalesce(jsonb_strip_nulls(depth), '{}')
  ) ORDER BY workers.position)
  INTO stages
  FROM linernotes.workers
  LEFT JOIN jsonb_array_elements(depths) AS depth ON depth ->> 'queue' = workers.queue_name;
  providers := linernotes.provider_status(stages);
  SELECT coalesce(jsonb_agg(finding), '[]') INTO found
  FROM (
    SELECT * FROM linernotes.installation_reasons()
    UNION ALL
    SELECT * FROM linernotes.silent_workers(stages)
    UNION ALL
    SELECT * FROM linernotes.breaker_reasons(providers)
  ) AS finding;
  RETURN jsonb_build_object(
    'timestamp', now(),
    'schema_version', linernotes.installed_release(),
    'overall_status', CASE
      WHEN (found <> '[]' OR linernotes.gives_up(stages)) AND health ->> 'overall_status' = 'healthy' THEN '"warning"'
      ELSE health -> 'overall_status'
    END,
    'reasons', linernotes.status_reasons(stages, health, found),
    'stages', stages,
    'providers', providers,
    'entities', (
      SELECT coalesce(jsonb_object_agg(stats.entity_type, jsonb_build_object(
        'pending', stats.pending_count,
        'in_progress', stats.in_progress_count,
        'completed', stats.completed_count,
        'failed', stats.failed_count,
        'dead_lettered', stats.dead_lettered_count,
        'stalled', stats.stalled_count
      )), '{}')
      FROM jsonb_to_recordset(states) AS stats (
        entity_type TEXT, pending_count BIGINT, in_progress_count BIGINT, completed_count BIGINT, failed_count BIGINT,
        dead_lettered_count BIGINT, stalled_count BIGINT
      )
    ),
    'wake_ups', jsonb_build_object(
      'enabled', linernotes.setting_boolean('wake_ups_enabled'),
      'missing_vault_entries', linernotes.missing_vault_entries()
    )
  );
END;
$$;
COMMENT ON FUNCTION public.get_pipeline_status() IS
  'The pipeline at a glance: overall_status as in get_system_health, and at least warning where a queue or a job is not as it should be, where this database is a copy of another one, where a worker that was called or should have ended is silent, where a provider is down, or where more than ten messages were given up in the last hour (older dead letters are a reason, no warning); reasons ([{code, about, problem, advice}]: code and about for programs, the others the same in words), the five stages (waiting, in progress, retrying, stuck, dead, given up and done in the last hour, oldest age, rate, time to empty), providers (pauses, refused abilities, breakers: {open_since, reason, probes, next_probe_ms, waiting}, NULL while closed; booked_ms, last_pause and last_failure {at, reason}), entities by state, wake-ups. Service role.';
