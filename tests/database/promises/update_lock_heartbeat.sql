-- Keeps a lock fresh.

--> TRUE for the owner, whose lock is then fresh; FALSE for anybody else and for another correlation
DO $$
BEGIN
  PERFORM acquire_processing_lock('artist', '1', 30, 'c', 'me');
  UPDATE processing_locks SET last_heartbeat = now() - INTERVAL '10 minutes';
  PERFORM checks.same('not the owner', update_lock_heartbeat('artist', '1', 'you', NULL), FALSE);
  PERFORM checks.same('another correlation', update_lock_heartbeat('artist', '1', 'me', 'd'), FALSE);
  PERFORM checks.same('the owner', update_lock_heartbeat('artist', '1', 'me', 'c'), TRUE);
  PERFORM checks.same('without correlation', update_lock_heartbeat('artist', '1', 'me', NULL), TRUE);
  PERFORM checks.same('fresh', acquire_processing_lock('artist', '1'), FALSE);
END;
$$;
