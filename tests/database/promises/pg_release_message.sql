-- Gives a message back.

--> Visible at once, and the attempt does not count
DO $$
DECLARE
  message_id TEXT := pg_enqueue('artist_discovery', '{"_idempotencyKey": "k"}')::TEXT;
BEGIN
  PERFORM pg_dequeue('artist_discovery', 1, 600);
  PERFORM checks.same('released', pg_release_message('artist_discovery', message_id), TRUE);
  PERFORM checks.same('state', (SELECT state || attempts FROM processing_status WHERE entity_id = 'k'), 'PENDING0');
  PERFORM checks.same('delivered again', pg_dequeue('artist_discovery', 1) -> 0 ->> 'id', message_id);
END;
$$;

--> FALSE where there is no such message
DO $$
BEGIN
  PERFORM checks.same('unknown', pg_release_message('artist_discovery', '999999'), FALSE);
  PERFORM checks.same('a UUID', pg_release_message('artist_discovery', gen_random_uuid()::TEXT), FALSE);
END;
$$;
