-- Whom a producer has worked with.

--> Each artist with each track once, whatever the sources; the newest release first
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.same('row', (SELECT to_jsonb(row) FROM get_producer_collaborations('00000000-0000-4000-8000-0000000000d1') AS row (artist_id, artist_name, artist_image_url, track_count, tracks)), '{
    "artist_id": "00000000-0000-4000-8000-0000000000a1", "artist_name": "Velvet Pier", "artist_image_url": "https://img.example/a1", "track_count": 3,
    "tracks": [
      {"id": "00000000-0000-4000-8000-0000000000c3", "name": "Three", "album": "Late", "release_date": "2020-02-02"},
      {"id": "00000000-0000-4000-8000-0000000000c4", "name": "Four", "album": "Late", "release_date": "2020-02-02"},
      {"id": "00000000-0000-4000-8000-0000000000c1", "name": "One", "album": "Early", "release_date": "2001-01-01"}
    ]}'::JSONB);
END;
$$;

--> A track stands under each of its album's artists
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.as_owner($q$INSERT INTO linernotes.album_artists (album_id, artist_id, found)
    VALUES ('00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000a2', TRUE)$q$);
  PERFORM checks.same('artists',
    ARRAY(SELECT artist_name || track_count FROM get_producer_collaborations('00000000-0000-4000-8000-0000000000d1')),
    ARRAY['Velvet Pier3', 'Amber Pier1']);
END;
$$;

--> The id of a producer that became another still works; an unknown one gives no rows
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM process_producer_atomic('{"name": "Dernst Emile", "musicbrainz_id": "11111111-0000-4000-8000-000000000002", "aliases": ["D''Mile"]}', '1', 'Dernst Emile');
  PERFORM checks.same('gone', (SELECT count(*) FROM producers WHERE id = '00000000-0000-4000-8000-0000000000d2'), 0);
  PERFORM checks.same('redirected', (SELECT track_count FROM get_producer_collaborations('00000000-0000-4000-8000-0000000000d2')), 1);
  PERFORM checks.same('unknown', (SELECT count(*) FROM get_producer_collaborations('00000000-0000-4000-8000-000000000000')), 0);
END;
$$;

--> A client may call it
DO $$
BEGIN
  PERFORM checks.catalogue();
  SET LOCAL ROLE anon;
  PERFORM checks.same('rows', (SELECT count(*) FROM get_producer_collaborations('00000000-0000-4000-8000-0000000000d1')), 1);
END;
$$;
