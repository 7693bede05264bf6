-- Where search_catalogue looks for artists, albums and tracks: one narrow row for each, kept by statement triggers,
-- so that whatever path a row comes by can be found at once. Producers have producer_texts, with their counts.

CREATE TABLE IF NOT EXISTS linernotes.catalogue_texts (
  entity_id UUID PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('artist', 'album', 'track')),
  searched TEXT NOT NULL,
  weight INTEGER NOT NULL
);
COMMENT ON TABLE linernotes.catalogue_texts IS
  'The normalized names of artists, albums and tracks, apart from the tables themselves so that a search reads narrow rows.';
COMMENT ON COLUMN linernotes.catalogue_texts.searched IS
  'The first 200 characters of the normalized name: an index entry has a bounded size.';
COMMENT ON COLUMN linernotes.catalogue_texts.weight IS
  'What comes first among equal matches: Spotify''s popularity of an artist or a track, 0 while unknown; the year of an album, 0 without a date.';

-- Names that begin with a term, in the byte order that such an index has; the heaviest rows of a kind; names that hold
-- a term of three letters or more.
CREATE INDEX IF NOT EXISTS catalogue_texts_beginning ON linernotes.catalogue_texts (kind, searched text_pattern_ops);
CREATE INDEX IF NOT EXISTS catalogue_texts_order
  ON linernotes.catalogue_texts (kind, weight DESC, entity_id) INCLUDE (searched);
-- An index of trigrams for each kind: there are a thousand tracks to an artist, and a term that many tracks hold would be
-- looked up among them for artists, too.
DO $$
DECLARE
  kind TEXT;
BEGIN
  FOREACH kind IN ARRAY ARRAY['artist', 'album', 'track'] LOOP
    -- pg_trgm may have been enabled in another schema before we came.
    EXECUTE format(
      'CREATE INDEX IF NOT EXISTS %I ON linernotes.catalogue_texts USING gin (searched %s.gin_trgm_ops)
         WITH (gin_pending_list_limit = 256) WHERE kind = %L',
      'catalogue_texts_' || kind || 's',
      (SELECT extension.extnamespace::REGNAMESPACE FROM pg_extension AS extension WHERE extension.extname = 'pg_trgm'),
      kind
    );
  END LOOP;
END;
$$;
-- The heaviest rows are read from the index alone as long as vacuum keeps up.
ALTER TABLE linernotes.catalogue_texts SET (autovacuum_vacuum_scale_factor = 0.02);

CREATE OR REPLACE FUNCTION linernotes.index_texts(kind TEXT, entity_ids UUID[])
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  INSERT INTO linernotes.catalogue_texts AS known (entity_id, kind, searched, weight)
  SELECT named.id, index_texts.kind, left(linernotes.normalize_name(named.name), 200), coalesce(named.weight, 0)
  FROM (
    SELECT artist.id, artist.name, artist.popularity AS weight
    FROM public.artists AS artist
    WHERE index_texts.kind = 'artist' AND artist.id = ANY (entity_ids)
    UNION ALL
    SELECT album.id, album.name, extract(YEAR FROM album.release_date)::INT
    FROM public.albums AS album
    WHERE index_texts.kind = 'album' AND album.id = ANY (entity_ids)
    UNION ALL
    SELECT track.id, track.name, track.popularity
    FROM public.tracks AS track
    WHERE index_texts.kind = 'track' AND track.id = ANY (entity_ids)
  ) AS named
  ORDER BY named.id
  ON CONFLICT (entity_id) DO UPDATE SET (searched, weight) = (EXCLUDED.searched, EXCLUDED.weight)
    WHERE (known.searched, known.weight) IS DISTINCT FROM (EXCLUDED.searched, EXCLUDED.weight);
$$;
COMMENT ON FUNCTION linernotes.index_texts(TEXT, UUID[]) IS
  'Writes what the search knows of these artists, albums or tracks (kind is artist, album or track).';

CREATE OR REPLACE FUNCTION linernotes.keep_catalogue_texts()
RETURNS TRIGGER
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  -- Of the table artists, and so on.
  touched CONSTANT TEXT := rtrim(TG_TABLE_NAME, 's');
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    DELETE FROM linernotes.catalogue_texts AS known WHERE known.kind = touched;
    RETURN NULL;
  ELSIF TG_OP = 'DELETE' THEN
    DELETE FROM linernotes.catalogue_texts AS known USING old_rows AS former WHERE known.entity_id = former.id;
    RETURN NULL;
  END IF;

  PERFORM linernotes.index_texts(touched, ARRAY(SELECT row.id FROM new_rows AS row));
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION linernotes.keep_catalogue_texts() IS
  'Trigger: the search follows every change of artists, albums and tracks.';

DO $$
DECLARE
  target TEXT;
BEGIN
  FOREACH target IN ARRAY ARRAY['artists', 'albums', 'tracks'] LOOP
    EXECUTE format(
      'CREATE OR REPLACE TRIGGER catalogue_texts_insert AFTER INSERT ON public.%1$I
         REFERENCING NEW TABLE AS new_rows
         FOR EACH STATEMENT EXECUTE FUNCTION linernotes.keep_catalogue_texts();
       CREATE OR REPLACE TRIGGER catalogue_texts_update AFTER UPDATE ON public.%1$I
         REFERENCING NEW TABLE AS new_rows
         FOR EACH STATEMENT EXECUTE FUNCTION linernotes.keep_catalogue_texts();
       CREATE OR REPLACE TRIGGER catalogue_texts_delete AFTER DELETE ON public.%1$I
         REFERENCING OLD TABLE AS old_rows
         FOR EACH STATEMENT EXECUTE FUNCTION linernotes.keep_catalogue_texts();
       CREATE OR REPLACE TRIGGER catalogue_texts_truncate AFTER TRUNCATE ON public.%1$I
         FOR EACH STATEMENT EXECUTE FUNCTION linernotes.keep_catalogue_texts();',
      target
    );
  END LOOP;
END;
$$;

-- What was there before this table.
SELECT linernotes.index_texts('artist', ARRAY(
  SELECT artist.id FROM public.artists AS artist
  WHERE NOT EXISTS (SELECT FROM linernotes.catalogue_texts AS known WHERE known.entity_id = artist.id)
));
SELECT linernotes.index_texts('album', ARRAY(
  SELECT album.id FROM public.albums AS album
  WHERE NOT EXISTS (SELECT FROM linernotes.catalogue_texts AS known WHERE known.entity_id = album.id)
));
SELECT linernotes.index_texts('track', ARRAY(
  SELECT track.id FROM public.tracks AS track
  WHERE NOT EXISTS (SELECT FROM linernotes.catalogue_texts AS known WHERE known.entity_id = track.id)
));
