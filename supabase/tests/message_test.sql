-- One message through: asked for, taken, done. All of it is rolled back, and no function is called.
BEGIN;
CREATE EXTENSION IF NOT EXISTS pgtap WITH SCHEMA extensions;
SET LOCAL search_path = public, extensions;
SELECT plan(8);

-- Whatever waits in the queue is none of this test's business.
UPDATE public.queue_registry SET max_concurrency = 1000, active = TRUE WHERE queue_name = 'artist_discovery';
UPDATE pgmq.q_artist_discovery SET vt = clock_timestamp() + INTERVAL '1 hour' WHERE vt <= clock_timestamp() + INTERVAL '1 minute';

CREATE TEMPORARY TABLE seen (what TEXT PRIMARY KEY, answer JSONB) ON COMMIT DROP;
GRANT ALL ON seen TO service_role;
SET LOCAL ROLE service_role;
INSERT INTO seen VALUES ('asked', to_jsonb(public.start_artist_discovery('pgTAP  Test Artist')));
SELECT isnt((SELECT answer FROM seen WHERE what = 'asked'), NULL, 'an artist can be asked for');
SELECT is(
  to_jsonb(public.start_artist_discovery('pgtap test artist')),
  (SELECT answer FROM seen WHERE what = 'asked'),
  'asked for again, in any case and white space, it is the same message'
);
INSERT INTO seen VALUES ('taken', public.dequeue_batch('artist_discovery', run_id => '00000000-0000-4000-8000-00000000cafe'));
SELECT is(
  (SELECT jsonb_path_query_array(answer, '$.messages[*].msg_id') FROM seen WHERE what = 'taken'),
  (SELECT jsonb_build_array(answer #>> '{}') FROM seen WHERE what = 'asked'),
  'a run takes it'
);
SELECT is(
  (SELECT answer #> '{messages,0,attempt}' FROM seen WHERE what = 'taken'), '1'::JSONB, 'it is the first attempt'
);
INSERT INTO seen
SELECT 'done', public.commit_batch('artist_discovery', '00000000-0000-4000-8000-00000000cafe', jsonb_build_array(
  jsonb_build_object(
    'msg_id', answer #> '{messages,0,msg_id}',
    'read_ct', answer #> '{messages,0,read_ct}',
    'outcome', 'done',
    'rows', jsonb_build_object('artists', jsonb_build_array(
      jsonb_build_object('spotify_id', 'pgtap-test', 'name', 'pgTAP Test Artist')
    ))
  )
))
FROM seen
WHERE what = 'taken';
SELECT is(
  (SELECT jsonb_array_length(answer -> 'processed') FROM seen WHERE what = 'done'), 1, 'the run''s result is committed'
);
RESET ROLE;
SELECT is(
  (SELECT count(*) FROM pgmq.q_artist_discovery WHERE msg_id = (SELECT (answer #>> '{}')::BIGINT FROM seen WHERE what = 'asked')),
  0::BIGINT,
  'the message has left the queue'
);
SELECT is(
  (SELECT name FROM public.artists WHERE spotify_id = 'pgtap-test'), 'pgTAP Test Artist', 'the artist is stored'
);
SELECT is(
  (SELECT state FROM public.processing_status WHERE entity_type = 'artist_discovery' AND entity_id = 'artist:name:pgtap test artist'),
  'COMPLETED',
  'and its state says so'
);

SELECT * FROM finish();
ROLLBACK;
