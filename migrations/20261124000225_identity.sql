-- Who is who. A person with a MusicBrainz id is that id, whatever the spelling. A person without one is the one id
-- that has the name (its own, an alias, a credited-as spelling); where two ids have it, the one that is credited on
-- the same track; else the producer known by this name only. When a name comes to fit an id later, the two become one.
--
-- Safe against concurrent commits: all callers hold the locks of the names, ids and tracks (linernotes.person_keys).

DO $$
BEGIN
  IF to_regtype('linernotes.stated_person') IS NULL THEN
    CREATE TYPE linernotes.stated_person AS (
      track_id UUID,
      name TEXT,
      normalized_name TEXT,
      musicbrainz_id TEXT,
      aliases TEXT[]
    );
  END IF;
END;
$$;
COMMENT ON TYPE linernotes.stated_person IS
  'A person as a source names them; track_id where it names them on a track.';

CREATE OR REPLACE FUNCTION linernotes.names_only(source TEXT)
RETURNS BOOLEAN
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT source IN ('title', 'genius');
$$;
COMMENT ON FUNCTION linernotes.names_only(TEXT) IS
  'Whether a source of credits knows people by name only. What it says of a track does not tell which namesake is meant. A new such source is added here.';

CREATE OR REPLACE FUNCTION linernotes.person_keys(people linernotes.stated_person[])
RETURNS TEXT[]
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT array_agg(DISTINCT key)
  FROM (
    SELECT 'name:' || normalized_name AS key FROM unnest(people)
    UNION ALL
    SELECT 'name:' || linernotes.normalize_name(alias) FROM (SELECT DISTINCT unnest(aliases) AS alias FROM unnest(people)) AS known
    UNION ALL
    SELECT 'musicbrainz:' || musicbrainz_id FROM unnest(people) WHERE musicbrainz_id IS NOT NULL
    UNION ALL
    SELECT 'credits:' || track_id FROM unnest(people) WHERE track_id IS NOT NULL
    UNION ALL
    -- Who stands on these tracks by name only may turn out to be one of the people.
    SELECT 'name:' || producer.normalized_name
    FROM public.track_producers AS credit
    JOIN public.producers AS producer ON producer.id = credit.producer_id AND producer.musicbrainz_id IS NULL
    WHERE credit.track_id IN (SELECT track_id FROM unnest(people))
  ) AS keys
  WHERE key IS NOT NULL;
$$;
COMMENT ON FUNCTION linernotes.person_keys(linernotes.stated_person[]) IS
  'What must be locked before it is decided who these people are.';

CREATE OR REPLACE FUNCTION linernotes.settle_names(names TEXT[], fresh TEXT[], track_ids UUID[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  losers UUID[];
  winners UUID[];
  credit_ids UUID[];
  more TEXT[];
BEGIN
  -- A name that fits one id is that id's. What the loser was called may fit others in turn.
  LOOP
    SELECT array_agg(fit.loser), array_agg(fit.winner) INTO losers, winners
    FROM (
      SELECT loser.id AS loser, (array_agg(winner.id))[1] AS winner
      FROM public.producers AS loser
      JOIN linernotes.producer_names AS known ON known.normalized_name = loser.normalized_name
      JOIN public.producers AS winner ON winner.id = known.producer_id AND winner.musicbrainz_id IS NOT NULL
      WHERE loser.musicbrainz_id IS NULL AND loser.normalized_name = ANY (names)
      GROUP BY loser.id
      HAVING count(*) = 1
    ) AS fit;
    EXIT WHEN losers IS NULL;
    more := ARRAY(
      SELECT known.normalized_name
      FROM linernotes.producer_names AS known
      WHERE known.producer_id = ANY (losers) AND known.normalized_name <> ALL (names)
    );
    PERFORM linernotes.lock_keys(ARRAY(SELECT 'name:' || name FROM unnest(more) AS name));
    names := names || more;
    PERFORM linernotes.merge_producers(losers, winners);
  END LOOP;

  -- A name that fits several ids is, on each track, the only one of them who is credited there. That can have changed
  -- on these tracks, and on all tracks of a name that has one more id to fit.
  SELECT array_agg(fit.credit_id), array_agg(fit.winner), array_agg(fit.loser) INTO credit_ids, winners, losers
  FROM (
    SELECT credit.id AS credit_id, credit.producer_id AS loser, (array_agg(DISTINCT winner.id))[1] AS winner
    FROM public.producers AS loser
    JOIN public.track_producers AS credit ON credit.producer_id = loser.id
    JOIN public.track_producers AS beside
      ON beside.track_id = credit.track_id AND NOT linernotes.names_only(beside.source)
    JOIN public.producers AS winner ON winner.id = beside.producer_id AND winner.musicbrainz_id IS NOT NULL
    JOIN linernotes.producer_names AS known
      ON known.normalized_name = loser.normalized_name AND known.producer_id = winner.id
    WHERE loser.musicbrainz_id IS NULL
      AND loser.normalized_name = ANY (names)
      AND (credit.track_id = ANY (track_ids) OR loser.normalized_name = ANY (fresh))
    GROUP BY credit.id, credit.producer_id
    HAVING count(DISTINCT winner.id) = 1
    UNION ALL
    -- Likewise what a source that knows names only said of the track while the name fitted another id alone.
    SELECT credit.id, credit.producer_id, (array_agg(DISTINCT winner.id))[1]
    FROM public.track_producers AS credit
    JOIN public.producers AS loser ON loser.id = credit.producer_id AND loser.musicbrainz_id IS NOT NULL
    JOIN linernotes.producer_names AS shared ON shared.producer_id = loser.id
    JOIN linernotes.producer_names AS known ON known.normalized_name = shared.normalized_name
    JOIN public.producers AS winner ON winner.id = known.producer_id AND winner.musicbrainz_id IS NOT NULL
    JOIN public.track_producers AS beside
      ON beside.track_id = credit.track_id AND beside.producer_id = winner.id AND NOT linernotes.names_only(beside.source)
    WHERE credit.track_id = ANY (track_ids)
      AND linernotes.names_only(credit.source)
      AND winner.id <> loser.id
      AND NOT EXISTS (
        SELECT FROM public.track_producers AS own
        WHERE own.track_id = credit.track_id AND own.producer_id = loser.id AND NOT linernotes.names_only(own.source)
      )
    GROUP BY credit.id, credit.producer_id
    HAVING count(DISTINCT winner.id) = 1
  ) AS fit;
  IF credit_ids IS NULL THEN
    RETURN;
  END IF;
  PERFORM linernotes.move_credits(credit_ids, winners);

  -- Who has nothing left was that one person.
  SELECT array_agg(emptied.loser), array_agg(emptied.winner) INTO losers, winners
  FROM (
    SELECT moved.loser, (array_agg(moved.winner))[1] AS winner
    FROM unnest(losers, winners) AS moved (loser, winner)
    JOIN public.producers AS known ON known.id = moved.loser AND known.musicbrainz_id IS NULL
    WHERE NOT EXISTS (SELECT FROM public.track_producers AS credit WHERE credit.producer_id = moved.loser)
    GROUP BY moved.loser
    HAVING count(DISTINCT moved.winner) = 1
  ) AS emptied;
  IF losers IS NOT NULL THEN
    PERFORM linernotes.merge_producers(losers, winners);
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.settle_names(TEXT[], TEXT[], UUID[]) IS
  'Makes producers that are known by one of these normalized names only one with the id that the name fits by now. fresh: names that have come to lead to an id just now. track_ids: where credits have come just now.';

CREATE OR REPLACE FUNCTION linernotes.choose_producers(people linernotes.stated_person[])
RETURNS UUID[]
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  WITH person AS MATERIALIZED (
    SELECT * FROM unnest(people) WITH ORDINALITY AS stated
      (track_id, name, normalized_name, musicbrainz_id, aliases, place)
  ), fit AS MATERIALIZED (
    SELECT known.normalized_name, producer.id
    FROM linernotes.producer_names AS known
    JOIN public.producers AS producer ON producer.id = known.producer_id AND producer.musicbrainz_id IS NOT NULL
    WHERE known.normalized_name IN (SELECT normalized_name FROM person WHERE musicbrainz_id IS NULL)
  ), only_fit AS (
    SELECT normalized_name, (array_agg(id))[1] AS id FROM fit GROUP BY normalized_name HAVING count(*) = 1
  ), beside AS (
    -- As whom a mere name was taken before is no reason to take it so again.
    SELECT credit.track_id, credit.producer_id
    FROM public.track_producers AS credit
    WHERE credit.track_id IN (SELECT track_id FROM person) AND NOT linernotes.names_only(credit.source)
    UNION
    SELECT person.track_id, producer.id
    FROM person
    JOIN public.producers AS producer USING (musicbrainz_id)
    WHERE person.track_id IS NOT NULL
  ), fit_on_track AS (
    SELECT person.track_id, person.normalized_name, (array_agg(DISTINCT fit.id))[1] AS id
    FROM person
    JOIN fit USING (normalized_name)
    JOIN beside ON beside.track_id = person.track_id AND beside.producer_id = fit.id
    WHERE person.musicbrainz_id IS NULL
    GROUP BY person.track_id, person.normalized_name
    HAVING count(DISTINCT fit.id) = 1
  )
  SELECT array_agg(
    CASE WHEN person.musicbrainz_id IS NOT NULL THEN with_id.id
      ELSE coalesce(only_fit.id, fit_on_track.id, name_only.id) END
    ORDER BY person.place
  )
  FROM person
  LEFT JOIN public.producers AS with_id ON with_id.musicbrainz_id = person.musicbrainz_id
  LEFT JOIN only_fit ON only_fit.normalized_name = person.normalized_name
  LEFT JOIN fit_on_track
    ON fit_on_track.normalized_name = person.normalized_name AND fit_on_track.track_id = person.track_id
  LEFT JOIN public.producers AS name_only
    ON name_only.normalized_name = person.normalized_name AND name_only.musicbrainz_id IS NULL;
$$;
COMMENT ON FUNCTION linernotes.choose_producers(linernotes.stated_person[]) IS
  'The producer that each person is, in the same order; NULL for one that is not there yet.';

CREATE OR REPLACE FUNCTION linernotes.spellings(people linernotes.stated_person[], producer_ids UUID[])
RETURNS TABLE (normalized_name TEXT, producer_id UUID, name TEXT, has_id BOOLEAN)
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT form.normalized_name, spelling.producer_id, spelling.name, spelling.has_id
  FROM (
    SELECT DISTINCT producer_ids[person.place] AS producer_id, unnest(person.name || person.aliases) AS name,
      person.musicbrainz_id IS NOT NULL AS has_id
    FROM unnest(people) WITH ORDINALITY AS person (track_id, name, normalized_name, musicbrainz_id, aliases, place)
  ) AS spelling
  CROSS JOIN LATERAL linernotes.normalize_name(spelling.name) AS form (normalized_name)
  WHERE form.normalized_name <> '' AND octet_length(form.normalized_name) <= 2048;
$$;
COMMENT ON FUNCTION linernotes.spellings(linernotes.stated_person[], UUID[]) IS
  'The names and aliases of people, with the producers that they are.';

CREATE OR REPLACE FUNCTION linernotes.add_names(people linernotes.stated_person[], producer_ids UUID[], with_id BOOLEAN)
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  INSERT INTO linernotes.producer_names (normalized_name, producer_id, name)
  SELECT DISTINCT ON (spelling.normalized_name, spelling.producer_id)
    spelling.normalized_name, spelling.producer_id, spelling.name
  FROM linernotes.spellings(people, producer_ids) AS spelling
  WHERE spelling.has_id = with_id AND spelling.producer_id IS NOT NULL
  ORDER BY spelling.normalized_name, spelling.producer_id, spelling.name COLLATE "C"
  ON CONFLICT (normalized_name, producer_id) DO NOTHING;
$$;
COMMENT ON FUNCTION linernotes.add_names(linernotes.stated_person[], UUID[], BOOLEAN) IS
  'The people''s names and aliases lead to their producers: of those with a MusicBrainz id, or of those without.';

CREATE OR REPLACE FUNCTION linernotes.resolve_people(
  people linernotes.stated_person[], OUT chosen UUID[], OUT fresh TEXT[]
)
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  chosen := linernotes.choose_producers(people);
  fresh := ARRAY(
    SELECT DISTINCT spelling.normalized_name
    FROM linernotes.spellings(people, chosen) AS spelling
    WHERE NOT EXISTS (
      SELECT FROM linernotes.producer_names AS known
      WHERE known.normalized_name = spelling.normalized_name AND known.producer_id = spelling.producer_id
    )
  );

  -- Of each id the usual spelling; among equals one that is not all capitals.
  INSERT INTO public.producers AS known (musicbrainz_id, name, normalized_name)
  SELECT DISTINCT ON (musicbrainz_id) musicbrainz_id, name, normalized_name
  FROM (
    SELECT musicbrainz_id, name, normalized_name, count(*) AS times
    FROM unnest(people)
    WHERE musicbrainz_id IS NOT NULL
    GROUP BY musicbrainz_id, name, normalized_name
  ) AS spelling
  ORDER BY musicbrainz_id, times DESC, name = upper(name COLLATE "und-x-icu"), name COLLATE "C"
  ON CONFLICT (musicbrainz_id) DO UPDATE
    SET (name, normalized_name) = (EXCLUDED.name, EXCLUDED.normalized_name)
    WHERE (known.name, known.normalized_name) IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.normalized_name);

  PERFORM linernotes.add_names(people, linernotes.choose_producers(people), TRUE);

  chosen := linernotes.choose_producers(people);
  IF array_position(chosen, NULL) IS NOT NULL THEN
    INSERT INTO public.producers (name, normalized_name)
    SELECT DISTINCT ON (normalized_name) name, normalized_name
    FROM (
      SELECT person.name, person.normalized_name, count(*) AS times
      FROM unnest(people) AS person
      WHERE person.musicbrainz_id IS NULL
        AND person.normalized_name IN (
          SELECT unknown.normalized_name
          FROM unnest(people) WITH ORDINALITY AS unknown (track_id, name, normalized_name, musicbrainz_id, aliases, place)
          WHERE chosen[unknown.place] IS NULL
        )
      GROUP BY person.name, person.normalized_name
    ) AS spelling
    ORDER BY normalized_name, times DESC, name = upper(name COLLATE "und-x-icu"), name COLLATE "C"
    ON CONFLICT (normalized_name) WHERE musicbrainz_id IS NULL DO NOTHING;
    chosen := linernotes.choose_producers(people);
  END IF;

  PERFORM linernotes.add_names(people, chosen, FALSE);
END;
$$;
COMMENT ON FUNCTION linernotes.resolve_people(linernotes.stated_person[]) IS
  'The producer that each person is, in the same order, made where there is none yet; fresh: the names that did not lead there before. Follow it with settle_names once the credits are stored.';
