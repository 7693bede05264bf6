-- The second of a run's two round trips: everything that a batch changed, in one transaction.
--
-- Fenced: an outcome counts only while the message's read_ct is the one of its delivery, which pgmq only ever raises.
-- A late or repeated commit changes nothing and is told so.

DO $$
BEGIN
  IF to_regtype('linernotes.settlement') IS NULL THEN
    CREATE TYPE linernotes.settlement AS (
      msg_id BIGINT,
      outcome TEXT,
      error TEXT,
      counts BOOLEAN,
      visible_at TIMESTAMPTZ,
      entity_id TEXT,
      attempts INT,
      last_attempt BOOLEAN,
      message JSONB,
      enqueued_at TIMESTAMPTZ,
      known_artist UUID
    );
  END IF;
END;
$$;
COMMENT ON TYPE linernotes.settlement IS
  'What becomes of one message in a commit, once the fence has let it pass.';

CREATE OR REPLACE FUNCTION linernotes.backoff(attempts INT)
RETURNS INTERVAL
LANGUAGE sql
VOLATILE
SET search_path = ''
AS $$
  -- Full jitter: what failed together does not come back together.
  SELECT make_interval(secs => random() * least(
    linernotes.setting_number('retry_cap_seconds'),
    linernotes.setting_number('retry_base_seconds') * power(2::NUMERIC, least(greatest(attempts, 1) - 1, 30))
  )::DOUBLE PRECISION);
$$;
COMMENT ON FUNCTION linernotes.backoff(INT) IS
  'How long a retry waits after so many attempts: exponential, capped, with full jitter.';

CREATE OR REPLACE FUNCTION linernotes.fence(queue_name TEXT, outcomes JSONB)
RETURNS linernotes.settlement[]
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  most_attempts INT;
  passed linernotes.settlement[];
BEGIN
  SELECT registry.max_attempts INTO most_attempts
  FROM public.queue_registry AS registry
  WHERE registry.queue_name = fence.queue_name;

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
        coalesce(status.attempts, 1) >= $3 AS last_attempt,
        CASE
          -- Somebody forced it after it was delivered unforced: it comes back, and will not be skipped then.
          WHEN given.outcome = 'skipped' AND live.message -> 'force' = 'true' THEN 'release'
          WHEN given.outcome = 'retry' AND given.counts AND coalesce(status.attempts, 1) >= $3 THEN 'dead'
          ELSE given.outcome
        END AS outcome,
        given.error,
        given.counts,
        given.after_ms,
        linernotes.message_entity(live.msg_id, live.message) AS entity_id,
        coalesce(status.attempts, 1) AS attempts,
        live.message,
        live.enqueued_at,
        CASE WHEN $2 = 'artist_discovery' THEN (status.metadata ->> 'artist_id')::UUID END AS known_artist
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
        entity_id, attempts, last_attempt, message, enqueued_at, known_artist
      )::linernotes.settlement
      ORDER BY msg_id
    )
    FROM judged
    $query$,
    linernotes.queue_table(queue_name)
  )
  INTO passed
  USING outcomes, queue_name, coalesce(most_attempts, 5);
  RETURN coalesce(passed, '{}');
END;
$$;
COMMENT ON FUNCTION linernotes.fence(TEXT, JSONB) IS
  'Locks the messages of the outcomes, and lets pass those whose read_ct is still the one of the delivery.';

CREATE OR REPLACE FUNCTION linernotes.fail_unstored(settled linernotes.settlement[], failures JSONB)
RETURNS linernotes.settlement[]
LANGUAGE sql
SET search_path = ''
AS $$
  SELECT array_agg(
    CASE
      WHEN failures ? item.msg_id::TEXT THEN ROW(
        item.msg_id,
        CASE WHEN item.last_attempt THEN 'dead' ELSE 'retry' END,
        left(failures ->> item.msg_id::TEXT, 2000),
        TRUE,
        clock_timestamp() + linernotes.backoff(item.attempts),
        item.entity_id, item.attempts, item.last_attempt, item.message, item.enqueued_at, item.known_artist
      )::linernotes.settlement
      ELSE item
    END
    ORDER BY item.msg_id
  )
  FROM unnest(settled) AS item;
$$;
COMMENT ON FUNCTION linernotes.fail_unstored(linernotes.settlement[], JSONB) IS
  'Makes retries of those whose rows could not be stored, or dead letters on their last attempt.';

CREATE OR REPLACE FUNCTION linernotes.processed_entry(queue_name TEXT, settled linernotes.settlement, stored JSONB)
RETURNS JSONB
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT jsonb_build_object('id', settled.msg_id::TEXT)
    || CASE WHEN settled.outcome = 'skipped' THEN '{"skipped": true}'::JSONB ELSE '{}' END
    || CASE queue_name
      WHEN 'artist_discovery' THEN (
        SELECT jsonb_build_object(
          'artistId', found.id,
          'artistName', coalesce(
            (SELECT artist.name FROM public.artists AS artist WHERE artist.id = found.id),
            settled.message ->> 'artistName'
          )
        )
        FROM (SELECT coalesce((stored -> 'artist_ids' ->> 0)::UUID, settled.known_artist)) AS found (id)
      )
      WHEN 'album_discovery' THEN jsonb_build_object(
        'artistId', settled.message -> 'artistId',
        'albums', coalesce(jsonb_array_length(stored -> 'album_ids'), 0)
      )
      WHEN 'track_discovery' THEN jsonb_build_object(
        'albumId', settled.message -> 'albumId',
        'tracks', coalesce(jsonb_array_length(stored -> 'track_ids'), 0)
      )
      WHEN 'producer_identification' THEN jsonb_build_object(
        'albumId', settled.message -> 'albumId',
        'credits', coalesce(stored -> 'credits', '0'),
        'producers', coalesce(jsonb_array_length(stored -> 'producer_ids'), 0)
      )
      WHEN 'social_enrichment' THEN jsonb_build_object('producerId', settled.message -> 'producerId')
      ELSE '{}'
    END;
$$;
COMMENT ON FUNCTION linernotes.processed_entry(TEXT, linernotes.settlement, JSONB) IS
  'How the functions'' answer names a message that is done.';

CREATE OR REPLACE FUNCTION linernotes.settle(queue_name TEXT, settled linernotes.settlement[], stored JSONB)
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
      'enqueued_at', item.enqueued_at, 'error', coalesce(item.error, 'unknown: the worker gave no error')
    )) FILTER (WHERE item.outcome = 'dead'),
    jsonb_agg(jsonb_build_object(
      'entity_id', item.entity_id,
      'state', CASE
        WHEN item.outcome IN ('done', 'skipped') THEN 'COMPLETED'
        WHEN item.outcome = 'not_found' THEN 'FAILED'
        ELSE 'PENDING'
      END,
      'attempts_by', CASE WHEN item.outcome = 'release' OR (item.outcome = 'retry' AND NOT item.counts) THEN -1 ELSE 0 END,
      'error', CASE WHEN item.outcome <> 'release' THEN item.error END,
      'next_attempt_at', CASE WHEN item.outcome IN ('retry', 'release') THEN item.visible_at END,
      'note', CASE
        WHEN queue_name = 'artist_discovery' AND item.outcome = 'done'
          THEN jsonb_build_object('artist_id', result.artist_ids -> 0)
        ELSE '{}'
      END
    )) FILTER (WHERE item.outcome <> 'dead'),
    jsonb_agg(jsonb_build_object(
      'correlation_id', item.message ->> '_correlationId',
      'ending', CASE item.outcome WHEN 'not_found' THEN 'failed' WHEN 'dead' THEN 'dead' ELSE 'done' END,
      'message_id', item.msg_id,
      'error', coalesce(item.error, 'unknown: the worker gave no error')
    )) FILTER (WHERE item.outcome IN ('done', 'skipped', 'not_found', 'dead'))
  INTO letters, changes, ended
  FROM unnest(settled) AS item
  LEFT JOIN jsonb_to_recordset(stored) AS result (msg_id BIGINT, artist_ids JSONB) ON result.msg_id = item.msg_id;

  PERFORM linernotes.bury(queue_name, letters);
  EXECUTE format(
    'DELETE FROM %s WHERE msg_id IN (
       SELECT msg_id FROM unnest($1) AS item WHERE outcome IN (''done'', ''skipped'', ''not_found'')
     )',
    queue_table
  )
  USING settled;
  EXECUTE format(
    'UPDATE %s AS queue SET vt = item.visible_at FROM unnest($1) AS item
     WHERE queue.msg_id = item.msg_id AND item.outcome IN (''retry'', ''release'')',
    queue_table
  )
  USING settled;
  IF changes IS NOT NULL THEN
    PERFORM linernotes.settle_states(queue_name, changes);
  END IF;
  IF ended IS NOT NULL THEN
    PERFORM linernotes.count_ended(queue_name, ended);
  END IF;

  IF queue_name = 'artist_discovery' THEN
    UPDATE linernotes.discoveries AS discovery
    SET artist_id = found.artist_id
    FROM (
      SELECT
        item.message ->> '_correlationId' AS correlation_id,
        coalesce((result.artist_ids ->> 0)::UUID, item.known_artist) AS artist_id
      FROM unnest(settled) AS item
      LEFT JOIN jsonb_to_recordset(stored) AS result (msg_id BIGINT, artist_ids JSONB) ON result.msg_id = item.msg_id
      WHERE item.outcome IN ('done', 'skipped')
    ) AS found
    WHERE discovery.correlation_id = found.correlation_id AND found.artist_id IS NOT NULL;
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.settle(TEXT, linernotes.settlement[], JSONB) IS
  'Takes the messages of a commit out of their queue, or sends them back, and writes down what became of them.';

CREATE OR REPLACE FUNCTION linernotes.commit_answer(
  queue_name TEXT,
  outcomes JSONB,
  settled linernotes.settlement[],
  stored JSONB
)
RETURNS JSONB
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT jsonb_build_object(
    'processed', coalesce(
      jsonb_agg(linernotes.processed_entry(queue_name, item, result.row) ORDER BY item.msg_id)
        FILTER (WHERE item.outcome IN ('done', 'skipped')),
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
      WHERE NOT coalesce(element ->> 'msg_id' = ANY (SELECT passed.msg_id::TEXT FROM unnest(settled) AS passed), FALSE)
    )
  )
  FROM unnest(settled) AS item
  LEFT JOIN (
    SELECT (row ->> 'msg_id')::BIGINT AS msg_id, row FROM jsonb_array_elements(stored) AS list (row)
  ) AS result ON result.msg_id = item.msg_id;
$$;
COMMENT ON FUNCTION linernotes.commit_answer(TEXT, JSONB, linernotes.settlement[], JSONB) IS
  'What the functions'' answer is made of.';

CREATE OR REPLACE FUNCTION linernotes.note_report(queue_name TEXT, run_id UUID, report JSONB)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  worker TEXT;
BEGIN
  SELECT workers.function_name INTO worker FROM linernotes.workers WHERE workers.queue_name = note_report.queue_name;
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
COMMENT ON FUNCTION linernotes.note_report(TEXT, UUID, JSONB) IS
  'What a run says beside its outcomes: of the providers, and of issues that it met or no longer meets.';

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
-- The planner takes every JSON array for a hundred rows: it would compile for longer than the whole takes.
SET jit = off
AS $$
DECLARE
  own_mark TEXT := E'\n' || queue_name || E'\n';
  marks_alone BOOLEAN;
  items linernotes.settlement[];
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
  -- What is given back here wakes nobody by itself; the end of the run decides that.
  marks_alone := linernotes.first_wake_up(queue_name);

  items := linernotes.fence(queue_name, outcomes);

  SELECT jsonb_agg(
    element || jsonb_build_object(
      'msg_id', item.msg_id,
      'forced', coalesce(item.message -> 'force' = 'true', FALSE),
      'correlation_id', coalesce(item.message ->> '_correlationId', gen_random_uuid()::TEXT)
    )
    ORDER BY item.msg_id
  )
  INTO done
  FROM unnest(items) AS item
  JOIN (
    -- A caller that names a message twice stores it once.
    SELECT DISTINCT ON (given ->> 'msg_id') given AS element
    FROM jsonb_array_elements(outcomes) AS given
    WHERE given ->> 'outcome' = 'done'
    ORDER BY given ->> 'msg_id'
  ) AS list ON element ->> 'msg_id' = item.msg_id::TEXT
  WHERE item.outcome = 'done';
  SELECT safely.stored, safely.failures INTO stored, failures FROM linernotes.store_done_safely(done) AS safely;
  IF failures <> '{}' THEN
    items := linernotes.fail_unstored(items, failures);
  END IF;

  answer := linernotes.commit_answer(queue_name, outcomes, items, stored);
  IF cardinality(items) > 0 THEN
    PERFORM linernotes.settle(queue_name, items, stored);
    UPDATE linernotes.runs AS run
    SET settled = run.settled + (
      SELECT count(*)
      FROM unnest(items) AS item
      WHERE item.outcome <> 'release' AND NOT (item.outcome = 'retry' AND NOT item.counts)
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
      cardinality(items),
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
  PERFORM linernotes.note_report(queue_name, run_id, report);

  IF report -> 'end_run' = 'true' THEN
    PERFORM linernotes.end_run(queue_name, run_id);
  ELSIF NOT EXISTS (
    SELECT
    FROM linernotes.runs AS run
    WHERE run.id = run_id AND run.queue_name = commit_batch.queue_name AND run.expires_at > clock_timestamp()
  ) THEN
    -- No place holds a run that would come back for what is visible now.
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
