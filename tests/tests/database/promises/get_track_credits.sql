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
