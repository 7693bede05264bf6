//! The two Vault entries by which the database knows the functions.

use anyhow::Result;
use sqlx::{Connection, PgConnection};

/// Puts `functions_url` and `function_secret` into Vault, or brings them up to date: the port may be another one.
pub(crate) async fn store(database_url: &str, functions_url: &str, function_secret: &str) -> Result<()> {
    let mut connection = PgConnection::connect(database_url).await?;
    let mut transaction = connection.begin().await?;
    for (name, value, description) in [
        (
            "functions_url",
            functions_url,
            "Where wake-ups and cron jobs call the functions",
        ),
        ("function_secret", function_secret, "The bearer token of those calls"),
    ] {
        let updated = sqlx::query(
            "SELECT vault.update_secret(id, $2) FROM vault.decrypted_secrets WHERE name = $1 AND decrypted_secret <> $2",
        )
        .bind(name)
        .bind(value)
        .fetch_all(&mut *transaction)
        .await?;
        if updated.is_empty() {
            sqlx::query(
                "SELECT vault.create_secret($2, $1, $3)
                 WHERE NOT EXISTS (SELECT FROM vault.decrypted_secrets WHERE name = $1)",
            )
            .bind(name)
            .bind(value)
            .bind(description)
            .execute(&mut *transaction)
            .await?;
        }
    }
    sqlx::query("NOTIFY pgrst, 'reload schema'")
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    connection.close().await?;
    Ok(())
}
