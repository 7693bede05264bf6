-- Vault's stand-in, for servers that do not offer the extension: its names and arguments. NOTHING IS ENCRYPTED HERE:
-- on this machine whoever can read the cluster's files can read the stack's other secrets as well.

CREATE SCHEMA vault;

CREATE TABLE vault.secrets (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  name TEXT UNIQUE,
  description TEXT NOT NULL DEFAULT '',
  secret TEXT NOT NULL,
  key_id UUID,
  nonce BYTEA,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE VIEW vault.decrypted_secrets AS
  SELECT id, name, description, secret, secret AS decrypted_secret, key_id, nonce, created_at, updated_at
  FROM vault.secrets;

CREATE FUNCTION vault.create_secret(
  new_secret TEXT, new_name TEXT DEFAULT NULL, new_description TEXT DEFAULT '', new_key_id UUID DEFAULT NULL
) RETURNS UUID LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  INSERT INTO vault.secrets (secret, name, description) VALUES (new_secret, new_name, new_description) RETURNING id;
$$;

CREATE FUNCTION vault.update_secret(
  secret_id UUID, new_secret TEXT DEFAULT NULL, new_name TEXT DEFAULT NULL, new_description TEXT DEFAULT NULL,
  new_key_id UUID DEFAULT NULL
) RETURNS VOID LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  UPDATE vault.secrets
  SET secret = coalesce(new_secret, secret), name = coalesce(new_name, name),
      description = coalesce(new_description, description), updated_at = now()
  WHERE id = secret_id;
$$;

REVOKE ALL ON FUNCTION vault.create_secret, vault.update_secret FROM PUBLIC;
GRANT USAGE ON SCHEMA vault TO postgres, service_role;
GRANT SELECT, DELETE ON vault.secrets, vault.decrypted_secrets TO postgres, service_role;
GRANT EXECUTE ON FUNCTION vault.create_secret, vault.update_secret TO postgres, service_role;
