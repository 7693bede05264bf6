-- What stands in the way of keys that the documented tables lack.

INSERT INTO public.artists (name, spotify_id) VALUES ('Velvet Pier again', 'artist1');
INSERT INTO public.processing_locks (entity_type, entity_id, worker_id) VALUES ('artist', '1', 'another');
