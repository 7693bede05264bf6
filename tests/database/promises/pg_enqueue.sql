-- Puts a message into a queue.

--> The id of the new message comes back, and the queue holds the body
DO $$
DECLARE
  message_id BIGINT := pg_enqueue('artist_discovery', '{"artistName": "Velvet Pier"}');
BEGIN
  PERFORM checks.same('body', checks.ask('SELECT message FROM pgmq.q_artist_discovery WHERE msg_id = ' || message_id),
    '{"artistName": "Velvet Pier"}');
END;
$$;

--> Two messages without an idempotency key are two
DO $$
BEGIN
  ASSERT pg_enqueue('artist_discovery', '{}') <> pg_enqueue('artist_discovery', '{"_idempotencyKey": null}');
END;
$$;

--> A key that is in the queue gives that message's id and no second message; in another queue it is another key
DO $$
DECLARE
  message_id BIGINT := pg_enqueue('artist_discovery', '{"_idempotencyKey": "k", "n": 1}');
BEGIN
  PERFORM checks.same('again', pg_enqueue('artist_discovery', '{"_idempotencyKey": "k", "n": 2}'), message_id);
  PERFORM checks.same('messages', checks.queued('artist_discovery'), 1);
  PERFORM pg_enqueue('album_discovery', '{"_idempotencyKey": "k"}');
  PERFORM checks.same('elsewhere', checks.queued('album_discovery'), 1);
END;
$$;

--> The key is free again when its message is gone: deleted, or removed past us
DO $$
DECLARE
  first_id BIGINT := pg_enqueue('artist_discovery', '{"_idempotencyKey": "k"}');
  next_id BIGINT;
BEGIN
  PERFORM pg_delete_message('artist_discovery', first_id::TEXT);
  next_id := pg_enqueue('artist_discovery', '{"_idempotencyKey": "k"}');
  ASSERT next_id <> first_id, 'after pg_delete_message';
  PERFORM checks.as_owner('SELECT pgmq.delete(''artist_discovery'', ' || next_id || '::BIGINT)');
  first_id := pg_enqueue('artist_discovery', '{"_idempotencyKey": "k"}');
  ASSERT first_id <> next_id, 'after pgmq.delete';
  PERFORM checks.as_owner('DELETE FROM pgmq.q_artist_discovery');
  ASSERT pg_enqueue('artist_discovery', '{"_idempotencyKey": "k"}') <> first_id, 'after a DELETE';
END;
$$;

--> Only a queue of pgmq is a queue, only an object is a body, and a key is text of at most 640 characters
DO $$
BEGIN
  PERFORM checks.refused('queue_name', $q$SELECT pg_enqueue('queue_metrics', '{}')$q$);
  PERFORM checks.refused('message_body', $q$SELECT pg_enqueue('artist_discovery', '[1]')$q$);
  PERFORM checks.refused('message_body', $q$SELECT pg_enqueue('artist_discovery', '{"_idempotencyKey": 7}')$q$);
  PERFORM checks.refused('message_body',
    $q$SELECT pg_enqueue('artist_discovery', jsonb_build_object('_idempotencyKey', repeat('k', 641)))$q$);
END;
$$;

--> A body may hold anything that JSON can: quotes, SQL, emoji, megabytes
DO $$
DECLARE
  body JSONB := jsonb_build_object('artistName', 'x''; DROP TABLE artists; -- "🎹"', 'long', repeat('é', 1000000));
  message_id BIGINT := pg_enqueue('artist_discovery', body);
BEGIN
  PERFORM checks.same('body', (pg_dequeue('artist_discovery', 1) -> 0 -> 'message'), body);
END;
$$;

--> A forced request that meets an unforced message forces it
DO $$
BEGIN
  PERFORM pg_enqueue('artist_discovery', '{"_idempotencyKey": "k"}');
  PERFORM pg_enqueue('artist_discovery', '{"_idempotencyKey": "k", "force": true}');
  PERFORM checks.same('force', pg_dequeue('artist_discovery', 1) -> 0 -> 'message' -> 'force', 'true'::JSONB);
END;
$$;
