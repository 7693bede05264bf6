-- The search.

--> Part of a name, whatever its case, accents and punctuation
DO $$
DECLARE
  term TEXT;
BEGIN
  PERFORM checks.catalogue();
  FOREACH term IN ARRAY ARRAY['goransson', 'GÖRANSSON', 'Ludwig G', 'udwi', 'lu'] LOOP
    PERFORM checks.same(term, ARRAY(SELECT name FROM search_producers(term)), ARRAY['Ludwig Göransson']);
  END LOOP;
  FOREACH term IN ARRAY ARRAY['dmile', 'D''Mile', 'D’MILE', 'd.mile'] LOOP
    PERFORM checks.same(term, ARRAY(SELECT name FROM search_producers(term)), ARRAY['D''Mile']);
  END LOOP;
END;
$$;

--> The term is literal text: %, _ and \ are characters, SQL is a name nobody has
DO $$
DECLARE
  term TEXT;
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.same('%', ARRAY(SELECT name FROM search_producers('%')), ARRAY['100% Pure_Sound']);
  PERFORM checks.same('_', ARRAY(SELECT name FROM search_producers('_')), ARRAY['100% Pure_Sound']);
  FOREACH term IN ARRAY ARRAY['\', 'L%g', 'L_dwig', 'x''; DROP TABLE producers; --', '🎹', repeat('a', 10240)] LOOP
    PERFORM checks.same(left(term, 30), (SELECT count(*) FROM search_producers(term)), 0);
  END LOOP;
END;
$$;

--> Each row with its counts, which are right for rows that were simply inserted; most tracks first, then artists, then name
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM checks.same('rows', (SELECT jsonb_agg(to_jsonb(listed) - 'id') FROM search_producers('') AS listed), $json$[
    {"name": "Ludwig Göransson", "normalized_name": "ludwig goransson", "instagram_handle": null, "image_url": null, "track_count": 3, "artist_count": 1},
    {"name": "D'Mile", "normalized_name": "dmile", "instagram_handle": null, "image_url": null, "track_count": 1, "artist_count": 1},
    {"name": "100% Pure_Sound", "normalized_name": "100 pure sound", "instagram_handle": null, "image_url": null, "track_count": 0, "artist_count": 0}
  ]$json$::JSONB);
  DELETE FROM track_producers WHERE role = 'writer';
  PERFORM checks.same('after a DELETE', (SELECT track_count FROM search_producers('ludwig')), 2);
END;
$$;

--> A blank term or NULL shows the 50 with most tracks
DO $$
DECLARE
  term TEXT;
BEGIN
  PERFORM checks.catalogue();
  INSERT INTO producers (name, normalized_name) SELECT 'Nobody ' || n, 'nobody ' || n FROM generate_series(1, 60) AS n;
  FOREACH term IN ARRAY ARRAY['', '  ', NULL] LOOP
    PERFORM checks.same('rows', (SELECT count(*) FROM search_producers(term)), 50);
    PERFORM checks.same('the first', (SELECT name FROM search_producers(term) LIMIT 1), 'Ludwig Göransson');
  END LOOP;
END;
$$;

--> A client may call it and see no table
DO $$
BEGIN
  PERFORM checks.catalogue();
  SET LOCAL ROLE anon;
  PERFORM checks.same('rows', (SELECT count(*) FROM search_producers('ludwig')), 1);
  PERFORM checks.fails('42501', '', 'SELECT * FROM public.producers');
  PERFORM checks.fails('42501', '', 'SELECT * FROM linernotes.producer_counts');
END;
$$;
