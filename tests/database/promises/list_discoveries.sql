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
