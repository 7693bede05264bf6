-- What the promises are written with. In a schema of its own, of the tests only.

CREATE SCHEMA checks;
GRANT USAGE ON SCHEMA checks TO anon, authenticated, service_role;

-- Fails with both values unless they are the same.
CREATE FUNCTION checks.same(what TEXT, actual anycompatible, wanted anycompatible) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  IF actual IS DISTINCT FROM wanted THEN
    RAISE EXCEPTION '%: wanted %, is %', what, wanted, actual;
  END IF;
END;
$$;

-- Fails unless the statement is refused with this SQLSTATE and a message that begins like this.
CREATE FUNCTION checks.fails(state TEXT, beginning TEXT, statement TEXT) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  BEGIN
    EXECUTE statement;
  EXCEPTION WHEN OTHERS THEN
    IF SQLSTATE <> state OR NOT starts_with(SQLERRM, beginning) THEN
      RAISE EXCEPTION '%: wanted % "%…", is % "%"', statement, state, beginning, SQLSTATE, SQLERRM;
    END IF;
    RETURN;
  END;
  RAISE EXCEPTION '%: wanted % "%…", went through', statement, state, beginning;
END;
$$;

-- 22023, the argument's name first.
CREATE FUNCTION checks.refused(argument TEXT, statement TEXT) RETURNS VOID LANGUAGE sql AS $$
  SELECT checks.fails('22023', argument, statement);
$$;

-- What only the owner may do: make time pass, look into a queue's table.
CREATE FUNCTION checks.as_owner(statement TEXT) RETURNS VOID LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  EXECUTE statement;
END;
$$;
CREATE FUNCTION checks.ask(query TEXT) RETURNS TEXT LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  answer TEXT;
BEGIN
  EXECUTE query INTO answer;
  RETURN answer;
END;
$$;

-- Messages in a queue.
CREATE FUNCTION checks.queued(queue_name TEXT) RETURNS BIGINT LANGUAGE sql AS $$
  SELECT checks.ask(format('SELECT count(*) FROM pgmq.%I', 'q_' || queue_name))::BIGINT;
$$;

-- A delivered message whose lease ran out so many minutes ago.
CREATE FUNCTION checks.stuck(queue_name TEXT, minutes INT, body JSONB DEFAULT '{}') RETURNS BIGINT LANGUAGE plpgsql AS $$
DECLARE
  move_others CONSTANT TEXT := format('UPDATE pgmq.%I SET vt = vt %%s INTERVAL ''1 year''', 'q_' || queue_name);
  message_id BIGINT;
BEGIN
  PERFORM checks.as_owner(format(move_others, '+'));
  message_id := public.pg_enqueue(queue_name, body);
  PERFORM public.pg_dequeue(queue_name, 1, 60);
  PERFORM checks.as_owner(format(move_others, '-'));
  PERFORM checks.as_owner(format(
    'UPDATE pgmq.%I SET vt = now() - make_interval(mins => %s) WHERE msg_id = %s', 'q_' || queue_name, minutes, message_id
  ));
  RETURN message_id;
END;
$$;

-- A small catalogue: one artist, two albums of two tracks, three producers.
CREATE FUNCTION checks.catalogue() RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public.artists (id, name, spotify_id, popularity, image_url, metadata) VALUES
    ('00000000-0000-4000-8000-0000000000a1', 'Velvet Pier', 'artist1', 70, 'https://img.example/a1', '{"genres": ["soul", "funk"]}'),
    ('00000000-0000-4000-8000-0000000000a2', 'Amber Pier', 'artist2', 70, NULL, '{"genres": ["soul"]}'),
    ('00000000-0000-4000-8000-0000000000a3', 'Quiet Pier', 'artist3', 20, NULL, '{"genres": ["soul"]}');
  INSERT INTO public.albums (id, name, artist_id, spotify_id, release_date) VALUES
    ('00000000-0000-4000-8000-0000000000b1', 'Early', '00000000-0000-4000-8000-0000000000a1', 'album1', '2001-01-01'),
    ('00000000-0000-4000-8000-0000000000b2', 'Late', '00000000-0000-4000-8000-0000000000a1', 'album2', '2020-02-02');
  INSERT INTO public.tracks (id, name, album_id, spotify_id, track_number) VALUES
    ('00000000-0000-4000-8000-0000000000c1', 'One', '00000000-0000-4000-8000-0000000000b1', 'track1', 1),
    ('00000000-0000-4000-8000-0000000000c2', 'Two', '00000000-0000-4000-8000-0000000000b1', 'track2', 2),
    ('00000000-0000-4000-8000-0000000000c3', 'Three', '00000000-0000-4000-8000-0000000000b2', 'track3', 1),
    ('00000000-0000-4000-8000-0000000000c4', 'Four', '00000000-0000-4000-8000-0000000000b2', 'track4', 2);
  INSERT INTO public.producers (id, name, normalized_name, musicbrainz_id) VALUES
    ('00000000-0000-4000-8000-0000000000d1', 'Ludwig Göransson', 'ludwig goransson', '11111111-0000-4000-8000-000000000001'),
    ('00000000-0000-4000-8000-0000000000d2', 'D''Mile', 'dmile', NULL),
    ('00000000-0000-4000-8000-0000000000d3', '100% Pure_Sound', '100 pure sound', NULL);
  INSERT INTO public.track_producers (track_id, producer_id, confidence, source, role) VALUES
    ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000d1', 0.95, 'musicbrainz', 'producer'),
    ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000d1', 0.6, 'title', 'producer'),
    ('00000000-0000-4000-8000-0000000000c3', '00000000-0000-4000-8000-0000000000d1', 0.95, 'musicbrainz', 'writer'),
    ('00000000-0000-4000-8000-0000000000c4', '00000000-0000-4000-8000-0000000000d1', 0.95, 'musicbrainz', 'producer'),
    ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-0000000000d2', 0.6, 'title', 'producer');
END;
$$;

-- The catalogue's albums as they are before their tracks are listed.
CREATE FUNCTION checks.without_tracks() RETURNS VOID LANGUAGE sql AS $$
  DELETE FROM public.track_producers;
  DELETE FROM public.tracks;
$$;

-- What tracks there are: album, own id, the id of the one that plays.
CREATE FUNCTION checks.tracks() RETURNS TEXT LANGUAGE sql AS $$
  SELECT string_agg(concat_ws(' ', right(album_id::TEXT, 2), coalesce(spotify_id, 'unknown'), metadata ->> 'id'), ', '
    ORDER BY album_id, track_number, spotify_id)
  FROM public.tracks;
$$;

-- One outcome of a message that was delivered once.
CREATE FUNCTION checks.outcome(message_id BIGINT, outcome TEXT, more JSONB DEFAULT '{}') RETURNS JSONB LANGUAGE sql AS $$
  SELECT jsonb_build_object('msg_id', message_id::TEXT, 'read_ct', 1, 'outcome', outcome) || more;
$$;

-- Commits a profile, as a run of social_enrichment does.
CREATE FUNCTION checks.profile(producer_id UUID, profile JSONB) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  message_id BIGINT := public.pg_enqueue('social_enrichment', jsonb_build_object('producerId', producer_id));
  answer JSONB;
BEGIN
  PERFORM public.pg_dequeue('social_enrichment', 1, 60);
  answer := public.commit_batch('social_enrichment', NULL, jsonb_build_array(checks.outcome(message_id, 'done',
    jsonb_build_object('rows', jsonb_build_object('profile', profile || jsonb_build_object('producer_id', producer_id))))));
  ASSERT jsonb_array_length(answer -> 'processed') = 1, answer::TEXT;
END;
$$;

-- Commits what a list at Spotify shows, as a run of that queue does: the rows of these ids, and what is said of the list.
CREATE FUNCTION checks.lists(queue_name TEXT, list JSONB, ids TEXT[]) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  kind TEXT := CASE queue_name WHEN 'album_discovery' THEN 'albums' ELSE 'tracks' END;
  message_id BIGINT := public.pg_enqueue(queue_name, '{}');
  answer JSONB;
BEGIN
  PERFORM public.pg_dequeue(queue_name, 1, 60);
  answer := public.commit_batch(queue_name, NULL, jsonb_build_array(checks.outcome(message_id, 'done', jsonb_build_object('rows',
    jsonb_build_object('list', jsonb_build_object(kind, '{"market": "US"}' || list), kind, (
      SELECT jsonb_agg(jsonb_build_object(
        'spotify_id', split_part(id, ' ', 1), 'name', upper(split_part(id, ' ', 1)), 'track_number', place,
        'found_for_artist_id', list -> 'artist_id', 'album_id', list -> 'album_id',
        'metadata', CASE WHEN split_part(id, ' ', 2) = '' THEN '{}' ELSE jsonb_build_object('id', split_part(id, ' ', 2)) END
      ))
      FROM unnest(ids) WITH ORDINALITY AS listed (id, place)
    ))))));
  ASSERT jsonb_array_length(answer -> 'processed') = 1, answer::TEXT;
END;
$$;

-- A page of an artist's albums: how many items it has of how many, behind which, with another page or none.
CREATE FUNCTION checks.page(artist TEXT, ids TEXT[], begins INT, next INT, total INT, more JSONB DEFAULT '{}') RETURNS VOID LANGUAGE sql AS $$
  SELECT checks.lists('album_discovery', jsonb_build_object(
    'artist_id', '00000000-0000-4000-8000-0000000000' || artist, 'offset', begins, 'items', cardinality(ids), 'next', next,
    'total', total
  ) || more, ids);
$$;

-- What is marked as gone.
CREATE FUNCTION checks.gone() RETURNS TEXT[] LANGUAGE sql AS $$
  SELECT coalesce(array_agg(spotify_id ORDER BY spotify_id), '{}')
  FROM (SELECT spotify_id, gone_at FROM public.albums UNION ALL SELECT spotify_id, gone_at FROM public.tracks) AS known
  WHERE gone_at IS NOT NULL;
$$;

-- The version of the profile, as a dequeue tells it.
CREATE FUNCTION checks.version(producer UUID) RETURNS TEXT LANGUAGE sql AS $$
  SELECT checks.ask(format('SELECT linernotes.profile_version(producer) FROM public.producers AS producer WHERE id = %L', producer));
$$;

-- Commits credits, as a run of producer_identification does: [[track, name, MusicBrainz id or null, source, more]].
CREATE FUNCTION checks.credits(stated JSONB) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  message_id BIGINT := public.pg_enqueue('producer_identification', '{}');
  answer JSONB;
BEGIN
  PERFORM public.pg_dequeue('producer_identification', 1, 60);
  answer := public.commit_batch('producer_identification', NULL, jsonb_build_array(checks.outcome(message_id, 'done',
    jsonb_build_object('rows', jsonb_build_object('credits', (
      SELECT jsonb_agg(jsonb_build_object(
        'track_id', '00000000-0000-4000-8000-0000000000' || (one ->> 0),
        'person', jsonb_build_object('name', one -> 1) || CASE WHEN one -> 2 = 'null' THEN '{}'
          ELSE jsonb_build_object('musicbrainz_id', '11111111-0000-4000-8000-0000000000' || (one ->> 2)) END
          || coalesce(one -> 4 -> 'person', '{}'),
        'source', one -> 3, 'role', 'producer', 'confidence', 0.9, 'evidence', '{"seen": []}'::JSONB
      ) || coalesce(one -> 4, '{}') - 'person')
      FROM jsonb_array_elements(stated) AS one
    ))))));
  ASSERT jsonb_array_length(answer -> 'processed') = 1, answer::TEXT;
END;
$$;

-- Who is credited on a track: names, with the id's last digits where there is one, and sources.
CREATE FUNCTION checks.credited(track TEXT) RETURNS TEXT[] LANGUAGE sql AS $$
  SELECT array_agg(DISTINCT concat_ws(' ', producer.name, right(producer.musicbrainz_id, 2), credit.source))
  FROM public.track_producers AS credit
  JOIN public.producers AS producer ON producer.id = credit.producer_id
  WHERE credit.track_id = ('00000000-0000-4000-8000-0000000000' || track)::UUID;
$$;

-- The rows of linernotes.collaborations that are missing, too many or wrong, by their definition.
CREATE FUNCTION checks.wrong_collaborations() RETURNS JSONB LANGUAGE sql SECURITY DEFINER AS $$
  WITH defined AS (
    SELECT credit.producer_id, whose.artist_id, count(DISTINCT track.id)::INT,
      array_agg(DISTINCT credit.role ORDER BY credit.role), round(max((
        SELECT linernotes.agreement(array_agg(other.confidence))
        FROM public.track_producers AS other
        WHERE (other.producer_id, other.track_id, other.role) = (credit.producer_id, credit.track_id, credit.role)
      )), 4), min(extract(YEAR FROM album.release_date))::INT, max(extract(YEAR FROM album.release_date))::INT
    FROM public.track_producers AS credit
    JOIN public.tracks AS track ON track.id = credit.track_id
    JOIN public.albums AS album ON album.id = track.album_id
    JOIN linernotes.album_artists AS whose ON whose.album_id = album.id
    GROUP BY credit.producer_id, whose.artist_id
  )
  SELECT coalesce(jsonb_agg(to_jsonb(wrong)), '[]') FROM (
    (TABLE defined EXCEPT TABLE linernotes.collaborations) UNION ALL (TABLE linernotes.collaborations EXCEPT TABLE defined)
  ) AS wrong;
$$;

-- What diagnose_installation() found there.
CREATE FUNCTION checks.found(area TEXT, name TEXT) RETURNS TEXT LANGUAGE sql AS $$
  SELECT finding ->> 'found'
  FROM jsonb_array_elements(public.diagnose_installation()) AS finding
  WHERE finding ->> 'area' = area AND finding ->> 'name' = name;
$$;

-- Whoever has no functions has nobody who could say that they work for this database.
UPDATE linernotes.project
SET identity = linernotes.present_identity(), answered_instance = linernotes.present_instance()
WHERE is_only;
