-- Places: how many runs of a worker there are at a time, and the lock that makes sure that no wake-up is lost.
--
-- The lock is an advisory one of the transaction, a pair (kind, queue). Whoever makes a message visible takes the
-- queue's lock in shared mode, and holds it until its commit; whoever takes or gives up a place takes it alone. So a
-- run that gives up its place either sees the message, or has given it up before the enqueuer counts the places: one
-- of the two always sees the other. Shared, because enqueuers need not wait for each other while all places are
-- taken. (Row locks of a table would do the same and write a page for each enqueue.)

CREATE OR REPLACE FUNCTION linernotes.lock_queue(queue_name TEXT)
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  SELECT pg_catalog.pg_advisory_xact_lock(hashtext('linernotes.queue'), hashtext(queue_name));
$$;
COMMENT ON FUNCTION linernotes.lock_queue(TEXT) IS
  'Alone, until the end of the transaction: for taking or giving up a place.';

CREATE OR REPLACE FUNCTION linernotes.lock_queue_shared(queue_name TEXT)
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  SELECT pg_catalog.pg_advisory_xact_lock_shared(hashtext('linernotes.queue'), hashtext(queue_name));
$$;
COMMENT ON FUNCTION linernotes.lock_queue_shared(TEXT) IS
  'Beside other enqueuers, until the end of the transaction: for looking whether a wake-up is needed.';

CREATE OR REPLACE FUNCTION linernotes.keep_place(queue_name TEXT, run_id UUID, lease_seconds NUMERIC)
RETURNS BOOLEAN
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  UPDATE linernotes.runs
  SET expires_at = clock_timestamp() + make_interval(secs => lease_seconds)
  WHERE runs.id = run_id
    AND runs.queue_name = keep_place.queue_name
    AND runs.state = 'running'
    AND runs.expires_at > clock_timestamp();
  RETURN FOUND;
END;
$$;
COMMENT ON FUNCTION linernotes.keep_place(TEXT, UUID, NUMERIC) IS
  'Refreshes the run''s place; FALSE if it holds none.';

-- Spin waits for Redis without limit, and a component that asks it can't stop waiting: a run that asks a Redis that hangs
-- is lost, with its place, until its lease ends. So after a run was lost, whatever it died of, the others do without
-- Redis for a while (all they lose is time), and then one at a time tries it.

CREATE OR REPLACE FUNCTION linernotes.doubt_redis()
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  INSERT INTO linernotes.redis_doubt (until)
  VALUES (clock_timestamp() + INTERVAL '10 minutes')
  ON CONFLICT (is_only) DO UPDATE SET until = excluded.until, tried_by = NULL;
$$;
COMMENT ON FUNCTION linernotes.doubt_redis() IS
  'A run was lost: the next ones leave Redis alone.';

CREATE OR REPLACE FUNCTION linernotes.may_ask_redis(run_id UUID, lease_seconds NUMERIC)
RETURNS BOOLEAN
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  doubt linernotes.redis_doubt;
BEGIN
  SELECT * INTO doubt FROM linernotes.redis_doubt;
  IF NOT FOUND OR doubt.tried_by = run_id THEN
    RETURN TRUE;
  END IF;
  IF run_id IS NULL OR doubt.until > clock_timestamp() THEN
    RETURN FALSE;
  END IF;
  UPDATE linernotes.redis_doubt AS known
  SET until = clock_timestamp() + make_interval(secs => lease_seconds::DOUBLE PRECISION), tried_by = run_id
  WHERE known.until = doubt.until;
  RETURN FOUND;
END;
$$;
COMMENT ON FUNCTION linernotes.may_ask_redis(UUID, NUMERIC) IS
  'Whether the run may use Redis: always, but for a while after a run was lost, and then only the one that tries it.';

CREATE OR REPLACE FUNCTION linernotes.take_place(queue_name TEXT, run_id UUID, lease_seconds NUMERIC)
RETURNS BOOLEAN
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  places INT;
  died INT;
  lease_end TIMESTAMPTZ := clock_timestamp() + make_interval(secs => lease_seconds);
BEGIN
  PERFORM linernotes.lock_queue(queue_name);
  WITH gone AS (
    -- A run that refreshes its place this moment holds its row and may want the lock: don't wait for it.
    DELETE FROM linernotes.runs
    WHERE runs.queue_name = take_place.queue_name AND runs.id IN (
      SELECT expired.id
      FROM linernotes.runs AS expired
      WHERE expired.queue_name = take_place.queue_name AND expired.expires_at <= clock_timestamp()
      FOR UPDATE SKIP LOCKED
    )
    RETURNING runs.state
  )
  SELECT count(*) INTO died FROM gone WHERE gone.state = 'running';
  IF died > 0 THEN
    PERFORM linernotes.doubt_redis();
    PERFORM linernotes.raise_issue(
      workers.function_name, 'run_died', format('%s of its runs ended without a word: died, or could not store what was done', died)
    )
    FROM linernotes.workers
    WHERE workers.queue_name = take_place.queue_name;
  END IF;

  SELECT registry.max_concurrency INTO places
  FROM public.queue_registry AS registry
  WHERE registry.queue_name = take_place.queue_name;

  IF run_id IS NULL THEN
    RETURN (
      SELECT count(*) FROM linernotes.runs WHERE runs.queue_name = take_place.queue_name AND runs.state = 'running'
    ) < coalesce(places, 1);
  END IF;

  -- Whoever comes first has answered the call: a call that finds no place later has nothing to do.
  UPDATE linernotes.runs
  SET id = run_id, state = 'running', started_at = clock_timestamp(), expires_at = lease_end
  WHERE runs.queue_name = take_place.queue_name AND runs.id = (
    SELECT called.id
    FROM linernotes.runs AS called
    WHERE called.queue_name = take_place.queue_name AND called.state = 'called'
    ORDER BY called.expires_at
    LIMIT 1
  );
  IF FOUND THEN
    RETURN TRUE;
  END IF;

  INSERT INTO linernotes.runs (id, queue_name, state, expires_at)
  SELECT run_id, take_place.queue_name, 'running', lease_end
  WHERE (
    SELECT count(*) FROM linernotes.runs WHERE runs.queue_name = take_place.queue_name
  ) < coalesce(places, 1);
  RETURN FOUND;
END;
$$;
COMMENT ON FUNCTION linernotes.take_place(TEXT, UUID, NUMERIC) IS
  'A place among the queue''s runs; FALSE if all are taken. Without a run id it only says whether one is free.';

CREATE OR REPLACE FUNCTION linernotes.leave_place(queue_name TEXT, run_id UUID)
RETURNS BOOLEAN
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  got_anywhere BOOLEAN;
BEGIN
  PERFORM linernotes.lock_queue(queue_name);
  DELETE FROM linernotes.runs
  WHERE runs.id = run_id AND runs.queue_name = leave_place.queue_name
  RETURNING runs.settled > 0 INTO got_anywhere;
  IF FOUND THEN
    -- Runs don't all die if one got anywhere; one that found nothing shows that only where no message is in the hands of
    -- another, which may be about to die of it.
    PERFORM linernotes.close_issues(workers.function_name, ARRAY['run_died'])
    FROM linernotes.workers
    JOIN public.worker_issues AS open
      ON open.worker_name = workers.function_name AND open.issue_type = 'run_died' AND open.resolved IS NOT TRUE
    WHERE workers.queue_name = leave_place.queue_name
      AND (got_anywhere OR (SELECT phases.in_progress FROM linernotes.queue_phases(leave_place.queue_name) AS phases) = 0);
  END IF;
  -- It came back from Redis.
  DELETE FROM linernotes.redis_doubt WHERE redis_doubt.tried_by = run_id;
  RETURN coalesce(got_anywhere, TRUE);
END;
$$;
COMMENT ON FUNCTION linernotes.leave_place(TEXT, UUID) IS
  'Gives up the run''s place; FALSE if the run could only give back what it took.';
