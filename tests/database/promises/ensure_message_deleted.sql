-- Deletes a message, whatever it takes.

--> TRUE when the message is gone, also when it never was, and without a wait
DO $$
DECLARE
  message_id TEXT := pg_enqueue('artist_discovery', '{}')::TEXT;
  begun TIMESTAMPTZ := clock_timestamp();
BEGIN
  PERFORM checks.same('there', ensure_message_deleted('artist_discovery', message_id), TRUE);
  PERFORM checks.same('gone', ensure_message_deleted('artist_discovery', message_id), TRUE);
  PERFORM checks.same('never was', ensure_message_deleted('artist_discovery', gen_random_uuid()::TEXT), TRUE);
  ASSERT clock_timestamp() - begun < INTERVAL '500 ms', (clock_timestamp() - begun)::TEXT;
END;
$$;
