-- Frees an entity, whoever holds it.

--> TRUE always; the lock goes, and IN_PROGRESS becomes PENDING with a note
DO $$
BEGIN
  PERFORM acquire_processing_lock('artist', '1');
  INSERT INTO processing_status (entity_type, entity_id, state) VALUES ('artist', '1', 'IN_PROGRESS'), ('artist', '2', 'COMPLETED');
  PERFORM checks.same('held', force_release_entity_lock('artist', '1'), TRUE);
  PERFORM checks.same('locks', (SELECT count(*) FROM processing_locks), 0);
  PERFORM checks.same('state', (SELECT state || (metadata #>> '{forced_reset,previous_state}') FROM processing_status WHERE entity_id = '1'),
    'PENDINGIN_PROGRESS');
  PERFORM checks.same('not held', force_release_entity_lock('artist', '2'), TRUE);
  PERFORM checks.same('a finished one stays', (SELECT state FROM processing_status WHERE entity_id = '2'), 'COMPLETED');
END;
$$;
