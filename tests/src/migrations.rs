//! The migrations' files, for tests that run them themselves.

use std::fs;

use anyhow::{Context, Result, ensure};
use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};

use crate::checkout;

/// The migrations, oldest first: file name and text.
pub fn all() -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for file in fs::read_dir(checkout()?.join("migrations"))? {
        let path = file?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            let name = path
                .file_name()
                .context("a file has a name")?
                .to_string_lossy()
                .into_owned();
            files.push((name, fs::read_to_string(path)?));
        }
    }
    files.sort();
    ensure!(!files.is_empty(), "there are no migrations");
    Ok(files)
}

/// Runs one migration in a transaction, as whoever is connected.
pub async fn run(connection: &mut PgConnection, sql: &str) -> Result<()> {
    let mut transaction = connection.begin().await?;
    raw_sql(AssertSqlSafe(sql)).execute(&mut *transaction).await?;
    Ok(transaction.commit().await?)
}
