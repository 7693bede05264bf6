//! `promises/<function>.sql`: what each function of the API does. A section begins with `--> ` and the promise; it is a
//! transaction as `service_role`, which is rolled back.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, ensure};
use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};

use crate::harness::{Database, folder};

/// What is promised of one function.
pub struct Promises {
    /// Its file, within the checkout.
    pub file: String,
    /// Promise and the SQL that tries it.
    pub sections: Vec<(String, String)>,
}

/// Everything promised, by function.
pub fn read() -> Result<BTreeMap<String, Promises>> {
    let mut all = BTreeMap::new();
    for file in fs::read_dir(folder().join("promises"))? {
        let path = file?.path();
        let function = path
            .file_stem()
            .context("a file has a name")?
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&path)?;
        let sections = text.split("\n--> ").skip(1).map(|section| {
            let (promise, sql) = section.split_once('\n').unwrap_or((section, ""));
            (promise.trim().to_owned(), sql.to_owned())
        });
        let promises = Promises {
            file: format!("tests/database/promises/{function}.sql"),
            sections: sections.collect(),
        };
        ensure!(!promises.sections.is_empty(), "{} promises nothing", promises.file);
        all.insert(function, promises);
    }
    Ok(all)
}

#[tokio::test]
async fn every_function_keeps_its_promises() -> Result<()> {
    let database = Database::start().await?;
    let promises = read()?;
    let api = "SELECT array_agg(DISTINCT proname ORDER BY proname) FROM pg_proc \
               WHERE pronamespace = 'public'::regnamespace AND proowner = 'postgres'::regrole";
    let functions: Vec<String> = serde_json::from_value(database.ask(api).await?)?;
    let with_file: Vec<String> = promises.keys().cloned().collect();
    assert_eq!(
        with_file, functions,
        "promises/ has one file for each function of the API"
    );

    let mut broken = Vec::new();
    let mut tried = 0;
    for (function, promises) in &promises {
        for (promise, sql) in &promises.sections {
            tried += 1;
            // Each in a session of its own: session locks and settings end with it.
            let mut connection = PgConnection::connect(&database.info().database_url).await?;
            if let Err(error) = keep(&mut connection, sql).await {
                broken.push(format!("{function}: {promise}\n    {error}"));
            }
            connection.close().await?;
        }
    }
    ensure!(
        broken.is_empty(),
        "{} of {tried} promises are broken:\n{}",
        broken.len(),
        broken.join("\n")
    );
    Ok(())
}

async fn keep(connection: &mut PgConnection, sql: &str) -> sqlx::Result<()> {
    let mut transaction = connection.begin().await?;
    raw_sql("SET LOCAL ROLE service_role")
        .execute(&mut *transaction)
        .await?;
    raw_sql(AssertSqlSafe(sql)).execute(&mut *transaction).await?;
    transaction.rollback().await
}
