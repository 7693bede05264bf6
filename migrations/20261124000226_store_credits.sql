DO $$
BEGIN
  IF to_regtype('linernotes.stated_credit') IS NULL THEN
    CREATE TYPE linernotes.stated_credit AS (
      msg_id BIGINT,
      role TEXT,
      source TEXT,
      confidence NUMERIC,
      evidence JSONB
    );
  END IF;
END;
$$;
COMMENT ON TYPE linernotes.stated_credit IS
  'What a source states of a person on a track; the person stands at the same place of another array.';

CREATE OR REPLACE FUNCTION linernotes.stated_name(argument TEXT, given JSONB)
RETURNS TEXT
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  name TEXT := linernotes.stated_text(argument, given, 512);
  normalized_name TEXT := linernotes.normalize_name(name);
BEGIN
  IF name IS NULL OR normalized_name = '' THEN
    PERFORM linernotes.reject(argument, 'must not be missing or empty');
  ELSIF octet_length(normalized_name) > 2048 THEN
    PERFORM linernotes.reject(argument, 'is too long when it is normalized');
  END IF;
  RETURN name;
END;
$$;
COMMENT ON FUNCTION linernotes.stated_name(TEXT, JSONB) IS
  'A name that can be a producer''s.';

CREATE OR REPLACE FUNCTION linernotes.read_people(argument TEXT, stated JSONB)
RETURNS linernotes.stated_person[]
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  WITH item AS MATERIALIZED (
    SELECT item.ordinality AS place, item.value -> 'row' -> 'track_id' AS track_id,
      coalesce(item.value -> 'row' -> 'person', '{}') AS person
    FROM jsonb_array_elements(stated) WITH ORDINALITY AS item
  ), person AS MATERIALIZED (
    -- A person is read once, however many credits they have.
    SELECT person,
      linernotes.stated_name(argument || '.person.name', person -> 'name') AS name,
      lower(linernotes.stated_text(argument || '.person.musicbrainz_id', person -> 'musicbrainz_id', 64)) AS musicbrainz_id,
      coalesce(linernotes.stated_texts(argument || '.person.aliases', person -> 'aliases'), '{}') AS aliases
    FROM (SELECT DISTINCT person FROM item) AS different
  ), normalized AS MATERIALIZED (
    SELECT person.*, linernotes.normalize_name(person.name) AS normalized_name FROM person
  )
  SELECT array_agg(
    ROW(
      linernotes.stated_uuid(argument || '.track_id', item.track_id),
      normalized.name, normalized.normalized_name, normalized.musicbrainz_id, normalized.aliases
    )::linernotes.stated_person
    ORDER BY item.place
  )
  FROM item
  JOIN normalized USING (person);
$$;
COMMENT ON FUNCTION linernotes.read_people(TEXT, JSONB) IS
  'The people of stated credits, in their order.';

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
  'A confidence.';

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
  'A role that track_producers knows.';

CREATE OR REPLACE FUNCTION linernotes.read_credits(argument TEXT, stated JSONB)
RETURNS linernotes.stated_credit[]
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  credits linernotes.stated_credit[];
BEGIN
  SELECT array_agg(
    ROW(
      (item.value ->> 'msg_id')::BIGINT,
      linernotes.stated_role(argument || '.role', item.value -> 'row' -> 'role'),
      linernotes.stated_text(argument || '.source', item.value -> 'row' -> 'source', 64),
      linernotes.stated_confidence(argument || '.confidence', item.value -> 'row' -> 'confidence'),
      nullif(item.value -> 'row' -> 'evidence', 'null')
    )::linernotes.stated_credit
    ORDER BY item.ordinality
  ) INTO credits
  FROM jsonb_array_elements(stated) WITH ORDINALITY AS item;
  IF EXISTS (SELECT FROM unnest(credits) AS credit WHERE credit.source IS NULL) THEN
    PERFORM linernotes.reject(argument || '.source', 'must not be missing or empty');
  END IF;
  RETURN credits;
END;
$$;
COMMENT ON FUNCTION linernotes.read_credits(TEXT, JSONB) IS
  'What stated credits say apart from the people, in their order.';

CREATE OR REPLACE FUNCTION linernotes.take_back(
  stated linernotes.stated_credit[], people linernotes.stated_person[], producer_ids UUID[]
)
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  gone UUID[];
BEGIN
  WITH said AS MATERIALIZED (
    SELECT person.track_id, person.normalized_name, who.producer_id, credit.role, credit.source
    FROM unnest(stated) WITH ORDINALITY AS credit (msg_id, role, source, confidence, evidence, place)
    JOIN unnest(people) WITH ORDINALITY AS person (track_id, name, normalized_name, musicbrainz_id, aliases, place) USING (place)
    JOIN unnest(producer_ids) WITH ORDINALITY AS who (producer_id, place) USING (place)
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
        -- It was said of that name, and moved to the one who is credited by id on this track.
        OR EXISTS (
          SELECT
          FROM linernotes.producer_names AS name
          JOIN public.track_producers AS beside USING (producer_id)
          WHERE (name.normalized_name, name.producer_id) = (said.normalized_name, known.producer_id)
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
COMMENT ON FUNCTION linernotes.take_back(linernotes.stated_credit[], linernotes.stated_person[], UUID[]) IS
  'Removes what a source said of these tracks before and does not say any more. Where it says nothing at all of a track, it may only not have found it this time: what it said stays.';

CREATE OR REPLACE FUNCTION linernotes.store_credits(
  argument TEXT, stated linernotes.stated_credit[], people linernotes.stated_person[]
)
RETURNS TABLE (msg_id BIGINT, producer_id UUID, amount INT)
LANGUAGE plpgsql
SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  unknown_track UUID;
  producer_ids UUID[];
  fresh TEXT[];
BEGIN
  IF EXISTS (SELECT FROM unnest(people) AS person WHERE person.track_id IS NULL) THEN
    PERFORM linernotes.reject(argument || '.track_id', 'must not be missing');
  END IF;
  SELECT person.track_id INTO unknown_track
  FROM unnest(people) AS person
  WHERE NOT EXISTS (SELECT FROM public.tracks AS track WHERE track.id = person.track_id)
  LIMIT 1;
  IF unknown_track IS NOT NULL THEN
    PERFORM linernotes.reject(argument || '.track_id', format('there is no track %s', unknown_track));
  END IF;

  -- What the credits' foreign key would do one by one, in the order in which others lock tracks.
  PERFORM
  FROM public.tracks AS track
  WHERE track.id IN (SELECT person.track_id FROM unnest(people) AS person)
  ORDER BY track.spotify_id, track.id
  FOR KEY SHARE;

  SELECT resolved.chosen, resolved.fresh INTO producer_ids, fresh FROM linernotes.resolve_people(people) AS resolved;

  -- One source's statements of one fact are one row; what it says now replaces what it said before.
  -- The time is this moment's, not the transaction's: a profile may have been committed while this one waited for it.
  INSERT INTO public.track_producers AS known (track_id, producer_id, role, source, confidence, evidence, created_at)
  SELECT person.track_id, who.producer_id, credit.role, credit.source, max(credit.confidence),
    linernotes.joined_evidence(array_agg(credit.evidence ORDER BY credit.confidence DESC)), clock_timestamp()
  FROM unnest(stated) WITH ORDINALITY AS credit (msg_id, role, source, confidence, evidence, place)
  JOIN unnest(people) WITH ORDINALITY AS person (track_id, name, normalized_name, musicbrainz_id, aliases, place) USING (place)
  JOIN unnest(producer_ids) WITH ORDINALITY AS who (producer_id, place) USING (place)
  GROUP BY person.track_id, who.producer_id, credit.role, credit.source
  ORDER BY person.track_id, who.producer_id, credit.role, credit.source
  ON CONFLICT (track_id, producer_id, role, source) DO UPDATE
    SET (confidence, evidence) = (EXCLUDED.confidence, coalesce(EXCLUDED.evidence, known.evidence))
    WHERE (known.confidence, known.evidence)
      IS DISTINCT FROM (EXCLUDED.confidence, coalesce(EXCLUDED.evidence, known.evidence));

  PERFORM linernotes.take_back(stated, people, producer_ids);

  -- The names that are new, and those by which somebody stands on these tracks: all of them are locked.
  PERFORM linernotes.settle_names(ARRAY(
    SELECT unnest(fresh)
    UNION
    SELECT producer.normalized_name
    FROM public.track_producers AS credit
    JOIN public.producers AS producer ON producer.id = credit.producer_id AND producer.musicbrainz_id IS NULL
    WHERE credit.track_id IN (SELECT person.track_id FROM unnest(people) AS person)
  ), fresh, ARRAY(SELECT DISTINCT person.track_id FROM unnest(people) AS person));

  -- Somebody may have become another by now.
  SELECT array_agg(coalesce(redirect.producer_id, who.producer_id) ORDER BY who.place) INTO producer_ids
  FROM unnest(producer_ids) WITH ORDINALITY AS who (producer_id, place)
  LEFT JOIN linernotes.producer_redirects AS redirect ON redirect.old_id = who.producer_id;

  RETURN QUERY
  SELECT stored.msg_id, stored.producer_id, count(*)::INT
  FROM (
    SELECT DISTINCT credit.msg_id, who.producer_id, person.track_id, credit.role, credit.source
    FROM unnest(stated) WITH ORDINALITY AS credit (msg_id, role, source, confidence, evidence, place)
    JOIN unnest(people) WITH ORDINALITY AS person (track_id, name, normalized_name, musicbrainz_id, aliases, place) USING (place)
    JOIN unnest(producer_ids) WITH ORDINALITY AS who (producer_id, place) USING (place)
  ) AS stored
  GROUP BY stored.msg_id, stored.producer_id;
END;
$$;
COMMENT ON FUNCTION linernotes.store_credits(TEXT, linernotes.stated_credit[], linernotes.stated_person[]) IS
  'Decides who the people are, upserts their credits, takes back what their sources no longer say of the tracks, and returns the producers by message with the number of credits of each.';
