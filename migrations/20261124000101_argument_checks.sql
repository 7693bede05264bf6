-- Checks of arguments, which functions make before they do anything: SQLSTATE 22023, the argument's name first in the
-- message. Beside them, small helpers of the migrations.

CREATE OR REPLACE FUNCTION linernotes.reject(argument TEXT, problem TEXT)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = argument || ': ' || problem;
END;
$$;
COMMENT ON FUNCTION linernotes.reject(TEXT, TEXT) IS
  'Raises 22023 with "argument: problem".';

CREATE OR REPLACE FUNCTION linernotes.check_text(argument TEXT, given TEXT, longest INT DEFAULT 512)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  IF given IS NULL THEN
    PERFORM linernotes.reject(argument, 'must not be NULL');
  ELSIF given !~ '\S' THEN
    PERFORM linernotes.reject(argument, 'must not be empty');
  ELSIF length(given) > longest THEN
    PERFORM linernotes.reject(argument, format('must be at most %s characters, is %s', longest, length(given)));
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.check_text(TEXT, TEXT, INT) IS
  'Raises 22023 for NULL, for white space only, and for text that is too long.';

CREATE OR REPLACE FUNCTION linernotes.check_range(argument TEXT, given NUMERIC, least_value NUMERIC, greatest_value NUMERIC)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  IF given IS NULL THEN
    PERFORM linernotes.reject(argument, 'must not be NULL');
  ELSIF given NOT BETWEEN least_value AND greatest_value THEN
    PERFORM linernotes.reject(argument, format('must be from %s to %s, is %s', least_value, greatest_value, given));
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.check_range(TEXT, NUMERIC, NUMERIC, NUMERIC) IS
  'Raises 22023 for NULL and for a number outside the range; both ends belong to the range.';

CREATE OR REPLACE FUNCTION linernotes.check_present(argument TEXT, given ANYELEMENT)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  IF given IS NULL THEN
    PERFORM linernotes.reject(argument, 'must not be NULL');
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.check_present(TEXT, ANYELEMENT) IS
  'Raises 22023 for NULL.';

CREATE OR REPLACE FUNCTION linernotes.check_page(limit_count INT, offset_count INT)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  -- Hosted Supabase cuts an answer of more than 1,000 rows off, without a word.
  PERFORM linernotes.check_range('limit_count', limit_count, 1, 1000);
  PERFORM linernotes.check_range('offset_count', offset_count, 0, 10000000);
END;
$$;
COMMENT ON FUNCTION linernotes.check_page(INT, INT) IS
  'Raises 22023 unless both can be a page of a list.';

CREATE OR REPLACE FUNCTION linernotes.one_line(given TEXT)
RETURNS TEXT
LANGUAGE sql
IMMUTABLE
SET search_path = ''
AS $$
  SELECT btrim(regexp_replace(given, '\s+', ' ', 'g'));
$$;
COMMENT ON FUNCTION linernotes.one_line(TEXT) IS
  'The text trimmed, with every run of white space made one space.';

CREATE OR REPLACE FUNCTION linernotes.counted(amount BIGINT, one TEXT, several TEXT)
RETURNS TEXT
LANGUAGE sql
IMMUTABLE
SET search_path = ''
AS $$
  SELECT amount || ' ' || CASE WHEN amount = 1 THEN one ELSE several END;
$$;
COMMENT ON FUNCTION linernotes.counted(BIGINT, TEXT, TEXT) IS
  'A number with what it counts: counted(1, ''message waits'', ''messages wait'') is ''1 message waits''.';

CREATE OR REPLACE FUNCTION linernotes.touch_updated_at()
RETURNS TRIGGER
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END;
$$;
COMMENT ON FUNCTION linernotes.touch_updated_at() IS
  'Row trigger: sets updated_at at every change of a row.';

CREATE OR REPLACE FUNCTION linernotes.keep_updated_at(tables REGCLASS[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  target REGCLASS;
BEGIN
  FOREACH target IN ARRAY tables LOOP
    EXECUTE format(
      'CREATE OR REPLACE TRIGGER touch_updated_at BEFORE UPDATE ON %s
         FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
         EXECUTE FUNCTION linernotes.touch_updated_at()',
      target
    );
  END LOOP;
END;
$$;
COMMENT ON FUNCTION linernotes.keep_updated_at(REGCLASS[]) IS
  'Puts the trigger that keeps updated_at on each of the tables.';

CREATE OR REPLACE FUNCTION linernotes.ensure_constraint(target REGCLASS, constraint_name TEXT, definition TEXT)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_catalog.pg_constraint WHERE conrelid = target AND conname = constraint_name
  ) THEN
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', target, constraint_name, definition);
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.ensure_constraint(REGCLASS, TEXT, TEXT) IS
  'ADD CONSTRAINT IF NOT EXISTS, for migrations that are run again.';

CREATE OR REPLACE FUNCTION linernotes.ensure_type(type_name TEXT, definition TEXT)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  IF to_regtype(type_name) IS NULL THEN
    EXECUTE format('CREATE TYPE %s %s', type_name, definition);
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.ensure_type(TEXT, TEXT) IS
  'Creates a type unless it is there. Both arguments are our own SQL.';
