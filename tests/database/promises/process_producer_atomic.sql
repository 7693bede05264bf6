-- Stores a producer.

--> The documented keys become the row; enriched_at is set whenever a handle arrives, on insert too
DO $$
DECLARE
  producer_id UUID := process_producer_atomic('{"name": "D''Mile", "email": "d@example.org", "image_url": "https://img.example/d",
    "instagram_handle": "dmile", "instagram_bio": "Keys", "metadata": {"a": 1}}', 'op1', 'dmile');
BEGIN
  PERFORM checks.same('row', (
    SELECT to_jsonb(producer) - '{created_at,updated_at,enriched_at}'::TEXT[] FROM producers AS producer
  ), jsonb_build_object('id', producer_id, 'name', 'D''Mile', 'normalized_name', 'dmile', 'email', 'd@example.org',
    'image_url', 'https://img.example/d', 'instagram_handle', 'dmile', 'instagram_bio', 'Keys', 'metadata', '{"a": 1}'::JSONB,
    'enrichment_failed', FALSE, 'musicbrainz_id', NULL));
  ASSERT (SELECT enriched_at FROM producers) IS NOT NULL, 'enriched_at';
END;
$$;

--> The same normalized name is the same producer; metadata is merged, an absent key keeps the stored value
DO $$
DECLARE
  producer_id UUID := process_producer_atomic('{"name": "D''Mile", "email": "d@example.org", "metadata": {"a": 1}}', 'op1', 'D''Mile');
BEGIN
  ASSERT (SELECT enriched_at FROM producers) IS NULL, 'no handle yet';
  PERFORM checks.same('id', process_producer_atomic('{"metadata": {"b": 2}, "instagram_handle": "dmile"}', 'op2', 'dmile'), producer_id);
  PERFORM checks.same('row', (SELECT jsonb_build_array(name, email, metadata) FROM producers),
    '["D''Mile", "d@example.org", {"a": 1, "b": 2}]'::JSONB);
  ASSERT (SELECT enriched_at FROM producers) IS NOT NULL, 'enriched_at';
END;
$$;

--> A repeated operation changes nothing and logs no second metric
DO $$
BEGIN
  PERFORM process_producer_atomic('{"name": "A", "email": "a@example.org"}', '1', 'a');
  PERFORM process_producer_atomic('{"name": "A", "email": "b@example.org"}', '1', 'a');
  PERFORM checks.same('email', (SELECT email FROM producers), 'a@example.org');
  PERFORM checks.same('metrics', (SELECT count(*) FROM queue_metrics WHERE operation = 'process'), 1);
END;
$$;

--> With musicbrainz_id it is that id, whatever the spelling; without, the one id that has the name
DO $$
DECLARE
  one UUID := process_producer_atomic('{"name": "Mike", "musicbrainz_id": "11111111-0000-4000-8000-00000000000a"}', '1', 'mike');
  other UUID := process_producer_atomic('{"name": "Ludwig", "musicbrainz_id": "11111111-0000-4000-8000-00000000000b"}', '2', 'ludwig');
BEGIN
  PERFORM checks.same('by id', process_producer_atomic('{"name": "Mick", "musicbrainz_id": "11111111-0000-4000-8000-00000000000a"}', '3', 'mick'), one);
  PERFORM checks.same('by name', process_producer_atomic('{"name": "ludwig"}', '4', 'LUDWIG'), other);
  ASSERT process_producer_atomic('{"name": "Mike", "musicbrainz_id": "11111111-0000-4000-8000-00000000000c"}', '5', 'mike') <> one, 'a namesake';
  ASSERT process_producer_atomic('{"name": "Mike"}', '6', 'mike') NOT IN (one), 'a name of two people stays by itself';
END;
$$;

--> What a caller states counts, unless it names a source that is worse than the stored one; whose a value is stays true
DO $$
BEGIN
  PERFORM process_producer_atomic('{"name": "A", "instagram_handle": "one", "instagram_bio": "Keys", "email": "a@example.org",
    "metadata": {"sources": {"instagram_handle": "musicbrainz", "email": "wikidata"}}}', '1', 'a');
  PERFORM process_producer_atomic('{"instagram_handle": "two", "email": "b@example.org",
    "metadata": {"sources": {"instagram_handle": "genius", "email": "musicbrainz"}}}', '2', 'a');
  PERFORM checks.same('by source', (SELECT jsonb_build_array(instagram_handle, email, metadata -> 'sources') FROM producers),
    '["one", "b@example.org", {"instagram_handle": "musicbrainz", "email": "musicbrainz"}]'::JSONB);
  PERFORM process_producer_atomic('{"instagram_handle": "three"}', '3', 'a');
  PERFORM checks.same('by word', (SELECT jsonb_build_array(instagram_handle, instagram_bio, metadata -> 'sources') FROM producers),
    '["three", "Keys", {"email": "musicbrainz"}]'::JSONB);
END;
$$;
