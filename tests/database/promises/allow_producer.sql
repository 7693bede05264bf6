-- Ends what forget_producer began.

--> The next crawl brings them back, whichever of their ids is given
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM forget_producer('00000000-0000-4000-8000-0000000000d1', 'asked for it');
  PERFORM checks.same('by the id', allow_producer('00000000-0000-4000-8000-0000000000d1'), TRUE);
  PERFORM checks.same('again', allow_producer('00000000-0000-4000-8000-0000000000d1'), FALSE);
  PERFORM checks.credits('[["c1", "Ludwig Göransson", "01", "musicbrainz"]]');
  PERFORM checks.same('back', checks.credited('c1'), ARRAY['Ludwig Göransson 01 musicbrainz']);
  PERFORM forget_producer((SELECT id FROM search_producers('goransson')), 'asked again');
  PERFORM checks.same('by MusicBrainz', allow_producer(musicbrainz_id => '11111111-0000-4000-8000-000000000001'), TRUE);
  PERFORM checks.credits('[["c1", "Ludwig Göransson", "01", "musicbrainz"]]');
  PERFORM checks.same('back again', checks.credited('c1'), ARRAY['Ludwig Göransson 01 musicbrainz']);
END;
$$;

--> Somebody else of the name is let in by the MusicBrainz id; who was forgotten stays so
DO $$
BEGIN
  PERFORM checks.catalogue();
  PERFORM forget_producer('00000000-0000-4000-8000-0000000000d1', 'asked for it');
  PERFORM checks.same('a namesake', allow_producer(musicbrainz_id => '11111111-0000-4000-8000-000000000042'), TRUE);
  PERFORM checks.credits('[["c1", "Ludwig Göransson", "42", "musicbrainz"], ["c1", "Ludwig Göransson", "01", "musicbrainz"]]');
  PERFORM checks.same('credited', checks.credited('c1'), ARRAY['Ludwig Göransson 42 musicbrainz']);
  PERFORM checks.refused('producer_id', 'SELECT allow_producer()');
END;
$$;
