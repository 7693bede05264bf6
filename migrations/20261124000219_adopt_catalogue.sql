-- Rows that were there before the triggers were: whose albums they are, and what the search knows. On an installation
-- of these migrations there are none.

INSERT INTO linernotes.album_artists (album_id, artist_id, found)
SELECT album.id, album.artist_id, TRUE
FROM public.albums AS album
WHERE NOT EXISTS (SELECT FROM linernotes.album_artists AS known WHERE known.album_id = album.id)
ON CONFLICT DO NOTHING;

DO $$
DECLARE
  unknown UUID[] := ARRAY(
    SELECT producer.id
    FROM public.producers AS producer
    WHERE NOT EXISTS (SELECT FROM linernotes.producer_counts AS known WHERE known.producer_id = producer.id)
  );
BEGIN
  IF unknown <> '{}' THEN
    PERFORM linernotes.index_producers(unknown);
    PERFORM linernotes.recount_producers(unknown);
  END IF;
END;
$$;
