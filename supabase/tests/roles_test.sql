-- The public key reads the catalogue through its functions and reaches nothing else; the secret key can work.
BEGIN;
CREATE EXTENSION IF NOT EXISTS pgtap WITH SCHEMA extensions;
SET LOCAL search_path = public, extensions;
SELECT plan(9);

SELECT is(
  ARRAY(
    SELECT routine.oid::REGPROCEDURE::TEXT
    FROM pg_proc AS routine
    WHERE routine.pronamespace = 'public'::REGNAMESPACE
      AND has_function_privilege('anon', routine.oid, 'EXECUTE')
      AND obj_description(routine.oid) LIKE '%Service role.%'
    ORDER BY 1
  ),
  ARRAY[]::TEXT[],
  'the public key can''t call a function of the service role'
);
SELECT is(
  ARRAY(
    SELECT DISTINCT relation.oid::REGCLASS::TEXT
    FROM pg_class AS relation
    CROSS JOIN unnest(ARRAY['anon', 'authenticated']) AS role
    WHERE relation.relkind IN ('r', 'p', 'v', 'm')
      AND (
        relation.relnamespace = 'linernotes'::REGNAMESPACE
        OR relation.oid IN ('public.artists'::REGCLASS, 'public.albums'::REGCLASS, 'public.tracks'::REGCLASS,
          'public.producers'::REGCLASS, 'public.track_producers'::REGCLASS, 'public.processing_status'::REGCLASS,
          'public.processing_locks'::REGCLASS, 'public.queue_registry'::REGCLASS, 'public.queue_metrics'::REGCLASS,
          'public.monitoring_events'::REGCLASS, 'public.worker_issues'::REGCLASS)
      )
      AND has_table_privilege(role, relation.oid, 'SELECT, INSERT, UPDATE, DELETE')
    ORDER BY 1
  ),
  ARRAY[]::TEXT[],
  'the public key has no grant on any table of Linernotes'
);
SELECT ok(
  NOT has_schema_privilege('anon', 'pgmq', 'USAGE')
    OR NOT EXISTS (
      SELECT FROM pg_class AS queue
      WHERE queue.relnamespace = 'pgmq'::REGNAMESPACE
        AND queue.relname IN ('q_artist_discovery', 'q_album_discovery', 'q_track_discovery', 'q_producer_identification', 'q_social_enrichment')
        AND has_table_privilege('anon', queue.oid, 'SELECT, INSERT, UPDATE, DELETE')
    ),
  'the public key reaches no queue of Linernotes'
);
SELECT is(
  ARRAY(
    SELECT relation.relname::TEXT
    FROM pg_class AS relation
    WHERE relation.relnamespace = 'public'::REGNAMESPACE
      AND relation.relname IN ('artists', 'albums', 'tracks', 'producers', 'track_producers', 'processing_status',
        'processing_locks', 'queue_registry', 'queue_metrics', 'monitoring_events', 'worker_issues')
      AND NOT relation.relrowsecurity
    ORDER BY 1
  ),
  ARRAY[]::TEXT[],
  'row level security is on for every table of Linernotes in public'
);

SET LOCAL ROLE anon;
SELECT lives_ok($$SELECT * FROM public.search_producers('nobody at all')$$, 'the public key may search');
SELECT throws_ok('SELECT * FROM public.producers', '42501', NULL, 'the public key can''t read a table');
SELECT throws_ok($$SELECT public.start_artist_discovery('Velvet Harbor')$$, '42501', NULL, 'the public key can''t ask for an artist');
SELECT throws_ok('SELECT public.get_pipeline_status()', '42501', NULL, 'the public key can''t see the status');
SET LOCAL ROLE service_role;
SELECT lives_ok('SELECT public.get_pipeline_status()', 'the secret key sees the status');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
