//! The data directory that every test's stack begins with: a cluster that is made and migrated already.
//!
//! Making a cluster and applying the migrations takes seconds; copying one takes a fraction of a second.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use linernotes_stack::{Options, Parts, Stack};
use sqlx::{Connection, PgConnection};

/// What a cluster is made of, within the checkout.
const INGREDIENTS: [&str; 4] = [
    "Cargo.lock",
    "migrations",
    "scripts/local/stack/sql",
    "scripts/local/stack/src/database",
];

/// The template for this state of the checkout, made by the first test that needs it.
pub async fn template() -> Result<PathBuf> {
    let repository = Options::new("").repository;
    let all = repository.join("target/linernotes-tests");
    fs::create_dir_all(&all).with_context(|| format!("cannot make {}", all.display()))?;
    let template = all.join(key(&repository)?);
    // Other tests are processes of their own, and wait here until it is made.
    let lock = File::create(all.join("lock"))?;
    lock.lock()?;
    if !template.is_dir() {
        for old in fs::read_dir(&all)?.flatten().filter(|entry| entry.path().is_dir()) {
            fs::remove_dir_all(old.path())?;
        }
        make(&template).await.context("the template of the tests' databases")?;
    }
    Ok(template)
}

async fn make(template: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut options = Options::new(folder.path());
    options.parts = Parts::Database;
    options.durable = false;
    let stack = Stack::start(options).await?;
    let mut admin = PgConnection::connect(stack.admin_database_url()).await?;
    let jobs_run: i64 = sqlx::query_scalar("SELECT count(*) FROM cron.job_run_details")
        .fetch_one(&mut admin)
        .await?;
    admin.close().await?;
    stack.stop().await?;
    let copy = std::process::Command::new("cp")
        .arg("--archive")
        .args([folder.path(), &template.with_extension("new")])
        .status()?;
    ensure!(copy.success(), "cp: {copy}");
    // A cron job that ran meanwhile has left calls in the queue of pg_net, and every test would begin with them.
    ensure!(jobs_run == 0, "a cron job ran while it was made: try again");
    Ok(fs::rename(template.with_extension("new"), template)?)
}

/// Changes with everything that a cluster is made of, the installed versions of Postgres included.
fn key(repository: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for ingredient in INGREDIENTS {
        hash(&repository.join(ingredient), &mut hasher)?;
    }
    let mut versions: Vec<_> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .collect();
    versions.sort_by_key(fs::DirEntry::file_name);
    for version in versions {
        version.file_name().hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn hash(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    path.hash(hasher);
    if path.is_dir() {
        let mut entries: Vec<_> = fs::read_dir(path)?.collect::<std::io::Result<_>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        entries.iter().try_for_each(|entry| hash(&entry.path(), hasher))
    } else {
        fs::read(path).with_context(|| path.display().to_string())?.hash(hasher);
        Ok(())
    }
}
