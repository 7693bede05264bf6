-- Counts of the messages that left their queue, by correlation, for get_discovery.

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

  IF jsonb_path_exists(ended, '$[*].artist_id ? (@ != null)') THEN
    UPDATE linernotes.discoveries AS discovery
    SET artist_id = message.artist_id
    FROM jsonb_to_recordset(ended) AS message (correlation_id TEXT, artist_id UUID)
    WHERE discovery.correlation_id = message.correlation_id AND message.artist_id IS NOT NULL;
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.count_ended(TEXT, JSONB) IS
  'Counts messages that left the queue, keeps their errors, and writes the artist that was found into its discovery: [{correlation_id, ending (done, failed, dead), message_id, error, artist_id}].';
