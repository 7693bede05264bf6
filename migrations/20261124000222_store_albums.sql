-- Stores albums, and whose they are. store_artists says what all store_… functions have in common.

SELECT linernotes.ensure_type('linernotes.stated_album', 'AS (
  argument TEXT,
  msg_id BIGINT,
  ordinal BIGINT,
  spotify_id TEXT,
  name TEXT,
  release_date TEXT,
  release_date_precision TEXT,
  cover_url TEXT,
  upc TEXT,
  artist_spotify_ids TEXT[],
  found_for_artist_id UUID,
  metadata JSONB,
  replaces BOOLEAN
)');
COMMENT ON TYPE linernotes.stated_album IS
  'An album as a caller states it. artist_spotify_ids: the artists that Spotify names on it, NULL if it does not say. found_for_artist_id: the artist in whose list of albums it stood.';

CREATE OR REPLACE FUNCTION linernotes.read_albums(argument TEXT, outcomes JSONB)
RETURNS linernotes.stated_album[]
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT array_agg(ROW(
    argument,
    item.msg_id,
    item.ordinal,
    linernotes.required_text(argument || '.spotify_id', item.stated -> 'spotify_id', 64),
    linernotes.stated_text(argument || '.name', item.stated -> 'name'),
    item.stated ->> 'release_date',
    item.stated ->> 'release_date_precision',
    linernotes.stated_text(argument || '.cover_url', item.stated -> 'cover_url'),
    linernotes.stated_text(argument || '.upc', item.stated -> 'upc', 64),
    linernotes.stated_texts(argument || '.artist_spotify_ids', item.stated -> 'artist_spotify_ids', 64),
    linernotes.stated_uuid(argument || '.found_for_artist_id', item.stated -> 'found_for_artist_id'),
    linernotes.stated_json(argument || '.metadata', item.stated -> 'metadata', 'object'),
    item.stated ? 'replaces'
  )::linernotes.stated_album)
  FROM linernotes.stated_rows(outcomes, 'albums') AS item;
$$;
COMMENT ON FUNCTION linernotes.read_albums(TEXT, JSONB) IS
  'The albums that outcomes state; NULL if they state none.';

CREATE OR REPLACE FUNCTION linernotes.store_albums(stated linernotes.stated_album[])
RETURNS TABLE (msg_id BIGINT, album_id UUID)
LANGUAGE plpgsql
SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  checked RECORD;
BEGIN
  WITH given AS MATERIALIZED (
    SELECT DISTINCT ON (spotify_id) * FROM unnest(stated) ORDER BY spotify_id, ordinal DESC
  ), whole AS MATERIALIZED (
    SELECT given.argument,
      given.spotify_id,
      coalesce(given.name, known.name) AS name,
      -- Only for the insert, which wants an artist; derive_album_artists sets the right one below.
      coalesce(
        known.artist_id,
        (
          SELECT artist.id
          FROM unnest(coalesce(given.artist_spotify_ids, linernotes.artist_ids_in(given.metadata)))
            WITH ORDINALITY AS own (spotify_id, position)
          JOIN public.artists AS artist ON artist.spotify_id = own.spotify_id
          ORDER BY own.position
          LIMIT 1
        ),
        (SELECT artist.id FROM public.artists AS artist WHERE artist.id = given.found_for_artist_id)
      ) AS artist_id,
      CASE WHEN given.release_date IS NULL THEN known.release_date
        ELSE linernotes.release_date(given.release_date) END AS release_date,
      coalesce(
        linernotes.release_date_precision(given.release_date, given.release_date_precision), known.release_date_precision
      ) AS release_date_precision,
      coalesce(given.cover_url, known.cover_url) AS cover_url,
      coalesce(given.upc, known.upc) AS upc,
      linernotes.kept_metadata(known.metadata, given.metadata, given.replaces) AS metadata,
      known.id IS NULL AS is_new
    FROM given
    LEFT JOIN public.albums AS known ON known.spotify_id = given.spotify_id
  ), written AS (
    INSERT INTO public.albums AS known
      (spotify_id, name, artist_id, release_date, release_date_precision, cover_url, upc, metadata)
    SELECT spotify_id, name, artist_id, release_date, release_date_precision, cover_url, upc, metadata
    FROM whole
    WHERE name IS NOT NULL AND artist_id IS NOT NULL
    ORDER BY spotify_id
    ON CONFLICT (spotify_id) DO UPDATE
      SET (name, release_date, release_date_precision, cover_url, upc, metadata) = (EXCLUDED.name,
        EXCLUDED.release_date, EXCLUDED.release_date_precision, EXCLUDED.cover_url, EXCLUDED.upc, EXCLUDED.metadata)
      WHERE (known.name, known.release_date, known.release_date_precision, known.cover_url, known.upc, known.metadata)
        IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.release_date, EXCLUDED.release_date_precision, EXCLUDED.cover_url,
          EXCLUDED.upc, EXCLUDED.metadata)
  )
  SELECT min(argument) FILTER (WHERE name IS NULL) AS nameless,
    min(argument) FILTER (WHERE artist_id IS NULL) AS without_artist,
    min(spotify_id) FILTER (WHERE artist_id IS NULL) AS without_artist_spotify_id,
    array_agg(spotify_id) FILTER (WHERE is_new) AS new_spotify_ids
  INTO checked
  FROM whole;
  IF checked.nameless IS NOT NULL THEN
    PERFORM linernotes.reject(checked.nameless || '.name', 'must not be missing or empty');
  ELSIF checked.without_artist IS NOT NULL THEN
    PERFORM linernotes.reject(checked.without_artist || '.artist_id',
      format('the catalogue has no artist of the album %s', checked.without_artist_spotify_id));
  END IF;

  PERFORM linernotes.store_album_artists(stated, checked.new_spotify_ids);

  RETURN QUERY
  SELECT given.msg_id, album.id
  FROM unnest(stated) AS given
  JOIN public.albums AS album ON album.spotify_id = given.spotify_id;
END;
$$;
COMMENT ON FUNCTION linernotes.store_albums(linernotes.stated_album[]) IS
  'Upserts albums and whose they are, and returns their ids by message.';

CREATE OR REPLACE FUNCTION linernotes.store_album_artists(stated linernotes.stated_album[], new_spotify_ids TEXT[])
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  PERFORM linernotes.replace_own_artists(ARRAY(
    SELECT ROW(album.id, latest.artist_spotify_ids)::linernotes.own_artist_list
    FROM (
      SELECT DISTINCT ON (given.spotify_id) given.spotify_id, given.artist_spotify_ids
      FROM unnest(stated) AS given
      WHERE given.artist_spotify_ids IS NOT NULL
      ORDER BY given.spotify_id, given.ordinal DESC
    ) AS latest
    JOIN public.albums AS album USING (spotify_id)
  ));

  -- An album stands in the lists of several artists: each of them counts, not only the last one.
  INSERT INTO linernotes.album_artists AS known (album_id, artist_id, found)
  SELECT DISTINCT album.id, artist.id, TRUE
  FROM unnest(stated) AS given
  JOIN public.albums AS album ON album.spotify_id = given.spotify_id
  JOIN public.artists AS artist ON artist.id = given.found_for_artist_id
  ORDER BY album.id, artist.id
  ON CONFLICT (album_id, artist_id) DO UPDATE SET found = TRUE WHERE NOT known.found;

  PERFORM linernotes.derive_album_artists(ARRAY(
    SELECT album.id
    FROM public.albums AS album
    WHERE album.spotify_id IN (SELECT given.spotify_id FROM unnest(stated) AS given)
  ));

  -- The trigger on albums took the artist with whom a new album was inserted for one in whose list it stood.
  UPDATE linernotes.album_artists AS known
  SET found = FALSE
  FROM public.albums AS album
  WHERE album.spotify_id = ANY (new_spotify_ids)
    AND known.album_id = album.id
    AND known.position IS NOT NULL
    AND known.found
    AND NOT EXISTS (
      SELECT
      FROM unnest(stated) AS given
      WHERE given.spotify_id = album.spotify_id AND given.found_for_artist_id = known.artist_id
    );
END;
$$;
COMMENT ON FUNCTION linernotes.store_album_artists(linernotes.stated_album[], TEXT[]) IS
  'Stores whom Spotify names on these albums and in whose lists they stood. new_spotify_ids: the albums that were inserted just now.';
