-- Nothing is installed over somebody else's tables. A table of one of our names that has the documented columns is
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
    JOIN pg_class AS relation
      ON relation.relnamespace = 'public'::REGNAMESPACE
      AND relation.relname = documented.name
      AND relation.relkind IN ('r', 'p', 'v', 'm', 'f')
  ) AS stranger
  WHERE stranger.reason IS NOT NULL;

  IF strangers IS NOT NULL THEN
    RAISE EXCEPTION 'tables of these names are not Linernotes'': %', strangers
      USING HINT = 'Linernotes needs these names in the schema public. Rename your tables, or give Linernotes a project of its own.';
  END IF;
END;
$$;
