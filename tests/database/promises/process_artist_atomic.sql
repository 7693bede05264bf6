-- Stores an artist.

--> The documented keys become the row, and one metric tells of it
DO $$
DECLARE
  artist_id UUID := process_artist_atomic(
    '{"name": "Velvet Pier", "followers": 1000, "popularity": 70, "image_url": "https://img.example/1", "fullData": {"genres": ["soul"]}}',
    'op1', 'artist1');
BEGIN
  PERFORM checks.same('row',
    (SELECT to_jsonb(artist) - 'created_at' - 'updated_at' FROM artists AS artist),
    jsonb_build_object('id', artist_id, 'name', 'Velvet Pier', 'followers', 1000, 'popularity', 70, 'spotify_id', 'artist1',
      'image_url', 'https://img.example/1', 'metadata', '{"genres": ["soul"]}'::JSONB));
  PERFORM checks.same('metric', (SELECT details ->> 'operation_id' FROM queue_metrics WHERE operation = 'process'), 'op1');
END;
$$;

--> A key that is absent keeps the stored value
DO $$
DECLARE
  artist_id UUID := process_artist_atomic('{"name": "Velvet Pier", "followers": 1000, "popularity": 70}', 'op1', 'artist1');
BEGIN
  PERFORM checks.same('id', process_artist_atomic('{"name": "Velvet Pier II"}', 'op2', 'artist1'), artist_id);
  PERFORM checks.same('row', (SELECT (name, followers, popularity)::TEXT FROM artists), '("Velvet Pier II",1000,70)');
END;
$$;

--> A repeated operation changes nothing and logs no second metric; the id is the operation's with this function and entity
DO $$
DECLARE
  artist_id UUID := process_artist_atomic('{"name": "First"}', '7', 'artist1');
BEGIN
  PERFORM checks.same('id', process_artist_atomic('{"name": "Second"}', '7', 'artist1'), artist_id);
  PERFORM checks.same('name', (SELECT name FROM artists), 'First');
  PERFORM checks.same('metrics', (SELECT count(*) FROM queue_metrics WHERE operation = 'process'), 1);
  ASSERT process_artist_atomic('{"name": "Other"}', '7', 'artist2') <> artist_id, 'another entity';
  PERFORM checks.as_owner($q$UPDATE linernotes.idempotency_records SET created_at = now() - INTERVAL '25 hours'$q$);
  PERFORM process_artist_atomic('{"name": "Second"}', '7', 'artist1');
  PERFORM checks.same('a day later', (SELECT name FROM artists WHERE id = artist_id), 'Second');
END;
$$;

--> What cannot be is refused with its key: no name, popularity 101, followers that are no number
DO $$
BEGIN
  PERFORM checks.refused('p_artist_data.name', $q$SELECT process_artist_atomic('{}', 'op', 'artist1')$q$);
  PERFORM checks.refused('p_artist_data.popularity', $q$SELECT process_artist_atomic('{"name": "x", "popularity": 101}', 'op', 'artist1')$q$);
  PERFORM checks.refused('p_artist_data.followers', $q$SELECT process_artist_atomic('{"name": "x", "followers": "many"}', 'op', 'artist1')$q$);
  PERFORM checks.same('rows', (SELECT count(*) FROM artists), 0);
END;
$$;
