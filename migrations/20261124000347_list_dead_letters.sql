-- Dead letters as the console shows them: by what killed them, and by what is asked of them.

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
