CREATE OR REPLACE FUNCTION linernotes.store_profiles(argument TEXT, stated JSONB, complete BOOLEAN)
RETURNS TABLE (msg_id BIGINT, producer_id UUID)
LANGUAGE plpgsql
SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  producer_ids UUID[];
  fresh TEXT[];
  turns INT;
BEGIN
  -- An id of before a merge means the producer it became. A merge that is under way is waited for here.
  PERFORM
  FROM public.producers AS producer
  WHERE producer.id IN (
    SELECT linernotes.stated_uuid(argument || '.producer_id', item -> 'row' -> 'producer_id')
    FROM jsonb_array_elements(stated) AS item
  )
  ORDER BY producer.id
  FOR NO KEY UPDATE;
  SELECT array_agg(linernotes.current_producer(
    linernotes.stated_uuid(argument || '.producer_id', item.value -> 'row' -> 'producer_id')
  ) ORDER BY item.ordinality)
  INTO producer_ids
  FROM jsonb_array_elements(stated) WITH ORDINALITY AS item;
  IF array_position(producer_ids, NULL) IS NOT NULL THEN
    PERFORM linernotes.reject(argument || '.producer_id', format(
      'there is no producer %s', stated -> (array_position(producer_ids, NULL) - 1) -> 'row' ->> 'producer_id'
    ));
  END IF;

  -- An id of before led to others, who are held from here on: what is read of them below stays true.
  PERFORM
  FROM public.producers AS producer
  WHERE producer.id = ANY (producer_ids)
  ORDER BY producer.id
  FOR NO KEY UPDATE;

  -- Several messages may be about one person: the whole profile and the rest of an earlier one, two who became one. One
  -- after the other, so that each finds what the one before has stored.
  SELECT max(times) INTO turns FROM (SELECT count(*) AS times FROM unnest(producer_ids) AS id GROUP BY id) AS each;
  FOR this_turn IN 1..turns LOOP
    WITH given AS MATERIALIZED (
      SELECT
        producer_ids[item.ordinality] AS id,
        row_number() OVER (
          PARTITION BY producer_ids[item.ordinality]
          ORDER BY (meant.id = producer_ids[item.ordinality]) DESC, item.ordinality
        ) AS turn,
        meant.id = producer_ids[item.ordinality] AND item.value -> 'row' ->> 'profile_version' IS NOT NULL AS knows_version,
        item.value -> 'row' ->> 'profile_version' AS profile_version,
        linernotes.stated_text(argument || '.name', item.value -> 'row' -> 'name', 512) AS name,
        linernotes.stated_text(argument || '.instagram_handle', item.value -> 'row' -> 'instagram_handle', 64) AS handle,
        linernotes.stated_text(argument || '.instagram_bio', item.value -> 'row' -> 'instagram_bio', 10000) AS bio,
        linernotes.stated_text(argument || '.image_url', item.value -> 'row' -> 'image_url') AS image_url,
        linernotes.stated_text(argument || '.email', item.value -> 'row' -> 'email', 320) AS email,
        linernotes.stated_texts(argument || '.cleared', item.value -> 'row' -> 'cleared') AS cleared,
        linernotes.stated_json(argument || '.metadata', item.value -> 'row' -> 'metadata', 'object') AS metadata,
        coalesce(item.value -> 'row' -> 'incomplete' = 'true', FALSE) AS incomplete,
        linernotes.stated_text(argument || '.failed', item.value -> 'row' -> 'failed') AS failed
      FROM jsonb_array_elements(stated) WITH ORDINALITY AS item
      CROSS JOIN LATERAL linernotes.stated_uuid(argument || '.producer_id', item.value -> 'row' -> 'producer_id') AS meant (id)
      -- That nobody knows a mere name says nothing of the person whom it turned out to be meanwhile.
      WHERE item.value -> 'row' ->> 'failed' IS NULL OR producer_ids[item.ordinality] = meant.id
    ), compared AS (
      SELECT given.*, known.metadata AS known_metadata, linernotes.profile_of(known) AS stored,
        jsonb_build_object(
          'instagram_handle', given.handle,
          'instagram_bio', given.bio,
          'image_url', given.image_url,
          'email', given.email,
          'sources', linernotes.profile_sources(given.metadata)
        ) AS claim,
        CASE
          WHEN NOT complete THEN 'stated'
          -- Another run has written since this one read: neither knew what the other found.
          WHEN given.knows_version AND given.profile_version = linernotes.profile_version(known) THEN 'decided'
          ELSE 'by rank'
        END AS manner
      FROM given
      JOIN public.producers AS known USING (id)
      WHERE given.turn = this_turn
    ), settled AS (
      SELECT compared.*, linernotes.joined_profile(
        -- What its own source no longer states, and nobody else does.
        CASE WHEN manner = 'decided' THEN stored - coalesce(cleared, '{}') ELSE stored END, claim, manner
      ) AS profile
      FROM compared
    ), judged AS (
      -- That nobody knows more does not take away what is known.
      SELECT outcome.*, NOT outcome.fails AND (complete AND NOT incomplete OR handle IS NOT NULL) AS enriches
      FROM (
        SELECT settled.*, failed IS NOT NULL AND jsonb_strip_nulls(profile - 'sources') = '{}' AS fails FROM settled
      ) AS outcome
    ), whole AS (
      SELECT judged.*,
        CASE WHEN coalesce(known_metadata, metadata) IS NOT NULL OR fails THEN
          coalesce(known_metadata, '{}') - (CASE WHEN complete AND enriches THEN 'enrichment_error' ELSE '' END)
            || coalesce(metadata, '{}')
            || CASE WHEN fails THEN jsonb_build_object('enrichment_error', failed) ELSE '{}' END
            || CASE WHEN known_metadata ? 'sources' OR metadata ? 'sources'
              THEN jsonb_build_object('sources', linernotes.profile_sources(coalesce(known_metadata, '{}') || coalesce(metadata, '{}'))
                - '{instagram_handle,instagram_bio,image_url,email}'::TEXT[] || (profile -> 'sources'))
              ELSE '{}'
            END
        END AS full_metadata
      FROM judged
    )
    UPDATE public.producers AS known SET
      name = coalesce(whole.name, known.name),
      instagram_handle = whole.profile ->> 'instagram_handle',
      instagram_bio = whole.profile ->> 'instagram_bio',
      image_url = whole.profile ->> 'image_url',
      email = whole.profile ->> 'email',
      metadata = whole.full_metadata,
      enriched_at = CASE WHEN whole.enriches THEN now() WHEN NOT whole.fails THEN known.enriched_at END,
      enrichment_failed = whole.fails OR (known.enrichment_failed AND NOT whole.enriches),
      -- That it failed again is known by this.
      updated_at = CASE WHEN whole.fails THEN now() ELSE known.updated_at END
    FROM whole
    WHERE known.id = whole.id
      AND (
        whole.enriches OR whole.fails
        OR (known.name, known.metadata) IS DISTINCT FROM (coalesce(whole.name, known.name), whole.full_metadata)
        OR whole.stored - 'sources' <> whole.profile - 'sources'
      );
  END LOOP;

  WITH added AS (
    INSERT INTO linernotes.producer_names (normalized_name, producer_id, name)
    SELECT DISTINCT ON (spelling.normalized_name, spelling.id) spelling.normalized_name, spelling.id, spelling.name
    FROM (
      SELECT producer_ids[item.ordinality] AS id, alias.name, linernotes.normalize_name(alias.name) AS normalized_name
      FROM jsonb_array_elements(stated) WITH ORDINALITY AS item
      CROSS JOIN LATERAL unnest(
        linernotes.stated_texts(argument || '.aliases', item.value -> 'row' -> 'aliases')
      ) AS alias (name)
    ) AS spelling
    WHERE spelling.normalized_name <> '' AND octet_length(spelling.normalized_name) <= 2048
    ORDER BY spelling.normalized_name, spelling.id, spelling.name COLLATE "C"
    ON CONFLICT (normalized_name, producer_id) DO NOTHING
    RETURNING normalized_name
  )
  SELECT array_agg(normalized_name) INTO fresh FROM added;
  IF fresh IS NOT NULL THEN
    PERFORM linernotes.settle_names(fresh, fresh, '{}');
  END IF;

  RETURN QUERY
  SELECT (item.value ->> 'msg_id')::BIGINT, linernotes.current_producer(producer_ids[item.ordinality])
  FROM jsonb_array_elements(stated) WITH ORDINALITY AS item;
END;
$$;
COMMENT ON FUNCTION linernotes.store_profiles(TEXT, JSONB, BOOLEAN) IS
  'Writes what was found out about producers. complete: every source was asked, so the profile is enriched or has failed; otherwise, and where a row says incomplete, only a handle makes it enriched. version: the one of the profile that the row was decided on; where it is another by now, the better source counts, field by field. cleared: fields whose source no longer states them.';
