-- The tables of producers, of the names by which they are found, and of the credits that connect them with tracks.

CREATE TABLE IF NOT EXISTS public.producers (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  name TEXT NOT NULL,
  normalized_name TEXT NOT NULL,
  email TEXT,
  image_url TEXT,
  instagram_handle TEXT,
  instagram_bio TEXT,
  metadata JSONB DEFAULT NULL,
  created_at TIMESTAMPTZ DEFAULT now(),
  updated_at TIMESTAMPTZ DEFAULT now(),
  enriched_at TIMESTAMPTZ,
  enrichment_failed BOOLEAN DEFAULT FALSE
);
ALTER TABLE public.producers ADD COLUMN IF NOT EXISTS musicbrainz_id TEXT;
CREATE UNIQUE INDEX IF NOT EXISTS producers_musicbrainz_id ON public.producers (musicbrainz_id);
CREATE UNIQUE INDEX IF NOT EXISTS producers_name_only ON public.producers (linernotes.producer_identity(name, normalized_name))
  WHERE musicbrainz_id IS NULL;
-- Maintenance looks for the oldest profiles first.
CREATE INDEX IF NOT EXISTS producers_profile_age ON public.producers ((coalesce(enriched_at, updated_at)));
-- Index entries have a greatest size: a longer name could not be stored.
SELECT linernotes.ensure_constraint('public.producers', 'producers_name',
  $check$CHECK (name <> '' AND length(name) <= 512)$check$);
SELECT linernotes.ensure_constraint('public.producers', 'producers_normalized_name',
  $check$CHECK (normalized_name <> '' AND octet_length(normalized_name) <= 2048)$check$);
SELECT linernotes.ensure_constraint('public.producers', 'producers_musicbrainz_id_text',
  $check$CHECK (musicbrainz_id <> '' AND length(musicbrainz_id) <= 64)$check$);
COMMENT ON TABLE public.producers IS
  'People and groups who made tracks. With a MusicBrainz id it is that id, whatever the spelling; without one it is its name, in any spelling that linernotes.identity_name does not tell apart.';
COMMENT ON COLUMN public.producers.normalized_name IS
  'linernotes.normalize_name of the name, whoever writes the row.';
COMMENT ON COLUMN public.producers.musicbrainz_id IS
  'The artist''s id at MusicBrainz; two people of one name have two.';
COMMENT ON COLUMN public.producers.metadata IS
  'Ids, addresses, and which source each field of the profile came from.';
COMMENT ON COLUMN public.producers.enriched_at IS
  'When the profile was last found; NULL: never, or not yet by the MusicBrainz id that the producer has now.';
COMMENT ON COLUMN public.producers.enrichment_failed IS
  'Every source answered and none knew; metadata.enrichment_error says more.';

CREATE TABLE IF NOT EXISTS linernotes.producer_names (
  identity_name TEXT NOT NULL,
  producer_id UUID NOT NULL REFERENCES public.producers (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (identity_name, producer_id)
);
ALTER TABLE linernotes.producer_names
  ADD COLUMN IF NOT EXISTS normalized_name TEXT GENERATED ALWAYS AS (linernotes.normalize_name(name)) STORED;
CREATE INDEX IF NOT EXISTS producer_names_normalized_name ON linernotes.producer_names (normalized_name);
CREATE INDEX IF NOT EXISTS producer_names_producer_id ON linernotes.producer_names (producer_id);
COMMENT ON TABLE linernotes.producer_names IS
  'Every name by which a producer is found: its own, aliases and credited-as spellings, one row for each linernotes.identity_name.';
COMMENT ON COLUMN linernotes.producer_names.normalized_name IS
  'By which a search finds the name; it does not tell apart all that identity_name does.';
COMMENT ON COLUMN linernotes.producer_names.name IS
  'The spelling that came first.';

CREATE TABLE IF NOT EXISTS linernotes.producer_redirects (
  old_id UUID PRIMARY KEY,
  producer_id UUID NOT NULL REFERENCES public.producers (id) ON DELETE CASCADE,
  merged_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS producer_redirects_producer_id ON linernotes.producer_redirects (producer_id);
COMMENT ON TABLE linernotes.producer_redirects IS
  'For the id of a producer that was merged into another: the producer it is part of now. A redirect never leads to a redirect.';

CREATE TABLE IF NOT EXISTS linernotes.former_musicbrainz_ids (
  musicbrainz_id TEXT PRIMARY KEY,
  producer_id UUID NOT NULL REFERENCES public.producers (id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS former_musicbrainz_ids_producer_id ON linernotes.former_musicbrainz_ids (producer_id);
COMMENT ON TABLE linernotes.former_musicbrainz_ids IS
  'Ids that MusicBrainz merged into another: the producer that each of them means now. No producer has one of them as its musicbrainz_id.';

CREATE TABLE IF NOT EXISTS public.track_producers (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  track_id UUID NOT NULL REFERENCES public.tracks (id),
  producer_id UUID NOT NULL REFERENCES public.producers (id),
  confidence NUMERIC NOT NULL,
  source TEXT NOT NULL,
  created_at TIMESTAMPTZ DEFAULT now()
);
ALTER TABLE public.track_producers ADD COLUMN IF NOT EXISTS role TEXT NOT NULL DEFAULT 'producer';
ALTER TABLE public.track_producers ADD COLUMN IF NOT EXISTS evidence JSONB;
CREATE UNIQUE INDEX IF NOT EXISTS track_producers_statement
  ON public.track_producers (track_id, producer_id, role, source);
CREATE INDEX IF NOT EXISTS track_producers_producer_id ON public.track_producers (producer_id, track_id);
CREATE INDEX IF NOT EXISTS track_producers_genius ON public.track_producers (producer_id, track_id) WHERE source = 'genius';
SELECT linernotes.ensure_constraint('public.track_producers', 'track_producers_confidence',
  'CHECK (confidence BETWEEN 0 AND 1)');
SELECT linernotes.ensure_constraint('public.track_producers', 'track_producers_role', $check$CHECK (role IN (
  'producer', 'co_producer', 'executive_producer', 'writer', 'composer', 'lyricist', 'arranger', 'remixer'
))$check$);
SELECT linernotes.ensure_constraint('public.track_producers', 'track_producers_source', $check$CHECK (source <> '')$check$);
COMMENT ON TABLE public.track_producers IS
  'What each source states: one row for each track, person, role and source. get_track_credits combines them.';
COMMENT ON COLUMN public.track_producers.confidence IS
  'How sure the credit is by this source alone, 0 to 1.';
COMMENT ON COLUMN public.track_producers.source IS
  'musicbrainz, genius or title; others may be added.';
COMMENT ON COLUMN public.track_producers.evidence IS
  'Ids and addresses of where the source states it. created_at is when that was first seen.';

SELECT linernotes.keep_updated_at(ARRAY['public.producers']::REGCLASS[]);

ALTER TABLE public.producers ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.track_producers ENABLE ROW LEVEL SECURITY;
