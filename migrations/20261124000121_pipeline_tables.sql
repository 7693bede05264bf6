-- The pipeline's own tables, beside the documented ones: workers and their runs, providers, dead letters, discoveries,
-- and which calls of the process_…_atomic functions were done already.

CREATE TABLE IF NOT EXISTS linernotes.workers (
  queue_name TEXT PRIMARY KEY,
  function_name TEXT NOT NULL UNIQUE,
  position INTEGER NOT NULL UNIQUE
);
ALTER TABLE linernotes.workers ADD COLUMN IF NOT EXISTS provider TEXT;
COMMENT ON TABLE linernotes.workers IS
  'The function that works on a queue. position: where the queue stands in the flow of data; locks are taken in that order.';
COMMENT ON COLUMN linernotes.workers.provider IS
  'The provider without which the worker can do nothing: while its breaker is open, the queue gives no messages.';
INSERT INTO linernotes.workers (queue_name, function_name, position, provider)
VALUES
  ('artist_discovery', 'artistDiscovery', 1, 'spotify'),
  ('album_discovery', 'albumDiscovery', 2, 'spotify'),
  ('track_discovery', 'trackDiscovery', 3, 'spotify'),
  ('producer_identification', 'producerIdentification', 4, 'musicbrainz'),
  ('social_enrichment', 'socialEnrichment', 5, 'musicbrainz')
ON CONFLICT (queue_name) DO UPDATE
SET provider = EXCLUDED.provider
WHERE workers.provider IS DISTINCT FROM EXCLUDED.provider;

CREATE TABLE IF NOT EXISTS linernotes.runs (
  id UUID NOT NULL,
  queue_name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('called', 'running')),
  started_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  expires_at TIMESTAMPTZ NOT NULL,
  progress INTEGER NOT NULL DEFAULT 0,
  request_id BIGINT,
  PRIMARY KEY (queue_name, id)
);
COMMENT ON TABLE linernotes.runs IS
  'Runs of the workers. A row whose expires_at lies ahead is one of the queue''s max_concurrency runs, or a call of the worker that has not arrived yet. The row of a run that died expires, since nobody renews its lease.';
COMMENT ON COLUMN linernotes.runs.progress IS
  'How many messages the run ended, or used up an attempt of. A run with 0 gave back all that it took, and wakes no successor.';
COMMENT ON COLUMN linernotes.runs.request_id IS
  'pg_net''s number of the call, so that its answer can be looked up.';

CREATE TABLE IF NOT EXISTS linernotes.redis_quarantine (
  is_only BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (is_only),
  until TIMESTAMPTZ NOT NULL,
  tried_by UUID
);
COMMENT ON TABLE linernotes.redis_quarantine IS
  'One row while runs do without Redis because a run was lost; after until, one run at a time (tried_by) tries it. No row: Redis is used.';

CREATE TABLE IF NOT EXISTS linernotes.providers (
  provider TEXT PRIMARY KEY,
  paused_until TIMESTAMPTZ,
  pause_reason TEXT,
  refused JSONB NOT NULL DEFAULT '{}',
  next_slot_at TIMESTAMPTZ NOT NULL DEFAULT '-infinity',
  slot_owner UUID,
  slot_seconds NUMERIC NOT NULL DEFAULT 0,
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
ALTER TABLE linernotes.providers
  ADD COLUMN IF NOT EXISTS failures INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS open_since TIMESTAMPTZ,
  ADD COLUMN IF NOT EXISTS open_reason TEXT,
  ADD COLUMN IF NOT EXISTS probes INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS next_probe_at TIMESTAMPTZ,
  ADD COLUMN IF NOT EXISTS last_failure TEXT,
  ADD COLUMN IF NOT EXISTS last_failure_at TIMESTAMPTZ;
COMMENT ON TABLE linernotes.providers IS
  'What all runs together know of a provider: pauses that it asked for, abilities that it refused, when the next request slot is free, whether its breaker is open.';
COMMENT ON COLUMN linernotes.providers.refused IS
  'Ability → until when it is not tried again.';
COMMENT ON COLUMN linernotes.providers.next_slot_at IS
  'All slots before this are taken: the next request may start then, or now if that lies in the past.';
COMMENT ON COLUMN linernotes.providers.slot_owner IS
  'The run that reserved last. Only it can give slots back, since nobody has reserved slots after its own.';
COMMENT ON COLUMN linernotes.providers.failures IS
  'How many requests in a row have failed, as far as runs have reported them.';
COMMENT ON COLUMN linernotes.providers.last_failure IS
  'How the last request failed that did, as its run reported it: what the breaker counts, or that our credentials were refused.';
COMMENT ON COLUMN linernotes.providers.open_since IS
  'Since when the breaker is open: the provider is down, and is asked nothing but probes. NULL: it is closed.';
COMMENT ON COLUMN linernotes.providers.probes IS
  'How often it was probed since the breaker opened.';
INSERT INTO linernotes.providers (provider)
VALUES ('spotify'), ('musicbrainz'), ('genius'), ('wikidata'), ('instagram')
ON CONFLICT (provider) DO NOTHING;
SELECT linernotes.keep_updated_at(ARRAY['linernotes.providers']::REGCLASS[]);

CREATE TABLE IF NOT EXISTS linernotes.dead_letters (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  queue_name TEXT NOT NULL,
  message_id BIGINT NOT NULL,
  entity_id TEXT NOT NULL,
  message JSONB NOT NULL,
  error TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  enqueued_at TIMESTAMPTZ NOT NULL,
  died_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  replayed_at TIMESTAMPTZ,
  replayed_as BIGINT,
  UNIQUE (queue_name, message_id)
);
ALTER TABLE linernotes.dead_letters ADD COLUMN IF NOT EXISTS failed_attempts JSONB;
CREATE INDEX IF NOT EXISTS dead_letters_waiting ON linernotes.dead_letters (queue_name, died_at) WHERE replayed_at IS NULL;
CREATE INDEX IF NOT EXISTS dead_letters_died_at ON linernotes.dead_letters (died_at);
COMMENT ON TABLE linernotes.dead_letters IS
  'Messages that are not tried again, kept whole until they are replayed or their retention is over.';
COMMENT ON COLUMN linernotes.dead_letters.failed_attempts IS
  'The attempts of the message that failed, as processing_status had them.';

CREATE TABLE IF NOT EXISTS linernotes.idempotency_records (
  function_name TEXT NOT NULL,
  operation_id TEXT NOT NULL,
  entity_key TEXT NOT NULL,
  result UUID NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (function_name, operation_id, entity_key)
);
CREATE INDEX IF NOT EXISTS idempotency_records_created_at ON linernotes.idempotency_records (created_at);
COMMENT ON TABLE linernotes.idempotency_records IS
  'Which operation ids the process_…_atomic functions were called with in the last 24 hours, and what they returned: a repeated call returns the same. entity_key is part of the key, because the documented worker passes message ids, which repeat between queues.';

CREATE TABLE IF NOT EXISTS linernotes.discoveries (
  correlation_id TEXT PRIMARY KEY,
  artist_name TEXT NOT NULL,
  artist_key TEXT NOT NULL,
  message_id BIGINT NOT NULL,
  artist_id UUID,
  forced BOOLEAN NOT NULL DEFAULT FALSE,
  requested_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS discoveries_artist ON linernotes.discoveries (artist_key, requested_at);
CREATE INDEX IF NOT EXISTS discoveries_message ON linernotes.discoveries (message_id);
CREATE INDEX IF NOT EXISTS discoveries_requested_at ON linernotes.discoveries (requested_at);
COMMENT ON TABLE linernotes.discoveries IS
  'Each request for an artist, for 30 days; get_discovery says what became of it.';

CREATE TABLE IF NOT EXISTS linernotes.discovery_stages (
  correlation_id TEXT NOT NULL,
  queue_name TEXT NOT NULL,
  done INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  dead INTEGER NOT NULL DEFAULT 0,
  last_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (correlation_id, queue_name)
);
CREATE INDEX IF NOT EXISTS discovery_stages_last_at ON linernotes.discovery_stages (last_at);
COMMENT ON TABLE linernotes.discovery_stages IS
  'How many messages of a correlation have left a queue, by what became of them.';

CREATE TABLE IF NOT EXISTS linernotes.discovery_errors (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  correlation_id TEXT NOT NULL,
  queue_name TEXT NOT NULL,
  message_id BIGINT NOT NULL,
  error TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS discovery_errors_correlation ON linernotes.discovery_errors (correlation_id, id);
CREATE INDEX IF NOT EXISTS discovery_errors_at ON linernotes.discovery_errors (at);
COMMENT ON TABLE linernotes.discovery_errors IS
  'Errors that ended a message of a correlation: not found, or dead.';

CREATE TABLE IF NOT EXISTS linernotes.discovery_links (
  correlation_id TEXT NOT NULL,
  linked_id TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (correlation_id, linked_id)
);
CREATE INDEX IF NOT EXISTS discovery_links_at ON linernotes.discovery_links (at);
COMMENT ON TABLE linernotes.discovery_links IS
  'An enqueue for correlation_id found a message of linked_id with the same idempotency key: the work of linked_id counts for correlation_id, too.';
