-- Rows in what was renamed, so that the dumps before and after tell whether they are kept.
INSERT INTO linernotes.runs (id, queue_name, state, started_at, expires_at, progress)
VALUES ('00000000-0000-4000-8000-000000000001', 'artist_discovery', 'running', '2026-01-01', '2026-01-02', 3);
INSERT INTO linernotes.redis_quarantine (until) VALUES ('2026-01-01');
INSERT INTO linernotes.idempotency_records (function_name, operation_id, entity_key, result)
VALUES ('process_artist_atomic', '1', 'artist1', '00000000-0000-4000-8000-0000000000a1');
INSERT INTO linernotes.discovery_links (correlation_id, linked_id) VALUES ('one', 'another');
SELECT public.pg_enqueue('producer_identification', '{
  "albumId": "00000000-0000-4000-8000-0000000000b1", "owed": {"genius": ["00000000-0000-4000-8000-0000000000c1"]},
  "_idempotencyKey": "album:00000000-0000-4000-8000-0000000000b1:credits:rest:1"
}');
INSERT INTO public.producers (id, name, normalized_name) VALUES ('00000000-0000-4000-8000-0000000000e1', 'will.i.am', 'william');
