-- Triggers that keep what follows from a producer's name, whatever statement writes the producer: the normalized name, the
-- names by which it is found, and the tables that search_producers reads.

CREATE TABLE IF NOT EXISTS linernotes.producer_counts (
  producer_id UUID PRIMARY KEY REFERENCES public.producers (id) ON DELETE CASCADE,
  track_count BIGINT NOT NULL DEFAULT 0,
  artist_count BIGINT NOT NULL DEFAULT 0,
  name_start TEXT NOT NULL,
  searched TEXT
);
COMMENT ON TABLE linernotes.producer_counts IS
  'What search_producers sorts and filters by. It is a table of its own so that a changed count writes a narrow row.';
COMMENT ON COLUMN linernotes.producer_counts.track_count IS
  'Different tracks that credit the producer in whatever role.';
COMMENT ON COLUMN linernotes.producer_counts.artist_count IS
  'Different artists of the catalogue whose albums these tracks are on.';
COMMENT ON COLUMN linernotes.producer_counts.name_start IS
  'The first 200 characters of the name, since an index entry has a greatest size.';
COMMENT ON COLUMN linernotes.producer_counts.searched IS
  'As in producer_texts; NULL where it is longer than 200 characters.';

CREATE TABLE IF NOT EXISTS linernotes.producer_texts (
  producer_id UUID PRIMARY KEY REFERENCES public.producers (id) ON DELETE CASCADE,
  searched TEXT NOT NULL,
  written TEXT NOT NULL
);
COMMENT ON TABLE linernotes.producer_texts IS
  'The texts in which search_producers looks for a term. It is a table of its own so that a changed count does not touch its indexes.';
COMMENT ON COLUMN linernotes.producer_texts.searched IS
  'The normalized name; behind it, where they differ from it, the name as normalize_name and as identity_name make it.';
COMMENT ON COLUMN linernotes.producer_texts.written IS
  'The name as written_name makes it, for terms of punctuation only.';

CREATE OR REPLACE FUNCTION linernotes.keep_normalized_name()
RETURNS TRIGGER
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.name <> OLD.name AND NEW.normalized_name = OLD.normalized_name
    AND OLD.normalized_name = linernotes.normalize_name(OLD.name) THEN
    NEW.normalized_name := linernotes.normalize_name(NEW.name);
  ELSE
    NEW.normalized_name := linernotes.normalize_name(coalesce(NEW.normalized_name, NEW.name));
  END IF;
  RETURN NEW;
END;
$$;
COMMENT ON FUNCTION linernotes.keep_normalized_name() IS
  'Trigger: the normalized name is always what normalize_name makes, of the one that a caller gives or else of the name. With another name it changes, too.';

CREATE OR REPLACE TRIGGER keep_normalized_name BEFORE INSERT OR UPDATE OF name, normalized_name ON public.producers
  FOR EACH ROW EXECUTE FUNCTION linernotes.keep_normalized_name();

CREATE OR REPLACE FUNCTION linernotes.index_producers(producer_ids UUID[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  INSERT INTO linernotes.producer_names (identity_name, producer_id, name)
  SELECT DISTINCT ON (form.identity_name, producer.id) form.identity_name, producer.id, producer.name
  FROM public.producers AS producer
  CROSS JOIN LATERAL (
    VALUES (linernotes.producer_identity(producer.name, producer.normalized_name)), (linernotes.identity_name(producer.name))
  ) AS form (identity_name)
  WHERE producer.id = ANY (producer_ids) AND form.identity_name <> ''
  ORDER BY form.identity_name, producer.id
  ON CONFLICT (identity_name, producer_id) DO NOTHING;

  INSERT INTO linernotes.producer_texts (producer_id, searched, written)
  SELECT producer.id,
    producer.normalized_name || CASE
      WHEN producer.normalized_name = form.normalized_name THEN '' ELSE E'\n' || form.normalized_name
    END || CASE
      WHEN form.identity_name = form.normalized_name THEN '' ELSE E'\n' || form.identity_name
    END,
    linernotes.written_name(producer.name)
  FROM public.producers AS producer
  CROSS JOIN LATERAL (
    SELECT linernotes.normalize_name(producer.name) AS normalized_name, linernotes.identity_name(producer.name) AS identity_name
  ) AS form
  WHERE producer.id = ANY (producer_ids)
  ORDER BY producer.id
  ON CONFLICT (producer_id) DO UPDATE SET (searched, written) = (EXCLUDED.searched, EXCLUDED.written);

  INSERT INTO linernotes.producer_counts (producer_id, name_start, searched)
  SELECT producer.id, left(producer.name, 200), CASE WHEN length(text.searched) <= 200 THEN text.searched END
  FROM public.producers AS producer
  JOIN linernotes.producer_texts AS text ON text.producer_id = producer.id
  WHERE producer.id = ANY (producer_ids)
  ORDER BY producer.id
  ON CONFLICT (producer_id) DO UPDATE SET (name_start, searched) = (EXCLUDED.name_start, EXCLUDED.searched);
END;
$$;
COMMENT ON FUNCTION linernotes.index_producers(UUID[]) IS
  'Writes what is derived from the names of these producers: producer_names (which keeps former names), producer_texts and the name in producer_counts.';

CREATE OR REPLACE FUNCTION linernotes.keep_producer_names()
RETURNS TRIGGER
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  touched UUID[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    touched := ARRAY(SELECT producer.id FROM new_rows AS producer);
  ELSE
    touched := ARRAY(
      SELECT producer.id
      FROM new_rows AS producer
      JOIN old_rows AS former USING (id)
      WHERE (producer.name, producer.normalized_name) IS DISTINCT FROM (former.name, former.normalized_name)
    );
  END IF;
  IF touched <> '{}' THEN
    PERFORM linernotes.index_producers(touched);
  END IF;
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION linernotes.keep_producer_names() IS
  'Trigger: calls index_producers for new producers and for those whose name changed.';

CREATE OR REPLACE TRIGGER producer_names_insert AFTER INSERT ON public.producers
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.keep_producer_names();
CREATE OR REPLACE TRIGGER producer_names_update AFTER UPDATE ON public.producers
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION linernotes.keep_producer_names();
