-- What the pipeline has done since it was installed, as counters that only grow: queue_metrics knows each commit, and
-- forgets it when its retention is over.
--
-- Spread over several rows like status_counts, for the same reason: commits never wait for each other here.

CREATE TABLE IF NOT EXISTS linernotes.activity_counts (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  activity TEXT NOT NULL CHECK (activity IN ('messages', 'requests')),
  subject TEXT NOT NULL,
  result TEXT NOT NULL,
  total BIGINT NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX IF NOT EXISTS activity_counts_key ON linernotes.activity_counts (activity, subject, result);
COMMENT ON TABLE linernotes.activity_counts IS
  'Messages that left a delivery (subject: queue, result: outcome), and requests to providers (subject: provider, result: class of the status, or none without an answer). The count is the sum of all rows of a key.';

CREATE OR REPLACE FUNCTION linernotes.count_activity(activity TEXT, counts JSONB)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  change RECORD;
  free_row BIGINT;
BEGIN
  FOR change IN
    SELECT counted.subject, counted.result, sum(counted.total)::BIGINT AS total
    FROM jsonb_to_recordset(counts) AS counted (subject TEXT, result TEXT, total BIGINT)
    WHERE counted.total > 0
    GROUP BY 1, 2
  LOOP
    free_row := NULL;
    -- As in count_states(): a stricter isolation level makes a new row.
    IF current_setting('transaction_isolation') = 'read committed' THEN
      SELECT known.id INTO free_row
      FROM linernotes.activity_counts AS known
      WHERE known.activity = count_activity.activity AND known.subject = change.subject AND known.result = change.result
      LIMIT 1
      FOR NO KEY UPDATE SKIP LOCKED;
    END IF;
    IF free_row IS NULL THEN
      INSERT INTO linernotes.activity_counts (activity, subject, result, total)
      VALUES (count_activity.activity, change.subject, change.result, change.total);
    ELSE
      UPDATE linernotes.activity_counts AS known SET total = known.total + change.total WHERE known.id = free_row;
    END IF;
  END LOOP;
END;
$$;
COMMENT ON FUNCTION linernotes.count_activity(TEXT, JSONB) IS
  'Adds [{subject, result, total}] to activity_counts, without waiting for other transactions.';

CREATE OR REPLACE FUNCTION linernotes.requests_by_status(providers JSONB)
RETURNS JSONB
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  -- What a release reports that this one does not know is passed over.
  SELECT coalesce(jsonb_agg(jsonb_build_object('subject', known.provider, 'result', status.key, 'total', status.value)), '[]')
  FROM linernotes.providers AS known
  CROSS JOIN LATERAL jsonb_each(
    CASE WHEN jsonb_typeof(providers #> ARRAY[known.provider, 'statuses']) = 'object'
      THEN providers #> ARRAY[known.provider, 'statuses'] ELSE '{}' END
  ) AS status
  WHERE status.key IN ('2xx', '3xx', '4xx', '5xx', 'none') AND jsonb_typeof(status.value) = 'number';
$$;
COMMENT ON FUNCTION linernotes.requests_by_status(JSONB) IS
  'The requests in a commit''s report of the providers, as count_activity takes them.';

CREATE OR REPLACE FUNCTION linernotes.activity_totals(activity TEXT)
RETURNS TABLE (subject TEXT, result TEXT, total NUMERIC)
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT counted.subject, counted.result, sum(counted.total)
  FROM linernotes.activity_counts AS counted
  WHERE counted.activity = activity_totals.activity
  GROUP BY 1, 2;
$$;
COMMENT ON FUNCTION linernotes.activity_totals(TEXT) IS
  'The counters of an activity.';
