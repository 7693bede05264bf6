-- A database that was migrated before some tables, columns and functions got their present names keeps its data: what
-- holds data is renamed here, and functions of earlier names go, since the files below make them anew. In any other
-- database this does nothing.

DO $$
DECLARE
  renamed RECORD;
  left_over TEXT;
  -- The present types have these attributes.
  typed_rows CONSTANT BOOLEAN := (
    SELECT count(*) = 2
    FROM pg_attribute
    WHERE (attrelid = to_regclass('linernotes.stated_profile') AND attname = 'musicbrainz_id')
      OR (attrelid = to_regclass('linernotes.stated_person') AND attname = 'identity_name')
  );
  -- Spellings of names were not told apart before there was this function.
  told_apart CONSTANT BOOLEAN := to_regprocedure('linernotes.identity_name(text)') IS NOT NULL;
BEGIN
  FOR renamed IN
    SELECT *
    FROM (VALUES
      ('TABLE', 'operations', 'idempotency_records'),
      ('INDEX', 'operations_pkey', 'idempotency_records_pkey'),
      ('INDEX', 'operations_created_at', 'idempotency_records_created_at'),
      ('TABLE', 'discovery_joins', 'discovery_links'),
      ('INDEX', 'discovery_joins_pkey', 'discovery_links_pkey'),
      ('INDEX', 'discovery_joins_at', 'discovery_links_at'),
      ('TABLE', 'redis_doubt', 'redis_quarantine'),
      ('INDEX', 'redis_doubt_pkey', 'redis_quarantine_pkey')
    ) AS list (kind, earlier, present)
  LOOP
    IF to_regclass('linernotes.' || renamed.earlier) IS NOT NULL THEN
      EXECUTE format('ALTER %s linernotes.%I RENAME TO %I', renamed.kind, renamed.earlier, renamed.present);
    END IF;
  END LOOP;
  FOR renamed IN
    SELECT *
    FROM (VALUES
      ('discovery_links', 'joined_id', 'linked_id'),
      ('runs', 'settled', 'progress')
    ) AS list (target, earlier, present)
  LOOP
    IF EXISTS (
      SELECT
      FROM pg_attribute
      WHERE attrelid = to_regclass('linernotes.' || renamed.target) AND attname = renamed.earlier AND NOT attisdropped
    ) THEN
      EXECUTE format('ALTER TABLE linernotes.%I RENAME COLUMN %I TO %I', renamed.target, renamed.earlier, renamed.present);
    END IF;
  END LOOP;
  IF EXISTS (
    SELECT FROM pg_constraint
    WHERE conrelid = to_regclass('linernotes.redis_quarantine') AND conname = 'redis_doubt_is_only_check'
  ) THEN
    ALTER TABLE linernotes.redis_quarantine
      RENAME CONSTRAINT redis_doubt_is_only_check TO redis_quarantine_is_only_check;
  END IF;

  FOR left_over IN
    SELECT format('linernotes.%I(%s)', proname, pg_get_function_identity_arguments(oid))
    FROM pg_proc
    WHERE pronamespace = 'linernotes'::REGNAMESPACE
      AND (
        proname IN (
          'keep_place', 'take_place', 'leave_place', 'doubt_redis', 'may_ask_redis', 'bury', 'bury_used_up', 'count_dead',
          'uncount_dead', 'settle', 'settle_states', 'processed_entry', 'look_again', 'wanting_profile', 'oldest_profile',
          'meet_or_send', 'wire_queue', 'delete_expired', 'message_number', 'note_call_trouble', 'note_call_success', 'note_report',
          'meet', 'note_outside', 'edges_of_artists', 'credited_people', 'spotify_url', 'newest_first'
        )
        -- These have their names still, and other arguments or another result.
        OR (proname IN ('fence', 'fail_unstored', 'commit_answer') AND to_regtype('linernotes.settlement') IS NOT NULL)
        OR (proname = 'calls_needed' AND 'places' = ANY (proargnames))
        OR (proname IN ('recount', 'recount_producers') AND NOT 'artist_ids' = ANY (proargnames))
        OR (proname = 'next_ring' AND 'most_tracks' = ANY (proargnames))
      )
        -- The store path took JSON and arrays side by side where it takes typed rows now.
        OR (
          NOT typed_rows
          AND proname IN (
            'welcome_artists', 'settle_albums', 'state_own_artists', 'artist_ids_in', 'recount_albums', 'put_off_counts',
            'count_again', 'count_now', 'profile_of', 'joined_profile', 'stated_rows', 'store_artists', 'store_albums',
            'state_album_artists', 'store_tracks', 'joined_evidence', 'move_credits', 'merge_profiles', 'merge_producers',
            'person_keys', 'settle_names', 'choose_producers', 'spellings', 'add_names', 'resolve_people', 'read_people',
            'read_credits', 'take_back', 'store_credits', 'store_profiles', 'catalogue_keys', 'store_rows'
          )
        )
  LOOP
    -- Triggers of that function go, too.
    EXECUTE format('DROP FUNCTION %s CASCADE', left_over);
  END LOOP;
  DROP TYPE IF EXISTS linernotes.settlement;
  IF NOT typed_rows THEN
    DROP TYPE IF EXISTS linernotes.catalogue_rows, linernotes.stated_profile, linernotes.stated_credit, linernotes.stated_person
      CASCADE;
  END IF;
  -- A stated track did not say whether its list hides relinks.
  IF to_regtype('linernotes.stated_track') IS NOT NULL AND NOT EXISTS (
    SELECT FROM pg_attribute
    WHERE attrelid = to_regclass('linernotes.stated_track') AND attname = 'hides_relinks'
  ) THEN
    DROP TYPE IF EXISTS linernotes.catalogue_rows, linernotes.stated_track CASCADE;
  END IF;
  -- One for each kind of name has taken its place.
  DROP INDEX IF EXISTS linernotes.catalogue_texts_trigrams;
  IF NOT told_apart THEN
    DROP INDEX IF EXISTS public.producers_name_only;
    IF to_regclass('linernotes.producer_names') IS NOT NULL THEN
      ALTER TABLE linernotes.producer_names RENAME COLUMN normalized_name TO identity_name;
    END IF;
  END IF;
END;
$$;
