-- Messages for callers outside the pipeline.

--> At most batch_size messages, the oldest first; 5 for 60 seconds unless said otherwise
DO $$
DECLARE
  ids BIGINT[] := ARRAY(SELECT pg_enqueue('artist_discovery', '{}') FROM generate_series(1, 8));
  taken JSONB := pg_dequeue('artist_discovery');
BEGIN
  PERFORM checks.same('the oldest', ARRAY(SELECT (m ->> 'msg_id')::BIGINT FROM jsonb_array_elements(taken) AS m), ids[1:5]);
  PERFORM checks.same('the rest', jsonb_array_length(pg_dequeue('artist_discovery', 100)), 3);
  PERFORM checks.same('nothing left', pg_dequeue('artist_discovery'), '[]'::JSONB);
END;
$$;

--> Hidden for exactly visibility_timeout seconds, which may be 0
DO $$
DECLARE
  before TIMESTAMPTZ;
  hidden_until TIMESTAMPTZ;
BEGIN
  PERFORM pg_enqueue('artist_discovery', '{}');
  before := clock_timestamp();
  hidden_until := (pg_dequeue('artist_discovery', 1, 100) -> 0 ->> 'vt')::TIMESTAMPTZ;
  ASSERT hidden_until BETWEEN before + INTERVAL '100 s' AND clock_timestamp() + INTERVAL '100 s', hidden_until::TEXT;
  PERFORM pg_enqueue('artist_discovery', '{}');
  PERFORM checks.same('taken', jsonb_array_length(pg_dequeue('artist_discovery', 10, 0)), 1);
  PERFORM checks.same('visible at once', jsonb_array_length(pg_dequeue('artist_discovery', 10, 0)), 1);
END;
$$;

--> The record's columns, and id as the documented worker reads it: msg_id as text
DO $$
DECLARE
  message JSONB;
BEGIN
  PERFORM pg_enqueue('artist_discovery', '{"artistName": "x"}');
  message := pg_dequeue('artist_discovery') -> 0;
  PERFORM checks.same('id', message -> 'id', to_jsonb(message ->> 'msg_id'));
  PERFORM checks.same('read_ct', message -> 'read_ct', '1'::JSONB);
  -- Versions of pgmq before 1.5 have no headers.
  ASSERT message ?& ARRAY['enqueued_at', 'vt', 'message'], message::TEXT;
END;
$$;

--> A paused queue gives nothing
DO $$
BEGIN
  PERFORM pg_enqueue('artist_discovery', '{}');
  PERFORM pause_queue('artist_discovery');
  PERFORM checks.same('paused', pg_dequeue('artist_discovery'), '[]'::JSONB);
  UPDATE queue_registry SET active = TRUE WHERE queue_name = 'artist_discovery';
  PERFORM checks.same('resumed', jsonb_array_length(pg_dequeue('artist_discovery')), 1);
END;
$$;

--> Each delivery is an attempt; a message whose attempts are used up goes to the dead letters instead
DO $$
BEGIN
  PERFORM pg_enqueue('artist_discovery', '{"_idempotencyKey": "k"}');
  FOR attempt IN 1..5 LOOP
    PERFORM checks.same('delivered', jsonb_array_length(pg_dequeue('artist_discovery', 1, 0)), 1);
    PERFORM checks.same('attempts', (SELECT attempts FROM processing_status WHERE entity_id = 'k'), attempt);
  END LOOP;
  PERFORM checks.same('no more', pg_dequeue('artist_discovery', 1, 0), '[]'::JSONB);
  PERFORM checks.same('letter', (SELECT attempts FROM list_dead_letters('artist_discovery')), 5);
  PERFORM checks.same('state', (SELECT state FROM processing_status WHERE entity_id = 'k' AND dead_lettered), 'FAILED');
END;
$$;
