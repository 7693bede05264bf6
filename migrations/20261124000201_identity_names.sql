-- Which spellings are one person. Names are searched by normalize_name, which drops full stops, so that both William and
-- will.i.am are found by "william". As persons the two are told apart: where a full stop stands inside a word it separates,
-- as a space does. So J.Cole and J. Cole are one, and Dr.Dre and Dr. Dre; Mia and M.I.A. are two.

CREATE OR REPLACE FUNCTION linernotes.identity_name(name TEXT)
RETURNS TEXT
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
STRICT
SET search_path = ''
AS $$
BEGIN
  -- Most names have no full stop, of whatever width; NFKC makes all of them the plain one.
  IF name !~ '[.\uFF0E\u2024-\u2026]' THEN
    RETURN linernotes.normalize_name(name);
  END IF;
  RETURN linernotes.normalize_name(regexp_replace(normalize(name, NFKC), '([^ .])\.(?=[^ .])', '\1 ', 'g'));
END;
$$;
COMMENT ON FUNCTION linernotes.identity_name(TEXT) IS
  'The key by which people without an id are one or two: the normalized name, with a space for each full stop inside a word.';

CREATE OR REPLACE FUNCTION linernotes.producer_identity(name TEXT, normalized_name TEXT)
RETURNS TEXT
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SECURITY DEFINER
-- So that the planner looks producers up in their index rather than evaluate this for each of them.
COST 100000
SET search_path = ''
AS $$
BEGIN
  IF linernotes.normalize_name(name) = linernotes.normalize_name(normalized_name) THEN
    RETURN linernotes.identity_name(name);
  END IF;
  RETURN linernotes.identity_name(normalized_name);
END;
$$;
COMMENT ON FUNCTION linernotes.producer_identity(TEXT, TEXT) IS
  'The identity_name of a producer, to whom a caller may have given another normalized name than that of the name. An index calls it for whoever inserts a producer.';
