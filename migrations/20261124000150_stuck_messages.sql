-- Stuck messages, and pausing queues. A message is stuck for N minutes if it was delivered, its lease ran out at least
-- that long ago, and no worker took it since. One that was never delivered, or that waits for a retry, is not stuck.

CREATE OR REPLACE FUNCTION linernotes.stuck_condition(minutes INT)
RETURNS TEXT
LANGUAGE sql
IMMUTABLE
SET search_path = ''
AS $$
  -- A retry is scheduled by its vt, so a message whose vt has passed waits for nothing but a worker.
  SELECT format('queued.read_ct > 0 AND queued.vt <= now() - make_interval(mins => %s)', minutes);
$$;
COMMENT ON FUNCTION linernotes.stuck_condition(INT) IS
  'The condition that a message is stuck, as SQL for a queue''s table with the alias queued. Defined here only.';

CREATE OR REPLACE FUNCTION linernotes.count_stuck(queue_name TEXT, minutes INT, most BIGINT DEFAULT NULL)
RETURNS BIGINT
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  counted BIGINT;
BEGIN
  IF linernotes.waits_for_provider(queue_name) THEN
    RETURN 0;
  END IF;
  EXECUTE format(
    'SELECT count(*) FROM (SELECT FROM %s AS queued WHERE %s LIMIT $1) AS stuck',
    linernotes.queue_table(queue_name), linernotes.stuck_condition(minutes)
  )
  INTO counted
  USING most;
  RETURN counted;
END;
$$;
COMMENT ON FUNCTION linernotes.count_stuck(TEXT, INT, BIGINT) IS
  'How many messages of a queue are stuck; none while its provider is down. Reads an index only.';

CREATE OR REPLACE FUNCTION public.list_stuck_messages(
  queue_name TEXT,
  min_minutes_locked INT DEFAULT 10,
  limit_count INT DEFAULT 1000,
  offset_count INT DEFAULT 0
)
RETURNS TABLE (
  id TEXT,
  msg_id TEXT,
  message JSONB,
  locked_since TIMESTAMPTZ,
  read_count INT,
  minutes_locked NUMERIC
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  PERFORM linernotes.queue_table(queue_name);
  PERFORM linernotes.check_range('min_minutes_locked', min_minutes_locked, 1, 5256000);
  PERFORM linernotes.check_page(limit_count, offset_count);
  -- Not RETURN QUERY EXECUTE, in which the linter of the Supabase CLI can't see the columns.
  FOR id, msg_id, message, locked_since, read_count, minutes_locked IN EXECUTE format(
    'SELECT queued.msg_id::TEXT, queued.msg_id::TEXT, queued.message, queued.vt, queued.read_ct,
       round(extract(EPOCH FROM now() - queued.vt) / 60, 3)
     FROM %s AS queued
     WHERE %s
     ORDER BY queued.vt, queued.msg_id
     LIMIT $1
     OFFSET $2',
    linernotes.queue_table(queue_name), linernotes.stuck_condition(min_minutes_locked)
  )
  USING limit_count, offset_count
  LOOP
    RETURN NEXT;
  END LOOP;
END;
$$;
COMMENT ON FUNCTION public.list_stuck_messages(TEXT, INT, INT, INT) IS
  'Messages that were delivered, whose visibility timeout ran out so many minutes ago, and that nobody took since, the longest first. At most limit_count of them, 1,000 at most, as the API gives no more; offset_count passes over those of the pages before. Service role.';

CREATE OR REPLACE FUNCTION public.reset_stuck_messages(queue_name TEXT, min_minutes_locked INT DEFAULT 10)
RETURNS INT
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  queue_table TEXT := linernotes.queue_table(queue_name);
  entities TEXT[];
  changes JSONB;
  how_many INT;
BEGIN
  PERFORM linernotes.check_range('min_minutes_locked', min_minutes_locked, 1, 5256000);
  EXECUTE format(
    -- Locking a row checks the condition on its latest version, so a message that was delivered meanwhile is left alone.
    'WITH reset AS (
       UPDATE %1$s AS reset
       SET vt = clock_timestamp()
       WHERE reset.msg_id = ANY (ARRAY(
         SELECT queued.msg_id FROM %1$s AS queued WHERE %2$s ORDER BY queued.msg_id FOR UPDATE SKIP LOCKED
       ))
       RETURNING reset.msg_id, reset.message
     )
     SELECT count(*), array_agg(linernotes.message_entity(msg_id, message)) FILTER (WHERE number <= 10000)
     FROM (SELECT msg_id, message, row_number() OVER () AS number FROM reset) AS numbered',
    queue_table, linernotes.stuck_condition(min_minutes_locked)
  )
  INTO how_many, entities;

  -- At most 10,000 states are changed here, since the call must end within the API's time limit. The others change when
  -- their messages are delivered again.
  SELECT jsonb_agg(jsonb_build_object('entity_id', status.entity_id, 'state', 'PENDING')) INTO changes
  FROM public.processing_status AS status
  WHERE status.entity_type = reset_stuck_messages.queue_name
    AND status.entity_id = ANY (entities)
    AND status.state = 'IN_PROGRESS';
  IF changes IS NOT NULL THEN
    PERFORM linernotes.change_states(queue_name, changes);
  END IF;
  RETURN how_many;
END;
$$;
COMMENT ON FUNCTION public.reset_stuck_messages(TEXT, INT) IS
  'Makes the stuck messages visible now and wakes their worker; returns how many. Service role.';

CREATE OR REPLACE FUNCTION public.ensure_message_deleted(queue_name TEXT, message_id TEXT, max_attempts INT DEFAULT 3)
RETURNS BOOLEAN
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  queue_table TEXT := linernotes.queue_table(queue_name);
  wanted BIGINT := linernotes.parse_message_id(message_id);
  is_there BOOLEAN;
  is_free BOOLEAN;
BEGIN
  PERFORM linernotes.check_range('max_attempts', max_attempts, 1, 10);
  FOR attempt IN 1..max_attempts LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE msg_id = $1)', queue_table) INTO is_there USING wanted;
    IF NOT is_there THEN
      RETURN TRUE;
    END IF;
    -- Waiting makes sense only for a message that another transaction has locked.
    EXECUTE format(
      'SELECT EXISTS (SELECT FROM %s WHERE msg_id = $1 FOR UPDATE SKIP LOCKED)', queue_table
    )
    INTO is_free
    USING wanted;
    IF is_free THEN
      PERFORM public.pg_delete_message(queue_name, message_id);
      RETURN TRUE;
    END IF;
    IF attempt < max_attempts THEN
      PERFORM pg_catalog.pg_sleep(least(0.1 * 2 ^ attempt, 1));
    END IF;
  END LOOP;
  EXECUTE format('SELECT NOT EXISTS (SELECT FROM %s WHERE msg_id = $1)', queue_table) INTO is_there USING wanted;
  RETURN is_there;
END;
$$;
COMMENT ON FUNCTION public.ensure_message_deleted(TEXT, TEXT, INT) IS
  'TRUE when the message is gone, also when it never was; FALSE only if another transaction still holds it after max_attempts looks. Service role.';

CREATE OR REPLACE FUNCTION public.cross_schema_queue_op(
  p_operation TEXT,
  p_queue_name TEXT,
  p_message_id TEXT DEFAULT NULL,
  p_params JSONB DEFAULT '{}'::JSONB
)
RETURNS JSONB
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  queue_table TEXT;
  success BOOLEAN;
BEGIN
  PERFORM linernotes.check_text('p_operation', p_operation);
  PERFORM linernotes.check_text('p_queue_name', p_queue_name);
  IF jsonb_typeof(p_params) <> 'object' THEN
    PERFORM linernotes.reject('p_params', 'must be a JSON object');
  END IF;
  IF p_operation NOT IN ('delete', 'reset') THEN
    RETURN jsonb_build_object('success', FALSE, 'error', 'Unknown operation: ' || p_operation);
  ELSIF coalesce(p_message_id, '') = '' THEN
    RETURN jsonb_build_object('operation', p_operation, 'success', FALSE, 'error', 'Message ID required');
  END IF;

  BEGIN
    queue_table := linernotes.queue_table(p_queue_name, 'p_queue_name');
    success := CASE p_operation
      WHEN 'delete' THEN public.pg_delete_message(p_queue_name, p_message_id)
      ELSE public.pg_release_message(p_queue_name, p_message_id)
    END;
  EXCEPTION WHEN OTHERS THEN
    RETURN jsonb_build_object('operation', p_operation, 'success', FALSE, 'error', SQLERRM);
  END;
  RETURN jsonb_build_object(
    'operation', p_operation,
    'queue', p_queue_name,
    'success', success,
    'message_id', p_message_id,
    'queue_table', queue_table,
    'method', CASE p_operation WHEN 'delete' THEN 'cross_schema_delete' ELSE 'visibility_timeout_reset' END
  );
END;
$$;
COMMENT ON FUNCTION public.cross_schema_queue_op(TEXT, TEXT, TEXT, JSONB) IS
  'delete or reset of one message, as an object with success; what goes wrong is an object with error. p_params has no meaning yet. Service role.';

CREATE OR REPLACE FUNCTION linernotes.set_active(queue_name TEXT, is_active BOOLEAN)
RETURNS BOOLEAN
LANGUAGE plpgsql
SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  changed BOOLEAN;
BEGIN
  PERFORM linernotes.queue_table(queue_name);
  INSERT INTO public.queue_registry AS known (queue_name, active)
  VALUES (set_active.queue_name, is_active)
  ON CONFLICT (queue_name) DO UPDATE
  SET active = is_active
  WHERE known.active IS DISTINCT FROM is_active;
  changed := FOUND;
  IF is_active THEN
    PERFORM linernotes.wake_up(queue_name);
  END IF;
  RETURN changed;
END;
$$;
COMMENT ON FUNCTION linernotes.set_active(TEXT, BOOLEAN) IS
  'Pauses or resumes a queue; FALSE if nothing changed.';

CREATE OR REPLACE FUNCTION public.pause_queue(queue_name TEXT)
RETURNS BOOLEAN
LANGUAGE sql
SECURITY DEFINER
SET search_path = ''
AS $$
  SELECT linernotes.set_active(queue_name, FALSE);
$$;
COMMENT ON FUNCTION public.pause_queue(TEXT) IS
  'Pauses the queue: it accepts messages and delivers none, until resume_queue; runs finish the batch that they hold. FALSE if it was paused already. Service role.';

CREATE OR REPLACE FUNCTION public.resume_queue(queue_name TEXT)
RETURNS BOOLEAN
LANGUAGE sql
SECURITY DEFINER
SET search_path = ''
AS $$
  SELECT linernotes.set_active(queue_name, TRUE);
$$;
COMMENT ON FUNCTION public.resume_queue(TEXT) IS
  'Ends the pause of the queue and wakes its worker. FALSE if the queue was not paused. Service role.';
