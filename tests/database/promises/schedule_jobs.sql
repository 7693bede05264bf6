-- Gives the jobs to pg_cron.

--> Twelve jobs, each once, however often it is called
DO $$
BEGIN
  PERFORM checks.same('scheduled', schedule_jobs(), 12);
  PERFORM checks.same('again', schedule_jobs(), 12);
  PERFORM checks.same('jobs', checks.ask('SELECT array_agg(jobname || '' '' || schedule ORDER BY jobname) FROM cron.job')::TEXT[], ARRAY[
    'album-discovery-queue-job 1-59/4 * * * *', 'artist-discovery-queue-job */3 * * * *', 'auto-queue-monitor-job */5 * * * *',
    'cron-queue-processor-job */2 * * * *', 'maintenance-clear-stale-entities */30 * * * *',
    'processing-states-monitor-job 10 * * * *', 'producer-identification-queue-job */5 * * * *', 'queue-auto-fix-job */3 * * * *',
    'queue-monitor-job */5 * * * *', 'social-enrichment-queue-job */7 * * * *', 'stale-entity-cleanup-edge-function 0 * * * *',
    'track-discovery-queue-job 2-59/4 * * * *'
  ]);
END;
$$;

--> Address and secret are in no job's text
DO $$
BEGIN
  PERFORM schedule_jobs();
  PERFORM checks.same('jobs that know them', checks.ask($q$
    SELECT count(*) FROM cron.job, vault.decrypted_secrets AS entry WHERE position(entry.decrypted_secret IN command) > 0
  $q$), '0');
END;
$$;

--> Another schedule for all of them, for a test
DO $$
BEGIN
  PERFORM schedule_jobs('* * * * *');
  PERFORM checks.same('schedules', checks.ask('SELECT string_agg(DISTINCT schedule, '','') FROM cron.job'), '* * * * *');
END;
$$;
