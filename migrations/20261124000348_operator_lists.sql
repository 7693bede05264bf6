-- What else the console shows beyond get_pipeline_status: the day that was, the discoveries, the settings.

CREATE OR REPLACE FUNCTION public.get_pipeline_history(hours INT DEFAULT 24)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
SET jit = off
AS $$
DECLARE
  bucket INTERVAL;
  stages JSONB;
  providers JSONB;
  jobs JSONB;
BEGIN
  PERFORM linernotes.check_range('hours', hours, 1, 168);
  bucket := make_interval(mins => hours * 60 / 48);
  SELECT jsonb_object_agg(counted.queue_name, counted.points) INTO stages
  FROM (
    SELECT slots.queue_name, jsonb_agg(jsonb_build_array(coalesce(sums.done, 0), coalesce(sums.errors, 0)) ORDER BY slots.slot) AS points
    FROM (SELECT workers.queue_name, slot FROM linernotes.workers, generate_series(0, 47) AS slot) AS slots
    LEFT JOIN (
      SELECT
        binned.queue_name,
        48 - round(extract(EPOCH FROM now() - binned.began) / extract(EPOCH FROM bucket))::INT AS slot,
        binned.done,
        binned.errors
      FROM (
        -- A busy day has some hundred thousand commits, so nothing is computed for each of them that is not needed.
        SELECT
          metric.queue_name,
          date_bin(bucket, metric.created_at, now() + INTERVAL '1 microsecond') AS began,
          sum(metric.success_count) AS done,
          sum(coalesce(metric.error_count, 0)) AS errors
        FROM public.queue_metrics AS metric
        WHERE metric.operation = 'commit' AND metric.created_at > now() - 48 * bucket AND metric.created_at <= now()
        GROUP BY 1, 2
      ) AS binned
    ) AS sums USING (queue_name, slot)
    GROUP BY slots.queue_name
  ) AS counted;

  SELECT jsonb_object_agg(known.provider, jsonb_build_object(
    'requests_last_hour', coalesce(asked.hour, 0)
  ))
  INTO providers
  FROM linernotes.providers AS known
  LEFT JOIN (
    SELECT
      report.key AS provider,
      sum((report.value ->> 'requests')::BIGINT) AS hour
    FROM public.queue_metrics AS metric
    CROSS JOIN LATERAL jsonb_each(metric.details -> 'providers') AS report
    WHERE metric.operation = 'commit'
      AND metric.created_at > now() - INTERVAL '1 hour'
      AND jsonb_typeof(metric.details -> 'providers') = 'object'
      AND jsonb_typeof(report.value -> 'requests') = 'number'
    GROUP BY report.key
  ) AS asked USING (provider);

  IF to_regclass('cron.job') IS NOT NULL THEN
    -- Dynamic, because pg_cron may be missing when this function is made.
    EXECUTE
      'WITH run AS MATERIALIZED (SELECT * FROM linernotes.recent_job_runs())
       SELECT jsonb_agg(jsonb_build_object(
         ''name'', wanted.job_name, ''schedule'', coalesce(scheduled.schedule, wanted.schedule),
         ''scheduled'', scheduled.jobid IS NOT NULL AND scheduled.active,
         ''last_at'', last.started_at, ''status'', last.status, ''said'', left(last.said, 200)
       ) ORDER BY wanted.job_name)
       FROM linernotes.jobs() AS wanted
       LEFT JOIN cron.job AS scheduled ON scheduled.jobname = wanted.job_name
       LEFT JOIN run AS last ON last.job_id = scheduled.jobid AND last.turn = 1'
    INTO jobs;
  END IF;
  RETURN jsonb_build_object('hours', hours, 'stages', stages, 'providers', providers, 'jobs', coalesce(jobs, '[]'));
END;
$$;
COMMENT ON FUNCTION public.get_pipeline_history(INT) IS
  'The last hours in 48 steps: for each queue [done, errors] a step, the oldest first; for each provider the requests of the last hour; the jobs with their last run. Service role.';

CREATE OR REPLACE FUNCTION linernotes.queued_correlations(correlations TEXT[])
RETURNS TEXT[]
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  stage TEXT;
  queued TEXT[] := ARRAY[]::TEXT[];
  found TEXT[];
BEGIN
  FOR stage IN SELECT workers.queue_name FROM linernotes.workers ORDER BY workers.position DESC LOOP
    -- With the LIMIT each is one step into the index, however many messages a correlation or the queue has.
    EXECUTE format(
      $query$
      SELECT ARRAY(
        SELECT wanted.id
        FROM unnest($1) AS wanted (id)
        WHERE (SELECT TRUE FROM %s AS queued WHERE queued.message ->> '_correlationId' = wanted.id LIMIT 1)
      )
      $query$,
      linernotes.queue_table(stage)
    )
    INTO found
    USING ARRAY(SELECT unnest(correlations) EXCEPT SELECT unnest(queued));
    queued := queued || found;
  END LOOP;
  RETURN queued;
END;
$$;
COMMENT ON FUNCTION linernotes.queued_correlations(TEXT[]) IS
  'Those of the correlations that have a message in a queue.';

CREATE OR REPLACE FUNCTION public.list_discoveries(after TEXT DEFAULT NULL, search TEXT DEFAULT NULL, limit_count INT DEFAULT 50)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
SET jit = off
AS $$
DECLARE
  last_requested_at TIMESTAMPTZ;
BEGIN
  PERFORM linernotes.check_range('limit_count', limit_count, 1, 100);
  IF search IS NOT NULL THEN
    PERFORM linernotes.check_text('search', search);
  END IF;
  SELECT discovery.requested_at INTO last_requested_at
  FROM linernotes.discoveries AS discovery
  WHERE discovery.correlation_id = list_discoveries.after;
  RETURN (
    WITH RECURSIVE found AS MATERIALIZED (
      SELECT discovery.*
      FROM linernotes.discoveries AS discovery
      WHERE (last_requested_at IS NULL
          OR (discovery.requested_at, discovery.correlation_id) < (last_requested_at, list_discoveries.after))
        AND (search IS NULL OR strpos(lower(discovery.artist_name), lower(search)) > 0)
      ORDER BY discovery.requested_at DESC, discovery.correlation_id DESC
      LIMIT limit_count + 1
    ), share (correlation_id, id) AS (
      -- As correlations_of() has it, of all that are shown at once.
      SELECT found.correlation_id, found.correlation_id FROM found
      UNION
      SELECT share.correlation_id, link.linked_id
      FROM share
      JOIN linernotes.discovery_links AS link ON link.correlation_id = share.id
    ), queued AS MATERIALIZED (
      SELECT linernotes.queued_correlations(ARRAY(SELECT DISTINCT share.id FROM share)) AS ids
    ), ended AS MATERIALIZED (
      SELECT
        share.correlation_id,
        bool_or(stage.dead > 0) AS has_dead,
        bool_or(stage.queue_name = 'artist_discovery' AND stage.failed > 0) AS is_unknown,
        max(stage.last_at) AS last_at
      FROM share
      JOIN linernotes.discovery_stages AS stage ON stage.correlation_id = share.id
      GROUP BY share.correlation_id
    ), judged AS (
      SELECT
        found.*,
        EXISTS (
          SELECT FROM share JOIN queued ON share.id = ANY (queued.ids) WHERE share.correlation_id = found.correlation_id
        ) AS is_running,
        ended.has_dead, ended.is_unknown, ended.last_at,
        coalesce(found.artist_id, (
          SELECT other.artist_id
          FROM share
          JOIN linernotes.discoveries AS other ON other.correlation_id = share.id
          WHERE share.correlation_id = found.correlation_id
            AND other.artist_key = found.artist_key AND other.artist_id IS NOT NULL
          LIMIT 1
        )) AS known_artist_id
      FROM found
      LEFT JOIN ended USING (correlation_id)
    )
    SELECT linernotes.list_page(jsonb_agg(jsonb_build_object(
      'correlation_id', judged.correlation_id, 'artist_name', judged.artist_name, 'forced', judged.forced,
      'requested_at', judged.requested_at,
      -- As get_discovery has it.
      'state', CASE
        WHEN judged.is_running THEN 'running'
        WHEN judged.has_dead THEN 'failed'
        WHEN judged.known_artist_id IS NOT NULL THEN 'completed'
        WHEN judged.is_unknown THEN 'not_found'
        ELSE 'failed'
      END,
      'finished_at', CASE WHEN NOT judged.is_running THEN greatest(judged.last_at, judged.requested_at) END,
      'artist_id', judged.known_artist_id
    ) ORDER BY judged.requested_at DESC, judged.correlation_id DESC), limit_count, 'correlation_id')
    FROM judged
  );
END;
$$;
COMMENT ON FUNCTION public.list_discoveries(TEXT, TEXT, INT) IS
  'Requests for artists of the last 30 days, the latest first, after the one with a correlation id, those whose name holds a text, each with its outcome as get_discovery says it: {items, next}. Service role.';

CREATE OR REPLACE FUNCTION public.list_settings()
RETURNS JSONB
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
  SELECT jsonb_build_object(
    'settings', (
      SELECT jsonb_agg(jsonb_build_object(
        'name', setting.name, 'value', setting.value, 'default', setting.default_value,
        'description', setting.description, 'updated_at', setting.updated_at
      ) ORDER BY setting.name)
      FROM linernotes.settings AS setting
    ),
    'queues', (
      SELECT jsonb_agg(jsonb_build_object(
        'queue_name', registry.queue_name, 'description', registry.description, 'active', registry.active,
        'max_attempts', registry.max_attempts, 'max_concurrency', registry.max_concurrency
      ) ORDER BY workers.position NULLS LAST, registry.queue_name)
      FROM public.queue_registry AS registry
      LEFT JOIN linernotes.workers USING (queue_name)
    )
  );
$$;
COMMENT ON FUNCTION public.list_settings() IS
  'The settings with their defaults and meaning, and the columns of queue_registry that an operator changes. Service role.';
