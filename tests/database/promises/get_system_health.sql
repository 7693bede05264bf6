-- Everything in one look.

--> An empty system is healthy: the documented keys, zeros and [] instead of NULL
DO $$
DECLARE
  health JSONB := get_system_health();
BEGIN
  PERFORM checks.same('status', health ->> 'overall_status', 'healthy');
  PERFORM checks.same('queues', (health -> 'queues') - 'details', '{"total_queues": 5, "queues_with_stuck_messages": 0, "total_stuck_messages": 0}'::JSONB);
  PERFORM checks.same('a queue', health #> '{queues,details,0}', '{"queue_name": "album_discovery", "total": 0, "stuck": 0}'::JSONB);
  PERFORM checks.same('processing', health -> 'processing',
    '{"entities_in_progress": 0, "entities_stalled": 0, "entities_failed": 0, "entities_dead_lettered": 0, "details": []}'::JSONB);
  PERFORM checks.same('issues', health -> 'worker_issues',
    '{"total_unresolved_issues": 0, "workers_with_issues": 0, "latest_issue_time": null, "details": []}'::JSONB);
END;
$$;

--> One stuck message, stalled entity or fresh issue is a warning
DO $$
BEGIN
  PERFORM checks.stuck('artist_discovery', 11);
  PERFORM checks.same('stuck', get_system_health() ->> 'overall_status', 'warning');
  PERFORM reset_stuck_messages('artist_discovery');
  PERFORM checks.same('reset', get_system_health() ->> 'overall_status', 'healthy');
  INSERT INTO worker_issues (worker_name, issue_type, message, created_at) VALUES ('a', 't', 'm', now() - INTERVAL '2 hours');
  PERFORM checks.same('an issue of before', get_system_health() ->> 'overall_status', 'healthy');
  UPDATE worker_issues SET created_at = now();
  PERFORM checks.same('an issue of now', get_system_health() ->> 'overall_status', 'warning');
END;
$$;

--> More than 10 stuck or stalled, or more than 5 fresh issues, is unhealthy
DO $$
BEGIN
  INSERT INTO processing_status (entity_type, entity_id, state, last_processed_at)
  SELECT 'artist', n::TEXT, 'IN_PROGRESS', now() - INTERVAL '1 hour' FROM generate_series(1, 10) AS n;
  PERFORM checks.same('10', get_system_health() ->> 'overall_status', 'warning');
  INSERT INTO processing_status (entity_type, entity_id, state, last_processed_at) VALUES ('artist', '11', 'IN_PROGRESS', now() - INTERVAL '1 hour');
  PERFORM checks.same('11', get_system_health() ->> 'overall_status', 'unhealthy');
  DELETE FROM processing_status;
  INSERT INTO worker_issues (worker_name, issue_type, message) SELECT 'a', n::TEXT, 'm' FROM generate_series(1, 6) AS n;
  PERFORM checks.same('6 issues', get_system_health() ->> 'overall_status', 'unhealthy');
END;
$$;
