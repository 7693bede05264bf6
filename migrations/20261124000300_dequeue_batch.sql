-- Dequeueing, the first of a run's two round trips: it gives the run a lease, messages, and all that it needs to know to
-- work on them.

CREATE OR REPLACE FUNCTION linernotes.next_due(queue_name TEXT)
RETURNS BIGINT
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  due TIMESTAMPTZ;
  latest CONSTANT TIMESTAMPTZ :=
    clock_timestamp() + make_interval(secs => linernotes.setting_number('run_budget_seconds')::DOUBLE PRECISION);
BEGIN
  EXECUTE format(
    'SELECT waiting.vt
     FROM %s AS waiting
     LEFT JOIN public.processing_status AS status
       ON status.entity_type = $1
       AND status.entity_id = linernotes.message_entity(waiting.msg_id, waiting.message)
     WHERE waiting.vt <= $2
       -- A message that is leased to another run comes back only if that run dies, so it is not due.
       AND (waiting.read_ct = 0 OR status.next_attempt_at IS NOT NULL)
     ORDER BY waiting.vt
     LIMIT 1',
    linernotes.queue_table(queue_name)
  )
  INTO due
  -- The time is a parameter, since an index can't be used for a function whose value changes during the query.
  USING queue_name, latest;
  IF due IS NOT NULL THEN
    due := greatest(due, linernotes.closed_until(queue_name));
  END IF;
  RETURN CASE WHEN due <= latest THEN linernotes.milliseconds_until(due) END;
END;
$$;
COMMENT ON FUNCTION linernotes.next_due(TEXT) IS
  'Milliseconds until the next delayed, retried or given-back message can be delivered: until it is visible and its provider, if that is down, is probed; NULL if none can within a run''s budget.';

CREATE OR REPLACE FUNCTION linernotes.has_overdue_retry(queue_name TEXT)
RETURNS BOOLEAN
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  found BOOLEAN;
BEGIN
  -- From the few that are scheduled: of the visible messages there may be a million.
  IF NOT EXISTS (
    SELECT FROM public.processing_status AS status
    WHERE status.entity_type = has_overdue_retry.queue_name AND status.next_attempt_at <= clock_timestamp()
  ) THEN
    RETURN FALSE;
  END IF;
  EXECUTE format(
    'SELECT EXISTS (
       SELECT FROM %s AS waiting
       JOIN public.processing_status AS status
         ON status.entity_type = $1
         AND status.entity_id = linernotes.message_entity(waiting.msg_id, waiting.message)
       WHERE waiting.vt <= $2 AND waiting.read_ct > 0 AND status.next_attempt_at <= $2
     )',
    linernotes.queue_table(queue_name)
  )
  INTO found
  USING queue_name, clock_timestamp();
  RETURN found;
END;
$$;
COMMENT ON FUNCTION linernotes.has_overdue_retry(TEXT) IS
  'Whether a message is visible again that had to wait. One that was given back at once is none.';

CREATE OR REPLACE FUNCTION linernotes.run_settings(queue_name TEXT)
RETURNS JSONB
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT jsonb_object_agg(
    wanted.name, (
      SELECT setting.value
      FROM linernotes.settings AS setting
      WHERE setting.name IN (wanted.name || '.' || queue_name, wanted.name)
      ORDER BY length(setting.name) DESC
      LIMIT 1
    )
  )
  FROM unnest(ARRAY[
    'run_budget_seconds', 'visibility_timeout_seconds', 'batch_size', 'dedup_ttl_seconds', 'provider_concurrency',
    'profile_max_age_days', 'ability_retry_seconds', 'genius_always', 'breaker_failures',
    'breaker_first_probe_seconds'
  ]) AS wanted (name);
$$;
COMMENT ON FUNCTION linernotes.run_settings(TEXT) IS
  'The settings that a run of the queue''s worker reads.';

CREATE OR REPLACE FUNCTION public.dequeue_batch(
  queue_name TEXT,
  batch_size INT DEFAULT NULL,
  visibility_timeout INT DEFAULT NULL,
  run_id UUID DEFAULT NULL,
  needs_release TEXT DEFAULT NULL
)
RETURNS JSONB
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
-- The planner expects a hundred rows of every JSON array, and would compile for longer than the query takes.
SET jit = off
AS $$
DECLARE
  settings JSONB := linernotes.run_settings(queue_name);
  size INT := coalesce(batch_size, (settings ->> 'batch_size')::INT);
  lease INT := coalesce(visibility_timeout, (settings ->> 'visibility_timeout_seconds')::INT);
  registry public.queue_registry;
  answer JSONB;
  max_attempts CONSTANT INT := linernotes.max_attempts(queue_name);
  had_lease BOOLEAN;
  taken JSONB;
  messages JSONB;
  died INT;
BEGIN
  -- Before anything is delivered: messages wait for functions and a schema that fit each other.
  PERFORM linernotes.check_release(needs_release);
  PERFORM linernotes.queue_table(queue_name);
  PERFORM linernotes.check_range('batch_size', size, 1, 1000);
  PERFORM linernotes.check_range('visibility_timeout', lease, 0, 43200);
  SELECT * INTO registry FROM public.queue_registry AS known WHERE known.queue_name = dequeue_batch.queue_name;
  answer := jsonb_build_object(
    'busy', FALSE, 'messages', '[]'::JSONB, 'dead_lettered', 0, 'next_due_ms', NULL, 'settings', settings
  );

  IF NOT coalesce(registry.active, TRUE) THEN
    PERFORM linernotes.release_run(queue_name, run_id);
    RETURN answer || jsonb_build_object('providers', linernotes.provider_states());
  END IF;

  IF linernotes.closed_until(queue_name) IS NOT NULL THEN
    PERFORM linernotes.release_run(queue_name, run_id);
    RETURN answer || jsonb_build_object(
      'next_due_ms', linernotes.next_due(queue_name), 'providers', linernotes.provider_states()
    );
  END IF;

  -- Renewing a lease needs no lock of the queue, so most dequeues take none; acquiring and releasing a run do.
  had_lease := linernotes.renew_run(queue_name, run_id, greatest(lease, 1));
  IF NOT had_lease AND NOT linernotes.acquire_run(queue_name, run_id, greatest(lease, 1)) THEN
    RETURN answer || jsonb_build_object('busy', TRUE, 'providers', linernotes.provider_states());
  END IF;

  FOR look IN 1..2 LOOP
    SELECT jsonb_agg(to_jsonb(delivered)) INTO taken FROM linernotes.deliver(queue_name, size, lease) AS delivered;
    -- The subjects are read by a statement of their own. A message may have been committed after the delivery's statement
    -- began, which therefore would not see the rows that were committed with it.
    SELECT
      jsonb_agg(
        jsonb_build_object(
          'msg_id', delivered.record ->> 'msg_id',
          'read_ct', delivered.record -> 'read_ct',
          'attempt', delivered.attempt,
          'max_attempts', max_attempts,
          'key', nullif(delivered.record -> 'message' ->> '_idempotencyKey', ''),
          'correlation_id', delivered.record -> 'message' ->> '_correlationId',
          'force', coalesce(delivered.record -> 'message' -> 'force' = 'true', FALSE),
          -- What was completed is to be done again if the stage's result is no longer current.
          'completed', delivered.completed AND coalesce(result.is_current, TRUE),
          'message', delivered.record -> 'message',
          'subject', linernotes.subject(queue_name, delivered.record -> 'message')
        )
        ORDER BY (delivered.record ->> 'msg_id')::BIGINT
      ) FILTER (WHERE NOT delivered.is_dead),
      count(*) FILTER (WHERE delivered.is_dead) + coalesce(died, 0)
    INTO messages, died
    FROM jsonb_to_recordset(taken) AS delivered (record JSONB, attempt INT, completed BOOLEAN, is_dead BOOLEAN)
    LEFT JOIN linernotes.known_results(queue_name, ARRAY(
      SELECT element -> 'record' -> 'message' FROM jsonb_array_elements(taken) AS element WHERE element -> 'completed' = 'true'
    )) AS result ON result.message = delivered.record -> 'message';
    EXIT WHEN messages IS NOT NULL;

    IF look = 1 AND had_lease THEN
      -- The run is about to end. It takes the queue's lock and looks once more, so that a message that is enqueued now
      -- either is seen here, or its enqueue sees that the run has ended and wakes another.
      PERFORM linernotes.lock_queue(queue_name);
    ELSE
      PERFORM linernotes.release_run(queue_name, run_id);
      EXIT;
    END IF;
  END LOOP;

  RETURN answer || jsonb_build_object(
    'messages', coalesce(messages, '[]'),
    'dead_lettered', died,
    'next_due_ms', CASE WHEN messages IS NULL THEN linernotes.next_due(queue_name) END,
    'providers', linernotes.provider_states()
  ) || CASE WHEN messages IS NULL THEN '{}' ELSE
    jsonb_build_object('redis', linernotes.may_use_redis(run_id, greatest(lease, 1)))
  END;
END;
$$;
COMMENT ON FUNCTION public.dequeue_batch(TEXT, INT, INT, UUID, TEXT) IS
  'A batch for a run, with what it needs to know: {busy, messages: [{msg_id, read_ct, attempt, max_attempts, key, correlation_id, force, completed, message, subject}], dead_lettered, next_due_ms, settings, providers, redis}. Acquires the run''s lease or renews it; an answer without messages has released the run. While the queue''s provider is down (workers.provider), there are none until its next probe. busy: the queue has as many runs as it may. redis: whether the run may use it. Without run_id there is no lease. needs_release: the release whose schema the caller needs; an older one, or one that works with newer functions only, raises 55000, and nothing is delivered. Service role.';
