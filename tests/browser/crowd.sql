-- A network of a thousand: one producer, forty artists, and some nine hundred and sixty others on three artists' tracks
-- each. Ids say what they are, so that a test can name them.
INSERT INTO public.artists (id, name)
SELECT format('00000000-0000-4000-8000-00000a%s', lpad(n::TEXT, 6, '0'))::UUID,
  (ARRAY['Amber', 'Broken', 'Distant', 'Electric', 'Golden', 'Hollow', 'Ivory', 'Northern'])[1 + n % 8] || ' '
    || (ARRAY['Choir', 'Engines', 'Harbour', 'Letters', 'Machine'])[1 + n / 8]
FROM generate_series(0, 39) AS n;
INSERT INTO public.albums (id, name, artist_id, release_date, release_date_precision)
SELECT format('00000000-0000-4000-8000-00000b%s', lpad(n::TEXT, 6, '0'))::UUID, 'Album ' || n,
  format('00000000-0000-4000-8000-00000a%s', lpad(n::TEXT, 6, '0'))::UUID, make_date(1980 + n, 1, 1), 'year'
FROM generate_series(0, 39) AS n;
INSERT INTO public.tracks (id, name, album_id, disc_number, track_number)
SELECT format('00000000-0000-4000-8000-00000c%s', lpad(n::TEXT, 6, '0'))::UUID, 'Track ' || n,
  format('00000000-0000-4000-8000-00000b%s', lpad((n / 12)::TEXT, 6, '0'))::UUID, 1, 1 + n % 12
FROM generate_series(0, 479) AS n;
INSERT INTO public.producers (id, name, normalized_name)
SELECT format('00000000-0000-4000-8000-00000d%s', lpad(n::TEXT, 6, '0'))::UUID, given.name, linernotes.normalize_name(given.name)
FROM generate_series(0, 979) AS n
CROSS JOIN LATERAL (
  SELECT (ARRAY['Ada', 'Bela', 'Cleo', 'Dara', 'Emil', 'Fay', 'Gus', 'Hana', 'Iris', 'Jon'])[1 + n % 10] || ' '
    || (ARRAY['Arden', 'Brook', 'Cole', 'Dusk', 'Ember', 'Frost', 'Grove'])[1 + n % 7]
    || (ARRAY['', 'son', 'berg', 'wood', 'field', 'man', 'well', 'ley', 'er', 'dal', 'stad', 'by', 'ton', 'more'])[1 + n / 70] AS name
) AS given;
-- The first on an album of each artist; each other on tracks of three artists, thrown around evenly and always the same.
INSERT INTO public.track_producers (track_id, producer_id, confidence, source, role)
SELECT format('00000000-0000-4000-8000-00000c%s', lpad((n * 12)::TEXT, 6, '0'))::UUID,
  '00000000-0000-4000-8000-00000d000000', 0.95, 'musicbrainz', 'producer'
FROM generate_series(0, 39) AS n
UNION ALL
SELECT DISTINCT format('00000000-0000-4000-8000-00000c%s', lpad((artist.n * 12 + artist.track)::TEXT, 6, '0'))::UUID,
  format('00000000-0000-4000-8000-00000d%s', lpad(one.n::TEXT, 6, '0'))::UUID,
  CASE WHEN one.n % 5 = 0 THEN 0.6 ELSE 0.95 END, 'musicbrainz',
  (ARRAY['producer', 'writer', 'producer', 'composer', 'arranger', 'remixer', 'producer', 'lyricist'])[1 + one.n % 8]
FROM generate_series(1, 979) AS one (n)
CROSS JOIN generate_series(0, 2) AS part
CROSS JOIN LATERAL (
  SELECT (one.n % 8 * 5 + CASE part WHEN 0 THEN 0 WHEN 1 THEN 1 + one.n / 8 % 4 ELSE one.n * 7 END) % 40 AS n, 1 + (one.n + part * 3) % 11 AS track
) AS artist;
