-- Maintenance: resets states and locks that a dead worker left behind, and deletes rows whose retention is over.

CREATE OR REPLACE FUNCTION linernotes.reset_stale_states(
  age INTERVAL,
  note JSONB,
  history TEXT DEFAULT NULL,
  OUT how_many INT,
  OUT queue_entities JSONB
)
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  stale RECORD;
BEGIN
  how_many := 0;
  queue_entities := jsonb_build_array();
  FOR stale IN
    SELECT
      taken.entity_type,
      jsonb_agg(jsonb_build_object(
        'entity_id', taken.entity_id,
        'state', 'PENDING',
        'forced', TRUE,
        'note', CASE
          WHEN history IS NULL THEN note
          ELSE jsonb_build_object(history, coalesce(taken.metadata -> history, '[]') || note)
        END
      )) AS changes,
      count(*) AS entities
    FROM (
      SELECT status.entity_type, status.entity_id, status.metadata
      FROM public.processing_status AS status
      WHERE status.state = 'IN_PROGRESS' AND status.last_processed_at < now() - age
      -- Few at a time, since a worker that takes one of their messages waits until this transaction ends.
      ORDER BY status.last_processed_at
      LIMIT 500
      -- A locked row is just being committed by its worker, which is alive: leave it alone.
      FOR UPDATE SKIP LOCKED
    ) AS taken
    GROUP BY taken.entity_type
  LOOP
    PERFORM linernotes.change_states(stale.entity_type, stale.changes);
    how_many := how_many + stale.entities;
    IF stale.entity_type IN (SELECT workers.queue_name FROM linernotes.workers) THEN
      queue_entities := queue_entities || (
        SELECT jsonb_agg(jsonb_build_object('entity_type', stale.entity_type, 'entity_id', change.entity_id))
        FROM jsonb_to_recordset(stale.changes) AS change (entity_id TEXT)
      );
    END IF;
  END LOOP;
END;
$$;
COMMENT ON FUNCTION linernotes.reset_stale_states(INTERVAL, JSONB, TEXT) IS
  'Makes entities PENDING that have been IN_PROGRESS for longer than age, the oldest first, at most 500 a call. They count as not completed, so that they are worked on again. note goes into metadata, or is appended to the history of that name. Returns how many, and which of them are messages of our queues: those have a key in Redis.';

CREATE OR REPLACE FUNCTION linernotes.reset_stuck_states()
RETURNS INT
LANGUAGE sql
SET search_path = ''
AS $$
  SELECT reset.how_many
  FROM linernotes.reset_stale_states(
    INTERVAL '2 hours',
    jsonb_build_object('auto_cleanup', jsonb_build_object('previous_state', 'IN_PROGRESS', 'cleaned_at', now()))
  ) AS reset;
$$;
COMMENT ON FUNCTION linernotes.reset_stuck_states() IS
  'processing-states-monitor-job: resets states that have been IN_PROGRESS for 2 hours.';

CREATE OR REPLACE FUNCTION public.cleanup_stale_entities(p_stale_threshold_minutes INT DEFAULT 60)
RETURNS JSONB
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  threshold INTERVAL;
  locks INT;
  stale RECORD;
  result JSONB;
BEGIN
  PERFORM linernotes.check_range('p_stale_threshold_minutes', p_stale_threshold_minutes, 1, 5256000);
  threshold := make_interval(mins => p_stale_threshold_minutes);

  DELETE FROM public.processing_locks AS left_behind
  WHERE left_behind.id IN (
    SELECT lock.id
    FROM public.processing_locks AS lock
    WHERE lock.last_heartbeat < now() - threshold
    ORDER BY lock.last_heartbeat
    LIMIT 5000
    FOR UPDATE SKIP LOCKED
  );
  GET DIAGNOSTICS locks = ROW_COUNT;
  SELECT * INTO stale
  FROM linernotes.reset_stale_states(
    threshold, jsonb_build_object('cleaned_at', now(), 'previous_state', 'IN_PROGRESS'), 'cleanup_history'
  );

  result := jsonb_build_object(
    'timestamp', now(),
    'stale_threshold_minutes', p_stale_threshold_minutes,
    'stale_locks_cleaned', locks,
    'stale_states_reset', stale.how_many
  );
  INSERT INTO public.monitoring_events (event_type, details) VALUES ('stale_entity_cleanup', result);
  IF stale.queue_entities <> '[]' THEN
    -- For cronCleanupStaleEntities, which removes their keys from Redis.
    result := result || jsonb_build_object('reset_entities', stale.queue_entities);
  END IF;
  RETURN result;
END;
$$;
COMMENT ON FUNCTION public.cleanup_stale_entities(INT) IS
  'Removes locks without a heartbeat, and resets states that are IN_PROGRESS, for longer than the threshold; returns and records how many, and returns as reset_entities which messages of our queues are among them, if any. At most 5,000 locks and 500 states a call, the oldest first, so that no worker waits for it. Service role.';

CREATE OR REPLACE FUNCTION linernotes.delete_old(target TEXT, condition TEXT, most_seconds NUMERIC)
RETURNS BIGINT
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  batch INT := greatest(linernotes.setting_number('maintenance_batch')::INT, 1);
  gone BIGINT;
  total BIGINT := 0;
  begun TIMESTAMPTZ := clock_timestamp();
BEGIN
  IF to_regclass(target) IS NULL THEN
    RETURN 0;
  END IF;
  LOOP
    EXECUTE format(
      'DELETE FROM %1$s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$s AS old WHERE %2$s LIMIT %3$s FOR UPDATE SKIP LOCKED))',
      target::REGCLASS, condition, batch
    );
    GET DIAGNOSTICS gone = ROW_COUNT;
    total := total + gone;
    -- What is left waits for the next call, so that this one stays well below the API's statement_timeout.
    EXIT WHEN gone < batch OR clock_timestamp() > begun + make_interval(secs => most_seconds::DOUBLE PRECISION);
  END LOOP;
  RETURN total;
EXCEPTION WHEN insufficient_privilege THEN
  -- On some servers we may not delete from pg_cron's and pg_net's tables; there their owner keeps them small.
  RETURN 0;
END;
$$;
COMMENT ON FUNCTION linernotes.delete_old(TEXT, TEXT, NUMERIC) IS
  'Deletes rows of a table in batches, for about so long; returns how many. The arguments are ours, never a caller''s.';

CREATE OR REPLACE FUNCTION linernotes.expire_bookkeeping(OUT deleted JSONB, OUT failed JSONB)
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  rule RECORD;
BEGIN
  deleted := jsonb_build_object();
  failed := jsonb_build_object();
  FOR rule IN
    SELECT *
    FROM (VALUES
      -- The table that grows fastest gets most of the time. Last come tables whose rows others may want to write: deleted
      -- rows stay locked until the end of the transaction.
      ('public.queue_metrics', 'created_at', 'days', 'metrics', 'TRUE', 3.0),
      ('public.monitoring_events', 'created_at', 'days', 'events', 'TRUE', 0.2),
      ('public.worker_issues', 'updated_at', 'days', 'resolved_issues', 'resolved', 0.2),
      ('linernotes.dead_letters', 'died_at', 'days', 'dead_letters', 'TRUE', 0.2),
      ('linernotes.discoveries', 'requested_at', 'days', 'discoveries', 'TRUE', 0.2),
      ('linernotes.discovery_stages', 'last_at', 'days', 'discoveries', 'TRUE', 0.2),
      ('linernotes.discovery_errors', 'at', 'days', 'discoveries', 'TRUE', 0.2),
      ('linernotes.discovery_links', 'at', 'days', 'discoveries', 'TRUE', 0.2),
      -- A run that was cut off has no end, one that never began has neither: it is as old as the next one that did.
      ('cron.job_run_details',
        $sql$coalesce(old.end_time, old.start_time, (
          SELECT later.start_time FROM cron.job_run_details AS later
          WHERE later.runid > old.runid AND later.start_time IS NOT NULL
          ORDER BY later.runid LIMIT 1
        ))$sql$, 'days', 'cron_runs', 'TRUE', 0.2),
      ('net._http_response', 'created', 'hours', 'http_responses', 'TRUE', 0.2),
      ('public.processing_status', 'updated_at', 'days', 'statuses',
        $sql$state IN ('COMPLETED', 'FAILED') AND NOT coalesce(dead_lettered, FALSE) AND entity_id LIKE 'msg:%'$sql$, 0.1),
      ('linernotes.idempotency_records', 'created_at', 'hours', 'operations', 'TRUE', 0.1)
    ) AS list (target, changed_at, unit, setting, condition, most_seconds)
  LOOP
    BEGIN
      deleted := deleted || jsonb_build_object(rule.target, linernotes.delete_old(
        rule.target,
        format(
          '%s < now() - make_interval(%s => %s) AND %s',
          rule.changed_at, rule.unit,
          linernotes.setting_number('retention_' || rule.unit || '.' || rule.setting)::INT,
          rule.condition
        ),
        rule.most_seconds
      ));
    EXCEPTION WHEN OTHERS THEN
      failed := failed || jsonb_build_object(rule.target, SQLERRM);
    END;
  END LOOP;
END;
$$;
COMMENT ON FUNCTION linernotes.expire_bookkeeping() IS
  'Deletes what is older than its retention (linernotes.settings): how many rows of which table, and which tables failed, each by itself.';

CREATE OR REPLACE FUNCTION public.maintenance_clear_stale_entities(p_stale_threshold_minutes INT DEFAULT 60)
RETURNS JSONB
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  expired RECORD;
  profiles_asked INT;
  artists_asked INT;
  cleaned JSONB;
  failed JSONB := jsonb_build_object();
BEGIN
  PERFORM linernotes.check_range('p_stale_threshold_minutes', p_stale_threshold_minutes, 1, 5256000);
  -- Each part by itself: one that fails must not take back what the others did.
  BEGIN
    PERFORM linernotes.ensure_queues();
  EXCEPTION WHEN OTHERS THEN
    failed := failed || jsonb_build_object('queues', SQLERRM);
  END;
  -- Rows that nobody waits for come first, so that those that a worker may want are locked for a moment only.
  SELECT * INTO expired FROM linernotes.expire_bookkeeping();
  failed := failed || expired.failed;
  BEGIN
    cleaned := public.cleanup_stale_entities(p_stale_threshold_minutes);
  EXCEPTION WHEN OTHERS THEN
    failed := failed || jsonb_build_object('stale entities', SQLERRM);
  END;
  BEGIN
    profiles_asked := linernotes.refresh_profiles();
  EXCEPTION WHEN OTHERS THEN
    failed := failed || jsonb_build_object('profiles', SQLERRM);
  END;
  BEGIN
    artists_asked := linernotes.refresh_artists();
  EXCEPTION WHEN OTHERS THEN
    failed := failed || jsonb_build_object('artists', SQLERRM);
  END;

  IF failed = '{}' THEN
    PERFORM linernotes.close_issues('database', ARRAY['maintenance_failed']);
  ELSE
    PERFORM linernotes.raise_issue('database', 'maintenance_failed', (
      SELECT 'parts of the maintenance failed: ' || string_agg(part.key || ': ' || part.value, '; ' ORDER BY part.key)
      FROM jsonb_each_text(failed) AS part
    ));
  END IF;
  RETURN coalesce(cleaned, '{}')
    || jsonb_build_object(
      'deleted', expired.deleted, 'profiles_asked_for', profiles_asked, 'artists_asked_for', artists_asked
    )
    || CASE WHEN failed = '{}' THEN '{}' ELSE jsonb_build_object('failed', failed) END;
END;
$$;
COMMENT ON FUNCTION public.maintenance_clear_stale_entities(INT) IS
  'cleanup_stale_entities; makes and prepares registered queues that got lost; deletes bookkeeping that is older than its retention, in batches; and asks again for profiles that are older than profile_max_age_days, at most profile_refreshes_per_hour, and for artists whose albums were listed more than artist_refresh_days ago, at most artist_refreshes_per_day. A part that fails stands under failed and in an open issue, the others are done. Service role.';
