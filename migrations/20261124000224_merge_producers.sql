-- When a producer that was known by name only turns out to be one with an id, the two become one, and nothing that
-- pointed at it is lost: credits, names and profile move, and the old id leads on.

CREATE OR REPLACE FUNCTION linernotes.joined_evidence(statements JSONB[])
RETURNS JSONB
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
BEGIN
  IF cardinality(statements) = 1 THEN
    RETURN statements[1];
  END IF;
  RETURN (
    SELECT CASE
      WHEN count(DISTINCT statement) <= 1 THEN (array_agg(statement))[1]
      WHEN bool_and(jsonb_typeof(statement -> 'seen') = 'array') THEN (array_agg(statement ORDER BY place))[1]
        || jsonb_build_object('seen', (
          SELECT jsonb_agg(DISTINCT part)
          FROM unnest(statements) AS whole
          CROSS JOIN LATERAL jsonb_array_elements(whole -> 'seen') AS part
        ))
      ELSE jsonb_build_object('seen', jsonb_agg(DISTINCT statement))
    END
    FROM unnest(statements) WITH ORDINALITY AS stated (statement, place)
    WHERE statement IS NOT NULL
  );
END;
$$;
COMMENT ON FUNCTION linernotes.joined_evidence(JSONB[]) IS
  'The evidence of statements that turn out to be one: as it is where all agree, else everything that was seen.';

CREATE OR REPLACE FUNCTION linernotes.move_credits(credit_ids UUID[], new_producer_ids UUID[])
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  WITH moved AS MATERIALIZED (
    SELECT credit.id, credit.track_id, move.producer_id AS target, credit.role, credit.source, credit.confidence,
      credit.evidence, credit.created_at, FALSE AS is_there
    FROM unnest(credit_ids, new_producer_ids) AS move (credit_id, producer_id)
    JOIN public.track_producers AS credit ON credit.id = move.credit_id
  ), same AS MATERIALIZED (
    SELECT * FROM moved
    UNION ALL
    SELECT credit.id, credit.track_id, credit.producer_id, credit.role, credit.source, credit.confidence,
      credit.evidence, credit.created_at, TRUE
    FROM public.track_producers AS credit
    JOIN (SELECT DISTINCT track_id, target, role, source FROM moved) AS wanted
      ON (credit.track_id, credit.producer_id, credit.role, credit.source)
        = (wanted.track_id, wanted.target, wanted.role, wanted.source)
  ), one AS MATERIALIZED (
    SELECT track_id, target, role, source,
      (array_agg(id ORDER BY is_there DESC, id))[1] AS id,
      max(confidence) AS confidence,
      linernotes.joined_evidence(array_agg(evidence ORDER BY is_there DESC, id)) AS evidence,
      min(created_at) AS created_at
    FROM same
    GROUP BY track_id, target, role, source
  ), gone AS (
    DELETE FROM public.track_producers AS credit
    USING same JOIN one USING (track_id, target, role, source)
    WHERE credit.id = same.id AND same.id <> one.id
  )
  UPDATE public.track_producers AS credit
  SET (producer_id, confidence, evidence, created_at) = (one.target, one.confidence, one.evidence, one.created_at)
  FROM one
  WHERE credit.id = one.id;
$$;
COMMENT ON FUNCTION linernotes.move_credits(UUID[], UUID[]) IS
  'Gives each credit to another producer; where that one has it already, the two are one with the higher confidence.';

CREATE OR REPLACE FUNCTION linernotes.merge_profiles(loser_ids UUID[], winner_ids UUID[])
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  UPDATE public.producers AS winner SET
    instagram_handle = joined.profile ->> 'instagram_handle',
    instagram_bio = joined.profile ->> 'instagram_bio',
    image_url = joined.profile ->> 'image_url',
    email = joined.profile ->> 'email',
    metadata = CASE
      WHEN coalesce(lost.metadata, winner.metadata) IS NOT NULL THEN
        coalesce(lost.metadata, '{}') - 'enrichment_error' || coalesce(winner.metadata, '{}')
          || CASE WHEN joined.profile -> 'sources' = '{}' THEN '{}'
            ELSE jsonb_build_object('sources', linernotes.profile_sources(lost.metadata)
              || linernotes.profile_sources(winner.metadata)
              - '{instagram_handle,instagram_bio,image_url,email}'::TEXT[] || (joined.profile -> 'sources'))
          END
    END,
    -- An id that was never asked for itself still is, whatever its name brought: it leads to better sources.
    enriched_at = CASE
      WHEN winner.enriched_at IS NOT NULL OR winner.enrichment_failed THEN greatest(winner.enriched_at, lost.enriched_at)
    END,
    enrichment_failed = winner.enrichment_failed AND jsonb_strip_nulls(joined.profile - 'sources') = '{}',
    created_at = least(winner.created_at, lost.created_at)
  FROM unnest(loser_ids, winner_ids) AS pair (loser, winner)
  JOIN public.producers AS lost ON lost.id = pair.loser
  JOIN public.producers AS won ON won.id = pair.winner
  CROSS JOIN LATERAL linernotes.joined_profile(
    linernotes.profile_of(lost), linernotes.profile_of(won), 'by rank'
  ) AS joined (profile)
  WHERE winner.id = won.id;
$$;
COMMENT ON FUNCTION linernotes.merge_profiles(UUID[], UUID[]) IS
  'Gives each winner the better of both profiles: field by field the better source''s, the winner''s own among equals. A winner stands here once.';

CREATE OR REPLACE FUNCTION linernotes.merge_producers(loser_ids UUID[], winner_ids UUID[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  credit_ids UUID[];
  new_producer_ids UUID[];
  one RECORD;
BEGIN
  -- Both, in the order in which profiles lock them. Then whoever writes to a loser by its id waits, and finds the
  -- redirect afterwards.
  PERFORM
  FROM public.producers AS producer
  WHERE producer.id = ANY (loser_ids || winner_ids)
  ORDER BY producer.id
  FOR NO KEY UPDATE;
  PERFORM
  FROM public.producers AS producer
  WHERE producer.id = ANY (loser_ids)
  ORDER BY producer.id
  FOR UPDATE;

  SELECT array_agg(credit.id), array_agg(pair.winner) INTO credit_ids, new_producer_ids
  FROM unnest(loser_ids, winner_ids) AS pair (loser, winner)
  JOIN public.track_producers AS credit ON credit.producer_id = pair.loser;
  PERFORM linernotes.move_credits(credit_ids, new_producer_ids);

  INSERT INTO linernotes.producer_names (normalized_name, producer_id, name, created_at)
  SELECT DISTINCT ON (known.normalized_name, pair.winner) known.normalized_name, pair.winner, known.name, known.created_at
  FROM unnest(loser_ids, winner_ids) AS pair (loser, winner)
  JOIN linernotes.producer_names AS known ON known.producer_id = pair.loser
  ORDER BY known.normalized_name, pair.winner, known.created_at
  ON CONFLICT (normalized_name, producer_id) DO NOTHING;

  -- Of those who become one and the same, one after the other.
  FOR one IN
    SELECT array_agg(pair.loser) AS losers, array_agg(pair.winner) AS winners
    FROM (
      SELECT given.loser, given.winner,
        row_number() OVER (PARTITION BY given.winner ORDER BY producer.enriched_at DESC NULLS LAST, producer.id) AS turn
      FROM unnest(loser_ids, winner_ids) AS given (loser, winner)
      JOIN public.producers AS producer ON producer.id = given.loser
    ) AS pair
    GROUP BY pair.turn
    ORDER BY pair.turn
  LOOP
    PERFORM linernotes.merge_profiles(one.losers, one.winners);
  END LOOP;

  UPDATE linernotes.producer_redirects AS redirect
  SET producer_id = pair.winner
  FROM unnest(loser_ids, winner_ids) AS pair (loser, winner)
  WHERE redirect.producer_id = pair.loser;
  INSERT INTO linernotes.producer_redirects (old_id, producer_id)
  SELECT pair.loser, pair.winner
  FROM unnest(loser_ids, winner_ids) AS pair (loser, winner)
  JOIN public.producers AS producer ON producer.id = pair.loser
  ORDER BY pair.loser
  ON CONFLICT (old_id) DO UPDATE SET producer_id = EXCLUDED.producer_id;

  DELETE FROM public.producers AS producer WHERE producer.id = ANY (loser_ids);
END;
$$;
COMMENT ON FUNCTION linernotes.merge_producers(UUID[], UUID[]) IS
  'Each loser becomes its winner. Winners are never losers of the same call.';

CREATE OR REPLACE FUNCTION linernotes.current_producer(producer_id UUID)
RETURNS UUID
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT coalesce(
    (SELECT producer.id FROM public.producers AS producer WHERE producer.id = current_producer.producer_id),
    (
      SELECT redirect.producer_id FROM linernotes.producer_redirects AS redirect
      WHERE redirect.old_id = current_producer.producer_id
    )
  );
$$;
COMMENT ON FUNCTION linernotes.current_producer(UUID) IS
  'The producer that this id means today; NULL if there never was one.';
