-- cleanup_stale_entities, and bookkeeping that stays bounded.

--> What is older than its retention goes, the rest stays
DO $$
DECLARE
  answer JSONB;
BEGIN
  INSERT INTO queue_metrics (queue_name, operation, created_at)
  SELECT 'artist_discovery', 'process', now() - make_interval(days => n) FROM generate_series(1, 40) AS n;
  INSERT INTO monitoring_events (event_type, created_at) VALUES ('x', now() - INTERVAL '31 days'), ('x', now());
  INSERT INTO worker_issues (worker_name, issue_type, message, resolved, updated_at) VALUES
    ('a', 'open', 'm', FALSE, now() - INTERVAL '1 year'), ('a', 'resolved', 'm', TRUE, now() - INTERVAL '1 year'), ('a', 'fresh', 'm', TRUE, now());
  PERFORM checks.as_owner($q$INSERT INTO net._http_response (id, created) VALUES (-1, now() - INTERVAL '7 hours'), (-2, now())$q$);
  answer := maintenance_clear_stale_entities();
  PERFORM checks.same('cleanup', answer -> 'stale_locks_cleaned', '0'::JSONB);
  PERFORM checks.same('metrics', answer #> '{deleted,public.queue_metrics}', '10'::JSONB);
  PERFORM checks.same('metrics left', (SELECT count(*) FROM queue_metrics), 30);
  PERFORM checks.same('issues left', (SELECT array_agg(issue_type ORDER BY issue_type) FROM worker_issues), ARRAY['fresh', 'open']);
  PERFORM checks.same('answers left', checks.ask('SELECT count(*) FROM net._http_response WHERE id < 0'), '1');
END;
$$;

--> Retention is a setting
DO $$
BEGIN
  INSERT INTO queue_metrics (queue_name, operation, created_at) VALUES ('artist_discovery', 'process', now() - INTERVAL '3 days');
  PERFORM checks.as_owner($q$UPDATE linernotes.settings SET value = '2' WHERE name = 'retention_days.metrics'$q$);
  PERFORM maintenance_clear_stale_entities();
  PERFORM checks.same('left', (SELECT count(*) FROM queue_metrics), 0);
END;
$$;

--> Finished cron runs go, too
DO $$
BEGIN
  PERFORM checks.as_owner($q$INSERT INTO cron.job_run_details (runid, jobid, end_time) VALUES (-1, 1, now() - INTERVAL '8 days'), (-2, 1, now())$q$);
  PERFORM maintenance_clear_stale_entities();
  PERFORM checks.same('left', checks.ask('SELECT count(*) FROM cron.job_run_details WHERE runid < 0'), '1');
END;
$$;
