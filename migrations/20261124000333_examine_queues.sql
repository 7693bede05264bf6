-- Whether the queues are whole, and the extensions that they stand on. What an area of the installation is found to be is
-- told as linernotes.finding; diagnose_installation puts all areas together. Nothing here changes anything.
--
-- The console asks every few seconds. So what reads much is in PL/pgSQL, whose plans a session keeps: an SQL function
-- with a search_path of its own is planned by each call, which took as long as to run it.

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
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  RETURN QUERY
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
END;
$$;
COMMENT ON FUNCTION linernotes.examine_queues() IS
  'The pipeline''s queues, and those that were registered.';
