-- Asks for an artist's albums.

--> A message with artist and offset under its documented key, and a metric
DO $$
DECLARE
  artist_id UUID := '00000000-0000-4000-8000-0000000000a1';
  message_id BIGINT;
  body JSONB;
BEGIN
  PERFORM checks.catalogue();
  message_id := start_album_discovery(artist_id, 50);
  body := pg_dequeue('album_discovery') -> 0 -> 'message';
  PERFORM checks.same('body', body - '_correlationId', jsonb_build_object(
    'artistId', artist_id, 'offset', 50, '_idempotencyKey', 'artist:' || artist_id || ':albums:offset:50'
  ));
  PERFORM checks.same('metric', (SELECT details -> 'message_id' FROM queue_metrics WHERE operation = 'enqueue'), to_jsonb(message_id));
  PERFORM checks.same('once', start_album_discovery(artist_id, 50), message_id);
END;
$$;

--> An unknown artist is refused by name, and nothing is enqueued
DO $$
BEGIN
  PERFORM checks.refused('artist_id: there is no artist 00000000-0000-4000-8000-000000000000',
    $q$SELECT start_album_discovery('00000000-0000-4000-8000-000000000000')$q$);
  PERFORM checks.same('messages', checks.queued('album_discovery'), 0);
END;
$$;
