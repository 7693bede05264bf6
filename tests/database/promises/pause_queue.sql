-- Stops delivery.

--> TRUE once; the queue takes messages and gives none
DO $$
BEGIN
  PERFORM checks.same('paused', pause_queue('artist_discovery'), TRUE);
  PERFORM checks.same('again', pause_queue('artist_discovery'), FALSE);
  PERFORM pg_enqueue('artist_discovery', '{}');
  PERFORM checks.same('held back', pg_dequeue('artist_discovery'), '[]'::JSONB);
  PERFORM checks.same('for runs, too', dequeue_batch('artist_discovery') -> 'messages', '[]'::JSONB);
  PERFORM checks.same('another queue', (SELECT active FROM queue_registry WHERE queue_name = 'album_discovery'), TRUE);
END;
$$;

--> A batch that is under way is committed
DO $$
DECLARE
  message_id TEXT := pg_enqueue('social_enrichment', '{}')::TEXT;
BEGIN
  PERFORM dequeue_batch('social_enrichment');
  PERFORM pause_queue('social_enrichment');
  PERFORM checks.same('processed', commit_batch('social_enrichment', NULL,
    jsonb_build_array(jsonb_build_object('msg_id', message_id, 'read_ct', 1, 'outcome', 'done'))) #>> '{processed,0,id}', message_id);
END;
$$;
