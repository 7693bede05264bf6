-- Takes an entity's lock.

--> TRUE for the first caller, FALSE for others while the lock is fresh, also with no correlation id
DO $$
BEGIN
  PERFORM checks.same('first', acquire_processing_lock('artist', '1'), TRUE);
  PERFORM checks.same('second', acquire_processing_lock('artist', '1', 30, 'c'), FALSE);
  PERFORM checks.same('another entity', acquire_processing_lock('artist', '2', 1, 'c', 'me'), TRUE);
  PERFORM checks.same('rows', (SELECT array_agg(row(ttl_seconds, correlation_id, worker_id = 'me')::TEXT ORDER BY entity_id) FROM processing_locks),
    ARRAY['(1800,,f)', '(60,c,t)']);
END;
$$;

--> Without a heartbeat for 5 minutes, or its own ttl where that is less, a lock is taken over
DO $$
BEGIN
  PERFORM acquire_processing_lock('artist', 'long', 30);
  PERFORM acquire_processing_lock('artist', 'short', 1);
  UPDATE processing_locks SET last_heartbeat = clock_timestamp() - INTERVAL '61 seconds';
  PERFORM checks.same('ttl of 30 minutes, 61 s', acquire_processing_lock('artist', 'long'), FALSE);
  PERFORM checks.same('ttl of 1 minute, 61 s', acquire_processing_lock('artist', 'short'), TRUE);
  UPDATE processing_locks SET last_heartbeat = clock_timestamp() - INTERVAL '301 seconds';
  PERFORM checks.same('ttl of 30 minutes, 301 s', acquire_processing_lock('artist', 'long'), TRUE);
  PERFORM checks.same('and fresh again', acquire_processing_lock('artist', 'long'), FALSE);
END;
$$;
