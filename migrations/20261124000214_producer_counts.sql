-- How many tracks and artists a producer has, and how much they made with each (collaborations), whatever statement writes
-- the credits.
--
-- The counts of the producers concerned are computed anew at each change instead of being incremented, so they cannot
-- drift. Their rows are locked first and counted in a later statement, so that the second of two transactions counts what
-- the first one wrote. A transaction that adds a credit and one that adds an artist to the credit's album wait for each
-- other at the track: the credit's foreign key locks it, and credited_producers does.

CREATE OR REPLACE FUNCTION linernotes.recount_producers(producer_ids UUID[], artist_ids UUID[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  IF producer_ids = '{}' THEN
    RETURN;
  END IF;
  PERFORM
  FROM linernotes.producer_counts AS known
  WHERE known.producer_id = ANY (producer_ids)
  ORDER BY known.producer_id
  FOR NO KEY UPDATE;

  PERFORM linernotes.refresh_collaborations(producer_ids, artist_ids);

  -- Materialized, since each count is compared and then written.
  WITH counted AS MATERIALIZED (
    SELECT wanted.id,
      (
        SELECT count(DISTINCT credit.track_id)
        FROM public.track_producers AS credit
        WHERE credit.producer_id = wanted.id
      ) AS tracks,
      (SELECT count(*) FROM linernotes.collaborations AS pair WHERE pair.producer_id = wanted.id) AS artists
    FROM (SELECT DISTINCT unnest(producer_ids) AS id) AS wanted
  )
  UPDATE linernotes.producer_counts AS known
  SET track_count = counted.tracks, artist_count = counted.artists
  FROM counted
  WHERE known.producer_id = counted.id
    AND (known.track_count, known.artist_count) IS DISTINCT FROM (counted.tracks, counted.artists);
END;
$$;
COMMENT ON FUNCTION linernotes.recount_producers(UUID[], UUID[]) IS
  'Computes the counts of tracks and artists of these producers anew, and what they made with these artists (NULL: with all).';

CREATE OR REPLACE FUNCTION linernotes.credited_producers(album_ids UUID[])
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
COMMENT ON FUNCTION linernotes.credited_producers(UUID[]) IS
  'The producers with credits on these albums. Waits for transactions that are adding credits there.';

-- A commit changes credits and albums in several statements and recounts once, at its end. So it locks all tracks, then
-- all counts, each in one order, and no two commits wait for each other.

CREATE OR REPLACE FUNCTION linernotes.defer_counts()
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  SELECT set_config('linernotes.deferred_counts', '{"producers": [], "albums": [], "artists": []}', TRUE);
$$;
COMMENT ON FUNCTION linernotes.defer_counts() IS
  'From here to flush_counts, recount only notes whom it is asked for, in a setting of the transaction.';

CREATE OR REPLACE FUNCTION linernotes.recount(producer_ids UUID[], album_ids UUID[], artist_ids UUID[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  noted JSONB := nullif(current_setting('linernotes.deferred_counts', TRUE), '')::JSONB;
BEGIN
  IF noted IS NOT NULL THEN
    PERFORM set_config('linernotes.deferred_counts', jsonb_build_object(
      'producers', noted -> 'producers' || to_jsonb(producer_ids),
      'albums', noted -> 'albums' || to_jsonb(album_ids),
      'artists', noted -> 'artists' || to_jsonb(artist_ids)
    )::TEXT, TRUE);
  ELSE
    IF album_ids <> '{}' THEN
      producer_ids := producer_ids || linernotes.credited_producers(album_ids);
    END IF;
    PERFORM linernotes.recount_producers(producer_ids, artist_ids);
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.recount(UUID[], UUID[], UUID[]) IS
  'Recounts these producers and those with credits on these albums, with these artists; or notes all of them where counting is deferred.';

CREATE OR REPLACE FUNCTION linernotes.flush_counts()
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  noted JSONB := current_setting('linernotes.deferred_counts')::JSONB;
BEGIN
  PERFORM set_config('linernotes.deferred_counts', '', TRUE);
  PERFORM linernotes.recount(
    ARRAY(SELECT DISTINCT id::UUID FROM jsonb_array_elements_text(noted -> 'producers') AS id),
    ARRAY(SELECT DISTINCT id::UUID FROM jsonb_array_elements_text(noted -> 'albums') AS id),
    ARRAY(SELECT DISTINCT id::UUID FROM jsonb_array_elements_text(noted -> 'artists') AS id)
  );
END;
$$;
COMMENT ON FUNCTION linernotes.flush_counts() IS
  'Recounts what was noted since defer_counts.';

CREATE OR REPLACE FUNCTION linernotes.count_credits()
RETURNS TRIGGER
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  concerned UUID[];
  on_tracks UUID[];
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    UPDATE linernotes.producer_counts SET track_count = 0, artist_count = 0 WHERE track_count > 0;
    -- The gateway's roles may not delete without a condition.
    DELETE FROM linernotes.collaborations WHERE track_count > 0;
    RETURN NULL;
  ELSIF TG_OP = 'INSERT' THEN
    SELECT array_agg(DISTINCT credit.producer_id), array_agg(DISTINCT credit.track_id)
    INTO concerned, on_tracks
    FROM new_rows AS credit;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(DISTINCT credit.producer_id), array_agg(DISTINCT credit.track_id)
    INTO concerned, on_tracks
    FROM old_rows AS credit;
  ELSE
    SELECT array_agg(DISTINCT moved.producer_id), array_agg(DISTINCT moved.track_id)
    INTO concerned, on_tracks
    FROM new_rows AS credit
    JOIN old_rows AS former USING (id)
    CROSS JOIN LATERAL (
      VALUES (credit.producer_id, credit.track_id), (former.producer_id, former.track_id)
    ) AS moved (producer_id, track_id)
    WHERE (credit.producer_id, credit.track_id, credit.role, credit.confidence)
      <> (former.producer_id, former.track_id, former.role, former.confidence);
  END IF;

  IF concerned IS NOT NULL THEN
    PERFORM linernotes.recount(concerned, '{}', linernotes.artists_of(on_tracks));
  END IF;
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION linernotes.count_credits() IS
  'Trigger: recounts the producers whose credits changed, with the artists on whose albums these are.';

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
  artists UUID[];
BEGIN
  IF TG_TABLE_NAME = 'tracks' THEN
    -- Only a track that moved to another album changes counts.
    SELECT array_agg(DISTINCT track.album_id), array_agg(DISTINCT whose.artist_id)
    INTO concerned, artists
    FROM new_rows AS track
    JOIN old_rows AS former USING (id)
    LEFT JOIN linernotes.album_artists AS whose ON whose.album_id IN (track.album_id, former.album_id)
    WHERE track.album_id <> former.album_id;
  ELSIF TG_TABLE_NAME = 'albums' THEN
    SELECT array_agg(DISTINCT whose.album_id), array_agg(DISTINCT whose.artist_id)
    INTO concerned, artists
    FROM new_rows AS album
    JOIN old_rows AS former USING (id)
    JOIN linernotes.album_artists AS whose ON whose.album_id = album.id
    WHERE extract(YEAR FROM album.release_date) IS DISTINCT FROM extract(YEAR FROM former.release_date);
  ELSIF TG_OP = 'INSERT' THEN
    SELECT array_agg(DISTINCT whose.album_id), array_agg(DISTINCT whose.artist_id)
    INTO concerned, artists
    FROM new_rows AS whose;
  ELSE
    SELECT array_agg(DISTINCT whose.album_id), array_agg(DISTINCT whose.artist_id)
    INTO concerned, artists
    FROM old_rows AS whose;
  END IF;

  IF concerned IS NOT NULL THEN
    PERFORM linernotes.recount('{}', concerned, array_remove(artists, NULL));
  END IF;
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION linernotes.count_artists() IS
  'Trigger: recounts the producers of an album that gets or loses an artist, that gets another year, or that gets a track from another album.';

CREATE OR REPLACE TRIGGER count_artists_insert AFTER INSERT ON linernotes.album_artists
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.count_artists();
CREATE OR REPLACE TRIGGER count_artists_delete AFTER DELETE ON linernotes.album_artists
  REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.count_artists();
CREATE OR REPLACE TRIGGER count_artists_update AFTER UPDATE ON public.tracks
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.count_artists();
CREATE OR REPLACE TRIGGER count_artists_update AFTER UPDATE ON public.albums
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.count_artists();
