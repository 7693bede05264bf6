-- Takes over an installation of the documented SQL with its data. Documented functions that have more arguments here are
-- dropped, since the API can't choose between two functions of one name. Rows that break a unique key that our functions
-- rely on stop the migration and are named, since only their owner knows which of them is the right one.

DROP FUNCTION IF EXISTS public.pg_release_message(TEXT, UUID);
DROP FUNCTION IF EXISTS public.start_artist_discovery(TEXT);
DROP FUNCTION IF EXISTS public.acquire_processing_lock(TEXT, TEXT, INT, TEXT);
DROP FUNCTION IF EXISTS public.release_processing_lock(TEXT, TEXT);
DROP FUNCTION IF EXISTS public.list_stuck_messages(TEXT, INT);
DROP FUNCTION IF EXISTS public.get_producer_collaborations(UUID);
DROP FUNCTION IF EXISTS linernotes.get_producer_collaborations(UUID);
DROP FUNCTION IF EXISTS public.get_artist_producers(UUID);
DROP FUNCTION IF EXISTS linernotes.get_artist_producers(UUID);
DROP FUNCTION IF EXISTS public.dequeue_batch(TEXT, INT, INT, UUID);
DROP FUNCTION IF EXISTS public.get_collaboration_graph(TEXT, UUID, INT, INT, INT);
DROP FUNCTION IF EXISTS linernotes.get_collaboration_graph(TEXT, UUID, INT, INT, INT);
DROP FUNCTION IF EXISTS linernotes.silent_workers(JSONB);
DROP FUNCTION IF EXISTS linernotes.installation_reasons();
DROP FUNCTION IF EXISTS linernotes.breaker_reasons(JSONB);

DO $$
DECLARE
  wanted RECORD;
  repeated TEXT;
  problems TEXT[] := '{}';
BEGIN
  IF to_regclass('linernotes.idempotency_records') IS NOT NULL THEN
    -- Our tables and their keys are there already.
    RETURN;
  END IF;
  FOR wanted IN
    SELECT *
    FROM (VALUES
      ('public.processing_status', 'entity_type || '' '' || entity_id'),
      ('public.processing_locks', 'entity_type || '' '' || entity_id'),
      ('public.artists', 'spotify_id'),
      ('public.albums', 'spotify_id'),
      ('public.tracks', 'spotify_id'),
      ('public.track_producers', 'concat_ws('' '', track_id, producer_id, source)'),
      ('public.producers', 'normalized_name')
    ) AS list (target, key)
  LOOP
    CONTINUE WHEN to_regclass(wanted.target) IS NULL;
    EXECUTE format(
      'SELECT string_agg(quote_literal(key), '', '')
       FROM (SELECT %s AS key FROM %s GROUP BY 1 HAVING count(*) > 1 AND %s IS NOT NULL ORDER BY 1 LIMIT 20) AS twice',
      wanted.key, wanted.target, wanted.key
    )
    INTO repeated;
    IF repeated IS NOT NULL THEN
      problems := problems || format('%s: %s', wanted.target, repeated);
    END IF;
  END LOOP;
  IF problems <> '{}' THEN
    RAISE EXCEPTION 'rows stand in the way, each there more than once: %', array_to_string(problems, '; ')
      USING HINT = 'Keep one of each, move what points at the others to it, delete them, then run the migrations again.';
  END IF;
END;
$$;
