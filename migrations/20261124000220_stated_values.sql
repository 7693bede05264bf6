-- Readers of values that callers state in JSON. An absent value and null both mean "not stated": what is stored stays. A
-- stated value that is impossible raises SQLSTATE 22023 with its name, before anything is written.

CREATE OR REPLACE FUNCTION linernotes.stated_text(argument TEXT, given JSONB, longest INT DEFAULT 4000)
RETURNS TEXT
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  kind TEXT := jsonb_typeof(given);
BEGIN
  IF kind IS NULL OR kind = 'null' THEN
    RETURN NULL;
  ELSIF kind <> 'string' THEN
    PERFORM linernotes.reject(argument, 'must be text, is ' || kind);
  ELSIF length(given #>> '{}') > longest THEN
    PERFORM linernotes.reject(argument, format('must be at most %s characters, is %s', longest, length(given #>> '{}')));
  END IF;
  RETURN nullif(btrim(given #>> '{}'), '');
END;
$$;
COMMENT ON FUNCTION linernotes.stated_text(TEXT, JSONB, INT) IS
  'The text, trimmed; NULL if it is absent, null or blank.';

CREATE OR REPLACE FUNCTION linernotes.required_text(argument TEXT, given JSONB, longest INT DEFAULT 4000)
RETURNS TEXT
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  stated TEXT := linernotes.stated_text(argument, given, longest);
BEGIN
  IF stated IS NULL THEN
    PERFORM linernotes.reject(argument, 'must not be missing or empty');
  END IF;
  RETURN stated;
END;
$$;
COMMENT ON FUNCTION linernotes.required_text(TEXT, JSONB, INT) IS
  'The text, trimmed; raises if it is absent, null or blank.';

CREATE OR REPLACE FUNCTION linernotes.stated_number(argument TEXT, given JSONB, least_value BIGINT, greatest_value BIGINT)
RETURNS BIGINT
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  written TEXT := given #>> '{}';
BEGIN
  IF written IS NULL THEN
    RETURN NULL;
  ELSIF written !~ '^-?[0-9]{1,18}(\.0+)?$' THEN
    PERFORM linernotes.reject(argument, format('must be a whole number, is %s', left(written, 40)));
  ELSIF written::NUMERIC NOT BETWEEN least_value AND greatest_value THEN
    PERFORM linernotes.reject(argument, format('must be from %s to %s, is %s', least_value, greatest_value, written));
  END IF;
  RETURN written::NUMERIC::BIGINT;
END;
$$;
COMMENT ON FUNCTION linernotes.stated_number(TEXT, JSONB, BIGINT, BIGINT) IS
  'The whole number, also written as text; NULL if it is absent or null.';

CREATE OR REPLACE FUNCTION linernotes.stated_uuid(argument TEXT, given JSONB)
RETURNS UUID
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  written TEXT := given #>> '{}';
BEGIN
  IF written IS NULL THEN
    RETURN NULL;
  ELSIF written !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
    PERFORM linernotes.reject(argument, format('must be a UUID, is %s', left(written, 40)));
  END IF;
  RETURN written::UUID;
END;
$$;
COMMENT ON FUNCTION linernotes.stated_uuid(TEXT, JSONB) IS
  'The id; NULL if it is absent or null.';

CREATE OR REPLACE FUNCTION linernotes.stated_json(argument TEXT, given JSONB, kind TEXT)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  IF given IS NULL OR jsonb_typeof(given) = 'null' THEN
    RETURN NULL;
  ELSIF jsonb_typeof(given) <> kind THEN
    PERFORM linernotes.reject(argument, format('must be an %s, is %s', kind, jsonb_typeof(given)));
  END IF;
  RETURN given;
END;
$$;
COMMENT ON FUNCTION linernotes.stated_json(TEXT, JSONB, TEXT) IS
  'The object or array; NULL if it is absent or null.';

CREATE OR REPLACE FUNCTION linernotes.stated_texts(argument TEXT, given JSONB, longest INT DEFAULT 512)
RETURNS TEXT[]
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  IF linernotes.stated_json(argument, given, 'array') IS NULL THEN
    RETURN NULL;
  END IF;
  RETURN ARRAY(
    SELECT stated.value
    FROM jsonb_array_elements(given) WITH ORDINALITY AS item
    CROSS JOIN linernotes.stated_text(argument, item.value, longest) AS stated (value)
    WHERE stated.value IS NOT NULL
    ORDER BY item.ordinality
  );
END;
$$;
COMMENT ON FUNCTION linernotes.stated_texts(TEXT, JSONB, INT) IS
  'The texts of an array in their order, without blank ones; NULL if it is absent or null.';

CREATE OR REPLACE FUNCTION linernotes.release_date(stated TEXT)
RETURNS DATE
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
STRICT
SET search_path = ''
AS $$
DECLARE
  parts INT[];
  first_of_month DATE;
BEGIN
  IF stated !~ '^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$' THEN
    RETURN NULL;
  END IF;
  parts := string_to_array(stated, '-')::INT[] || '{1,1}'::INT[];
  IF parts[1] < 1 OR parts[2] NOT BETWEEN 1 AND 12 THEN
    RETURN NULL;
  END IF;
  first_of_month := make_date(parts[1], parts[2], 1);
  IF parts[3] < 1 OR parts[3] > extract(DAY FROM first_of_month + INTERVAL '1 month - 1 day') THEN
    RETURN NULL;
  END IF;
  RETURN first_of_month + parts[3] - 1;
END;
$$;
COMMENT ON FUNCTION linernotes.release_date(TEXT) IS
  'Spotify''s 2004, 2004-05 or 2004-05-17 as a date, the first day of what is stated; NULL for one that cannot be, such as 2004-02-31 or 0000.';

CREATE OR REPLACE FUNCTION linernotes.release_date_precision(stated TEXT, stated_precision TEXT)
RETURNS TEXT
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT CASE
    WHEN stated_precision IN ('year', 'month', 'day') THEN stated_precision
    WHEN stated ~ '^[0-9]{4}$' THEN 'year'
    WHEN stated ~ '^[0-9]{4}-[0-9]{2}$' THEN 'month'
    WHEN stated ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' THEN 'day'
  END;
$$;
COMMENT ON FUNCTION linernotes.release_date_precision(TEXT, TEXT) IS
  'The precision as stated, else as the date is written.';

CREATE OR REPLACE FUNCTION linernotes.kept_metadata(stored JSONB, stated JSONB, replaces BOOLEAN)
RETURNS JSONB
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
BEGIN
  RETURN CASE
    WHEN stated IS NULL THEN stored
    WHEN replaces OR stored IS NULL THEN stated
    ELSE stored || stated
  END;
END;
$$;
COMMENT ON FUNCTION linernotes.kept_metadata(JSONB, JSONB, BOOLEAN) IS
  'The metadata to store. What a commit states is merged into what is stored, since the short object in a list of albums lacks what the full one said; the documented functions replace it.';

CREATE OR REPLACE FUNCTION linernotes.message_id(message JSONB, key TEXT)
RETURNS UUID
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT CASE
    WHEN message ->> key ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN (message ->> key)::UUID
  END;
$$;
COMMENT ON FUNCTION linernotes.message_id(JSONB, TEXT) IS
  'The id under this key of a message; NULL if it is no UUID, since a bad message must not fail the whole batch.';
