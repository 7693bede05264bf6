-- One message of a queue.

--> Whole, with its last error and the dead letters of the same work before it; NULL where there is none
DO $$
DECLARE
  message_id BIGINT := pg_enqueue('artist_discovery', '{"_idempotencyKey": "k", "artistName": "x"}');
  message JSONB;
BEGIN
  PERFORM dequeue_batch('artist_discovery');
  PERFORM commit_batch('artist_discovery', NULL, jsonb_build_array(checks.outcome(message_id, 'dead') || '{"error": {"code": "message_invalid", "message": "no"}}'));
  PERFORM checks.same('gone', get_queue_message('artist_discovery', message_id::TEXT), NULL::JSONB);
  PERFORM replay_dead_letters('artist_discovery');
  message_id := checks.ask('SELECT msg_id FROM pgmq.q_artist_discovery')::BIGINT;
  message := get_queue_message('artist_discovery', message_id::TEXT);
  PERFORM checks.same('body', message -> 'message', '{"_idempotencyKey": "k", "artistName": "x"}'::JSONB);
  PERFORM checks.same('phase', message ->> 'phase', 'waiting');
  PERFORM checks.same('earlier', message #>> '{earlier,0,error}', 'message_invalid: no');
  PERFORM checks.same('unknown', get_queue_message('artist_discovery', 'x'), NULL::JSONB);
END;
$$;
