-- What a restore, a clone or the dashboard has left undone.

--> Grants, queues and jobs are as they must be afterwards; what is left is for somebody to decide or to enter
DO $$
BEGIN
  PERFORM checks.as_owner('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO anon');
  PERFORM checks.as_owner('GRANT SELECT ON public.producers, linernotes.settings TO anon');
  PERFORM checks.as_owner('DROP TABLE pgmq.q_artist_discovery');
  PERFORM checks.as_owner('SELECT cron.unschedule(''queue-monitor-job'')');
  PERFORM checks.as_owner('DELETE FROM vault.secrets WHERE name = ''functions_url''');
  PERFORM checks.same('the status tells of the grants', (get_pipeline_status() -> 'reasons')::TEXT LIKE '%functions of the public key: may call what only the secret key may%', TRUE);
  PERFORM checks.same('left', repair_installation() #>> '{0,name}', 'Vault: functions_url');
  PERFORM checks.same('one', jsonb_array_length(repair_installation()), 1);
  PERFORM checks.same('reach', checks.found('grants', 'functions of the public key'),
    'may call find_connection, get_album, get_artist, get_artist_producers, get_catalogue_stats, get_collaboration_graph, get_collaborators, get_producer, get_producer_collaborations, get_producer_credits, get_track, get_track_credits, search_catalogue, search_producers');
  PERFORM checks.same('reasons', get_pipeline_status() -> 'reasons', '[]'::JSONB);
END;
$$;

--> Messages that came while a queue had no trigger are called for
DO $$
BEGIN
  PERFORM checks.as_owner('UPDATE linernotes.settings SET value = ''true'' WHERE name = ''wake_ups_enabled''');
  PERFORM checks.as_owner('DROP TRIGGER wake_on_commit ON pgmq.q_artist_discovery');
  PERFORM start_artist_discovery('Velvet Pier');
  PERFORM checks.as_owner('SET CONSTRAINTS ALL IMMEDIATE');
  PERFORM checks.same('nobody', checks.ask('SELECT count(*) FROM net.http_request_queue'), '0');
  PERFORM repair_installation();
  PERFORM checks.same('called', checks.ask('SELECT count(*) FROM net.http_request_queue'), '1');
END;
$$;
