-- Who stands around a producer or an artist.

--> The centre first; an edge is a producer and an artist, with the tracks that they share, roles, years, confidence
DO $$
DECLARE
  graph JSONB;
BEGIN
  PERFORM checks.catalogue();
  graph := get_collaboration_graph('producer', '00000000-0000-4000-8000-0000000000d1');
  PERFORM checks.same('nodes', jsonb_path_query_array(graph, '$.nodes[*].name'), '["Ludwig Göransson", "Velvet Pier", "D''Mile"]'::JSONB);
  PERFORM checks.same('kinds', jsonb_path_query_array(graph, '$.nodes[*].kind'), '["producer", "artist", "producer"]'::JSONB);
  PERFORM checks.same('edges', graph -> 'edges', '[
    {"source": 0, "target": 1, "track_count": 3, "roles": ["producer", "writer"], "confidence": 0.98, "first_year": 2001, "last_year": 2020},
    {"source": 2, "target": 1, "track_count": 1, "roles": ["producer"], "confidence": 0.6, "first_year": 2001, "last_year": 2001}]'::JSONB);
  PERFORM checks.same('all', graph -> 'truncated', 'false'::JSONB);
  PERFORM checks.same('as of', (graph ->> 'updated_at')::TIMESTAMPTZ, (SELECT max(updated_at) FROM producers));
  PERFORM checks.same('the artists alone', jsonb_array_length(get_collaboration_graph('producer', '00000000-0000-4000-8000-0000000000d1', 1) -> 'nodes'), 2);
END;
$$;

--> A threshold leaves thin edges out; a limit bounds the nodes and says so
DO $$
DECLARE
  graph JSONB;
BEGIN
  PERFORM checks.catalogue();
  graph := get_collaboration_graph('artist', '00000000-0000-4000-8000-0000000000a1', min_tracks => 2);
  PERFORM checks.same('thick ones', jsonb_path_query_array(graph, '$.nodes[*].name'), '["Velvet Pier", "Ludwig Göransson"]'::JSONB);
  graph := get_collaboration_graph('artist', '00000000-0000-4000-8000-0000000000a1', 1, 2);
  PERFORM checks.same('two', jsonb_array_length(graph -> 'nodes'), 2);
  PERFORM checks.same('there are more', graph -> 'truncated', 'true'::JSONB);
END;
$$;

--> Whoever is opened shows their neighbours, beyond depth and limit; whoever does not stand there shows nobody
DO $$
DECLARE
  producer CONSTANT UUID := '00000000-0000-4000-8000-0000000000d1';
  artist CONSTANT UUID := '00000000-0000-4000-8000-0000000000a1';
  graph JSONB;
BEGIN
  PERFORM checks.catalogue();
  graph := get_collaboration_graph('producer', producer, 1, 2, opened => ARRAY[artist]);
  PERFORM checks.same('nodes', jsonb_path_query_array(graph, '$.nodes[*].name'), '["Ludwig Göransson", "Velvet Pier", "D''Mile"]'::JSONB);
  PERFORM checks.same('as with one step more', graph, get_collaboration_graph('producer', producer, 2));
  PERFORM checks.same('nobody there', get_collaboration_graph('producer', producer, 1, opened => ARRAY[gen_random_uuid(), NULL]),
    get_collaboration_graph('producer', producer, 1));
  PERFORM checks.same('above the threshold', jsonb_array_length(
    get_collaboration_graph('producer', producer, 1, min_tracks => 2, opened => ARRAY[artist]) -> 'nodes'), 2);
END;
$$;

--> Somebody without credits stands alone; an unknown id, and one of the other kind, give nothing; a client may ask
DO $$
BEGIN
  PERFORM checks.catalogue();
  SET LOCAL ROLE anon;
  PERFORM checks.same('alone', get_collaboration_graph('producer', '00000000-0000-4000-8000-0000000000d3') -> 'edges', '[]'::JSONB);
  PERFORM checks.same('nobody', get_collaboration_graph('artist', '00000000-0000-4000-8000-0000000000d1'), NULL);
  PERFORM checks.refused('kind', $sql$SELECT get_collaboration_graph('label', '00000000-0000-4000-8000-0000000000a1')$sql$);
END;
$$;

--> Edges follow whatever changes: a credit, its role and confidence, an album's artists and year, a track's album, who a person is, what is deleted
DO $$
DECLARE
  change TEXT;
  states JSONB[] := '{}';
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.same('at first', checks.wrong_collaborations(), '[]'::JSONB);
  FOREACH change IN ARRAY ARRAY[
    $sql$UPDATE track_producers SET role = 'composer', confidence = 0.5 WHERE role = 'writer'$sql$,
    $sql$INSERT INTO linernotes.album_artists VALUES ('00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000a2', 2)$sql$,
    $sql$UPDATE albums SET release_date = '1999-01-01' WHERE name = 'Early'$sql$,
    $sql$UPDATE tracks SET album_id = '00000000-0000-4000-8000-0000000000b1' WHERE name = 'Four'$sql$,
    $sql$UPDATE track_producers SET producer_id = '00000000-0000-4000-8000-0000000000d3' WHERE producer_id = '00000000-0000-4000-8000-0000000000d2'$sql$,
    $sql$UPDATE track_producers SET track_id = '00000000-0000-4000-8000-0000000000c3' WHERE producer_id = '00000000-0000-4000-8000-0000000000d3'$sql$,
    $sql$DELETE FROM linernotes.album_artists WHERE artist_id = '00000000-0000-4000-8000-0000000000a1' AND album_id = '00000000-0000-4000-8000-0000000000b1'$sql$,
    $sql$DELETE FROM track_producers WHERE role = 'composer'$sql$,
    $sql$DELETE FROM track_producers WHERE track_id = '00000000-0000-4000-8000-0000000000c3'$sql$,
    $sql$DELETE FROM track_producers$sql$
  ] LOOP
    PERFORM checks.as_owner(change);
    PERFORM checks.same(change, checks.wrong_collaborations(), '[]'::JSONB);
    states := states || get_collaboration_graph('artist', '00000000-0000-4000-8000-0000000000a1', 3)
      || get_collaboration_graph('artist', '00000000-0000-4000-8000-0000000000a2', 3);
  END LOOP;
  ASSERT (SELECT count(DISTINCT state) FROM unnest(states) AS state) >= 9, states::TEXT;
END;
$$;
