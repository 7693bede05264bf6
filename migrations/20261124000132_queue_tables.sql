-- The queues: pgmq's tables, and what is added to each of them: a unique index that allows one message for each
-- idempotency key, an index to find the messages of a correlation, and the trigger that wakes the worker.

CREATE OR REPLACE FUNCTION linernotes.queue_table(queue_name TEXT, argument TEXT DEFAULT 'queue_name')
RETURNS TEXT
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  known TEXT;
BEGIN
  PERFORM linernotes.check_text(argument, queue_name);
  IF to_regclass('pgmq.meta') IS NULL THEN
    PERFORM linernotes.reject(argument, 'there are no queues: pgmq is missing');
  END IF;
  -- pgmq makes one table of two names that differ in case only, so the name is lower-cased below.
  SELECT meta.queue_name INTO known FROM pgmq.meta WHERE meta.queue_name = queue_table.queue_name;
  IF known IS NULL THEN
    PERFORM linernotes.reject(argument, format('there is no queue %s', quote_literal(left(queue_name, 100))));
  END IF;
  IF to_regclass(format('pgmq.%I', 'q_' || lower(known))) IS NULL THEN
    PERFORM linernotes.reject(argument, format('the queue %s has no table; maintenance makes it again', known));
  END IF;
  RETURN format('pgmq.%I', 'q_' || lower(known));
END;
$$;
COMMENT ON FUNCTION linernotes.queue_table(TEXT, TEXT) IS
  'The table of a queue, schema-qualified and quoted, so that it can be put into dynamic SQL; an unknown queue raises 22023.';

CREATE OR REPLACE FUNCTION linernotes.queue_exists(queue_name TEXT)
RETURNS BOOLEAN
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  IF to_regclass('pgmq.meta') IS NULL OR to_regclass(format('pgmq.%I', 'q_' || lower(queue_name))) IS NULL THEN
    RETURN FALSE;
  END IF;
  RETURN EXISTS (SELECT FROM pgmq.meta WHERE meta.queue_name = queue_exists.queue_name);
END;
$$;
COMMENT ON FUNCTION linernotes.queue_exists(TEXT) IS
  'Whether pgmq knows the queue and it has its table.';

CREATE OR REPLACE FUNCTION public.get_queue_table_name_safe(p_queue_name TEXT)
RETURNS TEXT
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
  SELECT linernotes.queue_table(p_queue_name, 'p_queue_name');
$$;
COMMENT ON FUNCTION public.get_queue_table_name_safe(TEXT) IS
  'The table of a queue, schema-qualified and quoted, so that it can be put into dynamic SQL; an unknown queue raises 22023. Service role.';

-- It has a column more than before, which no CREATE OR REPLACE can add.
DROP FUNCTION IF EXISTS linernotes.queue_indexes(TEXT);
CREATE OR REPLACE FUNCTION linernotes.queue_indexes(queue_name TEXT)
RETURNS TABLE (name TEXT, definition TEXT, form TEXT)
LANGUAGE sql
IMMUTABLE
SET search_path = ''
AS $$
  SELECT 'q_' || lower(queue_name) || wanted.suffix, wanted.definition, wanted.form
  FROM (VALUES
    -- A key is taken while its message is in the queue, and free as soon as the message is gone, whoever removes it.
    ('_key', 'CREATE UNIQUE INDEX %I ON %s ((md5(nullif(message ->> ''_idempotencyKey'', ''''))::UUID))',
      'CREATE UNIQUE INDEX %\_idempotencyKey%'),
    -- Each delivery and each retry writes every index of the row, so these two are of the kinds that cost least.
    ('_correlation', 'CREATE INDEX %I ON %s USING hash ((message ->> ''_correlationId''))', '% USING hash %\_correlationId%'),
    -- With it, stuck and leased messages are found without reading those that were never delivered.
    ('_delivered', 'CREATE INDEX %I ON %s (vt) WHERE read_ct > 0', '% (vt) WHERE (read\_ct > 0)'),
    -- pgmq makes these two itself. A restore that went wrong, or somebody who meant well, may have dropped them.
    ('_vt_idx', 'CREATE INDEX %I ON %s (vt)', '% USING btree (vt)'),
    ('_pkey', 'CREATE UNIQUE INDEX %I ON %s (msg_id)', 'CREATE UNIQUE INDEX % (msg\_id)')
  ) AS wanted (suffix, definition, form);
$$;
COMMENT ON FUNCTION linernotes.queue_indexes(TEXT) IS
  'The indexes that a queue needs: name, how each is made on which table, and a pattern of what Postgres says of one that does the same.';

-- Every status asks this, wakes_its_worker and numbers_messages of each queue, so they are in PL/pgSQL, which keeps their
-- plans.
CREATE OR REPLACE FUNCTION linernotes.missing_indexes(queue_name TEXT, queue_table REGCLASS)
RETURNS TABLE (name TEXT, definition TEXT)
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  RETURN QUERY
  WITH known AS MATERIALIZED (
    SELECT pg_catalog.pg_get_indexdef(index.indexrelid) AS definition
    FROM pg_catalog.pg_index AS index
    WHERE index.indrelid = missing_indexes.queue_table AND index.indisvalid
  )
  SELECT wanted.name, wanted.definition
  FROM linernotes.queue_indexes(missing_indexes.queue_name) AS wanted
  WHERE NOT EXISTS (SELECT FROM known WHERE known.definition LIKE wanted.form);
END;
$$;
COMMENT ON FUNCTION linernotes.missing_indexes(TEXT, REGCLASS) IS
  'Those of queue_indexes that the table has not, or has only by name.';

CREATE OR REPLACE FUNCTION linernotes.check_queue_name(argument TEXT, queue_name TEXT)
RETURNS VOID
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  suffix CONSTANT TEXT := lower(queue_name);
  queue_table OID;
  occupied TEXT;
BEGIN
  PERFORM linernotes.check_text(argument, queue_name, 47);
  IF octet_length(queue_name) > 47 THEN
    -- Names of tables and indexes are cut at 63 bytes, so two long names could become one table.
    PERFORM linernotes.reject(argument, format('must be at most 47 bytes, is %s', octet_length(queue_name)));
  ELSIF queue_name ~ '[$;'']|--' THEN
    PERFORM linernotes.reject(argument, 'must not contain $, ; or '' or --');
  ELSIF EXISTS (
    SELECT FROM pgmq.meta WHERE lower(meta.queue_name) = suffix AND meta.queue_name <> check_queue_name.queue_name
  ) THEN
    PERFORM linernotes.reject(argument, 'a queue of this name in another case exists already');
  END IF;

  queue_table := to_regclass(format('pgmq.%I', 'q_' || suffix));
  SELECT string_agg(format('pgmq.%I', relation.relname), ', ') INTO occupied
  FROM pg_catalog.pg_class AS relation
  LEFT JOIN pg_catalog.pg_index AS index ON index.indexrelid = relation.oid
  WHERE relation.relnamespace = 'pgmq'::REGNAMESPACE
    AND (
      (
        relation.relname IN (SELECT wanted.name FROM linernotes.queue_indexes(check_queue_name.queue_name) AS wanted)
        AND (index.indrelid = queue_table) IS NOT TRUE
      )
      OR (relation.oid = queue_table AND relation.relkind NOT IN ('r', 'p'))
      -- What pgmq makes for a new queue.
      OR (queue_table IS NULL AND relation.relname IN (
        'a_' || suffix, 'q_' || suffix || '_pkey', 'a_' || suffix || '_pkey', 'q_' || suffix || '_vt_idx',
        'q_' || suffix || '_msg_id_seq', 'archived_at_idx_' || suffix
      ) AND NOT EXISTS (
        -- A queue that lost its table may have kept its archive.
        SELECT FROM pgmq.meta WHERE meta.queue_name = check_queue_name.queue_name
      ))
    );
  IF occupied IS NOT NULL THEN
    PERFORM linernotes.reject(argument, format('its table or an index of it would meet what is there already: %s', occupied));
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.check_queue_name(TEXT, TEXT) IS
  'Raises 22023 unless a queue of this name can be made and prepared.';

CREATE OR REPLACE FUNCTION linernotes.merge_duplicates(queue_name TEXT)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  -- Nobody sends one more while the index is made.
  EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', linernotes.queue_table(queue_name));
  EXECUTE format(
    $query$
    WITH keyed AS MATERIALIZED (
      SELECT msg_id, message, first_value(msg_id) OVER same AS kept_id,
        first_value(message ->> '_correlationId') OVER same AS kept_correlation
      FROM %1$s
      WHERE coalesce(message ->> '_idempotencyKey', '') <> ''
      WINDOW same AS (PARTITION BY message ->> '_idempotencyKey' ORDER BY msg_id)
    ), linked AS (
      INSERT INTO linernotes.discovery_links (correlation_id, linked_id)
      SELECT DISTINCT message ->> '_correlationId', kept_correlation
      FROM keyed
      WHERE msg_id <> kept_id AND message ->> '_correlationId' <> kept_correlation
      ON CONFLICT DO NOTHING
    ), forced AS (
      UPDATE %1$s AS queued
      SET message = queued.message || '{"force": true}'
      WHERE queued.msg_id IN (SELECT kept_id FROM keyed WHERE msg_id <> kept_id AND message -> 'force' = 'true')
        AND queued.message -> 'force' IS DISTINCT FROM 'true'
    )
    DELETE FROM %1$s AS queued
    WHERE queued.msg_id IN (SELECT msg_id FROM keyed WHERE msg_id <> kept_id)
    $query$,
    linernotes.queue_table(queue_name)
  );
END;
$$;
COMMENT ON FUNCTION linernotes.merge_duplicates(TEXT) IS
  'Of messages with one idempotency key keeps the oldest, as an enqueue would have done: forced if one of them was, its correlation linked with theirs. For a queue that had no unique index for a while.';

CREATE OR REPLACE FUNCTION linernotes.wakes_its_worker(queue_table REGCLASS)
RETURNS BOOLEAN
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  RETURN EXISTS (
    SELECT
    FROM pg_catalog.pg_trigger AS wired
    WHERE wired.tgrelid = wakes_its_worker.queue_table
      AND wired.tgfoid = 'linernotes.request_wake_up'::REGPROC
      AND wired.tgenabled IN ('O', 'A')
  );
END;
$$;
COMMENT ON FUNCTION linernotes.wakes_its_worker(REGCLASS) IS
  'Whether the table has the trigger that wakes its worker, enabled.';

CREATE OR REPLACE FUNCTION linernotes.numbers_messages(queue_table REGCLASS)
RETURNS BOOLEAN
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  RETURN (
    SELECT coalesce(bool_or(known.attidentity <> '' OR known.atthasdef), TRUE)
    FROM pg_catalog.pg_attribute AS known
    WHERE known.attrelid = numbers_messages.queue_table AND known.attname = 'msg_id' AND NOT known.attisdropped
  );
END;
$$;
COMMENT ON FUNCTION linernotes.numbers_messages(REGCLASS) IS
  'Whether msg_id gets a value by itself: by an identity, or by a default as an upgrade of the platform has left it.';

CREATE OR REPLACE FUNCTION linernotes.prepare_queue(queue_name TEXT)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  queue_table TEXT := linernotes.queue_table(queue_name);
  mark TEXT := E'\n' || queue_name || E'\n';
  kind "char";
  owner_name TEXT;
  index_name TEXT;
  definition TEXT;
  wiring TEXT;
BEGIN
  PERFORM linernotes.check_queue_name('queue_name', queue_name);
  SELECT class.relkind, pg_catalog.pg_get_userbyid(class.relowner) INTO kind, owner_name
  FROM pg_catalog.pg_class AS class
  WHERE class.oid = to_regclass(queue_table);
  IF kind IS NULL THEN
    PERFORM linernotes.reject('queue_name', format('the queue %s has no table', queue_name));
  ELSIF kind = 'p' THEN
    PERFORM linernotes.reject('queue_name', format(
      'the queue %s is partitioned: idempotency keys need a unique index, which its table can''t have', queue_name
    ));
  ELSIF NOT pg_catalog.pg_has_role(current_user, owner_name, 'USAGE') THEN
    RAISE EXCEPTION 'queue_name: the table of the queue % belongs to %', queue_name, owner_name
      USING ERRCODE = 'insufficient_privilege',
        HINT = format('As %s or a superuser: ALTER TABLE %s OWNER TO %I. Then run this again.', owner_name, queue_table, current_user);
  END IF;

  IF NOT linernotes.numbers_messages(queue_table::REGCLASS) THEN
    EXECUTE format('ALTER TABLE %s ALTER COLUMN msg_id SET NOT NULL, ALTER COLUMN msg_id ADD GENERATED ALWAYS AS IDENTITY', queue_table);
    -- Above all that were ever given, as far as anybody remembers: an outcome is fenced by its message's id.
    EXECUTE format(
      'SELECT setval(pg_get_serial_sequence(%L, ''msg_id''), greatest(
         (SELECT max(msg_id) FROM %1$s), (SELECT max(message_id) FROM linernotes.dead_letters WHERE queue_name = %2$L), 0
       ) + 1000, FALSE)', queue_table, queue_name
    );
  END IF;

  -- Not CREATE INDEX IF NOT EXISTS: that waits for all writers of the table even if the index exists.
  FOR index_name, definition IN SELECT * FROM linernotes.missing_indexes(queue_name, queue_table::REGCLASS) LOOP
    IF index_name LIKE '%\_key' THEN
      PERFORM linernotes.merge_duplicates(queue_name);
    END IF;
    -- One of this name that does something else, or was left half made.
    EXECUTE format('DROP INDEX IF EXISTS pgmq.%I', index_name);
    EXECUTE format(definition, index_name, queue_table);
  END LOOP;

  SELECT pg_catalog.pg_get_triggerdef(known.oid) INTO wiring
  FROM pg_catalog.pg_trigger AS known
  WHERE known.tgrelid = queue_table::REGCLASS AND known.tgname = 'wake_on_commit';
  IF wiring NOT LIKE '%request\_wake\_up%' THEN
    -- Of an earlier release: a deferred event of the queue's own table, which stood in the way of whoever altered it.
    EXECUTE format('DROP TRIGGER wake_on_commit ON %s', queue_table);
    wiring := NULL;
  END IF;
  IF wiring IS NULL THEN
    -- The condition is evaluated for each row at once, as whoever writes it, who may not be allowed to call our
    -- functions. It does what first_wake_up does: ten thousand rows cause one pending wake-up.
    EXECUTE format(
      $trigger$
      CREATE TRIGGER wake_on_commit AFTER INSERT OR UPDATE OF vt ON %1$s
        FOR EACH ROW WHEN (
          NEW.vt <= clock_timestamp()
          AND CASE
            WHEN position(%2$L IN coalesce(current_setting('linernotes.wake_ups', TRUE), '')) > 0 THEN FALSE
            ELSE set_config(
              'linernotes.wake_ups', coalesce(current_setting('linernotes.wake_ups', TRUE), '') || %2$L, TRUE
            ) IS NOT NULL
          END
        )
        EXECUTE FUNCTION linernotes.request_wake_up(%3$L)
      $trigger$,
      queue_table, mark, queue_name
    );
  ELSIF NOT linernotes.wakes_its_worker(queue_table::REGCLASS) THEN
    EXECUTE format('ALTER TABLE %s ENABLE TRIGGER wake_on_commit', queue_table);
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.prepare_queue(TEXT) IS
  'Adds our indexes and the wake-up trigger to a pgmq queue; repeatable.';

CREATE OR REPLACE FUNCTION linernotes.ensure_queue(queue_name TEXT)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  PERFORM linernotes.check_queue_name('queue_name', queue_name);
  IF to_regclass(format('pgmq.%I', 'q_' || lower(queue_name))) IS NULL
    OR to_regclass(format('pgmq.%I', 'a_' || lower(queue_name))) IS NULL
    OR NOT EXISTS (SELECT FROM pgmq.meta WHERE meta.queue_name = ensure_queue.queue_name)
  THEN
    PERFORM pgmq.create(queue_name);
  END IF;
  PERFORM linernotes.prepare_queue(queue_name);
END;
$$;
COMMENT ON FUNCTION linernotes.ensure_queue(TEXT) IS
  'Makes the queue unless it is there, and prepares it; repeatable.';

CREATE OR REPLACE FUNCTION linernotes.ensure_queues()
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  wanted TEXT;
  failed TEXT[] := '{}'::TEXT[];
BEGIN
  PERFORM linernotes.register_pipeline();
  FOR wanted IN SELECT registry.queue_name FROM public.queue_registry AS registry ORDER BY registry.queue_name LOOP
    BEGIN
      PERFORM linernotes.ensure_queue(wanted);
    EXCEPTION WHEN OTHERS THEN
      failed := failed || SQLERRM;
    END;
  END LOOP;
  IF failed <> '{}' THEN
    PERFORM linernotes.raise_call_issue('queue_not_prepared', array_to_string(failed, '; '));
  ELSE
    PERFORM linernotes.close_call_issue('queue_not_prepared');
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.ensure_queues() IS
  'Makes and prepares every registered queue, as a restore, a clone or the dashboard may have left them; one that can''t be is an open issue, and the others are done all the same.';

CREATE OR REPLACE FUNCTION public.register_queue(
  p_queue_name TEXT,
  p_display_name TEXT,
  p_description TEXT,
  p_active BOOLEAN DEFAULT TRUE
)
RETURNS INT
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  registered_id INT;
BEGIN
  PERFORM linernotes.check_queue_name('p_queue_name', p_queue_name);
  PERFORM linernotes.check_text('p_display_name', p_display_name);
  PERFORM linernotes.check_text('p_description', p_description, 10000);
  PERFORM linernotes.check_present('p_active', p_active);
  PERFORM linernotes.ensure_queue(p_queue_name);

  INSERT INTO public.queue_registry AS known (queue_name, display_name, description, active)
  VALUES (p_queue_name, p_display_name, p_description, p_active)
  ON CONFLICT (queue_name) DO UPDATE
  SET display_name = EXCLUDED.display_name,
      description = EXCLUDED.description,
      active = EXCLUDED.active
  RETURNING known.id INTO registered_id;
  RETURN registered_id;
END;
$$;
COMMENT ON FUNCTION public.register_queue(TEXT, TEXT, TEXT, BOOLEAN) IS
  'Makes sure that the queue exists and is in the registry; returns the row''s id. Repeatable. Service role.';

CREATE OR REPLACE FUNCTION linernotes.register_pipeline()
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  INSERT INTO public.queue_registry (queue_name, display_name, description)
  SELECT pipeline.queue_name, pipeline.display_name, pipeline.description
  FROM (VALUES
    ('artist_discovery', 'Artist discovery', 'Finds an artist on Spotify by name or id.'),
    ('album_discovery', 'Album discovery', 'Lists an artist''s albums, a page a message.'),
    ('track_discovery', 'Track discovery', 'Reads the tracks of an album.'),
    ('producer_identification', 'Producer identification', 'Finds who produced and wrote the tracks of an album.'),
    ('social_enrichment', 'Social enrichment', 'Looks up a producer''s profile.')
  ) AS pipeline (queue_name, display_name, description)
  -- A paused queue stays paused.
  WHERE NOT EXISTS (SELECT FROM public.queue_registry AS known WHERE known.queue_name = pipeline.queue_name);
$$;
COMMENT ON FUNCTION linernotes.register_pipeline() IS
  'Registers those of the pipeline''s queues that are not registered; a queue without its row is woken by nobody.';

SELECT linernotes.register_pipeline();

-- Again after a restore that left pgmq out: the registry came back, the queues did not. One of an operator's own that
-- can't be made does not stop the migration.
SELECT linernotes.ensure_queue(workers.queue_name) FROM linernotes.workers;
SELECT linernotes.ensure_queues();
