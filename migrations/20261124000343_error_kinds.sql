-- Dead letters of one cause say it in words that differ in ids and counts only. What differs is folded away, so that two
-- thousand letters are three lines.

CREATE OR REPLACE FUNCTION linernotes.error_kind(error TEXT)
RETURNS TEXT
LANGUAGE plpgsql
IMMUTABLE
SET search_path = ''
AS $$
DECLARE
  -- An error quotes what others said, of whatever length.
  kind TEXT := left(error, 1000);
BEGIN
  kind := regexp_replace(kind, '(https?://[^\s?]+)\?\S*[^\s:;,)]', '\1?…', 'g');
  kind := regexp_replace(kind, '\m[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\M', '…', 'gi');
  kind := regexp_replace(kind, '\m(?=[A-Za-z]*[0-9])[0-9A-Za-z]{16,}\M', '…', 'g');
  kind := regexp_replace(kind, '"[^"]*"', '"…"', 'g');
  -- A status and an SQLSTATE are the cause, all other numbers vary.
  kind := regexp_replace(kind, '(?<!status |error )(?<=^|[\s(,=#])\d+(?=$|[\s),;:/&])', '…', 'g');
  -- In a path a short number is a version.
  kind := regexp_replace(kind, '(?<=/)\d{3,}(?=$|[\s),;:/&])', '…', 'g');
  -- Short enough for an index and an address.
  RETURN left(kind, 300);
END;
$$;
COMMENT ON FUNCTION linernotes.error_kind(TEXT) IS
  'The error without what varies in it (ids, quoted names, queries, numbers other than a status), by which dead letters are grouped.';

ALTER TABLE linernotes.dead_letters
  ADD COLUMN IF NOT EXISTS error_kind TEXT GENERATED ALWAYS AS (linernotes.error_kind(error)) STORED;
COMMENT ON COLUMN linernotes.dead_letters.error_kind IS
  'The error without what varies in it.';
CREATE INDEX IF NOT EXISTS dead_letters_kind ON linernotes.dead_letters (queue_name, error_kind, died_at)
  WHERE replayed_at IS NULL;
CREATE INDEX IF NOT EXISTS dead_letters_entity ON linernotes.dead_letters (entity_id);
