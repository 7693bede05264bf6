-- What a commit stores of outcomes that are done: their rows in the catalogue, and the messages that follow from them in
-- the next queues.

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
        coalesce(wanted.message, '{}')
          || CASE WHEN element -> 'refresh' = 'true' THEN '{"refresh": true}'::JSONB ELSE '{}' END AS message
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
      -- The albums of a batch were mostly made by the same people: one message for each of them.
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
    -- A message that follows from a stored row is left out if the stage has a current result for it already.
    WHERE once.for_each IS NULL OR once.forced OR (once.queue_name, once.message) NOT IN (
      SELECT asked.queue_name, result.message
      FROM (
        SELECT each.queue_name, array_agg(each.message) AS messages
        FROM once AS each
        WHERE each.for_each IS NOT NULL
        GROUP BY each.queue_name
      ) AS asked
      CROSS JOIN LATERAL linernotes.known_results(asked.queue_name, asked.messages) AS result
      WHERE result.is_current
    )
    GROUP BY once.queue_name, workers.position
    ORDER BY workers.position
  LOOP
    PERFORM linernotes.enqueue(target.queue_name, target.bodies);
  END LOOP;
END;
$$;
COMMENT ON FUNCTION linernotes.send_follow_ups(JSONB, JSONB) IS
  'Enqueues the follow_ups of outcomes that are done. for_each (artists, albums, producers) makes one message for each such row that the outcome stored, unless the next stage has a current result for it.';

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
  PERFORM linernotes.note_lists(elements, stored);
  PERFORM linernotes.send_follow_ups(elements || linernotes.follow_ups_for_new_genius_ids(elements), stored);
  RETURN stored;
END;
$$;
COMMENT ON FUNCTION linernotes.store_done(JSONB) IS
  'Stores the rows and enqueues the follow-ups of outcomes that are done, all together; raises if one of them is bad. Returns what was stored, by message.';

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
  -- The whole set first; after a deadlock with another commit it is tried again.
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

  -- One of them is bad: store each one by itself, so that the bad one does not fail the others.
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
  'store_done for all elements; only if that fails, for each one in a subtransaction of its own. failures: message id → error.';
