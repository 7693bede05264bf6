-- The settings as an operator sees them.

--> Each with its default and its meaning; the queues with what can be changed of them
DO $$
DECLARE
  listed JSONB := list_settings();
BEGIN
  PERFORM checks.same('settings', jsonb_array_length(listed -> 'settings') > 30, TRUE);
  PERFORM checks.same('whole', (SELECT bool_and(jsonb_typeof(setting -> 'value') = jsonb_typeof(setting -> 'default') AND setting ->> 'description' <> '') FROM jsonb_array_elements(listed -> 'settings') AS setting), TRUE);
  PERFORM checks.same('queues', jsonb_path_query_array(listed, '$.queues[*].queue_name'),
    '["artist_discovery", "album_discovery", "track_discovery", "producer_identification", "social_enrichment"]'::JSONB);
END;
$$;
