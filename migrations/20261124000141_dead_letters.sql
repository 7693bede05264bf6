-- Dead letters: messages that are not tried again are kept whole, and go back into their queue when an operator says so.

CREATE OR REPLACE FUNCTION linernotes.dead_letter(queue_name TEXT, letters JSONB)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  changes JSONB;
BEGIN
  IF letters IS NULL OR letters = '[]' THEN
    RETURN;
  END IF;
  INSERT INTO linernotes.dead_letters (
    queue_name, message_id, entity_id, message, error, attempts, enqueued_at, failed_attempts
  )
  SELECT
    dead_letter.queue_name, letter.message_id, letter.entity_id, coalesce(letter.message, 'null'), letter.error, letter.attempts,
    letter.enqueued_at, linernotes.with_failed_attempt(status.failed_attempts, letter.failed_attempt)
  FROM jsonb_to_recordset(letters) AS letter (
    message_id BIGINT, entity_id TEXT, message JSONB, error TEXT, attempts INT, enqueued_at TIMESTAMPTZ, failed_attempt JSONB
  )
  LEFT JOIN public.processing_status AS status
    ON status.entity_type = dead_letter.queue_name AND status.entity_id = letter.entity_id
  ON CONFLICT (queue_name, message_id) DO NOTHING;

  EXECUTE format(
    'DELETE FROM %s WHERE msg_id IN (SELECT (letter ->> ''message_id'')::BIGINT FROM jsonb_array_elements($1) AS letter)',
    linernotes.queue_table(queue_name)
  )
  USING letters;

  SELECT jsonb_agg(jsonb_build_object(
    'entity_id', letter.entity_id, 'state', 'FAILED', 'dead_lettered', TRUE, 'error', letter.error,
    'attempts_by', letter.attempts_by, 'failed_attempt', letter.failed_attempt
  ))
  INTO changes
  FROM jsonb_to_recordset(letters) AS letter (entity_id TEXT, error TEXT, attempts_by INT, failed_attempt JSONB);
  PERFORM linernotes.change_delivered_states(queue_name, changes);
END;
$$;
COMMENT ON FUNCTION linernotes.dead_letter(TEXT, JSONB) IS
  'Moves messages to the dead letters: [{message_id, entity_id, message, error, attempts, attempts_by (change of the state''s attempts), enqueued_at, failed_attempt (one that a worker reported)}]. It does not count them for get_discovery: the caller does, together with all else that left the queue, so that rows are locked in one order.';

CREATE OR REPLACE FUNCTION linernotes.count_dead_letters(queue_name TEXT, letters JSONB)
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  SELECT linernotes.count_ended(queue_name, coalesce(jsonb_agg(jsonb_build_object(
    'correlation_id', letter.message ->> '_correlationId', 'ending', 'dead', 'message_id', letter.message_id,
    'error', letter.error
  )), '[]'))
  FROM jsonb_to_recordset(coalesce(letters, '[]')) AS letter (message_id BIGINT, message JSONB, error TEXT);
$$;
COMMENT ON FUNCTION linernotes.count_dead_letters(TEXT, JSONB) IS
  'Counts messages that dead_letter took, for get_discovery: the same letters, given to count_ended.';

CREATE OR REPLACE FUNCTION public.list_dead_letters(queue_name TEXT DEFAULT NULL, limit_count INT DEFAULT 100)
RETURNS TABLE (
  queue TEXT,
  message_id BIGINT,
  message JSONB,
  error TEXT,
  attempts INT,
  correlation_id TEXT,
  enqueued_at TIMESTAMPTZ,
  dead_at TIMESTAMPTZ
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
#variable_conflict use_column
BEGIN
  PERFORM linernotes.check_range('limit_count', limit_count, 1, 1000);
  IF list_dead_letters.queue_name IS NOT NULL THEN
    PERFORM linernotes.queue_table(list_dead_letters.queue_name);
  END IF;
  RETURN QUERY
  SELECT
    letter.queue_name, letter.message_id, letter.message, letter.error, letter.attempts,
    letter.message ->> '_correlationId', letter.enqueued_at, letter.died_at
  FROM linernotes.dead_letters AS letter
  WHERE letter.replayed_at IS NULL AND (list_dead_letters.queue_name IS NULL OR letter.queue_name = list_dead_letters.queue_name)
  ORDER BY letter.died_at DESC, letter.id DESC
  LIMIT limit_count;
END;
$$;
COMMENT ON FUNCTION public.list_dead_letters(TEXT, INT) IS
  'Dead letters that were not replayed, the latest first: message, error, attempts and times. Service role.';

CREATE OR REPLACE FUNCTION linernotes.uncount_dead_letters(queue_name TEXT, letter_ids BIGINT[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  UPDATE linernotes.discovery_stages AS stage
  SET dead = greatest(stage.dead - back.how_many, 0)
  FROM (
    SELECT letter.message ->> '_correlationId' AS correlation_id, count(*) AS how_many
    FROM linernotes.dead_letters AS letter
    WHERE letter.id = ANY (letter_ids)
    GROUP BY 1
  ) AS back
  WHERE stage.queue_name = uncount_dead_letters.queue_name AND stage.correlation_id = back.correlation_id;

  DELETE FROM linernotes.discovery_errors AS error
  USING linernotes.dead_letters AS letter
  WHERE letter.id = ANY (letter_ids)
    AND error.correlation_id = letter.message ->> '_correlationId'
    AND error.queue_name = uncount_dead_letters.queue_name
    AND error.message_id = letter.message_id;
END;
$$;
COMMENT ON FUNCTION linernotes.uncount_dead_letters(TEXT, BIGINT[]) IS
  'Takes replayed letters out of the counts and errors that get_discovery shows.';

CREATE OR REPLACE FUNCTION public.replay_dead_letters(queue_name TEXT, message_ids BIGINT[] DEFAULT NULL)
RETURNS INT
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
-- The planner expects a hundred rows of every JSON array, and would compile for longer than the query takes.
SET jit = off
AS $$
DECLARE
  letter_ids BIGINT[];
  bodies JSONB[];
  entities TEXT[];
  changes JSONB;
BEGIN
  PERFORM linernotes.queue_table(queue_name);
  SELECT array_agg(taken.id), array_agg(taken.message), array_agg(taken.entity_id)
  INTO letter_ids, bodies, entities
  FROM (
    SELECT letter.id, letter.message, letter.entity_id
    FROM linernotes.dead_letters AS letter
    WHERE letter.queue_name = replay_dead_letters.queue_name
      AND letter.replayed_at IS NULL
      AND (message_ids IS NULL OR letter.message_id = ANY (message_ids))
    ORDER BY letter.id
    FOR UPDATE SKIP LOCKED
  ) AS taken;
  IF letter_ids IS NULL THEN
    RETURN 0;
  END IF;

  UPDATE linernotes.dead_letters AS letter
  SET replayed_at = now(), replayed_as = sent.msg_id
  FROM linernotes.enqueue(replay_dead_letters.queue_name, bodies) AS sent
  WHERE letter.id = letter_ids[sent.ordinal];

  SELECT jsonb_agg(jsonb_build_object('entity_id', status.entity_id, 'state', 'PENDING', 'fresh', TRUE))
  INTO changes
  FROM public.processing_status AS status
  WHERE status.entity_type = replay_dead_letters.queue_name
    AND status.entity_id = ANY (entities)
    AND status.state = 'FAILED';
  IF changes IS NOT NULL THEN
    PERFORM linernotes.change_states(queue_name, changes);
  END IF;
  PERFORM linernotes.uncount_dead_letters(queue_name, letter_ids);
  RETURN cardinality(letter_ids);
END;
$$;
COMMENT ON FUNCTION public.replay_dead_letters(TEXT, BIGINT[]) IS
  'Puts dead letters back into their queue, all of the queue or those with the given message ids, with attempts starting again; returns how many. One whose idempotency key is in the queue again counts as put back. Service role.';
