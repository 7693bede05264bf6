-- One artist, with all that a page needs.

--> The albums, newest first, each with how many of its tracks have credits; the people behind them
DO $$
DECLARE
  named JSONB;
BEGIN
  PERFORM checks.catalogue();
  named := get_artist('00000000-0000-4000-8000-0000000000a1');
  PERFORM checks.same('albums', jsonb_path_query_array(named, '$.albums[*].name'), '["Late", "Early"]'::JSONB);
  PERFORM checks.same('the newest', named #> '{albums,0}', '{"id": "00000000-0000-4000-8000-0000000000b2", "name": "Late", "image_url": null,
    "release_date": "2020-02-02", "release_date_precision": null, "gone_at": null, "track_count": 2, "credited_track_count": 2}'::JSONB);
  PERFORM checks.same('counts', ARRAY[named -> 'album_count', named -> 'track_count', named -> 'producer_count'], ARRAY['2', '4', '2']::JSONB[]);
  PERFORM checks.same('people', named -> 'producers', '[
    {"id": "00000000-0000-4000-8000-0000000000d1", "name": "Ludwig Göransson", "image_url": null, "roles": ["producer", "writer"], "track_count": 3, "confidence": 0.98},
    {"id": "00000000-0000-4000-8000-0000000000d2", "name": "D''Mile", "image_url": null, "roles": ["producer"], "track_count": 1, "confidence": 0.6}]'::JSONB);
  PERFORM checks.same('link', named #>> '{links,0,url}', 'https://open.spotify.com/artist/artist1');
END;
$$;

--> An artist without albums has none; an unknown id gives nothing; a client may ask
DO $$
BEGIN
  PERFORM checks.catalogue();
  SET LOCAL ROLE anon;
  PERFORM checks.same('albums', get_artist('00000000-0000-4000-8000-0000000000a3') -> 'albums', '[]'::JSONB);
  PERFORM checks.same('nobody', get_artist('00000000-0000-4000-8000-000000000000'), NULL);
END;
$$;

--> Of an artist with very many albums a part is read, and the answer says how many; the number of albums is that of all
DO $$
DECLARE
  named JSONB;
BEGIN
  PERFORM checks.catalogue();
  INSERT INTO albums (name, artist_id)
  SELECT 'Album ' || n, '00000000-0000-4000-8000-0000000000a2' FROM generate_series(1, 1001) AS n;
  named := get_artist('00000000-0000-4000-8000-0000000000a2');
  PERFORM checks.same('counts', ARRAY[named -> 'album_count', named -> 'albums_read', to_jsonb(jsonb_array_length(named -> 'albums'))],
    ARRAY['1001', '1000', '1000']::JSONB[]);
END;
$$;
