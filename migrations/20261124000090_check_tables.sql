-- Nothing is installed over somebody else's tables, types and functions. A table of one of our names that has the documented columns is
-- ours, or the documented installation's, which is adopted; any other one is named, and the installation ends before
-- it has changed anything. `scripts/install-migrations` reads this list, too.

DO $$
DECLARE
  strangers TEXT;
BEGIN
  SELECT string_agg(format('public.%I (%s)', stranger.name, stranger.reason), ', ' ORDER BY stranger.name)
  INTO strangers
  FROM (
    SELECT documented.name, CASE
      WHEN relation.relkind IS NULL THEN 'is a type'
      WHEN relation.relkind NOT IN ('r', 'p') THEN 'is no table'
      ELSE 'has no column ' || (
        SELECT string_agg(wanted.name, ', ' ORDER BY wanted.place)
        FROM unnest(string_to_array(documented.columns, ',')) WITH ORDINALITY AS wanted (name, place)
        WHERE NOT EXISTS (
          SELECT FROM pg_attribute
          WHERE attrelid = relation.oid AND attname = wanted.name AND attnum > 0 AND NOT attisdropped
        )
      )
    END AS reason
    FROM (VALUES
      ('artists', 'id,name,created_at,updated_at,followers,popularity,metadata,spotify_id,image_url'),
      ('albums', 'id,name,artist_id,release_date,metadata,created_at,updated_at,cover_url,spotify_id'),
      ('tracks', 'id,name,album_id,duration_ms,popularity,metadata,created_at,updated_at,spotify_id,spotify_preview_url'),
      ('producers', 'id,name,normalized_name,email,image_url,instagram_handle,instagram_bio,metadata,enriched_at,enrichment_failed'),
      ('track_producers', 'id,track_id,producer_id,confidence,source,created_at'),
      ('processing_status', 'id,entity_type,entity_id,state,attempts,last_processed_at,last_error,metadata,dead_lettered'),
      ('processing_locks', 'id,entity_type,entity_id,worker_id,correlation_id,ttl_seconds,acquired_at,last_heartbeat'),
      ('queue_registry', 'id,queue_name,display_name,description,active,created_at,updated_at'),
      ('queue_metrics', 'id,queue_name,operation,started_at,finished_at,success_count,error_count,processed_count,details'),
      ('monitoring_events', 'id,event_type,details,created_at'),
      ('worker_issues', 'id,worker_name,issue_type,message,details,resolved,created_at,updated_at')
    ) AS documented (name, columns)
    -- A table is a type, too, so an enum, a domain or a range of its name stands in its way.
    JOIN LATERAL (
      SELECT class.oid, class.relkind FROM pg_class AS class
      WHERE class.relnamespace = 'public'::REGNAMESPACE AND class.relname = documented.name
      UNION ALL
      SELECT NULL, NULL FROM pg_type AS type
      WHERE type.typnamespace = 'public'::REGNAMESPACE AND type.typname = documented.name AND type.typrelid = 0
    ) AS relation ON TRUE
  ) AS stranger
  WHERE stranger.reason IS NOT NULL;

  IF strangers IS NOT NULL THEN
    RAISE EXCEPTION 'tables of these names are not Linernotes'': %', strangers
      USING HINT = 'Linernotes needs these names in the schema public. Rename your tables, or give Linernotes a project of its own.';
  END IF;
END;
$$;

-- Likewise functions. Ours say in their comments for whom they are; those of the documented installation are replaced.
DO $$
DECLARE
  ours CONSTANT TEXT[] := ARRAY[
    'allow_artist', 'allow_producer', 'answer_challenge', 'commit_batch', 'confirm_project', 'dequeue_batch',
    'diagnose_installation', 'find_connection', 'find_dead_letters', 'forget_artist', 'forget_producer', 'get_album',
    'get_artist', 'get_artist_producers', 'get_catalogue_stats', 'get_collaboration_graph', 'get_collaborators',
    'get_discovery', 'get_pipeline_history', 'get_pipeline_status', 'get_producer', 'get_producer_credits',
    'get_queue_message', 'get_track', 'get_track_credits', 'list_dead_letter_groups', 'list_dead_letters',
    'list_discoveries', 'list_queue_messages', 'list_settings', 'monitor_queues', 'note_sign_in', 'operate', 'pause_queue',
    'probe_provider', 'repair_installation', 'replay_dead_letters', 'reserve_provider_requests', 'resolve_worker_issue',
    'resume_queue', 'schedule_jobs', 'search_catalogue', 'unschedule_jobs'
  ];
  strangers TEXT;
BEGIN
  -- An installation of ours, of whatever time, has no strangers among its functions.
  IF to_regclass('linernotes.settings') IS NOT NULL THEN
    RETURN;
  END IF;
  SELECT string_agg(format('public.%I(%s)', routine.proname, pg_get_function_identity_arguments(routine.oid)), ', ' ORDER BY routine.proname)
  INTO strangers
  FROM pg_proc AS routine
  WHERE routine.pronamespace = 'public'::REGNAMESPACE AND routine.proname = ANY (ours)
    AND coalesce(obj_description(routine.oid, 'pg_proc'), '') !~ '(Service role|For everybody)\.'
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = routine.oid AND deptype = 'e');
  IF strangers IS NOT NULL THEN
    RAISE EXCEPTION 'functions of these names are not Linernotes'': %', strangers
      USING HINT = 'Linernotes needs these names in the schema public. Rename your functions, or give Linernotes a project of its own.';
  END IF;
END;
$$;
