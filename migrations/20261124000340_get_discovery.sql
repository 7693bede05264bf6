-- get_discovery: what became of one request for an artist, stage by stage.

CREATE OR REPLACE FUNCTION linernotes.correlations_of(correlation_id TEXT)
RETURNS TEXT[]
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  WITH RECURSIVE reached (id) AS (
    SELECT correlations_of.correlation_id
    UNION
    SELECT link.linked_id
    FROM reached
    JOIN linernotes.discovery_links AS link ON link.correlation_id = reached.id
  )
  SELECT array_agg(id) FROM reached;
$$;
COMMENT ON FUNCTION linernotes.correlations_of(TEXT) IS
  'The correlation, and those whose messages do work for it, because an enqueue found their idempotency key in the queue.';

CREATE OR REPLACE FUNCTION linernotes.discovery_stage(queue_name TEXT, correlations TEXT[])
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  queued JSONB;
  ended JSONB;
BEGIN
  EXECUTE format(
    $query$
    SELECT jsonb_build_object(
      'waiting', count(*) FILTER (WHERE phase = 'waiting'),
      'in_progress', count(*) FILTER (WHERE phase = 'in_progress'),
      'retrying', count(*) FILTER (WHERE phase = 'retrying')
    )
    FROM (
      SELECT CASE
        WHEN queued.vt > clock_timestamp() AND status.next_attempt_at IS NOT NULL THEN 'retrying'
        WHEN queued.vt > clock_timestamp() AND queued.read_ct > 0 THEN 'in_progress'
        ELSE 'waiting'
      END AS phase
      FROM %s AS queued
      LEFT JOIN public.processing_status AS status
        ON status.entity_type = $1
        AND status.entity_id = linernotes.message_entity(queued.msg_id, queued.message)
      WHERE queued.message ->> '_correlationId' = ANY ($2)
    ) AS phases
    $query$,
    linernotes.queue_table(queue_name)
  )
  INTO queued
  USING queue_name, correlations;

  SELECT jsonb_build_object(
    'done', coalesce(sum(stage.done), 0), 'failed', coalesce(sum(stage.failed), 0), 'dead', coalesce(sum(stage.dead), 0)
  )
  INTO ended
  FROM linernotes.discovery_stages AS stage
  WHERE stage.queue_name = discovery_stage.queue_name AND stage.correlation_id = ANY (correlations);
  RETURN jsonb_build_object('queue_name', queue_name) || queued || ended;
END;
$$;
COMMENT ON FUNCTION linernotes.discovery_stage(TEXT, TEXT[]) IS
  'Messages of the correlations in one queue, and those that left it.';

CREATE OR REPLACE FUNCTION linernotes.discovery_stages_of(correlations TEXT[])
RETURNS JSONB
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT jsonb_agg(linernotes.discovery_stage(workers.queue_name, correlations) ORDER BY workers.position)
  FROM linernotes.workers;
$$;
COMMENT ON FUNCTION linernotes.discovery_stages_of(TEXT[]) IS
  'Messages of the correlations in each queue, and those that left it, in the order of the stages.';

CREATE OR REPLACE FUNCTION linernotes.discovery_problems(correlations TEXT[])
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  stage TEXT;
  problems JSONB;
  retried JSONB;
BEGIN
  SELECT coalesce(jsonb_agg(jsonb_build_object(
    'queue_name', problem.queue_name,
    'message_id', problem.message_id::TEXT,
    'error', problem.error,
    'at', problem.at
  ) ORDER BY problem.id), '[]')
  INTO problems
  FROM (
    SELECT * FROM linernotes.discovery_errors AS error
    WHERE error.correlation_id = ANY (correlations)
    ORDER BY error.id DESC
    LIMIT 100
  ) AS problem;

  FOR stage IN SELECT workers.queue_name FROM linernotes.workers ORDER BY workers.position LOOP
    EXECUTE format(
      $query$
      SELECT jsonb_agg(jsonb_build_object(
        'queue_name', $1, 'message_id', queued.msg_id::TEXT, 'error', status.last_error, 'at', status.updated_at
      ))
      FROM (
        SELECT msg_id, message
        FROM %s
        WHERE message ->> '_correlationId' = ANY ($2)
        LIMIT 1000
      ) AS queued
      JOIN public.processing_status AS status
        ON status.entity_type = $1
        AND status.entity_id = linernotes.message_entity(queued.msg_id, queued.message)
      WHERE status.last_error IS NOT NULL
      $query$,
      linernotes.queue_table(stage)
    )
    INTO retried
    USING stage, correlations;
    problems := problems || coalesce(retried, '[]');
  END LOOP;
  RETURN problems;
END;
$$;
COMMENT ON FUNCTION linernotes.discovery_problems(TEXT[]) IS
  'Errors of the correlations: those that ended a message, then those of messages that are tried again.';

CREATE OR REPLACE FUNCTION linernotes.artist_counts(artist_ids UUID[])
RETURNS JSONB
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  WITH album AS (
    SELECT DISTINCT known.album_id AS id FROM linernotes.album_artists AS known WHERE known.artist_id = ANY (artist_ids)
  ), track AS (
    SELECT tracks.id FROM public.tracks JOIN album ON album.id = tracks.album_id
  )
  SELECT jsonb_build_object(
    'albums', (SELECT count(*) FROM album),
    'tracks', (SELECT count(*) FROM track),
    'credits', count(*),
    'producers', count(DISTINCT credit.producer_id)
  )
  FROM track
  JOIN public.track_producers AS credit ON credit.track_id = track.id;
$$;
COMMENT ON FUNCTION linernotes.artist_counts(UUID[]) IS
  'What the catalogue has of these artists now; what they share is counted once.';

CREATE OR REPLACE FUNCTION public.get_discovery(
  correlation_id TEXT DEFAULT NULL,
  artist_name TEXT DEFAULT NULL,
  message_id BIGINT DEFAULT NULL,
  together_with BIGINT[] DEFAULT NULL
)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
-- The planner expects a hundred rows of every JSON array, and would compile for longer than the query takes.
SET jit = off
AS $$
DECLARE
  discovery linernotes.discoveries;
  correlations TEXT[];
  artist JSONB;
  shares JSONB;
  stages JSONB;
  is_running BOOLEAN;
  has_dead BOOLEAN;
  is_unknown BOOLEAN;
  last_change TIMESTAMPTZ;
BEGIN
  IF num_nonnulls(get_discovery.correlation_id, get_discovery.artist_name, get_discovery.message_id) = 0 THEN
    PERFORM linernotes.reject('correlation_id', 'give correlation_id, artist_name or message_id');
  END IF;
  IF get_discovery.artist_name IS NOT NULL THEN
    PERFORM linernotes.check_text('artist_name', get_discovery.artist_name);
  END IF;

  SELECT * INTO discovery
  FROM linernotes.discoveries AS known
  WHERE (get_discovery.correlation_id IS NULL OR known.correlation_id = get_discovery.correlation_id)
    AND (get_discovery.message_id IS NULL OR known.message_id = get_discovery.message_id)
    AND (get_discovery.artist_name IS NULL OR known.artist_key = linernotes.message_key(
      'artist_discovery', jsonb_build_object('artistName', get_discovery.artist_name)
    ))
  ORDER BY known.requested_at DESC
  LIMIT 1;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;

  correlations := linernotes.correlations_of(discovery.correlation_id);
  SELECT jsonb_agg(jsonb_build_object('correlation_id', share.id, 'stages', linernotes.discovery_stages_of(ARRAY[share.id])))
  INTO shares
  FROM unnest(correlations) AS share (id);
  stages := linernotes.discovery_stages_of(correlations);
  SELECT
    bool_or(stage.waiting + stage.in_progress + stage.retrying > 0),
    bool_or(stage.dead > 0),
    bool_or(stage.queue_name = 'artist_discovery' AND stage.failed > 0)
  INTO is_running, has_dead, is_unknown
  FROM jsonb_to_recordset(stages) AS stage (
    queue_name TEXT, waiting BIGINT, in_progress BIGINT, retrying BIGINT, failed BIGINT, dead BIGINT
  );
  SELECT max(stage.last_at) INTO last_change
  FROM linernotes.discovery_stages AS stage
  WHERE stage.correlation_id = ANY (correlations);

  SELECT jsonb_build_object('id', known.id, 'name', known.name)
  INTO artist
  FROM linernotes.discoveries AS request
  JOIN public.artists AS known ON known.id = request.artist_id
  WHERE request.correlation_id = ANY (correlations) AND request.artist_key = discovery.artist_key
  ORDER BY request.requested_at DESC
  LIMIT 1;

  RETURN jsonb_build_object(
    'correlation_id', discovery.correlation_id,
    'artist_name', discovery.artist_name,
    'state', CASE
      WHEN is_running THEN 'running'
      WHEN has_dead THEN 'failed'
      WHEN artist IS NOT NULL THEN 'completed'
      WHEN is_unknown THEN 'not_found'
      -- Its message was removed without an outcome, by pgmq.purge_queue for instance.
      ELSE 'failed'
    END,
    'requested_at', discovery.requested_at,
    'finished_at', CASE WHEN NOT is_running THEN greatest(last_change, discovery.requested_at) END,
    'artist', artist,
    'stages', stages,
    'shares', shares,
    'counts', linernotes.artist_counts(ARRAY[(artist ->> 'id')::UUID]),
    'errors', linernotes.discovery_problems(correlations)
  ) || CASE WHEN together_with IS NULL THEN '{}' ELSE jsonb_build_object(
    'counts_together', linernotes.artist_counts(ARRAY(
      SELECT (artist ->> 'id')::UUID
      UNION
      SELECT found.artist_id
      FROM linernotes.discoveries AS asked
      CROSS JOIN LATERAL unnest(linernotes.correlations_of(asked.correlation_id)) AS share (id)
      JOIN linernotes.discoveries AS found ON found.correlation_id = share.id AND found.artist_key = asked.artist_key
      WHERE asked.message_id = ANY (together_with)
    ))
  ) END;
END;
$$;
COMMENT ON FUNCTION public.get_discovery(TEXT, TEXT, BIGINT, BIGINT[]) IS
  'What became of one request for an artist, found by correlation id, by name (the latest) or by the id of its message: state (running, completed, not_found, failed), the five stages, the same for each correlation that does work for it (shares, by which the stages of several requests can be added without counting work that they share twice), counts of the artist in the catalogue, and with together_with (ids of other requests'' messages) counts_together of all their artists, in which what they share is counted once, errors. NULL where there is none. Service role.';
