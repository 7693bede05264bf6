-- What a commit writes into the catalogue: the rows of all its outcomes at once. A handful of statements, however many
-- rows; locks first and in one order; a row that cannot be raises with its name, and the commit tries its messages one
-- by one.

CREATE OR REPLACE FUNCTION linernotes.catalogue_keys(artists JSONB, albums JSONB, tracks JSONB, profiles JSONB)
RETURNS TEXT[]
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  WITH artist AS (
    SELECT btrim(item -> 'row' ->> 'spotify_id') AS spotify_id FROM jsonb_array_elements(artists) AS item
  ), album AS (
    SELECT btrim(item -> 'row' ->> 'spotify_id') AS spotify_id, item -> 'row' AS stated FROM jsonb_array_elements(albums) AS item
  )
  SELECT array_agg(DISTINCT key)
  FROM (
    SELECT 'artist:' || spotify_id AS key FROM artist
    UNION ALL
    SELECT 'spotify album:' || spotify_id FROM album
    UNION ALL
    SELECT 'artist:' || own
    FROM album
    CROSS JOIN LATERAL (
      SELECT jsonb_array_elements_text(CASE WHEN jsonb_typeof(album.stated -> 'artist_spotify_ids') = 'array'
        THEN album.stated -> 'artist_spotify_ids' ELSE '[]' END)
      UNION ALL
      SELECT jsonb_array_elements_text(linernotes.artist_ids_in(album.stated -> 'metadata'))
    ) AS named (own)
    UNION ALL
    SELECT 'spotify track:' || btrim(item -> 'row' ->> 'spotify_id') FROM jsonb_array_elements(tracks) AS item
    UNION ALL
    -- Whom a commit of credits may be about to merge.
    SELECT coalesce('musicbrainz:' || producer.musicbrainz_id, 'name:' || producer.normalized_name)
    FROM jsonb_array_elements(profiles) AS item
    JOIN public.producers AS producer ON producer.id = linernotes.message_id(item -> 'row', 'producer_id')
    UNION ALL
    SELECT 'name:' || linernotes.normalize_name(alias)
    FROM jsonb_array_elements(profiles) AS item
    CROSS JOIN LATERAL jsonb_array_elements_text(CASE WHEN jsonb_typeof(item -> 'row' -> 'aliases') = 'array'
      THEN item -> 'row' -> 'aliases' ELSE '[]' END) AS alias
  ) AS keys
  WHERE key IS NOT NULL;
$$;
COMMENT ON FUNCTION linernotes.catalogue_keys(JSONB, JSONB, JSONB, JSONB) IS
  'What must be locked before these rows are written.';

CREATE OR REPLACE FUNCTION linernotes.stated_rows(outcomes JSONB, kind TEXT)
RETURNS JSONB
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object('msg_id', outcome.value -> 'msg_id', 'row', item.value)
    ORDER BY outcome.ordinality, item.ordinality), '[]')
  FROM jsonb_array_elements(outcomes) WITH ORDINALITY AS outcome
  CROSS JOIN LATERAL jsonb_array_elements(
    CASE jsonb_typeof(outcome.value -> 'rows' -> kind)
      WHEN 'array' THEN outcome.value -> 'rows' -> kind
      WHEN 'object' THEN jsonb_build_array(outcome.value -> 'rows' -> kind)
      ELSE '[]'
    END
  ) WITH ORDINALITY AS item;
$$;
COMMENT ON FUNCTION linernotes.stated_rows(JSONB, TEXT) IS
  'The rows of one kind of all outcomes: [{"msg_id", "row"}].';

CREATE OR REPLACE FUNCTION linernotes.store_rows(outcomes JSONB)
RETURNS TABLE (msg_id BIGINT, artist_ids UUID[], album_ids UUID[], track_ids UUID[], producer_ids UUID[], credits INT)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  stated_artists JSONB := linernotes.stated_rows(outcomes, 'artists');
  stated_albums JSONB := linernotes.stated_rows(outcomes, 'albums');
  stated_tracks JSONB := linernotes.stated_rows(outcomes, 'tracks');
  stated_credits JSONB := linernotes.stated_rows(outcomes, 'credits');
  stated_profiles JSONB := linernotes.stated_rows(outcomes, 'profile');
  people linernotes.stated_person[];
  claims linernotes.stated_credit[];
  artist_messages BIGINT[];
  artists UUID[];
  album_messages BIGINT[];
  albums UUID[];
  track_messages BIGINT[];
  tracks UUID[];
  producer_messages BIGINT[];
  producers UUID[];
  credit_counts INT[];
BEGIN
  IF stated_credits <> '[]' THEN
    people := linernotes.read_people('rows.credits', stated_credits);
    claims := linernotes.read_credits('rows.credits', stated_credits);
  END IF;
  PERFORM linernotes.lock_keys(
    linernotes.catalogue_keys(stated_artists, stated_albums, stated_tracks, stated_profiles)
    || linernotes.person_keys(people)
  );

  PERFORM linernotes.put_off_counts();
  IF stated_artists <> '[]' THEN
    SELECT array_agg(stored.msg_id), array_agg(stored.artist_id) INTO artist_messages, artists
    FROM linernotes.store_artists('rows.artists', stated_artists) AS stored;
  END IF;
  IF stated_albums <> '[]' THEN
    SELECT array_agg(stored.msg_id), array_agg(stored.album_id) INTO album_messages, albums
    FROM linernotes.store_albums('rows.albums', stated_albums) AS stored;
  END IF;
  IF stated_tracks <> '[]' THEN
    SELECT array_agg(stored.msg_id), array_agg(stored.track_id) INTO track_messages, tracks
    FROM linernotes.store_tracks('rows.tracks', stated_tracks) AS stored;
  END IF;
  IF people IS NOT NULL THEN
    SELECT array_agg(stored.msg_id), array_agg(stored.producer_id), array_agg(stored.amount)
    INTO producer_messages, producers, credit_counts
    FROM linernotes.store_credits('rows.credits', claims, people) AS stored;
  END IF;
  IF stated_profiles <> '[]' THEN
    SELECT producer_messages || array_agg(stored.msg_id), producers || array_agg(stored.producer_id),
      credit_counts || array_agg(0)
    INTO producer_messages, producers, credit_counts
    FROM linernotes.store_profiles('rows.profile', stated_profiles, TRUE) AS stored;
  END IF;

  PERFORM linernotes.count_now();

  RETURN QUERY
  SELECT one.msg_id,
    ARRAY(SELECT DISTINCT id FROM unnest(artist_messages, artists) AS stored (msg_id, id) WHERE stored.msg_id = one.msg_id),
    ARRAY(SELECT DISTINCT id FROM unnest(album_messages, albums) AS stored (msg_id, id) WHERE stored.msg_id = one.msg_id),
    ARRAY(SELECT DISTINCT id FROM unnest(track_messages, tracks) AS stored (msg_id, id) WHERE stored.msg_id = one.msg_id),
    ARRAY(SELECT DISTINCT id FROM unnest(producer_messages, producers) AS stored (msg_id, id) WHERE stored.msg_id = one.msg_id),
    (
      SELECT coalesce(sum(stored.amount), 0)::INT
      FROM unnest(producer_messages, credit_counts) AS stored (msg_id, amount)
      WHERE stored.msg_id = one.msg_id
    )
  FROM (SELECT (outcome ->> 'msg_id')::BIGINT AS msg_id FROM jsonb_array_elements(outcomes) AS outcome) AS one;
END;
$$;
COMMENT ON FUNCTION linernotes.store_rows(JSONB) IS
  'Upserts the rows of outcomes [{"msg_id", "rows": {"artists", "albums", "tracks", "credits", "profile"}}] and returns, for each, the ids of what it stated. Raises 22023 with the path of a value that cannot be.';
