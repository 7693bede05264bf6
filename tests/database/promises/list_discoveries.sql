-- Requests for artists with their outcome.

--> The latest first, page by page, each with what get_discovery says of it
DO $$
DECLARE
  page JSONB;
  item JSONB;
BEGIN
  PERFORM start_artist_discovery(name) FROM unnest(ARRAY['One', 'Two', 'Three']) AS name;
  PERFORM checks.as_owner($s$UPDATE linernotes.discoveries SET requested_at = now() - (CASE artist_name WHEN 'One' THEN 3 WHEN 'Two' THEN 2 ELSE 1 END) * INTERVAL '1 hour'$s$);
  PERFORM checks.as_owner($s$DELETE FROM pgmq.q_artist_discovery WHERE message ->> 'artistName' = 'Two'$s$);
  page := list_discoveries(limit_count => 2);
  PERFORM checks.same('first', jsonb_path_query_array(page, '$.items[*].artist_name'), '["Three", "Two"]'::JSONB);
  PERFORM checks.same('states', jsonb_path_query_array(page, '$.items[*].state'), '["running", "failed"]'::JSONB);
  FOR item IN SELECT * FROM jsonb_array_elements(page -> 'items') LOOP
    PERFORM checks.same('as get_discovery', item ->> 'state', get_discovery(item ->> 'correlation_id') ->> 'state');
  END LOOP;
  page := list_discoveries(page ->> 'next', limit_count => 2);
  PERFORM checks.same('second', jsonb_path_query_array(page, '$.items[*].artist_name'), '["One"]'::JSONB);
  PERFORM checks.same('end', page -> 'next', 'null'::JSONB);
  PERFORM checks.same('named', jsonb_path_query_array(list_discoveries(search => 'tHr'), '$.items[*].artist_name'), '["Three"]'::JSONB);
END;
$$;

--> The outcome is what get_discovery says: completed, not found, given up, running, also where another request's messages do the work
DO $$
DECLARE
  messages BIGINT[] := ARRAY(
    SELECT start_artist_discovery(name) FROM unnest(ARRAY['Velvet Pier', 'Nobody', 'Broken', 'Amber Pier', ' AMBER  pier']) AS name
  );
  page JSONB;
  item JSONB;
  told JSONB;
BEGIN
  PERFORM checks.same('one message for both', messages[4], messages[5]);
  PERFORM dequeue_batch('artist_discovery');
  PERFORM commit_batch('artist_discovery', NULL, jsonb_build_array(
    checks.outcome(messages[1], 'done', '{"rows": {"artists": [{"spotify_id": "artist1", "name": "Velvet Pier", "metadata": {}}]}}'),
    checks.outcome(messages[2], 'not_found', '{"error": {"code": "artist_not_found", "message": "nobody"}}'),
    checks.outcome(messages[3], 'dead', '{"error": {"code": "message_invalid", "message": "broken"}}')));
  FOR round IN 1..2 LOOP
    page := list_discoveries();
    FOR item IN SELECT * FROM jsonb_array_elements(page -> 'items') LOOP
      told := get_discovery(item ->> 'correlation_id');
      PERFORM checks.same(item ->> 'artist_name', item -> 'state', told -> 'state');
      PERFORM checks.same(item ->> 'artist_name', item -> 'finished_at', told -> 'finished_at');
      PERFORM checks.same(item ->> 'artist_name', item ->> 'artist_id', told #>> '{artist,id}');
    END LOOP;
    PERFORM checks.same('states',
      (SELECT jsonb_object_agg(one ->> 'artist_name', one ->> 'state') FROM jsonb_array_elements(page -> 'items') AS one),
      '{"Velvet Pier": "completed", "Nobody": "not_found", "Broken": "failed"}'::JSONB
        || jsonb_build_object('Amber Pier', CASE round WHEN 1 THEN 'running' ELSE 'completed' END)
        || jsonb_build_object('AMBER pier', CASE round WHEN 1 THEN 'running' ELSE 'completed' END));
    IF round = 1 THEN
      PERFORM commit_batch('artist_discovery', NULL, jsonb_build_array(
        checks.outcome(messages[4], 'done', '{"rows": {"artists": [{"spotify_id": "artist2", "name": "Amber Pier", "metadata": {}}]}}')));
    END IF;
  END LOOP;
END;
$$;
