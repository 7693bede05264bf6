-- Dead letters by their error, without what varies in it.

--> Ids, quoted names, queries and counts are folded; a status is not
DO $$
DECLARE
  error TEXT;
  kind TEXT;
BEGIN
  FOR error, kind IN SELECT * FROM (VALUES
    ('provider_failed: http://127.0.0.1:45/v1/artists/4dpARuHxo51G3z768sgnrY/albums?offset=50&limit=20: status 503: Server error',
      'provider_failed: http://127.0.0.1:45/v1/artists/…/albums?…: status 503: Server error'),
    ('no recording 6b8f4c1a-0f1e-4b7e-9a6c-3b1f6c2d9e10 for "Night <b>" (12 of 40)', 'no recording … for "…" (… of …)'),
    ('commit failed: error 42883 after 3 attempts', 'commit failed: error 42883 after … attempts'),
    ('attempts_exhausted: delivered 5 times, and no worker said what became of it', 'attempts_exhausted: delivered … times, and no worker said what became of it')
  ) AS known LOOP
    PERFORM checks.same(error, checks.ask(format('SELECT linernotes.error_kind(%L)', error)), kind);
  END LOOP;
  PERFORM checks.same('length', length(checks.ask('SELECT linernotes.error_kind(repeat(''é '', 100000))')), 300);
END;
$$;

--> The largest group first, with its count, its first and its last; replayed ones are in none
DO $$
DECLARE
  ids BIGINT[] := ARRAY(SELECT pg_enqueue('artist_discovery', jsonb_build_object('_idempotencyKey', n::TEXT)) FROM generate_series(1, 5) AS n);
  groups JSONB;
BEGIN
  PERFORM dequeue_batch('artist_discovery');
  PERFORM commit_batch('artist_discovery', NULL, (
    SELECT jsonb_agg(checks.outcome(id, 'dead') || jsonb_build_object('error', jsonb_build_object('code', CASE WHEN id = ids[1] THEN 'message_invalid' ELSE 'provider_failed' END, 'message', format('no album %s', id))))
    FROM unnest(ids) AS id
  ));
  PERFORM replay_dead_letters('artist_discovery', ids[2:2]);
  groups := list_dead_letter_groups() -> 'groups';
  PERFORM checks.same('groups', jsonb_path_query_array(groups, '$[*].error_kind'), '["provider_failed: no album …", "message_invalid: no album …"]'::JSONB);
  PERFORM checks.same('letters', jsonb_path_query_array(groups, '$[*].letters'), '[3, 1]'::JSONB);
  PERFORM checks.same('of another queue', list_dead_letter_groups('track_discovery') -> 'groups', '[]'::JSONB);
END;
$$;
