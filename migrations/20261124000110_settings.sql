-- Behaviour that an operator may change while everything runs: rows with defaults. Running this again adds what is
-- new and refreshes the descriptions; a value that was changed stays.

CREATE TABLE IF NOT EXISTS linernotes.settings (
  name TEXT PRIMARY KEY,
  value JSONB NOT NULL CHECK (jsonb_typeof(value) IN ('number', 'boolean', 'string')),
  description TEXT NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  default_value JSONB
);
COMMENT ON TABLE linernotes.settings IS
  'Behaviour, read by every dequeue: UPDATE linernotes.settings SET value = ''30'' WHERE name = ''run_budget_seconds''.';
ALTER TABLE linernotes.settings ADD COLUMN IF NOT EXISTS default_value JSONB;
COMMENT ON COLUMN linernotes.settings.default_value IS
  'What this release ships; a value that differs was changed here.';
SELECT linernotes.keep_updated_at(ARRAY['linernotes.settings']::REGCLASS[]);

CREATE OR REPLACE FUNCTION linernotes.keep_setting_type()
RETURNS TRIGGER
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  IF jsonb_typeof(NEW.value) <> jsonb_typeof(OLD.value) THEN
    PERFORM linernotes.reject(NEW.name, format('must be a %s, is a %s', jsonb_typeof(OLD.value), jsonb_typeof(NEW.value)));
  ELSIF jsonb_typeof(NEW.value) = 'number' AND (NEW.value #>> '{}')::NUMERIC < 0 THEN
    PERFORM linernotes.reject(NEW.name, 'must not be negative');
  END IF;
  RETURN NEW;
END;
$$;
COMMENT ON FUNCTION linernotes.keep_setting_type() IS
  'Row trigger: a setting keeps the JSON type of its default and is not negative, so that every reader can use it.';
CREATE OR REPLACE TRIGGER keep_setting_type BEFORE UPDATE OF value ON linernotes.settings
  FOR EACH ROW EXECUTE FUNCTION linernotes.keep_setting_type();

INSERT INTO linernotes.settings (name, value, default_value, description)
SELECT shipped.name, shipped.value::JSONB, shipped.value::JSONB, shipped.description
FROM (VALUES
  ('run_budget_seconds', '25', 'How long a run goes on taking batches. Callers wait 30 s for an answer.'),
  ('visibility_timeout_seconds', '60', 'Lease of a delivered message, and of the run that holds it.'),
  ('provider_concurrency', '16', 'Requests that one run has under way at one provider; 16 lets a batch of 15 names take one latency.'),
  ('profile_max_age_days', '90', 'A producer''s profile older than this is looked up again.'),
  ('profile_refreshes_per_hour', '200', 'How many profiles that grew too old are looked up again in an hour, also of producers whom nobody discovers anew; 0: none.'),
  ('artist_refresh_days', '14', 'An artist whose albums were listed longer ago is looked at again, for new releases; 0: never.'),
  ('artist_refreshes_per_day', '100', 'How many artists are looked at again in a day, the longest unseen first.'),
  ('genius_always', 'false', 'Genius is asked for every track, also where MusicBrainz gave producers and writers.'),
  ('ability_retry_seconds', '86400', 'How long an ability that a provider refused is not tried again.'),
  ('wake_ups_enabled', 'true', 'Whether an enqueue calls its worker at once. Without it, cron is the only motor.'),
  ('wake_up_grace_seconds', '5', 'How long a call that has not arrived yet counts as a run.'),
  ('retry_base_seconds', '2', 'Backoff: the most that the first retry waits; doubled for each further attempt.'),
  ('retry_cap_seconds', '3600', 'Backoff: the most that any retry waits.'),
  ('breaker_failures', '3', 'So many requests to a provider in a row, of all runs together, fail before a probe decides whether its breaker opens.'),
  ('breaker_first_probe_seconds', '2', 'How long after a breaker opened it is probed for the first time; doubled for each further probe.'),
  ('breaker_longest_probe_seconds', '20', 'The longest time between two probes. Above the time of a run (run_budget_seconds) only cron comes to probe.'),
  ('batch_size.artist_discovery', '15', 'Messages in a batch.'),
  ('batch_size.album_discovery', '15', 'Messages in a batch.'),
  ('batch_size.track_discovery', '20', 'Messages in a batch: as many albums as Spotify gives in one request.'),
  ('batch_size.producer_identification', '10', 'Messages in a batch.'),
  ('batch_size.social_enrichment', '10', 'Messages in a batch.'),
  ('batch_size', '10', 'Messages in a batch of any other queue.'),
  ('dedup_ttl_seconds.artist_discovery', '86400', 'Lifetime of a deduplication key in Redis.'),
  ('dedup_ttl_seconds.album_discovery', '86400', 'Lifetime of a deduplication key in Redis.'),
  ('dedup_ttl_seconds.track_discovery', '604800', 'Lifetime of a deduplication key in Redis.'),
  ('dedup_ttl_seconds.producer_identification', '604800', 'Lifetime of a deduplication key in Redis.'),
  ('dedup_ttl_seconds.social_enrichment', '604800', 'Lifetime of a deduplication key in Redis.'),
  ('dedup_ttl_seconds', '86400', 'Lifetime of a deduplication key in Redis, of any other queue.'),
  ('retention_days.metrics', '30', 'queue_metrics older than this go.'),
  ('retention_days.events', '30', 'monitoring_events older than this go.'),
  ('retention_days.resolved_issues', '90', 'Resolved worker_issues older than this go.'),
  ('retention_days.discoveries', '30', 'Discoveries older than this go.'),
  ('retention_days.dead_letters', '180', 'Dead letters older than this go.'),
  ('retention_days.statuses', '90', 'Finished states of messages without an idempotency key older than this go.'),
  ('retention_days.cron_runs', '7', 'Finished runs in cron.job_run_details older than this go.'),
  ('retention_hours.operations', '24', 'How long an operation id is remembered.'),
  ('retention_hours.http_responses', '6', 'Answers in net._http_response older than this go.'),
  ('maintenance_batch', '5000', 'Rows that maintenance deletes at once.')
) AS shipped (name, value, description)
ON CONFLICT (name) DO UPDATE
SET description = EXCLUDED.description, default_value = EXCLUDED.default_value
WHERE (settings.description, settings.default_value) IS DISTINCT FROM (EXCLUDED.description, EXCLUDED.default_value);

CREATE OR REPLACE FUNCTION linernotes.setting_number(setting TEXT, queue_name TEXT DEFAULT NULL)
RETURNS NUMERIC
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT (value #>> '{}')::NUMERIC
  FROM linernotes.settings
  WHERE name IN (setting || '.' || queue_name, setting)
  ORDER BY length(name) DESC
  LIMIT 1;
$$;
COMMENT ON FUNCTION linernotes.setting_number(TEXT, TEXT) IS
  'A number of linernotes.settings: the queue''s own setting (name.queue) where there is one, else the general one.';

CREATE OR REPLACE FUNCTION linernotes.setting_boolean(setting TEXT)
RETURNS BOOLEAN
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT (value #>> '{}')::BOOLEAN FROM linernotes.settings WHERE name = setting;
$$;
COMMENT ON FUNCTION linernotes.setting_boolean(TEXT) IS
  'A switch of linernotes.settings.';
