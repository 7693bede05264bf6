-- What left its queue, by correlation, so that get_discovery can tell it later.

CREATE OR REPLACE FUNCTION linernotes.count_ended(queue_name TEXT, ended JSONB)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO linernotes.discovery_stages AS stage (correlation_id, queue_name, done, failed, dead)
  SELECT
    message.correlation_id,
    count_ended.queue_name,
    count(*) FILTER (WHERE message.ending = 'done'),
    count(*) FILTER (WHERE message.ending = 'failed'),
    count(*) FILTER (WHERE message.ending = 'dead')
  FROM jsonb_to_recordset(ended) AS message (correlation_id TEXT, ending TEXT)
  WHERE message.correlation_id IS NOT NULL AND length(message.correlation_id) <= 512
  GROUP BY message.correlation_id
  ORDER BY message.correlation_id
  ON CONFLICT (correlation_id, queue_name) DO UPDATE
  SET done = stage.done + EXCLUDED.done,
      failed = stage.failed + EXCLUDED.failed,
      dead = stage.dead + EXCLUDED.dead,
      last_at = EXCLUDED.last_at;

  INSERT INTO linernotes.discovery_errors (correlation_id, queue_name, message_id, error)
  SELECT message.correlation_id, count_ended.queue_name, message.message_id, message.error
  FROM jsonb_to_recordset(ended) AS message (correlation_id TEXT, ending TEXT, message_id BIGINT, error TEXT)
  WHERE message.ending <> 'done'
    AND message.correlation_id IS NOT NULL
    AND length(message.correlation_id) <= 512;
END;
$$;
COMMENT ON FUNCTION linernotes.count_ended(TEXT, JSONB) IS
  'Counts messages that left the queue: [{correlation_id, ending (done, failed, dead), message_id, error}].';
