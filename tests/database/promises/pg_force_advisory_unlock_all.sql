-- Frees a key. What it does to other sessions is tried in concurrency.rs.

--> Lets go of all holds of this session and says how many there were
DO $$
BEGIN
  PERFORM public.pg_try_advisory_lock('k'), public.pg_try_advisory_lock('k'), public.pg_try_advisory_lock('other');
  PERFORM checks.same('holds', pg_force_advisory_unlock_all('k'), 2);
  PERFORM checks.same('free', pg_advisory_lock_exists('k'), FALSE);
  PERFORM checks.same('another key', pg_advisory_lock_exists('other'), TRUE);
  PERFORM checks.same('again', pg_force_advisory_unlock_all('k'), 0);
END;
$$;
