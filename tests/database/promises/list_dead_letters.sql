-- Messages that no retry could help.

--> The latest first, of one queue or all, and no more than asked for; replayed ones are not among them
DO $$
DECLARE
  one BIGINT := pg_enqueue('artist_discovery', '{"_correlationId": "c"}');
  two BIGINT := pg_enqueue('album_discovery', '{}');
BEGIN
  PERFORM dequeue_batch('artist_discovery'), dequeue_batch('album_discovery');
  PERFORM commit_batch('artist_discovery', NULL, jsonb_build_array(checks.outcome(one, 'dead', '{"error": {"code": "bad", "message": "no name"}}')));
  PERFORM commit_batch('album_discovery', NULL, jsonb_build_array(checks.outcome(two, 'dead')));
  PERFORM checks.same('all', ARRAY(SELECT queue FROM list_dead_letters()), ARRAY['album_discovery', 'artist_discovery']);
  PERFORM checks.same('bounded', (SELECT count(*) FROM list_dead_letters(NULL, 1)), 1);
  PERFORM checks.same('one queue', (SELECT (message_id = one, error, attempts, correlation_id)::TEXT FROM list_dead_letters('artist_discovery')),
    '(t,"bad: no name",1,c)');
  PERFORM replay_dead_letters('artist_discovery');
  PERFORM checks.same('replayed', (SELECT count(*) FROM list_dead_letters('artist_discovery')), 0);
END;
$$;
