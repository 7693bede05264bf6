-- What was done in the last hours.

--> Forty-eight steps a queue, the latest last, and the requests of each provider
DO $$
DECLARE
  message_id BIGINT := pg_enqueue('artist_discovery', '{"artistName": "x"}');
  history JSONB;
BEGIN
  PERFORM dequeue_batch('artist_discovery');
  PERFORM commit_batch('artist_discovery', NULL, jsonb_build_array(checks.outcome(message_id, 'done')), '{"providers": {"spotify": {"requests": 7}}}');
  history := get_pipeline_history();
  PERFORM checks.same('steps', jsonb_array_length(history #> '{stages,artist_discovery}'), 48);
  PERFORM checks.same('now', history #> '{stages,artist_discovery,47}', '[1, 0]'::JSONB);
  PERFORM checks.same('before', history #> '{stages,artist_discovery,46}', '[0, 0]'::JSONB);
  PERFORM checks.same('requests', history #> '{providers,spotify,requests_last_hour}', '7'::JSONB);
  PERFORM checks.same('none', history #> '{providers,genius,requests_last_hour}', '0'::JSONB);
END;
$$;
