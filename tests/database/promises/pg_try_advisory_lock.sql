-- A session lock, at once or not at all. What another session sees is tried in concurrency.rs.

--> TRUE, and again in the same session, as Postgres has it
DO $$
BEGIN
  PERFORM checks.same('first', pg_try_advisory_lock('k'), TRUE);
  PERFORM checks.same('again', public.pg_try_advisory_lock('k'), TRUE);
  PERFORM checks.same('held', pg_advisory_lock_exists('k'), TRUE);
END;
$$;
