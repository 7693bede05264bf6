-- Processing locks: leases with an owner and a heartbeat, for external workers. The pipeline's own runs take none.

CREATE OR REPLACE FUNCTION linernotes.lock_is_stale(last_heartbeat TIMESTAMPTZ, ttl_seconds INT)
RETURNS BOOLEAN
LANGUAGE sql
VOLATILE
SET search_path = ''
AS $$
  SELECT last_heartbeat < clock_timestamp() - make_interval(secs => least(300, ttl_seconds));
$$;
COMMENT ON FUNCTION linernotes.lock_is_stale(TIMESTAMPTZ, INT) IS
  'A lock is stale when its heartbeat is older than 5 minutes or its own ttl, whichever is less.';

CREATE OR REPLACE FUNCTION linernotes.check_entity(p_entity_type TEXT, p_entity_id TEXT)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  PERFORM linernotes.check_text('p_entity_type', p_entity_type);
  PERFORM linernotes.check_text('p_entity_id', p_entity_id);
END;
$$;
COMMENT ON FUNCTION linernotes.check_entity(TEXT, TEXT) IS
  'Raises 22023 unless both parts of the entity''s key are there.';

CREATE OR REPLACE FUNCTION public.acquire_processing_lock(
  p_entity_type TEXT,
  p_entity_id TEXT,
  p_timeout_minutes INT DEFAULT 30,
  p_correlation_id TEXT DEFAULT NULL,
  p_worker_id TEXT DEFAULT NULL
)
RETURNS BOOLEAN
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  PERFORM linernotes.check_entity(p_entity_type, p_entity_id);
  PERFORM linernotes.check_range('p_timeout_minutes', p_timeout_minutes, 1, 525600);
  IF p_worker_id IS NOT NULL THEN
    PERFORM linernotes.check_text('p_worker_id', p_worker_id);
  END IF;

  -- One statement: whoever comes second waits for the first, and then sees a fresh heartbeat.
  INSERT INTO public.processing_locks AS held (
    entity_type, entity_id, worker_id, ttl_seconds, correlation_id, acquired_at, last_heartbeat
  )
  VALUES (
    p_entity_type, p_entity_id, coalesce(p_worker_id, gen_random_uuid()::TEXT), p_timeout_minutes * 60, p_correlation_id,
    clock_timestamp(), clock_timestamp()
  )
  ON CONFLICT (entity_type, entity_id) DO UPDATE
  SET worker_id = EXCLUDED.worker_id,
      ttl_seconds = EXCLUDED.ttl_seconds,
      correlation_id = EXCLUDED.correlation_id,
      acquired_at = EXCLUDED.acquired_at,
      last_heartbeat = EXCLUDED.last_heartbeat,
      metadata = '{}'
  WHERE linernotes.lock_is_stale(held.last_heartbeat, held.ttl_seconds);
  RETURN FOUND;
END;
$$;
COMMENT ON FUNCTION public.acquire_processing_lock(TEXT, TEXT, INT, TEXT, TEXT) IS
  'Takes the lock of an entity: of any number of callers exactly one gets TRUE. A stale lock (no heartbeat for 5 minutes or its own ttl) is taken over. p_worker_id: the name under which the owner sends heartbeats. Service role.';

CREATE OR REPLACE FUNCTION public.release_processing_lock(
  p_entity_type TEXT,
  p_entity_id TEXT,
  p_worker_id TEXT DEFAULT NULL
)
RETURNS BOOLEAN
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  PERFORM linernotes.check_entity(p_entity_type, p_entity_id);
  DELETE FROM public.processing_locks AS held
  WHERE held.entity_type = p_entity_type
    AND held.entity_id = p_entity_id
    AND (p_worker_id IS NULL OR held.worker_id = p_worker_id);
  RETURN FOUND;
END;
$$;
COMMENT ON FUNCTION public.release_processing_lock(TEXT, TEXT, TEXT) IS
  'Removes the lock of an entity, with p_worker_id only that worker''s own; FALSE where there is none. Service role.';

CREATE OR REPLACE FUNCTION public.update_lock_heartbeat(
  p_entity_type TEXT,
  p_entity_id TEXT,
  p_worker_id TEXT,
  p_correlation_id TEXT
)
RETURNS BOOLEAN
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  PERFORM linernotes.check_entity(p_entity_type, p_entity_id);
  PERFORM linernotes.check_text('p_worker_id', p_worker_id);
  UPDATE public.processing_locks AS held
  SET last_heartbeat = clock_timestamp()
  WHERE held.entity_type = p_entity_type
    AND held.entity_id = p_entity_id
    AND held.worker_id = p_worker_id
    AND (p_correlation_id IS NULL OR held.correlation_id = p_correlation_id);
  RETURN FOUND;
END;
$$;
COMMENT ON FUNCTION public.update_lock_heartbeat(TEXT, TEXT, TEXT, TEXT) IS
  'Keeps a lock from becoming stale; FALSE where the worker does not hold it. p_correlation_id may be NULL. Service role.';

CREATE OR REPLACE FUNCTION public.claim_stale_lock(
  p_entity_type TEXT,
  p_entity_id TEXT,
  p_new_worker_id TEXT,
  p_correlation_id TEXT
)
RETURNS BOOLEAN
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  PERFORM linernotes.check_entity(p_entity_type, p_entity_id);
  PERFORM linernotes.check_text('p_new_worker_id', p_new_worker_id);
  UPDATE public.processing_locks AS held
  SET worker_id = p_new_worker_id,
      correlation_id = coalesce(p_correlation_id, held.correlation_id),
      last_heartbeat = clock_timestamp(),
      metadata = coalesce(held.metadata, '{}') || jsonb_build_object(
        'lock_history',
        coalesce(held.metadata -> 'lock_history', '[]') || jsonb_build_object(
          'previous_worker', held.worker_id,
          'claimed_at', clock_timestamp(),
          'claimed_by', p_new_worker_id
        )
      )
  WHERE held.entity_type = p_entity_type
    AND held.entity_id = p_entity_id
    AND linernotes.lock_is_stale(held.last_heartbeat, held.ttl_seconds);
  RETURN FOUND;
END;
$$;
COMMENT ON FUNCTION public.claim_stale_lock(TEXT, TEXT, TEXT, TEXT) IS
  'Takes over the lock of a worker that failed: one of several claimers wins; the former owner is added to metadata.lock_history. p_correlation_id may be NULL. Service role.';

CREATE OR REPLACE FUNCTION public.force_release_entity_lock(p_entity_type TEXT, p_entity_id TEXT)
RETURNS BOOLEAN
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  PERFORM linernotes.check_entity(p_entity_type, p_entity_id);
  DELETE FROM public.processing_locks AS held
  WHERE held.entity_type = p_entity_type AND held.entity_id = p_entity_id;

  PERFORM linernotes.change_states(p_entity_type, jsonb_build_array(jsonb_build_object(
    'entity_id', status.entity_id,
    'state', 'PENDING',
    'note', jsonb_build_object(
      'forced_reset', jsonb_build_object('reset_at', now(), 'previous_state', status.state)
    )
  )))
  FROM public.processing_status AS status
  WHERE status.entity_type = p_entity_type AND status.entity_id = p_entity_id AND status.state = 'IN_PROGRESS';
  RETURN TRUE;
END;
$$;
COMMENT ON FUNCTION public.force_release_entity_lock(TEXT, TEXT) IS
  'Removes an entity''s lock whoever holds it, and makes its state PENDING if it was IN_PROGRESS. Always TRUE. Service role.';
