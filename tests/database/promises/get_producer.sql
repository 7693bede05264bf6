-- One producer, with all that a page needs.

--> Counts by role, year and source; the artists with most tracks first
DO $$
DECLARE
  person JSONB;
BEGIN
  PERFORM checks.catalogue();
  person := get_producer('00000000-0000-4000-8000-0000000000d1');
  PERFORM checks.same('name', person ->> 'name', 'Ludwig Göransson');
  PERFORM checks.same('tracks', person -> 'track_count', '3'::JSONB);
  PERFORM checks.same('roles', person -> 'roles', '[{"role": "producer", "track_count": 2}, {"role": "writer", "track_count": 1}]'::JSONB);
  PERFORM checks.same('years', person -> 'years', '[{"year": 2001, "track_count": 1}, {"year": 2020, "track_count": 2}]'::JSONB);
  PERFORM checks.same('span', ARRAY[person ->> 'first_year', person ->> 'last_year'], ARRAY['2001', '2020']);
  PERFORM checks.same('sources', person -> 'sources', '[{"source": "musicbrainz", "track_count": 3}, {"source": "title", "track_count": 1}]'::JSONB);
  PERFORM checks.same('artists', person -> 'artists', '[{"id": "00000000-0000-4000-8000-0000000000a1", "name": "Velvet Pier",
    "image_url": "https://img.example/a1", "track_count": 3, "first_year": 2001, "last_year": 2020}]'::JSONB);
  PERFORM checks.same('links', person -> 'links',
    '[{"source": "musicbrainz", "url": "https://musicbrainz.org/artist/11111111-0000-4000-8000-000000000001"}]'::JSONB);
  ASSERT (person ->> 'updated_at')::TIMESTAMPTZ <= now(), person ->> 'updated_at';
END;
$$;

--> No e-mail address leaves, also none that stands in a biography; each value says where it comes from
DO $$
DECLARE
  person JSONB;
BEGIN
  PERFORM checks.catalogue();
  UPDATE producers SET email = 'ludwig@secret.example', instagram_handle = 'ludwig.g',
    instagram_bio = 'Composer. Write to ludwig@secret.example, mgmt (at) label.example or hans＠büro.example – see @ludwig.g',
    metadata = '{"sources": {"email": "musicbrainz", "instagram_handle": "wikidata", "instagram_bio": "instagram"}, "wikidata_id": "Q42",
      "links": {"official homepage": ["https://ludwig.example/", "mailto:ludwig@secret.example", "javascript:alert(1)"]}}'
  WHERE id = '00000000-0000-4000-8000-0000000000d1';
  SET LOCAL ROLE anon;
  person := get_producer('00000000-0000-4000-8000-0000000000d1');
  ASSERT person::TEXT NOT LIKE '%secret%' AND person::TEXT NOT LIKE '%label.example%' AND person::TEXT NOT LIKE '%büro%'
    AND person::TEXT NOT LIKE '%mailto%' AND person::TEXT NOT LIKE '%javascript%', person::TEXT;
  PERFORM checks.same('biography', person ->> 'biography', 'Composer. Write to … … or … – see @ludwig.g');
  PERFORM checks.same('sources', person -> 'profile_sources', '{"instagram_handle": "wikidata", "instagram_bio": "instagram"}'::JSONB);
  PERFORM checks.same('links', jsonb_path_query_array(person, '$.links[*].url'), '["https://musicbrainz.org/artist/11111111-0000-4000-8000-000000000001",
    "https://www.wikidata.org/wiki/Q42", "https://www.instagram.com/ludwig.g/", "https://ludwig.example/"]'::JSONB);
END;
$$;

--> The id of a producer that became another gives that one; an unknown one nothing
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.credits('[["c1", "D''Mile", "22", "musicbrainz", {}], ["c1", "Emile", "22", "musicbrainz", {"person": {"names": ["D''Mile"]}}]]');
  PERFORM checks.same('one now', (SELECT count(*) FROM producers WHERE normalized_name = 'dmile'), 1);
  PERFORM checks.same('it', get_producer('00000000-0000-4000-8000-0000000000d2') ->> 'musicbrainz_id', '11111111-0000-4000-8000-000000000022');
  PERFORM checks.same('nobody', get_producer('00000000-0000-4000-8000-000000000000'), NULL);
END;
$$;

--> Somebody without a credit is shown, with zeros
DO $$
DECLARE
  person JSONB;
BEGIN
  PERFORM checks.catalogue();
  person := get_producer('00000000-0000-4000-8000-0000000000d3');
  PERFORM checks.same('counts', ARRAY[person -> 'track_count', person -> 'artist_count', person -> 'roles', person -> 'artists'],
    ARRAY['0', '0', '[]', '[]']::JSONB[]);
END;
$$;

--> Without an id it is refused
DO $$
BEGIN
  PERFORM checks.refused('producer_id', 'SELECT get_producer(NULL)');
END;
$$;

--> Of somebody with very many tracks a part is read, and the answer says how many; the counts are of all
DO $$
DECLARE
  producer CONSTANT UUID := '00000000-0000-4000-8000-0000000000d3';
  person JSONB;
BEGIN
  PERFORM checks.catalogue();
  INSERT INTO public.tracks (name, album_id)
  SELECT 'Track ' || n, '00000000-0000-4000-8000-0000000000b1' FROM generate_series(1, 2001) AS n;
  INSERT INTO public.track_producers (track_id, producer_id, confidence, source, role)
  SELECT track.id, producer, 0.9, 'genius', role
  FROM public.tracks AS track CROSS JOIN unnest(ARRAY['producer', 'writer']) AS role
  WHERE track.name ~ '^Track [0-9]+$';
  person := get_producer(producer);
  PERFORM checks.same('counts', ARRAY[person -> 'track_count', person -> 'tracks_read'], ARRAY['2001', '2000']::JSONB[]);
  PERFORM checks.same('roles', person -> 'roles',
    '[{"role": "producer", "track_count": 2000}, {"role": "writer", "track_count": 2000}]'::JSONB);
END;
$$;
