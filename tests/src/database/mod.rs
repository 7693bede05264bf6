//! A database that nobody touches but the test.

mod shared;

use std::path::PathBuf;

use anyhow::{Context, Result};
use linernotes_stack::{Parts, StackInfo};
use serde_json::{Value, json};
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgConnection, raw_sql};

pub use shared::{SharedDatabase, keep, keeper_of};

use crate::Setup;

/// A quiet database: no cron job and no wake-up takes a message away from a test.
pub struct Database {
    /// As the role that owns the project, which is no superuser.
    pub owner: PgPool,
    /// As the role that calls: every connection is `service_role`.
    pub service: PgPool,
    setup: Setup,
}

impl Database {
    pub async fn start() -> Result<Self> {
        Self::of(Setup::start(|options| options.parts = Parts::Database).await?).await
    }

    /// Starts the whole stack, for tests of how others reach the database.
    pub async fn start_with_stack() -> Result<Self> {
        Self::of(Setup::start(|_| ()).await?).await
    }

    async fn of(setup: Setup) -> Result<Self> {
        let url = &setup.info().database_url;
        let owner = PgPoolOptions::new().max_connections(4);
        let owner = Box::pin(owner.connect(url)).await?;
        let service = as_role("service_role", url).await?;
        let database = Self { owner, service, setup };
        database.set("wake_ups_enabled", json!(false)).await?;
        // Scheduled, as they should be, for a day that is far away.
        database.run("SELECT public.schedule_jobs('0 0 29 2 *')").await?;
        database.run(include_str!("checks.sql")).await?;
        Ok(database)
    }

    pub fn info(&self) -> &StackInfo {
        self.setup.info()
    }

    /// The database as its superuser.
    pub fn admin_url(&self) -> &str {
        self.setup.stack.admin_database_url()
    }

    /// Runs statements as the owner.
    pub async fn run(&self, sql: &str) -> Result<()> {
        raw_sql(AssertSqlSafe(sql))
            .execute(&self.owner)
            .await
            .with_context(|| first_line(sql))?;
        Ok(())
    }

    /// Changes a setting of the pipeline.
    pub async fn set(&self, name: &str, value: Value) -> Result<()> {
        self.setup.set(name, value).await
    }

    /// One value, as the owner sees it.
    pub async fn ask(&self, query: &str) -> Result<Value> {
        ask(&mut *self.owner.acquire().await?, query).await
    }
}

/// Connections that have become `role`.
pub async fn as_role(role: &'static str, url: &str) -> Result<PgPool> {
    let pool = PgPoolOptions::new()
        .max_connections(60)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                raw_sql(AssertSqlSafe(format!("SET ROLE {role}")))
                    .execute(connection)
                    .await?;
                Ok(())
            })
        });
    Ok(Box::pin(pool.connect(url)).await?)
}

/// The one value of a query, as JSON.
pub async fn ask(connection: &mut PgConnection, query: &str) -> Result<Value> {
    let wrapped = format!("SELECT to_jsonb(answer) FROM ({query}) AS asked (answer)");
    let answer: Option<Value> = sqlx::query_scalar(AssertSqlSafe(wrapped))
        .fetch_one(connection)
        .await
        .with_context(|| first_line(query))?;
    Ok(answer.unwrap_or(Value::Null))
}

/// The folder of the database's tests.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("database")
}

fn first_line(sql: &str) -> String {
    sql.trim()
        .lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(200)
        .collect()
}
