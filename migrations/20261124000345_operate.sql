-- What an operator changes by the console: each change by the function that makes it for everybody, noted in
-- monitoring_events in the same transaction, with who it was.

CREATE OR REPLACE FUNCTION linernotes.check_setting(setting TEXT, given JSONB)
RETURNS VOID
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  present JSONB := (SELECT known.value FROM linernotes.settings AS known WHERE known.name = setting);
  least_value NUMERIC := 0;
  greatest_value NUMERIC := 1000000;
BEGIN
  IF present IS NULL THEN
    PERFORM linernotes.reject('name', format('there is no setting %s', quote_literal(left(setting, 100))));
  ELSIF given IS NULL OR jsonb_typeof(given) <> jsonb_typeof(present) THEN
    PERFORM linernotes.reject('value', format('must be a %s', jsonb_typeof(present)));
  ELSIF jsonb_typeof(given) <> 'number' THEN
    RETURN;
  END IF;
  -- What a worker could do nothing with, or what would empty a table at the next maintenance.
  SELECT bounds.least_value, bounds.greatest_value INTO least_value, greatest_value
  FROM (VALUES
    ('batch\_size%', 1, 100), ('run\_budget\_seconds', 1, 290), ('visibility\_timeout\_seconds', 5, 43200),
    ('provider\_concurrency', 1, 100), ('retention\_%', 1, 3650), ('maintenance\_batch', 100, 100000),
    ('retry\_base\_seconds', 1, 3600), ('retry\_cap\_seconds', 1, 86400), ('dedup\_ttl\_seconds%', 1, 31536000),
    ('wake\_up\_grace\_seconds', 1, 600), ('%', 0, 31536000)
  ) AS bounds (pattern, least_value, greatest_value)
  WHERE setting LIKE bounds.pattern
  LIMIT 1;
  PERFORM linernotes.check_range('value', (given #>> '{}')::NUMERIC, least_value, greatest_value);
  IF (given #>> '{}')::NUMERIC % 1 <> 0 AND (present #>> '{}')::NUMERIC % 1 = 0 AND setting NOT LIKE 'retry\_%' THEN
    PERFORM linernotes.reject('value', 'must be a whole number');
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.check_setting(TEXT, JSONB) IS
  'Raises 22023 unless the setting exists and can have this value.';

CREATE OR REPLACE FUNCTION linernotes.message_ids_of(arguments JSONB)
RETURNS BIGINT[]
LANGUAGE plpgsql
IMMUTABLE
SET search_path = ''
AS $$
BEGIN
  IF jsonb_typeof(arguments -> 'message_ids') IS DISTINCT FROM 'array' THEN
    PERFORM linernotes.reject('message_ids', 'must be a JSON array');
  ELSIF jsonb_array_length(arguments -> 'message_ids') NOT BETWEEN 1 AND 1000 THEN
    PERFORM linernotes.reject('message_ids', 'must have 1 to 1000 elements');
  END IF;
  RETURN ARRAY(SELECT DISTINCT given::BIGINT FROM jsonb_array_elements_text(arguments -> 'message_ids') AS given ORDER BY 1);
END;
$$;
COMMENT ON FUNCTION linernotes.message_ids_of(JSONB) IS
  'The message_ids of an operator''s action, each once, in their order.';

CREATE OR REPLACE FUNCTION linernotes.letters_as_shown(arguments JSONB)
RETURNS TABLE (message_id BIGINT)
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT letter.message_id
  FROM linernotes.dead_letters AS letter
  WHERE letter.queue_name = arguments ->> 'queue_name'
    AND letter.replayed_at IS NULL
    AND (NOT arguments ? 'error_kind' OR letter.error_kind = arguments ->> 'error_kind')
    AND (NOT arguments ? 'before' OR letter.died_at <= (arguments ->> 'before')::TIMESTAMPTZ)
    AND (NOT arguments ? 'message_ids' OR letter.message_id = ANY (linernotes.message_ids_of(arguments)))
  ORDER BY letter.died_at, letter.id;
$$;
COMMENT ON FUNCTION linernotes.letters_as_shown(JSONB) IS
  'The dead letters that somebody saw: of queue_name, of error_kind, given up no later than before, those of message_ids; none that came since.';

CREATE OR REPLACE FUNCTION linernotes.discard_letters(queue_name TEXT, message_ids BIGINT[])
RETURNS INT
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  entities TEXT[];
  gone INT;
BEGIN
  WITH discarded AS (
    DELETE FROM linernotes.dead_letters AS letter
    WHERE letter.queue_name = discard_letters.queue_name
      AND letter.message_id = ANY (message_ids)
      AND letter.replayed_at IS NULL
    RETURNING letter.entity_id
  )
  SELECT array_agg(discarded.entity_id), count(*) INTO entities, gone FROM discarded;
  UPDATE public.processing_status AS status
  SET dead_lettered = FALSE
  WHERE status.entity_type = discard_letters.queue_name AND status.entity_id = ANY (entities) AND status.dead_lettered;
  RETURN gone;
END;
$$;
COMMENT ON FUNCTION linernotes.discard_letters(TEXT, BIGINT[]) IS
  'Deletes dead letters for good; their entities stay failed. Returns how many.';

CREATE OR REPLACE FUNCTION linernotes.operate_on_letters(action TEXT, arguments JSONB)
RETURNS JSONB
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  -- What one statement does well within the API's time.
  most CONSTANT INT := 10000;
  queue TEXT := arguments ->> 'queue_name';
  ids BIGINT[];
  done INT := 0;
BEGIN
  PERFORM linernotes.queue_table(queue);
  -- What can't be a time or a number is refused, also where no letter is compared with it.
  PERFORM (arguments ->> 'before')::TIMESTAMPTZ;
  IF arguments ? 'message_ids' THEN
    PERFORM linernotes.message_ids_of(arguments);
  END IF;
  -- Of two who press at once the second one waits, and finds nothing left.
  PERFORM pg_catalog.pg_advisory_xact_lock(hashtext('linernotes.operate'), hashtext(queue));
  ids := ARRAY(SELECT shown.message_id FROM linernotes.letters_as_shown(arguments) AS shown LIMIT most);
  IF ids <> '{}' THEN
    done := CASE action
      WHEN 'replay_dead_letters' THEN public.replay_dead_letters(queue, ids)
      ELSE linernotes.discard_letters(queue, ids)
    END;
  END IF;
  RETURN jsonb_build_object(
    'done', done, 'left', (SELECT count(*) FROM linernotes.letters_as_shown(arguments))
  );
END;
$$;
COMMENT ON FUNCTION linernotes.operate_on_letters(TEXT, JSONB) IS
  'Replays or discards dead letters as they were shown, at most ten thousand at once: {done, left}.';

CREATE OR REPLACE FUNCTION linernotes.operate_on_messages(action TEXT, arguments JSONB)
RETURNS JSONB
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  queue TEXT := arguments ->> 'queue_name';
  ids BIGINT[] := linernotes.message_ids_of(arguments);
  id BIGINT;
  done INT := 0;
BEGIN
  PERFORM linernotes.queue_table(queue);
  FOREACH id IN ARRAY ids LOOP
    done := done + CASE action
      WHEN 'release_messages' THEN public.pg_release_message(queue, id::TEXT)
      ELSE public.pg_delete_message(queue, id::TEXT)
    END::INT;
  END LOOP;
  RETURN jsonb_build_object('done', done, 'gone', cardinality(ids) - done);
END;
$$;
COMMENT ON FUNCTION linernotes.operate_on_messages(TEXT, JSONB) IS
  'Releases or deletes messages of a queue by their message_ids: {done, gone (which were not there any more)}.';

CREATE OR REPLACE FUNCTION linernotes.change_setting(setting TEXT, given JSONB)
RETURNS JSONB
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  former JSONB := (SELECT known.value FROM linernotes.settings AS known WHERE known.name = setting FOR UPDATE);
BEGIN
  PERFORM linernotes.check_text('name', setting);
  PERFORM linernotes.check_setting(setting, given);
  UPDATE linernotes.settings AS known SET value = given WHERE known.name = setting AND known.value <> given;
  RETURN jsonb_build_object('changed', FOUND, 'former', former);
END;
$$;
COMMENT ON FUNCTION linernotes.change_setting(TEXT, JSONB) IS
  'Sets a setting to what it can be: {changed, former}.';

CREATE OR REPLACE FUNCTION linernotes.change_queue(queue_name TEXT, attempts INT, concurrency INT)
RETURNS JSONB
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  former public.queue_registry;
BEGIN
  SELECT * INTO former FROM public.queue_registry AS known WHERE known.queue_name = change_queue.queue_name FOR UPDATE;
  IF NOT FOUND THEN
    PERFORM linernotes.reject('queue_name', 'is not registered');
  END IF;
  PERFORM linernotes.check_range('max_attempts', attempts, 1, 1000);
  PERFORM linernotes.check_range('max_concurrency', concurrency, 1, 1000);
  UPDATE public.queue_registry AS known
  SET max_attempts = attempts, max_concurrency = concurrency
  WHERE known.queue_name = change_queue.queue_name
    AND (known.max_attempts, known.max_concurrency) IS DISTINCT FROM (attempts, concurrency);
  RETURN jsonb_build_object(
    'changed', FOUND, 'former', jsonb_build_object('max_attempts', former.max_attempts, 'max_concurrency', former.max_concurrency)
  );
END;
$$;
COMMENT ON FUNCTION linernotes.change_queue(TEXT, INT, INT) IS
  'Sets how many attempts a message of the queue has, and how many runs: {changed, former}.';

CREATE OR REPLACE FUNCTION linernotes.start_discovery(artist_name TEXT, force BOOLEAN)
RETURNS JSONB
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  message BIGINT := public.start_artist_discovery(artist_name, force);
BEGIN
  RETURN (
    SELECT jsonb_build_object('changed', TRUE, 'message_id', message::TEXT, 'correlation_id', discovery.correlation_id)
    FROM linernotes.discoveries AS discovery
    WHERE discovery.message_id = message
    ORDER BY discovery.requested_at DESC
    LIMIT 1
  );
END;
$$;
COMMENT ON FUNCTION linernotes.start_discovery(TEXT, BOOLEAN) IS
  'start_artist_discovery, with the correlation id by which it is followed.';

CREATE OR REPLACE FUNCTION public.operate(action TEXT, arguments JSONB, operator JSONB)
RETURNS JSONB
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
SET jit = off
AS $$
DECLARE
  queue TEXT;
  result JSONB;
BEGIN
  PERFORM linernotes.check_text('action', action);
  IF jsonb_typeof(arguments) IS DISTINCT FROM 'object' THEN
    PERFORM linernotes.reject('arguments', 'must be a JSON object');
  ELSIF jsonb_typeof(operator) IS DISTINCT FROM 'object' THEN
    PERFORM linernotes.reject('operator', 'must be a JSON object');
  END IF;
  queue := arguments ->> 'queue_name';
  result := CASE action
    WHEN 'pause_queue' THEN jsonb_build_object('changed', public.pause_queue(queue))
    WHEN 'resume_queue' THEN jsonb_build_object('changed', public.resume_queue(queue))
    WHEN 'release_messages' THEN linernotes.operate_on_messages(action, arguments)
    WHEN 'delete_messages' THEN linernotes.operate_on_messages(action, arguments)
    WHEN 'replay_dead_letters' THEN linernotes.operate_on_letters(action, arguments)
    WHEN 'discard_dead_letters' THEN linernotes.operate_on_letters(action, arguments)
    WHEN 'start_discovery' THEN linernotes.start_discovery(
      arguments ->> 'artist_name', coalesce((arguments ->> 'force')::BOOLEAN, FALSE)
    )
    WHEN 'resolve_issue' THEN jsonb_build_object('changed', public.resolve_worker_issue((arguments ->> 'issue_id')::UUID))
    WHEN 'change_setting' THEN linernotes.change_setting(arguments ->> 'name', arguments -> 'value')
    WHEN 'change_queue' THEN linernotes.change_queue(
      queue, (arguments ->> 'max_attempts')::INT, (arguments ->> 'max_concurrency')::INT
    )
    WHEN 'schedule_jobs' THEN jsonb_build_object('changed', TRUE, 'jobs', public.schedule_jobs())
    WHEN 'mend_stuck_messages' THEN jsonb_build_object(
      'changed', TRUE, 'queues', (SELECT jsonb_agg(to_jsonb(mended)) FROM public.monitor_queues(1, TRUE) AS mended)
    )
    WHEN 'run_maintenance' THEN jsonb_build_object('changed', TRUE, 'result', public.maintenance_clear_stale_entities())
    WHEN 'forget_artist' THEN jsonb_build_object(
      'changed', public.forget_artist((arguments ->> 'artist_id')::UUID, arguments ->> 'reason')
    )
    WHEN 'forget_producer' THEN jsonb_build_object(
      'changed', public.forget_producer((arguments ->> 'producer_id')::UUID, arguments ->> 'reason')
    )
    -- What a function did already: its answer stands in the arguments.
    WHEN 'call_workers' THEN '{"changed": true}'
    WHEN 'clear_deduplication_keys' THEN '{"changed": true}'
  END;
  IF result IS NULL THEN
    PERFORM linernotes.reject('action', format('there is no action %s', quote_literal(left(action, 100))));
  END IF;
  -- What changed nothing is not noted: of two who press at once one did it.
  IF result -> 'changed' = 'true' OR (result ->> 'done')::INT > 0 THEN
    INSERT INTO public.monitoring_events (event_type, details)
    VALUES ('operator_action', jsonb_build_object(
      'action', action, 'arguments', arguments, 'result', result, 'operator', operator
    ));
  END IF;
  RETURN result;
EXCEPTION WHEN invalid_text_representation OR numeric_value_out_of_range OR invalid_datetime_format
  OR datetime_field_overflow THEN
  PERFORM linernotes.reject('arguments', SQLERRM);
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION public.operate(TEXT, JSONB, JSONB) IS
  'A change by an operator, noted in monitoring_events (operator_action) in the same transaction with who it was: pause_queue, resume_queue, release_messages, delete_messages, replay_dead_letters, discard_dead_letters, start_discovery, resolve_issue, change_setting, change_queue, schedule_jobs, mend_stuck_messages, run_maintenance, forget_artist, forget_producer; call_workers and clear_deduplication_keys note what a function did. Returns {changed, …}, for messages {done, gone}, for dead letters {done, left}. Service role.';

CREATE OR REPLACE FUNCTION public.note_sign_in(accepted BOOLEAN, operator JSONB)
RETURNS JSONB
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  here INT;
  everywhere INT;
BEGIN
  PERFORM linernotes.check_present('accepted', accepted);
  IF jsonb_typeof(operator) IS DISTINCT FROM 'object' THEN
    PERFORM linernotes.reject('operator', 'must be a JSON object');
  END IF;
  SELECT count(*) FILTER (WHERE recent.address = operator ->> 'address'), count(*)
  INTO here, everywhere
  FROM (
    SELECT event.details #>> '{operator,address}' AS address
    FROM public.monitoring_events AS event
    WHERE event.event_type = 'operator_refused' AND event.created_at > now() - INTERVAL '10 minutes'
    LIMIT 100
  ) AS recent;
  -- Whoever guesses does not fill the table.
  IF accepted OR everywhere < 100 THEN
    INSERT INTO public.monitoring_events (event_type, details)
    VALUES (CASE WHEN accepted THEN 'operator_signed_in' ELSE 'operator_refused' END, jsonb_build_object('operator', operator));
  END IF;
  RETURN jsonb_build_object('here', here, 'everywhere', everywhere);
END;
$$;
COMMENT ON FUNCTION public.note_sign_in(BOOLEAN, JSONB) IS
  'Notes that somebody signed in to the console, or was refused; returns how many were refused in the ten minutes before: {here (from the same address), everywhere (at most 100)}. Service role.';
