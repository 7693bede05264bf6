-- Whether pg_cron runs the jobs: those that are missing, changed, late, or fail each time.

CREATE OR REPLACE FUNCTION linernotes.schedule_minutes(schedule TEXT)
RETURNS INT
LANGUAGE sql
IMMUTABLE
SET search_path = ''
AS $$
  SELECT CASE
    WHEN schedule ~ '^(\*|[0-9]+-[0-9]+)/[0-9]+ \* \* \* \*$' THEN (regexp_match(schedule, '/([0-9]+)'))[1]::INT
    WHEN schedule ~ '^[0-9]+ \* \* \* \*$' THEN 60
    WHEN schedule = '* * * * *' THEN 1
  END;
$$;
COMMENT ON FUNCTION linernotes.schedule_minutes(TEXT) IS
  'How often a job of ours runs, from the forms of schedule that ours have; NULL for any other.';

CREATE OR REPLACE FUNCTION linernotes.recent_job_runs()
RETURNS TABLE (job_id BIGINT, status TEXT, said TEXT, started_at TIMESTAMPTZ, turn BIGINT, looked_back_to TIMESTAMPTZ)
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  -- The log has no index but its key, and a project may have jobs of its own that fill it: what is read has a bound.
  RETURN QUERY EXECUTE
    'SELECT recent.jobid, recent.status, recent.return_message, recent.start_time,
       row_number() OVER (PARTITION BY recent.jobid ORDER BY recent.runid DESC),
       min(recent.start_time) OVER ()
     FROM (
       SELECT details.* FROM cron.job_run_details AS details ORDER BY details.runid DESC LIMIT 5000
     ) AS recent';
END;
$$;
COMMENT ON FUNCTION linernotes.recent_job_runs() IS
  'The latest runs of pg_cron''s jobs, each job''s last one as turn 1.';

CREATE OR REPLACE FUNCTION linernotes.served_by_cron()
RETURNS TEXT
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  -- The view pg_settings would say NULL by itself, and reads all settings for one.
  RETURN current_setting('cron.database_name', TRUE);
EXCEPTION WHEN insufficient_privilege THEN
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION linernotes.served_by_cron() IS
  'The database whose jobs pg_cron runs; NULL where we may not know.';

CREATE OR REPLACE FUNCTION linernotes.examine_jobs()
RETURNS SETOF linernotes.finding
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  job RECORD;
  served TEXT := linernotes.served_by_cron();
BEGIN
  IF served <> current_database() THEN
    RETURN NEXT ROW('jobs', 'all', FALSE, format('pg_cron serves the database %s, so no job of this one runs', served),
      format('Set cron.database_name to %s and restart the database, then SELECT public.repair_installation().', current_database())
    )::linernotes.finding;
    RETURN;
  ELSIF to_regclass('cron.job') IS NULL THEN
    RETURN NEXT ROW('jobs', 'all', FALSE, 'there is no pg_cron, so no job runs',
      'Enable pg_cron, then SELECT public.repair_installation().')::linernotes.finding;
    RETURN;
  END IF;
  FOR job IN EXECUTE
    'WITH run AS MATERIALIZED (SELECT * FROM linernotes.recent_job_runs())
     SELECT
       wanted.job_name AS name,
       scheduled.jobid IS NOT NULL AS is_scheduled,
       coalesce(scheduled.active, FALSE) AS is_active,
       scheduled.schedule,
       scheduled.command = wanted.command AS is_ours,
       scheduled.database,
       scheduled.username,
       wanted.schedule AS our_schedule,
       last.started_at,
       last.status,
       left(last.said, 200) AS said,
       linernotes.schedule_minutes(scheduled.schedule) AS minutes,
       -- A job that has not run yet is late only when somebody could have seen it run.
       coalesce(last.started_at, greatest(
         (SELECT min(run.looked_back_to) FROM run),
         (SELECT min(version.applied_at) FROM linernotes.schema_version AS version),
         (SELECT project.jobs_scheduled_at FROM linernotes.project)
       )) AS since,
       NOT EXISTS (
         SELECT FROM run WHERE run.job_id = scheduled.jobid AND run.turn <= 3 AND run.status IS DISTINCT FROM ''failed''
       ) AND last.status IS NOT NULL AS always_fails
     FROM linernotes.jobs() AS wanted
     LEFT JOIN cron.job AS scheduled ON scheduled.jobname = wanted.job_name
     LEFT JOIN run AS last ON last.job_id = scheduled.jobid AND last.turn = 1
     ORDER BY wanted.job_name'
  LOOP
    RETURN NEXT ROW(
      'jobs',
      job.name,
      job.is_scheduled AND job.is_active AND job.is_ours AND job.database = current_database()
        AND job.username = current_user AND NOT job.always_fails AND NOT coalesce(
        current_setting('cron.log_run', TRUE) IS DISTINCT FROM 'off'
          AND job.since < now() - make_interval(mins => 3 * job.minutes + 5),
        FALSE
      ),
      CASE
        WHEN NOT job.is_scheduled THEN 'is not scheduled'
        WHEN NOT job.is_active THEN 'is not active'
        WHEN NOT job.is_ours THEN 'does something else than this release''s'
        WHEN job.database <> current_database() THEN format('runs in the database %s', job.database)
        WHEN job.username <> current_user THEN format('runs as %s instead of %s', job.username, current_user)
        WHEN job.always_fails THEN format('fails: %s', job.said)
        WHEN job.since < now() - make_interval(mins => 3 * job.minutes + 5) THEN
          format('has not run since %s%s', to_char(job.since, 'YYYY-MM-DD HH24:MI'), coalesce(': ' || job.said, ''))
        ELSE CASE
          WHEN job.started_at IS NULL THEN 'has not been due yet'
          ELSE format('last run %s, %s', to_char(job.started_at, 'YYYY-MM-DD HH24:MI'), job.status)
        -- An operator may have chosen another one.
        END || CASE WHEN job.schedule = job.our_schedule THEN '' ELSE format(' (at %s instead of %s)', job.schedule, job.our_schedule) END
      END,
      CASE
        WHEN NOT job.is_scheduled OR NOT job.is_ours OR (job.database <> current_database() AND job.username = current_user)
          THEN 'SELECT public.repair_installation() schedules all of them.'
        WHEN job.database <> current_database() OR job.username <> current_user THEN format(
          'As %s or a superuser: SELECT cron.unschedule(jobid) FROM cron.job WHERE jobname = %L AND username = %L. Then SELECT public.repair_installation().',
          job.username, job.name, job.username)
        WHEN NOT job.is_active THEN format('SELECT cron.alter_job(jobid, active => TRUE) FROM cron.job WHERE jobname = %L, if nobody meant it to rest.', job.name)
        ELSE 'See cron.job_run_details. Where no job runs at all, pg_cron''s launcher does not: restart the database (Supabase: Settings, General), and see that cron.database_name is this database.'
      END
    )::linernotes.finding;
  END LOOP;
END;
$$;
COMMENT ON FUNCTION linernotes.examine_jobs() IS
  'The jobs: scheduled, active, run when they should have, not failing every time.';
