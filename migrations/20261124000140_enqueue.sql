-- The one place that puts messages into a queue and knows idempotency keys.

CREATE OR REPLACE FUNCTION linernotes.message_key(queue_name TEXT, body JSONB)
RETURNS TEXT
LANGUAGE sql
IMMUTABLE
SET search_path = ''
AS $$
  SELECT CASE queue_name
    WHEN 'artist_discovery' THEN coalesce(
      'artist:spotify:' || nullif(body ->> 'spotifyId', ''),
      'artist:name:' || lower(linernotes.one_line(body ->> 'artistName') COLLATE "und-x-icu")
    )
    WHEN 'album_discovery' THEN
      'artist:' || (body ->> 'artistId') || ':albums:offset:' || coalesce(body ->> 'offset', '0')
    WHEN 'track_discovery' THEN 'album:' || (body ->> 'albumId') || ':tracks'
    -- What a run leaves for a later one (sources that are still pending) must not meet the message that it came from, which
    -- may itself be such a rest. It never owes the same as that one: that would be a retry.
    WHEN 'producer_identification' THEN
      'album:' || (body ->> 'albumId') || ':credits' || coalesce(':rest:' || md5(coalesce(body -> 'pending', body -> 'owed')::TEXT), '')
    WHEN 'social_enrichment' THEN
      'producer:' || (body ->> 'producerId') || ':profile'
        || coalesce(':' || nullif(translate(body ->> 'sources', '[]" ', ''), ''), '')
  END;
$$;
COMMENT ON FUNCTION linernotes.message_key(TEXT, JSONB) IS
  'The idempotency key of a message of the pipeline; the same for an artist''s name in any case and white space.';

CREATE OR REPLACE FUNCTION linernotes.meet_or_send(queue_table TEXT, body JSONB)
RETURNS TABLE (msg_id BIGINT, created BOOLEAN)
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  key UUID := md5(nullif(body ->> '_idempotencyKey', ''))::UUID;
  met_body JSONB;
BEGIN
  -- The key's message may go at any moment, and another caller's may come: either way the next look finds out.
  FOR look IN 1..100 LOOP
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
    INTO msg_id, met_body
    USING key;
    IF msg_id IS NOT NULL THEN
      IF body -> 'force' = 'true' AND met_body -> 'force' IS DISTINCT FROM 'true' THEN
        EXECUTE format(
          'UPDATE %s SET message = message || ''{"force": true}'' WHERE msg_id = $1', queue_table
        )
        USING msg_id;
      END IF;
      INSERT INTO linernotes.discovery_joins (correlation_id, joined_id)
      SELECT body ->> '_correlationId', met_body ->> '_correlationId'
      WHERE body ->> '_correlationId' <> met_body ->> '_correlationId'
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
COMMENT ON FUNCTION linernotes.meet_or_send(TEXT, JSONB) IS
  'The message that has the body''s idempotency key, or a new one. A forced request that meets an unforced message forces it.';

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
  'Makes the finished entities of forced messages PENDING, and forgets that they were completed.';

CREATE OR REPLACE FUNCTION linernotes.meet(queue_table TEXT, places INT[], bodies JSONB[])
RETURNS TABLE (n INT, msg_id BIGINT)
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  -- Not RETURN QUERY EXECUTE: the linter sees the columns only so.
  FOR n, msg_id IN EXECUTE format(
    'WITH met AS MATERIALIZED (
       SELECT given.n, queued.msg_id, given.body ->> ''_correlationId'' AS correlation_id,
         queued.message ->> ''_correlationId'' AS met_correlation_id
       FROM unnest($1, $2) AS given (n, body)
       JOIN %s AS queued
         ON md5(nullif(queued.message ->> ''_idempotencyKey'', ''''))::UUID
           = md5(nullif(given.body ->> ''_idempotencyKey'', ''''))::UUID
       -- One that is to force what it meets changes it: that is done one by one, in key order.
       WHERE given.body -> ''force'' IS DISTINCT FROM ''true''
     ), joined AS (
       INSERT INTO linernotes.discovery_joins (correlation_id, joined_id)
       SELECT DISTINCT correlation_id, met_correlation_id
       FROM met
       WHERE correlation_id <> met_correlation_id
       ORDER BY correlation_id, met_correlation_id
       ON CONFLICT DO NOTHING
     )
     SELECT n, msg_id FROM met',
    queue_table
  )
  USING places, bodies
  LOOP
    RETURN NEXT;
  END LOOP;
END;
$$;
COMMENT ON FUNCTION linernotes.meet(TEXT, INT[], JSONB[]) IS
  'The messages that have the idempotency keys of these bodies already, for those of them that do not force; n: place of the body.';

CREATE OR REPLACE FUNCTION linernotes.enqueue(queue_name TEXT, bodies JSONB[])
RETURNS TABLE (ordinal INT, msg_id BIGINT, created BOOLEAN)
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  queue_table TEXT := linernotes.queue_table(queue_name);
  given_n INT;
  made_id BIGINT;
  body JSONB;
  unmade_places INT[] := '{}'::INT[];
  unmade_bodies JSONB[] := '{}'::JSONB[];
BEGIN
  FOR given_n, made_id, body IN
    -- Ids in the given order (the oldest is delivered first), rows in key order (two callers with the same keys
    -- never wait for each other in a circle).
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
    USING bodies, pg_catalog.pg_get_serial_sequence(queue_table, 'msg_id')::REGCLASS
  LOOP
    IF made_id IS NULL THEN
      unmade_places := unmade_places || given_n;
      unmade_bodies := unmade_bodies || body;
    ELSE
      ordinal := given_n;
      msg_id := made_id;
      created := TRUE;
      RETURN NEXT;
    END IF;
  END LOOP;

  IF unmade_places <> '{}' THEN
    FOR given_n, body, made_id IN
      SELECT unmade.n, unmade.body, met.msg_id
      FROM unnest(unmade_places, unmade_bodies) WITH ORDINALITY AS unmade (n, body, place)
      LEFT JOIN linernotes.meet(queue_table, unmade_places, unmade_bodies) AS met USING (n)
      ORDER BY unmade.place
    LOOP
      ordinal := given_n;
      msg_id := made_id;
      created := FALSE;
      IF msg_id IS NULL THEN
        SELECT sent.msg_id, sent.created INTO msg_id, created
        FROM linernotes.meet_or_send(queue_table, body) AS sent;
      END IF;
      RETURN NEXT;
    END LOOP;
  END IF;

  PERFORM linernotes.reopen_forced(queue_name, bodies);
END;
$$;
COMMENT ON FUNCTION linernotes.enqueue(TEXT, JSONB[]) IS
  'The one place that enqueues: a set of messages for one queue; for each its id, and whether it was made now or was there with the same idempotency key.';

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
  SELECT sent.msg_id INTO message_id FROM linernotes.meet_or_send(queue_table, message_body) AS sent;
  PERFORM linernotes.reopen_forced(queue_name, ARRAY[message_body]);
  RETURN message_id;
END;
$$;
COMMENT ON FUNCTION public.pg_enqueue(TEXT, JSONB) IS
  'Puts a message into a queue and returns its id. With _idempotencyKey in the body: where the queue holds a message with that key, that one''s id, and no second message. Wakes the queue''s worker at commit. Service role.';
