-- A bug on purpose: what a run had in its hands goes with it when it dies, as if messages were deleted before their
-- results are stored. `LINERNOTES_CHAOS_PLANT=tests/chaos/planted.sql scripts/test chaos --seeds 1` must find it.
CREATE FUNCTION linernotes.planted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  EXECUTE format('DELETE FROM pgmq.%I WHERE read_ct > 0 AND message ? ''_idempotencyKey''', 'q_' || OLD.queue_name);
  RETURN NULL;
END;
$$;
CREATE TRIGGER planted AFTER DELETE ON linernotes.runs
FOR EACH ROW WHEN (OLD.state = 'running' AND OLD.expires_at <= clock_timestamp()) EXECUTE FUNCTION linernotes.planted();
