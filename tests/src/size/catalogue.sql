-- A catalogue of :producers producers, with ten credits for each: loaded past the triggers (session_replication_role
-- is the superuser's), its indexes made afterwards, and everything that the triggers maintain then written by the same
-- functions that they call. Ids are numbers in the form of UUIDs, so
-- that nothing has to be looked up while loading. Wants numbers.sql.

SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SET work_mem = '64MB';

INSERT INTO public.artists (id, name, spotify_id)
SELECT size.artist_id(n), 'Artist ' || n, 'artist' || n FROM generate_series(1, greatest(:producers / 200, 10)) AS n;

INSERT INTO public.albums (id, name, artist_id, release_date, release_date_precision, spotify_id)
SELECT size.album_id(n), 'Album ' || n, size.artist_id(1 + n % greatest(:producers / 200, 10)), DATE '1960-01-01' + size.throw(n, 8, 24000)::INT, 'day', 'album' || n
FROM generate_series(0, :producers / 10 - 1) AS n;
INSERT INTO linernotes.album_own_artists (album_id, spotify_id, position)
SELECT album.id, artist.spotify_id, 1 FROM public.albums AS album JOIN public.artists AS artist ON artist.id = album.artist_id;
INSERT INTO linernotes.album_artists (album_id, artist_id, position) SELECT id, artist_id, 1 FROM public.albums;

INSERT INTO public.tracks (id, name, album_id, duration_ms, isrc, disc_number, track_number, spotify_id)
SELECT size.track_id(n), 'Track ' || n, size.album_id(n / 10), 180000 + n % 90000, 'QZ' || lpad(n::TEXT, 10, '0'), 1, 1 + n % 10, 'track' || n
FROM generate_series(0, :producers - 1) AS n;

INSERT INTO public.producers (id, name, normalized_name, musicbrainz_id)
SELECT size.id(n), given.name, linernotes.normalize_name(given.name), size.id(n)
FROM generate_series(0, :producers - 1) AS n CROSS JOIN LATERAL size.name(n) AS given (name);

CREATE TEMP TABLE put_off AS
SELECT format('DROP INDEX %s', indexrelid::REGCLASS) AS removal, pg_get_indexdef(indexrelid) AS definition
FROM pg_index
WHERE indrelid IN (
    'public.track_producers'::REGCLASS, 'linernotes.producer_texts'::REGCLASS, 'linernotes.producer_counts'::REGCLASS,
    'linernotes.catalogue_texts'::REGCLASS, 'linernotes.collaborations'::REGCLASS
  )
  AND NOT indisprimary;
DO $$
DECLARE
  removal TEXT;
BEGIN
  FOR removal IN SELECT put_off.removal FROM put_off LOOP
    EXECUTE removal;
  END LOOP;
END;
$$;

-- Few made much and many made little: thousands of tracks at one end, three at the other. The first made 5,000.
INSERT INTO public.track_producers (id, track_id, producer_id, confidence, source, role)
SELECT size.id(n), size.track_id(n / 10),
  size.id(CASE
    WHEN n % (:producers / 500) = 0 THEN 0
    ELSE 1 + floor((:producers - 1) * (power(0.02 + size.throw(n, 9, 1000000) / 1000000.0, 3) - 0.000008) / 1.0612)::BIGINT
  END),
  CASE WHEN n % 10 < 8 THEN 0.95 ELSE 0.6 END,
  CASE WHEN n % 10 < 8 THEN 'musicbrainz' ELSE 'genius' END,
  (ARRAY['producer', 'co_producer', 'executive_producer', 'writer', 'composer', 'lyricist', 'arranger', 'remixer'])[1 + n % 10 % 8]
FROM generate_series(0, 10 * :producers - 1) AS n;

SELECT linernotes.index_producers(ARRAY(SELECT size.id(n) FROM generate_series(part * 20000, part * 20000 + 19999) AS n))
FROM generate_series(0, (:producers - 1) / 20000) AS part;

SELECT linernotes.index_texts('artist', ARRAY(SELECT id FROM public.artists));
SELECT linernotes.index_texts('album', ARRAY(SELECT id FROM public.albums));
SELECT linernotes.index_texts('track', ARRAY(SELECT size.track_id(n) FROM generate_series(part * 20000, part * 20000 + 19999) AS n))
FROM generate_series(0, (:producers - 1) / 20000) AS part;

DO $$
DECLARE
  definition TEXT;
BEGIN
  FOR definition IN SELECT put_off.definition FROM put_off WHERE put_off.definition LIKE '%track_producers%' LOOP
    EXECUTE definition;
  END LOOP;
END;
$$;
ANALYZE;

SELECT linernotes.recount_producers(ARRAY(SELECT size.id(n) FROM generate_series(part * 20000, part * 20000 + 19999) AS n), NULL)
FROM generate_series(0, (:producers - 1) / 20000) AS part;

DO $$
DECLARE
  definition TEXT;
BEGIN
  FOR definition IN SELECT put_off.definition FROM put_off WHERE put_off.definition NOT LIKE '%track_producers%' LOOP
    EXECUTE definition;
  END LOOP;
END;
$$;
DROP TABLE put_off;
RESET session_replication_role;
