-- The first of a run's two round trips: a place, messages, and all that the run needs to know to work on them.

CREATE OR REPLACE FUNCTION linernotes.next_due(queue_name TEXT)
RETURNS BIGINT
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  due TIMESTAMPTZ;
BEGIN
  EXECUTE format(
    'SELECT waiting.vt
     FROM %s AS waiting
     LEFT JOIN public.processing_status AS status
       ON status.entity_type = $1
       AND status.entity_id = linernotes.message_entity(waiting.msg_id, waiting.message)
     WHERE waiting.vt <= $2
       -- A lease of another run is not due; its end only shows that the run died.
       AND (waiting.read_ct = 0 OR status.next_attempt_at IS NOT NULL)
     ORDER BY waiting.vt
     LIMIT 1',
    linernotes.queue_table(queue_name)
  )
  INTO due
  -- The time as a parameter: an index serves a value, not a function that changes while it is read.
  USING queue_name, clock_timestamp() + make_interval(secs => linernotes.setting_number('run_budget_seconds')::DOUBLE PRECISION);
  RETURN CASE WHEN due IS NOT NULL THEN linernotes.milliseconds_until(due) END;
END;
$$;
COMMENT ON FUNCTION linernotes.next_due(TEXT) IS
  'Milliseconds until the next delayed, retried or given-back message is visible; NULL if none is within a run''s budget.';

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
    'profile_max_age_days', 'ability_retry_seconds', 'genius_always'
  ]) AS wanted (name);
$$;
COMMENT ON FUNCTION linernotes.run_settings(TEXT) IS
  'The settings that a run of the queue''s worker reads.';

CREATE OR REPLACE FUNCTION public.dequeue_batch(
  queue_name TEXT,
  batch_size INT DEFAULT NULL,
  visibility_timeout INT DEFAULT NULL,
  run_id UUID DEFAULT NULL
)
RETURNS JSONB
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
-- The planner takes every JSON array for a hundred rows: it would compile for longer than the whole takes.
SET jit = off
AS $$
DECLARE
  settings JSONB := linernotes.run_settings(queue_name);
  size INT := coalesce(batch_size, (settings ->> 'batch_size')::INT);
  lease INT := coalesce(visibility_timeout, (settings ->> 'visibility_timeout_seconds')::INT);
  registry public.queue_registry;
  answer JSONB;
  most_attempts INT;
  holds_place BOOLEAN;
  taken JSONB;
  messages JSONB;
  died INT;
BEGIN
  PERFORM linernotes.queue_table(queue_name);
  PERFORM linernotes.check_range('batch_size', size, 1, 1000);
  PERFORM linernotes.check_range('visibility_timeout', lease, 0, 43200);
  SELECT * INTO registry FROM public.queue_registry AS known WHERE known.queue_name = dequeue_batch.queue_name;
  most_attempts := coalesce(registry.max_attempts, 5);
  answer := jsonb_build_object(
    'busy', FALSE, 'messages', '[]'::JSONB, 'dead_lettered', 0, 'next_due_ms', NULL, 'settings', settings
  );

  IF NOT coalesce(registry.active, TRUE) THEN
    PERFORM linernotes.leave_place(queue_name, run_id);
    RETURN answer || jsonb_build_object('providers', linernotes.provider_states());
  END IF;

  -- A run that goes on holds its place and takes no lock; a new one, and one that finds nothing, do.
  holds_place := linernotes.keep_place(queue_name, run_id, greatest(lease, 1));
  IF NOT holds_place AND NOT linernotes.take_place(queue_name, run_id, greatest(lease, 1)) THEN
    RETURN answer || jsonb_build_object('busy', TRUE, 'providers', linernotes.provider_states());
  END IF;

  FOR look IN 1..2 LOOP
    SELECT jsonb_agg(to_jsonb(delivered)) INTO taken FROM linernotes.deliver(queue_name, size, lease) AS delivered;
    -- The subjects are a statement of their own: the one above began before the messages that it brought may have been
    -- committed, and would not see the rows that came with them.
    SELECT
      jsonb_agg(
        jsonb_build_object(
          'msg_id', delivered.record ->> 'msg_id',
          'read_ct', delivered.record -> 'read_ct',
          'attempt', delivered.attempt,
          'max_attempts', most_attempts,
          'key', nullif(delivered.record -> 'message' ->> '_idempotencyKey', ''),
          'correlation_id', delivered.record -> 'message' ->> '_correlationId',
          'force', coalesce(delivered.record -> 'message' -> 'force' = 'true', FALSE),
          -- A profile that is wanted again is not done, whatever was done before.
          'completed', delivered.completed AND NOT (queue_name = 'social_enrichment' AND EXISTS (
            SELECT FROM linernotes.wanting_profile(ARRAY[
              linernotes.current_producer(linernotes.message_id(delivered.record -> 'message', 'producerId'))
            ])
          )),
          'message', delivered.record -> 'message',
          'subject', linernotes.subject(queue_name, delivered.record -> 'message')
        )
        ORDER BY (delivered.record ->> 'msg_id')::BIGINT
      ) FILTER (WHERE NOT delivered.is_dead),
      count(*) FILTER (WHERE delivered.is_dead) + coalesce(died, 0)
    INTO messages, died
    FROM jsonb_to_recordset(taken) AS delivered (record JSONB, attempt INT, completed BOOLEAN, is_dead BOOLEAN);
    EXIT WHEN messages IS NOT NULL;

    IF look = 1 AND holds_place THEN
      -- It will give up its place: the lock first, then a last look, so that an enqueue and it see each other.
      PERFORM linernotes.lock_queue(queue_name);
    ELSE
      PERFORM linernotes.leave_place(queue_name, run_id);
      EXIT;
    END IF;
  END LOOP;

  RETURN answer || jsonb_build_object(
    'messages', coalesce(messages, '[]'),
    'dead_lettered', died,
    'next_due_ms', CASE WHEN messages IS NULL THEN linernotes.next_due(queue_name) END,
    'providers', linernotes.provider_states()
  ) || CASE WHEN messages IS NULL THEN '{}' ELSE
    jsonb_build_object('redis', linernotes.may_ask_redis(run_id, greatest(lease, 1)))
  END;
END;
$$;
COMMENT ON FUNCTION public.dequeue_batch(TEXT, INT, INT, UUID) IS
  'A batch for a run, with what it needs to know: {busy, messages: [{msg_id, read_ct, attempt, max_attempts, key, correlation_id, force, completed, message, subject}], dead_lettered, next_due_ms, settings, providers, redis}. Takes or keeps the run''s place; an answer without messages has released it. busy: no place is free. redis: whether the run may use it. Without run_id it takes no lasting place. Service role.';
