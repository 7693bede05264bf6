-- Whether the installation is whole: extensions, queues, jobs, Vault, pg_net, grants. Projects are restored, cloned,
-- upgraded, and edited in dashboards; what got lost on the way is said here in words, each with what to do. The status
-- shows what is wrong, scripts/doctor all of it. Nothing here changes anything.

SELECT linernotes.ensure_type('linernotes.finding', 'AS (area TEXT, name TEXT, ok BOOLEAN, found TEXT, advice TEXT)');
COMMENT ON TYPE linernotes.finding IS
  'One thing that was looked at: whether it is as it should be, what was found, and what to do where it is not.';

CREATE OR REPLACE FUNCTION linernotes.examine_extensions()
RETURNS SETOF linernotes.finding
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT
    'extensions',
    wanted.extension,
    wanted.is_there,
    CASE
      WHEN NOT wanted.is_there THEN 'is missing' || coalesce(': there is no ' || wanted.proof, '')
      WHEN installed.extversion IS NOT NULL THEN 'version ' || installed.extversion
      ELSE 'is there, not as an extension'
    END,
    CASE WHEN NOT wanted.is_there THEN wanted.advice END
  FROM (
    SELECT list.*, to_regprocedure(list.proof) IS NOT NULL
      OR EXISTS (SELECT FROM pg_catalog.pg_extension AS known WHERE known.extname = list.extension AND list.proof IS NULL) AS is_there
    FROM (VALUES
      ('pgmq', 'pgmq.create(text)', 'Enable Queues (or CREATE EXTENSION pgmq), then SELECT public.repair_installation(): it makes the queues again. Messages that a backup left out are gone: ask for their artists again.'),
      ('pg_cron', 'cron.schedule(text,text,text)', 'Enable pg_cron, then SELECT public.repair_installation().'),
      ('pg_net', 'net.http_post(text,jsonb,jsonb,jsonb,integer)', 'Enable pg_net: without it the database can call no function.'),
      ('supabase_vault', 'vault.create_secret(text,text,text,uuid)', 'Enable Vault, then create functions_url and function_secret in it.'),
      ('pg_trgm', NULL, 'CREATE EXTENSION pg_trgm SCHEMA extensions: the search needs it.')
    ) AS list (extension, proof, advice)
  ) AS wanted
  LEFT JOIN pg_catalog.pg_extension AS installed ON installed.extname = wanted.extension;
$$;
COMMENT ON FUNCTION linernotes.examine_extensions() IS
  'The extensions that Linernotes stands on, each by a function that it must bring.';

CREATE OR REPLACE FUNCTION linernotes.queue_problem(queue_name TEXT)
RETURNS TEXT
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  relation TEXT := 'q_' || lower(queue_problem.queue_name);
  queue_table REGCLASS;
  kind "char";
  persistence "char";
  owner_name TEXT;
  namesake TEXT;
  lacking TEXT;
  is_known BOOLEAN;
BEGIN
  EXECUTE 'SELECT EXISTS (SELECT FROM pgmq.meta WHERE meta.queue_name = $1)' INTO is_known USING queue_name;
  queue_table := to_regclass(format('pgmq.%I', relation));
  IF queue_table IS NULL THEN
    SELECT index.indrelid::REGCLASS::TEXT INTO namesake
    FROM pg_catalog.pg_index AS index
    WHERE index.indexrelid = to_regclass(format('pgmq.%I', relation || '_key'));
    RETURN CASE
      WHEN namesake IS NOT NULL THEN format('has no table, and its indexes are at %s', namesake)
      WHEN is_known THEN 'is in pgmq.meta and has no table'
      ELSE 'does not exist'
    END;
  ELSIF NOT is_known THEN
    RETURN 'has a table and is not in pgmq.meta';
  END IF;
  SELECT class.relkind, class.relpersistence, pg_catalog.pg_get_userbyid(class.relowner)
  INTO kind, persistence, owner_name
  FROM pg_catalog.pg_class AS class
  WHERE class.oid = queue_table;
  SELECT string_agg(wanted.name, ', ') INTO lacking
  FROM unnest(ARRAY['msg_id', 'read_ct', 'enqueued_at', 'vt', 'message']) AS wanted (name)
  WHERE NOT EXISTS (
    SELECT FROM pg_catalog.pg_attribute AS known
    WHERE known.attrelid = queue_table AND known.attname = wanted.name AND NOT known.attisdropped
  );
  -- The table's name is in lower case, so both are one.
  EXECUTE 'SELECT min(queue_name) FROM pgmq.meta WHERE lower(queue_name) = lower($1) AND queue_name <> $1'
  INTO namesake USING queue_name;
  RETURN CASE
    WHEN kind = 'p' THEN 'is partitioned'
    WHEN NOT pg_catalog.pg_has_role(current_user, owner_name, 'USAGE') THEN 'has a table that belongs to ' || owner_name
    WHEN lacking IS NOT NULL THEN 'has a table without pgmq''s columns ' || lacking
    WHEN namesake IS NOT NULL THEN 'shares its table with ' || namesake
    ELSE nullif(concat_ws(
      ', ',
      -- An operator's own queue may be so on purpose.
      CASE WHEN persistence = 'u' AND EXISTS (
        SELECT FROM linernotes.workers WHERE workers.queue_name = queue_problem.queue_name
      ) THEN
        'is unlogged, so a crash of the server empties it' END,
      (
        -- Without the first, the others are no news.
        SELECT CASE
          WHEN bool_or(missing.name LIKE '%\_key') THEN 'has no unique index on the idempotency keys'
          ELSE 'lacks the indexes ' || string_agg(missing.name, ', ' ORDER BY missing.name)
        END
        FROM linernotes.missing_indexes(queue_problem.queue_name, queue_table) AS missing
      ),
      CASE WHEN NOT linernotes.wakes_its_worker(queue_table) THEN 'has no trigger that wakes its worker' END,
      CASE WHEN NOT linernotes.numbers_messages(queue_table) THEN 'gives its messages no msg_id, so none can be sent' END,
      CASE WHEN to_regclass(format('pgmq.%I', 'a_' || lower(queue_problem.queue_name))) IS NULL THEN 'has no archive' END,
      CASE WHEN NOT EXISTS (
        SELECT FROM public.queue_registry AS registry WHERE registry.queue_name = queue_problem.queue_name
      ) THEN 'is not in queue_registry, so nobody is woken for it' END
    ), '')
  END;
END;
$$;
COMMENT ON FUNCTION linernotes.queue_problem(TEXT) IS
  'What is wrong with a queue, in words: missing, without its table, somebody else''s, not wired. NULL: nothing.';

CREATE OR REPLACE FUNCTION linernotes.examine_queues()
RETURNS SETOF linernotes.finding
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT 'queues', 'all', FALSE, 'pgmq is missing, so there are no queues',
    'Enable Queues (or CREATE EXTENSION pgmq), then SELECT public.repair_installation(): it makes the queues again. Messages that a backup left out are gone: ask for their artists again.'
  WHERE to_regclass('pgmq.meta') IS NULL
  UNION ALL
  SELECT 'queues', 'all', FALSE, 'the database takes no writes (default_transaction_read_only is on), so no message can be sent, taken or finished',
    'Supabase does that while the disk is almost full: make room or make the disk larger (Settings, Compute and Disk). Somebody else''s doing: ALTER DATABASE … or ALTER ROLE … RESET default_transaction_read_only.'
  -- Not that of this transaction, which the gateway may have made read-only for a function that changes nothing.
  WHERE (SELECT known.reset_val FROM pg_catalog.pg_settings AS known WHERE known.name = 'default_transaction_read_only') = 'on'
  UNION ALL
  SELECT
    'queues',
    wanted.queue_name,
    problem.words IS NULL,
    coalesce(problem.words, 'wired'),
    CASE
      WHEN problem.words = 'is partitioned' THEN
        'Idempotency keys need a unique index, which a partitioned table can''t have. Drop it (pgmq.drop_queue); maintenance makes it again.'
      WHEN problem.words LIKE 'has a table that belongs to %' THEN
        format('As its owner or a superuser: ALTER TABLE pgmq.%I OWNER TO %I.', 'q_' || lower(wanted.queue_name), current_user)
      WHEN problem.words LIKE 'has no table, and %' THEN
        format('It was renamed, as it seems. ALTER TABLE %s RENAME TO %I gives it its name back.',
          substring(problem.words FROM 'at (.*)$'), 'q_' || lower(wanted.queue_name))
      WHEN problem.words LIKE 'has a table without%' THEN
        format('Give pgmq.%I its columns back: ALTER TABLE … RENAME COLUMN. Or drop the queue (pgmq.drop_queue); maintenance makes it again.',
          'q_' || lower(wanted.queue_name))
      WHEN problem.words LIKE 'shares its table with %' THEN
        format('DELETE FROM pgmq.meta WHERE queue_name = %L: dropping that queue would drop the table of this one.',
          substring(problem.words FROM 'with (.*)$'))
      WHEN problem.words LIKE 'is unlogged%' THEN
        format('ALTER TABLE pgmq.%I SET LOGGED, and UPDATE pgmq.meta SET is_unlogged = FALSE WHERE queue_name = %L.',
          'q_' || lower(wanted.queue_name), wanted.queue_name)
      ELSE 'SELECT public.repair_installation() mends it, and maintenance does so every half hour. Of messages with one idempotency key the oldest stays.'
    END
  FROM (
    SELECT workers.queue_name FROM linernotes.workers
    UNION
    SELECT registry.queue_name FROM public.queue_registry AS registry
  ) AS wanted
  CROSS JOIN LATERAL linernotes.queue_problem(wanted.queue_name) AS problem (words)
  WHERE to_regclass('pgmq.meta') IS NOT NULL
  ORDER BY 2;
$$;
COMMENT ON FUNCTION linernotes.examine_queues() IS
  'The pipeline''s queues, and those that were registered.';

CREATE OR REPLACE FUNCTION linernotes.schedule_minutes(schedule TEXT)
RETURNS INT
LANGUAGE sql
IMMUTABLE
SET search_path = ''
AS $$
  SELECT CASE
    WHEN schedule ~ '^(\*|[0-9]+-[0-9]+)/[0-9]+ \* \* \* \*$' THEN (regexp_match(schedule, '/([0-9]+)'))[1]::INT
    WHEN schedule ~ '^[0-9]+ \* \* \* \*$' THEN 60
    WHEN schedule = '* * * * *' THEN 1
  END;
$$;
COMMENT ON FUNCTION linernotes.schedule_minutes(TEXT) IS
  'How often a job of ours runs, from the forms of schedule that ours have; NULL for any other.';

CREATE OR REPLACE FUNCTION linernotes.recent_job_runs()
RETURNS TABLE (job_id BIGINT, status TEXT, said TEXT, started_at TIMESTAMPTZ, turn BIGINT, looked_back_to TIMESTAMPTZ)
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  -- The log has no index but its key, and a project may have jobs of its own that fill it: what is read has a bound.
  RETURN QUERY EXECUTE
    'SELECT recent.jobid, recent.status, recent.return_message, recent.start_time,
       row_number() OVER (PARTITION BY recent.jobid ORDER BY recent.runid DESC),
       min(recent.start_time) OVER ()
     FROM (
       SELECT details.* FROM cron.job_run_details AS details ORDER BY details.runid DESC LIMIT 5000
     ) AS recent';
END;
$$;
COMMENT ON FUNCTION linernotes.recent_job_runs() IS
  'The latest runs of pg_cron''s jobs, each job''s last one as turn 1.';

CREATE OR REPLACE FUNCTION linernotes.served_by_cron()
RETURNS TEXT
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT known.setting FROM pg_catalog.pg_settings AS known WHERE known.name = 'cron.database_name';
$$;
COMMENT ON FUNCTION linernotes.served_by_cron() IS
  'The database whose jobs pg_cron runs; NULL where we may not know.';

CREATE OR REPLACE FUNCTION linernotes.examine_jobs()
RETURNS SETOF linernotes.finding
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  job RECORD;
  served TEXT := linernotes.served_by_cron();
BEGIN
  IF served <> current_database() THEN
    RETURN NEXT ROW('jobs', 'all', FALSE, format('pg_cron serves the database %s, so no job of this one runs', served),
      format('Set cron.database_name to %s and restart the database, then SELECT public.repair_installation().', current_database())
    )::linernotes.finding;
    RETURN;
  ELSIF to_regclass('cron.job') IS NULL THEN
    RETURN NEXT ROW('jobs', 'all', FALSE, 'there is no pg_cron, so no job runs',
      'Enable pg_cron, then SELECT public.repair_installation().')::linernotes.finding;
    RETURN;
  END IF;
  FOR job IN EXECUTE
    'WITH run AS MATERIALIZED (SELECT * FROM linernotes.recent_job_runs())
     SELECT
       wanted.job_name AS name,
       scheduled.jobid IS NOT NULL AS is_scheduled,
       coalesce(scheduled.active, FALSE) AS is_active,
       scheduled.schedule,
       scheduled.command = wanted.command AS is_ours,
       scheduled.database,
       scheduled.username,
       wanted.schedule AS our_schedule,
       last.started_at,
       last.status,
       left(last.said, 200) AS said,
       linernotes.schedule_minutes(scheduled.schedule) AS minutes,
       -- A job that has not run yet is late only when somebody could have seen it run.
       coalesce(last.started_at, greatest(
         (SELECT min(run.looked_back_to) FROM run),
         (SELECT min(version.applied_at) FROM linernotes.schema_version AS version),
         (SELECT project.jobs_scheduled_at FROM linernotes.project)
       )) AS since,
       NOT EXISTS (
         SELECT FROM run WHERE run.job_id = scheduled.jobid AND run.turn <= 3 AND run.status IS DISTINCT FROM ''failed''
       ) AND last.status IS NOT NULL AS always_fails
     FROM linernotes.jobs() AS wanted
     LEFT JOIN cron.job AS scheduled ON scheduled.jobname = wanted.job_name
     LEFT JOIN run AS last ON last.job_id = scheduled.jobid AND last.turn = 1
     ORDER BY wanted.job_name'
  LOOP
    RETURN NEXT ROW(
      'jobs',
      job.name,
      job.is_scheduled AND job.is_active AND job.is_ours AND job.database = current_database()
        AND job.username = current_user AND NOT job.always_fails AND NOT coalesce(
        current_setting('cron.log_run', TRUE) IS DISTINCT FROM 'off'
          AND job.since < now() - make_interval(mins => 3 * job.minutes + 5),
        FALSE
      ),
      CASE
        WHEN NOT job.is_scheduled THEN 'is not scheduled'
        WHEN NOT job.is_active THEN 'is not active'
        WHEN NOT job.is_ours THEN 'does something else than this release''s'
        WHEN job.database <> current_database() THEN format('runs in the database %s', job.database)
        WHEN job.username <> current_user THEN format('runs as %s instead of %s', job.username, current_user)
        WHEN job.always_fails THEN format('fails: %s', job.said)
        WHEN job.since < now() - make_interval(mins => 3 * job.minutes + 5) THEN
          format('has not run since %s%s', to_char(job.since, 'YYYY-MM-DD HH24:MI'), coalesce(': ' || job.said, ''))
        ELSE CASE
          WHEN job.started_at IS NULL THEN 'has not been due yet'
          ELSE format('last run %s, %s', to_char(job.started_at, 'YYYY-MM-DD HH24:MI'), job.status)
        -- An operator may have chosen another one.
        END || CASE WHEN job.schedule = job.our_schedule THEN '' ELSE format(' (at %s instead of %s)', job.schedule, job.our_schedule) END
      END,
      CASE
        WHEN NOT job.is_scheduled OR NOT job.is_ours OR (job.database <> current_database() AND job.username = current_user)
          THEN 'SELECT public.repair_installation() schedules all of them.'
        WHEN job.database <> current_database() OR job.username <> current_user THEN format(
          'As %s or a superuser: SELECT cron.unschedule(jobid) FROM cron.job WHERE jobname = %L AND username = %L. Then SELECT public.repair_installation().',
          job.username, job.name, job.username)
        WHEN NOT job.is_active THEN format('SELECT cron.alter_job(jobid, active => TRUE) FROM cron.job WHERE jobname = %L, if nobody meant it to rest.', job.name)
        ELSE 'See cron.job_run_details. Where no job runs at all, pg_cron''s launcher does not: restart the database (Supabase: Settings, General), and see that cron.database_name is this database.'
      END
    )::linernotes.finding;
  END LOOP;
END;
$$;
COMMENT ON FUNCTION linernotes.examine_jobs() IS
  'The jobs: scheduled, active, run when they should have, not failing every time.';

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
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  WITH routine AS MATERIALIZED (
    -- Ours say in their comment for whom they are; an operator's own functions are theirs to open.
    SELECT
      function.proname AS name,
      description.words LIKE '%Service role.%' AS is_for_service,
      pg_catalog.has_function_privilege('anon', function.oid, 'EXECUTE')
        OR pg_catalog.has_function_privilege('authenticated', function.oid, 'EXECUTE') AS is_public,
      pg_catalog.has_function_privilege('service_role', function.oid, 'EXECUTE') AS is_service
    FROM pg_catalog.pg_proc AS function
    CROSS JOIN LATERAL pg_catalog.obj_description(function.oid, 'pg_proc') AS description (words)
    WHERE function.pronamespace = 'public'::REGNAMESPACE
      AND (description.words LIKE '%Service role.%' OR description.words LIKE '%For everybody.%')
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
RETURNS TABLE (problem TEXT, advice TEXT)
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
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
$$;
COMMENT ON FUNCTION linernotes.installation_reasons() IS
  'What is wrong with the installation, as the status shows it: a problem in words and an advice.';
