-- Makes stuck messages visible again.

--> Resets those whose lease ran out at least so long ago, and no others; right afterwards none is stuck
DO $$
BEGIN
  PERFORM checks.stuck('artist_discovery', 11);
  PERFORM checks.stuck('artist_discovery', 15);
  PERFORM checks.stuck('artist_discovery', 9);
  PERFORM pg_enqueue('artist_discovery', '{"never": "delivered"}');
  PERFORM checks.as_owner($q$UPDATE pgmq.q_artist_discovery SET vt = now() - INTERVAL '1 hour' WHERE read_ct = 0$q$);
  PERFORM checks.same('reset', reset_stuck_messages('artist_discovery'), 2);
  PERFORM checks.same('stuck afterwards', (SELECT count(*) FROM list_stuck_messages('artist_discovery')), 0);
  PERFORM checks.same('again', reset_stuck_messages('artist_discovery'), 0);
  PERFORM checks.same('a lower threshold', reset_stuck_messages('artist_discovery', 9), 1);
END;
$$;

--> Nobody takes away a message whose lease runs
DO $$
BEGIN
  PERFORM pg_enqueue('artist_discovery', '{}');
  PERFORM pg_dequeue('artist_discovery', 1, 600);
  PERFORM checks.same('reset', reset_stuck_messages('artist_discovery', 1), 0);
  PERFORM checks.same('hidden', pg_dequeue('artist_discovery'), '[]'::JSONB);
END;
$$;

--> Its state is PENDING again; the attempt counts
DO $$
BEGIN
  PERFORM checks.stuck('artist_discovery', 11, '{"_idempotencyKey": "k"}');
  PERFORM reset_stuck_messages('artist_discovery');
  PERFORM checks.same('state', (SELECT state || attempts FROM processing_status WHERE entity_id = 'k'), 'PENDING1');
END;
$$;
