-- What pg_cron does, and does not do.

--> pg_cron stands still: how many jobs have not run, since when, and what the last of them said
DO $$
DECLARE
  reason JSONB;
BEGIN
  PERFORM schedule_jobs();
  INSERT INTO cron.job_run_details (jobid, status, return_message, start_time, end_time, username)
  SELECT jobid, 'succeeded', '1 row', '2026-01-02 03:04', '2026-01-02 03:04', 'postgres' FROM cron.job;
  reason := get_pipeline_status() #> '{reasons,0}';
  PERFORM checks.same('problem', reason ->> 'problem', '12 of 12 jobs have not run since 2026-01-02 03:04: 1 row');
  PERFORM checks.same('advised', reason ->> 'advice' LIKE 'See cron.job_run_details.%', TRUE);
  PERFORM checks.same('overall', get_pipeline_status() ->> 'overall_status', 'warning');

  -- One of them runs again.
  INSERT INTO cron.job_run_details (jobid, status, start_time, end_time, username)
  SELECT jobid, 'succeeded', now(), now(), 'postgres' FROM cron.job WHERE jobname = 'queue-monitor-job';
  PERFORM checks.same('the others', get_pipeline_status() #>> '{reasons,0,problem}', '11 of 12 jobs have not run since 2026-01-02 03:04: 1 row');
END;
$$;

--> It never ran at all: told once the first runs are overdue
DO $$
BEGIN
  UPDATE linernotes.schema_version SET applied_at = now() - INTERVAL '1 year';
  PERFORM unschedule_jobs(), schedule_jobs();
  PERFORM checks.same('young, whenever the migrations were applied', get_pipeline_status() -> 'reasons', '[]'::JSONB);
  UPDATE linernotes.project SET jobs_scheduled_at = '2026-01-02 03:04';
  UPDATE linernotes.schema_version SET applied_at = '2026-01-02 03:04';
  PERFORM checks.same('old', get_pipeline_status() #>> '{reasons,0,problem}', '12 of 12 jobs have not run since 2026-01-02 03:04');
END;
$$;

--> A job that fails in every run is told with what it said; one failure among others is not
DO $$
BEGIN
  INSERT INTO cron.job_run_details (jobid, status, return_message, start_time, end_time, username)
  SELECT jobid, 'failed', 'ERROR: disk full', now(), now(), 'postgres'
  FROM cron.job, generate_series(1, 3)
  WHERE jobname IN ('queue-monitor-job', 'maintenance-clear-stale-entities');
  PERFORM checks.same('problem', get_pipeline_status() #>> '{reasons,0,problem}',
    '2 of 12 jobs: fails: ERROR: disk full (maintenance-clear-stale-entities, queue-monitor-job)');
  INSERT INTO cron.job_run_details (jobid, status, start_time, end_time, username)
  SELECT jobid, 'succeeded', now(), now(), 'postgres' FROM cron.job;
  PERFORM checks.same('reasons', get_pipeline_status() -> 'reasons', '[]'::JSONB);
END;
$$;

--> Fewer than twelve jobs, an inactive one, and one that does something else are told, each with its name
DO $$
BEGIN
  PERFORM cron.unschedule('queue-monitor-job');
  PERFORM cron.alter_job(jobid, active => FALSE) FROM cron.job WHERE jobname = 'queue-auto-fix-job';
  PERFORM cron.schedule('processing-states-monitor-job', '10 * * * *', 'SELECT 1');
  PERFORM checks.same('problems', ARRAY(
    SELECT reason ->> 'problem' FROM jsonb_array_elements(get_pipeline_status() -> 'reasons') AS reason ORDER BY 1
  ), ARRAY[
    '1 of 12 jobs: does something else than this release''s (processing-states-monitor-job)',
    '1 of 12 jobs: not active (queue-auto-fix-job)',
    '1 of 12 jobs: not scheduled (queue-monitor-job)'
  ]);
  PERFORM schedule_jobs();
  PERFORM checks.same('scheduled again', (
    SELECT count(*) FROM jsonb_array_elements(diagnose_installation()) AS finding
    WHERE finding ->> 'area' = 'jobs' AND finding ->> 'found' IN ('is not scheduled', 'does something else than this release''s')
  ), 0::BIGINT);
END;
$$;

--> Runs that were cut off, and runs that never began, are deleted when their time is over
DO $$
BEGIN
  DELETE FROM cron.job_run_details;
  INSERT INTO cron.job_run_details (jobid, status, start_time, end_time, username) VALUES
    (1, 'starting', NULL, NULL, 'postgres'),
    (1, 'running', now() - INTERVAL '8 days', NULL, 'postgres'),
    (1, 'succeeded', now() - INTERVAL '8 days', now() - INTERVAL '8 days', 'postgres'),
    (1, 'running', now(), NULL, 'postgres'),
    (1, 'starting', NULL, NULL, 'postgres');
  PERFORM checks.same('deleted', maintenance_clear_stale_entities() #> '{deleted,cron.job_run_details}', '3'::JSONB);
  PERFORM checks.same('left', ARRAY(SELECT status FROM cron.job_run_details ORDER BY runid), ARRAY['running', 'starting']);
END;
$$;

--> Without pg_cron the status says so, and the rest works
DO $$
BEGIN
  RESET ROLE;
  SET LOCAL client_min_messages = error;
  DROP EXTENSION pg_cron CASCADE;
  SET LOCAL ROLE postgres;
  PERFORM checks.same('problem', get_pipeline_status() #>> '{reasons,0,problem}', 'there is no pg_cron, so no job runs');
  PERFORM maintenance_clear_stale_entities();
  PERFORM checks.same('found', checks.found('extensions', 'pg_cron') LIKE 'is missing%', TRUE);
END;
$$;

--> A part of the maintenance that fails takes back nothing of the others, and is told until it works
DO $$
BEGIN
  INSERT INTO public.monitoring_events (event_type, created_at) VALUES ('x', now() - INTERVAL '1 year');
  ALTER TABLE public.queue_metrics RENAME COLUMN created_at TO made_at;
  PERFORM checks.same('deleted', maintenance_clear_stale_entities() #> '{deleted,public.monitoring_events}', '1'::JSONB);
  PERFORM checks.same('told', (SELECT message FROM public.worker_issues WHERE issue_type = 'maintenance_failed')
    LIKE 'parts of the maintenance failed: %public.queue_metrics: column "created_at" does not exist%', TRUE);
  ALTER TABLE public.queue_metrics RENAME COLUMN made_at TO created_at;
  PERFORM maintenance_clear_stale_entities();
  PERFORM checks.same('over', (SELECT resolved FROM public.worker_issues WHERE issue_type = 'maintenance_failed'), TRUE);
END;
$$;

--> pg_cron that serves another database is said in words, with the setting that has to change
DO $$
BEGIN
  RESET ROLE;
  -- As the server would tell it after a restart with another setting.
  ALTER FUNCTION linernotes.served_by_cron() RENAME TO really_served_by_cron;
  CREATE FUNCTION linernotes.served_by_cron() RETURNS TEXT LANGUAGE sql AS $sql$SELECT 'another'$sql$;
  SET LOCAL ROLE postgres;
  PERFORM checks.same('problem', get_pipeline_status() #>> '{reasons,0,problem}', 'pg_cron serves the database another, so no job of this one runs');
  PERFORM checks.same('advice', get_pipeline_status() #>> '{reasons,0,advice}' LIKE 'Set cron.database_name to postgres %', TRUE);
END;
$$;

--> A job that was sent to another database, or that runs as another role, is told; what is ours to mend is mended
DO $$
BEGIN
  RESET ROLE;
  UPDATE cron.job SET database = 'other' WHERE jobname = 'queue-monitor-job';
  UPDATE cron.job SET username = 'anon' WHERE jobname = 'queue-auto-fix-job';
  SET LOCAL ROLE postgres;
  PERFORM checks.same('database', checks.found('jobs', 'queue-monitor-job'), 'runs in the database other');
  PERFORM checks.same('role', checks.found('jobs', 'queue-auto-fix-job'), 'runs as anon instead of postgres');
  PERFORM repair_installation();
  PERFORM checks.same('mended', (
    SELECT array_agg(database || username) FROM cron.job WHERE jobname = 'queue-monitor-job'
  ), ARRAY['postgrespostgres']);
  PERFORM checks.same('ours as well', (
    SELECT array_agg(username ORDER BY username) FROM cron.job WHERE jobname = 'queue-auto-fix-job'
  ), ARRAY['anon', 'postgres']);
END;
$$;

--> A job with another schedule is as somebody wanted it: shown, no fault
DO $$
BEGIN
  PERFORM checks.same('shown', checks.found('jobs', 'queue-monitor-job') LIKE '% (at 0 0 29 2 * instead of */5 * * * *)', TRUE);
  PERFORM checks.same('no fault', (SELECT bool_and(ok) FROM linernotes.examine_jobs()), TRUE);
END;
$$;
