-- Issues of the workers: at most one open row of worker_issues for each worker and type, which counts how often the
-- problem was met. The next success closes it, or an operator does.

CREATE OR REPLACE FUNCTION linernotes.raise_issue(worker TEXT, issue TEXT, problem TEXT, context JSONB DEFAULT '{}')
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  INSERT INTO public.worker_issues AS open (worker_name, issue_type, message, details, resolved)
  VALUES (
    worker, issue, problem,
    coalesce(context, '{}') || jsonb_build_object('count', 1, 'first_seen', now(), 'last_seen', now()),
    FALSE
  )
  ON CONFLICT (worker_name, issue_type) WHERE resolved IS NOT TRUE DO UPDATE
  SET message = EXCLUDED.message,
      details = coalesce(open.details, '{}') || EXCLUDED.details || jsonb_build_object(
        'count', coalesce((open.details ->> 'count')::BIGINT, 1) + 1,
        'first_seen', coalesce(open.details -> 'first_seen', to_jsonb(open.created_at))
      );
$$;
COMMENT ON FUNCTION linernotes.raise_issue(TEXT, TEXT, TEXT, JSONB) IS
  'Opens an issue of the worker; where one of the type is open, counts and updates that one.';

CREATE OR REPLACE FUNCTION linernotes.close_issues(worker TEXT, issues TEXT[])
RETURNS VOID
LANGUAGE sql
SET search_path = ''
AS $$
  UPDATE public.worker_issues
  SET resolved = TRUE,
      details = coalesce(details, '{}') || jsonb_build_object('resolved_at', now(), 'resolved_by', 'success')
  WHERE worker_name = worker AND issue_type = ANY (issues) AND resolved IS NOT TRUE;
$$;
COMMENT ON FUNCTION linernotes.close_issues(TEXT, TEXT[]) IS
  'Closes the worker''s open issues of these types.';

CREATE OR REPLACE FUNCTION public.resolve_worker_issue(issue_id UUID)
RETURNS BOOLEAN
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  PERFORM linernotes.check_present('issue_id', issue_id);
  UPDATE public.worker_issues
  SET resolved = TRUE,
      details = coalesce(details, '{}') || jsonb_build_object('resolved_at', now(), 'resolved_by', 'operator')
  WHERE id = issue_id AND resolved IS NOT TRUE;
  RETURN FOUND;
END;
$$;
COMMENT ON FUNCTION public.resolve_worker_issue(UUID) IS
  'Closes an open worker issue by hand; FALSE where there is no such open one. Service role.';
