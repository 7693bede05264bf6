-- Each of the five queues is there, registered, and wired: one message for each idempotency key, and a trigger that
-- wakes its worker.
BEGIN;
CREATE EXTENSION IF NOT EXISTS pgtap WITH SCHEMA extensions;
SET LOCAL search_path = public, extensions;
SELECT plan(16);

SELECT ok(to_regclass('pgmq.q_' || queue_name) IS NOT NULL, queue_name || ' has its table')
FROM linernotes.workers
ORDER BY position;
SELECT ok(
  EXISTS (
    SELECT
    FROM pg_index AS index
    WHERE index.indrelid = to_regclass('pgmq.q_' || queue_name)
      AND index.indisunique AND index.indisvalid
      AND pg_get_indexdef(index.indexrelid) LIKE '%\_idempotencyKey%'
  ),
  queue_name || ' takes one message for each idempotency key'
)
FROM linernotes.workers
ORDER BY position;
SELECT ok(
  EXISTS (
    SELECT
    FROM pg_trigger AS wired
    WHERE wired.tgrelid = to_regclass('pgmq.q_' || queue_name)
      AND wired.tgfoid = 'linernotes.request_wake_up'::REGPROC
      AND wired.tgenabled <> 'D'
  ),
  queue_name || ' wakes its worker'
)
FROM linernotes.workers
ORDER BY position;
SELECT is(
  (SELECT count(*) FROM public.queue_registry WHERE queue_name IN (SELECT workers.queue_name FROM linernotes.workers)),
  5::BIGINT,
  'all of them are registered'
);

SELECT * FROM finish();
ROLLBACK;
