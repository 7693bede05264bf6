-- :messages messages queued in two queues, as many states, ten times as many metrics. Loaded past the triggers, as in
-- catalogue.sql. Wants numbers.sql.
--
-- Of ten messages seven were never delivered, one is in progress, one waits for a retry, one is stuck; half of the
-- states are of messages that left. A quarter of the metrics is older than their retention.

SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';

INSERT INTO pgmq.q_social_enrichment (read_ct, enqueued_at, vt, message)
SELECT
  CASE WHEN n % 10 < 7 THEN 0 ELSE 1 END,
  now() - INTERVAL '3 hours',
  CASE n % 10
    WHEN 7 THEN now() + INTERVAL '1 hour'
    WHEN 8 THEN now() + INTERVAL '1 hour'
    WHEN 9 THEN now() - make_interval(mins => 20 + (n % 60)::INT)
    ELSE now() - INTERVAL '3 hours'
  END,
  jsonb_build_object(
    'producerId', size.id(n), '_idempotencyKey', 'producer:' || size.id(n) || ':profile', '_correlationId', size.id(n / 10)
  )
FROM generate_series(0, :messages * 9 / 10 - 1) AS n;
INSERT INTO pgmq.q_artist_discovery (read_ct, enqueued_at, vt, message)
SELECT 0, now() - INTERVAL '1 hour', now() - INTERVAL '1 hour', jsonb_build_object(
  'artistName', 'Artist ' || n, '_idempotencyKey', 'artist:name:artist ' || n, '_correlationId', size.id(n)
)
FROM generate_series(0, :messages / 10 - 1) AS n;

INSERT INTO public.processing_status (
  id, entity_type, entity_id, state, attempts, last_processed_at, next_attempt_at, metadata, created_at, updated_at
)
SELECT
  size.id(n), 'social_enrichment', 'producer:' || size.id(n) || ':profile',
  CASE WHEN n % 10 IN (7, 9) THEN 'IN_PROGRESS' ELSE 'PENDING' END, 1,
  now() - make_interval(mins => CASE WHEN n % 10 = 9 THEN 20 + (n % 60)::INT ELSE 0 END),
  CASE WHEN n % 10 = 8 THEN now() + INTERVAL '1 hour' END, jsonb_build_object('correlation_id', size.id(n / 10)),
  now() - INTERVAL '3 hours', now()
FROM generate_series(0, :messages * 9 / 10 - 1) AS n
WHERE n % 10 >= 7;
INSERT INTO public.processing_status (id, entity_type, entity_id, state, attempts, last_processed_at, metadata, dead_lettered)
SELECT
  size.id(:messages + n),
  (ARRAY['artist_discovery', 'album_discovery', 'track_discovery', 'producer_identification'])[1 + n % 4],
  'entity ' || n, CASE WHEN n % 100 = 0 THEN 'FAILED' ELSE 'COMPLETED' END, 1, now() - make_interval(hours => (n % 700)::INT),
  jsonb_build_object('completed_at', now()), n % 200 = 0
FROM generate_series(0, :messages * 73 / 100 - 1) AS n;
TRUNCATE linernotes.status_counts;
INSERT INTO linernotes.status_counts (entity_type, state, dead_lettered, entities)
SELECT entity_type, state, coalesce(dead_lettered, FALSE), count(*) FROM public.processing_status GROUP BY 1, 2, 3;

INSERT INTO public.queue_metrics (id, queue_name, operation, started_at, finished_at, success_count, error_count, processed_count, details, created_at)
SELECT
  size.id(n), (ARRAY['artist_discovery', 'album_discovery', 'track_discovery', 'producer_identification', 'social_enrichment'])[1 + n % 5],
  CASE WHEN n % 10 = 0 THEN 'enqueue' ELSE 'commit' END, made.at, made.at, 15, 0, 15, '{"retried": 0, "dead": 0}', made.at
FROM generate_series(0, 10 * :messages - 1) AS n
-- Forty days, the newest last, as they come.
CROSS JOIN LATERAL (SELECT now() - INTERVAL '40 days' * (1 - n / (10.0 * :messages))) AS made (at);

INSERT INTO public.monitoring_events (id, event_type, details, created_at)
SELECT size.id(n), 'queue_monitor',
  jsonb_build_object('queue_name', (ARRAY['artist_discovery', 'album_discovery', 'track_discovery', 'producer_identification', 'social_enrichment'])[1 + n % 5],
    'stuck', 0, 'messagesReset', 0),
  now() - INTERVAL '40 days' * (1 - n / (:messages / 10.0))
FROM generate_series(0, :messages / 10 - 1) AS n;

INSERT INTO public.worker_issues (id, worker_name, issue_type, message, details, resolved, created_at, updated_at)
SELECT size.id(n), 'worker' || n % 10, 'issue' || n / 10 % 10, 'message ' || n, '{"count": 1}', n < :messages / 100 - 100, made.at, made.at
FROM generate_series(0, :messages / 100 - 1) AS n
CROSS JOIN LATERAL (SELECT now() - INTERVAL '80 days' * (1 - n / (:messages / 100.0))) AS made (at);

INSERT INTO linernotes.dead_letters (queue_name, message_id, entity_id, message, error, attempts, enqueued_at)
SELECT 'social_enrichment', 1000000000 + n, 'entity ' || n, jsonb_build_object('producerId', size.id(n)), 'a: b', 5, now() - INTERVAL '1 day'
FROM generate_series(0, :messages / 100 - 1) AS n;

RESET session_replication_role;
ANALYZE;
