-- Two transactions that are about to decide something from rows that neither sees of the other (is there a producer
-- of this name? an artist with this id?) take the lock of the key first. Row locks on a fixed table: any number fits,
-- they are taken in one order, they end with the transaction, and nothing grows. Keys share buckets now and then;
-- that costs a wait and no correctness.

CREATE TABLE IF NOT EXISTS linernotes.key_locks (
  bucket INTEGER PRIMARY KEY
);
COMMENT ON TABLE linernotes.key_locks IS
  'Lock objects for keys that have no row yet, one of 4,096 buckets by hash, and as many for operations. Never changed, only locked.';

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
      -- An operation is locked before the names it is about: it must not share a bucket with another's name.
      + CASE WHEN starts_with(key, 'operation:') THEN 4096 ELSE 0 END
    FROM unnest(keys) AS key
  ))
  ORDER BY lock.bucket
  FOR NO KEY UPDATE;
END;
$$;
COMMENT ON FUNCTION linernotes.lock_keys(TEXT[]) IS
  'Locks the keys until the end of the transaction, always in one order. Whoever decides from rows reads them in a later statement.';
