//! Users' tokens, good and bad ones, signed by the database's own pgcrypto.

use anyhow::{Context, Result};

use linernotes_tests::database::Database;

/// A token with this header and these claims, signed with HS256 and the secret.
pub async fn signed(database: &Database, header: &str, claims: &str, secret: &str) -> Result<String> {
    let query = format!(
        "SELECT body || '.' || base64url(extensions.hmac(body, '{secret}', 'sha256')) \
         FROM (SELECT base64url(convert_to('{header}', 'UTF8')) || '.' || base64url(convert_to('{claims}', 'UTF8')) AS body) AS token"
    );
    let query = query.replace("base64url", "checks.base64url");
    Ok(database
        .ask(&query)
        .await?
        .as_str()
        .context("a token is text")?
        .to_owned())
}

/// Adds what [`signed`] needs to the tests' own schema.
pub async fn prepare(database: &Database) -> Result<()> {
    database
        .run(
            "CREATE FUNCTION checks.base64url(bytes BYTEA) RETURNS TEXT LANGUAGE sql AS $$ \
             SELECT rtrim(translate(encode(bytes, 'base64'), E'+/\\n', '-_'), '=') $$",
        )
        .await
}
