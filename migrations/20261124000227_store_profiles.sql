CREATE OR REPLACE FUNCTION linernotes.store_profiles(argument TEXT, stated JSONB, complete BOOLEAN)
RETURNS TABLE (msg_id BIGINT, producer_id UUID)
LANGUAGE plpgsql
SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  producer_ids UUID[];
  fresh TEXT[];
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

  WITH given AS MATERIALIZED (
    SELECT DISTINCT ON (id)
      producer_ids[item.ordinality] AS id,
      linernotes.stated_text(argument || '.name', item.value -> 'row' -> 'name', 512) AS name,
      linernotes.stated_text(argument || '.instagram_handle', item.value -> 'row' -> 'instagram_handle', 64) AS handle,
      linernotes.stated_text(argument || '.instagram_bio', item.value -> 'row' -> 'instagram_bio', 10000) AS bio,
      linernotes.stated_text(argument || '.image_url', item.value -> 'row' -> 'image_url') AS image_url,
      linernotes.stated_text(argument || '.email', item.value -> 'row' -> 'email', 320) AS email,
      linernotes.stated_json(argument || '.metadata', item.value -> 'row' -> 'metadata', 'object') AS metadata,
      linernotes.stated_text(argument || '.failed', item.value -> 'row' -> 'failed') AS failed
    FROM jsonb_array_elements(stated) WITH ORDINALITY AS item
    -- That nobody knows a mere name says nothing of the person whom it turned out to be meanwhile.
    WHERE item.value -> 'row' ->> 'failed' IS NULL
      OR producer_ids[item.ordinality]
        = linernotes.stated_uuid(argument || '.producer_id', item.value -> 'row' -> 'producer_id')
    ORDER BY id, item.ordinality DESC
  ), whole AS (
    SELECT given.*,
      CASE
        WHEN given.failed IS NOT NULL THEN
          coalesce(known.metadata, '{}') || coalesce(given.metadata, '{}') || jsonb_build_object('enrichment_error', given.failed)
        WHEN coalesce(known.metadata, given.metadata) IS NOT NULL THEN
          coalesce(known.metadata, '{}') - (CASE WHEN complete THEN 'enrichment_error' ELSE '' END) || coalesce(given.metadata, '{}')
      END AS full_metadata,
      given.failed IS NULL AND (complete OR given.handle IS NOT NULL) AS enriches
    FROM given
    JOIN public.producers AS known USING (id)
  )
  UPDATE public.producers AS known SET
    name = coalesce(whole.name, known.name),
    instagram_handle = coalesce(whole.handle, known.instagram_handle),
    instagram_bio = coalesce(whole.bio, known.instagram_bio),
    image_url = coalesce(whole.image_url, known.image_url),
    email = coalesce(whole.email, known.email),
    metadata = whole.full_metadata,
    enriched_at = CASE WHEN whole.enriches THEN now() ELSE known.enriched_at END,
    enrichment_failed = CASE WHEN whole.enriches THEN FALSE ELSE known.enrichment_failed OR whole.failed IS NOT NULL END
  FROM whole
  WHERE known.id = whole.id
    AND (
      whole.enriches OR whole.failed IS NOT NULL
      OR (known.name, known.instagram_handle, known.instagram_bio, known.image_url, known.email, known.metadata)
        IS DISTINCT FROM (coalesce(whole.name, known.name), coalesce(whole.handle, known.instagram_handle),
          coalesce(whole.bio, known.instagram_bio), coalesce(whole.image_url, known.image_url),
          coalesce(whole.email, known.email), whole.full_metadata)
    );

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
  'Writes what was found out about producers. complete: every source was asked, so the profile is enriched or has failed; otherwise only a handle makes it enriched.';
