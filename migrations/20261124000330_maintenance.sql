-- What was left behind is put right, and nothing grows without bound.

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
      -- No more than a moment's work: a worker that takes one of their messages waits for the end of this.
      ORDER BY status.last_processed_at
      LIMIT 500
      -- A worker that is just committing one of them is alive: leave it to that.
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
  'IN_PROGRESS for longer than age → PENDING, so that it really runs again, the oldest first, at most 500 a call; note goes into metadata, appended to a history where one is named. Returns how many, and which of them are messages of our queues: those have a key in Redis.';

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
      'DELETE FROM %1$s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$s WHERE %2$s LIMIT %3$s FOR UPDATE SKIP LOCKED))',
      target::REGCLASS, condition, batch
    );
    GET DIAGNOSTICS gone = ROW_COUNT;
    total := total + gone;
    -- The rest waits for the next time: the whole stays well below the API's statement_timeout.
    EXIT WHEN gone < batch OR clock_timestamp() > begun + make_interval(secs => most_seconds::DOUBLE PRECISION);
  END LOOP;
  RETURN total;
EXCEPTION WHEN insufficient_privilege THEN
  -- pg_cron's and pg_net's tables are not ours everywhere; what may not be deleted is their owner's to keep small.
  RETURN 0;
END;
$$;
COMMENT ON FUNCTION linernotes.delete_old(TEXT, TEXT, NUMERIC) IS
  'Deletes rows of a table in batches, for about so long; returns how many. The arguments are ours, never a caller''s.';

CREATE OR REPLACE FUNCTION linernotes.delete_expired()
RETURNS JSONB
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  rule RECORD;
  deleted JSONB := jsonb_build_object();
BEGIN
  FOR rule IN
    SELECT *
    FROM (VALUES
      -- What grows fastest gets most of the time. Last come rows that somebody could want to write anew: they stay
      -- locked until the end of the transaction.
      ('public.queue_metrics', 'created_at', 'days', 'metrics', 'TRUE', 3.0),
      ('public.monitoring_events', 'created_at', 'days', 'events', 'TRUE', 0.2),
      ('public.worker_issues', 'updated_at', 'days', 'resolved_issues', 'resolved', 0.2),
      ('linernotes.dead_letters', 'died_at', 'days', 'dead_letters', 'TRUE', 0.2),
      ('linernotes.discoveries', 'requested_at', 'days', 'discoveries', 'TRUE', 0.2),
      ('linernotes.discovery_stages', 'last_at', 'days', 'discoveries', 'TRUE', 0.2),
      ('linernotes.discovery_errors', 'at', 'days', 'discoveries', 'TRUE', 0.2),
      ('linernotes.discovery_joins', 'at', 'days', 'discoveries', 'TRUE', 0.2),
      ('cron.job_run_details', 'end_time', 'days', 'cron_runs', 'TRUE', 0.2),
      ('net._http_response', 'created', 'hours', 'http_responses', 'TRUE', 0.2),
      ('public.processing_status', 'updated_at', 'days', 'statuses',
        $sql$state IN ('COMPLETED', 'FAILED') AND NOT coalesce(dead_lettered, FALSE) AND entity_id LIKE 'msg:%'$sql$, 0.1),
      ('linernotes.operations', 'created_at', 'hours', 'operations', 'TRUE', 0.1)
    ) AS list (target, age_column, unit, setting, condition, most_seconds)
  LOOP
    deleted := deleted || jsonb_build_object(rule.target, linernotes.delete_old(
      rule.target,
      format(
        '%I < now() - make_interval(%s => %s) AND %s',
        rule.age_column, rule.unit,
        linernotes.setting_number('retention_' || rule.unit || '.' || rule.setting)::INT,
        rule.condition
      ),
      rule.most_seconds
    ));
  END LOOP;
  RETURN deleted;
END;
$$;
COMMENT ON FUNCTION linernotes.delete_expired() IS
  'Deletes what is older than its retention (linernotes.settings); returns how many rows of which table.';

CREATE OR REPLACE FUNCTION linernotes.refresh_profiles()
RETURNS INT
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  most INT;
  bodies JSONB[];
  asked INT;
BEGIN
  -- MusicBrainz answers one request a second, and new producers come first: a bounded number an hour, fewer while others
  -- wait. One caller at a time counts them.
  PERFORM linernotes.lock_keys(ARRAY['refresh profiles']);
  SELECT linernotes.setting_number('profile_refreshes_per_hour') - coalesce(sum(earlier.success_count), 0) INTO most
  FROM public.queue_metrics AS earlier
  WHERE earlier.queue_name = 'social_enrichment'
    AND earlier.operation = 'refresh'
    AND earlier.created_at > now() - INTERVAL '1 hour';
  IF most > 0 THEN
    most := most - (SELECT count(*) FROM (SELECT FROM pgmq.q_social_enrichment LIMIT most) AS waiting);
  END IF;
  IF most <= 0 THEN
    RETURN 0;
  END IF;

  SELECT array_agg(jsonb_build_object('producerId', old.id, '_idempotencyKey', old.key) ORDER BY old.age, old.id) INTO bodies
  FROM (
    SELECT producer.id, message.key, coalesce(producer.enriched_at, producer.updated_at) AS age
    FROM public.producers AS producer
    CROSS JOIN LATERAL linernotes.message_key(
      'social_enrichment', jsonb_build_object('producerId', producer.id)
    ) AS message (key)
    WHERE coalesce(producer.enriched_at, producer.updated_at) < linernotes.oldest_profile()
      -- What is dead waits for an operator; what was begun today and not done does not hold up the others.
      AND NOT coalesce(
        (
          SELECT coalesce(status.dead_lettered, FALSE)
            OR (status.state <> 'COMPLETED' AND status.updated_at > now() - INTERVAL '1 day')
          FROM public.processing_status AS status
          WHERE status.entity_type = 'social_enrichment' AND status.entity_id = message.key
        ),
        FALSE
      )
      -- The rest of a profile waits for its source: there are few messages here, or we had not come so far.
      AND producer.id::TEXT <> ALL (ARRAY(
        SELECT waiting.message ->> 'producerId'
        FROM pgmq.q_social_enrichment AS waiting
        WHERE waiting.message ->> 'producerId' IS NOT NULL
      ))
    ORDER BY age, producer.id
    LIMIT most
  ) AS old;
  SELECT count(*) FILTER (WHERE sent.created) INTO asked
  FROM linernotes.enqueue('social_enrichment', coalesce(bodies, '{}')) AS sent;
  IF asked > 0 THEN
    INSERT INTO public.queue_metrics (queue_name, operation, success_count) VALUES ('social_enrichment', 'refresh', asked);
  END IF;
  RETURN asked;
END;
$$;
COMMENT ON FUNCTION linernotes.refresh_profiles() IS
  'Asks again for profiles that are older than profile_max_age_days, the oldest first, the failed ones too; returns for how many. Never two messages for one producer.';

CREATE OR REPLACE FUNCTION public.maintenance_clear_stale_entities(p_stale_threshold_minutes INT DEFAULT 60)
RETURNS JSONB
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  deleted JSONB;
BEGIN
  PERFORM linernotes.check_range('p_stale_threshold_minutes', p_stale_threshold_minutes, 1, 5256000);
  -- First what nobody waits for; what a worker may want is locked at the end, for a moment.
  deleted := linernotes.delete_expired();
  RETURN public.cleanup_stale_entities(p_stale_threshold_minutes)
    || jsonb_build_object('deleted', deleted, 'profiles_asked_for', linernotes.refresh_profiles());
END;
$$;
COMMENT ON FUNCTION public.maintenance_clear_stale_entities(INT) IS
  'cleanup_stale_entities, deletes bookkeeping that is older than its retention, in batches, and asks again for profiles that are older than profile_max_age_days, at most profile_refreshes_per_hour. Service role.';
