-- Ends a pause.

--> FALSE where the queue was not paused; afterwards it delivers
DO $$
BEGIN
  PERFORM checks.same('not paused', resume_queue('artist_discovery'), FALSE);
  PERFORM pause_queue('artist_discovery');
  PERFORM pg_enqueue('artist_discovery', '{}');
  PERFORM checks.same('resumed', resume_queue('artist_discovery'), TRUE);
  PERFORM checks.same('delivered', jsonb_array_length(pg_dequeue('artist_discovery')), 1);
END;
$$;
