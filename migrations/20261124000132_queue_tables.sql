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
  -- pgmq makes one table of two names that differ in case only, so the name is lower-cased below.
  SELECT meta.queue_name INTO known FROM pgmq.meta WHERE meta.queue_name = queue_table.queue_name;
  IF known IS NULL THEN
    PERFORM linernotes.reject(argument, format('there is no queue %s', quote_literal(left(queue_name, 100))));
  END IF;
  RETURN format('pgmq.%I', 'q_' || lower(known));
END;
$$;
COMMENT ON FUNCTION linernotes.queue_table(TEXT, TEXT) IS
  'The table of a queue, schema-qualified and quoted, so that it can be put into dynamic SQL; an unknown queue raises 22023.';

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

CREATE OR REPLACE FUNCTION linernotes.prepare_queue(queue_name TEXT)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  queue_table TEXT := linernotes.queue_table(queue_name);
  prefix TEXT := 'q_' || lower(queue_name);
  twice TEXT;
  index_name TEXT;
  definition TEXT;
BEGIN
  IF to_regclass(format('pgmq.%I', prefix || '_key')) IS NULL THEN
    EXECUTE format(
      'SELECT string_agg(key, '', '') FROM (
         SELECT message ->> ''_idempotencyKey'' AS key FROM %s
         WHERE coalesce(message ->> ''_idempotencyKey'', '''') <> '''' GROUP BY 1 HAVING count(*) > 1 LIMIT 20
       ) AS repeated',
      queue_table
    ) INTO twice;
    IF twice IS NOT NULL THEN
      RAISE EXCEPTION 'queue % holds several messages with one idempotency key: %', queue_name, twice
        USING HINT = 'Delete all but one of each, then run this again.';
    END IF;
  END IF;

  FOR index_name, definition IN
    SELECT *
    FROM (VALUES
      -- A key is taken while its message is in the queue, and free as soon as the message is gone, whoever removes it.
      (prefix || '_key', 'CREATE UNIQUE INDEX %I ON %s ((md5(nullif(message ->> ''_idempotencyKey'', ''''))::UUID))'),
      -- Each delivery and each retry writes every index of the row, so these two are of the kinds that cost least.
      (prefix || '_correlation', 'CREATE INDEX %I ON %s USING hash ((message ->> ''_correlationId''))'),
      -- With it, stuck and leased messages are found without reading those that were never delivered.
      (prefix || '_delivered', 'CREATE INDEX %I ON %s (vt) WHERE read_ct > 0')
    ) AS wanted
  LOOP
    -- Not CREATE INDEX IF NOT EXISTS: that waits for all writers of the table even if the index exists.
    IF to_regclass(format('pgmq.%I', index_name)) IS NULL THEN
      EXECUTE format(definition, index_name, queue_table);
    END IF;
  END LOOP;

  IF NOT EXISTS (
    SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = queue_table::REGCLASS AND tgname = 'wake_on_commit'
  ) THEN
    EXECUTE format(
      'CREATE CONSTRAINT TRIGGER wake_on_commit AFTER INSERT OR UPDATE OF vt ON %s
         DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW WHEN (NEW.vt <= clock_timestamp() AND linernotes.first_wake_up(%L))
         EXECUTE FUNCTION linernotes.wake_on_commit(%L)',
      queue_table, queue_name, queue_name
    );
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.prepare_queue(TEXT) IS
  'Adds our indexes and the wake-up trigger to a pgmq queue; repeatable.';

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
  PERFORM linernotes.check_text('p_queue_name', p_queue_name, 47);
  PERFORM linernotes.check_text('p_display_name', p_display_name);
  PERFORM linernotes.check_text('p_description', p_description, 10000);
  PERFORM linernotes.check_present('p_active', p_active);
  IF p_queue_name ~ '[$;'']|--' THEN
    PERFORM linernotes.reject('p_queue_name', 'must not contain $, ; or '' or --');
  END IF;
  IF EXISTS (
    SELECT FROM pgmq.meta WHERE lower(meta.queue_name) = lower(p_queue_name) AND meta.queue_name <> p_queue_name
  ) THEN
    PERFORM linernotes.reject('p_queue_name', 'a queue of this name in another case exists already');
  END IF;

  IF NOT EXISTS (SELECT FROM pgmq.meta WHERE meta.queue_name = p_queue_name) THEN
    PERFORM pgmq.create(p_queue_name);
  END IF;
  PERFORM linernotes.prepare_queue(p_queue_name);

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

SELECT public.register_queue(queue_name, display_name, description)
FROM (VALUES
  ('artist_discovery', 'Artist discovery', 'Finds an artist on Spotify by name or id.'),
  ('album_discovery', 'Album discovery', 'Lists an artist''s albums, a page a message.'),
  ('track_discovery', 'Track discovery', 'Reads the tracks of an album.'),
  ('producer_identification', 'Producer identification', 'Finds who produced and wrote the tracks of an album.'),
  ('social_enrichment', 'Social enrichment', 'Looks up a producer''s profile.')
) AS pipeline (queue_name, display_name, description)
-- A paused queue stays paused when the migrations are run again.
WHERE NOT EXISTS (SELECT FROM public.queue_registry AS known WHERE known.queue_name = pipeline.queue_name);

SELECT linernotes.prepare_queue(queue_name)
FROM public.queue_registry
WHERE EXISTS (SELECT FROM pgmq.meta WHERE meta.queue_name = queue_registry.queue_name);
