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

--> Its failed attempts one by one, those that did not count as one; a dead letter keeps them, and a replay begins anew
DO $$
DECLARE
  id BIGINT := pg_enqueue('artist_discovery', '{"_idempotencyKey": "k", "artistName": "x"}');
  failed JSONB;
BEGIN
  PERFORM dequeue_batch('artist_discovery');
  PERFORM commit_batch('artist_discovery', NULL, jsonb_build_array(checks.outcome(id, 'retry', '{"error": {"code": "a", "message": "first"}}')));
  FOR delivery IN 2..4 LOOP
    PERFORM checks.as_owner('UPDATE pgmq.q_artist_discovery SET vt = now()');
    PERFORM dequeue_batch('artist_discovery');
    PERFORM commit_batch('artist_discovery', NULL, jsonb_build_array(checks.outcome(id, 'retry', jsonb_build_object(
      'read_ct', delivery, 'counts', FALSE, 'after_ms', 1000, 'error', '{"code": "breaker_open", "message": "down"}'::JSONB
    ))));
  END LOOP;
  failed := get_queue_message('artist_discovery', id::TEXT) -> 'failed_attempts';
  PERFORM checks.same('list', (SELECT jsonb_agg(entry - 'at') FROM jsonb_array_elements(failed) AS entry), '[
    {"attempt": 1, "counts": true, "error": "a: first"}, {"attempt": 2, "counts": false, "error": "breaker_open: down", "times": 3}
  ]'::JSONB);
  PERFORM checks.as_owner('UPDATE pgmq.q_artist_discovery SET vt = now()');
  PERFORM dequeue_batch('artist_discovery');
  PERFORM commit_batch('artist_discovery', NULL, jsonb_build_array(checks.outcome(id, 'dead', '{"read_ct": 5, "error": {"code": "b"}}')));
  failed := find_dead_letters('artist_discovery') #> '{items,0,failed_attempts}';
  PERFORM checks.same('dead', (SELECT array_agg(entry ->> 'error') FROM jsonb_array_elements(failed) AS entry), ARRAY[
    'a: first', 'breaker_open: down', 'b'
  ]);
  PERFORM replay_dead_letters('artist_discovery');
  id := checks.ask('SELECT msg_id FROM pgmq.q_artist_discovery')::BIGINT;
  PERFORM checks.same('anew', get_queue_message('artist_discovery', id::TEXT) -> 'failed_attempts', '[]'::JSONB);
END;
$$;

--> At most the last ten of them, and none once it is done
DO $$
DECLARE
  id BIGINT := pg_enqueue('artist_discovery', '{"_idempotencyKey": "k", "artistName": "x"}');
  failed JSONB;
BEGIN
  UPDATE queue_registry SET max_attempts = 100 WHERE queue_name = 'artist_discovery';
  FOR delivery IN 1..12 LOOP
    PERFORM dequeue_batch('artist_discovery');
    PERFORM commit_batch('artist_discovery', NULL, jsonb_build_array(checks.outcome(id, 'retry', jsonb_build_object(
      'read_ct', delivery, 'error', jsonb_build_object('code', 'c' || delivery)
    ))));
    PERFORM checks.as_owner('UPDATE pgmq.q_artist_discovery SET vt = now()');
  END LOOP;
  failed := get_queue_message('artist_discovery', id::TEXT) -> 'failed_attempts';
  PERFORM checks.same('ten', jsonb_array_length(failed), 10);
  PERFORM checks.same('first', failed #>> '{0,error}', 'c3');
  PERFORM checks.same('last', failed #>> '{-1,attempt}', '12');
  PERFORM dequeue_batch('artist_discovery');
  PERFORM commit_batch('artist_discovery', NULL, jsonb_build_array(checks.outcome(id, 'done', '{"read_ct": 13}')));
  PERFORM checks.same('none', (SELECT failed_attempts FROM processing_status WHERE entity_id = 'k'), NULL::JSONB);
END;
$$;
