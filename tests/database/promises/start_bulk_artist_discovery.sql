-- Asks again for the artists of a genre.

--> Artists of the genre that are popular enough, the most popular first, ties by name
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.same('soul', ARRAY(SELECT artist_name FROM start_bulk_artist_discovery('soul')), ARRAY['Amber Pier', 'Velvet Pier']);
  PERFORM checks.same('messages', checks.queued('artist_discovery'), 2);
  PERFORM checks.same('less popular', (SELECT count(*) FROM start_bulk_artist_discovery('soul', 0)), 3);
  PERFORM checks.same('bounded', (SELECT count(*) FROM start_bulk_artist_discovery('soul', 0, 1)), 1);
  PERFORM checks.same('whole words', (SELECT count(*) FROM start_bulk_artist_discovery('sou', 0)), 0);
  PERFORM checks.same('messages in the end', checks.queued('artist_discovery'), 3);
END;
$$;

--> Each row names the message
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.same('id', (SELECT message_id FROM start_bulk_artist_discovery('funk')), start_artist_discovery('velvet pier'));
END;
$$;
