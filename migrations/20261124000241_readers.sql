-- The functions by which clients read the catalogue: the artists a producer worked with, the credits of a track, and the
-- producers of an artist.

CREATE OR REPLACE FUNCTION linernotes.get_producer_collaborations(producer_id UUID, limit_count INT, offset_count INT)
RETURNS TABLE (artist_id UUID, artist_name TEXT, artist_image_url TEXT, track_count BIGINT, tracks JSONB)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
SET jit = off -- compiling the query takes longer than running it, also for thousands of tracks
SET enable_seqscan = off -- looking up five thousand tracks is quicker than reading a million
SET max_parallel_workers_per_gather = 0 -- starting processes takes longer than the query
AS $$
#variable_conflict use_column
DECLARE
  wanted UUID := linernotes.current_producer(get_producer_collaborations.producer_id);
BEGIN
  PERFORM linernotes.check_present('producer_id', get_producer_collaborations.producer_id);
  PERFORM linernotes.check_page(limit_count, offset_count);

  RETURN QUERY
  SELECT artist.id, artist.name, artist.image_url, count(*),
    jsonb_agg(
      jsonb_build_object('id', track.id, 'name', track.name, 'album', album.name, 'release_date', album.release_date)
      ORDER BY album.release_date DESC NULLS LAST, album.name, album.id, track.disc_number, track.track_number, track.name, track.id
    )
  FROM (
    SELECT DISTINCT credit.track_id FROM public.track_producers AS credit WHERE credit.producer_id = wanted
  ) AS credited
  JOIN public.tracks AS track ON track.id = credited.track_id
  JOIN public.albums AS album ON album.id = track.album_id
  JOIN linernotes.album_artists AS whose ON whose.album_id = album.id
  JOIN public.artists AS artist ON artist.id = whose.artist_id
  GROUP BY artist.id
  ORDER BY count(*) DESC, artist.name, artist.id
  LIMIT limit_count
  OFFSET offset_count;
END;
$$;
COMMENT ON FUNCTION linernotes.get_producer_collaborations(UUID, INT, INT) IS
  'Answers public.get_producer_collaborations. It runs with its owner''s rights, since clients have none on the tables.';

CREATE OR REPLACE FUNCTION public.get_producer_collaborations(
  producer_id UUID,
  limit_count INT DEFAULT 1000,
  offset_count INT DEFAULT 0
)
RETURNS TABLE (artist_id UUID, artist_name TEXT, artist_image_url TEXT, track_count BIGINT, tracks JSONB)
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
  SELECT * FROM linernotes.get_producer_collaborations(producer_id, limit_count, offset_count);
$$;
COMMENT ON FUNCTION public.get_producer_collaborations(UUID, INT, INT) IS
  'The artists a producer has worked with, most tracks first, then by name; each track once, newest release first, under each artist of its album. The id of a producer that became another still works; an unknown one gives no rows. At most limit_count artists, which is 1,000 at most, as the API gives no more; offset_count passes over those of the pages before. For everybody.';

CREATE OR REPLACE FUNCTION linernotes.get_track_credits(track_id UUID)
RETURNS TABLE (
  producer_id UUID,
  name TEXT,
  musicbrainz_id TEXT,
  role TEXT,
  confidence NUMERIC,
  sources TEXT[],
  evidence JSONB
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
#variable_conflict use_column
BEGIN
  PERFORM linernotes.check_present('track_id', get_track_credits.track_id);

  RETURN QUERY
  SELECT producer.id, producer.name, producer.musicbrainz_id, credit.role,
    linernotes.agreement(array_agg(credit.confidence)),
    array_agg(credit.source ORDER BY credit.confidence DESC, credit.source),
    jsonb_object_agg(credit.source, jsonb_build_object(
      'confidence', credit.confidence, 'evidence', credit.evidence, 'first_seen', credit.created_at
    ))
  FROM public.track_producers AS credit
  JOIN public.producers AS producer ON producer.id = credit.producer_id
  WHERE credit.track_id = get_track_credits.track_id
  GROUP BY producer.id, credit.role
  ORDER BY 5 DESC, producer.name, credit.role, producer.id;
END;
$$;
COMMENT ON FUNCTION linernotes.get_track_credits(UUID) IS
  'Answers public.get_track_credits. It runs with its owner''s rights, since clients have none on the tables.';

CREATE OR REPLACE FUNCTION public.get_track_credits(track_id UUID)
RETURNS TABLE (
  producer_id UUID,
  name TEXT,
  musicbrainz_id TEXT,
  role TEXT,
  confidence NUMERIC,
  sources TEXT[],
  evidence JSONB
)
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
  SELECT * FROM linernotes.get_track_credits(track_id);
$$;
COMMENT ON FUNCTION public.get_track_credits(UUID) IS
  'Who made a track: one row for each person and role, surest first, with the confidence of all sources together and the evidence of each. For everybody.';

CREATE OR REPLACE FUNCTION linernotes.get_artist_producers(artist_id UUID, limit_count INT, offset_count INT)
RETURNS TABLE (
  id UUID,
  name TEXT,
  roles TEXT[],
  track_count BIGINT,
  artist_count BIGINT,
  confidence NUMERIC,
  instagram_handle TEXT,
  image_url TEXT,
  musicbrainz_id TEXT
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = ''
SET jit = off -- compiling the query takes longer than running it
SET enable_seqscan = off -- an artist's tracks are looked up sooner than all are read,
SET max_parallel_workers_per_gather = 0 -- or processes are started for it
AS $$
#variable_conflict use_column
BEGIN
  PERFORM linernotes.check_present('artist_id', get_artist_producers.artist_id);
  PERFORM linernotes.check_page(limit_count, offset_count);

  RETURN QUERY
  SELECT producer.id, producer.name, pair.roles, pair.track_count::BIGINT, known.artist_count, pair.confidence,
    producer.instagram_handle, producer.image_url, producer.musicbrainz_id
  FROM linernotes.collaborations AS pair
  JOIN public.producers AS producer ON producer.id = pair.producer_id
  JOIN linernotes.producer_counts AS known ON known.producer_id = producer.id
  WHERE pair.artist_id = get_artist_producers.artist_id
  ORDER BY pair.track_count DESC, pair.confidence DESC, producer.name, producer.id
  LIMIT limit_count
  OFFSET offset_count;
END;
$$;
COMMENT ON FUNCTION linernotes.get_artist_producers(UUID, INT, INT) IS
  'What public.get_artist_producers answers; the public key has no grant on the tables themselves.';

CREATE OR REPLACE FUNCTION public.get_artist_producers(
  artist_id UUID,
  limit_count INT DEFAULT 1000,
  offset_count INT DEFAULT 0
)
RETURNS TABLE (
  id UUID,
  name TEXT,
  roles TEXT[],
  track_count BIGINT,
  artist_count BIGINT,
  confidence NUMERIC,
  instagram_handle TEXT,
  image_url TEXT,
  musicbrainz_id TEXT
)
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
  SELECT * FROM linernotes.get_artist_producers(artist_id, limit_count, offset_count);
$$;
COMMENT ON FUNCTION public.get_artist_producers(UUID, INT, INT) IS
  'Who made the tracks on an artist''s albums, most tracks first: track_count of this artist, artist_count of the whole catalogue, confidence of the surest credit. At most limit_count people, 1,000 at most; offset_count passes over those of the pages before. For everybody.';
