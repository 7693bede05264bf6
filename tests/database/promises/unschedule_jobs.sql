-- Takes the jobs from pg_cron.

--> How many were there; other jobs stay
DO $$
BEGIN
  PERFORM checks.as_owner($q$SELECT cron.schedule('somebody-else', '0 0 * * *', 'SELECT 1')$q$);
  PERFORM schedule_jobs();
  PERFORM checks.same('first', unschedule_jobs(), 12);
  PERFORM checks.same('again', unschedule_jobs(), 0);
  PERFORM checks.same('left', checks.ask('SELECT string_agg(jobname, '','') FROM cron.job'), 'somebody-else');
END;
$$;
