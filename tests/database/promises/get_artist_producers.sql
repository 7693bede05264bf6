-- Who made an artist's tracks.

--> Most tracks first, with roles, counts and the surest credit
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.same('rows', (
    SELECT jsonb_agg(jsonb_build_array(name, roles, track_count, artist_count, confidence))
    FROM get_artist_producers('00000000-0000-4000-8000-0000000000a1')
  ), '[["Ludwig Göransson", ["producer", "writer"], 3, 1, 0.98], ["D''Mile", ["producer"], 1, 1, 0.6]]'::JSONB);
  PERFORM checks.same('nobody', (SELECT count(*) FROM get_artist_producers('00000000-0000-4000-8000-000000000000')), 0);
END;
$$;
