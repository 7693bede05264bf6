//! The clients that people use, on a stack of their own: `tests/clients/run`, which brings the real supabase-js and the
//! real Supabase CLI from npm.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use anyhow::{Result, ensure};
use linernotes_stack::{Options, Stack};
use sqlx::{Connection, PgConnection, raw_sql};
use tokio::process::Command;

#[tokio::test]
async fn supabase_js_and_the_supabase_cli_work_on_the_stack() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let migrated = Options::new(folder.path().join("migrated"));
    let checkout = migrated.repository.clone();
    let without_migrations = folder.path().join("checkout");
    lay_checkout_without_migrations(&checkout, &without_migrations)?;
    let [prepared, project] = ["prepared", "project"].map(|name| {
        let mut options = Options::new(folder.path().join(name));
        options.repository = without_migrations.clone();
        options
    });

    let stack_files = [&migrated, &prepared, &project].map(|options| options.data_dir.join("stack.json"));
    let migrated = Stack::start(migrated).await?;
    let prepared = Stack::start(prepared).await?;
    let project = Stack::start(project).await?;
    for stack in [&migrated, &prepared] {
        give_linter(stack).await?;
    }
    let status = Command::new(checkout.join("tests/clients/run"))
        .args(stack_files)
        .env("LINERNOTES_LINTER", "1")
        .status()
        .await?;
    project.stop().await?;
    prepared.stop().await?;
    migrated.stop().await?;
    ensure!(status.success(), "tests/clients/run: {status}");
    Ok(())
}

/// What a stack needs of a checkout, but for the migrations: its cluster is prepared and stays empty.
fn lay_checkout_without_migrations(checkout: &Path, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder.join("migrations"))?;
    for name in ["spin.toml", "target"] {
        symlink(checkout.join(name), folder.join(name))?;
    }
    Ok(())
}

/// What `supabase db lint` needs; on hosted Supabase its `postgres` may create it by itself.
async fn give_linter(stack: &Stack) -> Result<()> {
    let mut admin = PgConnection::connect(stack.admin_database_url()).await?;
    raw_sql("CREATE EXTENSION IF NOT EXISTS plpgsql_check SCHEMA extensions")
        .execute(&mut admin)
        .await?;
    Ok(admin.close().await?)
}
