-- The small JSON values that the readers of the catalogue are made of: a name with what one needs to show and to follow
-- it. One shape each, so that a producer looks the same in a search, on an album and in a graph.

CREATE OR REPLACE FUNCTION linernotes.album_artist_refs(album_id UUID)
RETURNS JSONB
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT coalesce(jsonb_agg(
    jsonb_build_object('id', artist.id, 'name', artist.name) ORDER BY whose.position NULLS LAST, artist.name, artist.id
  ), '[]')
  FROM linernotes.album_artists AS whose
  JOIN public.artists AS artist ON artist.id = whose.artist_id
  WHERE whose.album_id = album_artist_refs.album_id;
$$;
COMMENT ON FUNCTION linernotes.album_artist_refs(UUID) IS
  'The artists of an album that the catalogue has: [{"id", "name"}], the album''s own first, in their order.';

CREATE OR REPLACE FUNCTION linernotes.album_ref(album public.albums)
RETURNS JSONB
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT jsonb_build_object(
    'id', album.id,
    'name', album.name,
    'image_url', album.cover_url,
    'release_date', album.release_date,
    'release_date_precision', album.release_date_precision,
    'gone_at', album.gone_at
  );
$$;
COMMENT ON FUNCTION linernotes.album_ref(public.albums) IS
  'An album as others name it: {"id", "name", "image_url", "release_date", "release_date_precision", "gone_at"}.';

CREATE OR REPLACE FUNCTION linernotes.spotify_links(kind TEXT, spotify_id TEXT)
RETURNS JSONB
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT CASE
    -- Whatever else stands in the column is no id, and would lead somewhere else.
    WHEN spotify_id ~ '^[0-9A-Za-z]{1,64}$' THEN jsonb_build_array(
      jsonb_build_object('source', 'spotify', 'url', format('https://open.spotify.com/%s/%s', kind, spotify_id))
    )
    ELSE '[]'
  END;
$$;
COMMENT ON FUNCTION linernotes.spotify_links(TEXT, TEXT) IS
  'Where Spotify shows an artist, album or track: [{"source", "url"}], empty without an id of its form.';

CREATE OR REPLACE FUNCTION linernotes.credited_person(
  producer public.producers,
  roles TEXT[],
  track_count BIGINT,
  confidence NUMERIC
)
RETURNS JSONB
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT jsonb_build_object(
    'id', producer.id,
    'name', producer.name,
    'image_url', producer.image_url,
    'roles', roles,
    'track_count', track_count,
    'confidence', confidence
  );
$$;
COMMENT ON FUNCTION linernotes.credited_person(public.producers, TEXT[], BIGINT, NUMERIC) IS
  'Somebody behind some tracks: {"id", "name", "image_url", "roles", "track_count", "confidence" (of the surest credit)}.';

CREATE OR REPLACE FUNCTION linernotes.without_addresses(given TEXT)
RETURNS TEXT
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT regexp_replace(
    regexp_replace(given, '[^\s@＠<>()\[\]]+( [@＠] |[@＠])[^\s@＠<>()\[\]]+[.．][^\s@＠<>()\[\]]+', '…', 'g'),
    '[^\s<>()\[\]]+\s*[(\[{<]\s*at\s*[)\]}>]\s*[^\s<>()\[\]]+', '…', 'gi'
  );
$$;
COMMENT ON FUNCTION linernotes.without_addresses(TEXT) IS
  'A text without its e-mail addresses, the spelled out ones with (at) included: clients read no address.';

CREATE OR REPLACE FUNCTION linernotes.kind_of(id UUID)
RETURNS TEXT
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT CASE
    WHEN EXISTS (SELECT FROM public.producers AS producer WHERE producer.id = kind_of.id) THEN 'producer'
    WHEN EXISTS (SELECT FROM public.artists AS artist WHERE artist.id = kind_of.id) THEN 'artist'
  END;
$$;
COMMENT ON FUNCTION linernotes.kind_of(UUID) IS
  'producer or artist; NULL for an id that is neither.';

CREATE OR REPLACE FUNCTION linernotes.roles_on(track_id UUID, producer_id UUID)
RETURNS JSONB
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT coalesce(jsonb_agg(DISTINCT credit.role), '[]')
  FROM public.track_producers AS credit
  WHERE credit.track_id = roles_on.track_id AND credit.producer_id = roles_on.producer_id;
$$;
COMMENT ON FUNCTION linernotes.roles_on(UUID, UUID) IS
  'As what a track credits a producer; [] for an artist whose album it is on.';
