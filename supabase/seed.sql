-- Linernotes needs no seed: its migrations bring the queues, the settings and the jobs, and everything else is
-- discovered. `supabase db reset` and new branches run this file; begin a development database here, for instance with
--   SELECT public.start_artist_discovery('Velvet Harbor');
SELECT 'nothing to seed' AS linernotes;
