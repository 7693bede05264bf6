-- Which profiles of producers are to be looked for, again or for the first time. Four callers ask: the stages' file, for a
-- delivery and for follow-ups; the commit of a profile; and maintenance, for profiles that grew too old.

CREATE OR REPLACE FUNCTION linernotes.profile_cutoff()
RETURNS TIMESTAMPTZ
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT now() - make_interval(days => linernotes.setting_number('profile_max_age_days')::INT);
$$;
COMMENT ON FUNCTION linernotes.profile_cutoff() IS
  'A profile whose last search, successful or not, was before this moment is too old.';

CREATE OR REPLACE FUNCTION linernotes.producers_to_enrich(producer_ids UUID[])
RETURNS SETOF UUID
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT producer.id
  FROM public.producers AS producer
  CROSS JOIN (
    SELECT linernotes.profile_cutoff() AS moment
    OFFSET 0 -- the setting is read once, not for each producer
  ) AS cutoff
  WHERE producer.id = ANY (producer_ids)
    AND (
      coalesce(producer.enriched_at, producer.updated_at) < cutoff.moment
      OR (producer.enriched_at IS NULL AND NOT coalesce(producer.enrichment_failed, FALSE))
      -- Genius credits them only since the last search: the credit leads to their page there, which may have the handle.
      OR (
        producer.instagram_handle IS NULL
        AND EXISTS (
          SELECT FROM public.track_producers AS credit WHERE credit.producer_id = producer.id AND credit.source = 'genius'
        )
        AND NOT EXISTS (
          SELECT
          FROM public.track_producers AS credit
          WHERE credit.producer_id = producer.id
            AND credit.source = 'genius'
            AND credit.created_at < coalesce(producer.enriched_at, producer.updated_at)
        )
      )
    );
$$;
COMMENT ON FUNCTION linernotes.producers_to_enrich(UUID[]) IS
  'Those of the producers whose profile is missing or too old, or was looked for without the Genius page that a credit leads to by now.';

CREATE OR REPLACE FUNCTION linernotes.follow_ups_for_new_genius_ids(elements JSONB)
RETURNS JSONB
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT coalesce(jsonb_agg(
    (element - 'rows') || jsonb_build_object('follow_ups', jsonb_build_array(jsonb_build_object(
      'queue_name', 'social_enrichment',
      'message', jsonb_build_object('producerId', producer.id, 'sources', '["genius", "instagram"]'::JSONB)
    )))
  ), '[]')
  FROM (
    SELECT element, linernotes.current_producer(linernotes.message_id(element -> 'rows' -> 'profile', 'producer_id')) AS id
    FROM jsonb_array_elements(elements) AS element
    WHERE element -> 'rows' -> 'profile' ? 'genius_version'
    OFFSET 0 -- first the WHERE, so that no producer is looked up for outcomes without a profile
  ) AS stored
  JOIN public.producers AS producer USING (id)
  WHERE producer.instagram_handle IS NULL
    AND element -> 'rows' -> 'profile' ->> 'genius_version' <> linernotes.genius_version(producer.id)
    AND linernotes.genius_artist_ids(producer.id) <> '[]';
$$;
COMMENT ON FUNCTION linernotes.follow_ups_for_new_genius_ids(JSONB) IS
  'Outcomes with one more follow-up, for profiles without a handle whose producer Genius began to credit under another id during the search. The message that was enqueued for that id found the one in work, which has the same idempotency key, and added none.';

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
  -- A bounded number an hour, and fewer while other messages wait: MusicBrainz answers one request a second, and new
  -- producers come first. The lock makes one transaction at a time count them.
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
    WHERE coalesce(producer.enriched_at, producer.updated_at) < linernotes.profile_cutoff()
      -- A dead letter waits for an operator; a message that was begun today and is not done must not keep others back.
      AND NOT coalesce(
        (
          SELECT coalesce(status.dead_lettered, FALSE)
            OR (status.state <> 'COMPLETED' AND status.updated_at > now() - INTERVAL '1 day')
          FROM public.processing_status AS status
          WHERE status.entity_type = 'social_enrichment' AND status.entity_id = message.key
        ),
        FALSE
      )
      -- The queue may hold a message for a part of the profile, under another key. It is short, or most would be 0.
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
