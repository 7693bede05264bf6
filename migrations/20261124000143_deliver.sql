-- Delivery: takes messages from the queue, raises their attempts (so that a crash counts), and moves those whose attempts were
-- used up before to the dead letters.

CREATE OR REPLACE FUNCTION linernotes.lease_messages(queue_name TEXT, batch_size INT, lease_seconds INT)
RETURNS TABLE (msg_id BIGINT, record JSONB)
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  -- Not pgmq.read: its columns differ from version to version, and one version's is broken. The columns that this reads
  -- and writes have been the same in all of them.
  FOR msg_id, record IN EXECUTE format(
    'WITH next AS (
       SELECT waiting.msg_id
       FROM %1$s AS waiting
       WHERE waiting.vt <= clock_timestamp()
       ORDER BY waiting.msg_id
       LIMIT $1
       FOR UPDATE SKIP LOCKED
     )
     UPDATE %1$s AS leased
     SET vt = clock_timestamp() + make_interval(secs => $2), read_ct = leased.read_ct + 1
     FROM next
     WHERE leased.msg_id = next.msg_id
     RETURNING leased.msg_id, to_jsonb(leased)',
    linernotes.queue_table(queue_name)
  )
  USING batch_size, lease_seconds
  LOOP
    RETURN NEXT;
  END LOOP;
END;
$$;
COMMENT ON FUNCTION linernotes.lease_messages(TEXT, INT, INT) IS
  'Takes the oldest visible messages: hides them for so long and counts the delivery. Whole rows, as the queue''s table has them.';

CREATE OR REPLACE FUNCTION linernotes.deliver(queue_name TEXT, batch_size INT, lease_seconds INT)
RETURNS TABLE (record JSONB, entity_id TEXT, attempt INT, completed BOOLEAN, is_dead BOOLEAN)
LANGUAGE plpgsql
SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  max_attempts CONSTANT INT := linernotes.max_attempts(queue_name);
  records JSONB;
  finished JSONB;
  started JSONB;
  letters JSONB;
BEGIN
  -- If all messages of a batch are dead letters, read the next one: the queue need not be empty.
  FOR round IN 1..50 LOOP
    SELECT jsonb_agg(
      taken.record
        || jsonb_build_object('entity_id', linernotes.message_entity(taken.msg_id, taken.record -> 'message'))
      ORDER BY taken.msg_id
    )
    INTO records
    FROM linernotes.lease_messages(queue_name, batch_size, lease_seconds) AS taken;
    EXIT WHEN records IS NULL;

    -- A message for an entity that was finished before asks for it again.
    SELECT jsonb_agg(jsonb_build_object('entity_id', status.entity_id, 'state', 'PENDING'))
    INTO finished
    FROM public.processing_status AS status
    JOIN jsonb_to_recordset(records) AS message (entity_id TEXT) ON message.entity_id = status.entity_id
    WHERE status.entity_type = deliver.queue_name AND status.state IN ('COMPLETED', 'FAILED');
    IF finished IS NOT NULL THEN
      PERFORM linernotes.change_states(deliver.queue_name, finished);
    END IF;

    SELECT jsonb_agg(jsonb_build_object(
      'entity_id', message.entity_id,
      'state', 'IN_PROGRESS',
      'attempts_by', 1,
      'fresh', message.read_ct = 1,
      'forced', message.message -> 'force' = 'true',
      'note', jsonb_strip_nulls(jsonb_build_object('correlation_id', message.message -> '_correlationId'))
    ))
    INTO started
    FROM jsonb_to_recordset(records) AS message (entity_id TEXT, read_ct INT, message JSONB);

    WITH changed AS MATERIALIZED (
      SELECT entity_id, attempts, completed FROM linernotes.change_states(deliver.queue_name, started)
    )
    SELECT jsonb_agg(
      message || jsonb_build_object(
        'attempt', coalesce(changed.attempts, 1),
        'completed', coalesce(changed.completed, FALSE),
        'is_dead', linernotes.attempts_used_up(coalesce(changed.attempts, 1) - 1, max_attempts)
      )
      ORDER BY n
    )
    INTO records
    FROM jsonb_array_elements(records) WITH ORDINALITY AS list (message, n)
    LEFT JOIN changed ON changed.entity_id = message ->> 'entity_id';

    SELECT jsonb_agg(jsonb_build_object(
      'message_id', message.msg_id,
      'entity_id', message.entity_id,
      'message', message.message,
      'attempts', message.attempt - 1,
      'attempts_by', -1,
      'enqueued_at', message.enqueued_at,
      'error', linernotes.exhausted_error(status.last_error, message.attempt - 1)
    ))
    INTO letters
    FROM jsonb_to_recordset(records) AS message (
      msg_id BIGINT, entity_id TEXT, message JSONB, attempt INT, is_dead BOOLEAN, enqueued_at TIMESTAMPTZ
    )
    LEFT JOIN public.processing_status AS status
      ON status.entity_type = deliver.queue_name AND status.entity_id = message.entity_id
    WHERE message.is_dead;
    PERFORM linernotes.dead_letter(deliver.queue_name, letters);
    PERFORM linernotes.count_dead_letters(deliver.queue_name, letters);

    RETURN QUERY
    SELECT
      message - '{entity_id,attempt,completed,is_dead}'::TEXT[],
      message ->> 'entity_id',
      (message ->> 'attempt')::INT,
      (message ->> 'completed')::BOOLEAN,
      (message ->> 'is_dead')::BOOLEAN
    FROM jsonb_array_elements(records) AS message;
    EXIT WHEN jsonb_array_length(records) > coalesce(jsonb_array_length(letters), 0);
  END LOOP;
END;
$$;
COMMENT ON FUNCTION linernotes.deliver(TEXT, INT, INT) IS
  'The oldest visible messages, hidden for the lease, with their attempts raised. Those whose attempts were used up before are marked is_dead and were moved to the dead letters.';

CREATE OR REPLACE FUNCTION public.pg_dequeue(
  queue_name TEXT,
  batch_size INT DEFAULT 5,
  visibility_timeout INT DEFAULT 60
)
RETURNS JSONB
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
-- The planner expects a hundred rows of every JSON array, and would compile for longer than the query takes.
SET jit = off
AS $$
BEGIN
  PERFORM linernotes.queue_table(queue_name);
  PERFORM linernotes.check_range('batch_size', batch_size, 1, 1000);
  PERFORM linernotes.check_range('visibility_timeout', visibility_timeout, 0, 43200);
  IF EXISTS (
    SELECT FROM public.queue_registry AS registry WHERE registry.queue_name = pg_dequeue.queue_name AND NOT registry.active
  ) THEN
    RETURN '[]'::JSONB;
  END IF;
  RETURN (
    SELECT coalesce(
      jsonb_agg(
        delivered.record || jsonb_build_object('id', delivered.record ->> 'msg_id')
        ORDER BY (delivered.record ->> 'msg_id')::BIGINT
      ),
      '[]'
    )
    FROM linernotes.deliver(queue_name, batch_size, visibility_timeout) AS delivered
    WHERE NOT delivered.is_dead
  );
END;
$$;
COMMENT ON FUNCTION public.pg_dequeue(TEXT, INT, INT) IS
  'At most batch_size messages, the oldest first, hidden for visibility_timeout seconds; an array of pgmq''s records with id (msg_id as text). Empty for a paused queue. For callers outside the pipeline; delete each message when it is done. Service role.';
