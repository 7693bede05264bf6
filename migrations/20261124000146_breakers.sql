-- Breakers of the providers: a provider that is down costs no message an attempt.
--
-- Runs count how many requests to a provider fail in a row (status 5xx, no answer, an answer that can't be read), all of
-- them together; any other answer sets the count to nothing. From `breaker_failures` on, a run that is about to report a
-- further failure first sends a probe, one cheap question that has to do with no message. So a provider that is down is
-- told from a message that it can't answer: if the probe is answered, the message's attempt counts as always; if the
-- probe fails, too, the breaker opens, and attempts that failed at this provider do not count (spare_attempts).
--
-- While the breaker is open, the provider is asked nothing. A queue whose worker can do nothing without it
-- (workers.provider) gives no messages, so they wait untouched; elsewhere a message that needs it is retried later,
-- uncounted. One probe after the other goes through, at growing intervals, each sent by the one run whose turn it is
-- (probe_provider). The first answer closes the breaker and wakes the workers.

CREATE OR REPLACE FUNCTION linernotes.closed_until(queue_name TEXT)
RETURNS TIMESTAMPTZ
LANGUAGE sql
VOLATILE
SET search_path = ''
AS $$
  SELECT known.next_probe_at
  FROM linernotes.workers
  JOIN linernotes.providers AS known ON known.provider = workers.provider
  WHERE workers.queue_name = closed_until.queue_name
    AND known.open_since IS NOT NULL
    AND known.next_probe_at > clock_timestamp();
$$;
COMMENT ON FUNCTION linernotes.closed_until(TEXT) IS
  'When the provider without which the queue''s worker can do nothing is probed next, while its breaker is open; else NULL. Until then the queue gives no messages.';

CREATE OR REPLACE FUNCTION linernotes.waits_for_provider(queue_name TEXT)
RETURNS BOOLEAN
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  RETURN EXISTS (
    SELECT
    FROM linernotes.workers
    JOIN linernotes.providers AS known ON known.provider = workers.provider
    WHERE workers.queue_name = waits_for_provider.queue_name AND known.open_since IS NOT NULL
  );
END;
$$;
COMMENT ON FUNCTION linernotes.waits_for_provider(TEXT) IS
  'Whether the provider without which the queue''s worker can do nothing is down: then its messages are not stuck, and its worker is not silent.';

CREATE OR REPLACE FUNCTION linernotes.spare_attempts(outcomes JSONB, report JSONB)
RETURNS JSONB
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  IF jsonb_typeof(report -> 'providers') IS DISTINCT FROM 'object' OR NOT EXISTS (
    SELECT
    FROM jsonb_each(report -> 'providers') AS given
    LEFT JOIN linernotes.providers AS known ON known.provider = given.key
    WHERE given.value ->> 'down' IS NOT NULL
      -- Another run has opened the breaker meanwhile.
      OR (known.open_since IS NOT NULL AND given.value ->> 'failures' <> '0')
  ) THEN
    RETURN outcomes;
  END IF;
  RETURN (
    SELECT coalesce(jsonb_agg(
      CASE
        WHEN element ->> 'outcome' = 'retry'
          AND element #>> '{error,code}' IN ('provider_failed', 'provider_unreachable', 'provider_answer_malformed')
          THEN element || '{"counts": false}'
        ELSE element
      END
      ORDER BY n
    ), '[]')
    FROM jsonb_array_elements(outcomes) WITH ORDINALITY AS list (element, n)
  );
END;
$$;
COMMENT ON FUNCTION linernotes.spare_attempts(JSONB, JSONB) IS
  'The outcomes of a commit, in which attempts that failed at a provider do not count if a provider is down at which requests of the run failed.';

CREATE OR REPLACE FUNCTION public.probe_provider(provider TEXT, answered BOOLEAN DEFAULT FALSE)
RETURNS JSONB
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  known linernotes.providers;
  granted BOOLEAN := FALSE;
  queue TEXT;
BEGIN
  PERFORM linernotes.check_text('provider', provider);
  PERFORM linernotes.check_present('answered', answered);
  SELECT * INTO known
  FROM linernotes.providers AS row_of
  WHERE row_of.provider = probe_provider.provider
  FOR UPDATE;
  IF NOT FOUND THEN
    PERFORM linernotes.reject('provider', format('there is no provider %s', quote_literal(left(provider, 100))));
  END IF;

  IF known.open_since IS NOT NULL AND answered THEN
    UPDATE linernotes.providers AS row_of
    SET failures = 0, open_since = NULL, open_reason = NULL
    WHERE row_of.provider = probe_provider.provider
    RETURNING * INTO known;
    FOR queue IN
      SELECT workers.queue_name
      FROM linernotes.workers
      WHERE workers.provider = probe_provider.provider
      ORDER BY workers.position
    LOOP
      PERFORM linernotes.wake_up(queue);
    END LOOP;
  ELSIF known.open_since IS NOT NULL AND known.next_probe_at <= clock_timestamp() THEN
    granted := TRUE;
    UPDATE linernotes.providers AS row_of
    SET probes = row_of.probes + 1,
        next_probe_at = clock_timestamp() + linernotes.probe_interval(row_of.probes + 1)
    WHERE row_of.provider = probe_provider.provider
    RETURNING * INTO known;
  END IF;
  RETURN jsonb_build_object(
    'open', known.open_since IS NOT NULL,
    'granted', granted,
    'next_probe_ms', CASE WHEN known.open_since IS NOT NULL THEN linernotes.milliseconds_until(known.next_probe_at) END
  );
END;
$$;
COMMENT ON FUNCTION public.probe_provider(TEXT, BOOLEAN) IS
  'The turn to probe a provider whose breaker is open: granted to one caller at each interval, who then asks the provider one question. answered: it was answered, which closes the breaker and wakes the workers that waited. Returns {open, granted, next_probe_ms}. Service role.';
