-- States of entities: PENDING → IN_PROGRESS → COMPLETED, FAILED or back to PENDING; COMPLETED or FAILED → PENDING when
-- the entity is asked for again. Every transition is made here, for a set of entities at once; all others are refused.

CREATE OR REPLACE FUNCTION linernotes.state_may_become(present TEXT, next TEXT)
RETURNS BOOLEAN
LANGUAGE plpgsql
IMMUTABLE
SET search_path = ''
AS $$
BEGIN
  RETURN present = next OR (present, next) IN (
    ('PENDING', 'IN_PROGRESS'),
    ('IN_PROGRESS', 'COMPLETED'),
    ('IN_PROGRESS', 'FAILED'),
    ('IN_PROGRESS', 'PENDING'),
    ('COMPLETED', 'PENDING'),
    ('FAILED', 'PENDING')
  );
END;
$$;
COMMENT ON FUNCTION linernotes.state_may_become(TEXT, TEXT) IS
  'Whether processing_status.state may change from one state to the other; staying the same is allowed.';

CREATE OR REPLACE FUNCTION linernotes.message_entity(message_id BIGINT, body JSONB)
RETURNS TEXT
LANGUAGE plpgsql
IMMUTABLE
SET search_path = ''
AS $$
BEGIN
  RETURN CASE
    WHEN coalesce(body ->> '_idempotencyKey', '') = '' THEN 'msg:' || message_id
    -- An index entry has its limit; only a message that was not enqueued by our functions has such a key.
    WHEN length(body ->> '_idempotencyKey') > 640 THEN 'md5:' || md5(body ->> '_idempotencyKey')
    ELSE body ->> '_idempotencyKey'
  END;
END;
$$;
COMMENT ON FUNCTION linernotes.message_entity(BIGINT, JSONB) IS
  'processing_status.entity_id of a message: its idempotency key, or msg:<id>.';

CREATE OR REPLACE FUNCTION linernotes.with_failed_attempt(known JSONB, failed JSONB)
RETURNS JSONB
LANGUAGE plpgsql
IMMUTABLE
SET search_path = ''
AS $$
DECLARE
  last_one JSONB := known -> -1;
BEGIN
  IF failed IS NULL THEN
    RETURN known;
  ELSIF failed -> 'counts' = 'false' AND last_one -> 'counts' = 'false' AND last_one -> 'attempt' = failed -> 'attempt' THEN
    -- A message that waits for a provider comes back again and again, which must not push out what it failed of before.
    failed := failed || jsonb_build_object('times', coalesce((last_one ->> 'times')::INT, 1) + 1);
    known := known - -1;
  END IF;
  known := coalesce(known, '[]') || failed;
  IF jsonb_array_length(known) > 10 THEN
    known := known - 0;
  END IF;
  RETURN known;
END;
$$;
COMMENT ON FUNCTION linernotes.with_failed_attempt(JSONB, JSONB) IS
  'A list of failed attempts with one more, at most ten; such as do not count and follow each other are one.';

CREATE OR REPLACE FUNCTION linernotes.change_states(changed_type TEXT, changes JSONB)
RETURNS TABLE (entity_id TEXT, attempts INT, completed BOOLEAN)
LANGUAGE plpgsql
SET search_path = ''
AS $$
#variable_conflict use_column
BEGIN
  -- In key order, so that two batches never wait for each other in a circle.
  INSERT INTO public.processing_status (entity_type, entity_id, state)
  SELECT changed_type, change.entity_id, 'PENDING'
  FROM jsonb_to_recordset(changes) AS change (entity_id TEXT)
  WHERE NOT EXISTS (
    SELECT FROM public.processing_status AS known
    WHERE known.entity_type = changed_type AND known.entity_id = change.entity_id
  )
  ORDER BY change.entity_id
  ON CONFLICT (entity_type, entity_id) DO NOTHING;

  RETURN QUERY
  UPDATE public.processing_status AS present
  SET state = change.state,
      attempts = CASE
        WHEN change.fresh THEN 0
        ELSE greatest(coalesce(present.attempts, 0), 0)
      END + coalesce(change.attempts_by, 0),
      last_processed_at = CASE WHEN change.state = 'PENDING' THEN present.last_processed_at ELSE now() END,
      last_error = CASE
        WHEN change.fresh OR change.state = 'COMPLETED' THEN NULL
        ELSE coalesce(change.error, present.last_error)
      END,
      failed_attempts = CASE
        WHEN change.fresh OR change.state = 'COMPLETED' THEN NULL
        ELSE linernotes.with_failed_attempt(present.failed_attempts, change.failed_attempt)
      END,
      next_attempt_at = change.next_attempt_at,
      dead_lettered = coalesce(change.dead_lettered, FALSE),
      metadata = (coalesce(present.metadata, '{}') || coalesce(change.note, '{}'))
        - (CASE WHEN change.forced OR change.state = 'FAILED' THEN 'completed_at' ELSE '' END)
        || (CASE WHEN change.state = 'COMPLETED' THEN jsonb_build_object('completed_at', now()) ELSE '{}' END)
  FROM jsonb_to_recordset(changes) AS change (
    entity_id TEXT, state TEXT, attempts_by INT, fresh BOOLEAN, forced BOOLEAN, error TEXT, failed_attempt JSONB,
    next_attempt_at TIMESTAMPTZ, dead_lettered BOOLEAN, note JSONB
  )
  WHERE present.entity_type = changed_type
    AND present.entity_id = change.entity_id
    AND linernotes.state_may_become(present.state, change.state)
  RETURNING present.entity_id, present.attempts, present.metadata ? 'completed_at';
END;
$$;
COMMENT ON FUNCTION linernotes.change_states(TEXT, JSONB) IS
  'The one place that changes processing_status.state. changes: [{entity_id, state, attempts_by, fresh (a new message: attempts start again), forced (what was done before does not count), error, failed_attempt (one more for the list), next_attempt_at, dead_lettered, note (into metadata)}]. Returns the entities that were changed; one whose transition is not allowed is left as it is and not returned.';

CREATE OR REPLACE FUNCTION linernotes.change_delivered_states(changed_type TEXT, changes JSONB)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  refused JSONB;
  earlier_steps JSONB;
BEGIN
  WITH changed AS MATERIALIZED (
    SELECT entity_id FROM linernotes.change_states(changed_type, changes)
  )
  SELECT jsonb_agg(change) INTO refused
  FROM jsonb_array_elements(changes) AS change
  WHERE change ->> 'entity_id' NOT IN (SELECT entity_id FROM changed);
  IF refused IS NULL THEN
    RETURN;
  END IF;

  -- Somebody reset the entity while its message was worked on. It was IN_PROGRESS before, so these two steps are repeated
  -- for it before the change that was refused.
  SELECT jsonb_agg(jsonb_build_object('entity_id', change -> 'entity_id', 'state', 'PENDING')) INTO earlier_steps
  FROM jsonb_array_elements(refused) AS change;
  PERFORM linernotes.change_states(changed_type, earlier_steps);
  SELECT jsonb_agg(change || '{"state": "IN_PROGRESS"}') INTO earlier_steps
  FROM jsonb_array_elements(earlier_steps) AS change;
  PERFORM linernotes.change_states(changed_type, earlier_steps);
  PERFORM linernotes.change_states(changed_type, refused);
END;
$$;
COMMENT ON FUNCTION linernotes.change_delivered_states(TEXT, JSONB) IS
  'change_states for entities whose message was delivered and is now done, failed or given back. It also works if a monitor reset the entity meanwhile.';
