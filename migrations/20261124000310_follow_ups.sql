-- What follows from messages that are done: rows in the catalogue, and messages in the next queues.

CREATE OR REPLACE FUNCTION linernotes.oldest_profile()
RETURNS TIMESTAMPTZ
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT now() - make_interval(days => linernotes.setting_number('profile_max_age_days')::INT);
$$;
COMMENT ON FUNCTION linernotes.oldest_profile() IS
  'A profile that was found, or failed, before this is too old.';

CREATE OR REPLACE FUNCTION linernotes.wanting_profile(producer_ids UUID[])
RETURNS SETOF UUID
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT producer.id
  FROM public.producers AS producer
  CROSS JOIN (
    SELECT linernotes.oldest_profile() AS allowed
    OFFSET 0 -- looked up once
  ) AS oldest
  WHERE producer.id = ANY (producer_ids)
    AND (
      coalesce(producer.enriched_at, producer.updated_at) < oldest.allowed
      OR (producer.enriched_at IS NULL AND NOT coalesce(producer.enrichment_failed, FALSE))
      -- Genius credits them for the first time since: by that their page is found, which may know the handle.
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
COMMENT ON FUNCTION linernotes.wanting_profile(UUID[]) IS
  'Those of the producers whose profile is missing or too old, or was looked for without the Genius page that a credit leads to by now.';

CREATE OR REPLACE FUNCTION linernotes.send_follow_ups(elements JSONB, stored JSONB)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  target RECORD;
BEGIN
  FOR target IN
    WITH follow_up AS (
      SELECT
        (element ->> 'msg_id')::BIGINT AS msg_id,
        element -> 'correlation_id' AS correlation_id,
        element -> 'forced' = 'true' AS forced,
        wanted.queue_name,
        wanted.for_each,
        coalesce(wanted.message, '{}') AS message
      FROM jsonb_array_elements(elements) AS element
      CROSS JOIN LATERAL jsonb_to_recordset(
        CASE WHEN jsonb_typeof(element -> 'follow_ups') = 'array' THEN element -> 'follow_ups' ELSE '[]' END
      ) AS wanted (queue_name TEXT, for_each TEXT, message JSONB)
    ), payload AS (
      SELECT msg_id, queue_name, correlation_id, forced, for_each, message
      FROM follow_up
      WHERE for_each IS NULL
      UNION ALL
      SELECT
        follow_up.msg_id,
        follow_up.queue_name,
        follow_up.correlation_id,
        follow_up.forced,
        follow_up.for_each,
        follow_up.message || jsonb_build_object(
          CASE follow_up.for_each WHEN 'artists' THEN 'artistId' WHEN 'albums' THEN 'albumId' ELSE 'producerId' END,
          row_id.value
        )
      FROM follow_up
      JOIN jsonb_to_recordset(stored) AS result (
        msg_id BIGINT, artist_ids JSONB, album_ids JSONB, producer_ids JSONB
      ) USING (msg_id)
      CROSS JOIN LATERAL jsonb_array_elements_text(
        CASE follow_up.for_each
          WHEN 'artists' THEN result.artist_ids
          WHEN 'albums' THEN result.album_ids
          WHEN 'producers' THEN result.producer_ids
        END
      ) AS row_id (value)
      WHERE follow_up.for_each IS NOT NULL
    ), once AS MATERIALIZED (
      -- The same people made most of an artist's albums.
      SELECT min(msg_id) AS msg_id, queue_name, correlation_id, forced, for_each, message
      FROM payload
      GROUP BY queue_name, correlation_id, forced, for_each, message
    )
    SELECT
      once.queue_name,
      array_agg(
        once.message
          || jsonb_build_object(
            '_idempotencyKey', linernotes.message_key(once.queue_name, once.message),
            '_correlationId', once.correlation_id
          )
          || CASE WHEN once.forced THEN '{"force": true}'::JSONB ELSE '{}' END
        ORDER BY once.msg_id
      ) AS bodies
    FROM once
    LEFT JOIN linernotes.workers USING (queue_name)
    WHERE once.for_each IS NULL
      OR once.queue_name <> 'social_enrichment'
      OR once.forced
      OR (once.message ->> 'producerId')::UUID IN (
        SELECT * FROM linernotes.wanting_profile(ARRAY(
          SELECT (asked.message ->> 'producerId')::UUID FROM once AS asked WHERE asked.for_each = 'producers'
        ))
      )
    GROUP BY once.queue_name, workers.position
    ORDER BY workers.position
  LOOP
    PERFORM linernotes.enqueue(target.queue_name, target.bodies);
  END LOOP;
END;
$$;
COMMENT ON FUNCTION linernotes.send_follow_ups(JSONB, JSONB) IS
  'Enqueues the follow_ups of done outcomes; for_each makes one message for each row that the outcome stored. A profile is asked for only where it is missing or too old.';

CREATE OR REPLACE FUNCTION linernotes.look_again(elements JSONB)
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
    OFFSET 0 -- nobody is looked up for outcomes without a profile
  ) AS told
  JOIN public.producers AS producer USING (id)
  WHERE producer.instagram_handle IS NULL
    AND element -> 'rows' -> 'profile' ->> 'genius_version' <> linernotes.genius_version(producer.id)
    AND linernotes.genius_artist_ids(producer.id) <> '[]';
$$;
COMMENT ON FUNCTION linernotes.look_again(JSONB) IS
  'Follow-ups for profiles without a handle whose people Genius has begun to credit while they were looked for: the message that asked for that met the one in work, and was none.';

CREATE OR REPLACE FUNCTION linernotes.store_done(elements JSONB)
RETURNS JSONB
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  stored JSONB;
BEGIN
  SELECT coalesce(jsonb_agg(to_jsonb(result)), '[]') INTO stored
  FROM linernotes.store_rows(elements) AS result;
  PERFORM linernotes.send_follow_ups(elements || linernotes.look_again(elements), stored);
  RETURN stored;
END;
$$;
COMMENT ON FUNCTION linernotes.store_done(JSONB) IS
  'Rows and follow-ups of done outcomes, as one set; raises if one of them is bad. Returns what was stored, by message.';

CREATE OR REPLACE FUNCTION linernotes.store_done_safely(elements JSONB, OUT stored JSONB, OUT failures JSONB)
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  element JSONB;
BEGIN
  stored := '[]';
  failures := '{}';
  IF elements IS NULL THEN
    RETURN;
  END IF;
  -- The whole set first; a deadlock with another commit is tried again.
  FOR attempt IN 1..3 LOOP
    BEGIN
      stored := linernotes.store_done(elements);
      RETURN;
    EXCEPTION
      WHEN deadlock_detected OR serialization_failure THEN
        NULL;
      WHEN OTHERS THEN
        IF jsonb_array_length(elements) = 1 THEN
          failures := jsonb_build_object(elements -> 0 ->> 'msg_id', 'storage_failed: ' || SQLERRM);
          RETURN;
        END IF;
        EXIT;
    END;
  END LOOP;

  -- One of them is bad: each by itself, so that it does not fail its neighbours.
  FOR element IN SELECT * FROM jsonb_array_elements(elements) LOOP
    BEGIN
      stored := stored || linernotes.store_done(jsonb_build_array(element));
    EXCEPTION WHEN OTHERS THEN
      failures := failures || jsonb_build_object(element ->> 'msg_id', 'storage_failed: ' || SQLERRM);
    END;
  END LOOP;
END;
$$;
COMMENT ON FUNCTION linernotes.store_done_safely(JSONB) IS
  'store_done for the set, and only if that fails element by element in subtransactions; failures: message id → error.';
