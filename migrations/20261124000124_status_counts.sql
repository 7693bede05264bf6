-- How many entities are in which state, updated at every change: counting a million rows would take too long for a page
-- that an operator waits for.
--
-- A count is spread over several rows. A transaction that changes it takes a row that no other one has locked, or makes
-- one, so that commits never wait for each other here. There are never more rows than there were transactions at a time.

CREATE TABLE IF NOT EXISTS linernotes.status_counts (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  entity_type TEXT NOT NULL,
  state TEXT NOT NULL,
  dead_lettered BOOLEAN NOT NULL,
  entities BIGINT NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX IF NOT EXISTS status_counts_key ON linernotes.status_counts (entity_type, state, dead_lettered);
COMMENT ON TABLE linernotes.status_counts IS
  'Rows of processing_status by type and state; the count is the sum of all rows of a key, each of which may be negative.';

CREATE OR REPLACE FUNCTION linernotes.count_states()
RETURNS TRIGGER
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  changes JSONB;
  change RECORD;
  free_row BIGINT;
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    -- TRUNCATE has locked the whole table, so no other transaction counts now.
    -- Supabase refuses a DELETE without WHERE to the API's roles (safeupdate), and this trigger may run for them.
    DELETE FROM linernotes.status_counts WHERE TRUE;
    RETURN NULL;
  ELSIF TG_OP = 'INSERT' THEN
    SELECT jsonb_agg(changed) INTO changes
    FROM (
      SELECT entity_type, state, coalesce(dead_lettered, FALSE) AS dead_lettered, count(*) AS entities
      FROM new_rows
      GROUP BY 1, 2, 3
    ) AS changed;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT jsonb_agg(changed) INTO changes
    FROM (
      SELECT entity_type, state, coalesce(dead_lettered, FALSE) AS dead_lettered, -count(*) AS entities
      FROM old_rows
      GROUP BY 1, 2, 3
    ) AS changed;
  ELSE
    SELECT jsonb_agg(changed) INTO changes
    FROM (
      SELECT entity_type, state, coalesce(dead_lettered, FALSE) AS dead_lettered, sum(one) AS entities
      FROM (
        SELECT entity_type, state, dead_lettered, 1 AS one FROM new_rows
        UNION ALL
        SELECT entity_type, state, dead_lettered, -1 FROM old_rows
      ) AS both_sides
      GROUP BY 1, 2, 3
      HAVING sum(one) <> 0
    ) AS changed;
  END IF;

  FOR change IN
    SELECT *
    FROM jsonb_to_recordset(changes) AS list (entity_type TEXT, state TEXT, dead_lettered BOOLEAN, entities BIGINT)
  LOOP
    free_row := NULL;
    -- Under a stricter isolation level, updating a row that another transaction changed meanwhile fails: make a new row.
    IF current_setting('transaction_isolation') = 'read committed' THEN
      SELECT known.id INTO free_row
      FROM linernotes.status_counts AS known
      WHERE known.entity_type = change.entity_type
        AND known.state = change.state
        AND known.dead_lettered = change.dead_lettered
      LIMIT 1
      FOR NO KEY UPDATE SKIP LOCKED;
    END IF;
    IF free_row IS NULL THEN
      INSERT INTO linernotes.status_counts (entity_type, state, dead_lettered, entities)
      VALUES (change.entity_type, change.state, change.dead_lettered, change.entities);
    ELSE
      UPDATE linernotes.status_counts AS known SET entities = known.entities + change.entities WHERE known.id = free_row;
    END IF;
  END LOOP;
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION linernotes.count_states() IS
  'Trigger: keeps status_counts right at every change of processing_status, without waiting for other transactions.';

DO $$
BEGIN
  IF EXISTS (
    SELECT FROM pg_trigger WHERE tgrelid = 'public.processing_status'::REGCLASS AND tgname = 'count_states_insert'
  ) THEN
    RETURN;
  END IF;
  CREATE TRIGGER count_states_insert AFTER INSERT ON public.processing_status
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION linernotes.count_states();
  CREATE TRIGGER count_states_update AFTER UPDATE ON public.processing_status
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION linernotes.count_states();
  CREATE TRIGGER count_states_delete AFTER DELETE ON public.processing_status
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION linernotes.count_states();
  CREATE TRIGGER count_states_truncate AFTER TRUNCATE ON public.processing_status
    FOR EACH STATEMENT EXECUTE FUNCTION linernotes.count_states();
  -- Count the rows that were there before. Creating the triggers has locked out writers until this is committed.
  INSERT INTO linernotes.status_counts (entity_type, state, dead_lettered, entities)
  SELECT status.entity_type, status.state, coalesce(status.dead_lettered, FALSE), count(*)
  FROM public.processing_status AS status
  GROUP BY 1, 2, 3;
END;
$$;
