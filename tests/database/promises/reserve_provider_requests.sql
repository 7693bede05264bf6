-- Slots in a provider's line.

--> Slots that start within the time, one line for all callers
DO $$
DECLARE
  answer JSONB := reserve_provider_requests('musicbrainz', 10, 1, 25000);
BEGIN
  PERFORM checks.same('first', answer, '{"granted": 10, "first_in_ms": 0, "interval_ms": 1000, "paused_for_ms": 0}'::JSONB);
  answer := reserve_provider_requests('musicbrainz', 100, 1, 25000);
  PERFORM checks.same('the rest of 25 s', answer -> 'granted', '16'::JSONB);
  ASSERT (answer ->> 'first_in_ms')::INT BETWEEN 5000 AND 10000, answer::TEXT;
  PERFORM checks.same('full', reserve_provider_requests('musicbrainz', 1, 1, 25000) -> 'granted', '0'::JSONB);
  PERFORM checks.same('another provider', reserve_provider_requests('spotify', 5, 10, 0) -> 'granted', '1'::JSONB);
END;
$$;

--> Nothing while the provider is paused, as a run reported it
DO $$
BEGIN
  PERFORM commit_batch('social_enrichment', NULL, '[]', '{"providers": {"musicbrainz": {"paused_for_ms": 5000, "pause_reason": "503"}}}');
  PERFORM checks.same('granted', reserve_provider_requests('musicbrainz', 1, 1) -> 'granted', '0'::JSONB);
  ASSERT (reserve_provider_requests('musicbrainz', 1, 1) ->> 'paused_for_ms')::INT BETWEEN 1000 AND 5000;
END;
$$;

--> Slots that a run leaves unused go back
DO $$
DECLARE
  run UUID := gen_random_uuid();
BEGIN
  PERFORM reserve_provider_requests('musicbrainz', 10, 1, 25000, run);
  PERFORM commit_batch('social_enrichment', run, '[]', '{"providers": {"musicbrainz": {"unused_slots": 10}}}');
  ASSERT (reserve_provider_requests('musicbrainz', 1, 1) ->> 'first_in_ms')::INT < 500;
END;
$$;

--> An unknown provider is refused
DO $$
BEGIN
  PERFORM checks.refused('provider', $q$SELECT reserve_provider_requests('nobody', 1, 1)$q$);
END;
$$;
