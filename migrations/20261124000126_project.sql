-- A copy of a production database (a restored dump, a branch with data, a clone) holds production's Vault entries and
-- jobs, and would call production's functions. So the database knows for which project it was set up, and one that
-- finds itself somewhere else calls nobody until an operator says that it may.
--
-- What a project is known by: its database's name; the cluster's system identifier, or, since an upgrade of the server
-- gives it a new one, the object ids of some of our tables, which an upgrade keeps and a restored dump does not; and
-- the configuration parameter linernotes.project, where somebody has set it. Two clusters that are copies of each other
-- byte by byte differ in nothing but that parameter: docs/operations.md says how to give it.

CREATE TABLE IF NOT EXISTS linernotes.project (
  is_only BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (is_only),
  identity JSONB NOT NULL,
  confirmed_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  jobs_scheduled_at TIMESTAMPTZ
);
ALTER TABLE linernotes.project ADD COLUMN IF NOT EXISTS jobs_scheduled_at TIMESTAMPTZ;
COMMENT ON TABLE linernotes.project IS
  'The project for which this database was set up, as linernotes.present_identity() saw it then.';
COMMENT ON COLUMN linernotes.project.jobs_scheduled_at IS
  'When a job was last made in pg_cron, which does not tell: a job that has never run is not late before.';

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
    'name', coalesce(current_setting('linernotes.project', TRUE), '')
  );
END;
$$;
COMMENT ON FUNCTION linernotes.present_identity() IS
  'What tells this database from others: its name, its cluster, object ids, and the parameter linernotes.project.';

CREATE OR REPLACE FUNCTION linernotes.is_own_project()
RETURNS BOOLEAN
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT coalesce(
    (
      SELECT known.identity -> 'database' = present.identity -> 'database'
        AND known.identity -> 'name' = present.identity -> 'name'
        AND (
          known.identity ->> 'cluster' = present.identity ->> 'cluster'
          OR known.identity -> 'objects' = present.identity -> 'objects'
        )
      FROM linernotes.project AS known
      CROSS JOIN linernotes.present_identity() AS present (identity)
    ),
    FALSE
  );
$$;
COMMENT ON FUNCTION linernotes.is_own_project() IS
  'Whether this is the database that was set up, and no copy of it.';

CREATE OR REPLACE FUNCTION public.confirm_project()
RETURNS BOOLEAN
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  was_own BOOLEAN := linernotes.is_own_project();
BEGIN
  INSERT INTO linernotes.project AS known (identity)
  VALUES (linernotes.present_identity())
  ON CONFLICT (is_only) DO UPDATE SET identity = EXCLUDED.identity, confirmed_at = now()
  WHERE known.identity <> EXCLUDED.identity;
  IF NOT was_own THEN
    -- What was asked for meanwhile waits, and its enqueue could call nobody.
    PERFORM linernotes.wake_all();
  END IF;
  RETURN NOT was_own;
END;
$$;
COMMENT ON FUNCTION public.confirm_project() IS
  'Says that this database is a project of its own: from now on it calls the functions that its Vault names. For a copy whose Vault entries were changed, or a restored production. FALSE where it was so already. Service role.';

-- A database that is migrated again by hand stays what it was; a copy does not become a project of its own by that.
INSERT INTO linernotes.project (identity)
SELECT linernotes.present_identity()
ON CONFLICT (is_only) DO NOTHING;
