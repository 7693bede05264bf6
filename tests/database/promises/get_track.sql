-- One track, with all that a page needs.

--> Who, as what, how sure, and of each source its confidence and evidence
DO $$
DECLARE
  named JSONB;
BEGIN
  PERFORM checks.catalogue();
  named := get_track('00000000-0000-4000-8000-0000000000c1');
  PERFORM checks.same('credit', (named #> '{credits,0}') - 'sources', '{"id": "00000000-0000-4000-8000-0000000000d1", "name": "Ludwig Göransson",
    "image_url": null, "musicbrainz_id": "11111111-0000-4000-8000-000000000001", "role": "producer", "confidence": 0.98}'::JSONB);
  PERFORM checks.same('sources', jsonb_path_query_array(named, '$.credits[0].sources[*].source'), '["musicbrainz", "title"]'::JSONB);
  PERFORM checks.same('of each', named #> '{credits,0,sources,1,confidence}', '0.6'::JSONB);
  PERFORM checks.same('album', named #>> '{album,name}', 'Early');
END;
$$;

--> Where the same recording stands too; an unknown track gives nothing; a client may ask
DO $$
BEGIN
  PERFORM checks.catalogue();
  UPDATE tracks SET isrc = 'QZ0000000001' WHERE spotify_id IN ('track1', 'track3');
  SET LOCAL ROLE anon;
  PERFORM checks.same('the other', jsonb_path_query_array(get_track('00000000-0000-4000-8000-0000000000c1'), '$.same_recording[*].album.name'), '["Late"]'::JSONB);
  PERFORM checks.same('nothing', get_track('00000000-0000-4000-8000-000000000000'), NULL);
END;
$$;
