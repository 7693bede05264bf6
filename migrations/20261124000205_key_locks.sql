-- Locks for keys that may have no row yet. A transaction that asks "is there a producer of this name?" and inserts one
-- if not takes the lock of the name first, since it cannot see what another transaction has not committed.
--
-- The locks are row locks on a table of fixed size: their number is not limited as that of advisory locks is, they end
-- with the transaction, and the table does not grow. A key is hashed to one of its rows. Two keys that share a row cost
-- a wait now and then, and never a wrong answer.

CREATE TABLE IF NOT EXISTS linernotes.key_locks (
  bucket INTEGER PRIMARY KEY
);
COMMENT ON TABLE linernotes.key_locks IS
  'Rows to lock in place of keys: 4,096 for names and ids of the catalogue, 4,096 for operations. Their content never changes.';

INSERT INTO linernotes.key_locks (bucket) SELECT generate_series(0, 8191) ON CONFLICT DO NOTHING;

CREATE OR REPLACE FUNCTION linernotes.lock_keys(keys TEXT[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  PERFORM
  FROM linernotes.key_locks AS lock
  WHERE lock.bucket = ANY (ARRAY(
    SELECT DISTINCT (pg_catalog.hashtext(key) & 4095)
      -- An operation is locked before the names that it is about. If it shared a bucket with a name, two operations could
      -- each hold what the other waits for.
      + CASE WHEN starts_with(key, 'operation:') THEN 4096 ELSE 0 END
    FROM unnest(keys) AS key
  ))
  ORDER BY lock.bucket
  FOR NO KEY UPDATE;
END;
$$;
COMMENT ON FUNCTION linernotes.lock_keys(TEXT[]) IS
  'Locks the keys until the end of the transaction, in one order. Read the rows to decide from in a later statement: only that sees what others committed while this one waited.';
