//! Whose database it is: the functions of this stack work for it.

use std::time::{Duration, Instant};

use anyhow::Result;
use sqlx::{Connection, PgConnection};
use tokio::time::sleep;

/// How long the functions may take to say that they work for this database. It asks again by itself after that.
const ANSWER_PATIENCE: Duration = Duration::from_secs(10);

/// Tells the database that these functions are its own, wherever its files were taken from; it asks them, and calls them
/// once they have said so. Before the migrations there is nobody to be told.
pub(crate) async fn confirm(database_url: &str) -> Result<()> {
    let mut connection = PgConnection::connect(database_url).await?;
    let is_there = "SELECT to_regprocedure('public.confirm_project()') IS NOT NULL";
    if sqlx::query_scalar(is_there).fetch_one(&mut connection).await? {
        sqlx::query("SELECT public.confirm_project()")
            .execute(&mut connection)
            .await?;
        let asked = Instant::now();
        let is_answered = "SELECT linernotes.project_state() = 'answered'";
        while asked.elapsed() < ANSWER_PATIENCE && !sqlx::query_scalar(is_answered).fetch_one(&mut connection).await? {
            sleep(Duration::from_millis(20)).await;
        }
    }
    connection.close().await?;
    Ok(())
}
