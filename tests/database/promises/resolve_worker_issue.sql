-- Closes an issue by hand.

--> TRUE for an open one, then FALSE
DO $$
DECLARE
  issue UUID := gen_random_uuid();
BEGIN
  INSERT INTO worker_issues (id, worker_name, issue_type, message) VALUES (issue, 'a', 't', 'm');
  PERFORM checks.same('open', resolve_worker_issue(issue), TRUE);
  PERFORM checks.same('resolved', (SELECT resolved FROM worker_issues), TRUE);
  PERFORM checks.same('again', resolve_worker_issue(issue), FALSE);
END;
$$;
