-- Whether the database calls the functions, and whose.

--> A copy of production calls nobody, says so, and nothing of it fails; confirmed, it calls
DO $$
BEGIN
  UPDATE linernotes.settings SET value = 'true' WHERE name = 'wake_ups_enabled';
  -- As a dump restored into another cluster finds it.
  UPDATE linernotes.project SET identity = identity || '{"cluster": "7000000000000000000", "objects": ["1", "2", "3", "4"]}';
  PERFORM start_artist_discovery('Velvet Pier');
  SET CONSTRAINTS ALL IMMEDIATE;
  PERFORM linernotes.call_function('checkPipeline');
  PERFORM checks.same('calls', (SELECT count(*) FROM net.http_request_queue), 0::BIGINT);
  PERFORM checks.same('status', get_pipeline_status() #>> '{reasons,0,problem}', 'this database is a copy of another one, or was moved, so it calls nobody: it is another cluster with other tables, as after the restore of a dump');
  PERFORM checks.same('issue', (SELECT message LIKE 'this database is a copy%' FROM public.worker_issues WHERE issue_type = 'database_is_a_copy'), TRUE);
  PERFORM checks.same('confirmed', confirm_project(), TRUE);
  PERFORM checks.same('what waited is called for', ARRAY(SELECT substring(url FROM '[^/]*$') FROM net.http_request_queue), ARRAY['artistDiscovery']);
  PERFORM checks.same('issue', (SELECT resolved FROM public.worker_issues WHERE issue_type = 'database_is_a_copy'), TRUE);
END;
$$;

--> A database whose note of the project is gone is taken for a copy
DO $$
BEGIN
  DELETE FROM linernotes.project;
  PERFORM linernotes.call_function('checkPipeline');
  PERFORM checks.same('calls', (SELECT count(*) FROM net.http_request_queue), 0::BIGINT);
END;
$$;

--> Blanks at the end of what was pasted into Vault are no part of it
DO $$
BEGIN
  PERFORM vault.update_secret(id, E'  http://127.0.0.1:9/functions/v1/\n') FROM vault.secrets WHERE name = 'functions_url';
  PERFORM vault.update_secret(id, E's3cret \r\n') FROM vault.secrets WHERE name = 'function_secret';
  PERFORM linernotes.call_function('checkPipeline');
  PERFORM checks.same('url', (SELECT url FROM net.http_request_queue), 'http://127.0.0.1:9/functions/v1/checkPipeline');
  PERFORM checks.same('secret', (SELECT headers ->> 'Authorization' FROM net.http_request_queue), 'Bearer s3cret');
  PERFORM vault.update_secret(id, E' new , old\n') FROM vault.secrets WHERE name = 'function_secret';
  PERFORM linernotes.call_function('queueMonitor');
  PERFORM checks.same('of two', (SELECT headers ->> 'Authorization' FROM net.http_request_queue WHERE url LIKE '%queueMonitor'), 'Bearer new');
  PERFORM vault.update_secret(id, E'\ufeffhttp://127.0.0.1:9/functions/v1//\u00a0\u200b\t') FROM vault.secrets WHERE name = 'functions_url';
  PERFORM vault.update_secret(id, E'\u00a0s3cret\u3000') FROM vault.secrets WHERE name = 'function_secret';
  PERFORM linernotes.call_function('artistDiscovery');
  PERFORM checks.same('unseen ones', (SELECT url || (headers ->> 'Authorization') FROM net.http_request_queue WHERE url LIKE '%artistDiscovery'),
    'http://127.0.0.1:9/functions/v1/artistDiscoveryBearer s3cret');
  PERFORM vault.update_secret(id, E' \u00a0\n') FROM vault.secrets WHERE name = 'function_secret';
  PERFORM checks.same('told', checks.found('calls', 'Vault: function_secret'), 'is empty');
  PERFORM checks.same('nothing', linernotes.call_function('checkPipeline'), NULL::BIGINT);
END;
$$;

--> pg_net's worker is down: calls of one function are bounded, that is told, and it is over when they are sent
DO $$
BEGIN
  FOR i IN 1..50 LOOP
    PERFORM linernotes.call_function('artistDiscovery'), linernotes.call_function('queueMonitor');
  END LOOP;
  PERFORM checks.same('calls', (SELECT count(*) FROM net.http_request_queue), 10::BIGINT);
  PERFORM checks.same('told', (SELECT message LIKE 'pg_net does not send: 5 calls of %' FROM public.worker_issues WHERE issue_type = 'calls_not_sent'), TRUE);
  PERFORM checks.same('doctor', (
    SELECT finding -> 'ok' FROM jsonb_array_elements(diagnose_installation()) AS finding
    WHERE finding ->> 'area' = 'calls' AND finding ->> 'name' = 'pg_net'
  ), 'false'::JSONB);
  -- A message is taken all the same.
  PERFORM start_artist_discovery('Velvet Pier');
  DELETE FROM net.http_request_queue;
  PERFORM checks.same('again', linernotes.call_function('artistDiscovery') IS NOT NULL, TRUE);
  PERFORM checks.same('over', (SELECT resolved FROM public.worker_issues WHERE issue_type = 'calls_not_sent'), TRUE);
END;
$$;

--> Vault that can't be decrypted fails neither the status nor an enqueue
DO $$
DECLARE
  status JSONB;
BEGIN
  UPDATE linernotes.settings SET value = 'true' WHERE name = 'wake_ups_enabled';
  RESET ROLE;
  ALTER VIEW vault.decrypted_secrets RENAME TO stored_secrets;
  CREATE FUNCTION vault.broken(TEXT) RETURNS TEXT LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''invalid ciphertext''; END';
  CREATE VIEW vault.decrypted_secrets AS SELECT id, name, vault.broken(secret) AS decrypted_secret FROM vault.secrets;
  GRANT SELECT ON vault.decrypted_secrets TO postgres;
  SET LOCAL ROLE postgres;
  status := get_pipeline_status();
  PERFORM checks.same('names are known', status #> '{wake_ups,missing_vault_entries}', '[]'::JSONB);
  PERFORM checks.same('found', checks.found('calls', 'Vault: functions_url'), 'can''t be decrypted');
  PERFORM start_artist_discovery('Velvet Pier');
  SET CONSTRAINTS ALL IMMEDIATE;
  PERFORM checks.same('told', (SELECT message FROM public.worker_issues WHERE issue_type = 'function_call_failed'),
    'artistDiscovery can''t be called: invalid ciphertext');
END;
$$;

--> Without Vault and without pg_net the status says what is missing
DO $$
BEGIN
  RESET ROLE;
  SET LOCAL client_min_messages = error;
  DROP EXTENSION IF EXISTS pg_net, supabase_vault CASCADE;
  DROP SCHEMA IF EXISTS vault, net CASCADE;
  SET LOCAL ROLE postgres;
  PERFORM checks.same('missing', get_pipeline_status() #> '{wake_ups,missing_vault_entries}', '["function_secret", "functions_url"]'::JSONB);
  PERFORM checks.same('found', checks.found('calls', 'Vault: functions_url'), 'is missing');
  PERFORM checks.same('pg_net', checks.found('extensions', 'pg_net') LIKE 'is missing%', TRUE);
  PERFORM maintenance_clear_stale_entities();
END;
$$;

--> Neither the text of a function nor what it puts together at run time has a DELETE or UPDATE without a condition
DO $$
BEGIN
  PERFORM checks.same('functions', ARRAY(
    SELECT routine.proname::TEXT FROM pg_proc AS routine
    WHERE routine.pronamespace IN ('linernotes'::REGNAMESPACE, 'public'::REGNAMESPACE)
      AND routine.proowner = 'postgres'::REGROLE
      AND (
        routine.prosrc ~* 'delete\s+from\s+[a-z_.]+(\s+as\s+[a-z_]+)?\s*;'
        OR routine.prosrc ~* 'update\s+[a-z_.]+(\s+as\s+[a-z_]+)?\s+set\s[^;]*;' AND NOT routine.prosrc ~* 'update\s+[a-z_.]+(\s+as\s+[a-z_]+)?\s+set\s[^;]*where[^;]*;'
      )
  ), ARRAY[]::TEXT[]);
END;
$$;

--> What can't be an address or a secret is told, and nothing of it is shown
DO $$
DECLARE
  tried TEXT;
BEGIN
  FOREACH tried IN ARRAY ARRAY['"http://127.0.0.1:9/functions/v1"', 'app.example/functions/v1', E'http://a b/', 'ftp://a/b'] LOOP
    PERFORM vault.update_secret(id, tried) FROM vault.secrets WHERE name = 'functions_url';
    PERFORM checks.same(tried, checks.found('calls', 'Vault: functions_url'), 'is no address of the form https://host/functions/v1');
  END LOOP;
  FOREACH tried IN ARRAY ARRAY['Bearer s3cret', E's3c\nret', '"s3cret"', '''s3cret''', E'old\r\nnew'] LOOP
    PERFORM vault.update_secret(id, tried) FROM vault.secrets WHERE name = 'function_secret';
    PERFORM checks.same(tried, checks.found('calls', 'Vault: function_secret'),
      'has a blank, a line break or quotation marks, as if more than the secret had been pasted');
  END LOOP;
  FOREACH tried IN ARRAY ARRAY['s3cret', E' new , old \r\n', E'\ufeffs3cret\u200b', 'it''s-fine'] LOOP
    PERFORM vault.update_secret(id, tried) FROM vault.secrets WHERE name = 'function_secret';
    PERFORM checks.same(tried, checks.found('calls', 'Vault: function_secret'), 'is there');
  END LOOP;
END;
$$;

--> A service_role that does not bypass row level security is told
DO $$
BEGIN
  RESET ROLE;
  ALTER ROLE service_role NOBYPASSRLS;
  SET LOCAL ROLE postgres;
  PERFORM checks.same('told', checks.found('grants', 'rows of the secret key'), 'service_role sees no row, for it does not bypass row level security');
END;
$$;

--> An area that can't be looked at is told by its name, and hides no other
DO $$
BEGIN
  RESET ROLE;
  ALTER ROLE anon RENAME TO nobody;
  SET LOCAL ROLE postgres;
  PERFORM checks.same('told', get_pipeline_status() #>> '{reasons,0,problem}', 'the grants can''t be looked at: role "anon" does not exist');
  PERFORM checks.same('others', checks.found('queues', 'artist_discovery'), 'wired');
END;
$$;

--> A wake-up belongs to the trace of the discovery whose message has waited longest
DO $$
DECLARE
  correlation UUID := gen_random_uuid();
BEGIN
  UPDATE linernotes.settings SET value = 'true' WHERE name = 'wake_ups_enabled';
  PERFORM pg_enqueue('artist_discovery', jsonb_build_object('artistName', 'Velvet Pier', '_correlationId', correlation));
  PERFORM pg_enqueue('album_discovery', '{"artistId": "00000000-0000-4000-8000-0000000000a1", "offset": 0, "_correlationId": "mine"}');
  SET CONSTRAINTS ALL IMMEDIATE;
  PERFORM checks.same('its own', (
    SELECT substring(headers ->> 'traceparent' FROM '^00-([0-9a-f]{32})-[0-9a-f]{16}-01$') FROM net.http_request_queue WHERE url LIKE '%artistDiscovery'
  ), replace(correlation::TEXT, '-', ''));
  PERFORM checks.same('a hash', (
    SELECT substring(headers ->> 'traceparent' FROM '^00-([0-9a-f]{32})-[0-9a-f]{16}-01$') FROM net.http_request_queue WHERE url LIKE '%albumDiscovery'
  ), md5('mine'));
  PERFORM linernotes.call_function('checkPipeline');
  PERFORM checks.same('none', (SELECT headers ? 'traceparent' FROM net.http_request_queue WHERE url LIKE '%checkPipeline'), FALSE);
END;
$$;
