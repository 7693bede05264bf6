-- What became of a request.

--> Found by correlation, by name in any spelling of white space and case, and by message
DO $$
DECLARE
  message_id BIGINT := start_artist_discovery('Velvet Pier');
  discovery JSONB := get_discovery(message_id => message_id);
BEGIN
  PERFORM checks.same('state', discovery ->> 'state', 'running');
  PERFORM checks.same('stages', jsonb_array_length(discovery -> 'stages'), 5);
  PERFORM checks.same('waiting', discovery #> '{stages,0}',
    '{"queue_name": "artist_discovery", "waiting": 1, "in_progress": 0, "retrying": 0, "done": 0, "failed": 0, "dead": 0}'::JSONB);
  PERFORM checks.same('by name', get_discovery(artist_name => ' VELVET  pier'), discovery);
  PERFORM checks.same('by correlation', get_discovery(discovery ->> 'correlation_id'), discovery);
  PERFORM checks.same('unknown', get_discovery('nobody asked for this'), NULL::JSONB);
END;
$$;

--> An artist that nobody knows is not_found, with the error that says which names came back
DO $$
DECLARE
  message_id BIGINT := start_artist_discovery('Nobody');
BEGIN
  PERFORM dequeue_batch('artist_discovery');
  PERFORM commit_batch('artist_discovery', NULL, jsonb_build_array(jsonb_build_object('msg_id', message_id::TEXT, 'read_ct', 1,
    'outcome', 'not_found', 'error', '{"code": "artist_not_found", "message": "no Nobody among Somebody"}'::JSONB)));
  PERFORM checks.same('state', get_discovery(message_id => message_id) ->> 'state', 'not_found');
  PERFORM checks.same('error', get_discovery(message_id => message_id) #>> '{errors,0,error}', 'artist_not_found: no Nobody among Somebody');
  PERFORM checks.same('entity', (SELECT state || ' ' || last_error FROM processing_status), 'FAILED artist_not_found: no Nobody among Somebody');
  PERFORM checks.same('issues', (SELECT count(*) FROM worker_issues), 0);
END;
$$;

--> Who asks for nothing is told what to give
DO $$
BEGIN
  PERFORM checks.refused('correlation_id', 'SELECT get_discovery()');
END;
$$;

--> Counts of several requests together: an album of two artists, its tracks, credits and people are counted once
DO $$
DECLARE
  messages BIGINT[] := ARRAY[start_artist_discovery('Velvet Pier'), start_artist_discovery('Amber Pier')];
  one JSONB := '{"albums": 2, "tracks": 4, "credits": 5, "producers": 2}';
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.page('a2', '{album2}', 0, NULL, 1);
  PERFORM dequeue_batch('artist_discovery');
  PERFORM commit_batch('artist_discovery', NULL, jsonb_build_array(
    checks.outcome(messages[1], 'done', '{"rows": {"artists": [{"spotify_id": "artist1", "name": "Velvet Pier", "metadata": {}}]}}'),
    checks.outcome(messages[2], 'done', '{"rows": {"artists": [{"spotify_id": "artist2", "name": "Amber Pier", "metadata": {}}]}}')));
  PERFORM checks.same('alone', get_discovery(message_id => messages[1]) -> 'counts', one);
  PERFORM checks.same('the other', get_discovery(message_id => messages[2]) #> '{counts,tracks}', '2'::JSONB);
  PERFORM checks.same('together', get_discovery(message_id => messages[1], together_with => messages) -> 'counts_together', one);
  PERFORM checks.same('only where asked for', get_discovery(message_id => messages[1]) ? 'counts_together', FALSE);
END;
$$;
