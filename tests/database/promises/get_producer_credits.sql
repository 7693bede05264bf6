-- A producer's credits, page by page.

--> Newest release first, each track once with all roles
DO $$
DECLARE
  list JSONB;
BEGIN
  PERFORM checks.catalogue();
  list := get_producer_credits('00000000-0000-4000-8000-0000000000d1');
  PERFORM checks.same('tracks', jsonb_path_query_array(list, '$.items[*].name'), '["Three", "Four", "One"]'::JSONB);
  PERFORM checks.same('roles', list #> '{items,2,roles}', '[{"role": "producer", "confidence": 0.98, "sources": ["musicbrainz", "title"]}]'::JSONB);
  PERFORM checks.same('total', list -> 'total', '3'::JSONB);
  PERFORM checks.same('the only page', list -> 'next', 'null'::JSONB);
END;
$$;

--> Pages follow each other without a gap and without a repetition, whatever their size
DO $$
DECLARE
  list JSONB;
  seen TEXT[] := '{}';
  following UUID;
BEGIN
  PERFORM checks.catalogue();
  INSERT INTO tracks (id, name, album_id, track_number)
  SELECT ('00000000-0000-4000-8000-0000000001' || lpad(n::TEXT, 2, '0'))::UUID, 'Track ' || n, CASE WHEN n % 2 = 0
    THEN '00000000-0000-4000-8000-0000000000b1' ELSE '00000000-0000-4000-8000-0000000000b2' END::UUID, n / 3
  FROM generate_series(1, 40) AS n;
  INSERT INTO track_producers (track_id, producer_id, confidence, source)
  SELECT id, '00000000-0000-4000-8000-0000000000d3', 0.5, 'title' FROM tracks;
  LOOP
    list := get_producer_credits('00000000-0000-4000-8000-0000000000d3', after => following, limit_count => 7);
    seen := seen || ARRAY(SELECT jsonb_array_elements(list -> 'items') ->> 'id');
    following := (list ->> 'next')::UUID;
    EXIT WHEN following IS NULL;
  END LOOP;
  PERFORM checks.same('all', cardinality(seen), 44);
  PERFORM checks.same('each once', (SELECT count(DISTINCT id) FROM unnest(seen) AS id), 44);
  PERFORM checks.same('in one piece', seen,
    ARRAY(SELECT jsonb_array_elements(get_producer_credits('00000000-0000-4000-8000-0000000000d3', limit_count => 200) -> 'items') ->> 'id'));
END;
$$;

--> Role, year and artist narrow it, alone and together
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.same('writer', jsonb_path_query_array(get_producer_credits('00000000-0000-4000-8000-0000000000d1', role => 'writer'), '$.items[*].name'), '["Three"]'::JSONB);
  PERFORM checks.same('2001', jsonb_path_query_array(get_producer_credits('00000000-0000-4000-8000-0000000000d1', year => 2001), '$.items[*].name'), '["One"]'::JSONB);
  PERFORM checks.same('both', get_producer_credits('00000000-0000-4000-8000-0000000000d1', role => 'writer', year => 2001) -> 'items', '[]'::JSONB);
  PERFORM checks.same('artist', get_producer_credits('00000000-0000-4000-8000-0000000000d1', artist_id => '00000000-0000-4000-8000-0000000000a2') -> 'total', '0'::JSONB);
END;
$$;

--> Releases without a date come last; an unknown producer gives nothing; a client may ask
DO $$
BEGIN
  PERFORM checks.catalogue();
  UPDATE albums SET release_date = NULL WHERE spotify_id = 'album2';
  SET LOCAL ROLE anon;
  PERFORM checks.same('order', jsonb_path_query_array(get_producer_credits('00000000-0000-4000-8000-0000000000d1'), '$.items[*].name'), '["One", "Three", "Four"]'::JSONB);
  PERFORM checks.same('nobody', get_producer_credits('00000000-0000-4000-8000-000000000000'), NULL);
END;
$$;

--> Of somebody with very many tracks a part is read, the same on each page, and the answer says so; with an artist it is whole
DO $$
DECLARE
  producer CONSTANT UUID := '00000000-0000-4000-8000-0000000000d3';
  few CONSTANT UUID := '00000000-0000-4000-8000-0000000000a2';
  list JSONB;
BEGIN
  PERFORM checks.catalogue();
  INSERT INTO albums (id, name, artist_id) VALUES ('00000000-0000-4000-8000-0000000000b9', 'Last', few);
  INSERT INTO tracks (id, name, album_id)
  SELECT ('00000000-0000-4000-8000-00000010' || lpad(n::TEXT, 4, '0'))::UUID, 'Track ' || n, CASE WHEN n > 1999
    THEN '00000000-0000-4000-8000-0000000000b9' ELSE '00000000-0000-4000-8000-0000000000b1' END::UUID
  FROM generate_series(1, 2002) AS n;
  INSERT INTO track_producers (track_id, producer_id, confidence, source)
  SELECT id, producer, 0.9, 'genius' FROM tracks WHERE name ~ '^Track [0-9]+$';
  list := get_producer_credits(producer);
  PERFORM checks.same('of all', ARRAY[list -> 'total', list -> 'complete'], ARRAY['2000', 'false']::JSONB[]);
  list := get_producer_credits(producer, artist_id => few);
  PERFORM checks.same('of one artist', ARRAY[list -> 'total', list -> 'complete'], ARRAY['3', 'true']::JSONB[]);
END;
$$;
