-- What queueMonitor does.

--> Sees what is stuck; mends it only when asked; writes it down
DO $$
BEGIN
  PERFORM checks.stuck('artist_discovery', 11);
  PERFORM checks.same('seen', monitor_queues(10, FALSE, 'artist_discovery'),
    '[{"queue_name": "artist_discovery", "stuck": 1, "messagesReset": 0, "dead_lettered": 0}]'::JSONB);
  PERFORM checks.same('mended', monitor_queues(10, TRUE, 'artist_discovery'),
    '[{"queue_name": "artist_discovery", "stuck": 1, "messagesReset": 1, "dead_lettered": 0}]'::JSONB);
  PERFORM checks.same('events', (SELECT count(*) FROM monitoring_events WHERE event_type = 'queue_monitor'), 2);
  PERFORM checks.same('all queues', jsonb_array_length(monitor_queues()), 5);
END;
$$;

--> A message whose attempts are used up goes to the dead letters
DO $$
BEGIN
  PERFORM checks.stuck('artist_discovery', 11);
  UPDATE processing_status SET attempts = 5;
  PERFORM checks.same('would be', monitor_queues(10, FALSE, 'artist_discovery') #> '{0,dead_lettered}', '1'::JSONB);
  PERFORM checks.same('is', monitor_queues(10, TRUE, 'artist_discovery') #> '{0,dead_lettered}', '1'::JSONB);
  PERFORM checks.same('letters', (SELECT count(*) FROM list_dead_letters('artist_discovery')), 1);
END;
$$;
