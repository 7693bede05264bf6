-- Whether the installation is whole. What restores, clones and dashboards do to it is tried in installation.rs.

--> Of a sound installation every line is right and has no advice
DO $$
DECLARE
  finding JSONB;
  areas TEXT[] := '{}';
BEGIN
  FOR finding IN SELECT * FROM jsonb_array_elements(diagnose_installation()) LOOP
    areas := areas || (finding ->> 'area');
    ASSERT finding -> 'ok' = 'true' AND NOT finding ? 'advice', finding;
  END LOOP;
  PERFORM checks.same('areas', ARRAY(SELECT DISTINCT area FROM unnest(areas) AS area ORDER BY area),
    ARRAY['calls', 'extensions', 'grants', 'jobs', 'queues', 'schema']);
END;
$$;

--> The reach of the public key is told function by function
DO $$
BEGIN
  PERFORM checks.same('reach', checks.found('grants', 'functions of the public key'),
    'may call find_connection, get_album, get_artist, get_artist_producers, get_catalogue_stats, get_collaboration_graph, get_collaborators, get_producer, get_producer_collaborations, get_producer_credits, get_track, get_track_credits, search_catalogue, search_producers');
  PERFORM checks.as_owner('GRANT EXECUTE ON FUNCTION public.get_pipeline_status() TO anon');
  PERFORM checks.same('too much', checks.found('grants', 'functions of the public key'),
    'may call what only the secret key may: get_pipeline_status');
  PERFORM checks.as_owner('GRANT SELECT ON public.producers TO authenticated');
  PERFORM checks.same('a table', checks.found('grants', 'tables of the public key'), 'has grants on public.producers');
  PERFORM checks.as_owner('REVOKE EXECUTE ON FUNCTION public.dequeue_batch FROM service_role');
  PERFORM checks.same('too little', checks.found('grants', 'functions of the secret key'), 'may not call dequeue_batch');
  PERFORM checks.as_owner('ALTER TABLE public.artists DISABLE ROW LEVEL SECURITY');
  PERFORM checks.same('row level security', checks.found('grants', 'row level security'), 'is off for public.artists');
END;
$$;

--> A Vault entry that is missing or empty is told, each in its words
DO $$
BEGIN
  PERFORM checks.as_owner($sql$SELECT vault.update_secret(id, E' \n') FROM vault.secrets WHERE name = 'functions_url'$sql$);
  PERFORM checks.same('empty', checks.found('calls', 'Vault: functions_url'), 'is empty');
  PERFORM checks.as_owner($sql$DELETE FROM vault.secrets WHERE name = 'functions_url'$sql$);
  PERFORM checks.same('missing', checks.found('calls', 'Vault: functions_url'), 'is missing');
END;
$$;
