-- The registered queues as the monitor saw them last.

--> One row for each registered queue, with zeros where nothing was seen
DO $$
BEGIN
  PERFORM checks.same('queues', (SELECT count(*) FROM get_queue_monitoring_data()), 5);
  PERFORM checks.same('row', (SELECT to_jsonb(seen) FROM get_queue_monitoring_data() AS seen WHERE queue_name = 'artist_discovery'),
    '{"queue_name": "artist_discovery", "total_messages": 0, "stuck_messages": 0, "last_check_time": null, "messages_fixed": 0}'::JSONB);
END;
$$;

--> The last check of the last 24 hours, and what it reset
DO $$
BEGIN
  PERFORM checks.stuck('artist_discovery', 20);
  INSERT INTO monitoring_events (event_type, details, created_at) VALUES
    ('queue_monitor', '{"queue_name": "artist_discovery", "messagesReset": 9}', now() - INTERVAL '25 hours'),
    ('queue_monitor', '{"queue_name": "artist_discovery", "messagesReset": 7}', now() - INTERVAL '2 hours'),
    ('queue_monitor', '{"queue_name": "album_discovery", "messagesReset": "many"}', now()),
    ('other', '{"queue_name": "artist_discovery", "messagesReset": 5}', now());
  PERFORM checks.same('artists',
    (SELECT (total_messages, stuck_messages, last_check_time = now() - INTERVAL '2 hours', messages_fixed)::TEXT
     FROM get_queue_monitoring_data() WHERE queue_name = 'artist_discovery'), '(1,1,t,7)');
  PERFORM checks.same('a bad event', (SELECT messages_fixed FROM get_queue_monitoring_data() WHERE queue_name = 'album_discovery'), 0);
END;
$$;
