-- Budgets of the providers, shared by all runs: request slots that are given one after the other, pauses that a provider
-- asked for (Retry-After), and abilities that it refused. Its breaker stands in the next file.

CREATE OR REPLACE FUNCTION linernotes.milliseconds_until(moment TIMESTAMPTZ)
RETURNS BIGINT
LANGUAGE sql
VOLATILE
SET search_path = ''
AS $$
  SELECT CASE
    WHEN moment > clock_timestamp() THEN ceil(extract(EPOCH FROM moment - clock_timestamp()) * 1000)::BIGINT
    ELSE 0
  END;
$$;
COMMENT ON FUNCTION linernotes.milliseconds_until(TIMESTAMPTZ) IS
  'Milliseconds from now; 0 for the past and for NULL. Workers get durations, since their clocks may differ from the database''s.';

CREATE OR REPLACE FUNCTION public.reserve_provider_requests(
  provider TEXT,
  requests INT,
  requests_per_second NUMERIC,
  within_ms INT DEFAULT 25000,
  run_id UUID DEFAULT NULL
)
RETURNS JSONB
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  budget linernotes.providers;
  seconds_a_slot NUMERIC;
  first_slot TIMESTAMPTZ;
  granted INT;
BEGIN
  PERFORM linernotes.check_text('provider', provider);
  PERFORM linernotes.check_range('requests', requests, 1, 1000);
  PERFORM linernotes.check_range('requests_per_second', requests_per_second, 0.001, 100000);
  PERFORM linernotes.check_range('within_ms', within_ms, 0, 3600000);

  SELECT * INTO budget
  FROM linernotes.providers AS known
  WHERE known.provider = reserve_provider_requests.provider
  FOR UPDATE;
  IF NOT FOUND THEN
    PERFORM linernotes.reject('provider', format('there is no provider %s', quote_literal(left(provider, 100))));
  END IF;

  seconds_a_slot := 1 / requests_per_second;
  first_slot := greatest(budget.next_slot_at, clock_timestamp());
  granted := CASE
    WHEN budget.paused_until > clock_timestamp() THEN 0
    ELSE greatest(0, least(
      requests,
      floor(
        extract(EPOCH FROM clock_timestamp() + make_interval(secs => within_ms / 1000.0) - first_slot) / seconds_a_slot
      )::INT + 1
    ))
  END;
  IF granted > 0 THEN
    UPDATE linernotes.providers AS known
    SET next_slot_at = first_slot + make_interval(secs => granted * seconds_a_slot),
        slot_owner = run_id,
        slot_seconds = seconds_a_slot
    WHERE known.provider = reserve_provider_requests.provider;
  END IF;
  RETURN jsonb_build_object(
    'granted', granted,
    'first_in_ms', linernotes.milliseconds_until(first_slot),
    'interval_ms', ceil(seconds_a_slot * 1000),
    'paused_for_ms', linernotes.milliseconds_until(budget.paused_until)
  );
END;
$$;
COMMENT ON FUNCTION public.reserve_provider_requests(TEXT, INT, NUMERIC, INT, UUID) IS
  'Reserves up to so many of the provider''s next request slots, those that start within within_ms; none while the provider is paused. With run_id, slots that the run leaves unused are given back by its commit. Service role.';

CREATE OR REPLACE FUNCTION linernotes.provider_states()
RETURNS JSONB
LANGUAGE sql
VOLATILE
SET search_path = ''
AS $$
  SELECT coalesce(jsonb_object_agg(known.provider, jsonb_build_object(
    'paused_for_ms', linernotes.milliseconds_until(known.paused_until),
    'pause_reason', CASE WHEN known.paused_until > clock_timestamp() THEN known.pause_reason END,
    'refused', (
      SELECT coalesce(
        jsonb_object_agg(refusal.key, linernotes.milliseconds_until((refusal.value #>> '{}')::TIMESTAMPTZ)), '{}'
      )
      FROM jsonb_each(known.refused) AS refusal
      WHERE (refusal.value #>> '{}')::TIMESTAMPTZ > clock_timestamp()
    ),
    'failures', known.failures,
    'breaker', CASE WHEN known.open_since IS NOT NULL THEN jsonb_build_object(
      'open_since', known.open_since,
      'reason', known.open_reason,
      'probes', known.probes,
      'next_probe_ms', linernotes.milliseconds_until(known.next_probe_at)
    ) END
  )), '{}')
  FROM linernotes.providers AS known;
$$;
COMMENT ON FUNCTION linernotes.provider_states() IS
  'What a run needs to know of each provider, in milliseconds from now: {paused_for_ms, pause_reason, refused, failures (in a row), breaker (NULL while it is closed): {open_since, reason, probes, next_probe_ms}}.';

CREATE OR REPLACE FUNCTION linernotes.probe_interval(probes INT)
RETURNS INTERVAL
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT make_interval(secs => least(
    linernotes.setting_number('breaker_longest_probe_seconds'),
    linernotes.setting_number('breaker_first_probe_seconds') * power(2::NUMERIC, least(probes, 30))
  )::DOUBLE PRECISION);
$$;
COMMENT ON FUNCTION linernotes.probe_interval(INT) IS
  'How long after so many probes of an open breaker the next one is sent.';

CREATE OR REPLACE FUNCTION linernotes.note_providers(run_id UUID, reports JSONB)
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  -- A provider may be newer than the rows of this table: without a row of its own, its pause would be lost.
  INSERT INTO linernotes.providers (provider)
  SELECT report.key
  FROM jsonb_each(reports) AS report
  WHERE jsonb_typeof(report.value) = 'object'
    AND NOT EXISTS (SELECT FROM linernotes.providers AS known WHERE known.provider = report.key)
  ORDER BY report.key
  ON CONFLICT (provider) DO NOTHING;

  UPDATE linernotes.providers AS known
  SET paused_until = CASE
        WHEN report.paused_for_ms > 0
          THEN greatest(known.paused_until, clock_timestamp() + make_interval(secs => report.paused_for_ms / 1000.0))
        ELSE known.paused_until
      END,
      pause_reason = CASE WHEN report.paused_for_ms > 0 THEN left(report.pause_reason, 500) ELSE known.pause_reason END,
      refused = CASE
        WHEN jsonb_typeof(report.refused) = 'object' THEN known.refused || (
          SELECT coalesce(
            jsonb_object_agg(
              ability.key, clock_timestamp() + make_interval(secs => (ability.value #>> '{}')::NUMERIC / 1000)
            ),
            '{}'
          )
          FROM jsonb_each(report.refused) AS ability
        )
        ELSE known.refused
      END,
      next_slot_at = CASE
        WHEN report.unused_slots > 0 AND known.slot_owner = run_id
          THEN known.next_slot_at - make_interval(secs => report.unused_slots * known.slot_seconds)
        ELSE known.next_slot_at
      END,
      slot_owner = CASE WHEN report.unused_slots > 0 THEN NULL ELSE known.slot_owner END,
      failures = CASE WHEN report.answered_ms_ago IS NOT NULL THEN 0 ELSE known.failures END + coalesce(report.failures, 0),
      open_since = CASE
        WHEN report.down IS NOT NULL THEN coalesce(known.open_since, clock_timestamp())
        WHEN NOT report.works THEN known.open_since
      END,
      open_reason = CASE
        WHEN report.down IS NOT NULL THEN left(report.down, 500)
        WHEN NOT report.works THEN known.open_reason
      END,
      probes = CASE WHEN report.down IS NOT NULL AND known.open_since IS NULL THEN 0 ELSE known.probes END,
      next_probe_at = CASE
        WHEN report.down IS NOT NULL AND known.open_since IS NULL THEN clock_timestamp() + linernotes.probe_interval(0)
        ELSE known.next_probe_at
      END,
      last_failure = coalesce(left(report.failure, 500), known.last_failure),
      last_failure_at = CASE WHEN report.failure IS NULL THEN known.last_failure_at ELSE clock_timestamp() END
  FROM (
    -- Rows are locked in the order of their names, so that two commits never wait for each other in a circle.
    SELECT
      locked.provider, details.*,
      -- A request was answered after the last one that failed, which closes an open breaker. What was answered before it
      -- opened, by a run that commits later, does not.
      details.answered_ms_ago IS NOT NULL AND coalesce(details.failures, 0) = 0 AND details.down IS NULL
        AND (locked.open_since > clock_timestamp() - make_interval(secs => details.answered_ms_ago / 1000.0)) IS NOT TRUE
        AS works
    FROM linernotes.providers AS locked
    JOIN jsonb_each(reports) AS given ON given.key = locked.provider
    CROSS JOIN LATERAL jsonb_to_record(
      CASE WHEN jsonb_typeof(given.value) = 'object' THEN given.value ELSE '{}' END
    ) AS details (
      unused_slots NUMERIC, paused_for_ms NUMERIC, pause_reason TEXT, refused JSONB, failures INT, answered_ms_ago NUMERIC, down TEXT, failure TEXT
    )
    WHERE details.unused_slots > 0 OR details.paused_for_ms > 0 OR details.refused <> '{}'
      OR details.failures > 0 OR details.down IS NOT NULL OR details.failure IS NOT NULL
      -- Nearly every report says that the provider answers, which is news only after failures.
      OR (details.answered_ms_ago IS NOT NULL AND (locked.failures > 0 OR locked.open_since IS NOT NULL))
    ORDER BY locked.provider
    FOR UPDATE OF locked
  ) AS report
  WHERE known.provider = report.provider;
$$;
COMMENT ON FUNCTION linernotes.note_providers(UUID, JSONB) IS
  'Stores what a run reports of the providers: pauses, refused abilities, slots that it leaves unused, which go back while no other run has reserved later ones, and for the breaker failures (requests that failed since the last one that was answered), answered_ms_ago (how long ago the last one was answered; what was answered before the breaker opened does not close it) and down (why a probe failed); failure: how the last one failed that did. A provider without a row gets one.';
