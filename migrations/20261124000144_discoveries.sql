-- Requests for artists and for an artist's albums: here a discovery begins.

CREATE OR REPLACE FUNCTION linernotes.request_artist(artist_name TEXT, force BOOLEAN)
RETURNS BIGINT
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  spelled TEXT := linernotes.one_line(artist_name);
  body JSONB := jsonb_build_object('artistName', spelled);
  correlation TEXT := gen_random_uuid()::TEXT;
  message_id BIGINT;
BEGIN
  body := body || jsonb_build_object(
    '_idempotencyKey', linernotes.message_key('artist_discovery', body),
    '_correlationId', correlation
  );
  IF force THEN
    body := body || '{"force": true}';
  END IF;
  SELECT sent.msg_id INTO message_id FROM linernotes.enqueue('artist_discovery', ARRAY[body]) AS sent;
  INSERT INTO linernotes.discoveries (correlation_id, artist_name, artist_key, message_id, forced)
  VALUES (correlation, spelled, body ->> '_idempotencyKey', message_id, force);
  RETURN message_id;
END;
$$;
COMMENT ON FUNCTION linernotes.request_artist(TEXT, BOOLEAN) IS
  'Enqueues an artist by name and stores the request as a discovery.';

CREATE OR REPLACE FUNCTION public.start_artist_discovery(artist_name TEXT, force BOOLEAN DEFAULT FALSE)
RETURNS BIGINT
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  PERFORM linernotes.check_text('artist_name', artist_name);
  PERFORM linernotes.check_present('force', force);
  RETURN linernotes.request_artist(artist_name, force);
END;
$$;
COMMENT ON FUNCTION public.start_artist_discovery(TEXT, BOOLEAN) IS
  'Asks for an artist and returns the id of the message. While a message for that name is in the queue, in whatever case, it is the id of that one. force: do again what was done before. Service role.';

CREATE OR REPLACE FUNCTION public.start_bulk_artist_discovery(
  genre TEXT,
  min_popularity INT DEFAULT 50,
  limit_count INT DEFAULT 20
)
RETURNS TABLE (artist_name TEXT, message_id BIGINT)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  chosen RECORD;
BEGIN
  PERFORM linernotes.check_text('genre', genre);
  PERFORM linernotes.check_range('min_popularity', min_popularity, 0, 100);
  PERFORM linernotes.check_range('limit_count', limit_count, 1, 1000);
  FOR chosen IN
    SELECT artist.name
    FROM public.artists AS artist
    WHERE artist.metadata -> 'genres' ? genre AND artist.popularity >= min_popularity
    ORDER BY artist.popularity DESC, artist.name
    LIMIT limit_count
  LOOP
    artist_name := chosen.name;
    message_id := linernotes.request_artist(chosen.name, FALSE);
    RETURN NEXT;
  END LOOP;
END;
$$;
COMMENT ON FUNCTION public.start_bulk_artist_discovery(TEXT, INT, INT) IS
  'Asks again for the artists of a genre that are popular enough, the most popular first, ties by name. Service role.';

CREATE OR REPLACE FUNCTION public.start_album_discovery(artist_id UUID, offset_val INT DEFAULT 0)
RETURNS BIGINT
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  body JSONB;
  message_id BIGINT;
BEGIN
  PERFORM linernotes.check_present('artist_id', artist_id);
  PERFORM linernotes.check_range('offset_val', offset_val, 0, 1000000);
  IF NOT EXISTS (SELECT FROM public.artists AS artist WHERE artist.id = start_album_discovery.artist_id) THEN
    PERFORM linernotes.reject('artist_id', format('there is no artist %s', artist_id));
  END IF;

  body := jsonb_build_object('artistId', artist_id, 'offset', offset_val);
  body := body || jsonb_build_object(
    '_idempotencyKey', linernotes.message_key('album_discovery', body),
    '_correlationId', gen_random_uuid()
  );
  SELECT sent.msg_id INTO message_id FROM linernotes.enqueue('album_discovery', ARRAY[body]) AS sent;

  INSERT INTO public.queue_metrics (queue_name, operation, success_count, details)
  VALUES ('album_discovery', 'enqueue', 1, jsonb_build_object(
    'artist_id', artist_id,
    'offset', offset_val,
    'message_id', message_id,
    'idempotency_key', body ->> '_idempotencyKey'
  ));
  RETURN message_id;
END;
$$;
COMMENT ON FUNCTION public.start_album_discovery(UUID, INT) IS
  'Asks for an artist''s albums from an offset on; an unknown artist raises 22023. A failure is the caller''s to record, in a transaction of its own. Service role.';
