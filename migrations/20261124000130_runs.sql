-- Runs of the workers: at most queue_registry.max_concurrency of a queue at a time, each with a lease. A run that died
-- does not renew its lease, so its row expires and another run may start.
--
-- The queue's lock makes sure that no wake-up is lost. It is an advisory lock of the transaction, a pair (kind, queue).
-- Whoever makes a message visible holds it in shared mode until the commit; whoever acquires or releases a run holds it
-- exclusively. So a run that ends either sees the new message, or has ended before the enqueuer counts the runs: one of
-- the two always sees the other. The mode is shared because enqueuers need not wait for each other. (Row locks of a
-- table would do the same and write a page for each enqueue.)

CREATE OR REPLACE FUNCTION linernotes.lock_queue(queue_name TEXT)
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  SELECT pg_catalog.pg_advisory_xact_lock(hashtext('linernotes.queue'), hashtext(queue_name));
$$;
COMMENT ON FUNCTION linernotes.lock_queue(TEXT) IS
  'Takes the queue''s lock exclusively until the end of the transaction: for acquiring or releasing a run.';

CREATE OR REPLACE FUNCTION linernotes.lock_queue_shared(queue_name TEXT)
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  SELECT pg_catalog.pg_advisory_xact_lock_shared(hashtext('linernotes.queue'), hashtext(queue_name));
$$;
COMMENT ON FUNCTION linernotes.lock_queue_shared(TEXT) IS
  'Takes the queue''s lock in shared mode until the end of the transaction: for finding out whether a wake-up is needed.';

CREATE OR REPLACE FUNCTION linernotes.renew_run(queue_name TEXT, run_id UUID, lease_seconds NUMERIC)
RETURNS BOOLEAN
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  UPDATE linernotes.runs
  SET expires_at = clock_timestamp() + make_interval(secs => lease_seconds)
  WHERE runs.id = run_id
    AND runs.queue_name = renew_run.queue_name
    AND runs.state = 'running'
    AND runs.expires_at > clock_timestamp();
  RETURN FOUND;
END;
$$;
COMMENT ON FUNCTION linernotes.renew_run(TEXT, UUID, NUMERIC) IS
  'Extends the run''s lease; FALSE if the run has none.';

-- Spin waits for Redis without limit, and a component that waits for it can't be interrupted. So a run that asks a Redis
-- that hangs is lost until its lease ends. Because of that, after any run was lost the others do without Redis for ten
-- minutes, which costs them time and nothing else; then one run at a time tries it.

CREATE OR REPLACE FUNCTION linernotes.quarantine_redis()
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  INSERT INTO linernotes.redis_quarantine (until)
  VALUES (clock_timestamp() + INTERVAL '10 minutes')
  ON CONFLICT (is_only) DO UPDATE SET until = excluded.until, tried_by = NULL;
$$;
COMMENT ON FUNCTION linernotes.quarantine_redis() IS
  'Keeps runs from using Redis for ten minutes, because a run was lost.';

CREATE OR REPLACE FUNCTION linernotes.may_use_redis(run_id UUID, lease_seconds NUMERIC)
RETURNS BOOLEAN
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  quarantine linernotes.redis_quarantine;
BEGIN
  SELECT * INTO quarantine FROM linernotes.redis_quarantine;
  IF NOT FOUND OR quarantine.tried_by = run_id THEN
    RETURN TRUE;
  END IF;
  IF run_id IS NULL OR quarantine.until > clock_timestamp() THEN
    RETURN FALSE;
  END IF;
  UPDATE linernotes.redis_quarantine AS known
  SET until = clock_timestamp() + make_interval(secs => lease_seconds::DOUBLE PRECISION), tried_by = run_id
  WHERE known.until = quarantine.until;
  RETURN FOUND;
END;
$$;
COMMENT ON FUNCTION linernotes.may_use_redis(UUID, NUMERIC) IS
  'Whether the run may use Redis: yes, unless Redis is in quarantine. After the quarantine only the one run that tries it.';

CREATE OR REPLACE FUNCTION linernotes.acquire_run(queue_name TEXT, run_id UUID, lease_seconds NUMERIC)
RETURNS BOOLEAN
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  max_runs INT;
  died INT;
  lease_end TIMESTAMPTZ := clock_timestamp() + make_interval(secs => lease_seconds);
BEGIN
  PERFORM linernotes.lock_queue(queue_name);
  WITH gone AS (
    -- A run that renews its lease this moment holds its row and may want the lock: don't wait for it.
    DELETE FROM linernotes.runs
    WHERE runs.queue_name = acquire_run.queue_name AND runs.id IN (
      SELECT expired.id
      FROM linernotes.runs AS expired
      WHERE expired.queue_name = acquire_run.queue_name AND expired.expires_at <= clock_timestamp()
      FOR UPDATE SKIP LOCKED
    )
    RETURNING runs.state
  )
  SELECT count(*) INTO died FROM gone WHERE gone.state = 'running';
  IF died > 0 THEN
    PERFORM linernotes.quarantine_redis();
    PERFORM linernotes.raise_issue(
      workers.function_name, 'run_died', format('%s of its runs ended without a word: died, or could not store what was done', died)
    )
    FROM linernotes.workers
    WHERE workers.queue_name = acquire_run.queue_name;
  END IF;

  SELECT registry.max_concurrency INTO max_runs
  FROM public.queue_registry AS registry
  WHERE registry.queue_name = acquire_run.queue_name;

  IF run_id IS NULL THEN
    RETURN (
      SELECT count(*) FROM linernotes.runs WHERE runs.queue_name = acquire_run.queue_name AND runs.state = 'running'
    ) < coalesce(max_runs, 1);
  END IF;

  -- A run takes the row of a call, whether or not that call started it: the call is answered. A worker that a later
  -- call starts finds the runs complete and has nothing to do.
  UPDATE linernotes.runs
  SET id = run_id, state = 'running', started_at = clock_timestamp(), expires_at = lease_end
  WHERE runs.queue_name = acquire_run.queue_name AND runs.id = (
    SELECT called.id
    FROM linernotes.runs AS called
    WHERE called.queue_name = acquire_run.queue_name AND called.state = 'called'
    ORDER BY called.expires_at
    LIMIT 1
  );
  IF FOUND THEN
    RETURN TRUE;
  END IF;

  INSERT INTO linernotes.runs (id, queue_name, state, expires_at)
  SELECT run_id, acquire_run.queue_name, 'running', lease_end
  WHERE (
    SELECT count(*) FROM linernotes.runs WHERE runs.queue_name = acquire_run.queue_name
  ) < coalesce(max_runs, 1);
  RETURN FOUND;
END;
$$;
COMMENT ON FUNCTION linernotes.acquire_run(TEXT, UUID, NUMERIC) IS
  'Gives the run a lease; FALSE if the queue has as many runs as it may. Without a run id it only says whether one more may start.';

CREATE OR REPLACE FUNCTION linernotes.release_run(queue_name TEXT, run_id UUID)
RETURNS BOOLEAN
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  made_progress BOOLEAN;
BEGIN
  PERFORM linernotes.lock_queue(queue_name);
  DELETE FROM linernotes.runs
  WHERE runs.id = run_id AND runs.queue_name = release_run.queue_name
  RETURNING runs.progress > 0 INTO made_progress;
  IF FOUND THEN
    -- A worker works again once a run of it made progress. An empty run proves that only if no message is leased to
    -- another run, which may be about to die of it.
    PERFORM linernotes.close_issues(workers.function_name, ARRAY['run_died', 'worker_failed'])
    FROM linernotes.workers
    JOIN public.worker_issues AS open
      ON open.worker_name = workers.function_name AND open.issue_type IN ('run_died', 'worker_failed')
        AND open.resolved IS NOT TRUE
    WHERE workers.queue_name = release_run.queue_name
      AND (made_progress OR (SELECT phases.in_progress FROM linernotes.queue_phases(release_run.queue_name) AS phases) = 0);
  END IF;
  -- The run that tried Redis has ended by itself, so Redis answered it.
  DELETE FROM linernotes.redis_quarantine WHERE redis_quarantine.tried_by = run_id;
  RETURN coalesce(made_progress, TRUE);
END;
$$;
COMMENT ON FUNCTION linernotes.release_run(TEXT, UUID) IS
  'Ends the run''s lease; FALSE if the run made no progress, because it gave back all that it took.';
