-- A copy byte for byte (a clone of the platform's, a restored physical backup, a volume's snapshot) may run on another
-- machine with the same names, numbers and folders, and can't know by itself that it is one. The functions know: they work
-- for one database. Each copy begins with a start of its server. So after every start the database asks the functions once
-- whether they work for it before it calls them for anything else: it sends a challenge that only this start of this
-- database knows, and the function gives it back to the database that it works for. Production gets it back within a
-- moment, whatever has changed around it. A copy does not: its challenge reaches production's database, which does not
-- know it, and the functions refuse it (409) without doing anything.

CREATE OR REPLACE FUNCTION linernotes.present_instance()
RETURNS TEXT
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  RETURN format(
    '%s/%s', extract(EPOCH FROM pg_catalog.pg_postmaster_start_time()),
    (SELECT known.oid FROM pg_catalog.pg_database AS known WHERE known.datname = current_database())
  );
END;
$$;
COMMENT ON FUNCTION linernotes.present_instance() IS
  'This start of the server and this database in it: no copy has the same, nor has this database after the next start.';

CREATE OR REPLACE FUNCTION linernotes.answer_of(request_id BIGINT)
RETURNS TEXT
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
BEGIN
  RETURN (
    SELECT coalesce('status ' || answer.status_code, answer.error_msg)
    FROM net._http_response AS answer
    WHERE answer.id = request_id
    LIMIT 1
  );
EXCEPTION WHEN OTHERS THEN
  -- The table is pg_net's own; where it can't be read, nothing is known of it.
  RETURN NULL;
END;
$$;
COMMENT ON FUNCTION linernotes.answer_of(BIGINT) IS
  'What pg_net got for a request: ''status 200'', or why there is no answer; NULL where nothing is known of it.';

CREATE OR REPLACE FUNCTION linernotes.project_state()
RETURNS TEXT
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  known linernotes.project;
  instance TEXT := linernotes.present_instance();
BEGIN
  IF NOT linernotes.is_own_project() THEN
    RETURN 'elsewhere';
  END IF;
  SELECT * INTO known FROM linernotes.project;
  IF known.answered_instance = instance THEN
    RETURN 'answered';
  ELSIF known.refused_at IS NOT NULL THEN
    RETURN 'refused';
  ELSIF known.challenged_instance IS DISTINCT FROM instance THEN
    RETURN 'unanswered';
  END IF;
  RETURN CASE linernotes.answer_of(known.request_id)
    WHEN 'status 409' THEN 'refused'
    -- Functions that know of challenges answer so only after they have given it back, which had been noted. These are
    -- older than this schema, and older functions work on.
    WHEN 'status 200' THEN 'answered'
    ELSE 'unanswered'
  END;
END;
$$;
COMMENT ON FUNCTION linernotes.project_state() IS
  'elsewhere: not where it was set up, so perhaps a copy. refused: the functions have said that they work for another database. unanswered: they have not said yet, since the server started, that they work for this one. answered: they have. Functions are called in the last one only.';

CREATE OR REPLACE FUNCTION linernotes.project_finding()
RETURNS TABLE (ok BOOLEAN, found TEXT, advice TEXT)
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $$
DECLARE
  state TEXT := linernotes.project_state();
  known linernotes.project;
  -- Any may be lost, and the functions may be starting, too.
  few CONSTANT INT := 3;
  asked INT;
BEGIN
  SELECT * INTO known FROM linernotes.project;
  asked := CASE WHEN known.challenged_instance = linernotes.present_instance() THEN known.challenges ELSE 0 END;
  RETURN QUERY SELECT
    state = 'answered' OR (state = 'unanswered' AND asked < few),
    CASE state
      WHEN 'elsewhere' THEN format(
        'this database is a copy of another one, or was moved, so it calls nobody: %s',
        array_to_string(linernotes.identity_differences(), '; '))
      WHEN 'refused' THEN 'the functions at functions_url work for another database, so this one calls nobody'
      WHEN 'answered' THEN 'is the one that was set up, and its functions work for it'
      ELSE CASE asked
        WHEN 0 THEN 'is the one that was set up; its functions are asked whether they work for it before the first call'
        ELSE format(
          'its functions have been asked %s since the server started whether they work for it, and have not said so%s',
          linernotes.counted(asked, 'time', 'times'), coalesce(' (' || linernotes.answer_of(known.request_id) || ')', ''))
      END
    END,
    CASE
      WHEN state = 'elsewhere' THEN
        'A copy: set functions_url and function_secret in Vault to those of its own functions, then SELECT public.confirm_project(). Moved or restored, and no copy: only the latter.'
      WHEN state = 'refused' THEN
        'A copy: set functions_url and function_secret in Vault to those of its own functions. No copy: the functions'' variable supabase_url names another project. Then SELECT public.confirm_project().'
      WHEN state = 'unanswered' AND asked >= few THEN
        'Nothing else is called before they say so; messages wait. See whether functions_url and function_secret in Vault are right and the functions reach this database; SELECT public.confirm_project() asks again at once.'
    END;
END;
$$;
COMMENT ON FUNCTION linernotes.project_finding() IS
  'What is to be said of project_state(), and what to do about it.';

CREATE OR REPLACE FUNCTION linernotes.ask_functions()
RETURNS VOID
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  first_pause CONSTANT INTERVAL := INTERVAL '5 seconds';
  longest_pause CONSTANT INTERVAL := INTERVAL '10 minutes';
  instance TEXT := linernotes.present_instance();
  known linernotes.project;
  request BIGINT;
BEGIN
  -- Of many who enqueue at once, one asks.
  SELECT * INTO known FROM linernotes.project FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  ELSIF known.challenged_instance IS DISTINCT FROM instance THEN
    known.challenge := gen_random_uuid();
    known.challenges := 0;
  ELSIF known.challenged_at > clock_timestamp() - least(first_pause * power(2, least(known.challenges, 20) - 1), longest_pause) THEN
    RETURN;
  END IF;

  SELECT linernotes.post_to_function(workers.function_name, jsonb_build_object('check', TRUE, 'challenge', known.challenge))
  INTO request
  FROM linernotes.workers
  ORDER BY workers.position
  LIMIT 1;
  IF request IS NOT NULL THEN
    UPDATE linernotes.project
    SET challenged_instance = instance,
        challenge = known.challenge,
        challenges = known.challenges + 1,
        challenged_at = clock_timestamp(),
        request_id = request
    WHERE is_only;
  END IF;
END;
$$;
COMMENT ON FUNCTION linernotes.ask_functions() IS
  'Sends the challenge to a worker, which is asked nothing else and does nothing else. Not again before it could be answered; then at growing intervals.';

CREATE OR REPLACE FUNCTION linernotes.may_call_functions()
RETURNS BOOLEAN
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  state TEXT := linernotes.project_state();
  instance TEXT;
BEGIN
  IF state IN ('elsewhere', 'refused') THEN
    IF state = 'refused' THEN
      -- pg_net keeps its answers for hours only.
      UPDATE linernotes.project SET refused_at = now() WHERE is_only AND refused_at IS NULL;
    END IF;
    PERFORM linernotes.raise_call_issue('database_is_a_copy', format('%s. %s', finding.found, finding.advice))
    FROM linernotes.project_finding() AS finding;
    RETURN FALSE;
  END IF;
  PERFORM linernotes.close_call_issue('database_is_a_copy');
  IF state = 'unanswered' THEN
    PERFORM linernotes.ask_functions();
    RETURN FALSE;
  END IF;
  -- Noted already, but where the functions are older than this schema; pg_net keeps their answer for hours only.
  instance := linernotes.present_instance();
  UPDATE linernotes.project SET answered_instance = instance WHERE is_only AND answered_instance IS DISTINCT FROM instance;
  RETURN TRUE;
END;
$$;
COMMENT ON FUNCTION linernotes.may_call_functions() IS
  'Whether this database may call the functions. If it does not know yet, it asks them; if it may not, that is an open issue.';

CREATE OR REPLACE FUNCTION public.answer_challenge(challenge UUID)
RETURNS BOOLEAN
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  PERFORM linernotes.check_present('challenge', challenge);
  UPDATE linernotes.project AS known
  SET answered_instance = linernotes.present_instance(),
      -- An upgrade may have changed it.
      identity = linernotes.present_identity(),
      refused_at = NULL
  WHERE known.challenge = answer_challenge.challenge
    AND known.challenged_instance = linernotes.present_instance()
    AND linernotes.is_own_project();
  IF NOT FOUND THEN
    RETURN FALSE;
  END IF;
  -- For what was enqueued since the server started.
  PERFORM linernotes.wake_all();
  RETURN TRUE;
END;
$$;
COMMENT ON FUNCTION public.answer_challenge(UUID) IS
  'A function gives back the challenge that it was called with: TRUE where it comes from this database, which calls its functions from then on. FALSE where a copy of this database, or an earlier start of it, has sent it: the function must do nothing for that. Repeatable. Service role.';
