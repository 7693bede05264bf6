-- A page of a queue's messages.

--> In the order of their ids, page by page
DO $$
DECLARE
  ids TEXT[] := ARRAY(SELECT pg_enqueue('artist_discovery', jsonb_build_object('n', n))::TEXT FROM generate_series(1, 5) AS n);
  page JSONB := list_queue_messages('artist_discovery', limit_count => 3);
BEGIN
  PERFORM checks.same('first', jsonb_path_query_array(page, '$.items[*].message_id'), to_jsonb(ids[1:3]));
  PERFORM checks.same('next', page ->> 'next', ids[3]);
  page := list_queue_messages('artist_discovery', after => ids[3]::BIGINT, limit_count => 3);
  PERFORM checks.same('second', jsonb_path_query_array(page, '$.items[*].message_id'), to_jsonb(ids[4:5]));
  PERFORM checks.same('end', page -> 'next', 'null'::JSONB);
  page := list_queue_messages('artist_discovery', limit_count => 3, newest_first => TRUE);
  PERFORM checks.same('newest', jsonb_path_query_array(page, '$.items[*].message_id'), to_jsonb(ARRAY[ids[5], ids[4], ids[3]]));
  page := list_queue_messages('artist_discovery', after => (page ->> 'next')::BIGINT, limit_count => 3, newest_first => TRUE);
  PERFORM checks.same('before them', jsonb_path_query_array(page, '$.items[*].message_id'), to_jsonb(ARRAY[ids[2], ids[1]]));
  PERFORM checks.same('beginning', page -> 'next', 'null'::JSONB);
END;
$$;

--> By phase, by age and by what the body or the error holds, all at once
DO $$
DECLARE
  waiting TEXT := pg_enqueue('artist_discovery', '{"artistName": "Later"}');
  retrying TEXT;
  stuck TEXT;
BEGIN
  PERFORM dequeue_batch('artist_discovery');
  PERFORM commit_batch('artist_discovery', NULL, jsonb_build_array(checks.outcome(waiting::BIGINT, 'retry') || '{"error": {"code": "provider_failed", "message": "it is down"}, "after_ms": 60000}'));
  retrying := waiting;
  stuck := checks.stuck('artist_discovery', 15, '{"artistName": "Stuck <b>"}');
  waiting := pg_enqueue('artist_discovery', '{"artistName": "Waiting"}');
  PERFORM checks.same('retrying', list_queue_messages('artist_discovery', 'retrying') #>> '{items,0,message_id}', retrying);
  PERFORM checks.same('error', list_queue_messages('artist_discovery', 'retrying', search => 'IS DOWN') #>> '{items,0,error}', 'provider_failed: it is down');
  PERFORM checks.same('stuck', jsonb_path_query_array(list_queue_messages('artist_discovery', 'stuck'), '$.items[*].message_id'), jsonb_build_array(stuck));
  PERFORM checks.same('waiting', jsonb_path_query_array(list_queue_messages('artist_discovery', 'waiting'), '$.items[*].message_id'), jsonb_build_array(waiting));
  PERFORM checks.same('of an age', list_queue_messages('artist_discovery', 'waiting', min_age_minutes => 5) -> 'items', '[]'::JSONB);
  PERFORM checks.same('text', jsonb_path_query_array(list_queue_messages('artist_discovery', search => '<b>'), '$.items[*].message_id'), jsonb_build_array(stuck));
  PERFORM checks.same('neither', list_queue_messages('artist_discovery', 'retrying', search => '<b>') -> 'items', '[]'::JSONB);
END;
$$;
