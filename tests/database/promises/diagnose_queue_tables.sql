-- Each queue at a glance.

--> Real queues only, each by its name
DO $$
BEGIN
  PERFORM checks.same('queues', ARRAY(SELECT queue FROM diagnose_queue_tables()), ARRAY[
    'album_discovery', 'artist_discovery', 'producer_identification', 'social_enrichment', 'track_discovery'
  ]);
END;
$$;

--> Messages, those in progress, those stuck for 10 minutes, and the age of the oldest
DO $$
BEGIN
  PERFORM pg_enqueue('artist_discovery', '{}') FROM generate_series(1, 2);
  PERFORM pg_dequeue('artist_discovery', 2, 600);
  PERFORM checks.stuck('artist_discovery', 11);
  PERFORM checks.stuck('artist_discovery', 9);
  PERFORM pg_enqueue('artist_discovery', '{}');
  PERFORM checks.as_owner($q$UPDATE pgmq.q_artist_discovery SET enqueued_at = now() - INTERVAL '90 minutes'$q$);
  PERFORM checks.same('numbers', (SELECT to_jsonb(seen) FROM diagnose_queue_tables('artist_discovery') AS seen), jsonb_build_object(
    'queue', 'artist_discovery', 'total_messages', 5, 'in_progress_messages', 2, 'stuck_messages', 1,
    'oldest_message_age_minutes', 90.000
  ));
END;
$$;

--> An empty queue has zeros
DO $$
BEGIN
  PERFORM checks.same('zeros', (SELECT to_jsonb(seen) FROM diagnose_queue_tables('artist_discovery') AS seen), jsonb_build_object(
    'queue', 'artist_discovery', 'total_messages', 0, 'in_progress_messages', 0, 'stuck_messages', 0,
    'oldest_message_age_minutes', 0
  ));
END;
$$;

--> A message that waits for its retry is not in progress
DO $$
BEGIN
  PERFORM pg_enqueue('artist_discovery', '{}');
  PERFORM dequeue_batch('artist_discovery');
  PERFORM checks.same('held', (SELECT in_progress_messages FROM diagnose_queue_tables('artist_discovery')), 1);
  PERFORM commit_batch('artist_discovery', NULL, jsonb_build_array(jsonb_build_object(
    'msg_id', checks.ask('SELECT msg_id FROM pgmq.q_artist_discovery'), 'read_ct', 1, 'outcome', 'retry', 'after_ms', 600000
  )));
  PERFORM checks.same('waiting', (SELECT in_progress_messages FROM diagnose_queue_tables('artist_discovery')), 0);
END;
$$;
