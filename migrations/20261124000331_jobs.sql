-- The twelve cron jobs. They hold no address and no secret: call_function reads those from Vault when a job runs.

CREATE OR REPLACE FUNCTION linernotes.jobs()
RETURNS TABLE (job_name TEXT, schedule TEXT, command TEXT)
LANGUAGE sql
IMMUTABLE
SET search_path = ''
AS $$
  SELECT
    job.name,
    job.schedule,
    CASE
      WHEN job.function_name IS NULL THEN job.work
      ELSE format('SELECT linernotes.call_function(%L, %L)', job.function_name, job.work)
    END
  FROM (VALUES
    ('cron-queue-processor-job', '*/2 * * * *', 'cronQueueProcessor', '{}'),
    ('artist-discovery-queue-job', '*/3 * * * *', 'artistDiscovery', '{"batch_size":15}'),
    ('album-discovery-queue-job', '1-59/4 * * * *', 'albumDiscovery', '{"batch_size":15}'),
    ('track-discovery-queue-job', '2-59/4 * * * *', 'trackDiscovery', '{"batch_size":20}'),
    ('producer-identification-queue-job', '*/5 * * * *', 'producerIdentification', '{"batch_size":10}'),
    ('social-enrichment-queue-job', '*/7 * * * *', 'socialEnrichment', '{"batch_size":10}'),
    ('queue-monitor-job', '*/5 * * * *', 'queueMonitor', '{"threshold_minutes":10,"auto_fix":false}'),
    ('auto-queue-monitor-job', '*/5 * * * *', 'queueMonitor', '{"threshold_minutes":10,"auto_fix":true}'),
    ('queue-auto-fix-job', '*/3 * * * *', 'queueMonitor', '{"threshold_minutes":5,"auto_fix":true}'),
    ('processing-states-monitor-job', '10 * * * *', NULL, 'SELECT linernotes.reset_stuck_states()'),
    ('maintenance-clear-stale-entities', '*/30 * * * *', NULL, 'SELECT public.maintenance_clear_stale_entities(60)'),
    ('stale-entity-cleanup-edge-function', '0 * * * *', 'cronCleanupStaleEntities', '{}')
  ) AS job (name, schedule, function_name, work);
$$;
COMMENT ON FUNCTION linernotes.jobs() IS
  'The jobs, as schedule_jobs() gives them to pg_cron.';

CREATE OR REPLACE FUNCTION public.schedule_jobs(every_schedule TEXT DEFAULT NULL)
RETURNS INT
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  job RECORD;
  scheduled INT := 0;
BEGIN
  IF every_schedule IS NOT NULL THEN
    PERFORM linernotes.check_text('every_schedule', every_schedule, 100);
  END IF;
  UPDATE linernotes.project
  SET jobs_scheduled_at = now()
  WHERE is_only AND (
    SELECT count(*) FROM cron.job AS there JOIN linernotes.jobs() AS known ON known.job_name = there.jobname
  ) < (SELECT count(*) FROM linernotes.jobs());
  -- One that somebody has sent to another database would stay there.
  PERFORM cron.unschedule(there.jobid)
  FROM cron.job AS there
  JOIN linernotes.jobs() AS known ON known.job_name = there.jobname
  WHERE there.database <> current_database() AND there.username = current_user;
  FOR job IN SELECT * FROM linernotes.jobs() LOOP
    -- A name that is scheduled already is changed in place.
    PERFORM cron.schedule(job.job_name, coalesce(every_schedule, job.schedule), job.command);
    scheduled := scheduled + 1;
  END LOOP;
  RETURN scheduled;
END;
$$;
COMMENT ON FUNCTION public.schedule_jobs(TEXT) IS
  'Schedules the twelve jobs with pg_cron, each once; repeatable. every_schedule: all of them at this one instead (a test wants ''* * * * *''). Returns how many. Service role.';

CREATE OR REPLACE FUNCTION public.unschedule_jobs()
RETURNS INT
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  RETURN (
    SELECT count(cron.unschedule(job.jobid))
    FROM cron.job
    WHERE job.jobname IN (SELECT known.job_name FROM linernotes.jobs() AS known)
  );
END;
$$;
COMMENT ON FUNCTION public.unschedule_jobs() IS
  'Takes the twelve jobs from pg_cron; returns how many were there. Repeatable. Service role.';

DO $$
BEGIN
  IF to_regprocedure('cron.schedule(text,text,text)') IS NOT NULL THEN
    PERFORM public.schedule_jobs();
  ELSE
    RAISE WARNING 'pg_cron is missing, so no job is scheduled'
      USING HINT = 'Enable pg_cron, then SELECT public.schedule_jobs().';
  END IF;
END;
$$;
