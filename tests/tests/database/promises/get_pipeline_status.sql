-- The pipeline at a glance.

--> Five stages in order, the providers, entities by state
DO $$
DECLARE
  status JSONB;
BEGIN
  PERFORM start_artist_discovery('Velvet Pier');
  status := get_pipeline_status();
  PERFORM checks.same('stages', ARRAY(SELECT stage ->> 'queue_name' FROM jsonb_array_elements(status -> 'stages') AS stage), ARRAY[
    'artist_discovery', 'album_discovery', 'track_discovery', 'producer_identification', 'social_enrichment'
  ]);
  PERFORM checks.same('waiting', status #> '{stages,0,waiting}', '1'::JSONB);
  PERFORM checks.same('providers', ARRAY(SELECT jsonb_object_keys(status -> 'providers') ORDER BY 1), ARRAY[
    'genius', 'instagram', 'musicbrainz', 'spotify', 'wikidata'
  ]);
  PERFORM checks.same('overall', status ->> 'overall_status', 'healthy');
END;
$$;
