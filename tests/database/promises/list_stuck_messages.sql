-- Messages that nobody finished.

--> Delivered, lease over for at least so many minutes, nobody took it since; the longest first
DO $$
DECLARE
  later BIGINT := checks.stuck('artist_discovery', 12, '{"n": 1}');
  earlier BIGINT := checks.stuck('artist_discovery', 30, '{"n": 2}');
BEGIN
  PERFORM checks.stuck('artist_discovery', 5);
  PERFORM checks.same('ids', ARRAY(SELECT id FROM list_stuck_messages('artist_discovery')), ARRAY[earlier::TEXT, later::TEXT]);
  PERFORM checks.same('row',
    (SELECT to_jsonb(stuck) - 'locked_since' FROM list_stuck_messages('artist_discovery') AS stuck LIMIT 1),
    jsonb_build_object('id', earlier::TEXT, 'msg_id', earlier::TEXT, 'message', '{"n": 2}'::JSONB, 'read_count', 1, 'minutes_locked', 30.000));
  PERFORM checks.same('threshold', (SELECT count(*) FROM list_stuck_messages('artist_discovery', 5)), 3);
END;
$$;

--> Never delivered, leased, or waiting for a scheduled retry: not stuck
DO $$
BEGIN
  PERFORM pg_enqueue('artist_discovery', '{"_idempotencyKey": "retried"}');
  PERFORM dequeue_batch('artist_discovery');
  PERFORM commit_batch('artist_discovery', NULL, jsonb_build_array(jsonb_build_object(
    'msg_id', checks.ask('SELECT msg_id FROM pgmq.q_artist_discovery'), 'read_ct', 1, 'outcome', 'retry', 'after_ms', 600000
  )));
  PERFORM pg_enqueue('artist_discovery', '{}');
  PERFORM checks.as_owner($q$UPDATE pgmq.q_artist_discovery SET vt = now() - INTERVAL '1 day' WHERE read_ct = 0$q$);
  PERFORM checks.same('stuck', (SELECT count(*) FROM list_stuck_messages('artist_discovery', 1)), 0);
END;
$$;
