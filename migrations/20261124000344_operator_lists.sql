-- What the console shows beyond get_pipeline_status: each a page of a list, quick whatever the queues hold.

CREATE OR REPLACE FUNCTION linernotes.list_page(found JSONB, limit_count INT, key TEXT)
RETURNS JSONB
LANGUAGE sql
IMMUTABLE
SET search_path = ''
AS $$
  SELECT jsonb_build_object(
    'items', coalesce(found, '[]') - limit_count,
    'next', CASE WHEN jsonb_array_length(found) > limit_count THEN found -> (limit_count - 1) -> key END
  );
$$;
COMMENT ON FUNCTION linernotes.list_page(JSONB, INT, TEXT) IS
  'A page of a list of which one more than limit_count was looked for: {items, next}, next being the key of its last item where there are more.';

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

-- Without the order, which would make calls ambiguous.
DROP FUNCTION IF EXISTS public.list_queue_messages(TEXT, TEXT, INT, TEXT, BIGINT, INT);
CREATE OR REPLACE FUNCTION public.list_queue_messages(
  queue_name TEXT,
  phase TEXT DEFAULT NULL,
  min_age_minutes INT DEFAULT 0,
  search TEXT DEFAULT NULL,
  after BIGINT DEFAULT NULL,
  limit_count INT DEFAULT 50,
  newest_first BOOLEAN DEFAULT FALSE
)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
SET jit = off
AS $$
DECLARE
  queue_table TEXT := linernotes.queue_table(queue_name);
  -- Whatever is looked for, one call reads no more than so many messages, and says where it stopped.
  reach INT := 20000;
  page JSONB;
BEGIN
  PERFORM linernotes.check_range('min_age_minutes', min_age_minutes, 0, 5256000);
  PERFORM linernotes.check_present('newest_first', newest_first);
  after := coalesce(after, CASE WHEN newest_first THEN 9223372036854775806 ELSE 0 END);
  PERFORM linernotes.check_range('after', after, 0, 9223372036854775806);
  PERFORM linernotes.check_range('limit_count', limit_count, 1, 1000);
  IF phase IS NOT NULL AND phase NOT IN ('waiting', 'in_progress', 'retrying', 'stuck') THEN
    PERFORM linernotes.reject('phase', 'must be waiting, in_progress, retrying or stuck');
  END IF;
  IF search IS NOT NULL THEN
    PERFORM linernotes.check_text('search', search);
  END IF;
  IF phase IS NULL AND search IS NULL AND min_age_minutes = 0 THEN
    reach := limit_count + 1;
  END IF;
  EXECUTE format(
    $query$
    WITH reached AS MATERIALIZED (
      SELECT queued.msg_id, queued.read_ct, queued.enqueued_at, queued.vt, queued.message
      FROM %1$s AS queued
      WHERE queued.msg_id %4$s $2 AND %2$s
      ORDER BY queued.msg_id %3$s
      LIMIT $6
    ), matching AS (
      SELECT described.*
      FROM (
        SELECT
          reached.*, status.attempts, status.last_error,
          CASE
            WHEN reached.vt > now() AND reached.read_ct > 0 AND status.next_attempt_at > now() THEN 'retrying'
            WHEN reached.vt > now() AND reached.read_ct > 0 THEN 'in_progress'
            WHEN reached.read_ct > 0 AND reached.vt < now() - INTERVAL '10 minutes' THEN 'stuck'
            ELSE 'waiting'
          END AS phase
        FROM reached
        LEFT JOIN public.processing_status AS status
          ON status.entity_type = $1 AND status.entity_id = linernotes.message_entity(reached.msg_id, reached.message)
      ) AS described
      WHERE ($3 IS NULL OR described.phase = $3)
        AND described.enqueued_at <= now() - make_interval(mins => $4)
        AND ($5 IS NULL OR strpos(lower(concat_ws(' ', described.last_error, described.message::TEXT)), lower($5)) > 0)
      ORDER BY described.msg_id %3$s
      LIMIT $7 + 1
    ), page AS (
      SELECT linernotes.list_page(jsonb_agg(jsonb_build_object(
        'message_id', msg_id::TEXT, 'phase', phase, 'enqueued_at', enqueued_at,
        'age_seconds', round(extract(EPOCH FROM now() - enqueued_at)),
        'visible_in_seconds', greatest(0, ceil(extract(EPOCH FROM vt - now()))),
        'attempts', coalesce(attempts, 0), 'deliveries', read_ct, 'key', message ->> '_idempotencyKey',
        'correlation_id', message ->> '_correlationId', 'error', last_error,
        'message', message - '_idempotencyKey' - '_correlationId'
      ) ORDER BY msg_id %3$s), $7, 'message_id') AS found
      FROM matching
    )
    SELECT CASE
      -- Read as far as one call reads, and the page is not full: the next one goes on from there.
      WHEN page.found -> 'next' = 'null' AND (SELECT count(*) FROM reached) = $6
        THEN page.found || jsonb_build_object(
          'next', (SELECT msg_id FROM reached ORDER BY msg_id %5$s LIMIT 1)::TEXT, 'complete', FALSE
        )
      ELSE page.found || '{"complete": true}'
    END
    FROM page
    $query$,
    queue_table,
    CASE
      WHEN phase IN ('in_progress', 'retrying') THEN 'queued.read_ct > 0 AND queued.vt > now()'
      WHEN phase = 'stuck' THEN linernotes.stuck_condition(10)
      ELSE 'TRUE'
    END,
    CASE WHEN newest_first THEN 'DESC' ELSE 'ASC' END,
    CASE WHEN newest_first THEN '<' ELSE '>' END,
    CASE WHEN newest_first THEN 'ASC' ELSE 'DESC' END
  )
  INTO page
  USING queue_name, after, phase, min_age_minutes, search, reach, limit_count;
  RETURN page;
END;
$$;
COMMENT ON FUNCTION public.list_queue_messages(TEXT, TEXT, INT, TEXT, BIGINT, INT, BOOLEAN) IS
  'Messages of a queue in the order of their ids, the oldest or the newest first, after one of them: those in a phase (waiting, in_progress, retrying, stuck), of an age, whose body or last error holds a text. {items, next (what to pass as after, NULL at the end), complete (FALSE where twenty thousand messages were read without filling the page)}. Service role.';

CREATE OR REPLACE FUNCTION public.get_queue_message(queue_name TEXT, message_id TEXT)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
SET jit = off
AS $$
DECLARE
  queue_table TEXT := linernotes.queue_table(queue_name);
  wanted BIGINT := linernotes.parse_message_id(message_id);
  found_id BIGINT;
  deliveries INT;
  enqueued_at TIMESTAMPTZ;
  visible_at TIMESTAMPTZ;
  body JSONB;
  status public.processing_status;
BEGIN
  EXECUTE format('SELECT msg_id, read_ct, enqueued_at, vt, message FROM %s WHERE msg_id = $1', queue_table)
  INTO found_id, deliveries, enqueued_at, visible_at, body
  USING wanted;
  IF found_id IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT * INTO status
  FROM public.processing_status AS known
  WHERE known.entity_type = get_queue_message.queue_name
    AND known.entity_id = linernotes.message_entity(found_id, body);
  RETURN jsonb_build_object(
    'queue_name', queue_name,
    'message_id', found_id::TEXT,
    'message', body,
    'phase', CASE
      WHEN visible_at > now() AND deliveries > 0 AND status.next_attempt_at > now() THEN 'retrying'
      WHEN visible_at > now() AND deliveries > 0 THEN 'in_progress'
      WHEN deliveries > 0 AND visible_at < now() - INTERVAL '10 minutes' THEN 'stuck'
      ELSE 'waiting'
    END,
    'enqueued_at', enqueued_at,
    'visible_at', visible_at,
    'deliveries', deliveries,
    'attempts', coalesce(status.attempts, 0),
    'max_attempts', linernotes.max_attempts(queue_name),
    'last_processed_at', status.last_processed_at,
    'last_error', status.last_error,
    'failed_attempts', coalesce(status.failed_attempts, '[]'),
    'completed_at', status.metadata -> 'completed_at',
    'correlation_id', body ->> '_correlationId',
    'artist_name', (
      SELECT discovery.artist_name FROM linernotes.discoveries AS discovery
      WHERE discovery.correlation_id = body ->> '_correlationId'
    ),
    'earlier', coalesce((
      SELECT jsonb_agg(jsonb_build_object(
        'message_id', letter.message_id::TEXT, 'error', letter.error, 'attempts', letter.attempts,
        'died_at', letter.died_at, 'replayed_at', letter.replayed_at
      ) ORDER BY letter.id DESC)
      FROM (
        SELECT * FROM linernotes.dead_letters AS known
        WHERE known.entity_id = status.entity_id AND known.queue_name = get_queue_message.queue_name
        ORDER BY known.id DESC
        LIMIT 20
      ) AS letter
    ), '[]')
  );
END;
$$;
COMMENT ON FUNCTION public.get_queue_message(TEXT, TEXT) IS
  'One message of a queue whole: body, phase, attempts, those that failed one by one (failed_attempts: at most the last ten), last error, its discovery, and earlier dead letters of the same work. NULL where it is not in the queue. Service role.';

CREATE OR REPLACE FUNCTION public.list_dead_letter_groups(queue_name TEXT DEFAULT NULL, limit_count INT DEFAULT 100)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
SET jit = off
AS $$
BEGIN
  PERFORM linernotes.check_range('limit_count', limit_count, 1, 1000);
  IF queue_name IS NOT NULL THEN
    PERFORM linernotes.check_text('queue_name', queue_name);
  END IF;
  RETURN (
    SELECT jsonb_build_object('as_of', clock_timestamp(), 'groups', coalesce(jsonb_agg(to_jsonb(shown)), '[]'))
    FROM (
      SELECT counted.*, latest.error AS example
      FROM (
        SELECT
          letter.queue_name, letter.error_kind, count(*) AS letters, min(letter.died_at) AS first_at, max(letter.died_at) AS last_at
        FROM linernotes.dead_letters AS letter
        WHERE letter.replayed_at IS NULL
          AND (list_dead_letter_groups.queue_name IS NULL OR letter.queue_name = list_dead_letter_groups.queue_name)
        GROUP BY letter.queue_name, letter.error_kind
        ORDER BY count(*) DESC, letter.queue_name, letter.error_kind
        LIMIT limit_count
      ) AS counted
      CROSS JOIN LATERAL (
        SELECT letter.error
        FROM linernotes.dead_letters AS letter
        WHERE letter.replayed_at IS NULL
          AND letter.queue_name = counted.queue_name
          AND letter.error_kind = counted.error_kind
          AND letter.died_at = counted.last_at
        LIMIT 1
      ) AS latest
      ORDER BY counted.letters DESC, counted.queue_name, counted.error_kind
    ) AS shown
  );
END;
$$;
COMMENT ON FUNCTION public.list_dead_letter_groups(TEXT, INT) IS
  'Dead letters that were not replayed, by queue and by error without what varies in it, the largest group first: {as_of, groups: [{queue_name, error_kind, letters, first_at, last_at, example}]}. Service role.';

CREATE OR REPLACE FUNCTION public.find_dead_letters(
  queue_name TEXT,
  error_kind TEXT DEFAULT NULL,
  message_id BIGINT DEFAULT NULL,
  after BIGINT DEFAULT NULL,
  limit_count INT DEFAULT 50
)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
SET jit = off
AS $$
DECLARE
  last_died_at TIMESTAMPTZ;
BEGIN
  PERFORM linernotes.check_text('queue_name', queue_name);
  PERFORM linernotes.check_range('limit_count', limit_count, 1, 1000);
  SELECT letter.died_at INTO last_died_at FROM linernotes.dead_letters AS letter WHERE letter.id = find_dead_letters.after;
  RETURN (
    SELECT linernotes.list_page(jsonb_agg(jsonb_build_object(
      'id', found.id::TEXT, 'queue_name', found.queue_name, 'message_id', found.message_id::TEXT, 'error', found.error,
      'error_kind', found.error_kind, 'attempts', found.attempts, 'enqueued_at', found.enqueued_at, 'died_at', found.died_at,
      'replayed_at', found.replayed_at, 'replayed_as', found.replayed_as::TEXT,
      'failed_attempts', coalesce(found.failed_attempts, '[]'),
      'correlation_id', found.message ->> '_correlationId', 'message', found.message
    ) ORDER BY found.died_at DESC, found.id DESC), limit_count, 'id')
    FROM (
      SELECT letter.*
      FROM linernotes.dead_letters AS letter
      WHERE letter.queue_name = find_dead_letters.queue_name
        AND CASE
          WHEN find_dead_letters.message_id IS NULL THEN letter.replayed_at IS NULL
          ELSE letter.message_id = find_dead_letters.message_id
        END
        AND (find_dead_letters.error_kind IS NULL OR letter.error_kind = find_dead_letters.error_kind)
        AND (last_died_at IS NULL OR (letter.died_at, letter.id) < (last_died_at, find_dead_letters.after))
      ORDER BY letter.died_at DESC, letter.id DESC
      LIMIT limit_count + 1
    ) AS found
  );
END;
$$;
COMMENT ON FUNCTION public.find_dead_letters(TEXT, TEXT, BIGINT, BIGINT, INT) IS
  'Dead letters of a queue, the latest first, after the one with an id: of one kind of error, or the one of a message, replayed or not. {items, next}. Service role.';

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
