-- The tables of artists, albums and tracks. Columns of the documented tables stand in CREATE TABLE, later ones are added
-- below it, so that an installation of the documented SQL gets them, too.

CREATE TABLE IF NOT EXISTS public.artists (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  name TEXT NOT NULL,
  created_at TIMESTAMPTZ DEFAULT now(),
  updated_at TIMESTAMPTZ DEFAULT now(),
  followers INTEGER,
  popularity INTEGER,
  metadata JSONB,
  spotify_id TEXT,
  image_url TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS artists_spotify_id ON public.artists (spotify_id);
SELECT linernotes.ensure_constraint('public.artists', 'artists_name', $check$CHECK (name <> '')$check$);
SELECT linernotes.ensure_constraint('public.artists', 'artists_followers', 'CHECK (followers >= 0)');
SELECT linernotes.ensure_constraint('public.artists', 'artists_popularity', 'CHECK (popularity BETWEEN 0 AND 100)');
COMMENT ON TABLE public.artists IS
  'Artists that were asked for, from Spotify.';
COMMENT ON COLUMN public.artists.followers IS
  'NULL until an app with extended quota has seen the artist: development-mode apps do not get it.';
COMMENT ON COLUMN public.artists.popularity IS
  '0 to 100; NULL until known, like followers.';
COMMENT ON COLUMN public.artists.metadata IS
  'Spotify''s object of the artist.';

CREATE TABLE IF NOT EXISTS public.albums (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  name TEXT NOT NULL,
  artist_id UUID NOT NULL REFERENCES public.artists (id),
  release_date DATE,
  metadata JSONB,
  created_at TIMESTAMPTZ DEFAULT now(),
  updated_at TIMESTAMPTZ DEFAULT now(),
  cover_url TEXT,
  spotify_id TEXT
);
ALTER TABLE public.albums ADD COLUMN IF NOT EXISTS release_date_precision TEXT;
ALTER TABLE public.albums ADD COLUMN IF NOT EXISTS upc TEXT;
ALTER TABLE public.albums ADD COLUMN IF NOT EXISTS gone_at TIMESTAMPTZ;
CREATE UNIQUE INDEX IF NOT EXISTS albums_spotify_id ON public.albums (spotify_id);
CREATE INDEX IF NOT EXISTS albums_artist_id ON public.albums (artist_id);
SELECT linernotes.ensure_constraint('public.albums', 'albums_release_date_precision',
  $check$CHECK (release_date_precision IN ('year', 'month', 'day'))$check$);
COMMENT ON TABLE public.albums IS
  'Albums from Spotify. linernotes.album_artists has every artist of each.';
COMMENT ON COLUMN public.albums.artist_id IS
  'The first of the album''s own artists that the catalogue has, else the artist in whose list it stood; kept by linernotes.derive_album_artists.';
COMMENT ON COLUMN public.albums.release_date IS
  'The first day of the year or month where Spotify knows no more; NULL for a date that cannot be.';
COMMENT ON COLUMN public.albums.release_date_precision IS
  'year, month or day: how much of release_date Spotify stated.';
COMMENT ON COLUMN public.albums.upc IS
  'Barcode, by which MusicBrainz finds the release.';
COMMENT ON COLUMN public.albums.gone_at IS
  'Since when no list of an artist has it any more, as far as is known; NULL while it is listed.';
COMMENT ON COLUMN public.albums.metadata IS
  'Spotify''s object without available_markets and without the tracks.';

CREATE TABLE IF NOT EXISTS linernotes.album_own_artists (
  album_id UUID NOT NULL REFERENCES public.albums (id) ON DELETE CASCADE,
  spotify_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (album_id, spotify_id)
);
CREATE INDEX IF NOT EXISTS album_own_artists_spotify_id ON linernotes.album_own_artists (spotify_id);
COMMENT ON TABLE linernotes.album_own_artists IS
  'The artists that Spotify names on the album, whether or not the catalogue has them yet: an artist who arrives later finds its albums here.';

CREATE TABLE IF NOT EXISTS linernotes.album_artists (
  album_id UUID NOT NULL REFERENCES public.albums (id) ON DELETE CASCADE,
  artist_id UUID NOT NULL REFERENCES public.artists (id) ON DELETE CASCADE,
  position INTEGER,
  found BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (album_id, artist_id),
  CHECK (position IS NOT NULL OR found)
);
ALTER TABLE linernotes.album_artists ADD COLUMN IF NOT EXISTS listed_at TIMESTAMPTZ;
ALTER TABLE linernotes.album_artists ADD COLUMN IF NOT EXISTS listed_market TEXT;
CREATE INDEX IF NOT EXISTS album_artists_artist_id ON linernotes.album_artists (artist_id);
COMMENT ON TABLE linernotes.album_artists IS
  'Every artist of the catalogue whose album it is.';
COMMENT ON COLUMN linernotes.album_artists.position IS
  'Which of the artists that Spotify names on the album it is, from 1; NULL for an artist whom Spotify does not name there.';
COMMENT ON COLUMN linernotes.album_artists.found IS
  'The album stood in this artist''s list, or was inserted under this artist.';
COMMENT ON COLUMN linernotes.album_artists.listed_at IS
  'When the album last stood in this artist''s list; NULL if it never did, or stands there no more.';
COMMENT ON COLUMN linernotes.album_artists.listed_market IS
  'The market whose list that was.';

CREATE TABLE IF NOT EXISTS public.tracks (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  name TEXT NOT NULL,
  album_id UUID NOT NULL REFERENCES public.albums (id),
  duration_ms INTEGER,
  popularity INTEGER,
  metadata JSONB,
  created_at TIMESTAMPTZ DEFAULT now(),
  updated_at TIMESTAMPTZ DEFAULT now(),
  spotify_id TEXT,
  spotify_preview_url TEXT
);
ALTER TABLE public.tracks ADD COLUMN IF NOT EXISTS isrc TEXT;
ALTER TABLE public.tracks ADD COLUMN IF NOT EXISTS disc_number INTEGER;
ALTER TABLE public.tracks ADD COLUMN IF NOT EXISTS track_number INTEGER;
ALTER TABLE public.tracks ADD COLUMN IF NOT EXISTS gone_at TIMESTAMPTZ;
CREATE UNIQUE INDEX IF NOT EXISTS tracks_spotify_id ON public.tracks (spotify_id);
CREATE INDEX IF NOT EXISTS tracks_album_id ON public.tracks (album_id);
SELECT linernotes.ensure_constraint('public.tracks', 'tracks_popularity', 'CHECK (popularity BETWEEN 0 AND 100)');
SELECT linernotes.ensure_constraint('public.tracks', 'tracks_duration_ms', 'CHECK (duration_ms >= 0)');
SELECT linernotes.ensure_constraint('public.tracks', 'tracks_disc_number', 'CHECK (disc_number >= 0)');
SELECT linernotes.ensure_constraint('public.tracks', 'tracks_track_number', 'CHECK (track_number >= 0)');
COMMENT ON TABLE public.tracks IS
  'Tracks from Spotify. The same recording on two albums is two tracks with one ISRC.';
COMMENT ON COLUMN public.tracks.isrc IS
  'The recording''s code, upper case without hyphens.';
COMMENT ON COLUMN public.tracks.track_number IS
  'Number on its disc, from 1.';
COMMENT ON COLUMN public.tracks.gone_at IS
  'Since when its album does not list it any more, as far as is known; NULL while it does.';
COMMENT ON COLUMN public.tracks.metadata IS
  'Spotify''s object without available_markets and without the album.';

SELECT linernotes.keep_updated_at(ARRAY['public.artists', 'public.albums', 'public.tracks']::REGCLASS[]);

ALTER TABLE public.artists ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.albums ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tracks ENABLE ROW LEVEL SECURITY;
