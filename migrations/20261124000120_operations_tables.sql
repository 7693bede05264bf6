-- The documented tables in which the pipeline keeps its books, with the keys and checks that the functions rely on.

CREATE TABLE IF NOT EXISTS public.processing_status (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  entity_type TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER DEFAULT 0,
  last_processed_at TIMESTAMPTZ,
  last_error TEXT,
  metadata JSONB DEFAULT '{}'::JSONB,
  created_at TIMESTAMPTZ DEFAULT now(),
  updated_at TIMESTAMPTZ DEFAULT now(),
  dead_lettered BOOLEAN DEFAULT FALSE
);
ALTER TABLE public.processing_status ADD COLUMN IF NOT EXISTS next_attempt_at TIMESTAMPTZ;
ALTER TABLE public.processing_status ADD COLUMN IF NOT EXISTS failed_attempts JSONB;
CREATE UNIQUE INDEX IF NOT EXISTS processing_status_entity ON public.processing_status (entity_type, entity_id);
CREATE INDEX IF NOT EXISTS processing_status_in_progress ON public.processing_status (last_processed_at, entity_type)
  WHERE state = 'IN_PROGRESS';
CREATE INDEX IF NOT EXISTS processing_status_waiting ON public.processing_status (entity_type, next_attempt_at)
  WHERE next_attempt_at IS NOT NULL;
SELECT linernotes.ensure_constraint('public.processing_status', 'processing_status_state',
  $check$CHECK (state IN ('PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED'))$check$);
COMMENT ON TABLE public.processing_status IS
  'State, attempts and last error of each entity. The pipeline''s entities are messages: entity_type is the queue.';
COMMENT ON COLUMN public.processing_status.entity_id IS
  'The message''s idempotency key, or msg:<id> for a message without one.';
COMMENT ON COLUMN public.processing_status.attempts IS
  'Deliveries that count, of the message that is or was last in the queue. Raised at delivery, so that a crash of the worker counts.';
COMMENT ON COLUMN public.processing_status.next_attempt_at IS
  'When the message can be delivered next, while it waits for a retry or was given back; NULL while a worker holds it.';
COMMENT ON COLUMN public.processing_status.failed_attempts IS
  'The last ten attempts that failed, of the message that is or was last in the queue, the oldest first: {at, attempt, counts, error, times (where several in a row did not count)}. NULL once it is done.';
COMMENT ON COLUMN public.processing_status.dead_lettered IS
  'The message lies in the dead letters; replay_dead_letters puts it back.';
COMMENT ON COLUMN public.processing_status.metadata IS
  'completed_at: when the entity was last done; removed by force and by a reset. correlation_id: of the last request. cleanup_history, auto_cleanup, forced_reset: who reset it.';

CREATE TABLE IF NOT EXISTS public.processing_locks (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  entity_type TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  worker_id TEXT NOT NULL,
  correlation_id TEXT,
  ttl_seconds INTEGER NOT NULL DEFAULT 1800,
  acquired_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  last_heartbeat TIMESTAMPTZ NOT NULL DEFAULT now(),
  metadata JSONB DEFAULT '{}'::JSONB
);
CREATE UNIQUE INDEX IF NOT EXISTS processing_locks_entity ON public.processing_locks (entity_type, entity_id);
CREATE INDEX IF NOT EXISTS processing_locks_last_heartbeat ON public.processing_locks (last_heartbeat);
SELECT linernotes.ensure_constraint('public.processing_locks', 'processing_locks_ttl_seconds',
  'CHECK (ttl_seconds > 0)');
COMMENT ON TABLE public.processing_locks IS
  'Leases with an owner and a heartbeat, for external workers. The pipeline''s own runs are fenced and take none.';

CREATE TABLE IF NOT EXISTS public.queue_registry (
  id SERIAL PRIMARY KEY,
  queue_name TEXT NOT NULL UNIQUE,
  display_name TEXT,
  description TEXT,
  active BOOLEAN DEFAULT TRUE,
  created_at TIMESTAMPTZ DEFAULT now(),
  updated_at TIMESTAMPTZ DEFAULT now()
);
ALTER TABLE public.queue_registry ADD COLUMN IF NOT EXISTS max_attempts INTEGER NOT NULL DEFAULT 5;
ALTER TABLE public.queue_registry ADD COLUMN IF NOT EXISTS max_concurrency INTEGER NOT NULL DEFAULT 2;
SELECT linernotes.ensure_constraint('public.queue_registry', 'queue_registry_max_attempts',
  'CHECK (max_attempts BETWEEN 1 AND 1000)');
SELECT linernotes.ensure_constraint('public.queue_registry', 'queue_registry_max_concurrency',
  'CHECK (max_concurrency BETWEEN 1 AND 1000)');
COMMENT ON TABLE public.queue_registry IS
  'The queues. One with active = false is paused: it takes messages and gives none.';
COMMENT ON COLUMN public.queue_registry.max_attempts IS
  'Attempts after which a message goes to the dead letters.';
COMMENT ON COLUMN public.queue_registry.max_concurrency IS
  'Runs of the queue''s worker at a time.';

CREATE TABLE IF NOT EXISTS public.queue_metrics (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  queue_name TEXT NOT NULL,
  operation TEXT NOT NULL,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  finished_at TIMESTAMPTZ,
  success_count INTEGER,
  error_count INTEGER,
  processed_count INTEGER,
  details JSONB,
  created_at TIMESTAMPTZ DEFAULT now()
);
CREATE INDEX IF NOT EXISTS queue_metrics_created_at ON public.queue_metrics (created_at);
CREATE INDEX IF NOT EXISTS queue_metrics_queue ON public.queue_metrics (queue_name, created_at);
COMMENT ON TABLE public.queue_metrics IS
  'What was done when: one row for each committed batch (operation commit) and for each call of a documented function.';

CREATE TABLE IF NOT EXISTS public.monitoring_events (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  event_type TEXT NOT NULL,
  details JSONB DEFAULT '{}'::JSONB,
  created_at TIMESTAMPTZ DEFAULT now()
);
CREATE INDEX IF NOT EXISTS monitoring_events_type ON public.monitoring_events (event_type, created_at);
CREATE INDEX IF NOT EXISTS monitoring_events_created_at ON public.monitoring_events (created_at);
COMMENT ON TABLE public.monitoring_events IS
  'What the monitors and the cleanup did and when, for auditing.';

CREATE TABLE IF NOT EXISTS public.worker_issues (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  worker_name TEXT NOT NULL,
  issue_type TEXT NOT NULL,
  message TEXT NOT NULL,
  details JSONB,
  resolved BOOLEAN DEFAULT FALSE,
  created_at TIMESTAMPTZ DEFAULT now(),
  updated_at TIMESTAMPTZ DEFAULT now()
);
-- The documented functions opened a row each time: only the latest of a kind stays open.
UPDATE public.worker_issues AS issue
SET resolved = TRUE
WHERE issue.resolved IS NOT TRUE
  AND EXISTS (
    SELECT
    FROM public.worker_issues AS later
    WHERE later.worker_name = issue.worker_name
      AND later.issue_type = issue.issue_type
      AND later.resolved IS NOT TRUE
      AND (later.created_at, later.id) > (issue.created_at, issue.id)
  );
CREATE UNIQUE INDEX IF NOT EXISTS worker_issues_open ON public.worker_issues (worker_name, issue_type)
  WHERE resolved IS NOT TRUE;
CREATE INDEX IF NOT EXISTS worker_issues_stats ON public.worker_issues (worker_name, issue_type, created_at);
CREATE INDEX IF NOT EXISTS worker_issues_resolved ON public.worker_issues (updated_at) WHERE resolved;
COMMENT ON TABLE public.worker_issues IS
  'Problems that a worker met: at most one open row for each worker and type; details.count says how often.';

SELECT linernotes.keep_updated_at(ARRAY[
  'public.processing_status', 'public.queue_registry', 'public.worker_issues'
]::REGCLASS[]);

ALTER TABLE public.processing_status ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.processing_locks ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.queue_registry ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.queue_metrics ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.monitoring_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.worker_issues ENABLE ROW LEVEL SECURITY;
