-- :stuck messages whose worker died an hour ago, in a queue of their own. Past the triggers, as in catalogue.sql.

SET session_replication_role = replica;

INSERT INTO pgmq.q_album_discovery (read_ct, enqueued_at, vt, message)
SELECT 1, now() - INTERVAL '2 hours', now() - INTERVAL '1 hour', jsonb_build_object(
  'artistId', size.id(n), 'offset', 0, '_idempotencyKey', 'artist:' || size.id(n) || ':albums:offset:0', '_correlationId', size.id(n)
)
FROM generate_series(0, :stuck - 1) AS n;
INSERT INTO public.processing_status (entity_type, entity_id, state, attempts, last_processed_at)
SELECT 'album_discovery', 'artist:' || size.id(n) || ':albums:offset:0', 'IN_PROGRESS', 1, now() - INTERVAL '1 hour'
FROM generate_series(0, :stuck - 1) AS n;
INSERT INTO linernotes.status_counts (entity_type, state, dead_lettered, entities)
VALUES ('album_discovery', 'IN_PROGRESS', FALSE, :stuck);

RESET session_replication_role;
ANALYZE pgmq.q_album_discovery;
ANALYZE public.processing_status;
