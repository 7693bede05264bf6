-- Which release of the schema is installed, whichever way it came: the stack, the Supabase CLI, an operator's own
-- migrations. The last migration of each release writes its row, so a row says that all of the release is there.

CREATE TABLE IF NOT EXISTS linernotes.schema_version (
  release TEXT PRIMARY KEY CHECK (release ~ '^[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}$'),
  applied_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
ALTER TABLE linernotes.schema_version ADD COLUMN IF NOT EXISTS oldest_functions TEXT NOT NULL DEFAULT '0.0.0'
  CHECK (oldest_functions ~ '^[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}$');
COMMENT ON TABLE linernotes.schema_version IS
  'The releases of Linernotes whose migrations are all applied, and since when.';
COMMENT ON COLUMN linernotes.schema_version.oldest_functions IS
  'The oldest release whose functions work with this schema: a release that contracts what an older one used raises it.';

CREATE OR REPLACE FUNCTION linernotes.installed_release()
RETURNS TEXT
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT known.release
  FROM linernotes.schema_version AS known
  ORDER BY string_to_array(known.release, '.')::INT[] DESC
  LIMIT 1;
$$;
COMMENT ON FUNCTION linernotes.installed_release() IS
  'The newest release whose migrations are all applied.';

CREATE OR REPLACE FUNCTION linernotes.check_release(needed TEXT)
RETURNS VOID
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  installed TEXT := linernotes.installed_release();
  oldest TEXT;
BEGIN
  SELECT known.oldest_functions INTO oldest FROM linernotes.schema_version AS known WHERE known.release = installed;
  IF needed IS NULL THEN
    RETURN;
  ELSIF needed !~ '^[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}$' THEN
    PERFORM linernotes.reject('needs_release', 'must be a release such as 0.1.0');
  ELSIF string_to_array(installed, '.')::INT[] < string_to_array(needed, '.')::INT[] THEN
    RAISE EXCEPTION 'schema_version: the functions need the schema of release %, this database has that of release %',
      needed, installed
      USING ERRCODE = 'object_not_in_prerequisite_state',
        HINT = 'Install the migrations of the newer release (scripts/install-migrations, supabase db push), or go back to the functions of the older one.';
  ELSIF string_to_array(needed, '.')::INT[] < string_to_array(oldest, '.')::INT[] THEN
    RAISE EXCEPTION 'schema_version: the functions are of release %, this database has the schema of release %, which works with functions from release % on',
      needed, installed, oldest
      USING ERRCODE = 'object_not_in_prerequisite_state',
        HINT = format('Start the functions of the newer release (spin up --from <registry>/linernotes:%s).', installed);
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.check_release(TEXT) IS
  'Raises 55000 where the schema is older than what the caller needs, or so new that it does not work with a caller so old; NULL, a caller of no release, needs nothing.';
