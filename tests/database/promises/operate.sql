-- A change by an operator, noted with who it was.

--> What changed is noted with its arguments, its result and who it was; what changed nothing is not
DO $$
BEGIN
  PERFORM checks.same('paused', operate('pause_queue', '{"queue_name": "track_discovery"}', '{"kind": "operator", "address": "192.0.2.1"}'), '{"changed": true}'::JSONB);
  PERFORM checks.same('again', operate('pause_queue', '{"queue_name": "track_discovery"}', '{"kind": "operator"}'), '{"changed": false}'::JSONB);
  PERFORM checks.same('is paused', (SELECT active FROM queue_registry WHERE queue_name = 'track_discovery'), FALSE);
  PERFORM checks.same('noted', (SELECT jsonb_agg(details) FROM monitoring_events WHERE event_type = 'operator_action'), '[{
    "action": "pause_queue", "arguments": {"queue_name": "track_discovery"}, "result": {"changed": true},
    "operator": {"kind": "operator", "address": "192.0.2.1"}
  }]'::JSONB);
END;
$$;

--> What can't be is refused by the name of the field, and not noted
DO $$
BEGIN
  PERFORM checks.refused('action', $s$SELECT operate('drop_everything', '{}', '{}')$s$);
  PERFORM checks.refused('queue_name', $s$SELECT operate('pause_queue', '{"queue_name": "no_such"}', '{}')$s$);
  PERFORM checks.refused('name', $s$SELECT operate('change_setting', '{"name": "no_such", "value": 1}', '{}')$s$);
  PERFORM checks.refused('value', $s$SELECT operate('change_setting', '{"name": "run_budget_seconds", "value": true}', '{}')$s$);
  PERFORM checks.refused('value', $s$SELECT operate('change_setting', '{"name": "run_budget_seconds", "value": 0}', '{}')$s$);
  PERFORM checks.refused('value', $s$SELECT operate('change_setting', '{"name": "batch_size.track_discovery", "value": 2.5}', '{}')$s$);
  PERFORM checks.refused('value', $s$SELECT operate('change_setting', '{"name": "batch_size.track_discovery", "value": 101}', '{}')$s$);
  PERFORM checks.refused('max_attempts', $s$SELECT operate('change_queue', '{"queue_name": "track_discovery", "max_attempts": 0, "max_concurrency": 2}', '{}')$s$);
  PERFORM checks.refused('arguments', $s$SELECT operate('resolve_issue', '{"issue_id": "x"}', '{}')$s$);
  PERFORM checks.refused('arguments', $s$SELECT operate('replay_dead_letters', '{"queue_name": "track_discovery", "before": "soon"}', '{}')$s$);
  PERFORM checks.refused('message_ids', $s$SELECT operate('delete_messages', '{"queue_name": "track_discovery"}', '{}')$s$);
  PERFORM checks.refused('message_ids', $s$SELECT operate('delete_messages', '{"queue_name": "track_discovery", "message_ids": []}', '{}')$s$);
  PERFORM checks.refused('message_ids', $s$SELECT operate('discard_dead_letters', '{"queue_name": "track_discovery", "message_ids": 1}', '{}')$s$);
  PERFORM checks.refused('arguments', $s$SELECT operate('release_messages', '{"queue_name": "track_discovery", "message_ids": ["x"]}', '{}')$s$);
  PERFORM checks.refused('queue_name', $s$SELECT operate('release_messages', '{"queue_name": "no_such", "message_ids": [1]}', '{}')$s$);
  PERFORM checks.refused('artist_name', $s$SELECT operate('start_discovery', '{"artist_name": " "}', '{}')$s$);
  PERFORM checks.same('noted', (SELECT count(*) FROM monitoring_events), 0);
END;
$$;

--> A setting is changed, with what it was before
DO $$
BEGIN
  PERFORM checks.same('changed', operate('change_setting', '{"name": "run_budget_seconds", "value": 40}', '{}'), '{"changed": true, "former": 25}'::JSONB);
  PERFORM checks.same('again', operate('change_setting', '{"name": "run_budget_seconds", "value": 40}', '{}') -> 'changed', 'false'::JSONB);
  PERFORM checks.same('listed', (
    SELECT setting - 'description' - 'updated_at' FROM jsonb_array_elements(list_settings() -> 'settings') AS setting
    WHERE setting ->> 'name' = 'run_budget_seconds'
  ), '{"name": "run_budget_seconds", "value": 40, "default": 25}'::JSONB);
  PERFORM checks.same('queue', operate('change_queue', '{"queue_name": "track_discovery", "max_attempts": 12, "max_concurrency": 2}', '{}'),
    '{"changed": true, "former": {"max_attempts": 5, "max_concurrency": 2}}'::JSONB);
END;
$$;

--> Dead letters are replayed as they were shown: of one kind of error, none that came since
DO $$
DECLARE
  ids BIGINT[] := ARRAY(SELECT pg_enqueue('artist_discovery', jsonb_build_object('_idempotencyKey', n::TEXT)) FROM generate_series(1, 5) AS n);
  shown TEXT;
  answer JSONB;
BEGIN
  PERFORM dequeue_batch('artist_discovery');
  PERFORM commit_batch('artist_discovery', NULL, (
    SELECT jsonb_agg(checks.outcome(id, 'dead') || jsonb_build_object('error', jsonb_build_object('code', CASE WHEN id = ids[5] THEN 'message_invalid' ELSE 'provider_failed' END, 'message', format('no album %s', id))))
    FROM unnest(ids) AS id
  ));
  PERFORM checks.as_owner(format('UPDATE linernotes.dead_letters SET died_at = now() - INTERVAL ''1 hour'' WHERE message_id <> %s', ids[4]));
  shown := now() - INTERVAL '30 minutes';
  answer := operate('replay_dead_letters', jsonb_build_object('queue_name', 'artist_discovery', 'error_kind', 'provider_failed: no album …', 'before', shown), '{}');
  PERFORM checks.same('replayed', answer, '{"done": 3, "left": 0}'::JSONB);
  PERFORM checks.same('left', (SELECT array_agg(message_id ORDER BY message_id) FROM list_dead_letters()), ids[4:5]);
  answer := operate('replay_dead_letters', jsonb_build_object('queue_name', 'artist_discovery', 'error_kind', 'provider_failed: no album …', 'before', shown), '{}');
  PERFORM checks.same('again', answer, '{"done": 0, "left": 0}'::JSONB);
  PERFORM checks.same('noted', (SELECT count(*) FROM monitoring_events), 1);
END;
$$;

--> A discarded letter is gone, its entity stays failed
DO $$
DECLARE
  message_id BIGINT := pg_enqueue('artist_discovery', '{"_idempotencyKey": "k"}');
BEGIN
  PERFORM dequeue_batch('artist_discovery');
  PERFORM commit_batch('artist_discovery', NULL, jsonb_build_array(checks.outcome(message_id, 'dead')));
  PERFORM checks.same('discarded', operate('discard_dead_letters', jsonb_build_object('queue_name', 'artist_discovery', 'message_ids', ARRAY[message_id]), '{}'), '{"done": 1, "left": 0}'::JSONB);
  PERFORM checks.same('state', (SELECT state || dead_lettered FROM processing_status), 'FAILEDfalse');
  PERFORM checks.same('letters', (SELECT count(*) FROM list_dead_letters()), 0);
END;
$$;

--> A discovery is asked for and can be followed by its correlation id
DO $$
DECLARE
  answer JSONB := operate('start_discovery', '{"artist_name": "Velvet Harbor", "force": true}', '{}');
BEGIN
  PERFORM checks.same('followed', get_discovery(answer ->> 'correlation_id') ->> 'artist_name', 'Velvet Harbor');
END;
$$;

--> Messages are deleted or released by their ids, those of their own queue, and the note says how many it was
DO $$
DECLARE
  ids BIGINT[] := ARRAY(SELECT pg_enqueue('artist_discovery', jsonb_build_object('n', n)) FROM generate_series(1, 3) AS n);
  other BIGINT := pg_enqueue('album_discovery', '{"n": 4}') + 1000;
  arguments JSONB := jsonb_build_object('queue_name', 'artist_discovery', 'message_ids', ids[1:2] || ids[1] || other);
BEGIN
  PERFORM checks.same('released', operate('release_messages', arguments, '{}'), '{"done": 2, "gone": 1}'::JSONB);
  PERFORM checks.same('deleted', operate('delete_messages', arguments, '{}'), '{"done": 2, "gone": 1}'::JSONB);
  PERFORM checks.same('again', operate('delete_messages', arguments, '{}'), '{"done": 0, "gone": 3}'::JSONB);
  PERFORM checks.same('left', jsonb_path_query_array(list_queue_messages('artist_discovery'), '$.items[*].message_id'), jsonb_build_array(ids[3]::TEXT));
  PERFORM checks.same('noted', (SELECT count(*) FROM monitoring_events WHERE event_type = 'operator_action'), 2::BIGINT);
END;
$$;
