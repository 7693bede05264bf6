//! `states/*.sql`: what restores, upgrades, clones, dashboards and broken neighbours do to a project's database, each
//! state made by SQL, and what must hold in it. A section begins with `--> ` and a sentence; it is a transaction of the
//! superuser as `postgres`, who may `RESET ROLE` to do what only a platform does, and is rolled back.

use std::fs;

use anyhow::{Context, Result, ensure};
use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};

use linernotes_tests::database::{Database, folder};
use linernotes_tests::promises::sections;

#[tokio::test]
async fn each_state_of_a_project_is_handled_or_said_in_words() -> Result<()> {
    let database = Database::start().await?;
    let mut admin = PgConnection::connect(database.admin_url()).await?;
    let mut wrong = Vec::new();
    let mut tried = 0;
    for file in fs::read_dir(folder().join("states"))? {
        let path = file?.path();
        let name = path
            .file_name()
            .context("a file has a name")?
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&path)?;
        for (sentence, sql) in sections(&text) {
            tried += 1;
            let mut transaction = admin.begin().await?;
            raw_sql("SET LOCAL search_path = public, extensions; SET LOCAL ROLE postgres")
                .execute(&mut *transaction)
                .await?;
            if let Err(error) = raw_sql(AssertSqlSafe(sql)).execute(&mut *transaction).await {
                wrong.push(format!("{name}: {sentence}: {error}"));
            }
            transaction.rollback().await?;
        }
    }
    ensure!(tried > 20, "only {tried} states were found");
    ensure!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}
