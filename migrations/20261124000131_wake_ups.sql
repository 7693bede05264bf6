-- Wake-ups: an enqueue calls the queue's worker through pg_net, which sends the call when the transaction commits. A
-- thousand enqueues cause a handful of calls: a call counts as a run for a few seconds, until its run has arrived, and
-- there are never more calls than the queue may have runs, or than there are batches of visible messages.

CREATE OR REPLACE FUNCTION linernotes.raise_call_issue(issue TEXT, problem TEXT)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  -- Two enqueues must not wait for each other because both write this row: only the one that gets the lock does.
  IF pg_catalog.pg_try_advisory_xact_lock(hashtext('linernotes.issue'), hashtext(issue))
    AND NOT EXISTS (
      SELECT
      FROM public.worker_issues AS open
      WHERE open.worker_name = 'database'
        AND open.issue_type = issue
        AND open.resolved IS NOT TRUE
        AND open.updated_at > clock_timestamp() - INTERVAL '1 minute'
    )
  THEN
    PERFORM linernotes.raise_issue('database', issue, problem);
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.raise_call_issue(TEXT, TEXT) IS
  'Opens or counts the issue of what keeps the database from calling functions, at most once a minute.';

CREATE OR REPLACE FUNCTION linernotes.close_call_issue(issue TEXT)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  IF EXISTS (
      SELECT
      FROM public.worker_issues AS open
      WHERE open.worker_name = 'database' AND open.issue_type = issue AND open.resolved IS NOT TRUE
    )
    AND pg_catalog.pg_try_advisory_xact_lock(hashtext('linernotes.issue'), hashtext(issue))
  THEN
    PERFORM linernotes.close_issues('database', ARRAY[issue]);
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.close_call_issue(TEXT) IS
  'Closes the issue that raise_call_issue opened.';

CREATE OR REPLACE FUNCTION linernotes.unsent_calls(url TEXT)
RETURNS INT
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  RETURN (
    SELECT count(*)
    -- The queue is other people's, too, and has no index: what is read of it has a bound.
    FROM (SELECT waiting.url FROM net.http_request_queue AS waiting LIMIT 10000) AS waiting
    WHERE waiting.url = unsent_calls.url
  );
EXCEPTION WHEN OTHERS THEN
  -- The table is pg_net's own; where it can't be read, nothing is known of it.
  RETURN 0;
END;
$$;
COMMENT ON FUNCTION linernotes.unsent_calls(TEXT) IS
  'How many calls of a function pg_net has not sent yet.';

CREATE OR REPLACE FUNCTION linernotes.trim_pasted(value TEXT)
RETURNS TEXT
LANGUAGE sql
IMMUTABLE
SET search_path = ''
AS $$
  -- Also what nobody sees: no-break spaces, a zero-width space, a byte order mark.
  SELECT btrim(value, E' \t\r\n\v\f\u00a0\u202f\u3000\u200b\ufeff');
$$;
COMMENT ON FUNCTION linernotes.trim_pasted(TEXT) IS
  'A value without the blanks around it: what is pasted into a dashboard often brings some.';

CREATE OR REPLACE FUNCTION linernotes.trace_parent(queue_name TEXT)
RETURNS TEXT
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  correlation TEXT;
BEGIN
  EXECUTE format(
    'SELECT message ->> ''_correlationId'' FROM %s WHERE vt <= $1 ORDER BY vt, msg_id LIMIT 1',
    linernotes.queue_table(queue_name)
  )
  INTO correlation
  USING clock_timestamp();
  RETURN '00-'
    -- A UUID has as many digits as a trace id. Of another one, which a client made, the hash is as good a number.
    || CASE
      WHEN correlation ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN replace(correlation, '-', '')
      ELSE md5(correlation)
    END
    || '-' || left(replace(gen_random_uuid()::TEXT, '-', ''), 16) || '-01';
END;
$$;
COMMENT ON FUNCTION linernotes.trace_parent(TEXT) IS
  'The header traceparent (W3C Trace Context) of a call for the message that has waited longest: the trace is that message''s discovery. NULL where none waits.';

-- Before they took a trace.
DROP FUNCTION IF EXISTS linernotes.call_function(TEXT, JSONB);
DROP FUNCTION IF EXISTS linernotes.post_to_function(TEXT, JSONB);

CREATE OR REPLACE FUNCTION linernotes.post_to_function(function_name TEXT, body JSONB DEFAULT '{}', trace TEXT DEFAULT NULL)
RETURNS BIGINT
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  -- A call that waits will do as well as one more: a worker takes all that is there.
  most_unsent CONSTANT INT := 5;
  base_url TEXT;
  bearer TEXT;
  url TEXT;
  missing TEXT;
  request_id BIGINT;
BEGIN
  SELECT
    linernotes.trim_pasted(max(entry.decrypted_secret) FILTER (WHERE entry.name = 'functions_url')),
    linernotes.trim_pasted(max(entry.decrypted_secret) FILTER (WHERE entry.name = 'function_secret'))
  INTO base_url, bearer
  FROM vault.decrypted_secrets AS entry
  WHERE entry.name IN ('functions_url', 'function_secret');

  missing := concat_ws(
    ' and ',
    CASE WHEN coalesce(base_url, '') = '' THEN 'functions_url' END,
    CASE WHEN coalesce(bearer, '') = '' THEN 'function_secret' END
  );
  IF missing <> '' THEN
    PERFORM linernotes.raise_call_issue('vault_entry_missing', format(
      'Vault has no entry %s, so the database can''t call the functions. Create it with vault.create_secret.', missing
    ));
    RETURN NULL;
  END IF;
  PERFORM linernotes.close_call_issue('vault_entry_missing');

  url := rtrim(base_url, '/') || '/' || function_name;
  IF linernotes.unsent_calls(url) >= most_unsent THEN
    PERFORM linernotes.raise_call_issue('calls_not_sent', format(
      'pg_net does not send: %s calls of %s wait already, so no more are made. SELECT net.worker_restart(), or restart the database.',
      most_unsent, function_name
    ));
    RETURN NULL;
  END IF;

  request_id := net.http_post(
    url := url,
    body := body,
    headers := jsonb_strip_nulls(jsonb_build_object(
      'Content-Type', 'application/json',
      -- While the secret is being changed the entry holds two; the first is the new one.
      'Authorization', 'Bearer ' || linernotes.trim_pasted(split_part(bearer, ',', 1)),
      -- Answer at once and work on after it: pg_net waits for the slowest answer of a batch.
      'Prefer', 'respond-async',
      'traceparent', trace
    )),
    timeout_milliseconds := 30000
  );
  PERFORM linernotes.close_call_issue('calls_not_sent');
  PERFORM linernotes.close_call_issue('function_call_failed');
  RETURN request_id;
END;
$$;
COMMENT ON FUNCTION linernotes.post_to_function(TEXT, JSONB, TEXT) IS
  'Asks pg_net to POST to a function after the commit, and returns the number of the request. Address and secret are read from Vault at each call, so that no job''s text holds them. trace becomes the header traceparent. NULL, and an open issue, if there are none, or if pg_net has not sent the calls of before.';

CREATE OR REPLACE FUNCTION linernotes.call_function(function_name TEXT, body JSONB DEFAULT '{}', trace TEXT DEFAULT NULL)
RETURNS BIGINT
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  RETURN CASE WHEN linernotes.may_call_functions() THEN linernotes.post_to_function(function_name, body, trace) END;
EXCEPTION WHEN OTHERS THEN
  -- An enqueue must not fail because its worker can't be called; cron calls it later.
  PERFORM linernotes.raise_call_issue('function_call_failed', format('%s can''t be called: %s', function_name, SQLERRM));
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION linernotes.call_function(TEXT, JSONB, TEXT) IS
  'Calls a function after the commit and returns the number of pg_net''s request. NULL, and an open issue, if it can''t be called, or if this database may be a copy of another one. NULL as well until the functions have said, after a start of the server, that they work for this database.';

CREATE OR REPLACE FUNCTION linernotes.calls_needed(queue_name TEXT, max_runs INT, batch_size INT)
RETURNS INT
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  called INT;
  running INT;
  visible INT;
BEGIN
  SELECT count(*) FILTER (WHERE runs.state = 'called'), count(*) FILTER (WHERE runs.state = 'running')
  INTO called, running
  FROM linernotes.runs
  WHERE runs.queue_name = calls_needed.queue_name AND runs.expires_at > clock_timestamp();
  IF called + running >= max_runs THEN
    RETURN 0;
  END IF;

  EXECUTE format(
    -- The time is a parameter, since an index can't be used for a function whose value changes during the query.
    'SELECT count(*) FROM (SELECT FROM %s WHERE vt <= $2 LIMIT $1) AS visible',
    linernotes.queue_table(queue_name)
  )
  INTO visible
  USING max_runs * batch_size, clock_timestamp();
  RETURN greatest(least(max_runs - called - running, ceil(visible::NUMERIC / batch_size)::INT - called), 0);
END;
$$;
COMMENT ON FUNCTION linernotes.calls_needed(TEXT, INT, INT) IS
  'How many more runs should be called for the visible messages: one for each batch, and in all at most max_runs.';

CREATE OR REPLACE FUNCTION linernotes.wake_up(
  queue_name TEXT,
  for_visible BOOLEAN DEFAULT TRUE,
  for_due_soon BOOLEAN DEFAULT FALSE
)
RETURNS INT
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  worker RECORD;
  calls INT;
  request BIGINT;
BEGIN
  SELECT
    workers.function_name,
    registry.max_concurrency AS max_runs,
    greatest(linernotes.setting_number('batch_size', workers.queue_name)::INT, 1) AS batch_size
  INTO worker
  FROM linernotes.workers
  JOIN public.queue_registry AS registry ON registry.queue_name = workers.queue_name
  WHERE workers.queue_name = wake_up.queue_name AND registry.active;
  IF NOT FOUND OR NOT linernotes.setting_boolean('wake_ups_enabled') THEN
    RETURN 0;
  ELSIF NOT linernotes.queue_exists(queue_name) THEN
    -- Dropped, by the transaction itself after it sent messages, or by a restore.
    RETURN 0;
  END IF;

  IF linernotes.closed_until(queue_name) IS NOT NULL THEN
    -- The queue's provider is down. One run is enough to wait for the next probe.
    for_visible := FALSE;
    for_due_soon := TRUE;
  END IF;
  -- Lock first. The count is a statement of its own after that, so it sees all that was committed before the lock was
  -- granted.
  PERFORM linernotes.lock_queue_shared(queue_name);
  calls := CASE WHEN for_visible THEN linernotes.calls_needed(queue_name, worker.max_runs, worker.batch_size) ELSE 0 END;
  IF calls = 0 AND for_due_soon AND NOT EXISTS (
    SELECT FROM linernotes.runs WHERE runs.queue_name = wake_up.queue_name AND runs.expires_at > clock_timestamp()
  ) AND (linernotes.next_due(queue_name) > 0 OR linernotes.has_overdue_retry(queue_name)) THEN
    calls := 1;
  ELSIF current_setting('transaction_isolation') <> 'read committed' THEN
    -- At this isolation level the count shows the past, maybe a run that has ended since. One call too many is better
    -- than none.
    calls := greatest(calls, 1);
  ELSIF calls > 0 THEN
    -- Count again, one transaction at a time, so that two don't call for the same messages.
    PERFORM pg_catalog.pg_advisory_xact_lock(hashtext('linernotes.caller'), hashtext(queue_name));
    calls := linernotes.calls_needed(queue_name, worker.max_runs, worker.batch_size);
  END IF;

  FOR made IN 1..calls LOOP
    request := linernotes.call_function(worker.function_name, trace => linernotes.trace_parent(queue_name));
    IF request IS NULL THEN
      RETURN made - 1;
    END IF;
    INSERT INTO linernotes.runs (id, queue_name, state, request_id, expires_at)
    VALUES (
      gen_random_uuid(), wake_up.queue_name, 'called', request,
      clock_timestamp() + make_interval(secs => linernotes.setting_number('wake_up_grace_seconds'))
    );
  END LOOP;
  RETURN calls;
END;
$$;
COMMENT ON FUNCTION linernotes.wake_up(TEXT, BOOLEAN, BOOLEAN) IS
  'Calls the queue''s worker, after the commit, as often as calls_needed says; returns how often. for_due_soon: if there is no run, one call is made for a retry that falls due within a run''s time budget, and the run waits for it, or that has fallen due.';

CREATE OR REPLACE FUNCTION linernotes.wake_all()
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  woken TEXT;
BEGIN
  -- In the order of the flow, as locks are taken everywhere.
  FOR woken IN SELECT workers.queue_name FROM linernotes.workers ORDER BY workers.position LOOP
    PERFORM linernotes.wake_up(woken);
  END LOOP;
END;
$$;
COMMENT ON FUNCTION linernotes.wake_all() IS
  'Wakes every worker that has visible messages: for those that were sent while nobody could be called.';

CREATE OR REPLACE FUNCTION linernotes.first_wake_up(queue_name TEXT)
RETURNS BOOLEAN
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  marked TEXT := coalesce(current_setting('linernotes.wake_ups', TRUE), '');
BEGIN
  IF position(E'\n' || queue_name || E'\n' IN marked) > 0 THEN
    RETURN FALSE;
  END IF;
  -- The mark is local to the transaction: a savepoint that is rolled back removes the mark and the pending wake-up.
  PERFORM set_config('linernotes.wake_ups', marked || E'\n' || queue_name || E'\n', TRUE);
  RETURN TRUE;
END;
$$;
COMMENT ON FUNCTION linernotes.first_wake_up(TEXT) IS
  'Marks the queue in this transaction; TRUE the first time. The condition of the queues'' trigger does the same (prepare_queue), so that ten thousand rows cause one pending wake-up.';

-- A wake-up waits for the commit as the deferred event of a row in this table. An event of the queue's own table would
-- do, but a transaction with such an event can't alter, truncate or drop the table any more, and seeds and tests of
-- other people do that.
CREATE UNLOGGED TABLE IF NOT EXISTS linernotes.pending_wake_ups (
  queue_name TEXT NOT NULL
);
COMMENT ON TABLE linernotes.pending_wake_ups IS
  'Queues that got visible messages in a transaction that has not ended yet; empty for everybody else. A row is deleted in the transaction that made it.';

CREATE OR REPLACE FUNCTION linernotes.request_wake_up()
RETURNS TRIGGER
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  INSERT INTO linernotes.pending_wake_ups (queue_name) VALUES (TG_ARGV[0]);
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION linernotes.request_wake_up() IS
  'Trigger of the queue tables: the queue got a visible message, so its worker is to be woken when the transaction commits.';

CREATE OR REPLACE FUNCTION linernotes.wake_on_commit()
RETURNS TRIGGER
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  marked TEXT := coalesce(current_setting('linernotes.wake_ups', TRUE), '');
  woken TEXT;
BEGIN
  -- By its place: no index has to be kept, and nothing else is read.
  DELETE FROM linernotes.pending_wake_ups AS pending WHERE pending.ctid = NEW.ctid;
  IF position(E'\n' || NEW.queue_name || E'\n' IN marked) = 0 THEN
    RETURN NULL;
  END IF;
  PERFORM set_config('linernotes.wake_ups', '', TRUE);
  -- All queues of the transaction, in the order of the flow, whatever the order of the enqueues: otherwise two
  -- transactions could wait for each other's locks.
  FOR woken IN
    SELECT workers.queue_name
    FROM linernotes.workers
    WHERE position(E'\n' || workers.queue_name || E'\n' IN marked) > 0
    ORDER BY workers.position
  LOOP
    PERFORM linernotes.wake_up(woken);
  END LOOP;
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION linernotes.wake_on_commit() IS
  'Deferred constraint trigger of pending_wake_ups: when the transaction commits, wakes the workers of the queues that got visible messages.';

DO $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_catalog.pg_trigger AS known
    WHERE known.tgrelid = 'linernotes.pending_wake_ups'::REGCLASS AND known.tgname = 'wake_on_commit'
  ) THEN
    CREATE CONSTRAINT TRIGGER wake_on_commit AFTER INSERT ON linernotes.pending_wake_ups
      DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION linernotes.wake_on_commit();
  END IF;
END;
$$;

CREATE OR REPLACE FUNCTION linernotes.end_run(queue_name TEXT, run_id UUID)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  -- A run without progress gave back all its messages (a provider is off, or a time budget too small), and a successor
  -- that is called at once would do the same, again and again. Cron tries later. Retries that fall due are not affected,
  -- nor those that did before the run's end.
  PERFORM linernotes.wake_up(
    queue_name, for_visible => linernotes.release_run(queue_name, run_id), for_due_soon => TRUE
  );
END;
$$;
COMMENT ON FUNCTION linernotes.end_run(TEXT, UUID) IS
  'Releases the run; another one is called, in the same transaction, for messages that are visible or fall due soon.';
