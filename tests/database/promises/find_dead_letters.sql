-- Dead letters of a queue, page by page.

--> The latest first, of one kind, or the one of a message, also when it was replayed
DO $$
DECLARE
  ids BIGINT[] := ARRAY(SELECT pg_enqueue('artist_discovery', jsonb_build_object('_idempotencyKey', n::TEXT)) FROM generate_series(1, 5) AS n);
  page JSONB;
BEGIN
  PERFORM dequeue_batch('artist_discovery');
  PERFORM commit_batch('artist_discovery', NULL, (
    SELECT jsonb_agg(checks.outcome(id, 'dead') || jsonb_build_object('error', jsonb_build_object('code', CASE WHEN id = ids[1] THEN 'message_invalid' ELSE 'provider_failed' END, 'message', format('no album %s', id))))
    FROM unnest(ids) AS id
  ));
  page := find_dead_letters('artist_discovery', 'provider_failed: no album …', limit_count => 3);
  PERFORM checks.same('first', jsonb_array_length(page -> 'items'), 3);
  page := find_dead_letters('artist_discovery', 'provider_failed: no album …', after => (page ->> 'next')::BIGINT, limit_count => 3);
  PERFORM checks.same('second', jsonb_array_length(page -> 'items'), 1);
  PERFORM checks.same('end', page -> 'next', 'null'::JSONB);
  PERFORM replay_dead_letters('artist_discovery', ids[1:1]);
  page := find_dead_letters('artist_discovery', message_id => ids[1]);
  PERFORM checks.same('replayed', page #>> '{items,0,error_kind}', 'message_invalid: no album …');
  PERFORM checks.same('unknown', find_dead_letters('artist_discovery', message_id => 999999) -> 'items', '[]'::JSONB);
END;
$$;
