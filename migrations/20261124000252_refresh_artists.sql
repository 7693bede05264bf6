-- The catalogue stays current: an artist whose albums were listed long ago is looked at again. The message goes the same
-- way as any other and is marked as a refresh, which its follow-ups are, too. Of a refreshed artist only albums whose tracks
-- are not known yet are asked for, so a refresh costs the pages of the listing and the new albums.

CREATE OR REPLACE FUNCTION linernotes.refresh_artists()
RETURNS INT
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  oldest_days INT := linernotes.setting_number('artist_refresh_days');
  most INT;
  bodies JSONB[];
  asked INT;
BEGIN
  IF oldest_days = 0 THEN
    RETURN 0;
  END IF;
  -- The lock makes one transaction at a time count what was asked for today.
  PERFORM linernotes.lock_keys(ARRAY['refresh artists']);
  SELECT linernotes.setting_number('artist_refreshes_per_day') - coalesce(sum(earlier.success_count), 0) INTO most
  FROM public.queue_metrics AS earlier
  WHERE earlier.queue_name = 'album_discovery'
    AND earlier.operation = 'refresh'
    AND earlier.created_at > now() - INTERVAL '1 day';
  IF most <= 0 THEN
    RETURN 0;
  END IF;

  SELECT array_agg(
    jsonb_build_object(
      'artistId', unseen.id, 'offset', 0, 'refresh', TRUE,
      '_idempotencyKey', unseen.key, '_correlationId', gen_random_uuid()
    )
    ORDER BY unseen.seen_at, unseen.id
  ) INTO bodies
  FROM (
    SELECT artist.id, message.key, coalesce(status.last_processed_at, artist.created_at) AS seen_at
    FROM public.artists AS artist
    CROSS JOIN LATERAL linernotes.message_key(
      'album_discovery', jsonb_build_object('artistId', artist.id)
    ) AS message (key)
    LEFT JOIN public.processing_status AS status
      ON status.entity_type = 'album_discovery' AND status.entity_id = message.key
    WHERE artist.spotify_id IS NOT NULL
      AND coalesce(status.last_processed_at, artist.created_at) < now() - make_interval(days => oldest_days)
      -- A dead letter waits for an operator; a message that was begun today and is not done must not keep others back.
      AND NOT coalesce(status.dead_lettered, FALSE)
      AND NOT coalesce(status.state IN ('PENDING', 'IN_PROGRESS') AND status.updated_at > now() - INTERVAL '1 day', FALSE)
    ORDER BY seen_at, artist.id
    LIMIT most
  ) AS unseen;
  SELECT count(*) FILTER (WHERE sent.created) INTO asked
  FROM linernotes.enqueue('album_discovery', coalesce(bodies, '{}')) AS sent;
  IF asked > 0 THEN
    INSERT INTO public.queue_metrics (queue_name, operation, success_count) VALUES ('album_discovery', 'refresh', asked);
  END IF;
  RETURN asked;
END;
$$;
COMMENT ON FUNCTION linernotes.refresh_artists() IS
  'Asks for the albums of artists again whose albums were listed more than artist_refresh_days ago, the longest unseen first, at most artist_refreshes_per_day in a day; returns for how many.';
