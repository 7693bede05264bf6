-- Issues by worker and type.

--> Counts, the latest message, and the latest kind first; never NULL
DO $$
BEGIN
  INSERT INTO worker_issues (worker_name, issue_type, message, resolved, created_at) VALUES
    ('a', 't', 'old', TRUE, '2026-01-01T00:00Z'), ('a', 't', 'new', FALSE, '2026-01-02T00:00Z'), ('b', 't', 'last', TRUE, '2026-01-03T00:00Z');
  PERFORM checks.same('rows', (SELECT jsonb_agg(to_jsonb(stats)) FROM get_worker_issue_stats() AS stats), '[
    {"worker_name": "b", "issue_type": "t", "issue_count": 1, "resolved_count": 1, "unresolved_count": 0,
     "latest_issue": "2026-01-03T00:00:00+00:00", "latest_message": "last"},
    {"worker_name": "a", "issue_type": "t", "issue_count": 2, "resolved_count": 1, "unresolved_count": 1,
     "latest_issue": "2026-01-02T00:00:00+00:00", "latest_message": "new"}]'::JSONB);
END;
$$;
