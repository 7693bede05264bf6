-- The search that clients call. It answers at most 50 producers, ordered by tracks, artists and name. A term may match one
-- producer or a million, and an index of trigrams does not help with terms of one or two letters. So there are two ways:
--   1. Read the producers in the order of the answer until 50 match. This is quick where many match.
--   2. Find all that match by an index (of trigrams, or of single letters and pairs) and sort them. This is quick where
--      few match.
-- The first way is tried on the first two thousand producers; if it finds at least ten there, on forty thousand. If that
-- gives 50 matches, they are the answer. Else the second way is tried. If it finds more than a thousand, the first way
-- reads on to the end: it reads an index alone, which is quicker than fetching thousands of matches one by one.

CREATE OR REPLACE FUNCTION linernotes.name_grams(searched TEXT, written TEXT)
RETURNS TEXT[]
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
DECLARE
  letters TEXT[] := string_to_array(searched, NULL);
  grams TEXT[] := letters;
BEGIN
  FOR i IN 1..cardinality(letters) - 1 LOOP
    grams := grams || (letters[i] || letters[i + 1]);
  END LOOP;
  -- Characters that normalizing takes away can be searched for, too: the term % finds 100% Pure.
  RETURN grams || string_to_array(regexp_replace(written, '[a-z0-9 ]+', '', 'g'), NULL);
END;
$$;
COMMENT ON FUNCTION linernotes.name_grams(TEXT, TEXT) IS
  'The single letters and pairs of letters of the searched text, and the other characters of the name as it is written.';

-- Frequent vacuuming lets the first way read its index alone. A short pending list keeps the second way from reading many
-- new entries one by one.
ALTER TABLE linernotes.producer_counts SET (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX IF NOT EXISTS producer_counts_order
  ON linernotes.producer_counts (track_count DESC, artist_count DESC, name_start, producer_id) INCLUDE (searched);
CREATE INDEX IF NOT EXISTS producer_texts_grams ON linernotes.producer_texts
  USING gin (linernotes.name_grams(searched, written)) WITH (gin_pending_list_limit = 256);
DO $$
BEGIN
  -- pg_trgm may have been installed in another schema before these migrations.
  EXECUTE format(
    'CREATE INDEX IF NOT EXISTS producer_texts_trigrams ON linernotes.producer_texts USING gin (searched %s.gin_trgm_ops)
       WITH (gin_pending_list_limit = 256)',
    (SELECT extension.extnamespace::REGNAMESPACE FROM pg_extension AS extension WHERE extension.extname = 'pg_trgm')
  );
END;
$$;

CREATE OR REPLACE FUNCTION linernotes.first_matches(condition TEXT, reach BIGINT)
RETURNS UUID[]
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  ids UUID[];
BEGIN
  EXECUTE format('
    SELECT array_agg(producer_id) FROM (
      SELECT known.producer_id
      FROM (
        SELECT * FROM linernotes.producer_counts
        ORDER BY track_count DESC, artist_count DESC, name_start, producer_id
        LIMIT $1
      ) AS known
      WHERE %s
      ORDER BY known.track_count DESC, known.artist_count DESC, known.name_start, known.producer_id
      LIMIT 50
    ) AS matches', condition)
  INTO ids
  USING reach;
  RETURN ids;
END;
$$;
COMMENT ON FUNCTION linernotes.first_matches(TEXT, BIGINT) IS
  'The first 50 producers that fulfil the condition, in the order of the answer, among the first ones (reach) or all (NULL). The condition is SQL of our own about the row known, with every value in it quoted.';

CREATE OR REPLACE FUNCTION linernotes.search_producers(search_term TEXT)
RETURNS TABLE (
  id UUID,
  name TEXT,
  normalized_name TEXT,
  instagram_handle TEXT,
  image_url TEXT,
  track_count BIGINT,
  artist_count BIGINT
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
SET enable_seqscan = off -- reading a whole table is never quicker here
SET max_parallel_workers_per_gather = 0 -- starting processes takes longer than the query
SET jit = off -- compiling the query takes longer than running it
AS $$
#variable_conflict use_column
DECLARE
  sortable CONSTANT INT := 1000;
  term TEXT := coalesce(linernotes.normalize_name(left(search_term, 513)), '');
  -- A term of punctuation only is looked for in the name as it is written.
  is_punctuation BOOLEAN := term <> '' AND linernotes.normalize_name('x ' || replace(term, '&', ' ') || ' x') = 'x x';
  pattern TEXT := '%' || regexp_replace(term, '([\\%_])', '\\\1', 'g') || '%';
  in_order TEXT;
  candidates TEXT;
  ids UUID[];
BEGIN
  IF length(search_term) > 512 AND term <> '' THEN
    RETURN;
  END IF;

  -- producer_counts has no searched text of more than 200 characters; producer_texts has it.
  in_order := CASE
    WHEN term = '' THEN 'TRUE'
    WHEN is_punctuation THEN format(
      'strpos(lower(regexp_replace(normalize(known.name_start, NFKC), %L, '''', ''g'')), %L) > 0',
      '[' || linernotes.invisible_characters() || ']+', term
    )
    ELSE format('(known.searched LIKE %1$L OR known.searched IS NULL AND EXISTS (
      SELECT FROM linernotes.producer_texts AS whole WHERE whole.producer_id = known.producer_id AND whole.searched LIKE %1$L
    ))', pattern)
  END;
  ids := linernotes.first_matches(in_order, 2000);
  IF cardinality(ids) BETWEEN 10 AND 49 THEN
    ids := linernotes.first_matches(in_order, 40000);
  END IF;

  IF term <> '' AND coalesce(cardinality(ids), 0) < 50 THEN
    candidates := CASE
      WHEN is_punctuation THEN format(
        'linernotes.name_grams(searched, written) @> %L AND strpos(written, %L) > 0', string_to_array(term, NULL), term
      )
      WHEN term ~ '[a-z0-9]{3}' THEN format('searched LIKE %L', pattern)
      ELSE format(
        'linernotes.name_grams(searched, written) @> %L AND searched LIKE %L',
        linernotes.name_grams(term, ''), pattern
      )
    END;
    EXECUTE format('
      SELECT array_agg(producer_id)
      FROM (SELECT producer_id FROM linernotes.producer_texts WHERE %s LIMIT %s) AS matches', candidates, sortable + 1)
    INTO ids;
    IF cardinality(ids) > sortable THEN
      ids := linernotes.first_matches(in_order, NULL);
    END IF;
  END IF;

  RETURN QUERY
  SELECT producer.id, producer.name, producer.normalized_name, producer.instagram_handle, producer.image_url,
    known.track_count, known.artist_count
  FROM (
    SELECT counted.*
    FROM unnest(ids) AS wanted (producer_id)
    JOIN linernotes.producer_counts AS counted USING (producer_id)
    ORDER BY counted.track_count DESC, counted.artist_count DESC, counted.name_start, counted.producer_id
    LIMIT 50
  ) AS known
  JOIN public.producers AS producer ON producer.id = known.producer_id
  ORDER BY known.track_count DESC, known.artist_count DESC, producer.name, producer.id;
END;
$$;
COMMENT ON FUNCTION linernotes.search_producers(TEXT) IS
  'Answers public.search_producers. It runs with its owner''s rights, since clients have none on the tables.';

CREATE OR REPLACE FUNCTION public.search_producers(search_term TEXT)
RETURNS TABLE (
  id UUID,
  name TEXT,
  normalized_name TEXT,
  instagram_handle TEXT,
  image_url TEXT,
  track_count BIGINT,
  artist_count BIGINT
)
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
  SELECT * FROM linernotes.search_producers(search_term);
$$;
COMMENT ON FUNCTION public.search_producers(TEXT) IS
  'At most 50 producers whose name contains the term, which is literal text; case, accents and punctuation do not matter. Most tracks first, then most artists, then by name. A blank term or NULL gives the 50 with most tracks; one of more than 512 characters finds nothing. For everybody.';
