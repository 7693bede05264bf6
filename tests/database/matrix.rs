//! The migrations and the queues' part of the contract on pgmq's SQL of several versions, once as plain SQL of the role
//! `postgres` and once as objects of an extension that somebody else owns. Each is a database of its own on one cluster,
//! so that none of them has `pg_cron`, which allows for one database; a project with `uuid-ossp` and `pg_trgm` in
//! `public` is among them.
//!
//! The crate `pgmq` brings the SQL of its version whole, and the scripts that take older versions to it: an older
//! version is made of these, from an empty schema on.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};

use crate::migrations;
use linernotes_tests::database::Database;
use linernotes_tests::{checkout, postgres_program, promises};

/// What has been seen on hosted projects, what is broken, and what the local stack has (`None`).
const VERSIONS: [Option<&str>; 5] = [Some("1.4.4"), Some("1.5.1"), Some("1.10.0"), Some("1.11.0"), None];

/// The functions that touch pgmq's tables.
const FUNCTIONS: [&str; 12] = [
    "pg_enqueue",
    "pg_dequeue",
    "pg_delete_message",
    "pg_release_message",
    "register_queue",
    "dequeue_batch",
    "commit_batch",
    "list_stuck_messages",
    "reset_stuck_messages",
    "replay_dead_letters",
    "diagnose_queue_tables",
    "monitor_queues",
];

/// What the scripts expect to be there: the schema as version 1.0 had it.
const BEGINNING: &str = "CREATE SCHEMA pgmq; \
    CREATE TABLE pgmq.meta (queue_name VARCHAR UNIQUE NOT NULL, is_partitioned BOOLEAN NOT NULL, \
        is_unlogged BOOLEAN NOT NULL, created_at TIMESTAMPTZ DEFAULT now() NOT NULL); \
    CREATE TYPE pgmq.message_record AS (msg_id BIGINT, read_ct INTEGER, enqueued_at TIMESTAMPTZ, vt TIMESTAMPTZ, message JSONB); \
    CREATE TYPE pgmq.metrics_result AS (queue_name TEXT, queue_length BIGINT, newest_msg_age_sec INT, \
        oldest_msg_age_sec INT, total_messages BIGINT, scrape_time TIMESTAMPTZ)";

/// Makes pgmq's objects members of an extension, as they are on hosted projects: the objects are the superuser's, the
/// extension is `postgres`'s. It is another one that gets pgmq's name, which is not among Debian's packages.
const AS_EXTENSION: &str = "CREATE EXTENSION tablefunc SCHEMA extensions; \
    DO $$ DECLARE member TEXT; BEGIN \
      FOR member IN \
        SELECT format('FUNCTION %s', oid::regprocedure) FROM pg_proc WHERE pronamespace = 'pgmq'::regnamespace \
        UNION ALL SELECT format('TABLE %s', oid::regclass) FROM pg_class WHERE relnamespace = 'pgmq'::regnamespace AND relkind = 'r' \
        UNION ALL SELECT format('TYPE %s', oid::regclass) FROM pg_class WHERE relnamespace = 'pgmq'::regnamespace AND relkind = 'c' \
        UNION ALL SELECT 'SCHEMA pgmq' \
      LOOP EXECUTE 'ALTER EXTENSION tablefunc ADD ' || member; END LOOP; END $$; \
    UPDATE pg_catalog.pg_extension SET extname = 'pgmq', extowner = 'postgres'::regrole WHERE extname = 'tablefunc'; \
    GRANT USAGE, CREATE ON SCHEMA pgmq TO postgres; GRANT ALL ON ALL TABLES IN SCHEMA pgmq TO postgres; \
    GRANT ALL ON ALL SEQUENCES IN SCHEMA pgmq TO postgres; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pgmq TO postgres";

#[tokio::test]
async fn slow_the_contract_holds_on_every_version_of_pgmq() -> Result<()> {
    let database = Database::start().await?;
    let (owner, admin) = (&database.info().database_url, database.admin_url());
    let scripts = scripts()?;
    let mut wrong = Vec::new();
    for (number, version) in VERSIONS.into_iter().enumerate() {
        for as_extension in [false, true] {
            // Before 1.5.2 pgmq makes no queue unless it is an extension.
            if !as_extension && version.is_some_and(|version| numbers(version) < numbers("1.5.2")) {
                continue;
            }
            let name = format!("pgmq_{number}_{as_extension}");
            let project = Project {
                owner: in_database(owner, &name),
                admin: in_database(admin, &name),
            };
            must(&psql(
                admin,
                &["-c", &format!("CREATE DATABASE {name} OWNER postgres")],
            )?)?;
            let what = format!(
                "pgmq {} (extension: {as_extension})",
                version.unwrap_or("as the crate has it")
            );
            project
                .prepare(&scripts, version, as_extension)
                .await
                .with_context(|| what.clone())?;
            for problem in project.broken_promises().await? {
                wrong.push(format!("{what}: {problem}"));
            }
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// A database that becomes a project.
struct Project {
    owner: String,
    admin: String,
}

impl Project {
    async fn prepare(&self, scripts: &Path, version: Option<&str>, as_extension: bool) -> Result<()> {
        for file in ["0020_schemas.sql", "stand_in/net.sql", "stand_in/vault.sql"] {
            let path = checkout()?.join("scripts/local/stack/sql").join(file);
            must(&psql(&self.admin, &["-f", &path.to_string_lossy()])?)?;
        }
        if as_extension {
            // Extensions where older projects have them.
            let moved = "ALTER EXTENSION \"uuid-ossp\" SET SCHEMA public; CREATE EXTENSION pg_trgm SCHEMA public";
            must(&psql(&self.admin, &["-c", moved])?)?;
        }
        install(scripts, if as_extension { &self.admin } else { &self.owner }, version)?;
        if as_extension {
            must(&psql(&self.admin, &["-c", AS_EXTENSION])?)?;
        }
        let proof = "SELECT pgmq.create('proof'), pgmq.send('proof', '{}'), pgmq.drop_queue('proof')";
        must(&psql(&self.owner, &["-c", proof])?).context("the crate pgmq no longer makes this version")?;
        let mut owner = PgConnection::connect(&self.owner).await?;
        for (name, sql) in migrations::all()? {
            migrations::run(&mut owner, &sql).await.with_context(|| name)?;
        }
        let quiet = "UPDATE linernotes.settings SET value = 'false' WHERE name = 'wake_ups_enabled'";
        let checks = checkout()?.join("tests/src/database/checks.sql");
        must(&psql(&self.owner, &["-c", quiet, "-f", &checks.to_string_lossy()])?)
    }

    async fn broken_promises(&self) -> Result<Vec<String>> {
        let mut broken = Vec::new();
        let mut owner = PgConnection::connect(&self.owner).await?;
        let all = promises::read()?;
        for function in FUNCTIONS {
            let promises = all
                .get(function)
                .with_context(|| format!("{function} promises nothing"))?;
            // How long something takes is no matter of pgmq's version.
            let sections = promises
                .sections
                .iter()
                .filter(|(promise, _)| !promise.contains("hundred thousand"));
            for (promise, sql) in sections {
                let mut transaction = owner.begin().await?;
                let sql = format!("SET LOCAL ROLE service_role; {sql}");
                if let Err(error) = raw_sql(AssertSqlSafe(sql)).execute(&mut *transaction).await {
                    broken.push(format!("{function}: {promise}: {error}"));
                }
                transaction.rollback().await?;
            }
        }
        Ok(broken)
    }
}

/// Where the crate `pgmq` keeps its SQL.
fn scripts() -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        // What only other platforms need may not have been downloaded.
        .args([
            "--filter-platform",
            &format!("{}-unknown-linux-gnu", std::env::consts::ARCH),
        ])
        .current_dir(checkout()?)
        .output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    let packages = metadata["packages"].as_array().context("no packages")?;
    let manifest = packages
        .iter()
        .find(|package| package["name"] == "pgmq")
        .and_then(|package| package["manifest_path"].as_str())
        .context("the crate pgmq is not among the packages")?;
    Ok(Path::new(manifest).with_file_name("src/install/embedded/sql"))
}

/// Installs a version, or the newest that is there.
fn install(scripts: &Path, url: &str, version: Option<&str>) -> Result<()> {
    let Some(version) = version else {
        return must(&psql(url, &["-f", &scripts.join("pgmq.sql").to_string_lossy()])?);
    };
    must(&psql(url, &["-c", BEGINNING])?)?;
    let mut steps = Vec::new();
    for file in std::fs::read_dir(scripts)? {
        let path = file?.path();
        let name = path
            .file_stem()
            .context("a file has a name")?
            .to_string_lossy()
            .into_owned();
        let step = name.strip_prefix("pgmq--").and_then(|step| step.split_once("--"));
        if let Some((from, to)) = step
            && numbers(from) >= numbers("0.25.0")
            && numbers(to) <= numbers(version)
        {
            steps.push((numbers(from), path));
        }
    }
    steps.sort();
    for (_, path) in steps {
        // Each statement by itself: a script also takes away what only the versions before it had, and its functions
        // call some that it makes after them.
        let unchecked = "SET check_function_bodies = off";
        psql(
            url,
            &["-v", "ON_ERROR_STOP=0", "-c", unchecked, "-f", &path.to_string_lossy()],
        )?;
    }
    Ok(())
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

fn in_database(url: &str, name: &str) -> String {
    let end = url.rfind('/').unwrap_or(url.len());
    format!("{}/{name}", &url[..end])
}

/// What psql ended with and said.
fn psql(url: &str, arguments: &[&str]) -> Result<(bool, String)> {
    let output = Command::new(postgres_program("psql"))
        .args([
            "--no-psqlrc",
            "--quiet",
            "--output=/dev/null",
            "--variable=ON_ERROR_STOP=1",
        ])
        .args(arguments)
        .arg(url)
        .env("PGOPTIONS", "-c client_min_messages=error")
        .output()?;
    Ok((
        output.status.success(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    ))
}

fn must((succeeded, said): &(bool, String)) -> Result<()> {
    ensure!(succeeded, "{}", said.trim());
    Ok(())
}
