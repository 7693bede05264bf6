-- Who is credited on the same tracks.

--> Most tracks together first, with the roles of the other
DO $$
DECLARE
  list JSONB;
BEGIN
  PERFORM checks.catalogue();
  INSERT INTO track_producers (track_id, producer_id, confidence, source, role) VALUES
    ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000d3', 0.9, 'genius', 'writer'),
    ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000d3', 0.9, 'musicbrainz', 'composer'),
    ('00000000-0000-4000-8000-0000000000c3', '00000000-0000-4000-8000-0000000000d3', 0.9, 'genius', 'writer'),
    ('00000000-0000-4000-8000-0000000000c3', '00000000-0000-4000-8000-0000000000d2', 0.9, 'genius', 'writer');
  list := get_collaborators('00000000-0000-4000-8000-0000000000d1');
  PERFORM checks.same('people', list -> 'items', '[
    {"id": "00000000-0000-4000-8000-0000000000d3", "name": "100% Pure_Sound", "image_url": null, "track_count": 2, "roles": ["composer", "writer"]},
    {"id": "00000000-0000-4000-8000-0000000000d2", "name": "D''Mile", "image_url": null, "track_count": 1, "roles": ["writer"]}]'::JSONB);
  PERFORM checks.same('read', ARRAY[list -> 'tracks_read', list -> 'complete'], ARRAY['3', 'true']::JSONB[]);
  PERFORM checks.same('one', jsonb_array_length(get_collaborators('00000000-0000-4000-8000-0000000000d1', 1) -> 'items'), 1);
END;
$$;

--> Somebody who worked alone has nobody; an unknown id gives nothing; a client may ask
DO $$
BEGIN
  PERFORM checks.catalogue();
  SET LOCAL ROLE anon;
  PERFORM checks.same('alone', get_collaborators('00000000-0000-4000-8000-0000000000d2') -> 'items', '[]'::JSONB);
  PERFORM checks.same('nobody', get_collaborators('00000000-0000-4000-8000-000000000000'), NULL);
END;
$$;
