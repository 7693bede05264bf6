-- Lets go of a session lock.

--> TRUE for each hold of this session, then FALSE
DO $$
BEGIN
  PERFORM public.pg_try_advisory_lock('k'), public.pg_try_advisory_lock('k');
  PERFORM checks.same('first', public.pg_advisory_unlock('k'), TRUE);
  PERFORM checks.same('second', public.pg_advisory_unlock('k'), TRUE);
  PERFORM checks.same('none', public.pg_advisory_unlock('k'), FALSE);
  PERFORM checks.same('free', pg_advisory_lock_exists('k'), FALSE);
END;
$$;
