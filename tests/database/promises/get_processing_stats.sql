-- Entities by type and state.

--> Each count is a number, 0 where there is nothing; the type with most comes first
DO $$
BEGIN
  INSERT INTO processing_status (entity_type, entity_id, state, dead_lettered, last_processed_at) VALUES
    ('artist', '1', 'PENDING', FALSE, NULL), ('artist', '2', 'IN_PROGRESS', FALSE, now() - INTERVAL '31 minutes'),
    ('artist', '3', 'IN_PROGRESS', FALSE, now()), ('artist', '4', 'COMPLETED', FALSE, now()),
    ('artist', '5', 'FAILED', TRUE, now()), ('album', '1', 'PENDING', NULL, NULL);
  PERFORM checks.same('rows', (SELECT jsonb_agg(to_jsonb(stats)) FROM get_processing_stats() AS stats), '[
    {"entity_type": "artist", "total_count": 5, "pending_count": 1, "in_progress_count": 2, "completed_count": 1,
     "failed_count": 1, "dead_lettered_count": 1, "stalled_count": 1},
    {"entity_type": "album", "total_count": 1, "pending_count": 1, "in_progress_count": 0, "completed_count": 0,
     "failed_count": 0, "dead_lettered_count": 0, "stalled_count": 0}]'::JSONB);
END;
$$;
