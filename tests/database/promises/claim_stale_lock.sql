-- Takes over the lock of a worker that failed.

--> Only a stale one; its history is appended, never replaced
DO $$
BEGIN
  PERFORM acquire_processing_lock('artist', '1', 30, 'c', 'first');
  PERFORM checks.same('fresh', claim_stale_lock('artist', '1', 'second', NULL), FALSE);
  UPDATE processing_locks SET last_heartbeat = now() - INTERVAL '6 minutes';
  PERFORM checks.same('stale', claim_stale_lock('artist', '1', 'second', NULL), TRUE);
  PERFORM checks.same('fresh again', claim_stale_lock('artist', '1', 'third', 'd'), FALSE);
  UPDATE processing_locks SET last_heartbeat = now() - INTERVAL '6 minutes';
  PERFORM claim_stale_lock('artist', '1', 'third', 'd');
  PERFORM checks.same('row', (SELECT (worker_id, correlation_id)::TEXT FROM processing_locks), '(third,d)');
  PERFORM checks.same('history', (
    SELECT array_agg((entry ->> 'previous_worker') || '→' || (entry ->> 'claimed_by'))
    FROM processing_locks, jsonb_array_elements(metadata -> 'lock_history') AS entry
  ), ARRAY['first→second', 'second→third']);
END;
$$;

--> FALSE where there is no lock
DO $$
BEGIN
  PERFORM checks.same('none', claim_stale_lock('artist', '1', 'me', NULL), FALSE);
END;
$$;
