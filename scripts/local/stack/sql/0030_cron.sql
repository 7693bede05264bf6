-- The real pg_cron. As on hosted Supabase `postgres` schedules through its functions and may read, but not write,
-- cron.job; it may tidy the log of finished runs.

CREATE EXTENSION IF NOT EXISTS pg_cron SCHEMA pg_catalog;
GRANT USAGE ON SCHEMA cron TO postgres WITH GRANT OPTION;
GRANT ALL ON ALL TABLES IN SCHEMA cron TO postgres WITH GRANT OPTION;
GRANT ALL ON ALL SEQUENCES IN SCHEMA cron TO postgres WITH GRANT OPTION;
GRANT ALL ON ALL FUNCTIONS IN SCHEMA cron TO postgres WITH GRANT OPTION;
REVOKE ALL ON cron.job FROM postgres;
GRANT SELECT ON cron.job TO postgres WITH GRANT OPTION;
