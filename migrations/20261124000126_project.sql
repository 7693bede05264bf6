-- A copy of a production database (a restored dump, a branch with data, a clone) holds production's Vault entries and
-- jobs, and would call production's functions. So the database knows for which project it was set up, and one that
-- finds itself somewhere else calls nobody until an operator says that it may.
--
-- What a project is known by, without asking anybody: its database's name; the cluster's system identifier, or, since an
-- upgrade of the server gives it a new one, the object ids of some of our tables, which an upgrade keeps and a restored
-- dump does not; where the server runs (data directory, port, cluster_name); and the configuration parameter
-- linernotes.project, where somebody has set it. A copy byte for byte that runs on another machine in the same place has
-- all of these too: *_challenge.sql is about that one.

CREATE TABLE IF NOT EXISTS linernotes.project (
  is_only BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (is_only),
  identity JSONB NOT NULL,
  confirmed_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  jobs_scheduled_at TIMESTAMPTZ
);
ALTER TABLE linernotes.project ADD COLUMN IF NOT EXISTS jobs_scheduled_at TIMESTAMPTZ;
ALTER TABLE linernotes.project
  ADD COLUMN IF NOT EXISTS answered_instance TEXT,
  ADD COLUMN IF NOT EXISTS challenged_instance TEXT,
  ADD COLUMN IF NOT EXISTS challenge UUID,
  ADD COLUMN IF NOT EXISTS challenges INT NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS challenged_at TIMESTAMPTZ,
  ADD COLUMN IF NOT EXISTS request_id BIGINT,
  ADD COLUMN IF NOT EXISTS refused_at TIMESTAMPTZ;
COMMENT ON TABLE linernotes.project IS
  'The project for which this database was set up, as linernotes.present_identity() saw it then, and whether its functions have said that they work for it.';
COMMENT ON COLUMN linernotes.project.jobs_scheduled_at IS
  'When a job was last made in pg_cron, which does not tell: a job that has never run is not late before.';
COMMENT ON COLUMN linernotes.project.answered_instance IS
  'The linernotes.present_instance() that the functions have answered. After a start of the server it is another one.';
COMMENT ON COLUMN linernotes.project.challenged_instance IS
  'The linernotes.present_instance() that made the challenge.';
COMMENT ON COLUMN linernotes.project.challenges IS
  'How often it was sent without an answer that counts.';
COMMENT ON COLUMN linernotes.project.request_id IS
  'Of pg_net, the last time that it was sent.';
COMMENT ON COLUMN linernotes.project.refused_at IS
  'When the functions said that they work for another database.';

CREATE OR REPLACE FUNCTION linernotes.own_setting(name TEXT)
RETURNS TEXT
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  RETURN nullif(current_setting(name, TRUE), '');
EXCEPTION WHEN insufficient_privilege THEN
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION linernotes.own_setting(TEXT) IS
  'A configuration parameter; NULL where it is empty, or where a provider keeps it for itself.';

CREATE OR REPLACE FUNCTION linernotes.present_identity()
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  cluster TEXT;
BEGIN
  BEGIN
    SELECT control.system_identifier INTO cluster FROM pg_catalog.pg_control_system() AS control;
  EXCEPTION WHEN insufficient_privilege THEN
    -- A provider may keep it for itself; the object ids tell the most.
    cluster := NULL;
  END;
  RETURN jsonb_build_object(
    'database', current_database(),
    'cluster', cluster,
    'objects', ARRAY[
      'linernotes.project'::REGCLASS::OID, 'linernotes.settings'::REGCLASS::OID, 'public.queue_registry'::REGCLASS::OID,
      'public.processing_status'::REGCLASS::OID
    ]::TEXT[],
    'place', jsonb_build_object(
      'data directory', linernotes.own_setting('data_directory'),
      'port', linernotes.own_setting('port'),
      'cluster_name', linernotes.own_setting('cluster_name')
    ),
    'name', coalesce(current_setting('linernotes.project', TRUE), '')
  );
END;
$$;
COMMENT ON FUNCTION linernotes.present_identity() IS
  'What tells this database from others: its name, its cluster, object ids, where the server runs, and the parameter linernotes.project.';

CREATE OR REPLACE FUNCTION linernotes.identity_differences()
RETURNS TEXT[]
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  known JSONB := (SELECT project.identity FROM linernotes.project);
  present JSONB := linernotes.present_identity();
  differences TEXT[] := '{}'::TEXT[];
BEGIN
  IF known IS NULL THEN
    RETURN ARRAY['what it was set up for is not known'];
  ELSIF known = present THEN
    RETURN differences;
  END IF;
  IF known -> 'database' <> present -> 'database' THEN
    differences := differences || format('the database''s name is %s, was %s', present ->> 'database', known ->> 'database');
  END IF;
  IF known -> 'name' <> present -> 'name' THEN
    differences := differences || format('linernotes.project is %L, was %L', present ->> 'name', known ->> 'name');
  END IF;
  IF known -> 'cluster' IS DISTINCT FROM present -> 'cluster' AND known -> 'objects' <> present -> 'objects' THEN
    differences := differences || 'it is another cluster with other tables, as after the restore of a dump'::TEXT;
  END IF;
  -- An upgrade gives the cluster a new identifier, and may move its files. Who works for it is asked after each start.
  IF known ->> 'cluster' = present ->> 'cluster' OR present ->> 'cluster' IS NULL THEN
    differences := differences || ARRAY(
      SELECT format('the server''s %s is %s, was %s', place.key, place.value, known -> 'place' ->> place.key)
      FROM jsonb_each_text(present -> 'place') AS place
      -- What one of the two may not know tells nothing.
      WHERE place.value <> known -> 'place' ->> place.key
      ORDER BY place.key
    );
  END IF;
  RETURN differences;
END;
$$;
COMMENT ON FUNCTION linernotes.identity_differences() IS
  'What is not as it was when this database was set up or last confirmed, in words; nothing where it is the same one.';

CREATE OR REPLACE FUNCTION linernotes.is_own_project()
RETURNS BOOLEAN
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT linernotes.identity_differences() = '{}';
$$;
COMMENT ON FUNCTION linernotes.is_own_project() IS
  'Whether this is the database that was set up, as far as it can tell without asking anybody, and no copy of it.';

CREATE OR REPLACE FUNCTION public.confirm_project()
RETURNS BOOLEAN
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  was TEXT := linernotes.project_state();
BEGIN
  IF was = 'answered' THEN
    RETURN FALSE;
  END IF;
  INSERT INTO linernotes.project AS known (identity)
  VALUES (linernotes.present_identity())
  ON CONFLICT (is_only) DO UPDATE
  SET identity = EXCLUDED.identity,
      confirmed_at = CASE WHEN was = 'unanswered' THEN known.confirmed_at ELSE now() END,
      -- So that they are asked anew, and at once.
      challenged_instance = NULL,
      refused_at = NULL;
  BEGIN
    PERFORM linernotes.may_call_functions();
  EXCEPTION WHEN OTHERS THEN
    -- What keeps it from asking (no pg_net, no Vault) is told by the first call that fails, and keeps nobody from this.
    NULL;
  END;
  -- What was asked for meanwhile waits, and its enqueue could call nobody.
  PERFORM linernotes.wake_all();
  RETURN was <> 'unanswered';
END;
$$;
COMMENT ON FUNCTION public.confirm_project() IS
  'Says that this database is a project of its own: from now on it calls the functions that its Vault names, once they have said that they work for it. For a copy whose Vault entries were changed, for a production that was restored or moved. FALSE where it was no copy; functions that have not answered yet are asked again at once. Service role.';

-- A database that is migrated again by hand stays what it was; a copy does not become a project of its own by that.
INSERT INTO linernotes.project (identity)
SELECT linernotes.present_identity()
ON CONFLICT (is_only) DO NOTHING;
