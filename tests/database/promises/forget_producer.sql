-- Takes a person out of everything, and keeps crawls from bringing them back.

--> Credits, profile, names, messages and what is remembered of them go; others' stay; a second time changes nothing
DO $$
DECLARE
  person CONSTANT UUID := '00000000-0000-4000-8000-0000000000d1';
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.profile(person, '{"instagram_handle": "lg", "aliases": ["L. G."], "metadata": {}}');
  PERFORM pg_enqueue('social_enrichment', jsonb_build_object('producerId', person, '_idempotencyKey', 'producer:' || person || ':profile'));
  PERFORM process_producer_atomic('{"name": "Ludwig Göransson", "musicbrainz_id": "11111111-0000-4000-8000-000000000001"}', 'op', 'ludwig goransson');
  PERFORM checks.same('forgotten', forget_producer(person, 'asked for it'), TRUE);
  PERFORM checks.same('producers', checks.ask('SELECT string_agg(name, '','' ORDER BY name) FROM public.producers'), '100% Pure_Sound,D''Mile');
  PERFORM checks.same('credits', checks.ask('SELECT count(*) FROM public.track_producers'), '1');
  PERFORM checks.same('messages', checks.queued('social_enrichment'), 0::BIGINT);
  PERFORM checks.same('traces', checks.ask(format($sql$
    SELECT (SELECT count(*) FROM public.processing_status WHERE entity_id LIKE '%%%1$s%%')
      + (SELECT count(*) FROM public.queue_metrics WHERE details::TEXT LIKE '%%%1$s%%')
      + (SELECT count(*) FROM linernotes.idempotency_records WHERE result = %1$L)
      + (SELECT count(*) FROM linernotes.producer_names WHERE producer_id = %1$L)
      + (SELECT count(*) FROM linernotes.producer_texts WHERE producer_id = %1$L)
  $sql$, person)), '0');
  PERFORM checks.same('no name is kept', checks.ask($sql$
    SELECT count(*) FROM linernotes.forgotten_keys WHERE key ILIKE '%goransson%' OR key ILIKE '%l g%'
  $sql$), '0');
  PERFORM checks.same('again', forget_producer(person, 'asked for it'), FALSE);
  PERFORM checks.same('found', (SELECT count(*) FROM search_producers('goransson')), 0::BIGINT);
END;
$$;

--> The next crawl brings nobody back: by the id, by a name or an alias alone, by the name under an id that is new
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.profile('00000000-0000-4000-8000-0000000000d1', '{"aliases": ["El Gee"], "metadata": {}}');
  PERFORM forget_producer('00000000-0000-4000-8000-0000000000d1', 'asked for it');
  PERFORM checks.credits('[["c1", "Ludwig Göransson", "01", "musicbrainz"], ["c1", "ludwig goransson", null, "title"],
    ["c3", "El Gee", null, "genius"], ["c3", "Ludwig Goransson", "99", "musicbrainz"], ["c1", "Somebody Else", "05", "musicbrainz"]]');
  PERFORM checks.same('first track', checks.credited('c1'), ARRAY['Somebody Else 05 musicbrainz']);
  PERFORM checks.same('third track', checks.credited('c3'), NULL::TEXT[]);
  PERFORM checks.refused('p_normalized_name', $sql$
    SELECT process_producer_atomic('{"name": "Ludwig Göransson"}', 'op', 'ludwig goransson')$sql$);
END;
$$;

--> An id that became another means that one, and who was known by a name only does not come back with an id
DO $$
BEGIN
  PERFORM checks.catalogue();
  -- D'Mile, known by name only, turns out to be an id.
  PERFORM checks.credits('[["c2", "D''Mile", "07", "musicbrainz"]]');
  PERFORM checks.same('by the old id', forget_producer('00000000-0000-4000-8000-0000000000d2', 'asked for it'), TRUE);
  PERFORM checks.same('again', forget_producer('00000000-0000-4000-8000-0000000000d2', 'asked for it'), FALSE);
  PERFORM forget_producer('00000000-0000-4000-8000-0000000000d3', 'asked for it');
  PERFORM checks.credits('[["c2", "DMile", "07", "musicbrainz"], ["c2", "100% Pure Sound", "08", "musicbrainz"]]');
  PERFORM checks.same('nobody', checks.credited('c2'), NULL::TEXT[]);
END;
$$;

--> An id that MusicBrainz merged into theirs does not bring them back either
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.as_owner($sql$SELECT linernotes.change_musicbrainz_id(
    '00000000-0000-4000-8000-0000000000d1', '11111111-0000-4000-8000-000000000077')$sql$);
  PERFORM forget_producer('00000000-0000-4000-8000-0000000000d1', 'asked for it');
  PERFORM checks.credits('[["c1", "L. Göransson", "01", "musicbrainz"], ["c1", "Another Spelling", "77", "musicbrainz"]]');
  PERFORM checks.same('credited', checks.credited('c1'), NULL::TEXT[]);
END;
$$;

--> A namesake whom the catalogue knows stays, with new credits too
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.credits('[["c2", "Ludwig Göransson", "02", "musicbrainz"]]');
  PERFORM forget_producer('00000000-0000-4000-8000-0000000000d1', 'asked for it');
  PERFORM checks.credits('[["c3", "Ludwig Göransson", "02", "musicbrainz"], ["c3", "Ludwig Göransson", "01", "musicbrainz"]]');
  PERFORM checks.same('the namesake', checks.credited('c3'), ARRAY['Ludwig Göransson 02 musicbrainz']);
END;
$$;

--> Of a message that a run holds nothing is stored any more
DO $$
DECLARE
  person CONSTANT UUID := '00000000-0000-4000-8000-0000000000d1';
  message_id BIGINT;
  answer JSONB;
BEGIN
  PERFORM checks.catalogue();
  message_id := pg_enqueue('social_enrichment', jsonb_build_object('producerId', person));
  PERFORM pg_dequeue('social_enrichment', 1, 60);
  PERFORM forget_producer(person, 'asked for it');
  answer := commit_batch('social_enrichment', NULL, jsonb_build_array(checks.outcome(message_id, 'done',
    jsonb_build_object('rows', jsonb_build_object('profile', jsonb_build_object('producer_id', person, 'instagram_handle', 'lg'))))));
  PERFORM checks.same('stale', jsonb_array_length(answer -> 'stale'), 1);
  PERFORM checks.refused('producer_id', $sql$SELECT forget_producer('00000000-0000-4000-8000-0000000000ee', 'x')$sql$);
END;
$$;
