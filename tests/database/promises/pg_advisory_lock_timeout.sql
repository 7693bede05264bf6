-- A session lock, waited for. The wait itself is tried in concurrency.rs.

--> TRUE at once where it is free, also with no time to wait
DO $$
BEGIN
  PERFORM checks.same('free', pg_advisory_lock_timeout('k', 1000), TRUE);
  PERFORM checks.same('no wait', pg_advisory_lock_timeout('k2', 0), TRUE);
END;
$$;
