-- Puts dead letters back.

--> All of a queue, with attempts starting again
DO $$
DECLARE
  message_id BIGINT := pg_enqueue('artist_discovery', '{"_idempotencyKey": "k", "artistName": "x"}');
BEGIN
  PERFORM dequeue_batch('artist_discovery');
  PERFORM commit_batch('artist_discovery', NULL, jsonb_build_array(checks.outcome(message_id, 'dead')));
  PERFORM checks.same('replayed', replay_dead_letters('artist_discovery'), 1);
  PERFORM checks.same('state', (SELECT state || attempts || dead_lettered FROM processing_status), 'PENDING0false');
  PERFORM checks.same('message', dequeue_batch('artist_discovery') #> '{messages,0,message}', '{"_idempotencyKey": "k", "artistName": "x"}'::JSONB);
  PERFORM checks.same('again', replay_dead_letters('artist_discovery'), 0);
END;
$$;

--> Only those named; one whose key is in the queue again counts and makes no second message
DO $$
DECLARE
  ids BIGINT[] := ARRAY(SELECT pg_enqueue('artist_discovery', jsonb_build_object('_idempotencyKey', n::TEXT)) FROM generate_series(1, 3) AS n);
BEGIN
  PERFORM dequeue_batch('artist_discovery');
  PERFORM commit_batch('artist_discovery', NULL, (SELECT jsonb_agg(checks.outcome(id, 'dead')) FROM unnest(ids) AS id));
  PERFORM pg_enqueue('artist_discovery', '{"_idempotencyKey": "1"}');
  PERFORM checks.same('two of three', replay_dead_letters('artist_discovery', ids[1:2]), 2);
  PERFORM checks.same('messages', checks.queued('artist_discovery'), 2);
  PERFORM checks.same('left', (SELECT array_agg(message_id) FROM list_dead_letters()), ids[3:3]);
  PERFORM checks.same('unknown', replay_dead_letters('artist_discovery', ARRAY[999999]), 0);
END;
$$;
