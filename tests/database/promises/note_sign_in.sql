-- Who came to the console.

--> Counts those who were refused just before, and stops writing them down at a hundred
DO $$
BEGIN
  PERFORM checks.same('none before', note_sign_in(FALSE, '{"address": "192.0.2.1"}'), '{"here": 0, "everywhere": 0}'::JSONB);
  PERFORM checks.same('one before', note_sign_in(FALSE, '{"address": "192.0.2.1"}'), '{"here": 1, "everywhere": 1}'::JSONB);
  PERFORM checks.same('elsewhere', note_sign_in(TRUE, '{"kind": "viewer", "address": "192.0.2.2"}'), '{"here": 0, "everywhere": 2}'::JSONB);
  PERFORM note_sign_in(FALSE, '{}') FROM generate_series(1, 150);
  PERFORM checks.same('most', note_sign_in(FALSE, '{}') -> 'everywhere', '100'::JSONB);
  PERFORM checks.same('written', (SELECT count(*) FROM monitoring_events WHERE event_type = 'operator_refused'), 100);
END;
$$;
