-- The last migration of release 0.1.0: all of it is there. A release that brings migrations ends with such a file of
-- its own.

INSERT INTO linernotes.schema_version (release) VALUES ('0.1.0') ON CONFLICT (release) DO NOTHING;

-- Where no event trigger does it (hosted Supabase has pgrst_ddl_watch), the REST layer learns of the new functions here.
NOTIFY pgrst, 'reload schema';
