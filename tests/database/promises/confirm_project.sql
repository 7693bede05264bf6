-- A copy of a database calls nobody until somebody says that it is a project of its own.

--> A database that is not the one that was set up says so, until it is confirmed
DO $$
BEGIN
  PERFORM checks.same('at home', confirm_project(), FALSE);
  PERFORM checks.as_owner($sql$UPDATE linernotes.project SET identity = identity || '{"cluster": "1", "objects": []}'$sql$);
  PERFORM checks.same('a copy', checks.ask('SELECT linernotes.is_own_project()'), 'false');
  PERFORM checks.same('said', checks.found('calls', 'project'), 'this database is a copy of another one, or was moved, so it calls nobody: it is another cluster with other tables, as after the restore of a dump');
  PERFORM checks.same('confirmed', confirm_project(), TRUE);
  PERFORM checks.same('a project of its own', checks.ask('SELECT linernotes.is_own_project()'), 'true');
  PERFORM checks.same('again', confirm_project(), FALSE);
END;
$$;

--> An upgraded server, with a new cluster and the same objects, stays the project
DO $$
BEGIN
  PERFORM checks.as_owner($sql$UPDATE linernotes.project SET identity = identity || '{"cluster": "1"}'$sql$);
  PERFORM checks.same('upgraded', checks.ask('SELECT linernotes.is_own_project()'), 'true');
END;
$$;

--> Another database of the cluster is a copy, and so is one with another name in linernotes.project
DO $$
BEGIN
  PERFORM set_config('linernotes.project', 'staging', TRUE);
  PERFORM checks.same('named', checks.ask('SELECT linernotes.is_own_project()'), 'false');
  PERFORM set_config('linernotes.project', '', TRUE);
  PERFORM checks.as_owner($sql$UPDATE linernotes.project SET identity = identity || '{"database": "production"}'$sql$);
  PERFORM checks.same('another database', checks.ask('SELECT linernotes.is_own_project()'), 'false');
END;
$$;

--> What was asked for while nobody could be called is called for as soon as the project is confirmed
DO $$
BEGIN
  PERFORM checks.as_owner('UPDATE linernotes.settings SET value = ''true'' WHERE name = ''wake_ups_enabled''');
  PERFORM checks.as_owner($sql$UPDATE linernotes.project SET identity = identity || '{"cluster": "1", "objects": []}'$sql$);
  PERFORM start_artist_discovery('Velvet Pier');
  PERFORM checks.as_owner('SET CONSTRAINTS ALL IMMEDIATE');
  PERFORM checks.same('nobody', checks.ask('SELECT count(*) FROM net.http_request_queue'), '0');
  PERFORM confirm_project();
  PERFORM checks.same('called', checks.ask('SELECT array_agg(substring(url FROM ''[^/]*$'')) FROM net.http_request_queue'), '{artistDiscovery}');
END;
$$;
