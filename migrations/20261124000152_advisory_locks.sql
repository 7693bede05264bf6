-- Session locks as Postgres has them, by a text key. They belong to the session that takes them: for SQL sessions. A
-- pooled API hands each call to another session, so workers outside use the processing locks instead, and the
-- pipeline's own runs are fenced.

CREATE OR REPLACE FUNCTION linernotes.advisory_key(p_key TEXT)
RETURNS BIGINT
LANGUAGE plpgsql
IMMUTABLE
SET search_path = ''
AS $$
BEGIN
  PERFORM linernotes.check_text('p_key', p_key, 10000);
  RETURN ('x' || md5(p_key))::BIT(64)::BIGINT;
END;
$$;
COMMENT ON FUNCTION linernotes.advisory_key(TEXT) IS
  'The 64-bit key of a text.';

CREATE OR REPLACE FUNCTION linernotes.advisory_holders(key BIGINT)
RETURNS TABLE (pid INT, is_shared BOOLEAN)
LANGUAGE sql
VOLATILE
SET search_path = ''
AS $$
  -- A 64-bit key shows as classid (its high half) and objid (its low half) with objsubid = 1.
  SELECT held.pid, held.mode = 'ShareLock'
  FROM pg_catalog.pg_locks AS held
  WHERE held.locktype = 'advisory'
    AND held.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
    AND held.classid = ((key >> 32) & 4294967295)::OID
    AND held.objid = (key & 4294967295)::OID
    AND held.objsubid = 1
    AND held.granted;
$$;
COMMENT ON FUNCTION linernotes.advisory_holders(BIGINT) IS
  'The sessions that hold the key in this database.';

CREATE OR REPLACE FUNCTION public.pg_try_advisory_lock(p_key TEXT)
RETURNS BOOLEAN
LANGUAGE sql
SECURITY DEFINER
SET search_path = ''
AS $$
  SELECT pg_catalog.pg_try_advisory_lock(linernotes.advisory_key(p_key));
$$;
COMMENT ON FUNCTION public.pg_try_advisory_lock(TEXT) IS
  'Takes a session lock at once or not at all. For SQL sessions: over a pooled API each call may be another session; use acquire_processing_lock there. Service role.';

CREATE OR REPLACE FUNCTION public.pg_advisory_lock_timeout(p_key TEXT, p_timeout_ms INTEGER)
RETURNS BOOLEAN
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  key BIGINT := linernotes.advisory_key(p_key);
  deadline TIMESTAMPTZ;
BEGIN
  PERFORM linernotes.check_range('p_timeout_ms', p_timeout_ms, 0, 3600000);
  deadline := clock_timestamp() + make_interval(secs => p_timeout_ms / 1000.0);
  WHILE NOT pg_catalog.pg_try_advisory_lock(key) LOOP
    IF clock_timestamp() >= deadline THEN
      RETURN FALSE;
    END IF;
    PERFORM pg_catalog.pg_sleep(0.01);
  END LOOP;
  RETURN TRUE;
END;
$$;
COMMENT ON FUNCTION public.pg_advisory_lock_timeout(TEXT, INTEGER) IS
  'Takes a session lock, waiting up to so many milliseconds. For SQL sessions: over a pooled API each call may be another session; use acquire_processing_lock there. Service role.';

CREATE OR REPLACE FUNCTION public.pg_advisory_unlock(p_key TEXT)
RETURNS BOOLEAN
LANGUAGE sql
SECURITY DEFINER
SET search_path = ''
AS $$
  SELECT pg_catalog.pg_advisory_unlock(linernotes.advisory_key(p_key));
$$;
COMMENT ON FUNCTION public.pg_advisory_unlock(TEXT) IS
  'Releases the lock once, if this session holds it; FALSE if it does not. For SQL sessions: over a pooled API each call may be another session. Service role.';

CREATE OR REPLACE FUNCTION public.pg_advisory_lock_exists(p_key TEXT)
RETURNS BOOLEAN
LANGUAGE sql
SECURITY DEFINER
SET search_path = ''
AS $$
  SELECT EXISTS (SELECT FROM linernotes.advisory_holders(linernotes.advisory_key(p_key)));
$$;
COMMENT ON FUNCTION public.pg_advisory_lock_exists(TEXT) IS
  'Whether any session holds the key''s lock in this database. For locks of SQL sessions. Service role.';

CREATE OR REPLACE FUNCTION public.pg_force_advisory_unlock_all(p_key TEXT)
RETURNS INTEGER
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  key BIGINT := linernotes.advisory_key(p_key);
  holder RECORD;
  holds INTEGER := 0;
BEGIN
  FOR holder IN SELECT * FROM linernotes.advisory_holders(key) LOOP
    IF holder.pid <> pg_catalog.pg_backend_pid() THEN
      holds := holds + pg_catalog.pg_terminate_backend(holder.pid)::INT;
      CONTINUE;
    END IF;
    -- A session may hold the lock several times, but pg_locks shows one row.
    LOOP
      EXIT WHEN NOT CASE
        WHEN holder.is_shared THEN pg_catalog.pg_advisory_unlock_shared(key)
        ELSE pg_catalog.pg_advisory_unlock(key)
      END;
      holds := holds + 1;
      EXIT WHEN NOT EXISTS (
        SELECT
        FROM linernotes.advisory_holders(key) AS left_over
        WHERE left_over.pid = holder.pid AND left_over.is_shared = holder.is_shared
      );
    END LOOP;
  END LOOP;
  RETURN holds;
END;
$$;
COMMENT ON FUNCTION public.pg_force_advisory_unlock_all(TEXT) IS
  'Releases all locks that this session has on the key, and ends the other sessions that hold it; returns how many locks there were. For locks of SQL sessions. Service role.';
