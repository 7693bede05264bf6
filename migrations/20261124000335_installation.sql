-- Whether the installation is whole: extensions, queues, jobs, Vault, pg_net, grants. Projects are restored, cloned,
-- upgraded, and edited in dashboards; what got lost on the way is said here in words, each with what to do. The status
-- shows what is wrong, scripts/doctor all of it.

CREATE OR REPLACE FUNCTION linernotes.vault_fault(entry TEXT, value TEXT)
RETURNS TEXT
LANGUAGE sql
IMMUTABLE
SET search_path = ''
AS $$
  -- Nothing of the value itself is shown.
  SELECT CASE
    WHEN linernotes.trim_pasted(value) = '' THEN NULL
    WHEN entry = 'functions_url' AND linernotes.trim_pasted(value) !~ '^https?://[^[:space:]/"'']+(/[^[:space:]"'']*)?$' THEN
      'is no address of the form https://host/functions/v1'
    WHEN entry = 'function_secret' AND EXISTS (
      SELECT FROM regexp_split_to_table(value, ',') AS part
      WHERE linernotes.trim_pasted(part) ~ '[[:space:][:cntrl:]]|^["'']|["'']$'
    ) THEN
      'has a blank, a line break or quotation marks, as if more than the secret had been pasted'
  END;
$$;
COMMENT ON FUNCTION linernotes.vault_fault(TEXT, TEXT) IS
  'What can''t be right about a value of Vault''s, in words; NULL: nothing is seen.';

CREATE OR REPLACE FUNCTION linernotes.examine_calls()
RETURNS SETOF linernotes.finding
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  entry TEXT;
  stored TEXT[];
  value TEXT;
  fault TEXT;
  waiting INT := 0;
BEGIN
  RETURN QUERY SELECT 'calls', 'project', finding.ok, finding.found, finding.advice FROM linernotes.project_finding() AS finding;

  BEGIN
    EXECUTE 'SELECT array_agg(name) FROM vault.secrets WHERE name IN (''functions_url'', ''function_secret'')' INTO stored;
  EXCEPTION WHEN OTHERS THEN
    stored := NULL;
  END;
  FOREACH entry IN ARRAY ARRAY['functions_url', 'function_secret'] LOOP
    value := NULL;
    IF entry = ANY (stored) THEN
      BEGIN
        EXECUTE 'SELECT decrypted_secret FROM vault.decrypted_secrets WHERE name = $1' INTO value USING entry;
      EXCEPTION WHEN OTHERS THEN
        value := NULL;
      END;
    END IF;
    fault := linernotes.vault_fault(entry, value);
    RETURN NEXT ROW(
      'calls', 'Vault: ' || entry, coalesce(linernotes.trim_pasted(value), '') <> '' AND fault IS NULL,
      CASE
        WHEN NOT coalesce(entry = ANY (stored), FALSE) THEN 'is missing'
        WHEN value IS NULL THEN 'can''t be decrypted'
        WHEN linernotes.trim_pasted(value) = '' THEN 'is empty'
        ELSE coalesce(fault, 'is there')
      END,
      CASE
        WHEN fault IS NOT NULL THEN format(
          'SELECT vault.update_secret(id, ''…'') FROM vault.secrets WHERE name = %L, with nothing but the value itself.', entry)
        WHEN coalesce(linernotes.trim_pasted(value), '') <> '' THEN NULL
        WHEN coalesce(entry = ANY (stored), FALSE) THEN format(
          'Create it anew: DELETE FROM vault.secrets WHERE name = %L, then SELECT vault.create_secret(''…'', %L). A backup restored elsewhere can''t be decrypted with another project''s key.', entry, entry)
        ELSE format('SELECT vault.create_secret(''…'', %L).', entry)
      END
    )::linernotes.finding;
  END LOOP;

  BEGIN
    EXECUTE 'SELECT count(*) FROM (SELECT FROM net.http_request_queue LIMIT 1000) AS waiting' INTO waiting;
  EXCEPTION WHEN OTHERS THEN
    waiting := NULL;
  END;
  RETURN NEXT ROW(
    'calls', 'pg_net', coalesce(waiting, 0) < 200 AND NOT EXISTS (
      SELECT FROM public.worker_issues AS issue
      WHERE issue.worker_name = 'database' AND issue.issue_type = 'calls_not_sent' AND issue.resolved IS NOT TRUE
    ),
    CASE WHEN waiting IS NULL THEN 'its queue can''t be read' ELSE linernotes.counted(waiting, 'request waits', 'requests wait') || ' to be sent' END,
    'Its worker does not send: SELECT net.worker_restart(), or restart the database. No message is lost meanwhile, cron calls again.'
  )::linernotes.finding;
END;
$$;
COMMENT ON FUNCTION linernotes.examine_calls() IS
  'Whether the database can call the functions, and may: the project it belongs to, Vault, pg_net.';

CREATE OR REPLACE FUNCTION linernotes.examine_grants()
RETURNS SETOF linernotes.finding
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  RETURN QUERY
  WITH routine AS MATERIALIZED (
    -- Ours say in their comment for whom they are; an operator's own functions are theirs to open.
    SELECT
      function.proname AS name,
      comment.description LIKE '%Service role.%' AS is_for_service,
      pg_catalog.has_function_privilege('anon', function.oid, 'EXECUTE')
        OR pg_catalog.has_function_privilege('authenticated', function.oid, 'EXECUTE') AS is_public,
      pg_catalog.has_function_privilege('service_role', function.oid, 'EXECUTE') AS is_service
    FROM pg_catalog.pg_proc AS function
    JOIN pg_catalog.pg_description AS comment
      ON comment.objoid = function.oid AND comment.classoid = 'pg_catalog.pg_proc'::REGCLASS AND comment.objsubid = 0
    WHERE function.pronamespace = 'public'::REGNAMESPACE
      AND (comment.description LIKE '%Service role.%' OR comment.description LIKE '%For everybody.%')
  ), relation AS MATERIALIZED (
    SELECT class.oid::REGCLASS::TEXT AS name, class.relnamespace = 'public'::REGNAMESPACE AND NOT class.relrowsecurity AS is_bare,
      EXISTS (
        SELECT FROM unnest(ARRAY['anon', 'authenticated']) AS role
        WHERE pg_catalog.has_table_privilege(role, class.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
      ) AS is_public
    FROM pg_catalog.pg_class AS class
    WHERE class.relkind IN ('r', 'p', 'v', 'm') AND (
      class.relnamespace = 'linernotes'::REGNAMESPACE
      OR (class.relnamespace = 'public'::REGNAMESPACE AND class.relname IN (
        'artists', 'albums', 'tracks', 'producers', 'track_producers', 'processing_status', 'processing_locks',
        'queue_registry', 'queue_metrics', 'monitoring_events', 'worker_issues'
      ))
    )
  ), seen AS (
    SELECT
      (SELECT string_agg(name, ', ' ORDER BY name) FROM routine WHERE is_public AND NOT is_for_service) AS reach,
      (SELECT string_agg(name, ', ' ORDER BY name) FROM routine WHERE is_public AND is_for_service) AS excess,
      (SELECT string_agg(name, ', ' ORDER BY name) FROM routine WHERE NOT is_service) AS lacking,
      (SELECT string_agg(name, ', ' ORDER BY name) FROM relation WHERE is_public) AS open_tables,
      (SELECT string_agg(name, ', ' ORDER BY name) FROM relation WHERE is_bare) AS bare_tables,
      (SELECT role.rolbypassrls OR role.rolsuper FROM pg_catalog.pg_roles AS role WHERE role.rolname = 'service_role') AS sees_rows
  )
  SELECT 'grants', line.name, line.fault IS NULL, coalesce(line.fault, line.right_words),
    coalesce(line.advice, 'SELECT public.repair_installation() gives each key what it may have, and no more.')
  FROM seen
  CROSS JOIN LATERAL (VALUES
    ('functions of the public key', 'may call what only the secret key may: ' || seen.excess,
      'may call ' || coalesce(seen.reach, 'nothing'), NULL),
    ('tables of the public key', 'has grants on ' || seen.open_tables, 'has no grant on any table', NULL),
    ('functions of the secret key', 'may not call ' || seen.lacking, 'may call all of them', NULL),
    ('rows of the secret key', CASE WHEN NOT seen.sees_rows THEN 'service_role sees no row, for it does not bypass row level security' END,
      'are not hidden by row level security', 'As a superuser: ALTER ROLE service_role BYPASSRLS.'),
    ('row level security', 'is off for ' || seen.bare_tables, 'is on for all tables in public',
      'ALTER TABLE … ENABLE ROW LEVEL SECURITY, for each of them.')
  ) AS line (name, fault, right_words, advice);
END;
$$;
COMMENT ON FUNCTION linernotes.examine_grants() IS
  'What the public key can reach, and whether the secret key can work.';

CREATE OR REPLACE FUNCTION linernotes.examine_schema()
RETURNS SETOF linernotes.finding
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT
    'schema', 'release', installed.release IS NOT NULL,
    coalesce(installed.release, 'no release is wholly installed'),
    CASE WHEN installed.release IS NULL THEN 'Some migrations are missing: supabase migration list says which.' END
  FROM (SELECT linernotes.installed_release()) AS installed (release);
$$;
COMMENT ON FUNCTION linernotes.examine_schema() IS
  'Which release''s migrations are installed.';

CREATE OR REPLACE FUNCTION linernotes.examine(area TEXT)
RETURNS SETOF linernotes.finding
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  -- One area that can't be looked at hides none of the others.
  RETURN QUERY EXECUTE format('SELECT * FROM linernotes.%I()', 'examine_' || area);
EXCEPTION WHEN OTHERS THEN
  RETURN NEXT ROW(area, 'all', FALSE, format('the %s can''t be looked at: %s', area, SQLERRM), 'See the database''s log.')::linernotes.finding;
END;
$$;
COMMENT ON FUNCTION linernotes.examine(TEXT) IS
  'The findings of one area, or that it can''t be looked at.';

CREATE OR REPLACE FUNCTION public.diagnose_installation()
RETURNS JSONB
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
  SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
    'area', finding.area,
    'name', finding.name,
    'ok', finding.ok,
    'found', finding.found,
    'advice', CASE WHEN NOT finding.ok THEN finding.advice END
  )) ORDER BY areas.place, finding.place)
  FROM unnest(ARRAY['extensions', 'schema', 'grants', 'queues', 'jobs', 'calls']) WITH ORDINALITY AS areas (area, place)
  CROSS JOIN LATERAL linernotes.examine(areas.area) WITH ORDINALITY AS finding (area, name, ok, found, advice, place);
$$;
COMMENT ON FUNCTION public.diagnose_installation() IS
  'Whether the installation is whole: [{area, name, ok, found, advice}] of extensions, schema, grants, queues, jobs and calls; advice where something is not as it should be. Changes nothing. Service role.';

CREATE OR REPLACE FUNCTION public.repair_installation()
RETURNS JSONB
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  PERFORM linernotes.apply_grants();
  IF to_regclass('pgmq.meta') IS NOT NULL THEN
    PERFORM linernotes.ensure_queues();
    -- Messages that came while a queue had no trigger.
    PERFORM linernotes.wake_all();
  END IF;
  IF to_regprocedure('cron.schedule(text,text,text)') IS NOT NULL THEN
    PERFORM public.schedule_jobs();
  END IF;
  NOTIFY pgrst, 'reload schema';
  RETURN (
    SELECT coalesce(jsonb_agg(finding), '[]')
    FROM jsonb_array_elements(public.diagnose_installation()) AS finding
    WHERE finding -> 'ok' = 'false'
  );
END;
$$;
COMMENT ON FUNCTION public.repair_installation() IS
  'What a restore, a clone or the dashboard has left undone: grants as they must be, registered queues made and wired, the jobs scheduled. Returns what diagnose_installation still finds: that is for somebody to decide or to enter. Repeatable. Service role.';

CREATE OR REPLACE FUNCTION linernotes.installation_reasons()
RETURNS SETOF linernotes.reason
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  RETURN QUERY
  WITH finding AS MATERIALIZED (
    SELECT found.* FROM unnest(ARRAY['grants', 'queues', 'jobs', 'calls']) AS areas (area)
    CROSS JOIN LATERAL linernotes.examine(areas.area) AS found
    WHERE NOT found.ok
  ), job AS (
    SELECT finding.found, array_agg(finding.name ORDER BY finding.name) AS names, min(finding.advice) AS advice
    FROM (
      -- What they have in common, once.
      SELECT known.name, known.advice,
        CASE WHEN known.found LIKE 'has not run since%' THEN 'late' ELSE known.found END AS found
      FROM finding AS known
      WHERE known.area = 'jobs'
    ) AS finding
    GROUP BY finding.found
  )
  SELECT
    CASE finding.area WHEN 'calls' THEN 'database_is_a_copy' WHEN 'grants' THEN 'grants_wrong' ELSE 'queue_broken' END,
    CASE
      WHEN finding.name IN ('all', 'project') THEN '{}'
      ELSE jsonb_build_object(CASE finding.area WHEN 'grants' THEN 'grant' ELSE 'queue' END, finding.name)
    END,
    CASE
      WHEN finding.area = 'queues' AND finding.name <> 'all' THEN format('the queue %s %s', finding.name, finding.found)
      WHEN finding.area = 'grants' AND finding.name <> 'all' THEN format('%s: %s', finding.name, finding.found)
      ELSE finding.found
    END,
    finding.advice
  FROM finding
  -- What keeps the database from calling is an issue of its own, and Vault a part of the status.
  WHERE finding.area IN ('grants', 'queues') OR (finding.area = 'calls' AND finding.name = 'project')
  UNION ALL
  SELECT
    CASE
      WHEN job.found IN ('is not scheduled', 'does something else than this release''s') THEN 'jobs_not_scheduled'
      ELSE 'jobs_not_run'
    END,
    jsonb_build_object('jobs', to_jsonb(job.names)),
    CASE
      WHEN job.found = 'late' THEN format(
        '%s of %s jobs %s not run since %s', cardinality(job.names), (SELECT count(*) FROM linernotes.jobs()),
        CASE cardinality(job.names) WHEN 1 THEN 'has' ELSE 'have' END,
        (
          SELECT substring(late.found FROM 'since (.*)$')
          FROM finding AS late
          WHERE late.area = 'jobs' AND late.found LIKE 'has not run since%'
          ORDER BY late.found DESC
          LIMIT 1
        )
      )
      WHEN job.names = ARRAY['all'] THEN job.found
      ELSE format(
        '%s of %s jobs: %s (%s)', cardinality(job.names), (SELECT count(*) FROM linernotes.jobs()),
        -- One or several are the same words so.
        regexp_replace(job.found, '^is ', ''),
        array_to_string(job.names, ', ')
      )
    END,
    job.advice
  FROM job;
END;
$$;
COMMENT ON FUNCTION linernotes.installation_reasons() IS
  'What is wrong with the installation, as the status shows it.';
