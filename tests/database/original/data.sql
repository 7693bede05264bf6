-- What such an installation may hold: a queue with messages, a small catalogue, open issues, a lock.

SELECT pgmq.create('artist_discovery');
SELECT pgmq.send('artist_discovery', '{"artistName": "Velvet Pier", "_idempotencyKey": "artist:name:velvet pier"}');
INSERT INTO public.queue_registry (queue_name, display_name, description, active) VALUES ('artist_discovery', 'Artists', 'Ours', FALSE);
INSERT INTO public.artists (id, name, spotify_id) VALUES ('00000000-0000-4000-8000-0000000000a1', 'Velvet Pier', 'artist1');
INSERT INTO public.albums (id, name, artist_id, spotify_id)
VALUES ('00000000-0000-4000-8000-0000000000b1', 'Early', '00000000-0000-4000-8000-0000000000a1', 'album1');
INSERT INTO public.tracks (id, name, album_id, spotify_id)
VALUES ('00000000-0000-4000-8000-0000000000c1', 'One', '00000000-0000-4000-8000-0000000000b1', 'track1');
INSERT INTO public.producers (id, name, normalized_name) VALUES ('00000000-0000-4000-8000-0000000000d1', 'D''Mile', 'd''mile');
INSERT INTO public.track_producers (track_id, producer_id, confidence, source)
VALUES ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000d1', 0.9, 'musicbrainz');
INSERT INTO public.worker_issues (worker_name, issue_type, message, created_at)
VALUES ('w', 't', 'first', '2026-01-01'), ('w', 't', 'second', '2026-01-02');
INSERT INTO public.processing_status (entity_type, entity_id, state) VALUES ('artist', '1', 'PENDING');
INSERT INTO public.processing_locks (entity_type, entity_id, worker_id) VALUES ('artist', '1', 'w');
