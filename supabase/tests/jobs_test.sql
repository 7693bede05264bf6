-- pg_cron has the twelve jobs, each once and active; no job's text holds an address or a secret.
BEGIN;
CREATE EXTENSION IF NOT EXISTS pgtap WITH SCHEMA extensions;
SET LOCAL search_path = public, extensions;
SELECT plan(4);

SELECT is(
  ARRAY(
    SELECT wanted.job_name
    FROM linernotes.jobs() AS wanted
    WHERE (
      SELECT count(*) FROM cron.job AS scheduled WHERE scheduled.jobname = wanted.job_name AND scheduled.active
    ) <> 1
    ORDER BY 1
  ),
  ARRAY[]::TEXT[],
  'each of the jobs is scheduled once and is active'
);
SELECT is((SELECT count(*) FROM linernotes.jobs()), 12::BIGINT, 'there are twelve of them');
SELECT is(
  ARRAY(
    SELECT scheduled.jobname::TEXT
    FROM cron.job AS scheduled
    JOIN linernotes.jobs() AS wanted ON wanted.job_name = scheduled.jobname
    WHERE scheduled.command <> wanted.command
    ORDER BY 1
  ),
  ARRAY[]::TEXT[],
  'each of them does what this release says'
);
SELECT is(
  ARRAY(
    SELECT scheduled.jobname::TEXT
    FROM cron.job AS scheduled
    JOIN linernotes.jobs() AS wanted ON wanted.job_name = scheduled.jobname
    WHERE scheduled.command ~* 'https?://|bearer'
    ORDER BY 1
  ),
  ARRAY[]::TEXT[],
  'address and secret come from Vault, never from a job''s text'
);

SELECT * FROM finish();
ROLLBACK;
