-- What queueMonitor does: it counts the messages that are stuck or have used up their attempts and, if asked, makes the
-- former visible and moves the latter to the dead letters.

CREATE OR REPLACE FUNCTION linernotes.dead_letter_exhausted(queue_name TEXT, really BOOLEAN)
RETURNS INT
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  letters JSONB;
BEGIN
  EXECUTE format(
    'SELECT jsonb_agg(jsonb_build_object(
       ''message_id'', msg_id, ''entity_id'', entity_id, ''message'', message, ''attempts'', attempts,
       ''enqueued_at'', enqueued_at, ''error'', linernotes.exhausted_error(last_error, attempts)
     ))
     FROM (
       SELECT queued.msg_id, status.entity_id, queued.message, status.attempts, queued.enqueued_at, status.last_error
       FROM %s AS queued
       JOIN public.processing_status AS status
         ON status.entity_type = $1
         AND status.entity_id = linernotes.message_entity(queued.msg_id, queued.message)
       -- The lease is over, so no living worker holds the message.
       WHERE queued.read_ct > 0 AND queued.vt <= now() AND linernotes.attempts_used_up(status.attempts, $2)
       ORDER BY queued.msg_id
       LIMIT 1000
       FOR UPDATE OF queued SKIP LOCKED
     ) AS exhausted',
    linernotes.queue_table(queue_name)
  )
  INTO letters
  USING queue_name, linernotes.max_attempts(queue_name);
  IF really THEN
    PERFORM linernotes.dead_letter(queue_name, letters);
    PERFORM linernotes.count_dead_letters(queue_name, letters);
  END IF;
  RETURN coalesce(jsonb_array_length(letters), 0);
END;
$$;
COMMENT ON FUNCTION linernotes.dead_letter_exhausted(TEXT, BOOLEAN) IS
  'How many messages have used up their attempts and are held by no worker; at most 1,000. really: moves them to the dead letters.';

CREATE OR REPLACE FUNCTION public.monitor_queues(
  threshold_minutes INT DEFAULT 10,
  auto_fix BOOLEAN DEFAULT FALSE,
  queue_name TEXT DEFAULT NULL
)
RETURNS JSONB
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
SET jit = off
AS $$
DECLARE
  watched TEXT;
  seen JSONB;
  answer JSONB := jsonb_build_array();
  dead INT;
  stuck BIGINT;
BEGIN
  PERFORM linernotes.check_range('threshold_minutes', threshold_minutes, 1, 5256000);
  PERFORM linernotes.check_present('auto_fix', auto_fix);
  IF monitor_queues.queue_name IS NOT NULL THEN
    PERFORM linernotes.queue_table(monitor_queues.queue_name);
  END IF;
  FOR watched IN
    SELECT meta.queue_name
    FROM pgmq.meta
    WHERE meta.queue_name = monitor_queues.queue_name
      OR (
        monitor_queues.queue_name IS NULL
        AND meta.queue_name IN (SELECT registry.queue_name FROM public.queue_registry AS registry)
      )
    ORDER BY meta.queue_name
  LOOP
    -- Maintenance makes the table again, and the status names it.
    CONTINUE WHEN to_regclass(format('pgmq.%I', 'q_' || lower(watched))) IS NULL;
    stuck := linernotes.count_stuck(watched, threshold_minutes);
    dead := linernotes.dead_letter_exhausted(watched, auto_fix);
    seen := jsonb_build_object(
      'queue_name', watched,
      'stuck', stuck,
      'messagesReset', CASE WHEN auto_fix THEN public.reset_stuck_messages(watched, threshold_minutes) ELSE 0 END,
      'dead_lettered', dead
    );
    INSERT INTO public.monitoring_events (event_type, details)
    VALUES ('queue_monitor', seen || jsonb_build_object('threshold_minutes', threshold_minutes, 'auto_fix', auto_fix));
    answer := answer || seen;
  END LOOP;
  RETURN answer;
END;
$$;
COMMENT ON FUNCTION public.monitor_queues(INT, BOOLEAN, TEXT) IS
  'What is stuck in each registered queue, or in one: [{queue_name, stuck, messagesReset, dead_lettered}], written to monitoring_events too. auto_fix makes it visible again and moves used-up messages to the dead letters; without it dead_lettered says how many would be. Service role.';
