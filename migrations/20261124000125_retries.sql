-- The retry rule: which failures count, how long a retry waits, and when a message becomes a dead letter.
--
-- A message's attempts are its deliveries that count. The delivery raises them, so that a worker that dies with the
-- message has used one up; the commit takes one back where the message is not to blame: the run gave it back
-- (`release`), its provider asked everybody to wait (`retry` with counts = false), or its provider is down (breakers).
--
-- A message that failed is delivered again after a delay. The longest possible delay doubles with each attempt, up to
-- a cap; the real one is a random part of it, so that messages that failed together do not come back together.
--
-- Once queue_registry.max_attempts are used up, no retry comes any more: such a message fails for a reason that
-- repeating does not remove, and it would take a worker's time for ever. It becomes a dead letter, in whichever of
-- three places sees it first:
--   * the commit, if the worker reports that the last attempt failed (fence, fail_unstored);
--   * the delivery, if the worker died with the last attempt and could report nothing (deliver);
--   * the monitor, if no worker comes to take the message (dead_letter_exhausted).
-- A worker that knows that no retry can help says `dead`, whatever the attempts.

CREATE OR REPLACE FUNCTION linernotes.max_attempts(queue_name TEXT)
RETURNS INT
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT coalesce(
    (SELECT registry.max_attempts FROM public.queue_registry AS registry WHERE registry.queue_name = max_attempts.queue_name),
    5
  );
$$;
COMMENT ON FUNCTION linernotes.max_attempts(TEXT) IS
  'How many attempts a message of the queue has; 5, the default of the registry, for a queue that is not registered.';

CREATE OR REPLACE FUNCTION linernotes.attempts_used_up(attempts INT, max_attempts INT)
RETURNS BOOLEAN
LANGUAGE plpgsql
IMMUTABLE
SET search_path = ''
AS $$
BEGIN
  RETURN coalesce(attempts >= max_attempts, FALSE);
END;
$$;
COMMENT ON FUNCTION linernotes.attempts_used_up(INT, INT) IS
  'Whether a message that failed after so many attempts gets no further one.';

CREATE OR REPLACE FUNCTION linernotes.outcome_of_failure(attempts INT, max_attempts INT)
RETURNS TEXT
LANGUAGE plpgsql
IMMUTABLE
SET search_path = ''
AS $$
BEGIN
  RETURN CASE WHEN linernotes.attempts_used_up(attempts, max_attempts) THEN 'dead' ELSE 'retry' END;
END;
$$;
COMMENT ON FUNCTION linernotes.outcome_of_failure(INT, INT) IS
  'What becomes of a message whose attempt failed and counts: retry, or dead after the last attempt.';

CREATE OR REPLACE FUNCTION linernotes.counts_as_attempt(outcome TEXT, counts BOOLEAN)
RETURNS BOOLEAN
LANGUAGE plpgsql
IMMUTABLE
SET search_path = ''
AS $$
BEGIN
  RETURN outcome <> 'release' AND NOT (outcome = 'retry' AND NOT counts);
END;
$$;
COMMENT ON FUNCTION linernotes.counts_as_attempt(TEXT, BOOLEAN) IS
  'FALSE where the message is not to blame: the run gave it back, or the worker said that this retry does not count.';

CREATE OR REPLACE FUNCTION linernotes.exhausted_error(last_error TEXT, attempts INT)
RETURNS TEXT
LANGUAGE plpgsql
IMMUTABLE
SET search_path = ''
AS $$
BEGIN
  RETURN coalesce(
    last_error,
    format(
      'attempts_exhausted: delivered %s, and no worker said what became of it', linernotes.counted(attempts, 'time', 'times')
    )
  );
END;
$$;
COMMENT ON FUNCTION linernotes.exhausted_error(TEXT, INT) IS
  'The error of a dead letter whose last attempt no worker reported: the last error that is known, if there is one.';

CREATE OR REPLACE FUNCTION linernotes.backoff(attempts INT)
RETURNS INTERVAL
LANGUAGE sql
VOLATILE
SET search_path = ''
AS $$
  SELECT make_interval(secs => random() * least(
    linernotes.setting_number('retry_cap_seconds'),
    linernotes.setting_number('retry_base_seconds') * power(2::NUMERIC, least(greatest(attempts, 1) - 1, 30))
  )::DOUBLE PRECISION);
$$;
COMMENT ON FUNCTION linernotes.backoff(INT) IS
  'How long a retry waits after so many attempts: exponential, capped, with full jitter.';
