-- What became of a batch, in one transaction.

--> done: rows stored, follow-ups enqueued with keys, correlation and force handed down, the message gone, COMPLETED
DO $$
DECLARE
  message_id BIGINT := start_artist_discovery('Velvet Pier', TRUE);
  correlation TEXT := dequeue_batch('artist_discovery') #>> '{messages,0,correlation_id}';
  answer JSONB := commit_batch('artist_discovery', NULL, jsonb_build_array(checks.outcome(message_id, 'done', '{
    "rows": {"artists": [{"spotify_id": "artist1", "name": "Velvet Pier", "metadata": {}}]},
    "follow_ups": [{"queue_name": "album_discovery", "for_each": "artists", "message": {"offset": 0}}]}')));
  artist_id UUID := (SELECT id FROM artists WHERE spotify_id = 'artist1');
BEGIN
  PERFORM checks.same('answer', answer, jsonb_build_object(
    'processed', jsonb_build_array(jsonb_build_object('id', message_id::TEXT, 'artistId', artist_id, 'artistName', 'Velvet Pier')),
    'errors', '[]'::JSONB, 'retried', 0, 'dead', 0, 'released', '[]'::JSONB, 'stale', '[]'::JSONB));
  PERFORM checks.same('queue', checks.queued('artist_discovery'), 0);
  PERFORM checks.same('state', (SELECT state FROM processing_status WHERE entity_id = 'artist:name:velvet pier'), 'COMPLETED');
  PERFORM checks.same('follow-up', pg_dequeue('album_discovery') #> '{0,message}', jsonb_build_object(
    'artistId', artist_id, 'offset', 0, 'force', TRUE, '_correlationId', correlation,
    '_idempotencyKey', 'artist:' || artist_id || ':albums:offset:0'));
  PERFORM checks.same('metric', (SELECT (success_count, error_count, processed_count)::TEXT FROM queue_metrics WHERE operation = 'commit'), '(1,0,1)');
END;
$$;

--> Committed twice, nothing changes: every element is stale
DO $$
DECLARE
  message_id BIGINT := start_artist_discovery('Velvet Pier');
  outcomes JSONB := jsonb_build_array(checks.outcome(message_id, 'done', '{
    "rows": {"artists": [{"spotify_id": "artist1", "name": "Velvet Pier", "metadata": {}}]},
    "follow_ups": [{"queue_name": "album_discovery", "for_each": "artists", "message": {"offset": 0}}]}'));
BEGIN
  PERFORM dequeue_batch('artist_discovery');
  PERFORM commit_batch('artist_discovery', NULL, outcomes);
  UPDATE artists SET name = 'Changed since';
  PERFORM checks.same('again', commit_batch('artist_discovery', NULL, outcomes), jsonb_build_object(
    'processed', '[]'::JSONB, 'errors', '[]'::JSONB, 'retried', 0, 'dead', 0, 'released', '[]'::JSONB,
    'stale', jsonb_build_array(message_id::TEXT)));
  PERFORM checks.same('artists', (SELECT array_agg(name) FROM artists), ARRAY['Changed since']);
  PERFORM checks.same('follow-ups', checks.queued('album_discovery'), 1);
END;
$$;

--> The fence: a message that was delivered again since is stale, whatever the late run says
DO $$
DECLARE
  message_id BIGINT := start_artist_discovery('Velvet Pier');
  late TEXT;
BEGIN
  PERFORM dequeue_batch('artist_discovery', 1, 0);
  PERFORM dequeue_batch('artist_discovery', 1, 60);
  FOREACH late IN ARRAY ARRAY['done', 'dead', 'retry', 'release', 'not_found'] LOOP
    PERFORM checks.same(late, commit_batch('artist_discovery', NULL, jsonb_build_array(checks.outcome(message_id, late))) -> 'stale',
      jsonb_build_array(message_id::TEXT));
  END LOOP;
  PERFORM checks.same('still there', checks.queued('artist_discovery'), 1);
  PERFORM checks.same('held', (SELECT state FROM processing_status), 'IN_PROGRESS');
  PERFORM checks.same('the one who holds it', jsonb_array_length(commit_batch('artist_discovery', NULL,
    jsonb_build_array(checks.outcome(message_id, 'done', '{"read_ct": 2}'))) -> 'processed'), 1);
END;
$$;

--> One bad element never fails its neighbours; it is retried with the reason
DO $$
DECLARE
  ids BIGINT[] := ARRAY(SELECT start_artist_discovery('Artist ' || n) FROM generate_series(1, 3) AS n);
  answer JSONB;
BEGIN
  PERFORM dequeue_batch('artist_discovery');
  answer := commit_batch('artist_discovery', NULL, jsonb_build_array(
    checks.outcome(ids[1], 'done', '{"rows": {"artists": [{"spotify_id": "s1", "name": "One", "metadata": {}}]}}'),
    checks.outcome(ids[2], 'done', '{"rows": {"artists": [{"spotify_id": "s2", "name": "Two", "popularity": 1000, "metadata": {}}]}}'),
    checks.outcome(ids[3], 'done', '{"rows": {"artists": [{"spotify_id": "s3", "name": "Three", "metadata": {}}]}}')));
  PERFORM checks.same('processed', jsonb_array_length(answer -> 'processed'), 2);
  PERFORM checks.same('retried', answer -> 'retried', '1'::JSONB);
  ASSERT answer #>> '{errors,0,error}' LIKE 'storage_failed: rows.artists.popularity%', answer::TEXT;
  PERFORM checks.same('stored', (SELECT array_agg(spotify_id ORDER BY spotify_id) FROM artists), ARRAY['s1', 's3']);
  PERFORM checks.same('state', (SELECT state FROM processing_status WHERE entity_id = 'artist:name:artist 2'), 'PENDING');
END;
$$;

--> Elements that are no outcomes fail nobody: an unknown id, text, an unknown outcome, the same message twice
DO $$
DECLARE
  good BIGINT := pg_enqueue('social_enrichment', '{}');
  odd BIGINT := pg_enqueue('social_enrichment', '{}');
  answer JSONB;
BEGIN
  PERFORM dequeue_batch('social_enrichment');
  answer := commit_batch('social_enrichment', NULL, jsonb_build_array(
    checks.outcome(good, 'done'), checks.outcome(good, 'done'), checks.outcome(999999, 'done'),
    '{"msg_id": "x''; --", "read_ct": 1, "outcome": "done"}'::JSONB, '{}'::JSONB, checks.outcome(odd, 'explode')));
  PERFORM checks.same('processed', jsonb_array_length(answer -> 'processed'), 1);
  PERFORM checks.same('errors', answer #>> '{errors,0,error}', 'bad_outcome: explode is none');
  PERFORM checks.same('left', checks.queued('social_enrichment'), 1);
END;
$$;

--> retry: hidden with full jitter below the doubled base, or after_ms; the attempt counts unless said otherwise
DO $$
DECLARE
  backoff BIGINT := pg_enqueue('social_enrichment', '{"_idempotencyKey": "backoff"}');
  after BIGINT := pg_enqueue('social_enrichment', '{"_idempotencyKey": "after"}');
  free BIGINT := pg_enqueue('social_enrichment', '{"_idempotencyKey": "free"}');
  error JSONB := '{"error": {"code": "upstream", "message": "503"}}';
BEGIN
  PERFORM dequeue_batch('social_enrichment');
  PERFORM checks.same('retried', commit_batch('social_enrichment', NULL, jsonb_build_array(
    checks.outcome(backoff, 'retry', error), checks.outcome(after, 'retry', error || '{"after_ms": 90000}'),
    checks.outcome(free, 'retry', error || '{"counts": false}'))) -> 'retried', '3'::JSONB);
  PERFORM checks.same('states', (SELECT jsonb_object_agg(entity_id, jsonb_build_array(state, attempts, last_error)) FROM processing_status),
    '{"backoff": ["PENDING", 1, "upstream: 503"], "after": ["PENDING", 1, "upstream: 503"], "free": ["PENDING", 0, "upstream: 503"]}'::JSONB);
  ASSERT (SELECT next_attempt_at - clock_timestamp() FROM processing_status WHERE entity_id = 'backoff') < INTERVAL '2 s', 'backoff';
  ASSERT (SELECT next_attempt_at - clock_timestamp() FROM processing_status WHERE entity_id = 'after') BETWEEN INTERVAL '80 s' AND INTERVAL '90 s', 'after';
  PERFORM checks.same('messages', checks.queued('social_enrichment'), 3);
END;
$$;

--> A retry on the last attempt is dead: message, error, attempts and time are kept
DO $$
DECLARE
  message_id BIGINT := pg_enqueue('social_enrichment', '{"_idempotencyKey": "k", "n": 1}');
BEGIN
  UPDATE queue_registry SET max_attempts = 1 WHERE queue_name = 'social_enrichment';
  PERFORM dequeue_batch('social_enrichment');
  PERFORM checks.same('dead', commit_batch('social_enrichment', NULL, jsonb_build_array(
    checks.outcome(message_id, 'retry', '{"error": {"code": "upstream", "message": "503"}}'))) -> 'dead', '1'::JSONB);
  PERFORM checks.same('letter', (SELECT to_jsonb(letter) - '{enqueued_at,dead_at}'::TEXT[] FROM list_dead_letters() AS letter), jsonb_build_object(
    'queue', 'social_enrichment', 'message_id', message_id, 'message', '{"_idempotencyKey": "k", "n": 1}'::JSONB,
    'error', 'upstream: 503', 'attempts', 1, 'correlation_id', NULL));
  PERFORM checks.same('state', (SELECT state || dead_lettered FROM processing_status), 'FAILEDtrue');
  PERFORM checks.same('queue', checks.queued('social_enrichment'), 0);
END;
$$;

--> release: visible at once, the attempt taken back; skipped: done, but forced meanwhile comes back
DO $$
DECLARE
  given_back BIGINT := pg_enqueue('social_enrichment', '{"_idempotencyKey": "given back"}');
  skipped BIGINT := pg_enqueue('social_enrichment', '{"_idempotencyKey": "skipped"}');
  forced BIGINT := pg_enqueue('social_enrichment', '{"_idempotencyKey": "forced"}');
  answer JSONB;
BEGIN
  PERFORM dequeue_batch('social_enrichment');
  PERFORM pg_enqueue('social_enrichment', '{"_idempotencyKey": "forced", "force": true}');
  answer := commit_batch('social_enrichment', NULL, jsonb_build_array(
    checks.outcome(given_back, 'release'), checks.outcome(skipped, 'skipped'), checks.outcome(forced, 'skipped')));
  PERFORM checks.same('released', answer -> 'released', jsonb_build_array(given_back::TEXT, forced::TEXT));
  PERFORM checks.same('processed', answer #>> '{processed,0,id}', skipped::TEXT);
  PERFORM checks.same('attempts', (SELECT attempts FROM processing_status WHERE entity_id = 'given back'), 0);
  PERFORM checks.same('visible', jsonb_array_length(dequeue_batch('social_enrichment') -> 'messages'), 2);
END;
$$;

--> A run that gets anywhere closes the issue of its worker whose calls failed; one that finds only what others hold does not
DO $$
DECLARE
  run UUID := gen_random_uuid();
  id BIGINT := start_artist_discovery('Velvet Pier');
BEGIN
  PERFORM commit_batch('artist_discovery', NULL, '[]', '{"issues": [{"type": "worker_failed", "message": "no"}]}');
  PERFORM dequeue_batch('artist_discovery', run_id => run);
  PERFORM dequeue_batch('artist_discovery', run_id => gen_random_uuid());
  PERFORM checks.same('another', (SELECT count(*) FROM worker_issues WHERE NOT resolved), 1);
  PERFORM commit_batch('artist_discovery', run, jsonb_build_array(checks.outcome(id, 'not_found', '{"error": {"code": "x"}}')), '{"end_run": true}');
  PERFORM checks.same('closed', (SELECT count(*) FROM worker_issues WHERE NOT resolved), 0);
  PERFORM commit_batch('artist_discovery', NULL, '[]', '{"issues": [{"type": "worker_failed", "message": "no"}]}');
  PERFORM dequeue_batch('artist_discovery', run_id => gen_random_uuid());
  PERFORM checks.same('nothing to do', (SELECT count(*) FROM worker_issues WHERE NOT resolved), 0);
END;
$$;

--> The report: issues are one open row each, counted, and closed when resolved; a refused ability is remembered
DO $$
BEGIN
  PERFORM commit_batch('social_enrichment', NULL, '[]', '{"issues": [{"type": "redis_unavailable", "message": "no"}]}') FROM generate_series(1, 3);
  PERFORM checks.same('open', (SELECT worker_name || (details ->> 'count') FROM worker_issues WHERE NOT resolved), 'socialEnrichment3');
  PERFORM commit_batch('social_enrichment', NULL, '[]', '{"resolved_issues": ["redis_unavailable"]}');
  PERFORM checks.same('closed', (SELECT count(*) FROM worker_issues WHERE NOT resolved), 0);
  PERFORM commit_batch('social_enrichment', NULL, '[]', '{"providers": {"spotify": {"refused": {"album_batch": 60000}}}}');
  ASSERT (dequeue_batch('social_enrichment') #>> '{providers,spotify,refused,album_batch}')::INT BETWEEN 50000 AND 60000;
END;
$$;

--> A pause of a provider that has no row yet is kept: the report makes the row
DO $$
DECLARE
  state JSONB;
BEGIN
  PERFORM commit_batch('social_enrichment', NULL, '[]', '{"providers": {"a_new_one": {"requests": 1, "paused_for_ms": 60000, "pause_reason": "status 429"}, "nothing": 5}}');
  state := dequeue_batch('social_enrichment') #> '{providers,a_new_one}';
  ASSERT (state ->> 'paused_for_ms')::INT BETWEEN 50000 AND 60000, state::TEXT;
  PERFORM checks.same('reason', state ->> 'pause_reason', 'status 429'::TEXT);
  PERFORM checks.same('granted', reserve_provider_requests('a_new_one', 1, 1) -> 'granted', '0'::JSONB);
  PERFORM checks.same('no report, no row', dequeue_batch('social_enrichment') #> '{providers,nothing}', NULL::JSONB);
END;
$$;

--> outcomes is an array of objects, report an object
DO $$
BEGIN
  PERFORM checks.refused('outcomes', $q$SELECT commit_batch('social_enrichment', NULL, '[1]')$q$);
  PERFORM checks.refused('outcomes', $q$SELECT commit_batch('social_enrichment', NULL, '{}')$q$);
  PERFORM checks.refused('report', $q$SELECT commit_batch('social_enrichment', NULL, '[]', '[]')$q$);
END;
$$;

--> A profile: what every source stated is stored and the producer is enriched; failed only where nothing is known in the end
DO $$
DECLARE
  producer CONSTANT UUID := '00000000-0000-4000-8000-0000000000d1';
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.profile(producer, '{"image_url": "https://img.example/d", "metadata": {"sources": {"image_url": "wikidata"}, "a": 1}}');
  PERFORM checks.same('found', (SELECT jsonb_build_array(image_url, metadata, enrichment_failed, enriched_at = now()) FROM producers WHERE id = producer),
    '["https://img.example/d", {"a": 1, "sources": {"image_url": "wikidata"}}, false, true]'::JSONB);
  PERFORM checks.profile(producer, '{"failed": "nobody knows them", "metadata": {}}');
  PERFORM checks.same('what was known stays', (SELECT enrichment_failed FROM producers WHERE id = producer), FALSE);
  PERFORM checks.profile('00000000-0000-4000-8000-0000000000d2', '{"failed": "nobody knows them", "metadata": {}}');
  PERFORM checks.same('failed', (SELECT to_jsonb(row) FROM (
    SELECT enrichment_failed, metadata, enriched_at FROM producers WHERE id = '00000000-0000-4000-8000-0000000000d2'
  ) AS row), '{"enrichment_failed": true, "metadata": {"enrichment_error": "nobody knows them"}, "enriched_at": null}'::JSONB);
  PERFORM checks.profile('00000000-0000-4000-8000-0000000000d2', '{"email": "d@example.org", "metadata": {}}');
  PERFORM checks.same('found later', (SELECT to_jsonb(row) FROM (
    SELECT enrichment_failed, metadata, email FROM producers WHERE id = '00000000-0000-4000-8000-0000000000d2'
  ) AS row), '{"enrichment_failed": false, "metadata": {}, "email": "d@example.org"}'::JSONB);
END;
$$;

--> An incomplete profile is stored, and enriched only once a handle is known
DO $$
DECLARE
  producer CONSTANT UUID := '00000000-0000-4000-8000-0000000000d1';
BEGIN
  PERFORM checks.catalogue();
  UPDATE producers SET enrichment_failed = TRUE, metadata = '{"enrichment_error": "before"}' WHERE id = producer;
  PERFORM checks.profile(producer, '{"incomplete": true, "image_url": "https://img.example/d", "metadata": {"b": 2}}');
  PERFORM checks.same('without a handle', (SELECT jsonb_build_array(image_url, metadata, enrichment_failed, enriched_at) FROM producers WHERE id = producer),
    '["https://img.example/d", {"b": 2, "enrichment_error": "before"}, true, null]'::JSONB);
  PERFORM checks.profile(producer, '{"incomplete": true, "instagram_handle": "ludovin", "metadata": {}}');
  PERFORM checks.same('with one', (SELECT jsonb_build_array(instagram_handle, metadata, enrichment_failed, enriched_at = now()) FROM producers WHERE id = producer),
    '["ludovin", {"b": 2}, false, true]'::JSONB);
END;
$$;

--> Decided on what is stored now, a profile may also put a worse source in a better one's place, and clear what nobody states any more
DO $$
DECLARE
  producer CONSTANT UUID := '00000000-0000-4000-8000-0000000000d1';
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.profile(producer, '{"instagram_handle": "old", "email": "old@example.org", "image_url": "https://img.example/old",
    "metadata": {"sources": {"instagram_handle": "musicbrainz", "email": "wikidata", "image_url": "musicbrainz"}}}');
  PERFORM checks.profile(producer, jsonb_build_object('profile_version', checks.version(producer), 'instagram_handle', 'new', 'cleared', '["email"]'::JSONB,
    'metadata', '{"sources": {"instagram_handle": "genius", "image_url": "musicbrainz"}}'::JSONB));
  PERFORM checks.same('profile', (SELECT jsonb_build_array(instagram_handle, email, image_url, metadata) FROM producers WHERE id = producer),
    '["new", null, "https://img.example/old", {"sources": {"instagram_handle": "genius", "image_url": "musicbrainz"}}]'::JSONB);
  PERFORM checks.profile(producer, jsonb_build_object('profile_version', checks.version(producer), 'failed', 'gone', 'metadata', '{"sources": {}}'::JSONB,
    'cleared', '["instagram_handle", "image_url"]'::JSONB));
  PERFORM checks.same('nothing left', (SELECT jsonb_build_array(instagram_handle, image_url, enrichment_failed, enriched_at) FROM producers WHERE id = producer),
    '[null, null, true, null]'::JSONB);
END;
$$;

--> What a quicker run wrote meanwhile is not undone: field by field the better source counts, and nothing is cleared
DO $$
DECLARE
  producer CONSTANT UUID := '00000000-0000-4000-8000-0000000000d1';
  read_before TEXT;
BEGIN
  PERFORM checks.catalogue();
  read_before := checks.version(producer);
  PERFORM checks.profile(producer, jsonb_build_object('profile_version', read_before, 'instagram_handle', 'theirs', 'email', 'a@example.org',
    'image_url', 'https://img.example/instagram', 'metadata',
    '{"sources": {"instagram_handle": "musicbrainz", "email": "genius", "image_url": "instagram"}, "x": 1}'::JSONB));
  PERFORM checks.profile(producer, jsonb_build_object('profile_version', read_before, 'instagram_handle', 'namesake', 'instagram_bio', 'of the namesake',
    'email', 'b@example.org', 'image_url', 'https://img.example/wikidata', 'cleared', '["email", "image_url"]'::JSONB, 'metadata',
    '{"sources": {"instagram_handle": "genius", "instagram_bio": "instagram", "email": "wikidata", "image_url": "wikidata"}, "y": 2}'::JSONB));
  PERFORM checks.same('profile', (SELECT jsonb_build_array(instagram_handle, instagram_bio, email, image_url, metadata) FROM producers WHERE id = producer),
    '["theirs", null, "b@example.org", "https://img.example/wikidata", {"x": 1, "y": 2,
      "sources": {"instagram_handle": "musicbrainz", "email": "wikidata", "image_url": "wikidata"}}]'::JSONB);
  PERFORM checks.profile(producer, jsonb_build_object('profile_version', read_before, 'failed', 'nobody knows them', 'metadata', '{}'::JSONB));
  PERFORM checks.same('not failed', (SELECT enrichment_failed FROM producers WHERE id = producer), FALSE);
END;
$$;

--> A biography and a picture of an Instagram account go with its handle
DO $$
DECLARE
  producer CONSTANT UUID := '00000000-0000-4000-8000-0000000000d1';
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.profile(producer, '{"instagram_handle": "one", "instagram_bio": "of one", "image_url": "https://img.example/one", "email": "d@example.org",
    "metadata": {"sources": {"instagram_handle": "genius", "instagram_bio": "instagram", "image_url": "instagram", "email": "wikidata"}}}');
  PERFORM checks.profile(producer, jsonb_build_object('profile_version', checks.version(producer), 'instagram_handle', 'ONE', 'metadata', '{}'::JSONB));
  PERFORM checks.same('the same account', (SELECT instagram_bio FROM producers WHERE id = producer), 'of one');
  PERFORM checks.profile(producer, jsonb_build_object('profile_version', checks.version(producer), 'instagram_handle', 'two',
    'metadata', '{"sources": {"instagram_handle": "musicbrainz"}}'::JSONB));
  PERFORM checks.same('another', (SELECT jsonb_build_array(instagram_handle, instagram_bio, image_url, email, metadata -> 'sources') FROM producers WHERE id = producer),
    '["two", null, null, "d@example.org", {"instagram_handle": "musicbrainz", "email": "wikidata"}]'::JSONB);
END;
$$;

--> Who is who: an id is one person in any spelling, a name that fits one id is that person, namesakes with other ids stay apart
DO $$
BEGIN
  PERFORM checks.catalogue();
  DELETE FROM track_producers;
  PERFORM checks.credits('[["c1", "Cobalt", "21", "musicbrainz"], ["c2", "COBALT", "21", "musicbrainz"], ["c3", "Cobalt", null, "title"]]');
  PERFORM checks.same('one person', (SELECT count(DISTINCT producer_id) FROM track_producers), 1);
  PERFORM checks.credits('[["c4", "Cobalt", "22", "musicbrainz"]]');
  PERFORM checks.same('two people', (SELECT count(DISTINCT producer_id) FROM track_producers), 2);
  PERFORM checks.credits('[["c3", "Cobalt", null, "genius"]]');
  PERFORM checks.same('fits two, and neither is credited there', checks.credited('c3'), ARRAY['Cobalt 21 title', 'Cobalt genius']);
END;
$$;

--> What a source no longer says of a track goes, with its count; what others say of it stays, and what it says of other tracks
DO $$
DECLARE
  ember UUID;
  first_seen JSONB;
BEGIN
  PERFORM checks.catalogue();
  DELETE FROM track_producers;
  PERFORM checks.credits('[["c1", "Kilo", "21", "musicbrainz"], ["c1", "Ember", "22", "musicbrainz"], ["c2", "Ember", "22", "musicbrainz"],
    ["c1", "Nova", null, "title"]]');
  ember := (SELECT id FROM producers WHERE name = 'Ember');
  UPDATE track_producers SET created_at = now() - INTERVAL '1 day';
  first_seen := (SELECT jsonb_agg(credit ORDER BY id) FROM track_producers AS credit);
  PERFORM checks.credits('[["c1", "Kilo", "21", "musicbrainz"], ["c1", "Ember", "22", "musicbrainz"], ["c1", "Nova", null, "title"]]');
  PERFORM checks.same('said again', (SELECT jsonb_agg(credit ORDER BY id) FROM track_producers AS credit), first_seen);
  PERFORM checks.credits('[["c1", "Kilo", "21", "musicbrainz"]]');
  PERFORM checks.same('c1', checks.credited('c1'), ARRAY['Kilo 21 musicbrainz', 'Nova title']);
  PERFORM checks.same('c2', checks.credited('c2'), ARRAY['Ember 22 musicbrainz']);
  PERFORM checks.same('count', (SELECT track_count FROM search_producers('Ember') WHERE id = ember), 1);
  PERFORM checks.credits('[["c1", "Ember", null, "title"]]');
  PERFORM checks.same('another name', checks.credited('c1'), ARRAY['Ember 22 title', 'Kilo 21 musicbrainz']);
END;
$$;

--> A name that fits two ids joins the one who is credited on the same track, whichever came first; sources of names are alike
DO $$
DECLARE
  source TEXT;
BEGIN
  FOREACH source IN ARRAY ARRAY['title', 'genius'] LOOP
    DELETE FROM track_producers;
    DELETE FROM tracks;
    DELETE FROM albums;
    DELETE FROM artists;
    DELETE FROM producers;
    PERFORM checks.catalogue();
    DELETE FROM track_producers;
    PERFORM checks.credits('[["c1", "Cobalt", "21", "musicbrainz"], ["c2", "Cobalt", "22", "musicbrainz"]]');
    PERFORM checks.credits(jsonb_build_array(
      jsonb_build_array('c1', 'cobalt', NULL, source), jsonb_build_array('c2', 'COBALT', NULL, source), jsonb_build_array('c3', 'Cobalt', NULL, source)));
    PERFORM checks.same('c1', checks.credited('c1'), ARRAY(SELECT 'Cobalt 21 ' || named FROM unnest(ARRAY['musicbrainz', source]) AS named ORDER BY 1));
    PERFORM checks.same('c2', checks.credited('c2'), ARRAY(SELECT 'Cobalt 22 ' || named FROM unnest(ARRAY['musicbrainz', source]) AS named ORDER BY 1));
    PERFORM checks.same('by itself', checks.credited('c3'), ARRAY['Cobalt ' || source]);
    PERFORM checks.credits('[["c3", "Cobalt", "22", "musicbrainz"]]');
    PERFORM checks.same('the id came later', checks.credited('c3'), ARRAY(SELECT 'Cobalt 22 ' || named FROM unnest(ARRAY['musicbrainz', source]) AS named ORDER BY 1));
    PERFORM checks.same('nobody is left over', (SELECT count(*) FROM producers WHERE name ILIKE 'cobalt'), 2);
  END LOOP;
END;
$$;

--> A name that was taken for its only id goes to the namesake who turns out to be credited on the track
DO $$
BEGIN
  PERFORM checks.catalogue();
  DELETE FROM track_producers;
  PERFORM checks.credits('[["c1", "Cobalt", "21", "musicbrainz"], ["c2", "Cobalt", null, "title"], ["c3", "Cobalt", null, "title"]]');
  PERFORM checks.same('before', checks.credited('c2'), ARRAY['Cobalt 21 title']);
  PERFORM checks.credits('[["c2", "Cobalt", "22", "musicbrainz"]]');
  PERFORM checks.same('after', checks.credited('c2'), ARRAY['Cobalt 22 musicbrainz', 'Cobalt 22 title']);
  PERFORM checks.credits('[["c2", "Cobalt", null, "title"]]');
  PERFORM checks.same('stated again', checks.credited('c2'), ARRAY['Cobalt 22 musicbrainz', 'Cobalt 22 title']);
  PERFORM checks.same('elsewhere', checks.credited('c3'), ARRAY['Cobalt 21 title']);
END;
$$;

--> An alias and a credited-as spelling lead to the id, before and after: the two become one, every credit moves, the old id leads on
DO $$
DECLARE
  old_id UUID;
  older_id UUID;
  collaborations JSONB;
BEGIN
  PERFORM checks.catalogue();
  DELETE FROM track_producers;
  PERFORM checks.credits('[["c1", "Kilo W.", null, "title"], ["c2", "Wren, K", null, "genius"], ["c3", "Kilo W.", null, "title"]]');
  old_id := (SELECT id FROM producers WHERE name = 'Kilo W.');
  older_id := (SELECT id FROM producers WHERE name = 'Wren, K');
  PERFORM checks.credits('[["c4", "Kilo Wren", "21", "musicbrainz", {"person": {"aliases": ["KILO W", "Wren K."]}}]]');
  PERFORM checks.same('people', (SELECT count(DISTINCT producer_id) FROM track_producers), 1);
  PERFORM checks.same('names gone', (SELECT count(*) FROM producers WHERE id IN (old_id, older_id)), 0);
  PERFORM checks.credits('[["c2", "kilo w", null, "title"]]');
  PERFORM checks.same('afterwards', checks.credited('c2'), ARRAY['Kilo Wren 21 genius', 'Kilo Wren 21 title']);
  collaborations := (SELECT to_jsonb(array_agg(to_jsonb(row) ORDER BY row.artist_name)) FROM get_producer_collaborations(
    (SELECT id FROM producers WHERE name = 'Kilo Wren')) AS row);
  PERFORM checks.same('tracks', collaborations #>> '{0,track_count}', '4');
  PERFORM checks.same('by the old id', (SELECT to_jsonb(array_agg(to_jsonb(row))) FROM get_producer_collaborations(old_id) AS row), collaborations);
  PERFORM checks.same('by the other', (SELECT to_jsonb(array_agg(to_jsonb(row))) FROM get_producer_collaborations(older_id) AS row), collaborations);
  -- Should the id itself become another one some day, the old ids follow in one step.
  PERFORM checks.as_owner(format('SELECT linernotes.merge_producers(ARRAY[ROW(%L, %L)::linernotes.producer_merge])',
    (SELECT id FROM producers WHERE name = 'Kilo Wren'), '00000000-0000-4000-8000-0000000000d1'));
  PERFORM checks.same('a chain', (SELECT sum(track_count) FROM get_producer_collaborations(old_id)), 4::NUMERIC);
  PERFORM checks.same('found by its name', ARRAY(SELECT name FROM search_producers('ludwig')), ARRAY['Ludwig Göransson']);
END;
$$;

--> Where both are credited with the same, one row stays: the higher confidence, both evidences, the first time it was seen
DO $$
BEGIN
  PERFORM checks.catalogue();
  DELETE FROM track_producers;
  PERFORM checks.credits('[["c1", "Kilo W", null, "title", {"confidence": 0.8, "evidence": {"seen": [{"title": "One (prod. Kilo W)"}]}}],
    ["c1", "Kilo Wren", "21", "title", {"confidence": 0.6, "evidence": {"seen": [{"title": "One (prod. Kilo Wren)"}], "matched": {"by": "isrc"}}}]]');
  PERFORM checks.as_owner('UPDATE public.track_producers SET created_at = ''2020-01-01Z'' WHERE confidence = 0.8');
  PERFORM checks.credits('[["c2", "Kilo Wren", "21", "musicbrainz", {"person": {"aliases": ["Kilo W"]}}]]');
  PERFORM checks.same('row', (SELECT jsonb_agg(jsonb_build_array(confidence, evidence, created_at = '2020-01-01Z')) FROM track_producers WHERE source = 'title'),
    '[[0.8, {"matched": {"by": "isrc"}, "seen": [{"title": "One (prod. Kilo W)"}, {"title": "One (prod. Kilo Wren)"}]}, true]]'::JSONB);
END;
$$;

--> The better profile is kept field by field, by the rank of the source; an id that was never asked for itself still is
DO $$
DECLARE
  winner UUID;
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.credits('[["c1", "Kilo W", null, "title"], ["c1", "K Wren", null, "title"], ["c1", "Kilo Wren", "21", "musicbrainz"]]');
  UPDATE producers SET instagram_handle = 'kilo', instagram_bio = 'of kilo', image_url = 'https://img.example/1', enriched_at = now(),
    metadata = '{"sources": {"instagram_handle": "genius", "instagram_bio": "instagram", "image_url": "wikidata"}, "a": 1, "b": 1}' WHERE name = 'Kilo Wren';
  UPDATE producers SET instagram_handle = 'wren', instagram_bio = 'of wren', email = 'k@example.org', image_url = 'https://img.example/2', enriched_at = now(),
    metadata = '{"sources": {"instagram_handle": "musicbrainz", "instagram_bio": "instagram", "email": "wikidata", "image_url": "genius"}, "b": 2, "c": 2}'
    WHERE name = 'Kilo W';
  UPDATE producers SET image_url = 'https://img.example/3', email = 'other@example.org',
    metadata = '{"sources": {"image_url": "musicbrainz", "email": "genius"}}' WHERE name = 'K Wren';
  PERFORM checks.credits('[["c2", "Kilo Wren", "21", "musicbrainz", {"person": {"aliases": ["Kilo W", "K. Wren"]}}]]');
  PERFORM checks.same('profile', (SELECT jsonb_build_array(instagram_handle, instagram_bio, image_url, email, metadata) FROM producers WHERE name = 'Kilo Wren'),
    '["wren", "of wren", "https://img.example/3", "k@example.org", {"a": 1, "b": 1, "c": 2, "sources": {"instagram_handle": "musicbrainz",
      "instagram_bio": "instagram", "image_url": "musicbrainz", "email": "wikidata"}}]'::JSONB);

  PERFORM checks.credits('[["c3", "Ember", null, "genius"]]');
  UPDATE producers SET instagram_handle = 'ember', enriched_at = now() WHERE name = 'Ember';
  PERFORM checks.credits('[["c3", "Ember Salt", "23", "musicbrainz", {"person": {"aliases": ["Ember"]}}]]');
  PERFORM checks.same('to be asked', (SELECT jsonb_build_array(instagram_handle, enriched_at) FROM producers WHERE name = 'Ember Salt'), '["ember", null]'::JSONB);
END;
$$;

--> Several messages about one person in one batch: what each found is stored, and that one found nothing takes nothing away
DO $$
DECLARE
  producer CONSTANT UUID := '00000000-0000-4000-8000-0000000000d2';
  ids BIGINT[];
  version TEXT;
  row JSONB;
BEGIN
  PERFORM checks.catalogue();
  version := checks.version(producer);
  row := jsonb_build_object('producer_id', producer, 'profile_version', version, 'metadata', '{}'::JSONB);
  ids := ARRAY(SELECT pg_enqueue('social_enrichment', jsonb_build_object('producerId', producer, 'n', n)) FROM generate_series(1, 3) AS n);
  PERFORM dequeue_batch('social_enrichment');
  PERFORM commit_batch('social_enrichment', NULL, jsonb_build_array(
    checks.outcome(ids[1], 'done', jsonb_build_object('rows', jsonb_build_object('profile',
      row || '{"image_url": "https://example.org/a.jpg", "metadata": {"sources": {"image_url": "wikidata"}}}'))),
    checks.outcome(ids[2], 'done', jsonb_build_object('rows', jsonb_build_object('profile',
      row || '{"email": "a@example.org", "image_url": "https://example.org/b.jpg", "metadata": {"sources": {"email": "instagram", "image_url": "genius"}}}'))),
    checks.outcome(ids[3], 'done', jsonb_build_object('rows', jsonb_build_object('profile', row || '{"failed": "unknown"}')))));
  PERFORM checks.same('profile', (SELECT jsonb_build_array(image_url, email, enrichment_failed, enriched_at IS NOT NULL) FROM producers WHERE id = producer),
    '["https://example.org/a.jpg", "a@example.org", false, true]'::JSONB);
END;
$$;

--> Whom Genius begins to credit while the profile is looked for, is looked for again: the message that asked for it met the one in work
DO $$
DECLARE
  producer CONSTANT UUID := '00000000-0000-4000-8000-0000000000d2';
  message_id BIGINT;
  subject JSONB;
BEGIN
  PERFORM checks.catalogue();
  message_id := pg_enqueue('social_enrichment', jsonb_build_object('producerId', producer, '_idempotencyKey', 'producer:' || producer || ':profile'));
  subject := dequeue_batch('social_enrichment') #> '{messages,0,subject}';
  PERFORM checks.credits('[["c1", "D''Mile", null, "genius", {"evidence": {"seen": [{"artist_id": 101}]}}]]');
  PERFORM checks.same('met', checks.queued('social_enrichment'), 1);
  PERFORM commit_batch('social_enrichment', NULL, jsonb_build_array(checks.outcome(message_id, 'done', jsonb_build_object('rows',
    jsonb_build_object('profile', jsonb_build_object('producer_id', producer, 'genius_version', subject -> 'genius_version', 'failed', 'unknown', 'metadata', '{}'::JSONB))))));
  subject := dequeue_batch('social_enrichment') #> '{messages,0}';
  PERFORM checks.same('again', subject #> '{message,sources}', '["genius", "instagram"]'::JSONB);
  PERFORM checks.same('with the page', subject #> '{subject,genius_artist_ids}', '[101]'::JSONB);
  PERFORM commit_batch('social_enrichment', NULL, jsonb_build_array(checks.outcome((subject ->> 'msg_id')::BIGINT, 'done', jsonb_build_object('rows',
    jsonb_build_object('profile', jsonb_build_object('producer_id', producer, 'genius_version', subject #> '{subject,genius_version}', 'failed', 'unknown', 'metadata', '{}'::JSONB))))));
  PERFORM checks.same('once', checks.queued('social_enrichment'), 0);
END;
$$;

--> A profile is asked for where it is missing, and where Genius credits somebody without a handle for the first time since
DO $$
DECLARE
  producer CONSTANT UUID := '00000000-0000-4000-8000-0000000000d2';
  wanting CONSTANT TEXT := format('SELECT count(*) FROM linernotes.producers_to_enrich(ARRAY[%L::UUID])', producer);
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.same('missing', checks.ask(wanting), '1');
  PERFORM checks.profile(producer, '{"failed": "unknown", "metadata": {}}');
  PERFORM checks.same('failed', checks.ask(wanting), '0');
  PERFORM checks.credits('[["c1", "D''Mile", null, "genius"]]');
  PERFORM checks.same('by Genius', checks.ask(wanting), '1');
  PERFORM checks.as_owner('UPDATE public.track_producers SET created_at = now() - INTERVAL ''1 minute''');
  PERFORM checks.credits('[["c2", "D''Mile", null, "genius"]]');
  PERFORM checks.same('asked since', checks.ask(wanting), '0');
  UPDATE producers SET enriched_at = now() - INTERVAL '1 hour' WHERE id = producer;
  PERFORM checks.same('found, without a handle', checks.ask(wanting), '1');
  UPDATE producers SET instagram_handle = 'dmile' WHERE id = producer;
  PERFORM checks.same('with one', checks.ask(wanting), '0');
END;
$$;

--> Two albums that list one track, in whatever order: it stays with the one that had it first, everything else of it is stored
DO $$
DECLARE
  ids BIGINT[];
BEGIN
  PERFORM checks.catalogue();
  ids := ARRAY(SELECT pg_enqueue('track_discovery', jsonb_build_object('n', n)) FROM generate_series(1, 2) AS n);
  PERFORM dequeue_batch('track_discovery');
  PERFORM commit_batch('track_discovery', NULL, jsonb_build_array(
    checks.outcome(ids[1], 'done', '{"rows": {"tracks": [{"spotify_id": "track1", "album_id": "00000000-0000-4000-8000-0000000000b2", "name": "One, relinked", "isrc": "USX9P0000001"}]}}'),
    checks.outcome(ids[2], 'done', '{"rows": {"tracks": [{"spotify_id": "new", "album_id": "00000000-0000-4000-8000-0000000000b2", "name": "New"},
      {"spotify_id": "new", "album_id": "00000000-0000-4000-8000-0000000000b1", "name": "New again"}]}}')));
  PERFORM checks.same('stays', (SELECT (album_id, name, isrc)::TEXT FROM tracks WHERE spotify_id = 'track1'),
    '(00000000-0000-4000-8000-0000000000b1,"One, relinked",USX9P0000001)');
  PERFORM checks.same('new', (SELECT album_id FROM tracks WHERE spotify_id = 'new'), '00000000-0000-4000-8000-0000000000b2');
  PERFORM checks.same('all', (SELECT count(*) FROM tracks), 5);
END;
$$;

--> An id that MusicBrainz merged: the producer takes over the new one, the old one still leads there, in credits and for callers
DO $$
DECLARE
  producer CONSTANT UUID := '00000000-0000-4000-8000-0000000000d1';
  old_id CONSTANT TEXT := '11111111-0000-4000-8000-000000000001';
  new_id CONSTANT TEXT := '22222222-0000-4000-8000-000000000001';
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.profile(producer, jsonb_build_object('musicbrainz_id', upper(new_id), 'instagram_handle', 'ludwig', 'metadata', '{}'::JSONB));
  PERFORM checks.same('taken over', (SELECT (musicbrainz_id, instagram_handle)::TEXT FROM producers WHERE id = producer), format('(%s,ludwig)', new_id));
  PERFORM checks.credits(jsonb_build_array(jsonb_build_array('c2', 'Ludwig Göransson', '01', 'musicbrainz')));
  PERFORM checks.same('credited by the old id', (SELECT producer_id FROM track_producers WHERE track_id = '00000000-0000-4000-8000-0000000000c2' AND source = 'musicbrainz'), producer);
  PERFORM checks.same('for callers', process_producer_atomic(jsonb_build_object('name', 'L. Göransson', 'musicbrainz_id', old_id), 'op', 'l goransson'), producer);
  PERFORM checks.same('one', (SELECT count(*) FROM producers WHERE musicbrainz_id IS NOT NULL), 1);
  PERFORM checks.same('the id', (SELECT musicbrainz_id FROM producers WHERE id = producer), new_id);
  PERFORM pg_enqueue('social_enrichment', jsonb_build_object('producerId', producer, 'force', TRUE));
  PERFORM checks.same('told to the stage', dequeue_batch('social_enrichment') #> '{messages,0,subject,former_musicbrainz_ids}', jsonb_build_array(old_id));
END;
$$;

--> Two producers whose ids MusicBrainz merged become one, and a name that fitted both is that one
DO $$
DECLARE
  producer CONSTANT UUID := '00000000-0000-4000-8000-0000000000d1';
  old_id CONSTANT TEXT := '11111111-0000-4000-8000-000000000001';
  other UUID;
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.credits('[["c2", "Ludwig Goransson", "31", "musicbrainz"], ["c4", "Ludwig Göransson", null, "genius"], ["c3", "Ludwig Goransson", null, "title"]]');
  other := (SELECT id FROM producers WHERE musicbrainz_id LIKE '%31');
  PERFORM checks.profile(producer, jsonb_build_object('musicbrainz_id', (SELECT musicbrainz_id FROM producers WHERE id = other), 'email', 'l@example.org', 'metadata', '{}'::JSONB));
  PERFORM checks.same('gone', (SELECT count(*) FROM producers WHERE normalized_name = 'ludwig goransson'), 1);
  PERFORM checks.same('profile', (SELECT email FROM producers WHERE id = other), 'l@example.org');
  PERFORM checks.same('credits', (SELECT count(DISTINCT track_id) FROM track_producers WHERE producer_id = other), 4);
  PERFORM checks.same('counted', (SELECT track_count FROM search_producers('ludwig')), 4);
  PERFORM checks.same('by the old id', (SELECT sum(track_count) FROM get_producer_collaborations(producer)), 4::NUMERIC);
  PERFORM checks.same('by the old MusicBrainz id', process_producer_atomic(jsonb_build_object('musicbrainz_id', old_id), 'op', 'ludwig goransson'), other);
END;
$$;

--> A full stop inside a word tells two people apart, as a space does; apostrophes and other full stops do not; both are found
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.credits('[["c1", "William", null, "title"], ["c2", "will.i.am", null, "title"], ["c3", "WILL.I.AM", null, "genius"],
    ["c1", "M.I.A.", "41", "musicbrainz"], ["c2", "Mia", null, "genius"], ["c3", "m.i.a", null, "title"],
    ["c1", "J.Cole", null, "genius"], ["c2", "J. Cole", null, "title"], ["c3", "Dr.Dre", null, "genius"], ["c4", "Dr. Dre", null, "title"], ["c4", "D’Mile", null, "title"], ["c3", "DMile", null, "genius"]]');
  PERFORM checks.same('people', (SELECT jsonb_agg(jsonb_build_array(name, tracks) ORDER BY name COLLATE "C") FROM (
    SELECT producer.name, count(DISTINCT credit.track_id) AS tracks FROM producers AS producer
    JOIN track_producers AS credit ON credit.producer_id = producer.id WHERE producer.name NOT LIKE 'Ludwig%' GROUP BY producer.id) AS known),
    '[["D\u0027Mile", 2], ["Dr. Dre", 2], ["J. Cole", 2], ["M.I.A.", 2], ["Mia", 1], ["William", 1], ["will.i.am", 2]]'::JSONB);
  PERFORM checks.same('both are found', (SELECT count(*) FROM search_producers('william')), 2);
  PERFORM checks.same('both again', (SELECT count(*) FROM search_producers('mia')), 2);
END;
$$;

--> A source without ids that states a name in two scripts: one person, beside the id that has one of them, whom either finds
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.credits('[["c1", "Pdogg", null, "genius", {"person": {"aliases": ["피독"]}}], ["c2", "Pdogg", "51", "musicbrainz"]]');
  PERFORM checks.credits('[["c3", "피독", null, "title"]]');
  PERFORM checks.same('people', (SELECT jsonb_agg(DISTINCT producer_id) FROM track_producers WHERE created_at >= now() AND source <> 'musicbrainz'
    AND producer_id NOT IN ('00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000d2')),
    (SELECT jsonb_build_array(id) FROM producers WHERE musicbrainz_id LIKE '%51'));
END;
$$;

--> What an artist's list no longer shows is marked as gone at its end, and kept; what is listed again loses the mark; once more changes nothing
DO $$
DECLARE
  since TIMESTAMPTZ;
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.page('a1', '{album1,album2}', 0, 2, 3);
  PERFORM checks.page('a1', '{album3}', 2, NULL, 3);
  PERFORM checks.same('all are listed', checks.gone(), '{}'::TEXT[]);
  PERFORM checks.page('a1', '{album1}', 0, 1, 2);
  PERFORM checks.same('not before the end', checks.gone(), '{}'::TEXT[]);
  PERFORM checks.page('a1', '{album3}', 1, NULL, 2);
  PERFORM checks.same('gone', checks.gone(), '{album2}'::TEXT[]);
  PERFORM checks.same('its tracks stay', (SELECT count(*) FROM tracks WHERE album_id = '00000000-0000-4000-8000-0000000000b2'), 2);
  since := (SELECT gone_at FROM albums WHERE spotify_id = 'album2');
  PERFORM checks.page('a1', '{album1,album3}', 0, NULL, 2);
  PERFORM checks.same('since', (SELECT gone_at FROM albums WHERE spotify_id = 'album2'), since);
  PERFORM checks.same('told', get_artist('00000000-0000-4000-8000-0000000000a1') #>> '{albums,0,gone_at}', to_jsonb(since) #>> '{}');
  PERFORM checks.page('a1', '{album2,album1,album3}', 0, NULL, 3);
  PERFORM checks.same('back', checks.gone(), '{}'::TEXT[]);
END;
$$;

--> A list that was not read to its end without a gap marks nothing: a page left out, an item left blank, another length, another page first, no length, nothing at all, another market, an hour later
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.page('a1', '{album1,album2}', 0, NULL, 2);
  PERFORM checks.page('a1', '{album1}', 0, 1, 3);
  PERFORM checks.page('a1', '{album3}', 2, NULL, 3);
  PERFORM checks.same('a page left out', checks.gone(), '{}'::TEXT[]);
  PERFORM checks.page('a1', '{album1,album3}', 0, NULL, 3);
  PERFORM checks.same('an item left blank', checks.gone(), '{}'::TEXT[]);
  PERFORM checks.page('a1', '{album1}', 0, 1, 3);
  PERFORM checks.page('a1', '{album3}', 1, NULL, 2);
  PERFORM checks.same('another length', checks.gone(), '{}'::TEXT[]);
  PERFORM checks.page('a1', '{album3}', 1, NULL, 2);
  PERFORM checks.same('the last page alone', checks.gone(), '{}'::TEXT[]);
  PERFORM checks.page('a1', '{album1,album3}', 0, NULL, NULL);
  PERFORM checks.same('no length', checks.gone(), '{}'::TEXT[]);
  PERFORM checks.page('a1', '{}', 0, NULL, 0);
  PERFORM checks.same('nothing at all', checks.gone(), '{}'::TEXT[]);
  PERFORM checks.page('a1', '{album1,album3}', 0, NULL, 2, '{"market": "DE"}');
  PERFORM checks.same('another market', checks.gone(), '{}'::TEXT[]);
  PERFORM checks.page('a1', '{album1}', 0, 1, 2);
  PERFORM checks.as_owner('UPDATE linernotes.album_lists SET begun_at = begun_at - INTERVAL ''61 minutes''');
  PERFORM checks.page('a1', '{album3}', 1, NULL, 2);
  PERFORM checks.same('an hour later', checks.gone(), '{}'::TEXT[]);
  PERFORM checks.page('a1', '{album1,album3}', 0, NULL, 2);
  PERFORM checks.same('a whole one', checks.gone(), '{album2}'::TEXT[]);
END;
$$;

--> An album of several artists is gone when the last of their lists has lost it; one that moved to another artist is not
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.page('a1', '{album1,album2}', 0, NULL, 2);
  PERFORM checks.page('a2', '{album2,album3}', 0, NULL, 2);
  PERFORM checks.page('a1', '{album1}', 0, NULL, 1);
  PERFORM checks.same('the other has it', checks.gone(), '{}'::TEXT[]);
  PERFORM checks.page('a2', '{album3}', 0, NULL, 1);
  PERFORM checks.same('nobody has it', checks.gone(), '{album2}'::TEXT[]);
  PERFORM checks.page('a3', '{album2}', 0, NULL, 1);
  PERFORM checks.same('moved', checks.gone(), '{}'::TEXT[]);
  PERFORM checks.page('a1', '{album1}', 0, NULL, 1);
  PERFORM checks.same('and stays there', checks.gone(), '{}'::TEXT[]);
END;
$$;

--> What never stood in a list at Spotify is not marked: albums and tracks that others stored
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.page('a1', '{album3}', 0, NULL, 1);
  PERFORM checks.lists('track_discovery', '{"album_id": "00000000-0000-4000-8000-0000000000b1", "whole": true}', '{track1}');
  PERFORM checks.same('not marked', checks.gone(), '{}'::TEXT[]);
END;
$$;

--> A track that its album no longer lists is marked as gone, and is not when it is relinked, when the list has a gap, or in another market
DO $$
DECLARE
  album JSONB := '{"album_id": "00000000-0000-4000-8000-0000000000b1", "whole": true}';
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.lists('track_discovery', album, '{track1,track2}');
  PERFORM checks.lists('track_discovery', album || '{"whole": false}', '{track1}');
  PERFORM checks.lists('track_discovery', album || '{"market": "DE"}', '{track1}');
  PERFORM checks.lists('track_discovery', album || '{"market": "DE"}', '{track1}');
  PERFORM checks.lists('track_discovery', album, '{}');
  PERFORM checks.lists('track_discovery', album, '{track1,track9 track2}');
  PERFORM checks.same('it plays in the place of another', checks.gone(), '{}'::TEXT[]);
  PERFORM checks.same('it is the same track', (SELECT spotify_id FROM tracks WHERE metadata ->> 'id' = 'track2'), 'track9');
  PERFORM checks.lists('track_discovery', album, '{track1}');
  PERFORM checks.same('gone', checks.gone(), '{track9}'::TEXT[]);
  PERFORM checks.same('told', jsonb_path_query_array(get_album('00000000-0000-4000-8000-0000000000b1'),
    '$.tracks[*] ? (@.gone_at != null).name'), '["TRACK9"]'::JSONB);
  PERFORM checks.lists('track_discovery', album || '{"whole": false}', '{track9}');
  PERFORM checks.same('back', checks.gone(), '{}'::TEXT[]);
END;
$$;

--> A relinked track is one row when the operator's app changes its mode, in either order
DO $$
DECLARE
  own JSONB := '{"album_id": "00000000-0000-4000-8000-0000000000b1", "whole": true}';
  home JSONB := '{"album_id": "00000000-0000-4000-8000-0000000000b2", "whole": true}';
  hides JSONB := '{"hides_relinks": true}';
BEGIN
  PERFORM checks.catalogue(), checks.without_tracks();
  PERFORM checks.lists('track_discovery', own || hides, '{"plays1 plays1","plays2 plays2"}');
  PERFORM checks.same('as listed', checks.tracks(), 'b1 plays1 plays1, b1 plays2 plays2');
  UPDATE tracks SET isrc = 'GBAHS1400099' WHERE spotify_id = 'plays1';
  PERFORM checks.lists('track_discovery', own, '{"own1 plays1","own2 plays2"}');
  PERFORM checks.same('under their own ids', checks.tracks(), 'b1 own1 plays1, b1 own2 plays2');
  PERFORM checks.same('the same row', (SELECT isrc FROM tracks WHERE spotify_id = 'own1'), 'GBAHS1400099');
  PERFORM checks.lists('track_discovery', own || hides, '{"plays1 plays1","plays2 plays2"}');
  PERFORM checks.same('their own ids stay', checks.tracks(), 'b1 own1 plays1, b1 own2 plays2');
  -- The album to which they belong is read after that.
  PERFORM checks.lists('track_discovery', home, '{"plays1 plays1"}');
  PERFORM checks.lists('track_discovery', own || hides, '{"plays1 plays1","plays2 plays2"}');
  PERFORM checks.same('both albums have it', checks.tracks(), 'b1 own1 plays1, b1 own2 plays2, b2 plays1 plays1');
  PERFORM checks.same('nothing is gone', checks.gone(), '{}'::TEXT[]);
END;
$$;

--> A relinked track stays one row when another one plays meanwhile: its title at its place tells
DO $$
DECLARE
  own JSONB := '{"album_id": "00000000-0000-4000-8000-0000000000b1", "whole": true}';
  hides JSONB := '{"hides_relinks": true}';
BEGIN
  PERFORM checks.catalogue(), checks.without_tracks();
  PERFORM checks.lists('track_discovery', own || hides, '{"plays1 plays1"}');
  UPDATE tracks SET name = 'OWN1' WHERE spotify_id = 'plays1';
  PERFORM checks.lists('track_discovery', own, '{"own1 plays3"}');
  PERFORM checks.same('one row', checks.tracks(), 'b1 own1 plays3');
END;
$$;

--> A track that its own album lists is that album's, also where another one was known to list it; that one keeps its row
DO $$
DECLARE
  own JSONB := '{"album_id": "00000000-0000-4000-8000-0000000000b1", "whole": true}';
  home JSONB := '{"album_id": "00000000-0000-4000-8000-0000000000b2", "whole": true}';
  hides JSONB := '{"hides_relinks": true}';
BEGIN
  PERFORM checks.catalogue(), checks.without_tracks();
  PERFORM checks.lists('track_discovery', own || hides, '{"plays1 plays1","plays2 plays2"}');
  PERFORM checks.lists('track_discovery', home || hides, '{"plays1 plays1"}');
  PERFORM checks.same('it is not told whose it is', checks.tracks(), 'b1 plays1 plays1, b1 plays2 plays2');
  PERFORM checks.lists('track_discovery', home, '{"plays1 plays1"}');
  PERFORM checks.same('both have it', checks.tracks(), 'b1 unknown plays1, b1 plays2 plays2, b2 plays1 plays1');
  PERFORM checks.lists('track_discovery', own || hides, '{"plays1 plays1","plays2 plays2"}');
  PERFORM checks.same('as before', checks.tracks(), 'b1 unknown plays1, b1 plays2 plays2, b2 plays1 plays1');
  PERFORM checks.lists('track_discovery', own, '{"own1 plays1","own2 plays2"}');
  PERFORM checks.same('now it is told', checks.tracks(), 'b1 own1 plays1, b1 own2 plays2, b2 plays1 plays1');
  PERFORM checks.same('nothing is gone', checks.gone(), '{}'::TEXT[]);
END;
$$;

--> Where Spotify does not say which tracks it relinks, a track whose title stands at its place is listed
DO $$
DECLARE
  album JSONB := '{"album_id": "00000000-0000-4000-8000-0000000000b1", "whole": true, "hides_relinks": true}';
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.lists('track_discovery', album, '{track1,track2}');
  UPDATE tracks SET name = 'Other ID' WHERE spotify_id = 'track2';
  PERFORM checks.lists('track_discovery', album, '{track1,otherid}');
  PERFORM checks.same('another title', checks.gone(), '{track2}'::TEXT[]);
  UPDATE tracks SET gone_at = NULL, name = 'OtherId' WHERE spotify_id = 'track2';
  PERFORM checks.lists('track_discovery', album, '{track1,otherid}');
  PERFORM checks.same('its title at its place', checks.gone(), '{}'::TEXT[]);
END;
$$;
