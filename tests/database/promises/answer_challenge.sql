-- The functions say whether they work for the database that asks.

--> After a start of the server the database calls nobody before its functions have given its challenge back
DO $$
DECLARE
  challenge UUID;
BEGIN
  PERFORM checks.as_owner('UPDATE linernotes.settings SET value = ''true'' WHERE name = ''wake_ups_enabled''');
  PERFORM checks.as_owner('UPDATE linernotes.project SET answered_instance = ''an earlier start''');
  PERFORM checks.as_owner('SELECT linernotes.call_function(''queueMonitor'')');
  PERFORM start_artist_discovery('Velvet Pier');
  PERFORM checks.as_owner('SET CONSTRAINTS ALL IMMEDIATE');
  PERFORM checks.same('one question', checks.ask('SELECT array_agg(convert_from(body, ''utf8'')::JSONB ->> ''check'') FROM net.http_request_queue'), '{true}');
  challenge := checks.ask('SELECT convert_from(body, ''utf8'')::JSONB ->> ''challenge'' FROM net.http_request_queue');
  PERFORM checks.same('somebody else''s', answer_challenge(gen_random_uuid()), FALSE);
  PERFORM checks.same('not yet', checks.ask('SELECT linernotes.project_state()'), 'unanswered');
  PERFORM checks.same('its own', answer_challenge(challenge), TRUE);
  PERFORM checks.same('again, as pg_net may send it twice', answer_challenge(challenge), TRUE);
  PERFORM checks.same('what waited is called for', checks.ask('SELECT count(*) FROM net.http_request_queue WHERE convert_from(body, ''utf8'') = ''{}'''), '1');
  PERFORM checks.same('told', checks.found('calls', 'project'), 'is the one that was set up, and its functions work for it');
END;
$$;

--> A challenge of an earlier start of the server is nobody's
DO $$
DECLARE
  challenge UUID;
BEGIN
  PERFORM checks.as_owner('UPDATE linernotes.project SET answered_instance = NULL');
  PERFORM checks.as_owner('SELECT linernotes.call_function(''queueMonitor'')');
  challenge := checks.ask('SELECT challenge FROM linernotes.project');
  PERFORM checks.as_owner('UPDATE linernotes.project SET challenged_instance = ''an earlier start''');
  PERFORM checks.same('refused', answer_challenge(challenge), FALSE);
  PERFORM checks.as_owner('SELECT linernotes.call_function(''queueMonitor'')');
  PERFORM checks.same('another one is made', checks.ask('SELECT challenge FROM linernotes.project') <> challenge::TEXT, TRUE);
END;
$$;

--> A database whose functions work for another one calls nobody, says so, and asks again when it is told to
DO $$
BEGIN
  PERFORM checks.as_owner('UPDATE linernotes.project SET answered_instance = NULL');
  PERFORM checks.as_owner('SELECT linernotes.call_function(''queueMonitor'')');
  PERFORM checks.as_owner('INSERT INTO net._http_response (id, status_code) SELECT request_id, 409 FROM linernotes.project');
  PERFORM checks.as_owner('DELETE FROM net.http_request_queue WHERE id > 0');
  PERFORM checks.same('said at once', checks.found('calls', 'project'), 'the functions at functions_url work for another database, so this one calls nobody');
  PERFORM checks.as_owner('SELECT linernotes.call_function(''queueMonitor'')');
  PERFORM checks.as_owner('DELETE FROM net._http_response WHERE id > 0');
  PERFORM checks.as_owner('SELECT linernotes.call_function(''queueMonitor'')');
  PERFORM checks.same('nobody', checks.ask('SELECT count(*) FROM net.http_request_queue'), '0');
  PERFORM checks.same('issue', checks.ask('SELECT message LIKE ''the functions at functions_url work for another database%'' FROM worker_issues WHERE issue_type = ''database_is_a_copy'''), 'true');
  PERFORM checks.same('told', confirm_project(), TRUE);
  PERFORM checks.same('asks', checks.ask('SELECT count(*) FROM net.http_request_queue'), '1');
END;
$$;

--> Functions that are older than the schema, and know of no challenge, are called as soon as they answer
DO $$
BEGIN
  PERFORM checks.as_owner('UPDATE linernotes.project SET answered_instance = NULL');
  PERFORM checks.as_owner('SELECT linernotes.call_function(''queueMonitor'')');
  PERFORM checks.as_owner('INSERT INTO net._http_response (id, status_code) SELECT request_id, 200 FROM linernotes.project');
  PERFORM checks.as_owner('DELETE FROM net.http_request_queue WHERE id > 0');
  PERFORM checks.same('called', checks.ask('SELECT linernotes.call_function(''queueMonitor'') > 0'), 'true');
  PERFORM checks.as_owner('DELETE FROM net._http_response WHERE id > 0');
  PERFORM checks.same('for good', checks.ask('SELECT linernotes.project_state()'), 'answered');
END;
$$;

--> Functions that do not answer are asked at growing intervals, that is told, and confirm_project asks at once
DO $$
BEGIN
  PERFORM checks.as_owner('UPDATE linernotes.project SET answered_instance = NULL');
  FOR i IN 1..10 LOOP
    PERFORM checks.as_owner('SELECT linernotes.call_function(''queueMonitor'')');
  END LOOP;
  PERFORM checks.same('once', checks.ask('SELECT challenges FROM linernotes.project'), '1');
  PERFORM checks.same('no fault yet', checks.ask('SELECT ok FROM linernotes.project_finding()'), 'true');
  PERFORM checks.as_owner('UPDATE linernotes.project SET challenges = 3, challenged_at = clock_timestamp() - INTERVAL ''10 seconds''');
  PERFORM checks.as_owner('SELECT linernotes.call_function(''queueMonitor'')');
  PERFORM checks.same('not yet', checks.ask('SELECT challenges FROM linernotes.project'), '3');
  PERFORM checks.same('told', checks.found('calls', 'project'), 'its functions have been asked 3 times since the server started whether they work for it, and have not said so');
  PERFORM checks.as_owner('UPDATE linernotes.project SET challenged_at = clock_timestamp() - INTERVAL ''21 seconds''');
  PERFORM checks.as_owner('SELECT linernotes.call_function(''queueMonitor'')');
  PERFORM checks.same('once more', checks.ask('SELECT challenges FROM linernotes.project'), '4');
  PERFORM checks.same('no copy', confirm_project(), FALSE);
  PERFORM checks.same('anew', checks.ask('SELECT challenges FROM linernotes.project'), '1');
END;
$$;

--> Other files, another port or another name of the cluster make a copy, or a project that was moved: it is told which
DO $$
BEGIN
  PERFORM checks.as_owner($sql$UPDATE linernotes.project SET identity = jsonb_set(identity, '{place,data directory}', '"/srv/production"')$sql$);
  PERFORM checks.same('state', checks.ask('SELECT linernotes.project_state()'), 'elsewhere');
  PERFORM checks.same('told', checks.found('calls', 'project') LIKE '%was moved, so it calls nobody: the server''s data directory is /%, was /srv/production', TRUE);
  PERFORM checks.as_owner($sql$UPDATE linernotes.project SET identity = identity || '{"cluster": "1"}'$sql$);
  PERFORM checks.same('an upgrade may move the files', checks.ask('SELECT linernotes.is_own_project()'), 'true');
  PERFORM checks.as_owner($sql$UPDATE linernotes.project SET identity = identity - 'place' || '{"cluster": null}'$sql$);
  PERFORM checks.same('what is not known tells nothing', checks.ask('SELECT linernotes.is_own_project()'), 'true');
END;
$$;
