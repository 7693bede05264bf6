-- How two people are connected.

--> A shortest way, each step with the track that makes it and who was what on it
DO $$
DECLARE
  way JSONB;
BEGIN
  PERFORM checks.catalogue();
  -- D'Mile (c2, Velvet Pier) – Velvet Pier – Ludwig (c1); and a second way, longer by one.
  way := find_connection('00000000-0000-4000-8000-0000000000d2', '00000000-0000-4000-8000-0000000000d1');
  PERFORM checks.same('found', ARRAY[way -> 'found', way -> 'steps'], ARRAY['true', '2']::JSONB[]);
  PERFORM checks.same('path', jsonb_path_query_array(way, '$.path[*].name'), '["D''Mile", "Velvet Pier", "Ludwig Göransson"]'::JSONB);
  PERFORM checks.same('as of', (way ->> 'updated_at')::TIMESTAMPTZ, (SELECT max(updated_at) FROM producers));
  PERFORM checks.same('first', way #> '{path,0,via}', 'null'::JSONB);
  PERFORM checks.same('over', jsonb_path_query_array(way, '$.path[*].via.name'), '["Two", "One"]'::JSONB);
  PERFORM checks.same('roles', ARRAY[way #> '{path,1,via,roles_before}', way #> '{path,1,via,roles}'], ARRAY['["producer"]', '[]']::JSONB[]);
  INSERT INTO track_producers (track_id, producer_id, confidence, source, role) VALUES
    ('00000000-0000-4000-8000-0000000000c4', '00000000-0000-4000-8000-0000000000d2', 0.9, 'genius', 'writer');
  way := find_connection('00000000-0000-4000-8000-0000000000d2', '00000000-0000-4000-8000-0000000000d1');
  PERFORM checks.same('one track', ARRAY[way #> '{steps}', way #> '{path,1,via,name}', way #> '{path,1,via,roles_before}', way #> '{path,1,via,roles}'],
    ARRAY['1', '"Four"', '["writer"]', '["producer"]']::JSONB[]);
END;
$$;

--> The way is the same length in both directions, and none from somebody to themselves
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.same('back', find_connection('00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000d2') -> 'steps', '2'::JSONB);
  PERFORM checks.same('oneself', find_connection('00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000d1') -> 'steps', '0'::JSONB);
END;
$$;

--> No way is said as such, one that is too long as not found within the steps; an unknown id gives nothing; a client may ask
DO $$
DECLARE
  way JSONB;
BEGIN
  PERFORM checks.catalogue();
  SET LOCAL ROLE anon;
  way := find_connection('00000000-0000-4000-8000-0000000000d3', '00000000-0000-4000-8000-0000000000d1');
  PERFORM checks.same('none', ARRAY[way -> 'found', way -> 'complete', way -> 'path'], ARRAY['false', 'true', '[]']::JSONB[]);
  way := find_connection('00000000-0000-4000-8000-0000000000d2', '00000000-0000-4000-8000-0000000000d1', 1);
  PERFORM checks.same('too long', ARRAY[way -> 'found', way -> 'complete'], ARRAY['false', 'false']::JSONB[]);
  PERFORM checks.same('nobody', find_connection('00000000-0000-4000-8000-000000000000', '00000000-0000-4000-8000-0000000000d1'), NULL);
END;
$$;
