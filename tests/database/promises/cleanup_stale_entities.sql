-- Puts right what was left behind.

--> Stale locks go, stale states are PENDING with a history, updated_at follows, and an event tells how many
DO $$
DECLARE
  answer JSONB;
BEGIN
  PERFORM acquire_processing_lock('artist', '1'), acquire_processing_lock('artist', '2');
  UPDATE processing_locks SET last_heartbeat = now() - INTERVAL '61 minutes' WHERE entity_id = '1';
  INSERT INTO processing_status (entity_type, entity_id, state, last_processed_at, updated_at, metadata) VALUES
    ('artist', '1', 'IN_PROGRESS', now() - INTERVAL '61 minutes', '2026-01-01', '{"cleanup_history": ["before"]}'),
    ('artist', '2', 'IN_PROGRESS', now() - INTERVAL '59 minutes', '2026-01-01', '{}');
  answer := cleanup_stale_entities();
  PERFORM checks.same('answer', answer - 'timestamp', '{"stale_threshold_minutes": 60, "stale_locks_cleaned": 1, "stale_states_reset": 1}'::JSONB);
  PERFORM checks.same('locks', (SELECT string_agg(entity_id, ',') FROM processing_locks), '2');
  PERFORM checks.same('states', (SELECT array_agg(state ORDER BY entity_id) FROM processing_status), ARRAY['PENDING', 'IN_PROGRESS']);
  PERFORM checks.same('history', (SELECT jsonb_array_length(metadata -> 'cleanup_history') FROM processing_status WHERE entity_id = '1'), 2);
  PERFORM checks.same('updated_at', (SELECT updated_at FROM processing_status WHERE entity_id = '1'), now());
  PERFORM checks.same('event', (SELECT details FROM monitoring_events WHERE event_type = 'stale_entity_cleanup'), answer);
END;
$$;

--> With nothing to do, zeros
DO $$
BEGIN
  PERFORM checks.same('answer', cleanup_stale_entities(1) - 'timestamp', '{"stale_threshold_minutes": 1, "stale_locks_cleaned": 0, "stale_states_reset": 0}'::JSONB);
END;
$$;
