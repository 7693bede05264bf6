-- Stores a track.

--> The documented keys become the row; isrc and positions come from fullData
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM process_track_atomic('{"name": "Five", "album_id": "00000000-0000-4000-8000-0000000000b2", "duration_ms": 200000,
    "popularity": 40, "preview_url": "https://p.example/5",
    "fullData": {"external_ids": {"isrc": "USX9P0000005"}, "disc_number": 1, "track_number": 3}}', 'op1', 'track5');
  PERFORM checks.same('row',
    (SELECT to_jsonb(track) - '{id,created_at,updated_at,metadata}'::TEXT[] FROM tracks AS track WHERE spotify_id = 'track5'),
    '{"name": "Five", "album_id": "00000000-0000-4000-8000-0000000000b2", "duration_ms": 200000, "popularity": 40,
      "spotify_id": "track5", "spotify_preview_url": "https://p.example/5", "isrc": "USX9P0000005", "disc_number": 1,
      "track_number": 3, "gone_at": null}'::JSONB);
END;
$$;

--> A key that is absent keeps the stored value; a repeated operation changes nothing
DO $$
DECLARE
  track_id UUID;
BEGIN
  PERFORM checks.catalogue();
  track_id := process_track_atomic('{"name": "One", "popularity": 40}', 'op1', 'track1');
  PERFORM checks.same('the known one', track_id, '00000000-0000-4000-8000-0000000000c1');
  PERFORM process_track_atomic('{"duration_ms": 1000}', 'op2', 'track1');
  PERFORM process_track_atomic('{"duration_ms": 2000}', 'op2', 'track1');
  PERFORM checks.same('row', (SELECT (name, popularity, duration_ms)::TEXT FROM tracks WHERE id = track_id), '(One,40,1000)');
  PERFORM checks.same('metrics', (SELECT count(*) FROM queue_metrics WHERE operation = 'process'), 2);
END;
$$;

--> No name, no album, an unknown album, a negative length: refused with its key
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.refused('p_track_data.album_id', $q$SELECT process_track_atomic('{"name": "x"}', 'op', 'track9')$q$);
  PERFORM checks.refused('p_track_data.album_id',
    $q$SELECT process_track_atomic('{"name": "x", "album_id": "00000000-0000-4000-8000-000000000000"}', 'op', 'track9')$q$);
  PERFORM checks.refused('p_track_data.name',
    $q$SELECT process_track_atomic('{"album_id": "00000000-0000-4000-8000-0000000000b2"}', 'op', 'track9')$q$);
  PERFORM checks.refused('p_track_data.duration_ms', $q$SELECT process_track_atomic('{"name": "x", "duration_ms": -1}', 'op', 'track1')$q$);
END;
$$;

--> A caller who names another album moves the track there
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM process_track_atomic('{"album_id": "00000000-0000-4000-8000-0000000000b2"}', 'op1', 'track1');
  PERFORM checks.same('moved', (SELECT album_id FROM tracks WHERE spotify_id = 'track1'), '00000000-0000-4000-8000-0000000000b2');
  PERFORM process_track_atomic('{"popularity": 10}', 'op2', 'track1');
  PERFORM checks.same('stays', (SELECT album_id FROM tracks WHERE spotify_id = 'track1'), '00000000-0000-4000-8000-0000000000b2');
END;
$$;
