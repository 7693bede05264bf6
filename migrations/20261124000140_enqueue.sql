-- Enqueueing: these functions alone put messages into a queue, and they keep the promise of the idempotency keys.

CREATE OR REPLACE FUNCTION linernotes.find_or_send(queue_table TEXT, body JSONB)
RETURNS TABLE (msg_id BIGINT, created BOOLEAN)
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  key UUID := md5(nullif(body ->> '_idempotencyKey', ''))::UUID;
  found_body JSONB;
BEGIN
  -- Between the two statements the key's message may be deleted, or another transaction may send one: look again.
  FOR attempt IN 1..100 LOOP
    EXECUTE format(
      'INSERT INTO %s (vt, message) VALUES (clock_timestamp(), $1) ON CONFLICT DO NOTHING RETURNING msg_id', queue_table
    )
    INTO msg_id
    USING body;
    IF msg_id IS NOT NULL THEN
      created := TRUE;
      RETURN NEXT;
      RETURN;
    END IF;

    EXECUTE format(
      'SELECT msg_id, message FROM %s WHERE md5(nullif(message ->> ''_idempotencyKey'', ''''))::UUID = $1', queue_table
    )
    INTO msg_id, found_body
    USING key;
    IF msg_id IS NOT NULL THEN
      IF body -> 'force' = 'true' AND found_body -> 'force' IS DISTINCT FROM 'true' THEN
        EXECUTE format(
          'UPDATE %s SET message = message || ''{"force": true}'' WHERE msg_id = $1', queue_table
        )
        USING msg_id;
      END IF;
      INSERT INTO linernotes.discovery_links (correlation_id, linked_id)
      SELECT body ->> '_correlationId', found_body ->> '_correlationId'
      WHERE body ->> '_correlationId' <> found_body ->> '_correlationId'
      ON CONFLICT DO NOTHING;
      created := FALSE;
      RETURN NEXT;
      RETURN;
    END IF;
  END LOOP;
  RAISE EXCEPTION '%: the message of idempotency key % can be neither seen nor made', queue_table, body ->> '_idempotencyKey'
    USING ERRCODE = 'serialization_failure', HINT = 'Try again; an enqueue wants the isolation level READ COMMITTED.';
END;
$$;
COMMENT ON FUNCTION linernotes.find_or_send(TEXT, JSONB) IS
  'The message that has the body''s idempotency key, or else a new one; created says which. If the body is forced, so is the message that was found.';

CREATE OR REPLACE FUNCTION linernotes.reopen_forced(queue_name TEXT, bodies JSONB[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  reopened JSONB;
BEGIN
  IF NOT EXISTS (SELECT FROM unnest(bodies) AS list (body) WHERE body -> 'force' = 'true') THEN
    RETURN;
  END IF;
  SELECT jsonb_agg(jsonb_build_object('entity_id', status.entity_id, 'state', 'PENDING', 'forced', TRUE))
  INTO reopened
  FROM unnest(bodies) AS list (body)
  JOIN public.processing_status AS status
    ON status.entity_type = reopen_forced.queue_name AND status.entity_id = list.body ->> '_idempotencyKey'
  WHERE list.body -> 'force' = 'true' AND status.state IN ('COMPLETED', 'FAILED');
  IF reopened IS NOT NULL THEN
    PERFORM linernotes.change_states(queue_name, reopened);
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.reopen_forced(TEXT, JSONB[]) IS
  'Makes the finished entities of forced messages PENDING, so that they are not taken for completed.';

CREATE OR REPLACE FUNCTION linernotes.find_duplicates(queue_table TEXT, ordinals INT[], bodies JSONB[])
RETURNS TABLE (n INT, msg_id BIGINT)
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  -- Not RETURN QUERY EXECUTE: the linter sees the columns only so.
  FOR n, msg_id IN EXECUTE format(
    'WITH duplicate AS MATERIALIZED (
       SELECT given.n, queued.msg_id, given.body ->> ''_correlationId'' AS correlation_id,
         queued.message ->> ''_correlationId'' AS found_correlation_id
       FROM unnest($1, $2) AS given (n, body)
       JOIN %s AS queued
         ON md5(nullif(queued.message ->> ''_idempotencyKey'', ''''))::UUID
           = md5(nullif(given.body ->> ''_idempotencyKey'', ''''))::UUID
       -- A forced body changes the message that has its key, so these are done one by one, in the order of the keys.
       WHERE given.body -> ''force'' IS DISTINCT FROM ''true''
     ), linked AS (
       INSERT INTO linernotes.discovery_links (correlation_id, linked_id)
       SELECT DISTINCT correlation_id, found_correlation_id
       FROM duplicate
       WHERE correlation_id <> found_correlation_id
       ORDER BY correlation_id, found_correlation_id
       ON CONFLICT DO NOTHING
     )
     SELECT n, msg_id FROM duplicate',
    queue_table
  )
  USING ordinals, bodies
  LOOP
    RETURN NEXT;
  END LOOP;
END;
$$;
COMMENT ON FUNCTION linernotes.find_duplicates(TEXT, INT[], JSONB[]) IS
  'The messages that have the idempotency keys of these bodies already, for those of them that do not force; n: the ordinal of the body.';

CREATE OR REPLACE FUNCTION linernotes.message_ids(queue_table TEXT)
RETURNS REGCLASS
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  ids REGCLASS := pg_catalog.pg_get_serial_sequence(queue_table, 'msg_id')::REGCLASS;
BEGIN
  IF ids IS NULL THEN
    -- On some projects an upgrade has replaced the identity by a default from a sequence that nothing owns.
    SELECT sequence.oid INTO ids
    FROM pg_catalog.pg_attribute AS id
    JOIN pg_catalog.pg_attrdef AS given ON given.adrelid = id.attrelid AND given.adnum = id.attnum
    JOIN pg_catalog.pg_depend AS needs
      ON needs.classid = 'pg_catalog.pg_attrdef'::REGCLASS
      AND needs.objid = given.oid
      AND needs.refclassid = 'pg_catalog.pg_class'::REGCLASS
    JOIN pg_catalog.pg_class AS sequence ON sequence.oid = needs.refobjid AND sequence.relkind = 'S'
    WHERE id.attrelid = queue_table::REGCLASS AND id.attname = 'msg_id';
  END IF;
  IF ids IS NULL THEN
    RAISE EXCEPTION '%: msg_id has neither an identity nor a default from a sequence', queue_table
      USING ERRCODE = 'object_not_in_prerequisite_state',
        HINT = format('ALTER TABLE %s ALTER COLUMN msg_id ADD GENERATED ALWAYS AS IDENTITY, beginning above the greatest msg_id.', queue_table);
  END IF;
  RETURN ids;
END;
$$;
COMMENT ON FUNCTION linernotes.message_ids(TEXT) IS
  'The sequence that a queue''s message ids come from: its identity''s, or that of the default of msg_id.';

CREATE OR REPLACE FUNCTION linernotes.enqueue(queue_name TEXT, bodies JSONB[])
RETURNS TABLE (ordinal INT, msg_id BIGINT, created BOOLEAN)
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  queue_table TEXT := linernotes.queue_table(queue_name);
  given_ordinal INT;
  made_id BIGINT;
  body JSONB;
  duplicate_ordinals INT[] := '{}'::INT[];
  duplicate_bodies JSONB[] := '{}'::JSONB[];
BEGIN
  FOR given_ordinal, made_id, body IN
    -- Ids are given in the order of the bodies, since the least id is delivered first. Rows are inserted in the order of
    -- the keys, so that two callers with the same keys can't deadlock.
    EXECUTE format(
      'WITH given AS MATERIALIZED (
         SELECT n::INT AS n, body, md5(nullif(body ->> ''_idempotencyKey'', '''')) AS key, nextval($2) AS msg_id
         FROM unnest($1) WITH ORDINALITY AS list (body, n)
       ), made AS (
         INSERT INTO %s (msg_id, vt, message) OVERRIDING SYSTEM VALUE
         SELECT msg_id, clock_timestamp(), body FROM given ORDER BY key, n
         ON CONFLICT DO NOTHING
         RETURNING msg_id
       )
       SELECT n, made.msg_id, body FROM given LEFT JOIN made USING (msg_id) ORDER BY key, n',
      queue_table
    )
    USING bodies, linernotes.message_ids(queue_table)
  LOOP
    IF made_id IS NULL THEN
      duplicate_ordinals := duplicate_ordinals || given_ordinal;
      duplicate_bodies := duplicate_bodies || body;
    ELSE
      ordinal := given_ordinal;
      msg_id := made_id;
      created := TRUE;
      RETURN NEXT;
    END IF;
  END LOOP;

  IF duplicate_ordinals <> '{}' THEN
    FOR given_ordinal, body, made_id IN
      SELECT given.n, given.body, known.msg_id
      FROM unnest(duplicate_ordinals, duplicate_bodies) WITH ORDINALITY AS given (n, body, ordinal)
      LEFT JOIN linernotes.find_duplicates(queue_table, duplicate_ordinals, duplicate_bodies) AS known USING (n)
      ORDER BY given.ordinal
    LOOP
      ordinal := given_ordinal;
      msg_id := made_id;
      created := FALSE;
      IF msg_id IS NULL THEN
        SELECT sent.msg_id, sent.created INTO msg_id, created
        FROM linernotes.find_or_send(queue_table, body) AS sent;
      END IF;
      RETURN NEXT;
    END LOOP;
  END IF;

  PERFORM linernotes.reopen_forced(queue_name, bodies);
END;
$$;
COMMENT ON FUNCTION linernotes.enqueue(TEXT, JSONB[]) IS
  'Enqueues a set of messages in one queue. For each body: ordinal (its number in the array), the message''s id, and created: FALSE if the queue held a message with its idempotency key, whose id this is.';

CREATE OR REPLACE FUNCTION public.pg_enqueue(queue_name TEXT, message_body JSONB)
RETURNS BIGINT
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  queue_table TEXT := linernotes.queue_table(queue_name);
  message_id BIGINT;
BEGIN
  PERFORM linernotes.check_present('message_body', message_body);
  IF jsonb_typeof(message_body) <> 'object' THEN
    PERFORM linernotes.reject('message_body', 'must be a JSON object');
  ELSIF jsonb_typeof(message_body -> '_idempotencyKey') NOT IN ('string', 'null') THEN
    PERFORM linernotes.reject('message_body', '_idempotencyKey must be text');
  ELSIF message_body ->> '_idempotencyKey' IS NOT NULL THEN
    PERFORM linernotes.check_text('message_body._idempotencyKey', message_body ->> '_idempotencyKey', 640);
  END IF;
  SELECT sent.msg_id INTO message_id FROM linernotes.find_or_send(queue_table, message_body) AS sent;
  PERFORM linernotes.reopen_forced(queue_name, ARRAY[message_body]);
  RETURN message_id;
END;
$$;
COMMENT ON FUNCTION public.pg_enqueue(TEXT, JSONB) IS
  'Puts a message into a queue and returns its id. If the queue holds a message with the body''s _idempotencyKey, it returns that one''s id and adds none. Wakes the queue''s worker at commit. Service role.';
