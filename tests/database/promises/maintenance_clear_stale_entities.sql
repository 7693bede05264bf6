-- cleanup_stale_entities, and bookkeeping that stays bounded.

--> What is older than its retention goes, the rest stays
DO $$
DECLARE
  answer JSONB;
BEGIN
  INSERT INTO queue_metrics (queue_name, operation, created_at)
  SELECT 'artist_discovery', 'process', now() - make_interval(days => n) FROM generate_series(1, 40) AS n;
  INSERT INTO monitoring_events (event_type, created_at) VALUES ('x', now() - INTERVAL '31 days'), ('x', now());
  INSERT INTO worker_issues (worker_name, issue_type, message, resolved, updated_at) VALUES
    ('a', 'open', 'm', FALSE, now() - INTERVAL '1 year'), ('a', 'resolved', 'm', TRUE, now() - INTERVAL '1 year'), ('a', 'fresh', 'm', TRUE, now());
  PERFORM checks.as_owner($q$INSERT INTO net._http_response (id, created) VALUES (-1, now() - INTERVAL '7 hours'), (-2, now())$q$);
  answer := maintenance_clear_stale_entities();
  PERFORM checks.same('cleanup', answer -> 'stale_locks_cleaned', '0'::JSONB);
  PERFORM checks.same('metrics', answer #> '{deleted,public.queue_metrics}', '10'::JSONB);
  PERFORM checks.same('metrics left', (SELECT count(*) FROM queue_metrics), 30);
  PERFORM checks.same('issues left', (SELECT array_agg(issue_type ORDER BY issue_type) FROM worker_issues), ARRAY['fresh', 'open']);
  PERFORM checks.same('answers left', checks.ask('SELECT count(*) FROM net._http_response WHERE id < 0'), '1');
END;
$$;

--> Retention is a setting
DO $$
BEGIN
  INSERT INTO queue_metrics (queue_name, operation, created_at) VALUES ('artist_discovery', 'process', now() - INTERVAL '3 days');
  PERFORM checks.as_owner($q$UPDATE linernotes.settings SET value = '2' WHERE name = 'retention_days.metrics'$q$);
  PERFORM maintenance_clear_stale_entities();
  PERFORM checks.same('left', (SELECT count(*) FROM queue_metrics), 0);
END;
$$;

--> Finished cron runs go, too
DO $$
BEGIN
  PERFORM checks.as_owner($q$INSERT INTO cron.job_run_details (runid, jobid, end_time) VALUES (-1, 1, now() - INTERVAL '8 days'), (-2, 1, now())$q$);
  PERFORM maintenance_clear_stale_entities();
  PERFORM checks.same('left', checks.ask('SELECT count(*) FROM cron.job_run_details WHERE runid < 0'), '1');
END;
$$;

--> A profile that grew too old is asked for again, a failed one too, the oldest first, each once, so many an hour
DO $$
DECLARE
  asked JSONB;
BEGIN
  PERFORM checks.catalogue();
  UPDATE producers SET enriched_at = now() - INTERVAL '89 days' WHERE name = 'D''Mile';
  UPDATE producers SET enriched_at = now() - INTERVAL '91 days' WHERE name = 'Ludwig Göransson';
  PERFORM checks.as_owner($q$ALTER TABLE public.producers DISABLE TRIGGER touch_updated_at;
    UPDATE public.producers SET enrichment_failed = TRUE, updated_at = now() - INTERVAL '92 days' WHERE name = '100% Pure_Sound'$q$);
  PERFORM checks.as_owner($q$UPDATE linernotes.settings SET value = '0' WHERE name = 'profile_refreshes_per_hour'$q$);
  PERFORM checks.same('none allowed', maintenance_clear_stale_entities() -> 'profiles_asked_for', '0'::JSONB);
  PERFORM checks.as_owner($q$UPDATE linernotes.settings SET value = '3' WHERE name = 'profile_refreshes_per_hour'$q$);
  PERFORM checks.same('two are old', maintenance_clear_stale_entities() -> 'profiles_asked_for', '2'::JSONB);
  PERFORM checks.same('again', maintenance_clear_stale_entities() -> 'profiles_asked_for', '0'::JSONB);
  asked := dequeue_batch('social_enrichment');
  PERFORM checks.same('whose', jsonb_path_query_array(asked, '$.messages[*].subject.name'), '["100% Pure_Sound", "Ludwig Göransson"]'::JSONB);
  PERFORM checks.same('key', asked #>> '{messages,1,key}', 'producer:00000000-0000-4000-8000-0000000000d1:profile');
  PERFORM checks.same('while it is worked on', maintenance_clear_stale_entities() -> 'profiles_asked_for', '0'::JSONB);

  PERFORM checks.as_owner('DELETE FROM pgmq.q_social_enrichment');
  PERFORM checks.same('tried today', maintenance_clear_stale_entities() -> 'profiles_asked_for', '0'::JSONB);
  PERFORM checks.as_owner($q$ALTER TABLE public.processing_status DISABLE TRIGGER touch_updated_at;
    UPDATE public.processing_status SET updated_at = now() - INTERVAL '2 days', dead_lettered = entity_id LIKE '%d1:profile'$q$);
  PERFORM checks.same('the one that is not dead, the third of the hour', maintenance_clear_stale_entities() -> 'profiles_asked_for', '1'::JSONB);
  PERFORM checks.as_owner('DELETE FROM pgmq.q_social_enrichment');
  PERFORM checks.same('no more in this hour', maintenance_clear_stale_entities() -> 'profiles_asked_for', '0'::JSONB);
END;
$$;

--> One that is asked for again counts as not done, so that no memory of an earlier time skips it; once found it is young
DO $$
DECLARE
  producer CONSTANT UUID := '00000000-0000-4000-8000-0000000000d1';
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.as_owner('UPDATE public.producers SET updated_at = now()');
  PERFORM checks.profile(producer, '{"image_url": "https://img.example/d", "metadata": {}}');
  UPDATE producers SET enriched_at = now() - INTERVAL '91 days' WHERE id = producer;
  PERFORM checks.as_owner($q$ALTER TABLE public.processing_status DISABLE TRIGGER touch_updated_at;
    UPDATE public.processing_status SET state = 'COMPLETED', metadata = '{"completed_at": "x"}', updated_at = now() - INTERVAL '91 days',
      entity_id = 'producer:00000000-0000-4000-8000-0000000000d1:profile'$q$);
  PERFORM checks.same('asked', maintenance_clear_stale_entities() -> 'profiles_asked_for', '1'::JSONB);
  PERFORM checks.same('not done', dequeue_batch('social_enrichment', 1, 0) #> '{messages,0,completed}', 'false'::JSONB);
  UPDATE producers SET enriched_at = now() WHERE id = producer;
  PERFORM checks.same('done', dequeue_batch('social_enrichment', 1, 0) #> '{messages,0,completed}', 'true'::JSONB);
END;
$$;

--> One whose rest still waits for a source is not asked for a second time; one that was set back right after it was found is
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.as_owner('UPDATE public.producers SET updated_at = now()');
  PERFORM checks.profile('00000000-0000-4000-8000-0000000000d1', '{"image_url": "https://img.example/d", "metadata": {}}');
  UPDATE producers SET enriched_at = now() - INTERVAL '91 days' WHERE id = '00000000-0000-4000-8000-0000000000d1';
  PERFORM pg_enqueue('social_enrichment', '{"producerId": "00000000-0000-4000-8000-0000000000d1", "sources": ["wikidata"],
    "_idempotencyKey": "producer:00000000-0000-4000-8000-0000000000d1:profile:wikidata"}');
  PERFORM checks.same('the rest waits', maintenance_clear_stale_entities() -> 'profiles_asked_for', '0'::JSONB);
  PERFORM checks.as_owner('DELETE FROM pgmq.q_social_enrichment');
  PERFORM checks.as_owner($q$UPDATE public.processing_status SET state = 'COMPLETED',
    entity_id = 'producer:00000000-0000-4000-8000-0000000000d1:profile'$q$);
  PERFORM checks.same('set back', maintenance_clear_stale_entities() -> 'profiles_asked_for', '1'::JSONB);
END;
$$;

--> Ones that failed again are young again
DO $$
DECLARE
  producer CONSTANT UUID := '00000000-0000-4000-8000-0000000000d2';
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.as_owner($q$ALTER TABLE public.producers DISABLE TRIGGER touch_updated_at;
    UPDATE public.producers SET enrichment_failed = TRUE, metadata = '{"enrichment_error": "unknown"}', updated_at = now() - INTERVAL '92 days'
    WHERE id = '00000000-0000-4000-8000-0000000000d2';
    ALTER TABLE public.producers ENABLE TRIGGER touch_updated_at$q$);
  PERFORM checks.profile(producer, '{"failed": "unknown", "metadata": {}}');
  PERFORM checks.same('asked', maintenance_clear_stale_entities() -> 'profiles_asked_for', '0'::JSONB);
END;
$$;

--> Artists whose albums were listed too long ago are asked for again, the longest unseen first, so many a day, and of their albums only new ones
DO $$
DECLARE
  delivered JSONB;
  first CONSTANT UUID := '00000000-0000-4000-8000-0000000000a1';
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.as_owner($q$UPDATE artists SET created_at = now() - CASE spotify_id WHEN 'artist1' THEN INTERVAL '30 days' WHEN 'artist2' THEN INTERVAL '20 days' ELSE INTERVAL '1 day' END$q$);
  PERFORM checks.as_owner($q$UPDATE linernotes.settings SET value = '0' WHERE name = 'artist_refresh_days'$q$);
  PERFORM checks.same('never', maintenance_clear_stale_entities() -> 'artists_asked_for', '0'::JSONB);
  PERFORM checks.as_owner($q$UPDATE linernotes.settings SET value = '14' WHERE name = 'artist_refresh_days'$q$);
  PERFORM checks.as_owner($q$UPDATE linernotes.settings SET value = '1' WHERE name = 'artist_refreshes_per_day'$q$);
  PERFORM checks.same('one', maintenance_clear_stale_entities() -> 'artists_asked_for', '1'::JSONB);
  PERFORM checks.same('no more today', maintenance_clear_stale_entities() -> 'artists_asked_for', '0'::JSONB);
  PERFORM checks.as_owner($q$UPDATE linernotes.settings SET value = '5' WHERE name = 'artist_refreshes_per_day'$q$);
  PERFORM checks.same('the other old one', maintenance_clear_stale_entities() -> 'artists_asked_for', '1'::JSONB);

  -- Only the tracks of album1 are known.
  INSERT INTO processing_status (entity_type, entity_id, state) VALUES ('track_discovery', 'album:00000000-0000-4000-8000-0000000000b1:tracks', 'COMPLETED');
  delivered := dequeue_batch('album_discovery', 1) #> '{messages,0}';
  PERFORM checks.same('the longest unseen', delivered #>> '{message,artistId}', first::TEXT);
  PERFORM commit_batch('album_discovery', NULL, jsonb_build_array(checks.outcome((delivered ->> 'msg_id')::BIGINT, 'done', jsonb_build_object(
    'rows', jsonb_build_object('albums', jsonb_build_array(
      jsonb_build_object('spotify_id', 'album1', 'name', 'Early', 'found_for_artist_id', first),
      jsonb_build_object('spotify_id', 'album2', 'name', 'Late', 'found_for_artist_id', first),
      jsonb_build_object('spotify_id', 'album3', 'name', 'New', 'found_for_artist_id', first))),
    'follow_ups', '[{"queue_name": "track_discovery", "for_each": "albums"},
      {"queue_name": "album_discovery", "message": {"artistId": "00000000-0000-4000-8000-0000000000a1", "offset": 50}}]'::JSONB))));
  PERFORM checks.same('albums without tracks', checks.ask($q$SELECT jsonb_agg(album.spotify_id ORDER BY album.spotify_id) FROM pgmq.q_track_discovery AS queue
    JOIN public.albums AS album ON album.id::TEXT = queue.message ->> 'albumId'$q$)::JSONB, '["album2", "album3"]'::JSONB);
  PERFORM checks.same('the next page, too', checks.ask($q$SELECT message -> 'refresh' FROM pgmq.q_album_discovery WHERE message -> 'offset' = '50'$q$), 'true');
  PERFORM checks.same('seen today', maintenance_clear_stale_entities() -> 'artists_asked_for', '0'::JSONB);
END;
$$;
