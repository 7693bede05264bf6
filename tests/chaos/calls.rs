//! The calls that `pg_net` is to make: lost, late, or made twice.

use std::time::Duration;

use anyhow::Result;
use linernotes_tests::Setup;
use sqlx::{Connection, PgConnection};

/// Takes what is enqueued away before `pg_net` sees it. `held` has its columns.
const HOLD: &str = "
    CREATE SCHEMA IF NOT EXISTS chaos;
    CREATE TABLE IF NOT EXISTS chaos.held (LIKE net.http_request_queue);
    CREATE OR REPLACE FUNCTION chaos.hold() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
    BEGIN
      INSERT INTO chaos.held SELECT NEW.*;
      RETURN NULL;
    END;
    $$;
    CREATE OR REPLACE TRIGGER hold BEFORE INSERT ON net.http_request_queue
    FOR EACH ROW EXECUTE FUNCTION chaos.hold();";

const LET_GO: &str = "DROP TRIGGER IF EXISTS hold ON net.http_request_queue";

const MAKE: &str = "INSERT INTO net.http_request_queue (method, url, headers, body, timeout_milliseconds)
    SELECT method, url, headers, body, timeout_milliseconds FROM chaos.held, generate_series(1, $1)";

/// The calls of so many milliseconds are held, and then made so many times.
pub async fn held_for(setup: &Setup, ms: u64, times: i32) -> Result<()> {
    // A database that was crashed a moment ago may not answer yet; then there are no calls.
    let Ok(mut admin) = PgConnection::connect(setup.stack.admin_database_url()).await else {
        return Ok(());
    };
    sqlx::raw_sql(HOLD).execute(&mut admin).await?;
    tokio::time::sleep(Duration::from_millis(ms)).await;
    let mut transaction = admin.begin().await?;
    sqlx::raw_sql(LET_GO).execute(&mut *transaction).await?;
    sqlx::query(MAKE).bind(times).execute(&mut *transaction).await?;
    sqlx::raw_sql("TRUNCATE chaos.held; NOTIFY net_http_request")
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(())
}
