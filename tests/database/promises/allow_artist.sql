-- Ends what forget_artist began.

--> By the id that the artist had, or by the Spotify id
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM forget_artist('00000000-0000-4000-8000-0000000000a1', 'asked for it');
  PERFORM checks.same('by the id', allow_artist('00000000-0000-4000-8000-0000000000a1'), TRUE);
  PERFORM checks.same('again', allow_artist('00000000-0000-4000-8000-0000000000a1'), FALSE);
  PERFORM forget_artist(process_artist_atomic('{"name": "Velvet Pier"}', 'op', 'artist1'), 'asked again');
  PERFORM checks.same('by Spotify', allow_artist(spotify_id => 'artist1'), TRUE);
  PERFORM checks.same('stored', process_artist_atomic('{"name": "Velvet Pier"}', 'op2', 'artist1') IS NOT NULL, TRUE);
  PERFORM checks.refused('artist_id', 'SELECT allow_artist()');
END;
$$;
