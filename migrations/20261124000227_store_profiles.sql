-- Stores profiles of producers: what a run of social enrichment found out (store_profiles), and what a caller of
-- process_producer_atomic states (update_profile). Which of two values is kept, the functions of profiles decide.

SELECT linernotes.ensure_type('linernotes.stated_profile', 'AS (
  argument TEXT,
  msg_id BIGINT,
  ordinal BIGINT,
  stated_producer_id UUID,
  producer_id UUID,
  musicbrainz_id TEXT,
  profile_version TEXT,
  profile linernotes.profile,
  cleared TEXT[],
  aliases TEXT[],
  metadata JSONB,
  incomplete BOOLEAN,
  failed TEXT
)');
COMMENT ON TYPE linernotes.stated_profile IS
  'What a run found out about a producer. stated_producer_id: as the run knew it. producer_id: the same, or the producer it was merged into since. musicbrainz_id: the id into which MusicBrainz merged the producer''s, NULL otherwise. profile_version: of the stored profile that the run was given. cleared: values that their own source no longer states. incomplete: a source has not answered yet. failed: why nothing was found.';

CREATE OR REPLACE FUNCTION linernotes.read_profiles(argument TEXT, outcomes JSONB)
RETURNS linernotes.stated_profile[]
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT array_agg(ROW(
    argument,
    item.msg_id,
    item.ordinal,
    linernotes.stated_uuid(argument || '.producer_id', item.stated -> 'producer_id'),
    NULL,
    lower(linernotes.stated_text(argument || '.musicbrainz_id', item.stated -> 'musicbrainz_id', 64)),
    item.stated ->> 'profile_version',
    linernotes.read_profile(
      linernotes.stated_text(argument || '.instagram_handle', item.stated -> 'instagram_handle', 64),
      linernotes.stated_text(argument || '.instagram_bio', item.stated -> 'instagram_bio', 10000),
      linernotes.stated_text(argument || '.image_url', item.stated -> 'image_url'),
      linernotes.stated_text(argument || '.email', item.stated -> 'email', 320),
      item.stated -> 'metadata'
    ),
    coalesce(linernotes.stated_texts(argument || '.cleared', item.stated -> 'cleared'), '{}'),
    coalesce(linernotes.stated_texts(argument || '.aliases', item.stated -> 'aliases'), '{}'),
    linernotes.stated_json(argument || '.metadata', item.stated -> 'metadata', 'object'),
    coalesce(item.stated -> 'incomplete' = 'true', FALSE),
    linernotes.stated_text(argument || '.failed', item.stated -> 'failed')
  )::linernotes.stated_profile)
  FROM linernotes.stated_rows(outcomes, 'profile') AS item;
$$;
COMMENT ON FUNCTION linernotes.read_profiles(TEXT, JSONB) IS
  'The profiles that outcomes state; NULL if they state none.';

CREATE OR REPLACE FUNCTION linernotes.lock_producers(producer_ids UUID[])
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  SELECT
  FROM public.producers AS producer
  WHERE producer.id = ANY (producer_ids)
  ORDER BY producer.id
  FOR NO KEY UPDATE;
$$;
COMMENT ON FUNCTION linernotes.lock_producers(UUID[]) IS
  'Locks the rows of these producers, in one order; waits for a merge of one of them.';

CREATE OR REPLACE FUNCTION linernotes.current_profiles(stated linernotes.stated_profile[])
RETURNS linernotes.stated_profile[]
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  current linernotes.stated_profile[];
  unknown RECORD;
BEGIN
  -- The id of a producer that was merged means the producer it became.
  PERFORM linernotes.lock_producers(ARRAY(SELECT item.stated_producer_id FROM unnest(stated) AS item));
  SELECT array_agg(ROW(
    item.argument, item.msg_id, item.ordinal, item.stated_producer_id,
    linernotes.current_producer(item.stated_producer_id),
    item.musicbrainz_id, item.profile_version, item.profile, item.cleared, item.aliases, item.metadata, item.incomplete, item.failed
  )::linernotes.stated_profile)
  INTO current
  FROM unnest(stated) AS item;
  SELECT item.argument, item.stated_producer_id INTO unknown
  FROM unnest(current) AS item
  WHERE item.producer_id IS NULL
  LIMIT 1;
  IF unknown.argument IS NOT NULL THEN
    PERFORM linernotes.reject(
      unknown.argument || '.producer_id', format('there is no producer %s', unknown.stated_producer_id)
    );
  END IF;
  -- Those who were found by a redirect are locked now, too, so that what is read of them stays true.
  PERFORM linernotes.lock_producers(ARRAY(SELECT item.producer_id FROM unnest(current) AS item));
  RETURN current;
END;
$$;
COMMENT ON FUNCTION linernotes.current_profiles(linernotes.stated_profile[]) IS
  'The profiles, each with the producer that its id means today, whose row is locked; raises if there is none.';

CREATE OR REPLACE FUNCTION linernotes.without_values(profile linernotes.profile, names TEXT[])
RETURNS linernotes.profile
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT ROW(
    CASE WHEN 'instagram_handle' <> ALL (names) THEN profile.instagram_handle END,
    CASE WHEN 'instagram_bio' <> ALL (names) THEN profile.instagram_bio END,
    CASE WHEN 'image_url' <> ALL (names) THEN profile.image_url END,
    CASE WHEN 'email' <> ALL (names) THEN profile.email END
  )::linernotes.profile;
$$;
COMMENT ON FUNCTION linernotes.without_values(linernotes.profile, TEXT[]) IS
  'The profile without the values of these names.';

CREATE OR REPLACE FUNCTION linernotes.found_profile(known public.producers, given linernotes.stated_profile)
RETURNS linernotes.profile
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT CASE
    WHEN given.stated_producer_id = given.producer_id AND given.profile_version = linernotes.profile_version(known) THEN
      linernotes.profile_as_decided(
        linernotes.without_values(linernotes.profile_of(known), given.cleared), given.profile
      )
    -- Another run has written since this one was given the profile. Neither run knew what the other found.
    ELSE linernotes.profile_by_rank(linernotes.profile_of(known), given.profile)
  END;
$$;
COMMENT ON FUNCTION linernotes.found_profile(public.producers, linernotes.stated_profile) IS
  'The profile that a producer has after a run: what the run decided if it knew the stored profile, else the better value of both.';

CREATE OR REPLACE FUNCTION linernotes.write_profiles(given linernotes.stated_profile[])
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  WITH judged AS MATERIALIZED (
    SELECT found.*,
      -- That nobody knows more does not take away what is known.
      found.failed IS NOT NULL AND linernotes.is_empty_profile(found.profile) AS fails,
      NOT (found.failed IS NOT NULL AND linernotes.is_empty_profile(found.profile))
        AND (NOT found.incomplete OR found.states_handle) AS enriches
    FROM (
      SELECT known.id, known.metadata AS known_metadata, item.metadata, item.incomplete, item.failed,
        linernotes.profile_of(known) AS stored, linernotes.found_profile(known, item) AS profile,
        (item.profile).instagram_handle.value IS NOT NULL AS states_handle
      FROM unnest(given) AS item
      JOIN public.producers AS known ON known.id = item.producer_id
    ) AS found
  ), whole AS MATERIALIZED (
    SELECT judged.*, linernotes.metadata_with_sources(
      CASE WHEN coalesce(known_metadata, metadata) IS NOT NULL OR fails THEN
        CASE WHEN enriches THEN coalesce(known_metadata, '{}') - 'enrichment_error' ELSE coalesce(known_metadata, '{}') END
          || coalesce(metadata, '{}')
          || CASE WHEN fails THEN jsonb_build_object('enrichment_error', failed) ELSE '{}' END
      END,
      profile
    ) AS new_metadata
    FROM judged
  )
  UPDATE public.producers AS known SET
    instagram_handle = (whole.profile).instagram_handle.value,
    instagram_bio = (whole.profile).instagram_bio.value,
    image_url = (whole.profile).image_url.value,
    email = (whole.profile).email.value,
    metadata = whole.new_metadata,
    enriched_at = CASE WHEN whole.enriches THEN now() WHEN NOT whole.fails THEN known.enriched_at END,
    enrichment_failed = whole.fails OR (known.enrichment_failed AND NOT whole.enriches),
    -- A producer without a profile is looked for again by the time of its last failure.
    updated_at = CASE WHEN whole.fails THEN now() ELSE known.updated_at END
  FROM whole
  WHERE known.id = whole.id
    AND (
      whole.enriches OR whole.fails
      OR known.metadata IS DISTINCT FROM whole.new_metadata
      OR (
        (whole.stored).instagram_handle.value, (whole.stored).instagram_bio.value, (whole.stored).image_url.value,
        (whole.stored).email.value
      ) IS DISTINCT FROM (
        (whole.profile).instagram_handle.value, (whole.profile).instagram_bio.value, (whole.profile).image_url.value,
        (whole.profile).email.value
      )
    );
$$;
COMMENT ON FUNCTION linernotes.write_profiles(linernotes.stated_profile[]) IS
  'Updates producers by what runs found out. A run that asked every source makes the profile enriched or failed, an incomplete one enriched only where it found a handle. No producer may stand here twice.';

CREATE OR REPLACE FUNCTION linernotes.store_profiles(stated linernotes.stated_profile[])
RETURNS TABLE (msg_id BIGINT, producer_id UUID)
LANGUAGE plpgsql
SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  current linernotes.stated_profile[] := linernotes.current_profiles(stated);
  merged RECORD;
  ambiguous TEXT[] := '{}'::TEXT[];
  round linernotes.stated_profile[];
  new_names TEXT[];
BEGIN
  FOR merged IN
    SELECT item.producer_id, item.musicbrainz_id
    FROM unnest(current) AS item
    WHERE item.musicbrainz_id IS NOT NULL AND item.stated_producer_id = item.producer_id
    ORDER BY item.ordinal
  LOOP
    merged.producer_id := linernotes.change_musicbrainz_id(
      linernotes.current_producer(merged.producer_id), linernotes.current_musicbrainz_id(merged.musicbrainz_id)
    );
    -- A name that led to both ids leads to one now.
    ambiguous := ambiguous || ARRAY(
      SELECT known.identity_name FROM linernotes.producer_names AS known WHERE known.producer_id = merged.producer_id
    );
    current := linernotes.current_profiles(current);
  END LOOP;

  -- Several messages may be about one producer: the whole profile and the rest of an earlier one, or two producers that
  -- were merged. They come in rounds, so that each finds what the one before has stored.
  FOR round IN
    SELECT array_agg(numbered.item)
    FROM (
      SELECT item,
        row_number() OVER (
          PARTITION BY item.producer_id ORDER BY (item.stated_producer_id = item.producer_id) DESC, item.ordinal
        ) AS round
      FROM unnest(current) AS item
      -- That nobody knows a mere name says nothing of the person with whom it was merged since.
      WHERE item.failed IS NULL OR item.stated_producer_id = item.producer_id
    ) AS numbered
    GROUP BY numbered.round
    ORDER BY numbered.round
  LOOP
    PERFORM linernotes.write_profiles(round);
  END LOOP;

  WITH added AS (
    INSERT INTO linernotes.producer_names (identity_name, producer_id, name)
    SELECT DISTINCT ON (spelling.identity_name, spelling.id) spelling.identity_name, spelling.id, spelling.name
    FROM (
      SELECT item.producer_id AS id, alias.name, linernotes.identity_name(alias.name) AS identity_name
      FROM unnest(current) AS item
      CROSS JOIN LATERAL unnest(item.aliases) AS alias (name)
    ) AS spelling
    WHERE spelling.identity_name <> '' AND octet_length(spelling.identity_name) <= 2048
    ORDER BY spelling.identity_name, spelling.id, spelling.name COLLATE "C"
    ON CONFLICT (identity_name, producer_id) DO NOTHING
    RETURNING identity_name
  )
  SELECT array_agg(identity_name) INTO new_names FROM added;
  new_names := new_names || ambiguous;
  IF new_names <> '{}' THEN
    PERFORM linernotes.merge_identified(new_names, new_names, '{}');
  END IF;

  RETURN QUERY
  SELECT item.msg_id, linernotes.current_producer(item.producer_id) FROM unnest(current) AS item;
END;
$$;
COMMENT ON FUNCTION linernotes.store_profiles(linernotes.stated_profile[]) IS
  'Stores what runs found out about producers: merged ids, profiles and aliases. Returns the producers by message.';

CREATE OR REPLACE FUNCTION linernotes.update_profile(producer_id UUID, new_name TEXT, given linernotes.profile, given_metadata JSONB)
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  UPDATE public.producers AS known SET
    name = coalesce(new_name, known.name),
    instagram_handle = (whole.profile).instagram_handle.value,
    instagram_bio = (whole.profile).instagram_bio.value,
    image_url = (whole.profile).image_url.value,
    email = (whole.profile).email.value,
    metadata = whole.new_metadata,
    enriched_at = CASE WHEN whole.enriches THEN now() ELSE known.enriched_at END,
    enrichment_failed = known.enrichment_failed AND NOT whole.enriches
  FROM (
    SELECT merged.id, merged.stored, merged.profile,
      linernotes.metadata_with_sources(merged.metadata || coalesce(given_metadata, '{}'), merged.profile) AS new_metadata,
      (given.instagram_handle).value IS NOT NULL AS enriches
    FROM (
      SELECT producer.id, linernotes.profile_of(producer) AS stored,
        coalesce(producer.metadata, CASE WHEN given_metadata IS NOT NULL THEN '{}'::JSONB END) AS metadata,
        linernotes.profile_as_stated(linernotes.profile_of(producer), given) AS profile
      FROM public.producers AS producer
      WHERE producer.id = update_profile.producer_id
    ) AS merged
  ) AS whole
  WHERE known.id = whole.id
    AND (
      whole.enriches
      OR (known.name, known.metadata) IS DISTINCT FROM (coalesce(new_name, known.name), whole.new_metadata)
      OR whole.stored IS DISTINCT FROM whole.profile
    );
$$;
COMMENT ON FUNCTION linernotes.update_profile(UUID, TEXT, linernotes.profile, JSONB) IS
  'Updates a producer by what a caller states of it; a handle makes it enriched. NULL for the name or the metadata keeps what is stored.';
