-- Takes an artist out, with what is there because of them.

--> Albums, tracks, credits, people credited nowhere else, messages and requests go; a second time changes nothing
DO $$
DECLARE
  artist CONSTANT UUID := '00000000-0000-4000-8000-0000000000a1';
BEGIN
  PERFORM checks.catalogue();
  PERFORM start_artist_discovery('velvet pier'), start_album_discovery(artist);
  PERFORM pg_enqueue('track_discovery', '{"albumId": "00000000-0000-4000-8000-0000000000b1"}');
  PERFORM pg_enqueue('artist_discovery', '{"artistName": "Amber Pier"}');
  PERFORM checks.same('forgotten', forget_artist(artist, 'asked for it'), TRUE);
  PERFORM checks.same('left', checks.ask($sql$
    SELECT concat_ws(' ', (SELECT count(*) FROM public.artists), (SELECT count(*) FROM public.albums),
      (SELECT count(*) FROM public.tracks), (SELECT count(*) FROM public.track_producers),
      (SELECT string_agg(name, ',') FROM public.producers), (SELECT count(*) FROM linernotes.discoveries))
  $sql$), '2 0 0 0 100% Pure_Sound 0');
  PERFORM checks.same('messages', ARRAY[checks.queued('artist_discovery'), checks.queued('album_discovery'), checks.queued('track_discovery')],
    ARRAY[1, 0, 0]::BIGINT[]);
  PERFORM checks.same('again', forget_artist(artist, 'asked for it'), FALSE);
  PERFORM checks.refused('artist_id', $sql$SELECT forget_artist('00000000-0000-4000-8000-0000000000ee', 'x')$sql$);
END;
$$;

--> An album of two artists stays the other one's
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM process_album_atomic('{"name": "Late", "artist_id": "00000000-0000-4000-8000-0000000000a1",
    "fullData": {"artists": [{"id": "artist1", "name": "Velvet Pier"}, {"id": "artist2", "name": "Amber Pier"}]}}', 'op', 'album2');
  PERFORM forget_artist('00000000-0000-4000-8000-0000000000a1', 'asked for it');
  PERFORM checks.same('albums', checks.ask($sql$
    SELECT string_agg(album.name || ' of ' || artist.name, ',')
    FROM public.albums AS album JOIN public.artists AS artist ON artist.id = album.artist_id
  $sql$), 'Late of Amber Pier');
  PERFORM checks.same('credited', ARRAY(SELECT name FROM search_producers('goransson')), ARRAY['Ludwig Göransson']);
END;
$$;

--> An album that stood in the forgotten artist's list alone is gone when the others' lists do not have it, and not before
DO $$
DECLARE
  first CONSTANT UUID := '00000000-0000-4000-8000-0000000000a1';
BEGIN
  PERFORM checks.catalogue();
  PERFORM process_album_atomic(format('{"name": "%s", "artist_id": "%s",
    "fullData": {"artists": [{"id": "artist1", "name": "Velvet Pier"}, {"id": "artist2", "name": "Amber Pier"}]}}', name, first)::JSONB, name, id)
  FROM (VALUES ('One', 'shared1'), ('Two', 'shared2')) AS album (name, id);
  PERFORM checks.page('a1', '{shared1,shared2}', 0, NULL, 2);
  PERFORM forget_artist(first, 'asked for it');
  PERFORM checks.same('Spotify lists both', checks.gone(), '{}'::TEXT[]);
  PERFORM checks.page('a2', '{shared1}', 0, 1, 2);
  PERFORM checks.same('the list goes on', checks.gone(), '{}'::TEXT[]);
  PERFORM checks.page('a2', '{shared1}', 0, NULL, 1);
  PERFORM checks.same('read to its end', checks.gone(), '{shared2}'::TEXT[]);
  PERFORM checks.page('a2', '{shared1,shared2}', 0, NULL, 2);
  PERFORM checks.same('back', checks.gone(), '{}'::TEXT[]);
END;
$$;

--> The next crawl does not bring the artist back
DO $$
DECLARE
  message_id BIGINT;
  answer JSONB;
BEGIN
  PERFORM checks.catalogue();
  PERFORM forget_artist('00000000-0000-4000-8000-0000000000a1', 'asked for it');
  message_id := start_artist_discovery('Velvet Pier');
  PERFORM pg_dequeue('artist_discovery', 1, 60);
  answer := commit_batch('artist_discovery', NULL, jsonb_build_array(checks.outcome(message_id, 'done',
    jsonb_build_object('rows', jsonb_build_object('artists', jsonb_build_array('{"spotify_id": "artist1", "name": "Velvet Pier"}'::JSONB))))));
  PERFORM checks.same('done', jsonb_array_length(answer -> 'processed'), 1);
  PERFORM checks.same('artists', checks.ask('SELECT count(*) FROM public.artists WHERE spotify_id = ''artist1'''), '0');
  PERFORM checks.same('no album is asked for', checks.queued('album_discovery'), 0::BIGINT);
  PERFORM checks.refused('p_spotify_id', $sql$SELECT process_artist_atomic('{"name": "Velvet Pier"}', 'op', 'artist1')$sql$);
END;
$$;
