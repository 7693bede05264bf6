-- Who came to the console.

--> Counts those who were refused just before, and stops writing them down at a hundred
DO $$
BEGIN
  PERFORM checks.same('none before', note_sign_in(FALSE, '{"address": "192.0.2.1"}'), 0);
  PERFORM checks.same('one before', note_sign_in(TRUE, '{"kind": "viewer"}'), 1);
  PERFORM note_sign_in(FALSE, '{}') FROM generate_series(1, 150);
  PERFORM checks.same('most', note_sign_in(FALSE, '{}'), 100);
  PERFORM checks.same('written', (SELECT count(*) FROM monitoring_events WHERE event_type = 'operator_refused'), 100);
END;
$$;
