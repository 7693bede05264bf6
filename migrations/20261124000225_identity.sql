-- Who is who. A person whom a source names with a MusicBrainz id is that id, whatever the spelling. A person without an id
-- is, in this order: the one id to whom the name leads (its own name, an alias, a credited-as spelling); of several such
-- ids the one that is credited on the same track; the producer that is known by this name only. When a name comes to
-- lead to an id later, the producer known by it becomes that id. An id that MusicBrainz merged into another means that one.
--
-- All callers hold the locks of the names, ids and tracks (person_keys), so that two commits cannot decide at once.

SELECT linernotes.ensure_type('linernotes.stated_person', 'AS (
  track_id UUID,
  name TEXT,
  normalized_name TEXT,
  identity_name TEXT,
  musicbrainz_id TEXT,
  aliases TEXT[],
  producer_id UUID
)');
COMMENT ON TYPE linernotes.stated_person IS
  'A person as a source names them. track_id: the track on which it does, NULL where it names no track. producer_id: the producer that the person is, NULL until that is decided.';

CREATE OR REPLACE FUNCTION linernotes.names_only(source TEXT)
RETURNS BOOLEAN
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
BEGIN
  RETURN source IN ('title', 'genius');
END;
$$;
COMMENT ON FUNCTION linernotes.names_only(TEXT) IS
  'Whether a source of credits names people without MusicBrainz ids, so that it does not tell which namesake it means. A new source of that kind is added here.';

CREATE OR REPLACE FUNCTION linernotes.person_keys(people linernotes.stated_person[])
RETURNS TEXT[]
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT array_agg(DISTINCT key)
  FROM (
    SELECT 'name:' || identity_name AS key FROM unnest(people)
    UNION ALL
    SELECT 'name:' || linernotes.identity_name(alias)
    FROM (SELECT DISTINCT unnest(aliases) AS alias FROM unnest(people)) AS known
    UNION ALL
    SELECT 'musicbrainz:' || known.musicbrainz_id
    FROM (SELECT DISTINCT musicbrainz_id FROM unnest(people) WHERE musicbrainz_id IS NOT NULL) AS stated
    CROSS JOIN LATERAL (
      VALUES (stated.musicbrainz_id), (linernotes.current_musicbrainz_id(stated.musicbrainz_id))
    ) AS known (musicbrainz_id)
    UNION ALL
    SELECT 'credits:' || track_id FROM unnest(people) WHERE track_id IS NOT NULL
    UNION ALL
    -- A producer that is credited on these tracks by name only may turn out to be one of the people.
    SELECT 'name:' || linernotes.producer_identity(producer.name, producer.normalized_name)
    FROM public.track_producers AS credit
    JOIN public.producers AS producer ON producer.id = credit.producer_id AND producer.musicbrainz_id IS NULL
    WHERE credit.track_id IN (SELECT track_id FROM unnest(people))
  ) AS keys
  WHERE key IS NOT NULL;
$$;
COMMENT ON FUNCTION linernotes.person_keys(linernotes.stated_person[]) IS
  'What must be locked before it is decided who these people are.';

CREATE OR REPLACE FUNCTION linernotes.ambiguous_credit_moves(names TEXT[], new_names TEXT[], track_ids UUID[])
RETURNS linernotes.credit_move[]
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  -- In PL/pgSQL, which plans for the arrays that are given: a commit's are hundreds of times longer than SQL would assume.
  RETURN ARRAY(
    SELECT ROW(fit.credit_id, fit.winner)::linernotes.credit_move
    FROM (
      -- A name that leads to several ids is, on each track, the only one of them who is credited there. Which that is can
      -- have changed on these tracks, and for a new name on all tracks.
      SELECT credit.id AS credit_id, (array_agg(DISTINCT winner.id))[1] AS winner
      FROM public.producers AS loser
      JOIN public.track_producers AS credit ON credit.producer_id = loser.id
      JOIN public.track_producers AS beside
        ON beside.track_id = credit.track_id AND NOT linernotes.names_only(beside.source)
      JOIN public.producers AS winner ON winner.id = beside.producer_id AND winner.musicbrainz_id IS NOT NULL
      JOIN linernotes.producer_names AS known
        ON known.identity_name = linernotes.producer_identity(loser.name, loser.normalized_name) AND known.producer_id = winner.id
      WHERE loser.musicbrainz_id IS NULL
        AND linernotes.producer_identity(loser.name, loser.normalized_name) = ANY (names)
        AND (credit.track_id = ANY (track_ids) OR linernotes.producer_identity(loser.name, loser.normalized_name) = ANY (new_names))
      GROUP BY credit.id
      HAVING count(DISTINCT winner.id) = 1
      UNION ALL
      -- A source without ids named the person while the name led to one other id, and was taken to mean that.
      SELECT credit.id, (array_agg(DISTINCT winner.id))[1]
      FROM public.track_producers AS credit
      JOIN public.producers AS loser ON loser.id = credit.producer_id AND loser.musicbrainz_id IS NOT NULL
      JOIN linernotes.producer_names AS shared ON shared.producer_id = loser.id
      JOIN linernotes.producer_names AS known ON known.identity_name = shared.identity_name
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
      GROUP BY credit.id
      HAVING count(DISTINCT winner.id) = 1
    ) AS fit
  );
END;
$$;
COMMENT ON FUNCTION linernotes.ambiguous_credit_moves(TEXT[], TEXT[], UUID[]) IS
  'Credits that were stated of a name to which several ids fit, with the one of them that a source with ids credits on the same track. The arguments are those of merge_identified.';

CREATE OR REPLACE FUNCTION linernotes.merge_identified(names TEXT[], new_names TEXT[], track_ids UUID[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  merges linernotes.producer_merge[];
  moves linernotes.credit_move[];
  more TEXT[];
BEGIN
  -- A name that leads to one id is that id's. The other names of the loser may lead to others in turn.
  LOOP
    merges := ARRAY(
      SELECT ROW(loser.id, (array_agg(winner.id))[1])::linernotes.producer_merge
      FROM public.producers AS loser
      JOIN linernotes.producer_names AS known ON known.identity_name = linernotes.producer_identity(loser.name, loser.normalized_name)
      JOIN public.producers AS winner ON winner.id = known.producer_id AND winner.musicbrainz_id IS NOT NULL
      WHERE loser.musicbrainz_id IS NULL AND linernotes.producer_identity(loser.name, loser.normalized_name) = ANY (names)
      GROUP BY loser.id
      HAVING count(*) = 1
    );
    EXIT WHEN merges = '{}';
    more := ARRAY(
      SELECT known.identity_name
      FROM linernotes.producer_names AS known
      WHERE known.producer_id IN (SELECT pair.loser FROM unnest(merges) AS pair) AND known.identity_name <> ALL (names)
    );
    PERFORM linernotes.lock_keys(ARRAY(SELECT 'name:' || name FROM unnest(more) AS name));
    names := names || more;
    PERFORM linernotes.merge_producers(merges);
  END LOOP;

  moves := linernotes.ambiguous_credit_moves(names, new_names, track_ids);
  IF moves = '{}' THEN
    RETURN;
  END IF;
  -- A producer all of whose credits go to one id was that one person. Whose they are is read before they are moved.
  merges := ARRAY(
    SELECT ROW(credit.producer_id, (array_agg(move.producer_id))[1])::linernotes.producer_merge
    FROM unnest(moves) AS move
    JOIN public.track_producers AS credit ON credit.id = move.credit_id
    JOIN public.producers AS loser ON loser.id = credit.producer_id AND loser.musicbrainz_id IS NULL
    WHERE NOT EXISTS (
      SELECT
      FROM public.track_producers AS other
      WHERE other.producer_id = credit.producer_id AND other.id NOT IN (SELECT moved.credit_id FROM unnest(moves) AS moved)
    )
    GROUP BY credit.producer_id
    HAVING count(DISTINCT move.producer_id) = 1
  );
  PERFORM linernotes.move_credits(moves);
  IF merges <> '{}' THEN
    PERFORM linernotes.merge_producers(merges);
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.merge_identified(TEXT[], TEXT[], UUID[]) IS
  'Makes producers that are known only by one of these normalized names one with the id to whom the name leads by now. new_names: those of the names that have come to lead to an id just now. track_ids: the tracks that have got credits just now.';

CREATE OR REPLACE FUNCTION linernotes.choose_producers(people linernotes.stated_person[])
RETURNS linernotes.stated_person[]
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  WITH person AS MATERIALIZED (
    SELECT * FROM unnest(people)
  ), fit AS MATERIALIZED (
    SELECT known.identity_name, producer.id
    FROM linernotes.producer_names AS known
    JOIN public.producers AS producer ON producer.id = known.producer_id AND producer.musicbrainz_id IS NOT NULL
    WHERE known.identity_name IN (SELECT identity_name FROM person WHERE musicbrainz_id IS NULL)
  ), only_fit AS (
    SELECT identity_name, (array_agg(id))[1] AS id FROM fit GROUP BY identity_name HAVING count(*) = 1
  ), beside AS (
    -- A credit that a source without ids stated is no evidence: who is meant by it was only decided here.
    SELECT credit.track_id, credit.producer_id
    FROM public.track_producers AS credit
    WHERE credit.track_id IN (SELECT track_id FROM person) AND NOT linernotes.names_only(credit.source)
    UNION
    SELECT person.track_id, producer.id
    FROM person
    JOIN public.producers AS producer USING (musicbrainz_id)
    WHERE person.track_id IS NOT NULL
  ), fit_on_track AS (
    SELECT person.track_id, person.identity_name, (array_agg(DISTINCT fit.id))[1] AS id
    FROM person
    JOIN fit USING (identity_name)
    JOIN beside ON beside.track_id = person.track_id AND beside.producer_id = fit.id
    WHERE person.musicbrainz_id IS NULL
    GROUP BY person.track_id, person.identity_name
    HAVING count(DISTINCT fit.id) = 1
  )
  SELECT array_agg(ROW(
    person.track_id, person.name, person.normalized_name, person.identity_name, person.musicbrainz_id, person.aliases,
    CASE WHEN person.musicbrainz_id IS NOT NULL THEN with_id.id
      ELSE coalesce(only_fit.id, fit_on_track.id, name_only.id) END
  )::linernotes.stated_person)
  FROM person
  LEFT JOIN public.producers AS with_id ON with_id.musicbrainz_id = person.musicbrainz_id
  LEFT JOIN only_fit ON only_fit.identity_name = person.identity_name
  LEFT JOIN fit_on_track
    ON fit_on_track.identity_name = person.identity_name AND fit_on_track.track_id = person.track_id
  LEFT JOIN public.producers AS name_only
    ON linernotes.producer_identity(name_only.name, name_only.normalized_name) = person.identity_name AND name_only.musicbrainz_id IS NULL;
$$;
COMMENT ON FUNCTION linernotes.choose_producers(linernotes.stated_person[]) IS
  'The people, each with the producer that they are; without one where there is none yet.';

CREATE OR REPLACE FUNCTION linernotes.spellings(people linernotes.stated_person[])
RETURNS TABLE (identity_name TEXT, producer_id UUID, name TEXT, has_id BOOLEAN)
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT form.identity_name, spelling.producer_id, spelling.name, spelling.has_id
  FROM (
    SELECT DISTINCT person.producer_id, unnest(person.name || person.aliases) AS name,
      person.musicbrainz_id IS NOT NULL AS has_id
    FROM unnest(people) AS person
  ) AS spelling
  CROSS JOIN LATERAL linernotes.identity_name(spelling.name) AS form (identity_name)
  WHERE form.identity_name <> '' AND octet_length(form.identity_name) <= 2048;
$$;
COMMENT ON FUNCTION linernotes.spellings(linernotes.stated_person[]) IS
  'The names and aliases of people, with the producers that they are. has_id: the person was named with a MusicBrainz id.';

CREATE OR REPLACE FUNCTION linernotes.add_names(people linernotes.stated_person[], with_id BOOLEAN)
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  INSERT INTO linernotes.producer_names (identity_name, producer_id, name)
  SELECT DISTINCT ON (spelling.identity_name, spelling.producer_id)
    spelling.identity_name, spelling.producer_id, spelling.name
  FROM linernotes.spellings(people) AS spelling
  WHERE spelling.has_id = with_id AND spelling.producer_id IS NOT NULL
  ORDER BY spelling.identity_name, spelling.producer_id, spelling.name COLLATE "C"
  ON CONFLICT (identity_name, producer_id) DO NOTHING;
$$;
COMMENT ON FUNCTION linernotes.add_names(linernotes.stated_person[], BOOLEAN) IS
  'Makes the names and aliases lead to the producers: those of people named with a MusicBrainz id, or of the others.';

CREATE OR REPLACE FUNCTION linernotes.resolve_people(
  people linernotes.stated_person[], OUT resolved linernotes.stated_person[], OUT new_names TEXT[]
)
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  resolved := linernotes.choose_producers(people);
  new_names := ARRAY(
    SELECT DISTINCT spelling.identity_name
    FROM linernotes.spellings(resolved) AS spelling
    WHERE NOT EXISTS (
      SELECT FROM linernotes.producer_names AS known
      WHERE known.identity_name = spelling.identity_name AND known.producer_id = spelling.producer_id
    )
  );

  -- Each id gets the name that most people here are called by; among equals one that is not all capitals.
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

  PERFORM linernotes.add_names(linernotes.choose_producers(people), TRUE);

  -- Once more, since the names of the ids that have just come may lead to them.
  resolved := linernotes.choose_producers(people);
  IF EXISTS (SELECT FROM unnest(resolved) AS person WHERE person.producer_id IS NULL) THEN
    INSERT INTO public.producers (name, normalized_name)
    SELECT DISTINCT ON (identity_name) name, normalized_name
    FROM (
      SELECT person.name, person.normalized_name, person.identity_name, count(*) AS times
      FROM unnest(people) AS person
      WHERE person.musicbrainz_id IS NULL
        AND person.identity_name IN (
          SELECT unknown.identity_name FROM unnest(resolved) AS unknown WHERE unknown.producer_id IS NULL
        )
      GROUP BY person.name, person.normalized_name, person.identity_name
    ) AS spelling
    ORDER BY identity_name, times DESC, name = upper(name COLLATE "und-x-icu"), name COLLATE "C"
    ON CONFLICT (linernotes.producer_identity(name, normalized_name)) WHERE musicbrainz_id IS NULL DO NOTHING;
    resolved := linernotes.choose_producers(people);
  END IF;

  PERFORM linernotes.add_names(resolved, FALSE);
END;
$$;
COMMENT ON FUNCTION linernotes.resolve_people(linernotes.stated_person[]) IS
  'The people, each with the producer that they are, which is inserted where there is none yet. new_names: the normalized names that did not lead to their producer before; give them to merge_identified once the credits are stored.';
