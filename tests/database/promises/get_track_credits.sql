-- Who made a track.

--> One row for each person and role; independent sources add up
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.same('row',
    (SELECT to_jsonb(credit) - 'evidence' FROM get_track_credits('00000000-0000-4000-8000-0000000000c1') AS credit),
    '{"producer_id": "00000000-0000-4000-8000-0000000000d1", "name": "Ludwig Göransson", "role": "producer",
      "musicbrainz_id": "11111111-0000-4000-8000-000000000001", "confidence": 0.98, "sources": ["musicbrainz", "title"]}'::JSONB);
END;
$$;

--> An unknown track has none, and a client may ask
DO $$
BEGIN
  SET LOCAL ROLE authenticated;
  PERFORM checks.same('rows', (SELECT count(*) FROM get_track_credits('00000000-0000-4000-8000-000000000000')), 0);
END;
$$;

--> The evidence says where it was seen: of each source its confidence, when it was first seen, where, and how the track was matched
DO $$
DECLARE
  row RECORD;
BEGIN
  PERFORM checks.catalogue();
  DELETE FROM track_producers;
  PERFORM checks.credits('[
    ["c1", "Kilo Wren", "21", "musicbrainz", {"confidence": 0.95, "evidence": {"seen": [{"level": "recording", "url": "https://mb.example/1"}], "matched": {"by": "isrc", "score": 1}}}],
    ["c1", "Kilo Wren", null, "genius", {"confidence": 0.8, "evidence": {"seen": [{"level": "song", "artist_id": 101}], "matched": {"by": "title", "score": 1}}}],
    ["c1", "Kilo Wren", null, "title", {"confidence": 0.6, "evidence": {"seen": [{"title": "One (prod. Kilo Wren)"}]}}],
    ["c1", "Kilo Wren", "21", "musicbrainz", {"confidence": 0.7, "role": "writer"}]]');
  PERFORM checks.same('rows', ARRAY(SELECT role || ' ' || confidence FROM get_track_credits('00000000-0000-4000-8000-0000000000c1')),
    ARRAY['producer 0.996', 'writer 0.7']);
  SELECT * INTO row FROM get_track_credits('00000000-0000-4000-8000-0000000000c1') AS credit WHERE credit.role = 'producer';
  PERFORM checks.same('sources', row.sources, ARRAY['musicbrainz', 'genius', 'title']);
  PERFORM checks.same('Genius', (row.evidence -> 'genius') - 'first_seen',
    '{"confidence": 0.8, "evidence": {"seen": [{"level": "song", "artist_id": 101}], "matched": {"by": "title", "score": 1}}}'::JSONB);
  ASSERT (row.evidence #>> '{title,first_seen}')::TIMESTAMPTZ BETWEEN now() AND clock_timestamp(), 'first seen';
  PERFORM checks.same('stated again', (SELECT count(*) FROM (SELECT checks.credits('[["c1", "Kilo Wren", null, "title"]]')) AS again,
    get_track_credits('00000000-0000-4000-8000-0000000000c1')), 2);
END;
$$;

--> Doubt never becomes more than certainty, and certainty stays it
DO $$
BEGIN
  PERFORM checks.catalogue();
  DELETE FROM track_producers;
  INSERT INTO track_producers (track_id, producer_id, confidence, source)
  SELECT '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000d1', 0.95, 'source ' || n FROM generate_series(1, 60) AS n;
  INSERT INTO track_producers (track_id, producer_id, confidence, source)
  VALUES ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-0000000000d1', 1, 'a'),
    ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-0000000000d1', 0, 'b'),
    ('00000000-0000-4000-8000-0000000000c3', '00000000-0000-4000-8000-0000000000d1', 0, 'b');
  PERFORM checks.same('sixty', (SELECT confidence <= 1 AND confidence > 0.99 FROM get_track_credits('00000000-0000-4000-8000-0000000000c1')), TRUE);
  PERFORM checks.same('one who knows', (SELECT confidence FROM get_track_credits('00000000-0000-4000-8000-0000000000c2')), 1::NUMERIC);
  PERFORM checks.same('nothing', (SELECT confidence FROM get_track_credits('00000000-0000-4000-8000-0000000000c3')), 0::NUMERIC);
END;
$$;

--> Without a track it is refused
DO $$
BEGIN
  PERFORM checks.refused('track_id', 'SELECT get_track_credits(NULL)');
END;
$$;
