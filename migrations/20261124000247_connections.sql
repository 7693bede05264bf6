-- Producers and artists as a network: who stands around somebody, and how two of them are connected.

CREATE OR REPLACE FUNCTION linernotes.next_ring(ring UUID[], to_artists BOOLEAN, known UUID[], min_tracks INT, room INT)
RETURNS UUID[]
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT ARRAY(
    SELECT pair.id
    FROM unnest(ring) AS wanted (id)
    CROSS JOIN LATERAL (
      (
        SELECT of_producer.artist_id AS id, of_producer.track_count
        FROM linernotes.collaborations AS of_producer
        WHERE to_artists AND of_producer.producer_id = wanted.id AND of_producer.track_count >= min_tracks
        ORDER BY of_producer.track_count DESC, of_producer.artist_id
        LIMIT 1000
      )
      UNION ALL
      (
        SELECT of_artist.producer_id, of_artist.track_count
        FROM linernotes.collaborations AS of_artist
        WHERE NOT to_artists AND of_artist.artist_id = wanted.id AND of_artist.track_count >= min_tracks
        ORDER BY of_artist.track_count DESC, of_artist.producer_id
        LIMIT 1000
      )
    ) AS pair
    WHERE NOT EXISTS (SELECT FROM unnest(known) AS seen (id) WHERE seen.id = pair.id)
    GROUP BY pair.id
    ORDER BY sum(pair.track_count) DESC, pair.id
    LIMIT room + 1
  );
$$;
COMMENT ON FUNCTION linernotes.next_ring(UUID[], BOOLEAN, UUID[], INT, INT) IS
  'Who is next to a ring of producers (to_artists) or of artists and not known yet, most tracks first: one more than there is room for, if there are. Around each in the ring the 1,000 with most tracks are looked at.';

CREATE OR REPLACE FUNCTION linernotes.get_collaboration_graph(
  kind TEXT,
  id UUID,
  depth INT,
  limit_count INT,
  min_tracks INT,
  opened UUID[]
)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
SET jit = off -- compiling the queries takes longer than running them
SET enable_seqscan = off -- a neighbourhood is looked up sooner than all credits are read,
SET max_parallel_workers_per_gather = 0 -- or processes are started for it
SET plan_cache_mode = force_custom_plan -- how many names there are decides how their lines are found
AS $$
#variable_conflict use_variable
DECLARE
  most_nodes CONSTANT INT := 1000;
  most_opened CONSTANT INT := 12;
  around_one CONSTANT INT := 40;
  centre UUID;
  artists UUID[] := '{}'::UUID[];
  producers UUID[] := '{}'::UUID[];
  ring UUID[];
  is_artist_ring BOOLEAN;
  room INT;
  cut BOOLEAN := FALSE;
  one UUID;
BEGIN
  PERFORM linernotes.check_text('kind', kind);
  PERFORM linernotes.check_present('id', id);
  PERFORM linernotes.check_range('depth', depth, 1, 3);
  PERFORM linernotes.check_range('limit_count', limit_count, 2, most_nodes);
  PERFORM linernotes.check_range('min_tracks', min_tracks, 1, 1000000);
  IF cardinality(opened) > most_opened THEN
    PERFORM linernotes.reject('opened', format('must not hold more than %s ids', most_opened));
  END IF;
  IF kind = 'producer' THEN
    centre := (SELECT producer.id FROM public.producers AS producer WHERE producer.id = linernotes.current_producer(id));
    producers := ARRAY[centre];
  ELSIF kind = 'artist' THEN
    centre := (SELECT artist.id FROM public.artists AS artist WHERE artist.id = get_collaboration_graph.id);
    artists := ARRAY[centre];
  ELSE
    PERFORM linernotes.reject('kind', 'must be producer or artist');
  END IF;
  IF centre IS NULL THEN
    RETURN NULL;
  END IF;

  -- Ring by ring, the nearest to the centre by tracks first. A ring leaves room for the one outside it.
  ring := ARRAY[centre];
  FOR step IN 1..depth LOOP
    room := limit_count - cardinality(artists) - cardinality(producers);
    IF step < depth THEN
      room := least(room / 2, 40);
    END IF;
    is_artist_ring := (kind = 'producer') = (step % 2 = 1);
    ring := linernotes.next_ring(ring, is_artist_ring, artists || producers, min_tracks, room);
    cut := cut OR cardinality(ring) > room;
    ring := ring[:room];
    IF is_artist_ring THEN
      artists := artists || ring;
    ELSE
      producers := producers || ring;
    END IF;
    EXIT WHEN cardinality(ring) = 0;
  END LOOP;

  -- Then around those of them whom somebody opened, however many stand there already.
  FOREACH one IN ARRAY coalesce(opened, '{}') LOOP
    CONTINUE WHEN one IS NULL OR one <> ALL (artists || producers);
    is_artist_ring := one = ANY (producers);
    room := least(around_one, most_nodes - cardinality(artists) - cardinality(producers));
    ring := linernotes.next_ring(ARRAY[one], is_artist_ring, artists || producers, min_tracks, room);
    cut := cut OR cardinality(ring) > room;
    IF is_artist_ring THEN
      artists := artists || ring[:room];
    ELSE
      producers := producers || ring[:room];
    END IF;
  END LOOP;

  RETURN (
    WITH node AS MATERIALIZED (
      SELECT shown.*, row_number() OVER (ORDER BY shown.id <> centre, shown.kind, shown.name, shown.id) - 1 AS index
      FROM (
        SELECT artist.id, 'artist' AS kind, artist.name, artist.image_url, artist.updated_at
        FROM public.artists AS artist
        WHERE artist.id = ANY (artists)
        UNION ALL
        SELECT producer.id, 'producer', producer.name, producer.image_url, producer.updated_at
        FROM public.producers AS producer
        WHERE producer.id = ANY (producers)
      ) AS shown
    ), edge AS MATERIALIZED (
      SELECT person.index AS source, artist.index AS target, found.*
      FROM linernotes.collaborations AS found
      JOIN node AS person ON person.id = found.producer_id
      JOIN node AS artist ON artist.id = found.artist_id
      -- One walk through the index for all of them.
      WHERE found.producer_id = ANY (producers) AND found.artist_id = ANY (artists) AND found.track_count >= min_tracks
    )
    SELECT jsonb_build_object(
      'kind', kind,
      'id', centre,
      'truncated', cut,
      'nodes', (
        SELECT jsonb_agg(
          jsonb_build_object('id', node.id, 'kind', node.kind, 'name', node.name, 'image_url', node.image_url)
          ORDER BY node.index
        )
        FROM node
      ),
      'edges', (
        SELECT coalesce(jsonb_agg(
          jsonb_build_object(
            'source', edge.source,
            'target', edge.target,
            'track_count', edge.track_count,
            'roles', edge.roles,
            'confidence', edge.confidence,
            'first_year', edge.first_year,
            'last_year', edge.last_year
          )
          ORDER BY edge.track_count DESC, edge.source, edge.target
        ), '[]')
        FROM edge
      ),
      'updated_at', (SELECT max(node.updated_at) FROM node)
    )
  );
END;
$$;
COMMENT ON FUNCTION linernotes.get_collaboration_graph(TEXT, UUID, INT, INT, INT, UUID[]) IS
  'What public.get_collaboration_graph answers; the public key has no grant on the tables themselves.';

CREATE OR REPLACE FUNCTION public.get_collaboration_graph(
  kind TEXT,
  id UUID,
  depth INT DEFAULT 2,
  limit_count INT DEFAULT 60,
  min_tracks INT DEFAULT 1,
  opened UUID[] DEFAULT NULL
)
RETURNS JSONB
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
  SELECT linernotes.get_collaboration_graph(kind, id, depth, limit_count, min_tracks, opened);
$$;
COMMENT ON FUNCTION public.get_collaboration_graph(TEXT, UUID, INT, INT, INT, UUID[]) IS
  'Who stands around a producer or an artist (kind): {kind, id, nodes [{id, kind, name, image_url}] the centre first, edges [{source, target (places in nodes, from 0: a producer and an artist), track_count, roles, confidence (of the surest credit), first_year, last_year}], truncated (there are more), updated_at (when one of the nodes changed last)}. An edge counts the tracks of the artist''s albums that credit the producer; edges of fewer than min_tracks are left out. depth 1 to 3: artists around a producer, then the producers around these, and so on; limit_count is 2 to 1000 nodes. opened names at most 12 of the nodes around whom up to 40 more are shown each, beyond limit_count. An unknown id gives null. For everybody.';

DO $$
BEGIN
  IF to_regtype('linernotes.reached') IS NULL THEN
    CREATE TYPE linernotes.reached AS (id UUID, parent UUID, track_id UUID, steps INT);
  END IF;
END;
$$;
COMMENT ON TYPE linernotes.reached IS
  'A producer or artist that find_connection has come to: from whom, over which track, after how many steps.';

CREATE OR REPLACE FUNCTION linernotes.neighbours(frontier UUID[], known UUID[], step INT, most INT)
RETURNS linernotes.reached[]
LANGUAGE sql
STABLE
SET search_path = ''
SET jit = off
SET enable_seqscan = off
SET max_parallel_workers_per_gather = 0
AS $$
  WITH own AS MATERIALIZED (
    SELECT one.id, credit.track_id
    FROM unnest(frontier) AS one (id)
    CROSS JOIN LATERAL (
      SELECT stated.track_id
      FROM public.track_producers AS stated
      WHERE stated.producer_id = one.id
      ORDER BY stated.track_id
      LIMIT 300
    ) AS credit
    UNION
    SELECT one.id, found.track_id
    FROM unnest(frontier) AS one (id)
    CROSS JOIN LATERAL (
      SELECT track.id AS track_id
      FROM linernotes.album_artists AS whose
      JOIN public.tracks AS track ON track.album_id = whose.album_id
      WHERE whose.artist_id = one.id
      ORDER BY whose.album_id, track.id
      LIMIT 300
    ) AS found
    LIMIT 5000
  ), beside AS (
    SELECT credit.producer_id AS id, own.id AS parent, own.track_id
    FROM own
    JOIN public.track_producers AS credit ON credit.track_id = own.track_id
    UNION ALL
    SELECT whose.artist_id, own.id, own.track_id
    FROM own
    JOIN public.tracks AS track ON track.id = own.track_id
    JOIN linernotes.album_artists AS whose ON whose.album_id = track.album_id
  ), fresh AS (
    SELECT DISTINCT ON (beside.id) beside.id, beside.parent, beside.track_id
    FROM beside
    LEFT JOIN unnest(known) AS seen (id) ON seen.id = beside.id
    WHERE seen.id IS NULL
    ORDER BY beside.id, beside.parent, beside.track_id
  )
  SELECT coalesce(array_agg(ROW(few.id, few.parent, few.track_id, step)::linernotes.reached), '{}')
  FROM (SELECT * FROM fresh ORDER BY fresh.id LIMIT most) AS few;
$$;
COMMENT ON FUNCTION linernotes.neighbours(UUID[], UUID[], INT, INT) IS
  'Who shares a track with somebody of the frontier and is not known yet. Two are neighbours where one track credits both, or credits one and is on an album of the other. At most 300 tracks each and 5,000 together are read.';

CREATE OR REPLACE FUNCTION linernotes.way_back(reached linernotes.reached[], id UUID)
RETURNS linernotes.reached[]
LANGUAGE sql
IMMUTABLE
SET search_path = ''
AS $$
  WITH RECURSIVE known AS MATERIALIZED (
    SELECT * FROM unnest(reached)
  ), way AS (
    SELECT known.* FROM known WHERE known.id = way_back.id
    UNION ALL
    SELECT known.* FROM way JOIN known ON known.id = way.parent
  )
  SELECT array_agg(ROW(way.id, way.parent, way.track_id, way.steps)::linernotes.reached ORDER BY way.steps DESC) FROM way;
$$;
COMMENT ON FUNCTION linernotes.way_back(linernotes.reached[], UUID) IS
  'From somebody who was reached back to where the search began.';

CREATE OR REPLACE FUNCTION linernotes.find_connection(from_id UUID, to_id UUID, most_steps INT)
RETURNS JSONB
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
SET jit = off -- compiling the queries takes longer than running them
SET enable_seqscan = off -- a neighbourhood is looked up sooner than all credits are read,
SET max_parallel_workers_per_gather = 0 -- or processes are started for it
AS $$
DECLARE
  -- What one side may come to know: so a question has an end, also where everybody knows everybody.
  most_known CONSTANT INT := 20000;
  first UUID := linernotes.current_producer(from_id);
  last UUID := linernotes.current_producer(to_id);
  from_side linernotes.reached[];
  to_side linernotes.reached[];
  from_frontier UUID[];
  to_frontier UUID[];
  fresh linernotes.reached[];
  meeting UUID;
  steps INT := 0;
  complete BOOLEAN := TRUE;
  way linernotes.reached[];
BEGIN
  PERFORM linernotes.check_present('from_id', from_id);
  PERFORM linernotes.check_present('to_id', to_id);
  PERFORM linernotes.check_range('most_steps', most_steps, 1, 8);
  first := coalesce(first, from_id);
  last := coalesce(last, to_id);
  IF linernotes.kind_of(first) IS NULL OR linernotes.kind_of(last) IS NULL THEN
    RETURN NULL;
  END IF;

  -- From both ends at once, always on from the side that knows fewer, until the two meet.
  from_side := ARRAY[ROW(first, NULL, NULL, 0)::linernotes.reached];
  to_side := ARRAY[ROW(last, NULL, NULL, 0)::linernotes.reached];
  from_frontier := ARRAY[first];
  to_frontier := ARRAY[last];
  IF first = last THEN
    meeting := first;
  END IF;
  WHILE meeting IS NULL AND steps < most_steps AND from_frontier <> '{}' AND to_frontier <> '{}' LOOP
    steps := steps + 1;
    IF cardinality(from_frontier) <= cardinality(to_frontier) THEN
      fresh := linernotes.neighbours(
        from_frontier, ARRAY(SELECT known.id FROM unnest(from_side) AS known),
        (SELECT max(known.steps) + 1 FROM unnest(from_side) AS known), most_known
      );
      from_side := from_side || fresh;
      from_frontier := ARRAY(SELECT known.id FROM unnest(fresh) AS known ORDER BY known.id);
    ELSE
      fresh := linernotes.neighbours(
        to_frontier, ARRAY(SELECT known.id FROM unnest(to_side) AS known),
        (SELECT max(known.steps) + 1 FROM unnest(to_side) AS known), most_known
      );
      to_side := to_side || fresh;
      to_frontier := ARRAY(SELECT known.id FROM unnest(fresh) AS known ORDER BY known.id);
    END IF;
    SELECT one.id INTO meeting
    FROM unnest(from_side) AS one
    JOIN unnest(to_side) AS other USING (id)
    ORDER BY one.steps + other.steps, one.id
    LIMIT 1;
    IF cardinality(from_side) >= most_known OR cardinality(to_side) >= most_known THEN
      complete := FALSE;
      EXIT;
    END IF;
  END LOOP;
  IF meeting IS NULL THEN
    RETURN jsonb_build_object(
      'found', FALSE,
      'steps', NULL,
      'path', '[]'::JSONB,
      'updated_at', NULL,
      -- With an empty frontier there is nobody left: more steps would not help.
      'complete', complete AND (from_frontier = '{}' OR to_frontier = '{}')
    );
  END IF;

  -- Backwards from the meeting to the beginning, then on to the end; a step's track stands where the step ends.
  way := (
    SELECT array_agg(one ORDER BY one.steps) FROM unnest(linernotes.way_back(from_side, meeting)) AS one
  ) || (
    SELECT array_agg(ROW(one.parent, one.id, one.track_id, 0)::linernotes.reached ORDER BY one.steps DESC)
    FROM unnest(linernotes.way_back(to_side, meeting)) AS one
    WHERE one.parent IS NOT NULL
  );
  RETURN (
    SELECT jsonb_build_object(
      'found', TRUE,
      'steps', count(*) - 1,
      'path', jsonb_agg(
        jsonb_build_object(
          'id', step.id,
          'kind', CASE WHEN producer.id IS NOT NULL THEN 'producer' ELSE 'artist' END,
          'name', coalesce(producer.name, artist.name),
          'image_url', CASE WHEN producer.id IS NOT NULL THEN producer.image_url ELSE artist.image_url END,
          'via', CASE WHEN track.id IS NOT NULL THEN jsonb_build_object(
            'id', track.id,
            'name', track.name,
            'album', linernotes.album_ref(album),
            'artists', linernotes.album_artist_refs(album.id),
            'roles_before', linernotes.roles_on(track.id, step.parent),
            'roles', linernotes.roles_on(track.id, step.id)
          ) END
        )
        ORDER BY step.ordinality
      ),
      'updated_at', max(coalesce(producer.updated_at, artist.updated_at)),
      'complete', TRUE
    )
    FROM unnest(way) WITH ORDINALITY AS step
    LEFT JOIN public.producers AS producer ON producer.id = step.id
    LEFT JOIN public.artists AS artist ON artist.id = step.id
    LEFT JOIN public.tracks AS track ON track.id = step.track_id
    LEFT JOIN public.albums AS album ON album.id = track.album_id
  );
END;
$$;
COMMENT ON FUNCTION linernotes.find_connection(UUID, UUID, INT) IS
  'What public.find_connection answers; the public key has no grant on the tables themselves.';

CREATE OR REPLACE FUNCTION public.find_connection(from_id UUID, to_id UUID, most_steps INT DEFAULT 6)
RETURNS JSONB
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
  SELECT linernotes.find_connection(from_id, to_id, most_steps);
$$;
COMMENT ON FUNCTION public.find_connection(UUID, UUID, INT) IS
  'A shortest way between two producers or artists over tracks that two of them share: {found, steps, path [{id, kind, name, image_url, via (the track that leads here from the one before: {id, name, album, artists, roles_before, roles}; null for the first)}], updated_at (when one of them changed last), complete (with found false: there is no way, not only none that was come upon)}. most_steps is 1 to 8. What is read has a bound. An unknown id gives null. For everybody.';
