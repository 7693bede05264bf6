-- The real pg_net, where the server offers it.
CREATE EXTENSION IF NOT EXISTS pg_net SCHEMA extensions;
GRANT USAGE ON SCHEMA net TO postgres, anon, authenticated, service_role;
