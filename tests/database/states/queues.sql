-- What restores, upgrades and dashboards do to the queues.

--> Queues whose msg_id is no identity, as an upgrade of Supabase's left them: everything that enqueues works
DO $$
DECLARE
  queue TEXT;
  run UUID := gen_random_uuid();
  answer JSONB;
BEGIN
  FOR queue IN SELECT queue_name FROM linernotes.workers LOOP
    EXECUTE format('CREATE SEQUENCE pgmq.%I START 1000', 'restored_' || queue);
    EXECUTE format('ALTER TABLE pgmq.%I ALTER COLUMN msg_id DROP IDENTITY', 'q_' || queue);
    EXECUTE format('ALTER TABLE pgmq.%I ALTER COLUMN msg_id SET DEFAULT nextval(%L)', 'q_' || queue, 'pgmq.restored_' || queue);
  END LOOP;
  SET LOCAL ROLE service_role;
  PERFORM checks.catalogue();
  PERFORM checks.same('asked for', start_artist_discovery('Velvet Pier') >= 1000, TRUE);
  PERFORM checks.same('pg_enqueue', pg_enqueue('album_discovery', '{}') >= 1000, TRUE);
  PERFORM checks.same('albums', start_album_discovery('00000000-0000-4000-8000-0000000000a1') >= 1000, TRUE);
  -- A follow-up.
  answer := dequeue_batch('artist_discovery', run_id => run);
  answer := commit_batch('artist_discovery', run, jsonb_build_array(checks.outcome((answer #>> '{messages,0,msg_id}')::BIGINT, 'done',
    '{"rows": {"artists": [{"spotify_id": "new", "name": "Velvet Pier"}]},
      "follow_ups": [{"queue_name": "album_discovery", "for_each": "artists", "message": {"offset": 0}}]}')));
  PERFORM checks.same('committed', jsonb_array_length(answer -> 'processed'), 1);
  -- A replay.
  PERFORM checks.as_owner($sql$
    INSERT INTO linernotes.dead_letters (queue_name, message_id, entity_id, message, error, attempts, enqueued_at)
    VALUES ('track_discovery', 1, 'k', '{"_idempotencyKey": "k"}', 'x', 5, now())
  $sql$);
  PERFORM checks.same('replayed', replay_dead_letters('track_discovery'), 1);
  PERFORM checks.as_owner('UPDATE public.producers SET enriched_at = now() - INTERVAL ''1 year''');
  PERFORM checks.same('profiles asked for', maintenance_clear_stale_entities() -> 'profiles_asked_for', '3'::JSONB);
END;
$$;

--> An id without identity and default is said in words
DO $$
BEGIN
  ALTER TABLE pgmq.q_artist_discovery ALTER COLUMN msg_id DROP IDENTITY;
  PERFORM checks.fails('55000', 'pgmq.q_artist_discovery: msg_id has neither an identity nor a default',
    $sql$SELECT public.start_artist_discovery('Velvet Pier')$sql$);
END;
$$;

--> Restored without pgmq: the status names what is missing, and maintenance cleans up all the same
DO $$
DECLARE
  status JSONB;
  answer JSONB;
BEGIN
  INSERT INTO public.queue_metrics (queue_name, operation, created_at) VALUES ('artist_discovery', 'commit', now() - INTERVAL '1 year');
  RESET ROLE;
  SET LOCAL client_min_messages = error;
  DROP EXTENSION IF EXISTS pgmq CASCADE;
  DROP SCHEMA IF EXISTS pgmq CASCADE;
  SET LOCAL ROLE postgres;
  status := get_pipeline_status();
  PERFORM checks.same('stages', jsonb_array_length(status -> 'stages'), 5);
  PERFORM checks.same('overall', status ->> 'overall_status', 'warning');
  PERFORM checks.same('named', status #>> '{reasons,0,problem}', 'pgmq is missing, so there are no queues');
  PERFORM checks.same('once', jsonb_array_length(status -> 'reasons'), 1);
  answer := maintenance_clear_stale_entities();
  PERFORM checks.same('metrics deleted', answer #> '{deleted,public.queue_metrics}', '1'::JSONB);
  PERFORM checks.same('told', answer ? 'failed', TRUE);
  PERFORM checks.fails('22023', 'queue_name: there are no queues: pgmq is missing', $sql$SELECT public.pg_enqueue('artist_discovery', '{}')$sql$);
END;
$$;

--> A queue of pgmq without its table is named, the others are shown, and maintenance makes it again
DO $$
DECLARE
  status JSONB;
BEGIN
  DROP TABLE pgmq.q_track_discovery;
  PERFORM pg_enqueue('album_discovery', '{}');
  PERFORM checks.same('diagnosed', (SELECT total_messages FROM diagnose_queue_tables() WHERE queue = 'album_discovery'), 1::BIGINT);
  PERFORM checks.same('without numbers', (SELECT total_messages FROM diagnose_queue_tables() WHERE queue = 'track_discovery'), NULL::BIGINT);
  PERFORM get_system_health(), get_queue_monitoring_data(), monitor_queues(10, TRUE);
  status := get_pipeline_status();
  PERFORM checks.same('waiting', status #> '{stages,1,waiting}', '1'::JSONB);
  PERFORM checks.same('named', status #>> '{reasons,0,problem}', 'the queue track_discovery is in pgmq.meta and has no table');
  PERFORM checks.fails('22023', 'queue_name: the queue track_discovery has no table', $sql$SELECT public.dequeue_batch('track_discovery')$sql$);
  PERFORM maintenance_clear_stale_entities();
  PERFORM checks.same('again', pg_enqueue('track_discovery', '{"_idempotencyKey": "k"}'), pg_enqueue('track_discovery', '{"_idempotencyKey": "k"}'));
  PERFORM checks.same('reasons', get_pipeline_status() -> 'reasons', '[]'::JSONB);
END;
$$;

--> Restored with the registry and without the queues: maintenance makes all of them, an operator's too
DO $$
BEGIN
  PERFORM register_queue('lyrics', 'Lyrics', 'Words');
  PERFORM pgmq.drop_queue(queue_name) FROM pgmq.meta;
  PERFORM checks.same('reasons', jsonb_array_length(get_pipeline_status() -> 'reasons'), 6);
  PERFORM maintenance_clear_stale_entities();
  PERFORM checks.same('reasons', get_pipeline_status() -> 'reasons', '[]'::JSONB);
  PERFORM checks.same('queues', (SELECT count(*) FROM pgmq.meta), 6::BIGINT);
END;
$$;

--> Deleted and created again in the dashboard: told, then wired; of messages with one key the oldest stays
DO $$
BEGIN
  PERFORM pgmq.drop_queue('artist_discovery'), pgmq.create('artist_discovery');
  INSERT INTO pgmq.q_artist_discovery (vt, message) VALUES
    (now(), '{"_idempotencyKey": "k", "_correlationId": "a", "artistName": "One"}'),
    (now(), '{"_idempotencyKey": "k", "_correlationId": "b", "artistName": "One", "force": true}'),
    (now(), '{"_idempotencyKey": "other"}'), (now(), '{}'), (now(), '{}');
  PERFORM checks.same('named', get_pipeline_status() #>> '{reasons,0,problem}',
    'the queue artist_discovery has no unique index on the idempotency keys, has no trigger that wakes its worker');
  PERFORM maintenance_clear_stale_entities();
  PERFORM checks.same('left', ARRAY(SELECT message::TEXT FROM pgmq.q_artist_discovery ORDER BY msg_id), ARRAY[
    '{"force": true, "artistName": "One", "_correlationId": "a", "_idempotencyKey": "k"}', '{"_idempotencyKey": "other"}', '{}', '{}'
  ]);
  PERFORM checks.same('linked', (SELECT array_agg(ARRAY[correlation_id, linked_id]) FROM linernotes.discovery_links), ARRAY[ARRAY['b', 'a']]);
  PERFORM checks.same('wired', linernotes.queue_problem('artist_discovery'), NULL::TEXT);
  PERFORM checks.same('reasons', get_pipeline_status() -> 'reasons', '[]'::JSONB);
END;
$$;

--> Names that would meet another relation, or are cut at 63 bytes, are refused
DO $$
BEGIN
  PERFORM register_queue('lyrics_key', 'x', 'x');
  PERFORM checks.fails('22023', 'p_queue_name: its table or an index of it would meet what is there already: pgmq.q_lyrics_key',
    $sql$SELECT public.register_queue('lyrics', 'x', 'x')$sql$);
  PERFORM register_queue('chords', 'x', 'x');
  PERFORM checks.fails('22023', 'p_queue_name: its table or an index of it would meet what is there already: pgmq.q_chords_key',
    $sql$SELECT public.register_queue('chords_key', 'x', 'x')$sql$);
  PERFORM checks.fails('22023', 'p_queue_name: must be at most 47 bytes, is 80', format('SELECT public.register_queue(%L, %L, %L)', repeat('é', 40), 'x', 'x'));
  PERFORM register_queue(repeat('é', 23), 'x', 'x');
  PERFORM checks.same('wired', linernotes.queue_problem(repeat('é', 23)), NULL::TEXT);
  CREATE VIEW pgmq.q_view AS SELECT 1 AS one;
  PERFORM checks.fails('22023', 'p_queue_name: its table', $sql$SELECT public.register_queue('view', 'x', 'x')$sql$);
END;
$$;

--> A partitioned queue, and a table of another owner, are said in words; the others are prepared all the same
DO $$
BEGIN
  CREATE TABLE pgmq.q_parts (msg_id BIGINT GENERATED ALWAYS AS IDENTITY, read_ct INT NOT NULL DEFAULT 0,
    enqueued_at TIMESTAMPTZ NOT NULL DEFAULT now(), vt TIMESTAMPTZ NOT NULL, message JSONB) PARTITION BY RANGE (msg_id);
  INSERT INTO pgmq.meta (queue_name, is_partitioned, is_unlogged, created_at) VALUES ('parts', TRUE, FALSE, now());
  PERFORM checks.fails('22023', 'queue_name: the queue parts is partitioned', $sql$SELECT public.register_queue('parts', 'x', 'x')$sql$);

  RESET ROLE;
  ALTER TABLE pgmq.q_album_discovery OWNER TO supabase_admin;
  DROP INDEX pgmq.q_album_discovery_key;
  SET LOCAL ROLE postgres;
  DROP INDEX pgmq.q_track_discovery_key;
  PERFORM checks.fails('42501', 'queue_name: the table of the queue album_discovery belongs to supabase_admin',
    $sql$SELECT linernotes.prepare_queue('album_discovery')$sql$);
  PERFORM maintenance_clear_stale_entities();
  PERFORM checks.same('the other', linernotes.queue_problem('track_discovery'), NULL::TEXT);
  PERFORM checks.same('named', linernotes.queue_problem('album_discovery'), 'has a table that belongs to supabase_admin');
  PERFORM checks.same('issue', (SELECT count(*) FROM public.worker_issues WHERE issue_type = 'queue_not_prepared' AND NOT resolved), 1::BIGINT);
END;
$$;

--> Deliveries do not need pgmq's own read
DO $$
DECLARE
  record JSONB;
BEGIN
  DROP FUNCTION IF EXISTS pgmq.read(TEXT, INT, INT, JSONB), pgmq.read(TEXT, INT, INT), pgmq.read CASCADE;
  PERFORM pg_enqueue('artist_discovery', '{"artistName": "a"}'), pg_enqueue('artist_discovery', '{"artistName": "b"}');
  record := pg_dequeue('artist_discovery', 1, 60) -> 0;
  PERFORM checks.same('the oldest', record #>> '{message,artistName}', 'a');
  PERFORM checks.same('read_ct', record -> 'read_ct', '1'::JSONB);
  PERFORM checks.same('hidden for exactly', extract(EPOCH FROM (record ->> 'vt')::TIMESTAMPTZ - clock_timestamp())::INT, 60);
  PERFORM checks.same('the other', pg_dequeue('artist_discovery', 5, 60) #>> '{0,message,artistName}', 'b');
  PERFORM checks.same('nothing more', pg_dequeue('artist_discovery', 5, 60), '[]'::JSONB);
END;
$$;

--> Queues exposed to clients take messages from whoever may insert, as any queue of pgmq
GRANT USAGE ON SCHEMA pgmq TO authenticated;
GRANT ALL ON pgmq.q_artist_discovery TO authenticated;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA pgmq TO authenticated;
UPDATE linernotes.settings SET value = 'true' WHERE name = 'wake_ups_enabled';
SET LOCAL ROLE authenticated;
SELECT pgmq.send('artist_discovery', '{"artistName": "Velvet Pier"}');
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL ROLE postgres;
SELECT checks.same('woken', (SELECT count(*) FROM net.http_request_queue WHERE url LIKE '%/artistDiscovery'), 1::BIGINT);

--> A role of an operator's own, without a grant on the schema linernotes, may insert, too
CREATE ROLE their_worker;
GRANT their_worker TO postgres;
GRANT USAGE ON SCHEMA pgmq TO their_worker;
GRANT ALL ON pgmq.q_artist_discovery TO their_worker;
SET LOCAL ROLE their_worker;
INSERT INTO pgmq.q_artist_discovery (vt, message) VALUES (now(), '{}');
SET CONSTRAINTS ALL IMMEDIATE;

--> A transaction may send messages and then alter, purge, drop and make the queue again; what is left wakes the worker
UPDATE linernotes.settings SET value = 'true' WHERE name = 'wake_ups_enabled';
SELECT start_artist_discovery('Velvet Pier');
ALTER TABLE pgmq.q_artist_discovery ADD COLUMN x INT;
TRUNCATE pgmq.q_artist_discovery;
SELECT start_artist_discovery('Velvet Pier');
SELECT pgmq.drop_queue('artist_discovery');
SELECT pgmq.create('artist_discovery'), linernotes.prepare_queue('artist_discovery');
SELECT start_artist_discovery('Velvet Pier'), start_artist_discovery('Marisol Anker');
SELECT checks.same('before the commit', (SELECT count(*) FROM net.http_request_queue), 0::BIGINT);
SET CONSTRAINTS ALL IMMEDIATE;
SELECT checks.same('woken once', (SELECT count(*) FROM net.http_request_queue WHERE url LIKE '%/artistDiscovery'), 1::BIGINT);
SELECT checks.same('nothing pending', (SELECT count(*) FROM linernotes.pending_wake_ups), 0::BIGINT);

--> A transaction that sends messages and drops the queue commits, and calls nobody
UPDATE linernotes.settings SET value = 'true' WHERE name = 'wake_ups_enabled';
SELECT start_artist_discovery('Velvet Pier');
SELECT pgmq.drop_queue('artist_discovery');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT checks.same('calls', (SELECT count(*) FROM net.http_request_queue), 0::BIGINT);

--> What a savepoint takes back wakes nobody, and what comes after it does
UPDATE linernotes.settings SET value = 'true' WHERE name = 'wake_ups_enabled';
SAVEPOINT attempt;
SELECT start_artist_discovery('Velvet Pier');
ROLLBACK TO SAVEPOINT attempt;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT checks.same('taken back', (SELECT count(*) FROM net.http_request_queue), 0::BIGINT);
SELECT start_artist_discovery('Velvet Pier');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT checks.same('woken', (SELECT count(*) FROM net.http_request_queue), 1::BIGINT);

--> A queue that an earlier release has wired is wired anew
DROP TRIGGER wake_on_commit ON pgmq.q_artist_discovery;
CREATE CONSTRAINT TRIGGER wake_on_commit AFTER INSERT OR UPDATE OF vt ON pgmq.q_artist_discovery
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION linernotes.wake_on_commit('artist_discovery');
SELECT checks.same('told', linernotes.queue_problem('artist_discovery'), 'has no trigger that wakes its worker');
SELECT linernotes.ensure_queues();
SELECT checks.same('wired', linernotes.queue_problem('artist_discovery'), NULL::TEXT);
SELECT start_artist_discovery('Velvet Pier');
TRUNCATE pgmq.q_artist_discovery;

--> A trigger that was switched off, and indexes that are missing or something else, are told and mended
DO $$
BEGIN
  ALTER TABLE pgmq.q_artist_discovery DISABLE TRIGGER wake_on_commit;
  DROP INDEX pgmq.q_album_discovery_delivered, pgmq.q_album_discovery_correlation;
  DROP INDEX pgmq.q_track_discovery_key;
  CREATE INDEX q_track_discovery_key ON pgmq.q_track_discovery (msg_id);
  PERFORM checks.same('trigger', linernotes.queue_problem('artist_discovery'), 'has no trigger that wakes its worker');
  PERFORM checks.same('indexes', linernotes.queue_problem('album_discovery'),
    'lacks the indexes q_album_discovery_correlation, q_album_discovery_delivered');
  PERFORM checks.same('key', linernotes.queue_problem('track_discovery'), 'has no unique index on the idempotency keys');
  PERFORM checks.same('left', (
    SELECT count(*) FROM jsonb_array_elements(repair_installation()) AS finding WHERE finding ->> 'area' = 'queues'
  ), 0::BIGINT);
END;
$$;

--> A queue's table that was renamed is named, with what gives it its name back
DO $$
BEGIN
  ALTER TABLE pgmq.q_artist_discovery RENAME TO q_mine;
  PERFORM maintenance_clear_stale_entities();
  PERFORM checks.same('found', checks.found('queues', 'artist_discovery'), 'has no table, and its indexes are at pgmq.q_mine');
  PERFORM checks.same('advice', (
    SELECT finding ->> 'advice' FROM jsonb_array_elements(diagnose_installation()) AS finding
    WHERE finding ->> 'area' = 'queues' AND finding ->> 'name' = 'artist_discovery'
  ), 'It was renamed, as it seems. ALTER TABLE pgmq.q_mine RENAME TO q_artist_discovery gives it its name back.');
  ALTER TABLE pgmq.q_mine RENAME TO q_artist_discovery;
  PERFORM checks.same('wired', linernotes.queue_problem('artist_discovery'), NULL::TEXT);
END;
$$;

--> A queue of the pipeline that is unlogged is told, since a crash empties it; an operator's own may be so
DO $$
BEGIN
  PERFORM register_queue('lyrics', 'Lyrics', 'Words');
  ALTER TABLE pgmq.q_artist_discovery SET UNLOGGED;
  ALTER TABLE pgmq.q_lyrics SET UNLOGGED;
  PERFORM checks.same('told', linernotes.queue_problem('artist_discovery'), 'is unlogged, so a crash of the server empties it');
  PERFORM checks.same('theirs', linernotes.queue_problem('lyrics'), NULL::TEXT);
  ALTER TABLE pgmq.q_artist_discovery SET LOGGED;
  PERFORM checks.same('over', linernotes.queue_problem('artist_discovery'), NULL::TEXT);
END;
$$;

--> Names of 47 bytes, in characters of two, three and four bytes, are queues like any other
DO $$
DECLARE
  name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY[repeat('é', 23) || 'x', repeat('漢', 15) || 'xx', repeat('🎵', 11) || 'xyz'] LOOP
    PERFORM register_queue(name, 'x', 'x');
    PERFORM checks.same(name, linernotes.queue_problem(name), NULL::TEXT);
    PERFORM checks.same('one', pg_enqueue(name, '{"_idempotencyKey": "k"}'), pg_enqueue(name, '{"_idempotencyKey": "k"}'));
    PERFORM checks.fails('22023', 'p_queue_name: must be at most 47 bytes', format('SELECT public.register_queue(%L, %L, %L)', name || 'x', 'x', 'x'));
  END LOOP;
END;
$$;

--> A queue exposed to the public key takes its messages, too
GRANT USAGE ON SCHEMA pgmq TO anon;
GRANT INSERT, SELECT ON pgmq.q_artist_discovery TO anon;
UPDATE linernotes.settings SET value = 'true' WHERE name = 'wake_ups_enabled';
SET LOCAL ROLE anon;
SELECT pgmq.send('artist_discovery', '{"artistName": "Velvet Pier"}');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT checks.fails('42501', 'permission denied', 'INSERT INTO linernotes.pending_wake_ups VALUES (''artist_discovery'')');
SET LOCAL ROLE postgres;
SELECT checks.same('woken', (SELECT count(*) FROM net.http_request_queue), 1::BIGINT);

--> A queue whose ids, archive, primary key or index by time somebody took away is told, and mended
DO $$
DECLARE
  word TEXT;
BEGIN
  PERFORM start_artist_discovery('Velvet Pier');
  ALTER TABLE pgmq.q_artist_discovery ALTER COLUMN msg_id DROP IDENTITY;
  DROP TABLE pgmq.a_artist_discovery;
  ALTER TABLE pgmq.q_artist_discovery DROP CONSTRAINT q_artist_discovery_pkey;
  DROP INDEX pgmq.q_artist_discovery_vt_idx;
  FOREACH word IN ARRAY ARRAY[
    'gives its messages no msg_id', 'has no archive', 'q_artist_discovery_pkey', 'q_artist_discovery_vt_idx'
  ] LOOP
    PERFORM checks.same(word, position(word IN checks.found('queues', 'artist_discovery')) > 0, TRUE);
  END LOOP;
  PERFORM repair_installation();
  PERFORM checks.same('mended', checks.found('queues', 'artist_discovery'), 'wired');
  PERFORM checks.same('asked for', start_artist_discovery('Marisol Anker') >
    (SELECT min(msg_id) FROM pgmq.q_artist_discovery), TRUE);
  PERFORM checks.same('both', (SELECT count(*) FROM pgmq.q_artist_discovery), 2::BIGINT);
END;
$$;

--> A queue without a column of pgmq's is named, and the others are shown
DO $$
BEGIN
  ALTER TABLE pgmq.q_artist_discovery RENAME COLUMN read_ct TO reads;
  PERFORM checks.same('stages', jsonb_array_length(get_pipeline_status() -> 'stages'), 5);
  PERFORM checks.same('others', (SELECT count(*) FROM diagnose_queue_tables() WHERE in_progress_messages IS NOT NULL), 4::BIGINT);
  PERFORM checks.same('named', checks.found('queues', 'artist_discovery'), 'has a table without pgmq''s columns read_ct');
END;
$$;

--> A second name of a queue's table, in another case, is told
DO $$
BEGIN
  INSERT INTO pgmq.meta (queue_name, is_partitioned, is_unlogged) VALUES ('Artist_Discovery', FALSE, FALSE);
  PERFORM checks.same('told', checks.found('queues', 'artist_discovery'), 'shares its table with Artist_Discovery');
  PERFORM start_artist_discovery('Velvet Pier');
END;
$$;

--> A queue of the pipeline that was taken out of the registry is told, and maintenance registers it again
DO $$
BEGIN
  DELETE FROM public.queue_registry WHERE queue_name = 'album_discovery';
  PERFORM checks.same('told', checks.found('queues', 'album_discovery'), 'is not in queue_registry, so nobody is woken for it');
  PERFORM maintenance_clear_stale_entities();
  PERFORM checks.same('mended', checks.found('queues', 'album_discovery'), 'wired');
END;
$$;

--> Row level security on the queues' tables, forced too, keeps neither senders nor workers from them
DO $$
BEGIN
  ALTER TABLE pgmq.q_artist_discovery ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
  SET LOCAL ROLE service_role;
  PERFORM start_artist_discovery('Velvet Pier');
  PERFORM checks.same('taken', jsonb_array_length(dequeue_batch('artist_discovery', run_id => gen_random_uuid()) -> 'messages'), 1);
END;
$$;

--> Settings of the database, its time zone and its forms of dates among them, change nothing
DO $$
BEGIN
  SET LOCAL timezone = 'Asia/Kathmandu';
  SET LOCAL datestyle = 'German';
  SET LOCAL intervalstyle = 'sql_standard';
  SET LOCAL extra_float_digits = -15;
  SET LOCAL search_path = '';
  PERFORM public.start_artist_discovery('Velvet Pier');
  PERFORM checks.same('taken', jsonb_array_length(
    public.dequeue_batch('artist_discovery', run_id => gen_random_uuid()) -> 'messages'), 1);
  PERFORM checks.same('status', jsonb_array_length(public.get_pipeline_status() -> 'stages'), 5);
  PERFORM checks.same('own project', linernotes.project_state(), 'answered');
END;
$$;
