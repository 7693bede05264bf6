-- What the engine asks a stage. The engine (enqueueing, delivery, follow-ups, commit) treats messages of every queue alike;
-- wherever queues differ, it calls one of these functions, which alone know the queues by name. For a queue without a
-- branch of its own each gives a neutral answer.

CREATE OR REPLACE FUNCTION linernotes.message_key(queue_name TEXT, body JSONB)
RETURNS TEXT
LANGUAGE sql
IMMUTABLE
SET search_path = ''
AS $$
  SELECT CASE queue_name
    WHEN 'artist_discovery' THEN coalesce(
      'artist:spotify:' || nullif(body ->> 'spotifyId', ''),
      'artist:name:' || lower(linernotes.one_line(body ->> 'artistName') COLLATE "und-x-icu")
    )
    WHEN 'album_discovery' THEN
      'artist:' || (body ->> 'artistId') || ':albums:offset:' || coalesce(body ->> 'offset', '0')
    WHEN 'track_discovery' THEN 'album:' || (body ->> 'albumId') || ':tracks'
    -- A follow-up for the sources that are still pending needs a key of its own: the message that it follows from, which
    -- may be such a follow-up itself, is still in the queue. The two never name the same sources and tracks, since that
    -- would be a retry. Messages that were sent before the rename say `owed`.
    WHEN 'producer_identification' THEN
      'album:' || (body ->> 'albumId') || ':credits'
        || coalesce(':pending:' || md5(coalesce(body -> 'pending', body -> 'owed')::TEXT), '')
    WHEN 'social_enrichment' THEN
      'producer:' || (body ->> 'producerId') || ':profile'
        || coalesce(':' || nullif(translate(body ->> 'sources', '[]" ', ''), ''), '')
  END;
$$;
COMMENT ON FUNCTION linernotes.message_key(TEXT, JSONB) IS
  'The idempotency key of a message of the pipeline; the same for an artist''s name in any case and white space.';

CREATE OR REPLACE FUNCTION linernotes.subject(queue_name TEXT, message JSONB)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  found JSONB;
BEGIN
  CASE queue_name
    WHEN 'album_discovery' THEN
      SELECT jsonb_build_object('id', artist.id, 'spotify_id', artist.spotify_id, 'name', artist.name) INTO found
      FROM public.artists AS artist
      WHERE artist.id = linernotes.message_id(message, 'artistId');
    WHEN 'track_discovery' THEN
      SELECT jsonb_build_object('id', album.id, 'spotify_id', album.spotify_id, 'name', album.name) INTO found
      FROM public.albums AS album
      WHERE album.id = linernotes.message_id(message, 'albumId');
    WHEN 'producer_identification' THEN
      SELECT jsonb_build_object(
        'album', jsonb_build_object(
          'id', album.id,
          'spotify_id', album.spotify_id,
          'name', album.name,
          'upc', album.upc,
          'release_date', album.release_date,
          'artist_names', linernotes.artist_names(album.metadata, album.id)
        ),
        'tracks', coalesce(content.tracks, '[]'),
        'known_names', linernotes.known_names(content.titles)
      ) INTO found
      FROM public.albums AS album
      CROSS JOIN LATERAL (
        SELECT array_agg(track.name) AS titles, jsonb_agg(
          jsonb_build_object(
            'id', track.id,
            'spotify_id', track.spotify_id,
            'name', track.name,
            'isrc', track.isrc,
            -- A track of an album's list comes without its codes.
            'isrc_asked', coalesce(track.metadata ? 'external_ids', FALSE),
            'disc_number', track.disc_number,
            'track_number', track.track_number,
            'duration_ms', track.duration_ms,
            'artist_names', linernotes.artist_names(track.metadata, album.id)
          )
          ORDER BY track.disc_number, track.track_number, track.id
        ) AS tracks
        FROM public.tracks AS track
        WHERE track.album_id = album.id
      ) AS content
      WHERE album.id = linernotes.message_id(message, 'albumId');
    WHEN 'social_enrichment' THEN
      SELECT jsonb_build_object(
        'id', producer.id,
        'name', producer.name,
        'musicbrainz_id', producer.musicbrainz_id,
        'former_musicbrainz_ids', ARRAY(
          SELECT former.musicbrainz_id
          FROM linernotes.former_musicbrainz_ids AS former
          WHERE former.producer_id = producer.id
          ORDER BY former.created_at, former.musicbrainz_id
          LIMIT 20
        ),
        'instagram_handle', producer.instagram_handle,
        'instagram_bio', producer.instagram_bio,
        'image_url', producer.image_url,
        'email', producer.email,
        'enriched_at', producer.enriched_at,
        'metadata', producer.metadata,
        'profile_version', linernotes.profile_version(producer),
        'genius_version', linernotes.genius_version(producer.id),
        'aliases', ARRAY(
          SELECT known.name
          FROM linernotes.producer_names AS known
          WHERE known.producer_id = producer.id AND known.identity_name <> linernotes.producer_identity(producer.name, producer.normalized_name)
          ORDER BY known.created_at, known.identity_name
          LIMIT 20
        ),
        'genius_artist_ids', linernotes.genius_artist_ids(producer.id),
        'credited_tracks', linernotes.credited_tracks(producer.id)
      ) INTO found
      FROM public.producers AS producer
      WHERE producer.id = linernotes.current_producer(linernotes.message_id(message, 'producerId'));
    ELSE
      found := NULL;
  END CASE;
  RETURN found;
END;
$$;
COMMENT ON FUNCTION linernotes.subject(TEXT, JSONB) IS
  'What the catalogue knows of the entity that a message of this queue names; NULL if it is not there.';

CREATE OR REPLACE FUNCTION linernotes.known_results(queue_name TEXT, messages JSONB[])
RETURNS TABLE (message JSONB, is_current BOOLEAN)
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  IF queue_name = 'social_enrichment' THEN
    RETURN QUERY
    WITH asked AS MATERIALIZED (
      SELECT DISTINCT given.message, linernotes.current_producer(linernotes.message_id(given.message, 'producerId')) AS producer_id
      FROM unnest(messages) AS given (message)
    )
    SELECT asked.message, wanted.producer_id IS NULL
    FROM asked
    LEFT JOIN linernotes.producers_to_enrich(ARRAY(SELECT asked.producer_id FROM asked)) AS wanted (producer_id)
      USING (producer_id);
  ELSIF queue_name = 'track_discovery' THEN
    RETURN QUERY
    SELECT DISTINCT given.message, TRUE
    FROM unnest(messages) AS given (message)
    JOIN public.processing_status AS status
      ON status.entity_type = 'track_discovery'
      AND status.entity_id = linernotes.message_key('track_discovery', given.message)
      AND status.state = 'COMPLETED'
    WHERE given.message -> 'refresh' = 'true';
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.known_results(TEXT, JSONB[]) IS
  'Whether the catalogue has a current result for each message, so that the message need not be sent or worked on (again). No rows for a stage whose results don''t age: there only the message''s state tells. The refresh of an artist does not ask again for the tracks of an album.';

CREATE OR REPLACE FUNCTION linernotes.found_artist(queue_name TEXT, entity_metadata JSONB, stored JSONB)
RETURNS UUID
LANGUAGE plpgsql
IMMUTABLE
SET search_path = ''
AS $$
BEGIN
  RETURN CASE queue_name
    WHEN 'artist_discovery' THEN coalesce(stored -> 'artist_ids' ->> 0, entity_metadata ->> 'artist_id')::UUID
  END;
END;
$$;
COMMENT ON FUNCTION linernotes.found_artist(TEXT, JSONB, JSONB) IS
  'The artist that a message found, which is written into its discovery: from what was stored now, or for a skipped message from its state. NULL for other queues.';

CREATE OR REPLACE FUNCTION linernotes.state_note(queue_name TEXT, stored JSONB)
RETURNS JSONB
LANGUAGE plpgsql
IMMUTABLE
SET search_path = ''
AS $$
BEGIN
  RETURN CASE queue_name
    WHEN 'artist_discovery' THEN jsonb_build_object('artist_id', stored -> 'artist_ids' -> 0)
    ELSE '{}'
  END;
END;
$$;
COMMENT ON FUNCTION linernotes.state_note(TEXT, JSONB) IS
  'What the state of a message that is done keeps in its metadata, for a later message that is skipped because of it.';

CREATE OR REPLACE FUNCTION linernotes.answer_entry(queue_name TEXT, message JSONB, entity_metadata JSONB, stored JSONB)
RETURNS JSONB
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT CASE queue_name
    WHEN 'artist_discovery' THEN (
      SELECT jsonb_build_object(
        'artistId', found.id,
        'artistName', coalesce(
          (SELECT artist.name FROM public.artists AS artist WHERE artist.id = found.id),
          message ->> 'artistName'
        )
      )
      FROM linernotes.found_artist(queue_name, entity_metadata, stored) AS found (id)
    )
    WHEN 'album_discovery' THEN jsonb_build_object(
      'artistId', message -> 'artistId',
      'albums', coalesce(jsonb_array_length(stored -> 'album_ids'), 0)
    )
    WHEN 'track_discovery' THEN jsonb_build_object(
      'albumId', message -> 'albumId',
      'tracks', coalesce(jsonb_array_length(stored -> 'track_ids'), 0)
    )
    WHEN 'producer_identification' THEN jsonb_build_object(
      'albumId', message -> 'albumId',
      'credits', coalesce(stored -> 'credits', '0'),
      'producers', coalesce(jsonb_array_length(stored -> 'producer_ids'), 0)
    )
    WHEN 'social_enrichment' THEN jsonb_build_object('producerId', message -> 'producerId')
    ELSE '{}'
  END;
$$;
COMMENT ON FUNCTION linernotes.answer_entry(TEXT, JSONB, JSONB, JSONB) IS
  'What the worker''s answer says of a message that is done, beside its id.';
