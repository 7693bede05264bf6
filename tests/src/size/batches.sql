-- What a worker would commit, made from what the dequeue gave: outcomes for commit_batch. Wants numbers.sql.

-- An album's tracks, as Spotify states them.
CREATE FUNCTION size.track_outcomes(dequeued JSONB, tracks INT) RETURNS JSONB LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT jsonb_agg(jsonb_build_object(
    'msg_id', message -> 'msg_id', 'read_ct', message -> 'read_ct', 'outcome', 'done',
    'rows', jsonb_build_object('tracks', (
      SELECT jsonb_agg(jsonb_build_object(
        'spotify_id', (message -> 'subject' ->> 'spotify_id') || 'x' || n, 'album_id', message -> 'subject' -> 'id',
        'name', 'Song ' || n || ' (feat. A Guest) [prod. Mike & Keys, ' || size.name(n) || ' and Søren Lunöström]',
        'duration_ms', 180000 + n, 'popularity', n % 100, 'isrc', 'QZ' || lpad(n::TEXT, 10, '0'), 'disc_number', 1,
        'track_number', n,
        'metadata', jsonb_build_object(
          'artists', jsonb_build_array(jsonb_build_object('id', 'a' || n, 'name', 'Artist ' || n)),
          'external_urls', jsonb_build_object('spotify', 'https://open.spotify.com/track/' || n), 'explicit', FALSE
        )
      ))
      FROM generate_series(1, tracks) AS n
    )),
    'follow_ups', jsonb_build_array(jsonb_build_object(
      'queue_name', 'producer_identification', 'message', jsonb_build_object('albumId', message -> 'subject' -> 'id')
    ))
  ))
  FROM jsonb_array_elements(dequeued -> 'messages') AS message;
END;

-- Four people on each track, most of them known.
CREATE FUNCTION size.credit_outcomes(dequeued JSONB) RETURNS JSONB LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT jsonb_agg(jsonb_build_object(
    'msg_id', message -> 'msg_id', 'read_ct', message -> 'read_ct', 'outcome', 'done',
    'rows', jsonb_build_object('credits', (
      SELECT jsonb_agg(jsonb_build_object(
        'track_id', track -> 'id', 'role', (ARRAY['producer', 'writer', 'co_producer', 'composer'])[1 + n],
        'source', 'musicbrainz', 'confidence', 0.95, 'evidence', jsonb_build_object('recording', track -> 'isrc'),
        'person', jsonb_build_object('name', who.name, 'musicbrainz_id', who.id, 'aliases', jsonb_build_array(who.name || ' Jr.'))
      ))
      FROM jsonb_array_elements(message -> 'subject' -> 'tracks') AS track
      CROSS JOIN generate_series(0, 3) AS n
      CROSS JOIN LATERAL (SELECT size.throw((track ->> 'track_number')::INT * 4 + n, 11, 1000)) AS thrown (number)
      CROSS JOIN LATERAL (SELECT size.id(500 + thrown.number), size.name(500 + thrown.number)) AS who (id, name)
    )),
    'follow_ups', jsonb_build_array(jsonb_build_object('queue_name', 'social_enrichment', 'for_each', 'producers', 'message', '{}'::JSONB))
  ))
  FROM jsonb_array_elements(dequeued -> 'messages') AS message;
END;
