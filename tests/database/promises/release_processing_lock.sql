-- Gives up an entity's lock.

--> TRUE where there was one; with p_worker_id only one's own
DO $$
BEGIN
  PERFORM acquire_processing_lock('artist', '1', 30, NULL, 'me');
  PERFORM checks.same('somebody else', release_processing_lock('artist', '1', 'you'), FALSE);
  PERFORM checks.same('mine', release_processing_lock('artist', '1', 'me'), TRUE);
  PERFORM checks.same('again', release_processing_lock('artist', '1'), FALSE);
  PERFORM acquire_processing_lock('artist', '1');
  PERFORM checks.same('whoever has it', release_processing_lock('artist', '1'), TRUE);
END;
$$;
