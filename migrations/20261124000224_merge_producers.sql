-- Two producers become one when they turn out to be the same person: for example, one that was known by name only and one
-- with a MusicBrainz id to whom that name leads. Nothing that pointed at the former one (the loser) is lost: its credits,
-- names and profile go to the other (the winner), and its ids, here and at MusicBrainz, lead to the winner from then on.

SELECT linernotes.ensure_type('linernotes.producer_merge', 'AS (loser UUID, winner UUID)');
COMMENT ON TYPE linernotes.producer_merge IS
  'A producer that becomes another.';

SELECT linernotes.ensure_type('linernotes.credit_move', 'AS (credit_id UUID, producer_id UUID)');
COMMENT ON TYPE linernotes.credit_move IS
  'A credit and the producer to whom it shall belong.';

CREATE OR REPLACE FUNCTION linernotes.merged_evidence(statements JSONB[])
RETURNS JSONB
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
BEGIN
  -- Nearly all credits are stated once.
  IF cardinality(statements) = 1 THEN
    RETURN statements[1];
  END IF;
  RETURN (
    SELECT CASE
      WHEN count(DISTINCT statement) <= 1 THEN (array_agg(statement))[1]
      WHEN bool_and(jsonb_typeof(statement -> 'seen') = 'array') THEN (array_agg(statement ORDER BY position))[1]
        || jsonb_build_object('seen', (
          SELECT jsonb_agg(DISTINCT part)
          FROM unnest(statements) AS whole
          CROSS JOIN LATERAL jsonb_array_elements(whole -> 'seen') AS part
        ))
      ELSE jsonb_build_object('seen', jsonb_agg(DISTINCT statement))
    END
    FROM unnest(statements) WITH ORDINALITY AS stated (statement, position)
    WHERE statement IS NOT NULL
  );
END;
$$;
COMMENT ON FUNCTION linernotes.merged_evidence(JSONB[]) IS
  'The evidence of several statements of one credit: as it is where all agree, else everything that was seen, with the other keys of the first.';

CREATE OR REPLACE FUNCTION linernotes.move_credits(moves linernotes.credit_move[])
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  WITH moved AS MATERIALIZED (
    SELECT credit.id, credit.track_id, move.producer_id AS target, credit.role, credit.source, credit.confidence,
      credit.evidence, credit.created_at, FALSE AS is_there
    FROM unnest(moves) AS move
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
      linernotes.merged_evidence(array_agg(evidence ORDER BY is_there DESC, id)) AS evidence,
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
COMMENT ON FUNCTION linernotes.move_credits(linernotes.credit_move[]) IS
  'Gives each credit to another producer. Where that producer has the same credit already, the two become one with the higher confidence.';

CREATE OR REPLACE FUNCTION linernotes.merge_profiles(merges linernotes.producer_merge[])
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  UPDATE public.producers AS winner SET
    instagram_handle = (merged.profile).instagram_handle.value,
    instagram_bio = (merged.profile).instagram_bio.value,
    image_url = (merged.profile).image_url.value,
    email = (merged.profile).email.value,
    metadata = linernotes.metadata_with_sources(merged.metadata, merged.profile),
    -- A winner whose own id was never looked up still is, whatever the loser's name brought: the id leads to better
    -- sources.
    enriched_at = CASE
      WHEN winner.enriched_at IS NOT NULL OR winner.enrichment_failed THEN greatest(winner.enriched_at, merged.enriched_at)
    END,
    enrichment_failed = winner.enrichment_failed AND linernotes.is_empty_profile(merged.profile),
    created_at = least(winner.created_at, merged.created_at)
  FROM (
    SELECT won.id, lost.enriched_at, lost.created_at,
      linernotes.profile_by_rank(linernotes.profile_of(lost), linernotes.profile_of(won)) AS profile,
      CASE WHEN coalesce(lost.metadata, won.metadata) IS NOT NULL THEN
        coalesce(lost.metadata, '{}') - 'enrichment_error' || coalesce(won.metadata, '{}')
          || CASE WHEN lost.metadata ? 'sources' OR won.metadata ? 'sources' THEN jsonb_build_object(
            'sources', linernotes.profile_sources(lost.metadata) || linernotes.profile_sources(won.metadata)
          ) ELSE '{}' END
      END AS metadata
    FROM unnest(merges) AS pair
    JOIN public.producers AS lost ON lost.id = pair.loser
    JOIN public.producers AS won ON won.id = pair.winner
  ) AS merged
  WHERE winner.id = merged.id;
$$;
COMMENT ON FUNCTION linernotes.merge_profiles(linernotes.producer_merge[]) IS
  'Gives each winner the better value of both profiles, its own among equals. No winner may stand here twice.';

CREATE OR REPLACE FUNCTION linernotes.merge_producers(merges linernotes.producer_merge[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  round linernotes.producer_merge[];
BEGIN
  -- First both, in the order in which profiles lock them; then the losers more strongly. So whoever is about to write to
  -- a loser by its id waits, and finds the redirect afterwards.
  PERFORM
  FROM public.producers AS producer
  WHERE producer.id IN (SELECT unnest(ARRAY[pair.loser, pair.winner]) FROM unnest(merges) AS pair)
  ORDER BY producer.id
  FOR NO KEY UPDATE;
  PERFORM
  FROM public.producers AS producer
  WHERE producer.id IN (SELECT pair.loser FROM unnest(merges) AS pair)
  ORDER BY producer.id
  FOR UPDATE;

  PERFORM linernotes.move_credits(ARRAY(
    SELECT ROW(credit.id, pair.winner)::linernotes.credit_move
    FROM unnest(merges) AS pair
    JOIN public.track_producers AS credit ON credit.producer_id = pair.loser
  ));

  INSERT INTO linernotes.producer_names (identity_name, producer_id, name, created_at)
  SELECT DISTINCT ON (known.identity_name, pair.winner) known.identity_name, pair.winner, known.name, known.created_at
  FROM unnest(merges) AS pair
  JOIN linernotes.producer_names AS known ON known.producer_id = pair.loser
  ORDER BY known.identity_name, pair.winner, known.created_at
  ON CONFLICT (identity_name, producer_id) DO NOTHING;

  -- Several losers of one winner come in rounds, since a statement updates a row once.
  FOR round IN
    SELECT array_agg(ROW(numbered.loser, numbered.winner)::linernotes.producer_merge)
    FROM (
      SELECT pair.loser, pair.winner,
        row_number() OVER (PARTITION BY pair.winner ORDER BY producer.enriched_at DESC NULLS LAST, producer.id) AS round
      FROM unnest(merges) AS pair
      JOIN public.producers AS producer ON producer.id = pair.loser
    ) AS numbered
    GROUP BY numbered.round
    ORDER BY numbered.round
  LOOP
    PERFORM linernotes.merge_profiles(round);
  END LOOP;

  UPDATE linernotes.producer_redirects AS redirect
  SET producer_id = pair.winner
  FROM unnest(merges) AS pair
  WHERE redirect.producer_id = pair.loser;
  INSERT INTO linernotes.producer_redirects (old_id, producer_id)
  SELECT pair.loser, pair.winner
  FROM unnest(merges) AS pair
  JOIN public.producers AS producer ON producer.id = pair.loser
  ORDER BY pair.loser
  ON CONFLICT (old_id) DO UPDATE SET producer_id = EXCLUDED.producer_id;

  UPDATE linernotes.former_musicbrainz_ids AS former
  SET producer_id = pair.winner
  FROM unnest(merges) AS pair
  WHERE former.producer_id = pair.loser;
  INSERT INTO linernotes.former_musicbrainz_ids (musicbrainz_id, producer_id)
  SELECT producer.musicbrainz_id, pair.winner
  FROM unnest(merges) AS pair
  JOIN public.producers AS producer ON producer.id = pair.loser
  WHERE producer.musicbrainz_id IS NOT NULL
  ORDER BY producer.musicbrainz_id
  ON CONFLICT (musicbrainz_id) DO UPDATE SET producer_id = EXCLUDED.producer_id;

  DELETE FROM public.producers AS producer WHERE producer.id IN (SELECT pair.loser FROM unnest(merges) AS pair);
END;
$$;
COMMENT ON FUNCTION linernotes.merge_producers(linernotes.producer_merge[]) IS
  'Each loser becomes its winner. No winner may be a loser in the same call.';

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
  'The id that a producer has today: this one, or that of the producer it was merged into. NULL if there never was one.';

CREATE OR REPLACE FUNCTION linernotes.current_musicbrainz_id(musicbrainz_id TEXT)
RETURNS TEXT
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT coalesce(
    (
      SELECT producer.musicbrainz_id
      FROM linernotes.former_musicbrainz_ids AS former
      JOIN public.producers AS producer ON producer.id = former.producer_id
      WHERE former.musicbrainz_id = current_musicbrainz_id.musicbrainz_id
    ),
    current_musicbrainz_id.musicbrainz_id
  );
$$;
COMMENT ON FUNCTION linernotes.current_musicbrainz_id(TEXT) IS
  'The id into which MusicBrainz merged this one, as far as is known here; else the id itself.';

CREATE OR REPLACE FUNCTION linernotes.change_musicbrainz_id(producer_id UUID, new_id TEXT)
RETURNS UUID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  old_id TEXT;
  other UUID;
BEGIN
  SELECT producer.musicbrainz_id INTO old_id
  FROM public.producers AS producer
  WHERE producer.id = change_musicbrainz_id.producer_id;
  SELECT producer.id INTO other
  FROM public.producers AS producer
  WHERE producer.musicbrainz_id = new_id;
  IF old_id IS NULL OR old_id = new_id THEN
    RETURN producer_id;
  ELSIF other IS NOT NULL THEN
    PERFORM linernotes.merge_producers(ARRAY[ROW(producer_id, other)::linernotes.producer_merge]);
    RETURN other;
  END IF;
  -- An id that was merged and came back is a former id no longer.
  DELETE FROM linernotes.former_musicbrainz_ids AS former WHERE former.musicbrainz_id = new_id;
  UPDATE public.producers AS producer SET musicbrainz_id = new_id WHERE producer.id = change_musicbrainz_id.producer_id;
  INSERT INTO linernotes.former_musicbrainz_ids (musicbrainz_id, producer_id)
  VALUES (old_id, producer_id)
  ON CONFLICT ON CONSTRAINT former_musicbrainz_ids_pkey DO UPDATE SET producer_id = EXCLUDED.producer_id;
  RETURN producer_id;
END;
$$;
COMMENT ON FUNCTION linernotes.change_musicbrainz_id(UUID, TEXT) IS
  'MusicBrainz merged a producer''s id into another one: the producer takes over the new id, and its former id still leads to it. If another producer has the new id, the two become one. Returns the producer. One without an id is left as it is.';
