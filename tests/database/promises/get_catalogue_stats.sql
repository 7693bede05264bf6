-- What is in the catalogue.

--> Numbers of rows, the newest artists, the producers with most tracks
DO $$
DECLARE
  stats JSONB;
BEGIN
  PERFORM checks.catalogue();
  SET LOCAL ROLE anon;
  stats := get_catalogue_stats();
  PERFORM checks.same('numbers', ARRAY[stats -> 'producers', stats -> 'artists', stats -> 'albums', stats -> 'tracks', stats -> 'credits'],
    ARRAY['3', '3', '2', '4', '5']::JSONB[]);
  PERFORM checks.same('foremost', jsonb_path_query_array(stats, '$.foremost_producers[*].name'), '["Ludwig Göransson", "D''Mile"]'::JSONB);
  PERFORM checks.same('newest', jsonb_array_length(stats -> 'newest_artists'), 3);
END;
$$;

--> An empty catalogue has zeros
DO $$
BEGIN
  PERFORM checks.same('empty', get_catalogue_stats(), '{"producers": 0, "artists": 0, "albums": 0, "tracks": 0, "credits": 0,
    "newest_artists": [], "foremost_producers": [], "updated_at": null}'::JSONB);
END;
$$;
