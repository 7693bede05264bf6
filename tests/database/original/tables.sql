-- The tables of the documented installation.

SET search_path = public, extensions;
CREATE TABLE public.artists (
  id UUID PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  name TEXT NOT NULL,
  created_at TIMESTAMPTZ DEFAULT now(),
  updated_at TIMESTAMPTZ DEFAULT now(),
  followers INTEGER,
  popularity INTEGER,
  metadata JSONB,
  spotify_id TEXT,
  image_url TEXT
);

CREATE TABLE public.albums (
  id UUID PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  name TEXT NOT NULL,
  artist_id UUID NOT NULL REFERENCES artists(id),
  release_date DATE,
  metadata JSONB,
  created_at TIMESTAMPTZ DEFAULT now(),
  updated_at TIMESTAMPTZ DEFAULT now(),
  cover_url TEXT,
  spotify_id TEXT
);

CREATE TABLE public.tracks (
  id UUID PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  name TEXT NOT NULL,
  album_id UUID NOT NULL REFERENCES albums(id),
  duration_ms INTEGER,
  popularity INTEGER,
  metadata JSONB,
  created_at TIMESTAMPTZ DEFAULT now(),
  updated_at TIMESTAMPTZ DEFAULT now(),
  spotify_id TEXT,
  spotify_preview_url TEXT
);

CREATE TABLE public.producers (
  id UUID PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
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
  enrichment_failed BOOLEAN DEFAULT false
);

CREATE TABLE public.track_producers (
  id UUID PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  track_id UUID NOT NULL REFERENCES tracks(id),
  producer_id UUID NOT NULL REFERENCES producers(id),
  confidence NUMERIC NOT NULL,
  source TEXT NOT NULL,
  created_at TIMESTAMPTZ DEFAULT now()
);

CREATE TABLE public.processing_status (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  entity_type TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER DEFAULT 0,
  last_processed_at TIMESTAMPTZ,
  last_error TEXT,
  metadata JSONB DEFAULT '{}'::jsonb,
  created_at TIMESTAMPTZ DEFAULT now(),
  updated_at TIMESTAMPTZ DEFAULT now(),
  dead_lettered BOOLEAN DEFAULT false
);

CREATE TABLE public.processing_locks (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  entity_type TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  worker_id TEXT NOT NULL,
  correlation_id TEXT,
  ttl_seconds INTEGER NOT NULL DEFAULT 1800,
  acquired_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  last_heartbeat TIMESTAMPTZ NOT NULL DEFAULT now(),
  metadata JSONB DEFAULT '{}'::jsonb
);

CREATE TABLE public.queue_registry (
  id SERIAL PRIMARY KEY,
  queue_name TEXT NOT NULL UNIQUE,
  display_name TEXT,
  description TEXT,
  active BOOLEAN DEFAULT true,
  created_at TIMESTAMPTZ DEFAULT now(),
  updated_at TIMESTAMPTZ DEFAULT now()
);

CREATE TABLE public.queue_metrics (
  id UUID PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  queue_name TEXT NOT NULL,
  operation TEXT NOT NULL,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  finished_at TIMESTAMPTZ,
  success_count INTEGER,
  error_count INTEGER,
  processed_count INTEGER,
  details JSONB,
  created_at TIMESTAMPTZ DEFAULT now()
);

CREATE TABLE public.monitoring_events (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  event_type TEXT NOT NULL,
  details JSONB DEFAULT '{}'::jsonb,
  created_at TIMESTAMPTZ DEFAULT now()
);

CREATE TABLE public.worker_issues (
  id UUID PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  worker_name TEXT NOT NULL,
  issue_type TEXT NOT NULL,
  message TEXT NOT NULL,
  details JSONB,
  resolved BOOLEAN DEFAULT false,
  created_at TIMESTAMPTZ DEFAULT now(),
  updated_at TIMESTAMPTZ DEFAULT now()
);
