-- An enqueue wakes its worker: pg_net sends what was asked of it in a transaction when that commits. A thousand
-- enqueues cause a handful of calls, since calls that have not arrived yet count as runs for a few seconds, and no
-- more are made than there are places and batches of visible messages.

CREATE OR REPLACE FUNCTION linernotes.note_call_trouble(issue TEXT, problem TEXT)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  -- An enqueue must not wait for another one that notes the same; who comes second leaves it.
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
COMMENT ON FUNCTION linernotes.note_call_trouble(TEXT, TEXT) IS
  'One worker_issues row for what keeps the database from calling functions, counted at most once a minute.';

CREATE OR REPLACE FUNCTION linernotes.note_call_success(issue TEXT)
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
COMMENT ON FUNCTION linernotes.note_call_success(TEXT) IS
  'Closes what note_call_trouble opened.';

CREATE OR REPLACE FUNCTION linernotes.call_function(function_name TEXT, body JSONB DEFAULT '{}')
RETURNS BIGINT
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  base_url TEXT;
  bearer TEXT;
  missing TEXT;
  request_id BIGINT;
BEGIN
  SELECT
    max(entry.decrypted_secret) FILTER (WHERE entry.name = 'functions_url'),
    max(entry.decrypted_secret) FILTER (WHERE entry.name = 'function_secret')
  INTO base_url, bearer
  FROM vault.decrypted_secrets AS entry
  WHERE entry.name IN ('functions_url', 'function_secret');

  missing := concat_ws(
    ' and ',
    CASE WHEN coalesce(base_url, '') = '' THEN 'functions_url' END,
    CASE WHEN coalesce(bearer, '') = '' THEN 'function_secret' END
  );
  IF missing <> '' THEN
    PERFORM linernotes.note_call_trouble('vault_entry_missing', format(
      'Vault has no entry %s, so the database can''t call the functions. Create it with vault.create_secret.', missing
    ));
    RETURN NULL;
  END IF;
  PERFORM linernotes.note_call_success('vault_entry_missing');

  request_id := net.http_post(
    url := rtrim(base_url, '/') || '/' || function_name,
    body := body,
    headers := jsonb_build_object(
      'Content-Type', 'application/json',
      -- While the secret is being changed there are two; the first is the new one.
      'Authorization', 'Bearer ' || btrim(split_part(bearer, ',', 1)),
      -- pg_net waits for the slowest answer of a batch: a function answers at once and works on after it.
      'Prefer', 'respond-async'
    ),
    timeout_milliseconds := 30000
  );
  PERFORM linernotes.note_call_success('function_call_failed');
  RETURN request_id;
EXCEPTION WHEN OTHERS THEN
  -- Whoever enqueues must not fail because nobody can be woken; cron calls again.
  PERFORM linernotes.note_call_trouble('function_call_failed', format('%s can''t be called: %s', function_name, SQLERRM));
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION linernotes.call_function(TEXT, JSONB) IS
  'Asks pg_net to POST to a function after the commit; address and secret come from Vault now, never from a job''s text. NULL, and one worker_issues row, where that can''t be done.';

CREATE OR REPLACE FUNCTION linernotes.calls_needed(queue_name TEXT, places INT, batch_size INT)
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
  IF called + running >= places THEN
    RETURN 0;
  END IF;

  EXECUTE format(
    -- The time as a parameter: an index serves a value, not a function that changes while it is read.
    'SELECT count(*) FROM (SELECT FROM %s WHERE vt <= $2 LIMIT $1) AS visible',
    linernotes.queue_table(queue_name)
  )
  INTO visible
  USING places * batch_size, clock_timestamp();
  RETURN greatest(least(places - called - running, ceil(visible::NUMERIC / batch_size)::INT - called), 0);
END;
$$;
COMMENT ON FUNCTION linernotes.calls_needed(TEXT, INT, INT) IS
  'How many more runs the visible messages are worth: a batch each, no more than there are places.';

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
    registry.max_concurrency AS places,
    greatest(linernotes.setting_number('batch_size', workers.queue_name)::INT, 1) AS batch_size
  INTO worker
  FROM linernotes.workers
  JOIN public.queue_registry AS registry ON registry.queue_name = workers.queue_name
  WHERE workers.queue_name = wake_up.queue_name AND registry.active;
  IF NOT FOUND OR NOT linernotes.setting_boolean('wake_ups_enabled') THEN
    RETURN 0;
  END IF;

  -- The lock first, then the look, in a statement of its own that sees what was committed before the lock was given.
  PERFORM linernotes.lock_queue_shared(queue_name);
  calls := CASE WHEN for_visible THEN linernotes.calls_needed(queue_name, worker.places, worker.batch_size) ELSE 0 END;
  IF calls = 0 AND for_due_soon AND linernotes.next_due(queue_name) > 0 AND NOT EXISTS (
    SELECT FROM linernotes.runs WHERE runs.queue_name = wake_up.queue_name AND runs.expires_at > clock_timestamp()
  ) THEN
    calls := 1;
  ELSIF current_setting('transaction_isolation') <> 'read committed' THEN
    -- Here a look shows the past, maybe a run that has ended since: one call too many is better than none.
    calls := greatest(calls, 1);
  ELSIF calls > 0 THEN
    -- One caller at a time, so that two don't call for the same messages.
    PERFORM pg_catalog.pg_advisory_xact_lock(hashtext('linernotes.caller'), hashtext(queue_name));
    calls := linernotes.calls_needed(queue_name, worker.places, worker.batch_size);
  END IF;

  FOR made IN 1..calls LOOP
    request := linernotes.call_function(worker.function_name);
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
  'Calls the queue''s worker as often as its visible messages are worth, after the commit; returns how often. for_due_soon: once, if nothing else runs and a retry falls due within a run''s budget; the run waits for it.';

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
  -- Of the transaction: a savepoint that is rolled back takes the mark and the trigger's event with it.
  PERFORM set_config('linernotes.wake_ups', marked || E'\n' || queue_name || E'\n', TRUE);
  RETURN TRUE;
END;
$$;
COMMENT ON FUNCTION linernotes.first_wake_up(TEXT) IS
  'Marks the queue in this transaction; TRUE the first time. Stands in the WHEN of the queues'' trigger, which is evaluated at once, so that ten thousand rows queue one event.';

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
  IF position(E'\n' || TG_ARGV[0] || E'\n' IN marked) = 0 THEN
    RETURN NULL;
  END IF;
  PERFORM set_config('linernotes.wake_ups', '', TRUE);
  -- All queues of the transaction at once and in the order of the flow, whatever the order of the enqueues: two
  -- transactions never wait for each other in a circle.
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
  'Deferred constraint trigger of the queue tables: counts what is visible, and calls workers, when the transaction commits.';

CREATE OR REPLACE FUNCTION linernotes.end_run(queue_name TEXT, run_id UUID)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  -- A run that could only give back what it took leaves a wall behind (a provider that is off, a budget too small):
  -- its successor would run into it at once, and again. Cron tries. What falls due later is another matter.
  PERFORM linernotes.wake_up(
    queue_name, for_visible => linernotes.leave_place(queue_name, run_id), for_due_soon => TRUE
  );
END;
$$;
COMMENT ON FUNCTION linernotes.end_run(TEXT, UUID) IS
  'Gives up the run''s place; messages that are visible, or fall due soon, then wake another run in the same transaction.';
