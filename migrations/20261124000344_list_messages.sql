-- The messages of a queue as the console shows them: a page of a list, quick however many there are, and one message whole.

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
