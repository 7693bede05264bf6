-- Finds workers that do not work, by what the database sees: a release that starts well and fails later reports nothing
-- by itself.

SELECT linernotes.ensure_type('linernotes.reason', 'AS (code TEXT, about JSONB, problem TEXT, advice TEXT)');
COMMENT ON TYPE linernotes.reason IS
  'Why the status is not healthy, or what else an operator should know. code: what kind it is, for programs. about: what it is about, as far as the kind has it: queue, workers, provider, error (the code of a message''s last one), jobs, grant, issue ({id, type, seen: how often}). problem and advice: the same in words, for people.';

CREATE OR REPLACE FUNCTION linernotes.answer_to_call(request_ids BIGINT[])
RETURNS TEXT
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  RETURN (
    SELECT coalesce(
      -- A text of NULLs is none, and format() would make one of them.
      'status ' || answer.status_code || ': ' || CASE
        -- A worker says this before it begins, and no more.
        WHEN answer.status_code = 202 THEN 'accepted, and nothing came of it'
        ELSE coalesce(left(answer.content, 200), '')
      END,
      CASE WHEN answer.timed_out THEN 'no answer in time' END,
      answer.error_msg
    )
    FROM net._http_response AS answer
    WHERE answer.id = ANY (request_ids) AND answer.created > now() - INTERVAL '6 hours'
    ORDER BY answer.id DESC
    LIMIT 1
  );
EXCEPTION WHEN OTHERS THEN
  -- The table is pg_net's, and may be missing or closed to us: then the finding goes without the answer.
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION linernotes.answer_to_call(BIGINT[]) IS
  'What the latest of these calls through pg_net was answered, in words; NULL if that is not known.';

CREATE OR REPLACE FUNCTION linernotes.visible_since(queue_name TEXT)
RETURNS TIMESTAMPTZ
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  since TIMESTAMPTZ;
BEGIN
  EXECUTE format('SELECT vt FROM %s WHERE vt <= $1 ORDER BY vt LIMIT 1', linernotes.queue_table(queue_name))
  INTO since
  USING now();
  RETURN since;
END;
$$;
COMMENT ON FUNCTION linernotes.visible_since(TEXT) IS
  'Since when the queue has a message that a worker could take; NULL if it has none.';

CREATE OR REPLACE FUNCTION linernotes.silent_workers(stages JSONB)
RETURNS SETOF linernotes.reason
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  RETURN QUERY
  -- A run ends by itself when its time budget is spent; the 15 seconds are for its last commit.
  SELECT
    'run_overdue',
    jsonb_build_object('workers', jsonb_build_array(workers.function_name)),
    format(
      '%s: %s of its runs should have ended and did not, the last one begun %s s ago',
      workers.function_name, count(*), round(extract(EPOCH FROM clock_timestamp() - max(runs.started_at)))
    ),
    'It died, hangs, or can''t store what it did; its messages come back with their lease. See the functions'' log, what was released last, and whether the database''s disk is full.'
  FROM linernotes.runs
  JOIN linernotes.workers USING (queue_name)
  WHERE runs.state = 'running'
    AND runs.started_at < clock_timestamp()
      - make_interval(secs => linernotes.setting_number('run_budget_seconds')::DOUBLE PRECISION + 15)
  GROUP BY workers.position, workers.function_name
  UNION ALL
  -- A run that starts takes over or deletes the row of a call, so a row that expired says that no run has started since.
  SELECT
    'calls_in_vain',
    jsonb_build_object('workers', jsonb_agg(DISTINCT workers.function_name)),
    format(
      '%s: called %s and did not come, the last time %s s ago',
      string_agg(DISTINCT workers.function_name, ', '), linernotes.counted(count(*), 'time', 'times'),
      round(extract(EPOCH FROM clock_timestamp() - max(runs.started_at)))
    ),
    coalesce(
      'The answer to the call was ' || linernotes.answer_to_call(array_agg(runs.request_id)),
      'The call was not answered'
    ) || '. See the functions'' log, what was released last, and functions_url and function_secret in Vault.'
  FROM linernotes.runs
  JOIN linernotes.workers USING (queue_name)
  JOIN public.queue_registry AS registry USING (queue_name)
  WHERE registry.active AND runs.state = 'called' AND runs.expires_at < clock_timestamp() - INTERVAL '5 seconds'
    AND NOT linernotes.waits_for_provider(runs.queue_name)
  HAVING count(*) > 0
  UNION ALL
  -- Messages are visible for minutes, and neither an enqueue nor a cron job has brought a worker.
  SELECT
    'no_worker_comes',
    jsonb_build_object('queue', stage.queue_name),
    format('%s: messages wait for a worker since %s min, and none comes', stage.queue_name, floor(waiting.minutes)),
    'See whether cron runs (cron.job_run_details) and whether the functions answer.'
  FROM jsonb_to_recordset(stages) AS stage (
    queue_name TEXT, active BOOLEAN, waiting BIGINT, stuck BIGINT, runs BIGINT
  )
  CROSS JOIN LATERAL (
    SELECT extract(EPOCH FROM now() - linernotes.visible_since(stage.queue_name)) / 60 AS minutes
  ) AS waiting
  WHERE stage.active AND stage.waiting > 0 AND stage.stuck = 0 AND stage.runs = 0 AND waiting.minutes > 5
    AND NOT linernotes.waits_for_provider(stage.queue_name)
    AND NOT EXISTS (
      SELECT
      FROM public.queue_metrics AS metric
      WHERE metric.queue_name = stage.queue_name
        AND metric.operation = 'commit'
        AND metric.created_at > now() - INTERVAL '5 minutes'
    );
END;
$$;
COMMENT ON FUNCTION linernotes.silent_workers(JSONB) IS
  'Runs that should have ended, calls that no run answered, and messages that no worker takes. stages are those of the status.';
