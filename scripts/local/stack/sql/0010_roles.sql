-- The roles of a hosted Supabase project. The bootstrap superuser `supabase_admin` runs these files once, in one
-- transaction, on a fresh cluster; the project itself only ever acts as `postgres`, which is not a superuser.
-- Passwords are set afterwards by the stack: they never stand in a file.

CREATE ROLE anon NOLOGIN NOINHERIT;
CREATE ROLE authenticated NOLOGIN NOINHERIT;
CREATE ROLE service_role NOLOGIN NOINHERIT BYPASSRLS;

-- The gateway's login: it can become the three API roles and has nothing of its own.
CREATE ROLE authenticator LOGIN NOINHERIT;
GRANT anon, authenticated, service_role TO authenticator;

-- The project's owner: may become the API roles, read all data and signal backends.
CREATE ROLE postgres LOGIN NOSUPERUSER CREATEDB CREATEROLE REPLICATION BYPASSRLS;
GRANT anon, authenticated, service_role TO postgres WITH ADMIN OPTION;
GRANT pg_read_all_data, pg_signal_backend, pg_monitor TO postgres WITH ADMIN OPTION;

ALTER ROLE anon SET statement_timeout = '3s';
ALTER ROLE authenticated SET statement_timeout = '8s';
ALTER ROLE authenticator SET statement_timeout = '8s';
ALTER ROLE authenticator SET lock_timeout = '8s';

ALTER DATABASE postgres OWNER TO postgres;
ALTER DATABASE postgres SET search_path = "$user", public, extensions;
