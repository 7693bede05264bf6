-- delete and reset, as an object that says how it went.

--> delete deletes, and says so in the documented keys
DO $$
DECLARE
  message_id TEXT := pg_enqueue('artist_discovery', '{}')::TEXT;
BEGIN
  PERFORM checks.same('answer', cross_schema_queue_op('delete', 'artist_discovery', message_id), jsonb_build_object(
    'operation', 'delete', 'queue', 'artist_discovery', 'success', TRUE, 'message_id', message_id,
    'queue_table', 'pgmq.q_artist_discovery', 'method', 'cross_schema_delete'
  ));
  PERFORM checks.same('again', cross_schema_queue_op('delete', 'artist_discovery', message_id) -> 'success', 'false'::JSONB);
END;
$$;

--> reset makes a message visible
DO $$
DECLARE
  message_id TEXT := pg_enqueue('artist_discovery', '{}')::TEXT;
BEGIN
  PERFORM pg_dequeue('artist_discovery', 1, 600);
  PERFORM checks.same('method', cross_schema_queue_op('reset', 'artist_discovery', message_id) ->> 'method', 'visibility_timeout_reset');
  PERFORM checks.same('delivered', pg_dequeue('artist_discovery') -> 0 ->> 'id', message_id);
END;
$$;

--> What goes wrong is an object with error: another operation, no message id, an unknown queue
DO $$
BEGIN
  PERFORM checks.same('operation', cross_schema_queue_op('drop', 'artist_discovery', '1'),
    '{"success": false, "error": "Unknown operation: drop"}'::JSONB);
  PERFORM checks.same('no id', cross_schema_queue_op('reset', 'artist_discovery'),
    '{"operation": "reset", "success": false, "error": "Message ID required"}'::JSONB);
  PERFORM checks.same('no queue', cross_schema_queue_op('delete', 'nowhere', '1') -> 'success', 'false'::JSONB);
  ASSERT cross_schema_queue_op('delete', 'nowhere', '1') ->> 'error' LIKE '%nowhere%';
END;
$$;
