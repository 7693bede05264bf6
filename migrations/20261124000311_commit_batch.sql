-- Committing, the second of a run's two round trips: everything that a batch changed, in one transaction.
--
-- A fence keeps out late commits. An outcome counts only while the message's read_ct, which pgmq only ever raises, is the
-- one of the delivery that it belongs to. An outcome that comes late or twice changes nothing and is returned as stale.

DO $$
BEGIN
  IF to_regtype('linernotes.fenced_outcome') IS NULL THEN
    CREATE TYPE linernotes.fenced_outcome AS (
      msg_id BIGINT,
      outcome TEXT,
      error TEXT,
      counts BOOLEAN,
      visible_at TIMESTAMPTZ,
      entity_id TEXT,
      attempts INT,
      message JSONB,
      enqueued_at TIMESTAMPTZ,
      entity_metadata JSONB
    );
  END IF;
END;
$$;
COMMENT ON TYPE linernotes.fenced_outcome IS
  'What becomes of one message in a commit, once the fence has let its outcome pass; entity_metadata is the metadata of its processing_status.';

CREATE OR REPLACE FUNCTION linernotes.fence(queue_name TEXT, outcomes JSONB)
RETURNS linernotes.fenced_outcome[]
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  passed linernotes.fenced_outcome[];
BEGIN
  EXECUTE format(
    $query$
    WITH given AS (
      SELECT DISTINCT ON (msg_id)
        msg_id::BIGINT AS msg_id,
        read_ct,
        CASE
          WHEN outcome IN ('done', 'skipped', 'not_found', 'retry', 'dead', 'release') THEN outcome
          ELSE 'retry'
        END AS outcome,
        CASE
          WHEN outcome IN ('done', 'skipped', 'not_found', 'retry', 'dead', 'release')
            THEN left(coalesce((error ->> 'code') || ': ' || (error ->> 'message'), error ->> 'code', error ->> 'message'), 2000)
          ELSE format('bad_outcome: %%s is none', coalesce(outcome, 'NULL'))
        END AS error,
        CASE WHEN after_ms > 0 THEN least(after_ms, 2592000000) ELSE 0 END AS after_ms,
        coalesce(counts, TRUE) AS counts
      FROM jsonb_to_recordset($1) AS element (
        msg_id TEXT, read_ct INT, outcome TEXT, error JSONB, after_ms NUMERIC, counts BOOLEAN
      )
      WHERE msg_id ~ '^[0-9]{1,18}$'
      ORDER BY msg_id
    ), live AS (
      SELECT queue.msg_id, queue.read_ct, queue.message, queue.enqueued_at
      FROM %s AS queue
      WHERE queue.msg_id IN (SELECT given.msg_id FROM given)
      ORDER BY queue.msg_id
      FOR UPDATE
    ), judged AS (
      SELECT
        live.msg_id,
        CASE
          -- The message was forced after its delivery, so it is delivered again, and not skipped then.
          WHEN given.outcome = 'skipped' AND live.message -> 'force' = 'true' THEN 'release'
          WHEN given.outcome = 'retry' AND given.counts
            THEN linernotes.outcome_of_failure(coalesce(status.attempts, 1), $3)
          ELSE given.outcome
        END AS outcome,
        given.error,
        given.counts,
        given.after_ms,
        linernotes.message_entity(live.msg_id, live.message) AS entity_id,
        coalesce(status.attempts, 1) AS attempts,
        live.message,
        live.enqueued_at,
        status.metadata AS entity_metadata
      FROM live
      JOIN given USING (msg_id, read_ct)
      LEFT JOIN public.processing_status AS status
        ON status.entity_type = $2 AND status.entity_id = linernotes.message_entity(live.msg_id, live.message)
    )
    SELECT array_agg(
      ROW(
        msg_id, outcome, error, counts,
        clock_timestamp() + CASE
          WHEN outcome = 'retry' AND after_ms = 0 THEN linernotes.backoff(attempts)
          ELSE make_interval(secs => after_ms / 1000.0)
        END,
        entity_id, attempts, message, enqueued_at, entity_metadata
      )::linernotes.fenced_outcome
      ORDER BY msg_id
    )
    FROM judged
    $query$,
    linernotes.queue_table(queue_name)
  )
  INTO passed
  USING outcomes, queue_name, linernotes.max_attempts(queue_name);
  RETURN coalesce(passed, '{}');
END;
$$;
COMMENT ON FUNCTION linernotes.fence(TEXT, JSONB) IS
  'Locks the messages of the outcomes, and returns the outcomes of those whose read_ct is still the one of their delivery.';

CREATE OR REPLACE FUNCTION linernotes.fail_unstored(queue_name TEXT, outcomes linernotes.fenced_outcome[], failures JSONB)
RETURNS linernotes.fenced_outcome[]
LANGUAGE sql
SET search_path = ''
AS $$
  SELECT array_agg(
    CASE
      WHEN failures ? item.msg_id::TEXT THEN ROW(
        item.msg_id,
        linernotes.outcome_of_failure(item.attempts, linernotes.max_attempts(queue_name)),
        left(failures ->> item.msg_id::TEXT, 2000),
        TRUE,
        clock_timestamp() + linernotes.backoff(item.attempts),
        item.entity_id, item.attempts, item.message, item.enqueued_at, item.entity_metadata
      )::linernotes.fenced_outcome
      ELSE item
    END
    ORDER BY item.msg_id
  )
  FROM unnest(outcomes) AS item;
$$;
COMMENT ON FUNCTION linernotes.fail_unstored(TEXT, linernotes.fenced_outcome[], JSONB) IS
  'Makes retries, or on the last attempt dead letters, of the outcomes whose rows could not be stored.';

CREATE OR REPLACE FUNCTION linernotes.stored_by_message(stored JSONB)
RETURNS TABLE (msg_id BIGINT, entry JSONB)
LANGUAGE sql
IMMUTABLE
SET search_path = ''
AS $$
  SELECT (element ->> 'msg_id')::BIGINT, element FROM jsonb_array_elements(stored) AS element;
$$;
COMMENT ON FUNCTION linernotes.stored_by_message(JSONB) IS
  'The rows that store_done returned, each with the id of its message.';

CREATE OR REPLACE FUNCTION linernotes.failed_attempt(item linernotes.fenced_outcome)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  RETURN CASE
    WHEN item.outcome IN ('retry', 'dead', 'not_found') THEN jsonb_build_object(
      'at', date_trunc('second', now()), 'attempt', item.attempts,
      'counts', linernotes.counts_as_attempt(item.outcome, item.counts),
      'error', left(coalesce(item.error, 'unknown: the worker gave no error'), 500)
    )
  END;
END;
$$;
COMMENT ON FUNCTION linernotes.failed_attempt(linernotes.fenced_outcome) IS
  'The entry of processing_status.failed_attempts for an outcome; NULL where nothing failed.';

CREATE OR REPLACE FUNCTION linernotes.apply_outcomes(queue_name TEXT, outcomes linernotes.fenced_outcome[], stored JSONB)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  queue_table TEXT := linernotes.queue_table(queue_name);
  letters JSONB;
  changes JSONB;
  ended JSONB;
BEGIN
  SELECT
    jsonb_agg(jsonb_build_object(
      'message_id', item.msg_id, 'entity_id', item.entity_id, 'message', item.message, 'attempts', item.attempts,
      'enqueued_at', item.enqueued_at, 'error', coalesce(item.error, 'unknown: the worker gave no error'),
      'failed_attempt', linernotes.failed_attempt(item)
    )) FILTER (WHERE item.outcome = 'dead'),
    jsonb_agg(jsonb_build_object(
      'entity_id', item.entity_id,
      'state', CASE
        WHEN item.outcome IN ('done', 'skipped') THEN 'COMPLETED'
        WHEN item.outcome = 'not_found' THEN 'FAILED'
        ELSE 'PENDING'
      END,
      'attempts_by', CASE WHEN linernotes.counts_as_attempt(item.outcome, item.counts) THEN 0 ELSE -1 END,
      'error', CASE WHEN item.outcome <> 'release' THEN item.error END,
      'failed_attempt', linernotes.failed_attempt(item),
      -- What is given back at once has no time to wait for.
      'next_attempt_at', CASE
        WHEN item.outcome = 'retry' OR (item.outcome = 'release' AND item.visible_at > clock_timestamp()) THEN item.visible_at
      END,
      'note', CASE WHEN item.outcome = 'done' THEN linernotes.state_note(queue_name, result.entry) ELSE '{}' END
    )) FILTER (WHERE item.outcome <> 'dead'),
    jsonb_agg(jsonb_build_object(
      'correlation_id', item.message ->> '_correlationId',
      'ending', CASE item.outcome WHEN 'not_found' THEN 'failed' WHEN 'dead' THEN 'dead' ELSE 'done' END,
      'message_id', item.msg_id,
      'error', coalesce(item.error, 'unknown: the worker gave no error'),
      'artist_id', CASE
        WHEN item.outcome IN ('done', 'skipped') THEN linernotes.found_artist(queue_name, item.entity_metadata, result.entry)
      END
    )) FILTER (WHERE item.outcome IN ('done', 'skipped', 'not_found', 'dead'))
  INTO letters, changes, ended
  FROM unnest(outcomes) AS item
  LEFT JOIN linernotes.stored_by_message(stored) AS result ON result.msg_id = item.msg_id;

  PERFORM linernotes.dead_letter(queue_name, letters);
  EXECUTE format(
    'DELETE FROM %s WHERE msg_id IN (
       SELECT msg_id FROM unnest($1) AS item WHERE outcome IN (''done'', ''skipped'', ''not_found'')
     )',
    queue_table
  )
  USING outcomes;
  EXECUTE format(
    'UPDATE %s AS queue SET vt = item.visible_at FROM unnest($1) AS item
     WHERE queue.msg_id = item.msg_id AND item.outcome IN (''retry'', ''release'')',
    queue_table
  )
  USING outcomes;
  IF changes IS NOT NULL THEN
    PERFORM linernotes.change_delivered_states(queue_name, changes);
  END IF;
  IF ended IS NOT NULL THEN
    PERFORM linernotes.count_ended(queue_name, ended);
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.apply_outcomes(TEXT, linernotes.fenced_outcome[], JSONB) IS
  'Deletes the messages of a commit from their queue, schedules their retry, or moves them to the dead letters, and writes what became of them into states, counts and discoveries.';

CREATE OR REPLACE FUNCTION linernotes.commit_answer(
  queue_name TEXT,
  outcomes JSONB,
  passed linernotes.fenced_outcome[],
  stored JSONB
)
RETURNS JSONB
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT jsonb_build_object(
    'processed', coalesce(
      jsonb_agg(
        jsonb_build_object('id', item.msg_id::TEXT)
          || CASE WHEN item.outcome = 'skipped' THEN '{"skipped": true}'::JSONB ELSE '{}' END
          || linernotes.answer_entry(queue_name, item.message, item.entity_metadata, result.entry)
        ORDER BY item.msg_id
      ) FILTER (WHERE item.outcome IN ('done', 'skipped')),
      '[]'
    ),
    'errors', coalesce(
      jsonb_agg(
        jsonb_build_object('message', item.msg_id::TEXT, 'error', coalesce(item.error, 'unknown: the worker gave no error'))
        ORDER BY item.msg_id
      ) FILTER (WHERE item.outcome IN ('not_found', 'retry', 'dead')),
      '[]'
    ),
    'retried', count(*) FILTER (WHERE item.outcome = 'retry'),
    'dead', count(*) FILTER (WHERE item.outcome = 'dead'),
    'released', coalesce(jsonb_agg(item.msg_id::TEXT ORDER BY item.msg_id) FILTER (WHERE item.outcome = 'release'), '[]'),
    'stale', (
      SELECT coalesce(jsonb_agg(element -> 'msg_id'), '[]')
      FROM jsonb_array_elements(outcomes) AS element
      WHERE NOT coalesce(element ->> 'msg_id' = ANY (SELECT live.msg_id::TEXT FROM unnest(passed) AS live), FALSE)
    )
  )
  FROM unnest(passed) AS item
  LEFT JOIN linernotes.stored_by_message(stored) AS result ON result.msg_id = item.msg_id;
$$;
COMMENT ON FUNCTION linernotes.commit_answer(TEXT, JSONB, linernotes.fenced_outcome[], JSONB) IS
  'The answer of commit_batch.';

CREATE OR REPLACE FUNCTION linernotes.store_report(queue_name TEXT, run_id UUID, report JSONB)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  worker TEXT;
BEGIN
  SELECT workers.function_name INTO worker FROM linernotes.workers WHERE workers.queue_name = store_report.queue_name;
  worker := coalesce(worker, queue_name);

  IF jsonb_typeof(report -> 'providers') = 'object' THEN
    PERFORM linernotes.note_providers(run_id, report -> 'providers');
  END IF;
  IF jsonb_typeof(report -> 'issues') = 'array' THEN
    PERFORM linernotes.raise_issue(worker, issue.type, left(coalesce(issue.message, issue.type), 2000))
    FROM (
      SELECT DISTINCT ON (given.type) given.type, given.message
      FROM jsonb_to_recordset(report -> 'issues') AS given (type TEXT, message TEXT)
      WHERE given.type <> ''
      ORDER BY given.type
    ) AS issue;
  END IF;
  IF jsonb_typeof(report -> 'resolved_issues') = 'array' THEN
    PERFORM linernotes.close_issues(worker, ARRAY(SELECT jsonb_array_elements_text(report -> 'resolved_issues')));
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.store_report(TEXT, UUID, JSONB) IS
  'Stores what a run reports beside its outcomes: of the providers, and of issues that it met or no longer meets.';

CREATE OR REPLACE FUNCTION public.commit_batch(
  queue_name TEXT,
  run_id UUID,
  outcomes JSONB,
  report JSONB DEFAULT '{}'
)
RETURNS JSONB
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
-- The planner expects a hundred rows of every JSON array, and would compile for longer than the query takes.
SET jit = off
AS $$
DECLARE
  own_mark TEXT := E'\n' || queue_name || E'\n';
  marks_alone BOOLEAN;
  passed linernotes.fenced_outcome[];
  done JSONB;
  stored JSONB;
  failures JSONB;
  answer JSONB;
  begun TIMESTAMPTZ := clock_timestamp();
BEGIN
  PERFORM linernotes.queue_table(queue_name);
  IF outcomes IS NULL OR jsonb_typeof(outcomes) <> 'array' THEN
    PERFORM linernotes.reject('outcomes', 'must be a JSON array');
  ELSIF jsonb_path_exists(outcomes, 'strict $[*] ? (@.type() != "object")') THEN
    PERFORM linernotes.reject('outcomes', 'must be an array of objects');
  ELSIF report IS NULL OR jsonb_typeof(report) <> 'object' THEN
    PERFORM linernotes.reject('report', 'must be a JSON object');
  END IF;
  -- Messages that are given back here must not wake a worker by themselves: that is decided at the end of the run. So the
  -- queue is marked as if it were woken already.
  marks_alone := linernotes.first_wake_up(queue_name);

  outcomes := linernotes.spare_attempts(outcomes, report);
  passed := linernotes.fence(queue_name, outcomes);

  SELECT jsonb_agg(
    element || jsonb_build_object(
      'msg_id', item.msg_id,
      'forced', coalesce(item.message -> 'force' = 'true', FALSE),
      'refresh', coalesce(item.message -> 'refresh' = 'true', FALSE),
      'correlation_id', coalesce(item.message ->> '_correlationId', gen_random_uuid()::TEXT)
    )
    ORDER BY item.msg_id
  )
  INTO done
  FROM unnest(passed) AS item
  JOIN (
    -- If the caller names a message twice, it is stored once.
    SELECT DISTINCT ON (given ->> 'msg_id') given AS element
    FROM jsonb_array_elements(outcomes) AS given
    WHERE given ->> 'outcome' = 'done'
    ORDER BY given ->> 'msg_id'
  ) AS list ON element ->> 'msg_id' = item.msg_id::TEXT
  WHERE item.outcome = 'done';
  SELECT safely.stored, safely.failures INTO stored, failures FROM linernotes.store_done_safely(done) AS safely;
  IF failures <> '{}' THEN
    passed := linernotes.fail_unstored(queue_name, passed, failures);
  END IF;

  answer := linernotes.commit_answer(queue_name, outcomes, passed, stored);
  IF cardinality(passed) > 0 THEN
    PERFORM linernotes.apply_outcomes(queue_name, passed, stored);
    UPDATE linernotes.runs AS run
    SET progress = run.progress + (
      SELECT count(*) FROM unnest(passed) AS item WHERE linernotes.counts_as_attempt(item.outcome, item.counts)
    )
    WHERE run.id = run_id AND run.queue_name = commit_batch.queue_name;
  END IF;
  IF outcomes <> '[]' THEN
    INSERT INTO public.queue_metrics (
      queue_name, operation, started_at, finished_at, success_count, error_count, processed_count, details
    )
    VALUES (
      commit_batch.queue_name,
      'commit',
      begun - make_interval(secs => coalesce((report ->> 'duration_ms')::NUMERIC, 0) / 1000),
      clock_timestamp(),
      jsonb_array_length(answer -> 'processed'),
      jsonb_array_length(answer -> 'errors'),
      cardinality(passed),
      jsonb_strip_nulls(jsonb_build_object(
        'run_id', run_id,
        'correlation_id', report -> 'correlation_id',
        'retried', answer -> 'retried',
        'dead', answer -> 'dead',
        'released', jsonb_array_length(answer -> 'released'),
        'stale', jsonb_array_length(answer -> 'stale'),
        'providers', report -> 'providers'
      ))
    );
  END IF;
  PERFORM linernotes.store_report(queue_name, run_id, report);
  PERFORM linernotes.count_activity('messages', (
    SELECT jsonb_agg(jsonb_build_object('subject', commit_batch.queue_name, 'result', item.outcome, 'total', 1))
    FROM unnest(passed) AS item
  ));
  PERFORM linernotes.count_activity('requests', linernotes.requests_by_status(report -> 'providers'));

  IF report -> 'end_run' = 'true' THEN
    PERFORM linernotes.end_run(queue_name, run_id);
  ELSIF NOT EXISTS (
    SELECT
    FROM linernotes.runs AS run
    WHERE run.id = run_id AND run.queue_name = commit_batch.queue_name AND run.expires_at > clock_timestamp()
  ) THEN
    -- The run has no lease any more, so it will not come back for the messages that are visible now.
    PERFORM linernotes.wake_up(queue_name);
  END IF;
  IF marks_alone THEN
    PERFORM set_config('linernotes.wake_ups', replace(current_setting('linernotes.wake_ups'), own_mark, ''), TRUE);
  END IF;
  RETURN answer;
END;
$$;
COMMENT ON FUNCTION public.commit_batch(TEXT, UUID, JSONB, JSONB) IS
  'Commits what became of a batch: outcomes [{msg_id, read_ct, outcome (done, skipped, not_found, retry, dead, release), error, after_ms, counts, rows, follow_ups}], report {end_run, correlation_id, duration_ms, providers, issues, resolved_issues}. Returns {processed, errors, retried, dead, released, stale}. An outcome whose message was delivered again since is stale and changes nothing; one whose rows can''t be stored is retried, its neighbours are done. Service role.';
