-- One search over producers, artists, albums and tracks.

--> Each kind has its list, equal names first, then those that begin with the term; case, accents and punctuation do not matter
DO $$
DECLARE
  found JSONB;
BEGIN
  PERFORM checks.catalogue();
  found := search_catalogue('PIER');
  PERFORM checks.same('lists', (SELECT array_agg(key ORDER BY key) FROM jsonb_object_keys(found) AS key),
    ARRAY['albums', 'artists', 'producers', 'tracks']);
  PERFORM checks.same('artists', jsonb_path_query_array(found, '$.artists[*].name'),
    '["Amber Pier", "Velvet Pier", "Quiet Pier"]'::JSONB);
  found := search_catalogue('góransson');
  PERFORM checks.same('producers', found #> '{producers,0}', '{"id": "00000000-0000-4000-8000-0000000000d1",
    "name": "Ludwig Göransson", "image_url": null, "track_count": 3, "artist_count": 1, "also": null}'::JSONB);
  INSERT INTO tracks (name, album_id, popularity) VALUES ('Not One', '00000000-0000-4000-8000-0000000000b1', 90),
    ('One More', '00000000-0000-4000-8000-0000000000b1', 80);
  PERFORM checks.same('tracks', jsonb_path_query_array(search_catalogue('one'), '$.tracks[*].name'),
    '["One", "One More", "Not One"]'::JSONB);
END;
$$;

--> A track and an album come with what tells them from others: artists, album, date
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.same('track', search_catalogue('Three') #> '{tracks,0}', '{"id": "00000000-0000-4000-8000-0000000000c3",
    "name": "Three", "gone_at": null, "album": {"id": "00000000-0000-4000-8000-0000000000b2", "name": "Late", "image_url": null,
      "release_date": "2020-02-02", "release_date_precision": null, "gone_at": null},
    "artists": [{"id": "00000000-0000-4000-8000-0000000000a1", "name": "Velvet Pier"}]}'::JSONB);
  PERFORM checks.same('album', search_catalogue('early') #> '{albums,0,artists,0,name}', '"Velvet Pier"'::JSONB);
END;
$$;

--> A producer is found by an alias, which is named
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.profile('00000000-0000-4000-8000-0000000000d1', '{"aliases": ["Swedish Viking"]}');
  PERFORM checks.same('by alias', search_catalogue('swedish viking', ARRAY['producers']) #> '{producers,0}' -> 'also',
    '"Swedish Viking"'::JSONB);
END;
$$;

--> The lists that are wanted, each with as many as are wanted
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.same('artists alone', (SELECT array_agg(key) FROM jsonb_object_keys(search_catalogue('pier', ARRAY['artists'], 2)) AS key),
    ARRAY['artists']);
  PERFORM checks.same('two', jsonb_array_length(search_catalogue('pier', ARRAY['artists'], 2) -> 'artists'), 2);
END;
$$;

--> The search follows every change: new names, new weight, rows that go
DO $$
BEGIN
  PERFORM checks.catalogue();
  UPDATE artists SET name = 'Renamed Quay' WHERE spotify_id = 'artist3';
  PERFORM checks.same('the old name', search_catalogue('quiet') -> 'artists', '[]'::JSONB);
  PERFORM checks.same('the new one', search_catalogue('quay') #>> '{artists,0,name}', 'Renamed Quay');
  DELETE FROM artists WHERE spotify_id = 'artist3';
  PERFORM checks.same('gone', search_catalogue('quay') -> 'artists', '[]'::JSONB);
  UPDATE artists SET popularity = 99 WHERE spotify_id = 'artist1';
  PERFORM checks.same('the heaviest first', search_catalogue('pier') #>> '{artists,0,name}', 'Velvet Pier');
END;
$$;

--> The term is literal text; a blank one, one of other signs only, and one that is too long find nothing
DO $$
DECLARE
  term TEXT;
BEGIN
  PERFORM checks.catalogue();
  FOREACH term IN ARRAY ARRAY['', '   ', NULL, 'v%t', 'V_lvet', '\', 'x''; DROP TABLE artists; --', repeat('a', 10000)] LOOP
    PERFORM checks.same(left(term, 20), search_catalogue(term),
      '{"producers": [], "artists": [], "albums": [], "tracks": []}'::JSONB);
  END LOOP;
  PERFORM checks.same('%', search_catalogue('100%') #>> '{producers,0,name}', '100% Pure_Sound');
END;
$$;

--> A client may call it and sees no address and no table
DO $$
DECLARE
  found TEXT;
BEGIN
  PERFORM checks.catalogue();
  UPDATE producers SET email = 'secret@example.org';
  SET LOCAL ROLE anon;
  found := search_catalogue('ludwig')::TEXT;
  ASSERT found LIKE '%Ludwig%' AND found NOT LIKE '%@%', found;
  PERFORM checks.fails('42501', '', 'SELECT * FROM linernotes.catalogue_texts');
END;
$$;
