-- Counts of tracks and artists, right whatever path the rows came by.
--
-- Counted again for the producers concerned instead of added up: a count cannot drift. The rows of the counts are
-- locked first and read afterwards, in a statement of its own, so the second of two transactions sees what the first
-- one wrote. A credit and a new artist of its album meet at the track: the credit's foreign key holds it, and who
-- changes the artists of an album waits for that.

CREATE OR REPLACE FUNCTION linernotes.recount_producers(producer_ids UUID[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  PERFORM
  FROM linernotes.producer_counts AS known
  WHERE known.producer_id = ANY (producer_ids)
  ORDER BY known.producer_id
  FOR NO KEY UPDATE;

  UPDATE linernotes.producer_counts AS known
  SET track_count = counted.tracks, artist_count = counted.artists
  FROM (
    SELECT wanted.id,
      count(DISTINCT credit.track_id) AS tracks,
      count(DISTINCT whose.artist_id) AS artists
    FROM unnest(producer_ids) AS wanted (id)
    LEFT JOIN public.track_producers AS credit ON credit.producer_id = wanted.id
    LEFT JOIN public.tracks AS track ON track.id = credit.track_id
    LEFT JOIN linernotes.album_artists AS whose ON whose.album_id = track.album_id
    GROUP BY wanted.id
  ) AS counted
  WHERE known.producer_id = counted.id
    AND (known.track_count, known.artist_count) IS DISTINCT FROM (counted.tracks, counted.artists);
END;
$$;
COMMENT ON FUNCTION linernotes.recount_producers(UUID[]) IS
  'Counts the tracks and artists of these producers again.';

CREATE OR REPLACE FUNCTION linernotes.recount_albums(album_ids UUID[])
RETURNS UUID[]
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  PERFORM
  FROM public.tracks AS track
  WHERE track.album_id = ANY (album_ids)
  ORDER BY track.spotify_id, track.id
  FOR UPDATE;
  RETURN ARRAY(
    SELECT DISTINCT credit.producer_id
    FROM public.tracks AS track
    JOIN public.track_producers AS credit ON credit.track_id = track.id
    WHERE track.album_id = ANY (album_ids)
  );
END;
$$;
COMMENT ON FUNCTION linernotes.recount_albums(UUID[]) IS
  'Who is to be counted again when the artists of these albums have changed; credits that are under way are waited for.';

-- A commit changes credits and albums in several statements. It counts once, at its end: so it locks tracks and counts
-- in one sweep each and last of all, and two commits do not wait for each other.

CREATE OR REPLACE FUNCTION linernotes.put_off_counts()
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  SELECT set_config('linernotes.to_count', '{"producers": [], "albums": []}', TRUE);
$$;
COMMENT ON FUNCTION linernotes.put_off_counts() IS
  'Until count_now, what may have changed counts is only noted, in a setting of the transaction.';

CREATE OR REPLACE FUNCTION linernotes.count_again(producer_ids UUID[], album_ids UUID[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  noted JSONB := nullif(current_setting('linernotes.to_count', TRUE), '')::JSONB;
BEGIN
  IF noted IS NOT NULL THEN
    PERFORM set_config('linernotes.to_count', jsonb_build_object(
      'producers', noted -> 'producers' || to_jsonb(producer_ids),
      'albums', noted -> 'albums' || to_jsonb(album_ids)
    )::TEXT, TRUE);
  ELSE
    IF album_ids <> '{}' THEN
      producer_ids := producer_ids || linernotes.recount_albums(album_ids);
    END IF;
    PERFORM linernotes.recount_producers(producer_ids);
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.count_again(UUID[], UUID[]) IS
  'Counts these producers, and those of these albums, again, or notes them where counting is put off.';

CREATE OR REPLACE FUNCTION linernotes.count_now()
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  noted JSONB := current_setting('linernotes.to_count')::JSONB;
BEGIN
  PERFORM set_config('linernotes.to_count', '', TRUE);
  PERFORM linernotes.count_again(
    ARRAY(SELECT DISTINCT id::UUID FROM jsonb_array_elements_text(noted -> 'producers') AS id),
    ARRAY(SELECT DISTINCT id::UUID FROM jsonb_array_elements_text(noted -> 'albums') AS id)
  );
END;
$$;
COMMENT ON FUNCTION linernotes.count_now() IS
  'Counts what was noted since put_off_counts.';

CREATE OR REPLACE FUNCTION linernotes.count_credits()
RETURNS TRIGGER
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  concerned UUID[];
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    UPDATE linernotes.producer_counts SET track_count = 0, artist_count = 0 WHERE track_count > 0;
    RETURN NULL;
  ELSIF TG_OP = 'INSERT' THEN
    SELECT array_agg(DISTINCT credit.producer_id) INTO concerned FROM new_rows AS credit;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(DISTINCT credit.producer_id) INTO concerned FROM old_rows AS credit;
  ELSE
    SELECT array_agg(DISTINCT moved.producer_id) INTO concerned
    FROM new_rows AS credit
    JOIN old_rows AS former USING (id)
    CROSS JOIN LATERAL (VALUES (credit.producer_id), (former.producer_id)) AS moved (producer_id)
    WHERE (credit.producer_id, credit.track_id) <> (former.producer_id, former.track_id);
  END IF;

  IF concerned IS NOT NULL THEN
    PERFORM linernotes.count_again(concerned, '{}');
  END IF;
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION linernotes.count_credits() IS
  'Trigger: the counts follow every change of the credits.';

CREATE OR REPLACE TRIGGER count_credits_insert AFTER INSERT ON public.track_producers
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.count_credits();
CREATE OR REPLACE TRIGGER count_credits_update AFTER UPDATE ON public.track_producers
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.count_credits();
CREATE OR REPLACE TRIGGER count_credits_delete AFTER DELETE ON public.track_producers
  REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.count_credits();
CREATE OR REPLACE TRIGGER count_credits_truncate AFTER TRUNCATE ON public.track_producers
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.count_credits();

CREATE OR REPLACE FUNCTION linernotes.count_artists()
RETURNS TRIGGER
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  concerned UUID[];
BEGIN
  IF TG_TABLE_NAME = 'tracks' THEN
    -- A track that moved to another album.
    SELECT array_agg(DISTINCT track.album_id) INTO concerned
    FROM new_rows AS track
    JOIN old_rows AS former USING (id)
    WHERE track.album_id <> former.album_id;
  ELSIF TG_OP = 'INSERT' THEN
    SELECT array_agg(DISTINCT whose.album_id) INTO concerned FROM new_rows AS whose;
  ELSE
    SELECT array_agg(DISTINCT whose.album_id) INTO concerned FROM old_rows AS whose;
  END IF;

  IF concerned IS NOT NULL THEN
    PERFORM linernotes.count_again('{}', concerned);
  END IF;
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION linernotes.count_artists() IS
  'Trigger: the counts of artists follow when an album gets or loses an artist, or a track changes its album.';

CREATE OR REPLACE TRIGGER count_artists_insert AFTER INSERT ON linernotes.album_artists
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.count_artists();
CREATE OR REPLACE TRIGGER count_artists_delete AFTER DELETE ON linernotes.album_artists
  REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.count_artists();
CREATE OR REPLACE TRIGGER count_artists_update AFTER UPDATE ON public.tracks
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.count_artists();
