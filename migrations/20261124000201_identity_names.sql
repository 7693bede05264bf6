-- Which spellings are one person. Names are searched by normalize_name, which drops full stops, so that both William and
-- will.i.am are found by "william". As persons the two are told apart: where a full stop stands inside a word it separates,
-- as a space does. So J.Cole and J. Cole are one, and Dr.Dre and Dr. Dre; Mia and M.I.A. are two.

CREATE OR REPLACE FUNCTION linernotes.identity_name(name TEXT)
RETURNS TEXT
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
STRICT
SET search_path = ''
AS $$
  SELECT linernotes.normalize_name(CASE
    WHEN strpos(written, '.') > 0 THEN regexp_replace(written, '([^ .])\.(?=[^ .])', '\1 ', 'g')
    ELSE name
  END)
  FROM normalize(name, NFKC) AS written;
$$;
COMMENT ON FUNCTION linernotes.identity_name(TEXT) IS
  'The key by which people without an id are one or two: the normalized name, with a space for each full stop inside a word.';

CREATE OR REPLACE FUNCTION linernotes.producer_identity(name TEXT, normalized_name TEXT)
RETURNS TEXT
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SECURITY DEFINER
SET search_path = ''
AS $$
  SELECT CASE
    WHEN linernotes.normalize_name(name) = linernotes.normalize_name(normalized_name) THEN linernotes.identity_name(name)
    ELSE linernotes.identity_name(normalized_name)
  END;
$$;
COMMENT ON FUNCTION linernotes.producer_identity(TEXT, TEXT) IS
  'The identity_name of a producer, to whom a caller may have given another normalized name than that of the name. An index calls it for whoever inserts a producer.';

CREATE OR REPLACE FUNCTION linernotes.names_in_two_scripts(name TEXT)
RETURNS TEXT[]
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
STRICT
SET search_path = ''
AS $$
DECLARE
  latin CONSTANT TEXT := '[A-Za-z\u00C0-\u024F]';
  other CONSTANT TEXT := '[\u0370-\u1CFF\u3040-\uD7FF\uF900-\uFAFF]';
  parts TEXT[] := regexp_match(name, '^(.*[^ ]) *[(（]([^()（）]+)[)）]$');
BEGIN
  IF parts[1] ~ latin AND parts[1] !~ other AND parts[2] ~ other AND parts[2] !~ latin THEN
    RETURN parts;
  ELSIF parts[1] ~ other AND parts[1] !~ latin AND parts[2] ~ latin AND parts[2] !~ other THEN
    RETURN ARRAY[parts[2], parts[1]];
  END IF;
  RETURN ARRAY[name];
END;
$$;
COMMENT ON FUNCTION linernotes.names_in_two_scripts(TEXT) IS
  'The two names in "Pdogg (피독)", the one in Latin letters first; of any other name the name alone.';
