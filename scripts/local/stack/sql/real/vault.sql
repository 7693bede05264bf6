-- The real Vault, where the server offers it and has been given a key (`vault.getkey_script`).
CREATE SCHEMA IF NOT EXISTS vault;
CREATE EXTENSION IF NOT EXISTS supabase_vault SCHEMA vault;
GRANT USAGE ON SCHEMA vault TO postgres, service_role;
GRANT SELECT, DELETE ON vault.secrets, vault.decrypted_secrets TO postgres, service_role;
GRANT EXECUTE ON FUNCTION vault.create_secret, vault.update_secret TO postgres, service_role;
-- The view decrypts as whoever reads it; hosted Supabase grants this, too.
GRANT EXECUTE ON FUNCTION vault._crypto_aead_det_decrypt TO postgres, service_role;
