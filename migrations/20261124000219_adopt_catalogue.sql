-- For a database in which the documented SQL was installed before: its rows were written before there were triggers, so
-- what the triggers derive (album_artists, producer_names, counts, texts of the search) is derived here once. Rows that
-- were written since are left alone.

DO $$
DECLARE
  adopted UUID[] := ARRAY(
    SELECT album.id
    FROM public.albums AS album
    WHERE NOT EXISTS (SELECT FROM linernotes.album_artists AS known WHERE known.album_id = album.id)
  );
BEGIN
  IF adopted = '{}' THEN
    RETURN;
  END IF;
  PERFORM linernotes.replace_own_artists(ARRAY(
    SELECT ROW(album.id, named.ids)::linernotes.own_artist_list
    FROM public.albums AS album
    CROSS JOIN linernotes.artist_ids_in(album.metadata) AS named (ids)
    WHERE album.id = ANY (adopted) AND named.ids IS NOT NULL
  ));
  INSERT INTO linernotes.album_artists (album_id, artist_id, found)
  SELECT album.id, album.artist_id, TRUE FROM public.albums AS album WHERE album.id = ANY (adopted);
  PERFORM linernotes.derive_album_artists(adopted);
END;
$$;

DO $$
DECLARE
  adopted UUID[] := ARRAY(
    SELECT producer.id
    FROM public.producers AS producer
    WHERE NOT EXISTS (SELECT FROM linernotes.producer_counts AS known WHERE known.producer_id = producer.id)
  );
  repeated TEXT;
BEGIN
  IF adopted = '{}' THEN
    RETURN;
  END IF;
  SELECT string_agg(same.names, '; ') INTO repeated
  FROM (
    SELECT string_agg(quote_literal(producer.name), ', ' ORDER BY producer.name) AS names
    FROM public.producers AS producer
    WHERE producer.musicbrainz_id IS NULL
    GROUP BY linernotes.producer_identity(producer.name, producer.normalized_name)
    HAVING count(*) > 1
    LIMIT 20
  ) AS same;
  IF repeated IS NOT NULL THEN
    RAISE EXCEPTION 'producers stand in the way, since their names are the same: %', repeated
      USING HINT = 'Keep one of each, move what points at the others to it, delete them, then run the migrations again.';
  END IF;

  UPDATE public.producers AS producer
  SET normalized_name = linernotes.normalize_name(producer.normalized_name)
  WHERE producer.id = ANY (adopted)
    AND producer.normalized_name <> linernotes.normalize_name(producer.normalized_name);
  PERFORM linernotes.index_producers(adopted);
  PERFORM linernotes.recount_producers(adopted, NULL);
END;
$$;

-- Names that were stored before a full stop inside a word told two people apart lead on by the present key.
WITH former AS (
  DELETE FROM linernotes.producer_names AS known
  WHERE strpos(known.name, '.') > 0
    AND known.identity_name = linernotes.normalize_name(known.name)
    AND known.identity_name <> linernotes.identity_name(known.name)
  RETURNING known.name, known.producer_id, known.created_at
)
INSERT INTO linernotes.producer_names (identity_name, producer_id, name, created_at)
SELECT DISTINCT ON (1, 2) linernotes.identity_name(former.name), former.producer_id, former.name, former.created_at
FROM former
ORDER BY 1, 2, former.created_at
ON CONFLICT (identity_name, producer_id) DO NOTHING;
