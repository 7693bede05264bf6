-- The two schemas (`public` is the documented API, `linernotes` holds everything else and is not exposed) and the
-- extensions. An extension is created if the server offers it and does not have it yet: hosted Supabase offers all of
-- them. The local stack brings pgmq as plain SQL and stand-ins for pg_net and Vault, which count as present.

CREATE SCHEMA IF NOT EXISTS extensions;
CREATE SCHEMA IF NOT EXISTS linernotes;
COMMENT ON SCHEMA linernotes IS
  'What the pipeline keeps for itself: settings, runs, dead letters, helpers. Not exposed by the API.';

DO $$
DECLARE
  wanted RECORD;
BEGIN
  FOR wanted IN
    SELECT *
    FROM (VALUES
      ('pg_trgm', 'extensions', NULL),
      ('pgmq', NULL, 'pgmq.create(text)'),
      ('pg_cron', 'pg_catalog', 'cron.schedule(text,text,text)'),
      ('pg_net', 'extensions', 'net.http_post(text,jsonb,jsonb,jsonb,integer)'),
      ('supabase_vault', 'vault', 'vault.create_secret(text,text,text,uuid)')
    ) AS list(extension, schema_name, proof)
  LOOP
    CONTINUE WHEN to_regprocedure(wanted.proof) IS NOT NULL
      OR EXISTS (SELECT FROM pg_extension WHERE extname = wanted.extension)
      OR NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = wanted.extension);
    BEGIN
      EXECUTE format(
        'CREATE EXTENSION IF NOT EXISTS %I %s CASCADE',
        wanted.extension,
        CASE WHEN wanted.schema_name IS NULL THEN '' ELSE format('SCHEMA %I', wanted.schema_name) END
      );
    EXCEPTION WHEN OTHERS THEN
      -- Without a job or a call the pipeline is slower or waits, and scripts/doctor says what is missing.
      RAISE WARNING 'the extension % can''t be created: %', wanted.extension, SQLERRM
        USING HINT = 'Enable it in the dashboard, or as a superuser, then run the migrations again.';
    END;
  END LOOP;

  IF to_regprocedure('pgmq.create(text)') IS NULL THEN
    RAISE EXCEPTION 'pgmq is missing'
      USING HINT = 'Enable the extension pgmq (Supabase: Integrations, Queues), then run the migrations again.';
  END IF;
END;
$$;
