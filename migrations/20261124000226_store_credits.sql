-- Stores credits: who did what on which track, as a source states it. Who the people are is decided first (resolve_people).
-- What one source says of a track now replaces what it said of that track before.

SELECT linernotes.ensure_type('linernotes.stated_credit', 'AS (
  argument TEXT,
  msg_id BIGINT,
  person linernotes.stated_person,
  role TEXT,
  source TEXT,
  confidence NUMERIC,
  evidence JSONB
)');
COMMENT ON TYPE linernotes.stated_credit IS
  'What a source states of a person on a track; the person names the track, too.';

CREATE OR REPLACE FUNCTION linernotes.stated_name(argument TEXT, given JSONB)
RETURNS TEXT
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  name TEXT := linernotes.required_text(argument, given, 512);
  normalized_name TEXT := linernotes.normalize_name(name);
BEGIN
  IF normalized_name = '' THEN
    PERFORM linernotes.reject(argument, 'must not be missing or empty');
  ELSIF octet_length(normalized_name) > 2048 THEN
    PERFORM linernotes.reject(argument, 'is too long when it is normalized');
  END IF;
  RETURN name;
END;
$$;
COMMENT ON FUNCTION linernotes.stated_name(TEXT, JSONB) IS
  'A name that a producer can have: there is something left of it when it is normalized, and an index can hold that.';

CREATE OR REPLACE FUNCTION linernotes.stated_confidence(argument TEXT, given JSONB)
RETURNS NUMERIC
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  IF jsonb_typeof(given) IS DISTINCT FROM 'number' OR given::NUMERIC NOT BETWEEN 0 AND 1 THEN
    PERFORM linernotes.reject(argument, format('must be a number from 0 to 1, is %s', coalesce(left(given::TEXT, 40), 'missing')));
  END IF;
  RETURN given::NUMERIC;
END;
$$;
COMMENT ON FUNCTION linernotes.stated_confidence(TEXT, JSONB) IS
  'A confidence: a number from 0 to 1, which must be there.';

CREATE OR REPLACE FUNCTION linernotes.stated_role(argument TEXT, given JSONB)
RETURNS TEXT
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  IF coalesce(given #>> '{}', '') NOT IN (
    'producer', 'co_producer', 'executive_producer', 'writer', 'composer', 'lyricist', 'arranger', 'remixer'
  ) THEN
    PERFORM linernotes.reject(argument, format('is no role: %s', coalesce(left(given::TEXT, 40), 'missing')));
  END IF;
  RETURN given #>> '{}';
END;
$$;
COMMENT ON FUNCTION linernotes.stated_role(TEXT, JSONB) IS
  'A role that track_producers allows, which must be there.';

CREATE OR REPLACE FUNCTION linernotes.read_credits(argument TEXT, outcomes JSONB)
RETURNS linernotes.stated_credit[]
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  WITH item AS MATERIALIZED (
    SELECT item.msg_id, item.stated, coalesce(item.stated -> 'person', '{}') AS person
    FROM linernotes.stated_rows(outcomes, 'credits') AS item
  ), person AS MATERIALIZED (
    -- A person is read and normalized once, however many credits they have.
    SELECT different.person AS stated, spelling.name,
      linernotes.normalize_name(spelling.name) AS normalized_name,
      linernotes.identity_name(spelling.name) AS identity_name,
      lower(linernotes.stated_text(argument || '.person.musicbrainz_id', different.person -> 'musicbrainz_id', 64))
        AS musicbrainz_id,
      coalesce(linernotes.stated_texts(argument || '.person.aliases', different.person -> 'aliases'), '{}') AS aliases
    FROM (SELECT DISTINCT item.person FROM item) AS different
    CROSS JOIN LATERAL linernotes.stated_name(argument || '.person.name', different.person -> 'name') AS spelling (name)
  )
  SELECT array_agg(ROW(
    argument,
    item.msg_id,
    ROW(
      linernotes.stated_uuid(argument || '.track_id', item.stated -> 'track_id'),
      person.name, person.normalized_name, person.identity_name, person.musicbrainz_id, person.aliases, NULL
    )::linernotes.stated_person,
    linernotes.stated_role(argument || '.role', item.stated -> 'role'),
    linernotes.required_text(argument || '.source', item.stated -> 'source', 64),
    linernotes.stated_confidence(argument || '.confidence', item.stated -> 'confidence'),
    nullif(item.stated -> 'evidence', 'null')
  )::linernotes.stated_credit)
  FROM item
  JOIN person ON person.stated = item.person;
$$;
COMMENT ON FUNCTION linernotes.read_credits(TEXT, JSONB) IS
  'The credits that outcomes state; NULL if they state none.';

CREATE OR REPLACE FUNCTION linernotes.check_tracks(credits linernotes.stated_credit[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  bad RECORD;
BEGIN
  SELECT credit.argument, (credit.person).track_id INTO bad
  FROM unnest(credits) AS credit
  WHERE NOT EXISTS (SELECT FROM public.tracks AS track WHERE track.id = (credit.person).track_id)
  LIMIT 1;
  IF bad.argument IS NOT NULL THEN
    PERFORM linernotes.reject(
      bad.argument || '.track_id', coalesce(format('there is no track %s', bad.track_id::TEXT), 'must not be missing')
    );
  END IF;

  -- The foreign key of the credits would lock the tracks one by one. This locks them in the order of every other lock of
  -- tracks.
  PERFORM
  FROM public.tracks AS track
  WHERE track.id IN (SELECT (credit.person).track_id FROM unnest(credits) AS credit)
  ORDER BY track.spotify_id, track.id
  FOR KEY SHARE;
END;
$$;
COMMENT ON FUNCTION linernotes.check_tracks(linernotes.stated_credit[]) IS
  'Raises if a credit names no track of the catalogue, else keeps the tracks from being deleted.';

CREATE OR REPLACE FUNCTION linernotes.with_current_ids(credits linernotes.stated_credit[])
RETURNS linernotes.stated_credit[]
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  IF NOT EXISTS (
    SELECT
    FROM linernotes.former_musicbrainz_ids AS former
    WHERE former.musicbrainz_id = ANY (ARRAY(SELECT DISTINCT (credit.person).musicbrainz_id FROM unnest(credits) AS credit))
  ) THEN
    RETURN credits;
  END IF;
  RETURN ARRAY(
    SELECT ROW(
      credit.argument, credit.msg_id,
      ROW(
        (credit.person).track_id, (credit.person).name, (credit.person).normalized_name, (credit.person).identity_name,
        linernotes.current_musicbrainz_id((credit.person).musicbrainz_id), (credit.person).aliases, NULL
      )::linernotes.stated_person,
      credit.role, credit.source, credit.confidence, credit.evidence
    )::linernotes.stated_credit
    FROM unnest(credits) AS credit
  );
END;
$$;
COMMENT ON FUNCTION linernotes.with_current_ids(linernotes.stated_credit[]) IS
  'The credits, with ids that MusicBrainz merged replaced by those they were merged into.';

CREATE OR REPLACE FUNCTION linernotes.with_producers(
  credits linernotes.stated_credit[], people linernotes.stated_person[]
)
RETURNS linernotes.stated_credit[]
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT array_agg(ROW(
    credit.argument, credit.msg_id, resolved.person, credit.role, credit.source, credit.confidence, credit.evidence
  )::linernotes.stated_credit)
  FROM unnest(credits) AS credit
  JOIN (
    SELECT DISTINCT ON (person.track_id, person.identity_name, person.musicbrainz_id)
      person.track_id, person.identity_name, person.musicbrainz_id, person
    FROM unnest(people) AS person
  ) AS resolved
    ON resolved.track_id = (credit.person).track_id
    AND resolved.identity_name = (credit.person).identity_name
    AND resolved.musicbrainz_id IS NOT DISTINCT FROM (credit.person).musicbrainz_id;
$$;
COMMENT ON FUNCTION linernotes.with_producers(linernotes.stated_credit[], linernotes.stated_person[]) IS
  'The credits, each with its person as resolve_people returned them. On one track, one name and id is one producer.';

CREATE OR REPLACE FUNCTION linernotes.upsert_credits(credits linernotes.stated_credit[])
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  INSERT INTO public.track_producers AS known (track_id, producer_id, role, source, confidence, evidence, created_at)
  SELECT (credit.person).track_id, (credit.person).producer_id, credit.role, credit.source, max(credit.confidence),
    linernotes.merged_evidence(array_agg(credit.evidence ORDER BY credit.confidence DESC)),
    -- The time of this moment, not of the transaction's start: while this transaction waited for a lock, a profile may
    -- have been committed, which is older than this credit then.
    clock_timestamp()
  FROM unnest(credits) AS credit
  GROUP BY (credit.person).track_id, (credit.person).producer_id, credit.role, credit.source
  ORDER BY (credit.person).track_id, (credit.person).producer_id, credit.role, credit.source
  ON CONFLICT (track_id, producer_id, role, source) DO UPDATE
    SET (confidence, evidence) = (EXCLUDED.confidence, coalesce(EXCLUDED.evidence, known.evidence))
    WHERE (known.confidence, known.evidence)
      IS DISTINCT FROM (EXCLUDED.confidence, coalesce(EXCLUDED.evidence, known.evidence));
$$;
COMMENT ON FUNCTION linernotes.upsert_credits(linernotes.stated_credit[]) IS
  'Writes credits whose producers are known. What one source states of one track, producer and role is one row.';

CREATE OR REPLACE FUNCTION linernotes.retract_credits(credits linernotes.stated_credit[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  gone UUID[];
BEGIN
  WITH said AS MATERIALIZED (
    SELECT (credit.person).track_id, (credit.person).identity_name, (credit.person).producer_id, credit.role, credit.source
    FROM unnest(credits) AS credit
  )
  SELECT array_agg(known.id) INTO gone
  FROM (SELECT DISTINCT track_id, source FROM said) AS spoken
  JOIN public.track_producers AS known USING (track_id, source)
  WHERE NOT EXISTS (
    SELECT
    FROM said
    WHERE (said.track_id, said.role, said.source) = (known.track_id, known.role, known.source)
      AND (
        said.producer_id = known.producer_id
        -- The source named somebody to whom several ids fit, and the credit was moved to the one who is on this track.
        OR EXISTS (
          SELECT
          FROM linernotes.producer_names AS name
          JOIN public.track_producers AS beside USING (producer_id)
          WHERE (name.identity_name, name.producer_id) = (said.identity_name, known.producer_id)
            AND beside.track_id = known.track_id AND NOT linernotes.names_only(beside.source)
        )
      )
  );
  IF gone IS NULL THEN
    RETURN;
  END IF;
  PERFORM
  FROM public.track_producers AS credit
  WHERE credit.id = ANY (gone)
  ORDER BY credit.track_id, credit.producer_id, credit.role, credit.source
  FOR UPDATE;
  DELETE FROM public.track_producers AS credit WHERE credit.id = ANY (gone);
END;
$$;
COMMENT ON FUNCTION linernotes.retract_credits(linernotes.stated_credit[]) IS
  'Deletes what a source said of these tracks before and says no longer. A source that says nothing at all of a track may only have failed to find it this time: what it said before stays.';

CREATE OR REPLACE FUNCTION linernotes.store_credits(stated linernotes.stated_credit[])
RETURNS TABLE (msg_id BIGINT, producer_id UUID, credits INT)
LANGUAGE plpgsql
SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  people linernotes.stated_person[];
  resolved linernotes.stated_credit[];
  new_names TEXT[];
  track_ids UUID[];
BEGIN
  PERFORM linernotes.check_tracks(stated);
  stated := linernotes.with_current_ids(stated);

  SELECT who.resolved, who.new_names INTO people, new_names
  FROM linernotes.resolve_people(ARRAY(SELECT credit.person FROM unnest(stated) AS credit)) AS who;
  resolved := linernotes.with_producers(stated, people);
  PERFORM linernotes.upsert_credits(resolved);
  PERFORM linernotes.retract_credits(resolved);

  -- Both the new names and those of producers that are credited here by name only: all of them are locked.
  track_ids := ARRAY(SELECT DISTINCT (credit.person).track_id FROM unnest(stated) AS credit);
  PERFORM linernotes.merge_identified(ARRAY(
    SELECT unnest(new_names)
    UNION
    SELECT linernotes.producer_identity(producer.name, producer.normalized_name)
    FROM public.track_producers AS credit
    JOIN public.producers AS producer ON producer.id = credit.producer_id AND producer.musicbrainz_id IS NULL
    WHERE credit.track_id = ANY (track_ids)
  ), new_names, track_ids);

  -- A producer may have been merged into another just now.
  RETURN QUERY
  SELECT stored.msg_id, stored.producer_id, count(*)::INT
  FROM (
    SELECT DISTINCT credit.msg_id, coalesce(redirect.producer_id, (credit.person).producer_id) AS producer_id,
      (credit.person).track_id, credit.role, credit.source
    FROM unnest(resolved) AS credit
    LEFT JOIN linernotes.producer_redirects AS redirect ON redirect.old_id = (credit.person).producer_id
  ) AS stored
  GROUP BY stored.msg_id, stored.producer_id;
END;
$$;
COMMENT ON FUNCTION linernotes.store_credits(linernotes.stated_credit[]) IS
  'Decides who the people are, upserts their credits, deletes what their sources no longer say of the tracks, and returns the producers by message, each with the number of its credits.';
