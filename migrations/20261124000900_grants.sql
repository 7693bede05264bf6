-- Who may do what: everything is taken away, then given by these lists. Supabase's old default privileges hand every
-- new object of public to the API roles, the new ones hand them nothing; the result here is the same under both. A
-- migration that adds an object after this one ends with its own lines of this kind.

CREATE OR REPLACE FUNCTION linernotes.apply_grants()
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  item RECORD;
  -- For clients with the public key. Thin invoker functions; the definer functions behind them have the same names.
  client_functions CONSTANT TEXT[] := ARRAY[
    'search_producers', 'get_producer_collaborations', 'get_track_credits', 'get_artist_producers', 'search_catalogue',
    'get_producer', 'get_artist', 'get_album', 'get_track', 'get_producer_credits', 'get_collaborators',
    'get_collaboration_graph', 'find_connection', 'get_catalogue_stats'
  ];
  -- For the functions' hosts, operators and the application's own servers.
  service_functions CONSTANT TEXT[] := ARRAY[
    -- queues
    'pg_enqueue', 'pg_dequeue', 'pg_delete_message', 'pg_release_message', 'reset_stuck_messages',
    'ensure_message_deleted', 'register_queue', 'cross_schema_queue_op', 'get_queue_table_name_safe',
    'pause_queue', 'resume_queue', 'list_dead_letters', 'replay_dead_letters',
    -- the pipeline's own round trips
    'dequeue_batch', 'commit_batch', 'reserve_provider_requests', 'probe_provider',
    -- requests, and what became of them
    'start_artist_discovery', 'start_bulk_artist_discovery', 'start_album_discovery', 'get_discovery',
    -- the catalogue
    'process_artist_atomic', 'process_album_atomic', 'process_track_atomic', 'process_producer_atomic',
    'forget_producer', 'allow_producer', 'forget_artist', 'allow_artist',
    -- locks
    'acquire_processing_lock', 'release_processing_lock', 'update_lock_heartbeat', 'claim_stale_lock',
    'force_release_entity_lock', 'pg_try_advisory_lock', 'pg_advisory_lock_timeout', 'pg_advisory_unlock',
    'pg_advisory_lock_exists', 'pg_force_advisory_unlock_all',
    -- monitoring and maintenance
    'list_stuck_messages', 'diagnose_queue_tables', 'get_processing_stats', 'get_worker_issue_stats',
    'get_queue_monitoring_data', 'get_system_health', 'get_pipeline_status', 'get_metrics', 'monitor_queues',
    'resolve_worker_issue', 'cleanup_stale_entities', 'maintenance_clear_stale_entities', 'schedule_jobs', 'unschedule_jobs',
    -- the console
    'get_pipeline_history', 'list_queue_messages', 'get_queue_message', 'list_dead_letter_groups', 'find_dead_letters',
    'list_discoveries', 'list_settings', 'operate', 'note_sign_in',
    -- the installation
    'diagnose_installation', 'repair_installation', 'confirm_project', 'answer_challenge'
  ];
  service_tables CONSTANT TEXT[] := ARRAY[
    'artists', 'albums', 'tracks', 'producers', 'track_producers', 'processing_status', 'processing_locks',
    'queue_registry', 'queue_metrics', 'monitoring_events', 'worker_issues'
  ];
BEGIN
  FOR item IN
    SELECT
      routine.oid::REGPROCEDURE AS signature,
      routine.pronamespace = 'public'::REGNAMESPACE AS is_api,
      routine.proname::TEXT AS name
    FROM pg_proc AS routine
    WHERE routine.pronamespace IN ('public'::REGNAMESPACE, 'linernotes'::REGNAMESPACE)
      AND routine.proowner = current_user::REGROLE
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = routine.oid AND deptype = 'e')
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, anon, authenticated, service_role', item.signature);
    IF item.name = ANY (client_functions) THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO anon, authenticated, service_role', item.signature);
    ELSIF item.is_api AND item.name = ANY (service_functions) THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO service_role', item.signature);
    END IF;
  END LOOP;

  FOR item IN
    SELECT
      relation.oid::REGCLASS AS name,
      relation.relkind = 'S' AS is_sequence,
      relation.relnamespace = 'public'::REGNAMESPACE AND relation.relname = ANY (service_tables) AS is_service_table
    FROM pg_class AS relation
    WHERE relation.relnamespace IN ('public'::REGNAMESPACE, 'linernotes'::REGNAMESPACE)
      AND relation.relkind IN ('r', 'p', 'v', 'm', 'S')
      AND relation.relowner = current_user::REGROLE
  LOOP
    EXECUTE format(
      'REVOKE ALL ON %s %s FROM PUBLIC, anon, authenticated, service_role',
      CASE WHEN item.is_sequence THEN 'SEQUENCE' ELSE 'TABLE' END, item.name
    );
    IF item.is_service_table THEN
      EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE %s TO service_role', item.name);
    END IF;
  END LOOP;

  GRANT USAGE ON SEQUENCE public.queue_registry_id_seq TO service_role;

  -- To reach the definer functions behind the client functions; the schema's tables stay closed.
  REVOKE ALL ON SCHEMA linernotes FROM PUBLIC;
  GRANT USAGE ON SCHEMA linernotes TO anon, authenticated, service_role;

  -- It stands in the index on the names of producers, so whoever may insert there must be able to evaluate it.
  GRANT EXECUTE ON FUNCTION linernotes.producer_identity(TEXT, TEXT) TO service_role;
END;
$$;
COMMENT ON FUNCTION linernotes.apply_grants() IS
  'Takes every privilege on our objects away and gives those of its lists. Again after a restore: a dump says who may do what, not who may not, and the default privileges of a project may give all of it to the public key.';

SELECT linernotes.apply_grants();
