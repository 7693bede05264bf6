-- Deleting or releasing a single message, for callers outside the pipeline.

CREATE OR REPLACE FUNCTION linernotes.parse_message_id(message_id TEXT, argument TEXT DEFAULT 'message_id')
RETURNS BIGINT
LANGUAGE plpgsql
IMMUTABLE
SET search_path = ''
AS $$
BEGIN
  PERFORM linernotes.check_text(argument, message_id);
  RETURN CASE WHEN message_id ~ '^[0-9]{1,18}$' THEN message_id::BIGINT END;
END;
$$;
COMMENT ON FUNCTION linernotes.parse_message_id(TEXT, TEXT) IS
  'The text as a message id of pgmq; NULL for other text (a UUID, say), which no message has as its id.';

CREATE OR REPLACE FUNCTION linernotes.record_external_change(queue_name TEXT, message_id BIGINT, body JSONB, next_state TEXT)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  entity TEXT := linernotes.message_entity(message_id, body);
  present TEXT;
BEGIN
  SELECT status.state INTO present
  FROM public.processing_status AS status
  WHERE status.entity_type = record_external_change.queue_name AND status.entity_id = entity;

  IF present = 'IN_PROGRESS' THEN
    PERFORM linernotes.change_states(queue_name, jsonb_build_array(jsonb_build_object(
      'entity_id', entity,
      'state', next_state,
      'attempts_by', CASE WHEN next_state = 'PENDING' THEN -1 ELSE 0 END
    )));
  ELSIF present = 'PENDING' THEN
    -- It no longer waits for a retry: it is gone, or visible now.
    PERFORM linernotes.change_states(queue_name, jsonb_build_array(jsonb_build_object(
      'entity_id', entity, 'state', 'PENDING'
    )));
  END IF;
  IF next_state = 'COMPLETED' THEN
    PERFORM linernotes.count_ended(queue_name, jsonb_build_array(jsonb_build_object(
      'correlation_id', body ->> '_correlationId', 'ending', 'done', 'message_id', message_id
    )));
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.record_external_change(TEXT, BIGINT, JSONB, TEXT) IS
  'Writes down that a caller outside the pipeline deleted or released a message: its state, its attempts, and the end of its discovery.';

CREATE OR REPLACE FUNCTION public.pg_delete_message(queue_name TEXT, message_id TEXT)
RETURNS BOOLEAN
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  queue_table TEXT := linernotes.queue_table(queue_name);
  deleted BIGINT := linernotes.parse_message_id(message_id);
  body JSONB;
BEGIN
  EXECUTE format('DELETE FROM %s WHERE msg_id = $1 RETURNING msg_id, message', queue_table)
  INTO deleted, body
  USING deleted;
  IF deleted IS NULL THEN
    RETURN FALSE;
  END IF;
  PERFORM linernotes.record_external_change(queue_name, deleted, body, 'COMPLETED');
  RETURN TRUE;
END;
$$;
COMMENT ON FUNCTION public.pg_delete_message(TEXT, TEXT) IS
  'Deletes a message: TRUE if there was one, FALSE if not. One that was in progress is done. Repeatable. Service role.';

CREATE OR REPLACE FUNCTION public.pg_release_message(queue_name TEXT, message_id TEXT)
RETURNS BOOLEAN
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  queue_table TEXT := linernotes.queue_table(queue_name);
  released BIGINT := linernotes.parse_message_id(message_id);
  body JSONB;
BEGIN
  EXECUTE format(
    'UPDATE %s SET vt = clock_timestamp() WHERE msg_id = $1 RETURNING msg_id, message', queue_table
  )
  INTO released, body
  USING released;
  IF released IS NULL THEN
    RETURN FALSE;
  END IF;
  PERFORM linernotes.record_external_change(queue_name, released, body, 'PENDING');
  RETURN TRUE;
END;
$$;
COMMENT ON FUNCTION public.pg_release_message(TEXT, TEXT) IS
  'Gives a message back: visible at once, the attempt taken back, its worker woken. TRUE if there is such a message. Service role.';
