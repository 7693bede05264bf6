-- Whether anybody holds a key's lock.

--> Follows the lock, for keys whose 64 bits are positive and negative alike
DO $$
BEGIN
  FOR n IN 1..20 LOOP
    PERFORM checks.same('free ' || n, pg_advisory_lock_exists('key ' || n), FALSE);
    PERFORM public.pg_try_advisory_lock('key ' || n);
    PERFORM checks.same('held ' || n, pg_advisory_lock_exists('key ' || n), TRUE);
    PERFORM public.pg_advisory_unlock('key ' || n);
    PERFORM checks.same('free again ' || n, pg_advisory_lock_exists('key ' || n), FALSE);
  END LOOP;
END;
$$;
