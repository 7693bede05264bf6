-- One album, with all that a page needs.

--> The tracks in their order, each with its people, their roles, how sure, by which sources
DO $$
DECLARE
  named JSONB;
BEGIN
  PERFORM checks.catalogue();
  named := get_album('00000000-0000-4000-8000-0000000000b1');
  PERFORM checks.same('tracks', jsonb_path_query_array(named, '$.tracks[*].name'), '["One", "Two"]'::JSONB);
  PERFORM checks.same('credits', named #> '{tracks,0,credits}', '[{"id": "00000000-0000-4000-8000-0000000000d1", "name": "Ludwig Göransson",
    "roles": [{"role": "producer", "confidence": 0.98, "sources": ["musicbrainz", "title"]}]}]'::JSONB);
  PERFORM checks.same('people', jsonb_path_query_array(named, '$.people[*].name'), '["Ludwig Göransson", "D''Mile"]'::JSONB);
  PERFORM checks.same('artists', named -> 'artists', '[{"id": "00000000-0000-4000-8000-0000000000a1", "name": "Velvet Pier"}]'::JSONB);
END;
$$;

--> A track nobody is known for has an empty list; an unknown album gives nothing; a client may ask
DO $$
BEGIN
  PERFORM checks.catalogue();
  DELETE FROM track_producers;
  SET LOCAL ROLE anon;
  PERFORM checks.same('credits', get_album('00000000-0000-4000-8000-0000000000b1') #> '{tracks,0,credits}', '[]'::JSONB);
  PERFORM checks.same('nothing', get_album('00000000-0000-4000-8000-000000000000'), NULL);
END;
$$;
