-- The names that tables, columns and functions had before, put back into a present database. Of the functions those stand
-- here whose kind differs: gone, with another argument name, with another type.
ALTER TABLE linernotes.idempotency_records RENAME TO operations;
ALTER INDEX linernotes.idempotency_records_pkey RENAME TO operations_pkey;
ALTER INDEX linernotes.idempotency_records_created_at RENAME TO operations_created_at;
ALTER TABLE linernotes.discovery_links RENAME TO discovery_joins;
ALTER TABLE linernotes.discovery_joins RENAME COLUMN linked_id TO joined_id;
ALTER INDEX linernotes.discovery_links_pkey RENAME TO discovery_joins_pkey;
ALTER INDEX linernotes.discovery_links_at RENAME TO discovery_joins_at;
ALTER TABLE linernotes.redis_quarantine RENAME TO redis_doubt;
ALTER INDEX linernotes.redis_quarantine_pkey RENAME TO redis_doubt_pkey;
ALTER TABLE linernotes.redis_doubt RENAME CONSTRAINT redis_quarantine_is_only_check TO redis_doubt_is_only_check;
ALTER TABLE linernotes.runs RENAME COLUMN progress TO settled;

CREATE FUNCTION linernotes.take_place(queue_name TEXT, run_id UUID, lease_seconds NUMERIC) RETURNS BOOLEAN
LANGUAGE sql RETURN TRUE;
DROP FUNCTION linernotes.calls_needed(TEXT, INT, INT);
CREATE FUNCTION linernotes.calls_needed(queue_name TEXT, places INT, batch_size INT) RETURNS INT
LANGUAGE sql RETURN 0;
CREATE TYPE linernotes.settlement AS (msg_id BIGINT, last_attempt BOOLEAN);
DROP FUNCTION linernotes.fence(TEXT, JSONB);
CREATE FUNCTION linernotes.fence(queue_name TEXT, outcomes JSONB) RETURNS linernotes.settlement[]
LANGUAGE sql RETURN '{}'::linernotes.settlement[];
CREATE FUNCTION linernotes.settle(queue_name TEXT, settled linernotes.settlement[], stored JSONB) RETURNS VOID
LANGUAGE sql RETURN NULL;

DROP TYPE linernotes.catalogue_rows, linernotes.stated_credit, linernotes.stated_person CASCADE;
CREATE TYPE linernotes.stated_person AS (track_id UUID, name TEXT);
CREATE TYPE linernotes.stated_credit AS (msg_id BIGINT, role TEXT);
CREATE FUNCTION linernotes.choose_producers(people linernotes.stated_person[]) RETURNS UUID[] LANGUAGE sql RETURN '{}'::UUID[];
CREATE FUNCTION linernotes.take_back(
  stated linernotes.stated_credit[], people linernotes.stated_person[], producer_ids UUID[]
) RETURNS VOID LANGUAGE sql RETURN NULL;
DROP FUNCTION linernotes.artist_ids_in(JSONB);
CREATE FUNCTION linernotes.artist_ids_in(metadata JSONB) RETURNS JSONB LANGUAGE sql RETURN NULL::JSONB;
ALTER FUNCTION linernotes.link_artist_albums() RENAME TO welcome_artists;
ALTER TRIGGER link_artist_albums_insert ON public.artists RENAME TO welcome_artists_insert;
ALTER TRIGGER link_artist_albums_update ON public.artists RENAME TO welcome_artists_update;

DROP INDEX public.producers_name_only;
UPDATE linernotes.producer_names SET identity_name = 'william' WHERE name = 'will.i.am';
ALTER TABLE linernotes.producer_names DROP COLUMN normalized_name;
ALTER TABLE linernotes.producer_names RENAME COLUMN identity_name TO normalized_name;
DROP FUNCTION linernotes.identity_name(TEXT);
CREATE UNIQUE INDEX producers_name_only ON public.producers (normalized_name) WHERE musicbrainz_id IS NULL;
