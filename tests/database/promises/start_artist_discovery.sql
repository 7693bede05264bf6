-- Asks for an artist.

--> A message with the name and its key; white space is trimmed and collapsed
DO $$
DECLARE
  message_id BIGINT := start_artist_discovery(E'  Velvet \t Pier ');
  body JSONB := pg_dequeue('artist_discovery') -> 0 -> 'message';
BEGIN
  PERFORM checks.same('artistName', body ->> 'artistName', 'Velvet Pier');
  PERFORM checks.same('_idempotencyKey', body ->> '_idempotencyKey', 'artist:name:velvet pier');
  PERFORM checks.same('correlation', get_discovery(message_id => message_id) ->> 'correlation_id', body ->> '_correlationId');
END;
$$;

--> The same name in any case and white space is one message, also beyond ASCII and in other locales
DO $$
BEGIN
  PERFORM checks.same('ASCII', start_artist_discovery('velvet pier'), start_artist_discovery(' VELVET  PIER'));
  PERFORM checks.same('beyond', start_artist_discovery('sigur rós'), start_artist_discovery('SIGUR RÓS'));
  PERFORM checks.same('messages', checks.queued('artist_discovery'), 2);
END;
$$;

--> Names are data: quotes, SQL, emoji, 512 characters
DO $$
DECLARE
  name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY['x''; DROP TABLE artists; --', '"; SELECT 1', '🎹🎹', '%s %I', '\', repeat('é', 512)] LOOP
    PERFORM start_artist_discovery(name);
    PERFORM checks.same(left(name, 20), pg_dequeue('artist_discovery') -> 0 -> 'message' ->> 'artistName', name);
  END LOOP;
END;
$$;

--> force works again on what was done before
DO $$
DECLARE
  message_id BIGINT := start_artist_discovery('Velvet Pier');
BEGIN
  PERFORM pg_dequeue('artist_discovery');
  PERFORM pg_delete_message('artist_discovery', message_id::TEXT);
  PERFORM start_artist_discovery('Velvet Pier');
  PERFORM checks.same('completed before', dequeue_batch('artist_discovery') #> '{messages,0,completed}', 'true'::JSONB);
  PERFORM start_artist_discovery('Velvet Pier', TRUE);
  PERFORM checks.as_owner('UPDATE pgmq.q_artist_discovery SET vt = now()');
  PERFORM checks.same('forced', dequeue_batch('artist_discovery') #> '{messages,0,completed}', 'false'::JSONB);
END;
$$;
