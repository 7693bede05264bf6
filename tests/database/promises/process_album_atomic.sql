-- Stores an album.

--> The documented keys become the row
DO $$
DECLARE
  album_id UUID;
BEGIN
  PERFORM checks.catalogue();
  album_id := process_album_atomic('{"name": "New", "artist_id": "00000000-0000-4000-8000-0000000000a1",
    "release_date": "2004-05-17", "cover_url": "https://img.example/n", "fullData": {"label": "Own"}}', 'op1', 'album3');
  PERFORM checks.same('row',
    (SELECT to_jsonb(album) - 'created_at' - 'updated_at' FROM albums AS album WHERE spotify_id = 'album3'),
    jsonb_build_object('id', album_id, 'name', 'New', 'artist_id', '00000000-0000-4000-8000-0000000000a1',
      'release_date', '2004-05-17', 'release_date_precision', 'day', 'cover_url', 'https://img.example/n',
      'spotify_id', 'album3', 'upc', NULL, 'gone_at', NULL, 'metadata', '{"label": "Own"}'::JSONB));
  PERFORM checks.same('metric', (SELECT queue_name FROM queue_metrics WHERE operation = 'process'), 'album_discovery');
END;
$$;

--> Spotify's three precisions; an impossible date is NULL, and the rest of the album is kept
DO $$
DECLARE
  wanted RECORD;
BEGIN
  PERFORM checks.catalogue();
  FOR wanted IN
    SELECT * FROM (VALUES
      ('2004', '2004-01-01', 'year'), ('2004-05', '2004-05-01', 'month'), ('2004-05-17', '2004-05-17', 'day'),
      ('2004-02-30', NULL, NULL), ('0000', NULL, NULL), ('soon', NULL, NULL), ('2004-13', NULL, NULL)
    ) AS list (written, stored, precision)
  LOOP
    PERFORM process_album_atomic(jsonb_build_object('name', 'Dated', 'artist_id', '00000000-0000-4000-8000-0000000000a1',
      'release_date', wanted.written), 'op ' || wanted.written, 'dated ' || wanted.written);
    PERFORM checks.same(wanted.written,
      (SELECT release_date::TEXT FROM albums WHERE spotify_id = 'dated ' || wanted.written), wanted.stored);
    IF wanted.stored IS NOT NULL THEN
      PERFORM checks.same(wanted.written,
        (SELECT release_date_precision FROM albums WHERE spotify_id = 'dated ' || wanted.written), wanted.precision);
    END IF;
  END LOOP;
END;
$$;

--> A key that is absent keeps the stored value; a repeated operation changes nothing
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM process_album_atomic('{"name": "Renamed"}', 'op1', 'album2');
  PERFORM checks.same('kept', (SELECT (name, release_date, artist_id)::TEXT FROM albums WHERE spotify_id = 'album2'),
    '(Renamed,2020-02-02,00000000-0000-4000-8000-0000000000a1)');
  PERFORM process_album_atomic('{"name": "Again"}', 'op1', 'album2');
  PERFORM checks.same('repeated', (SELECT name FROM albums WHERE spotify_id = 'album2'), 'Renamed');
  PERFORM checks.same('metrics', (SELECT count(*) FROM queue_metrics WHERE operation = 'process'), 1);
END;
$$;

--> No name, an unknown artist or none: refused with its key
DO $$
BEGIN
  PERFORM checks.refused('p_album_data.artist_id', $q$SELECT process_album_atomic('{"name": "x"}', 'op', 'album9')$q$);
  PERFORM checks.refused('p_album_data.artist_id',
    $q$SELECT process_album_atomic('{"name": "x", "artist_id": "00000000-0000-4000-8000-000000000000"}', 'op', 'album9')$q$);
  PERFORM checks.refused('p_album_data.artist_id', $q$SELECT process_album_atomic('{"name": "x", "artist_id": "x''; --"}', 'op', 'album9')$q$);
END;
$$;
