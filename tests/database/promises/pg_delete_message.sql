-- Deletes one message.

--> TRUE for one that was there, FALSE the next time
DO $$
DECLARE
  message_id TEXT := pg_enqueue('artist_discovery', '{}')::TEXT;
BEGIN
  PERFORM checks.same('first', pg_delete_message('artist_discovery', message_id), TRUE);
  PERFORM checks.same('again', pg_delete_message('artist_discovery', message_id), FALSE);
  PERFORM checks.same('gone', checks.queued('artist_discovery'), 0);
END;
$$;

--> FALSE for a UUID or any other text, which is no message's id
DO $$
DECLARE
  text_id TEXT;
BEGIN
  PERFORM pg_enqueue('artist_discovery', '{}');
  FOREACH text_id IN ARRAY ARRAY[gen_random_uuid()::TEXT, '1 OR TRUE', '-1', '1.0', '1e3', '99999999999999999999', '٣'] LOOP
    PERFORM checks.same(text_id, pg_delete_message('artist_discovery', text_id), FALSE);
  END LOOP;
  PERFORM checks.same('nothing is gone', checks.queued('artist_discovery'), 1);
END;
$$;

--> One that was in progress is COMPLETED
DO $$
DECLARE
  message_id TEXT := pg_enqueue('artist_discovery', '{"_idempotencyKey": "k"}')::TEXT;
BEGIN
  PERFORM pg_dequeue('artist_discovery');
  PERFORM pg_delete_message('artist_discovery', message_id);
  PERFORM checks.same('state', (SELECT state FROM processing_status WHERE entity_id = 'k'), 'COMPLETED');
END;
$$;
