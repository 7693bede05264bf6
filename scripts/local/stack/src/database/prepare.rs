//! Makes a fresh cluster look like a hosted Supabase project: roles, schemas, privileges, pgmq, `pg_cron`, and `pg_net`
//! and Vault or their stand-ins.

use crate::binaries::Postgres;
use crate::database::cluster::ADMIN;
use crate::state::State;
use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};

const ROLES: &str = include_str!("../../sql/0010_roles.sql");
const SCHEMAS: &str = include_str!("../../sql/0020_schemas.sql");
const CRON: &str = include_str!("../../sql/0030_cron.sql");
const PGMQ: &str = include_str!("../../sql/pgmq/pgmq.sql");
const SCRAM_SECRET: &str = include_str!("../../sql/scram_secret.sql");
const REAL_NET: &str = include_str!("../../sql/real/net.sql");
const REAL_VAULT: &str = include_str!("../../sql/real/vault.sql");
const STAND_IN_NET: &str = include_str!("../../sql/stand_in/net.sql");
const STAND_IN_VAULT: &str = include_str!("../../sql/stand_in/vault.sql");

/// Prepares the database unless that was done before. It happens once, as on a hosted project: done again it could
/// give back what a migration has taken away.
pub(crate) async fn prepare(installation: &Postgres, admin_url: &str, state: &State) -> Result<()> {
    let mut connection = PgConnection::connect(admin_url).await?;
    let is_prepared: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'authenticator')")
        .fetch_one(&mut connection)
        .await?;
    if is_prepared {
        return Ok(());
    }
    let mut transaction = connection.begin().await?;
    for (name, sql) in [
        ("0010_roles.sql", ROLES),
        ("0020_schemas.sql", SCHEMAS),
        ("0030_cron.sql", CRON),
    ] {
        raw_sql(sql)
            .execute(&mut *transaction)
            .await
            .with_context(|| format!("scripts/local/stack/sql/{name}"))?;
    }
    let net = if installation.offers("pg_net") {
        REAL_NET
    } else {
        STAND_IN_NET
    };
    raw_sql(net).execute(&mut *transaction).await.context("schema net")?;
    prepare_vault(installation, &mut transaction).await?;
    for (role, password) in [
        (ADMIN, &state.admin_password),
        ("postgres", &state.database_password),
        ("authenticator", &state.authenticator_password),
    ] {
        let secret: String = sqlx::query_scalar(SCRAM_SECRET)
            .bind(password)
            .fetch_one(&mut *transaction)
            .await?;
        // It needs no quoting: all of it are our words and base64.
        let sql = format!("ALTER ROLE {role} PASSWORD '{secret}'");
        raw_sql(AssertSqlSafe(sql)).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    connection.close().await?;
    Ok(())
}

/// The real Vault where it can be created (it needs a key of its own from the server's configuration), else the
/// stand-in.
async fn prepare_vault(installation: &Postgres, transaction: &mut PgConnection) -> Result<()> {
    if installation.offers("supabase_vault") {
        let mut attempt = transaction.begin().await?;
        if raw_sql(REAL_VAULT).execute(&mut *attempt).await.is_ok() {
            attempt.commit().await?;
            return Ok(());
        }
        attempt.rollback().await?;
    }
    raw_sql(STAND_IN_VAULT)
        .execute(transaction)
        .await
        .context("schema vault")?;
    Ok(())
}

/// Installs pgmq as the role that owns the project, once: a project's data stays with the version that it began with.
pub(crate) async fn install_pgmq(database_url: &str) -> Result<()> {
    let mut connection = PgConnection::connect(database_url).await?;
    let is_installed: bool = sqlx::query_scalar("SELECT to_regclass('pgmq.meta') IS NOT NULL")
        .fetch_one(&mut connection)
        .await?;
    if !is_installed {
        let mut transaction = connection.begin().await?;
        raw_sql(PGMQ).execute(&mut *transaction).await.context("pgmq's SQL")?;
        transaction.commit().await?;
    }
    connection.close().await?;
    Ok(())
}

/// Whether `net` is our stand-in, whose requests the stack has to send.
pub(crate) async fn has_stand_in_net(admin_url: &str) -> Result<bool> {
    let mut connection = PgConnection::connect(admin_url).await?;
    let is_real: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_net')")
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    Ok(!is_real)
}
