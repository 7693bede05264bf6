//! The migrations and the queues' part of the contract on pgmq's SQL of several versions, each once as plain SQL of the
//! role `postgres` and once as objects of an extension that somebody else owns, on each PostgreSQL that is here: Debian's,
//! and those that `LINERNOTES_POSTGRES` names. A version of PostgreSQL that hosted projects have and this machine has not
//! is an ignored test. No server has `pg_cron`; as an extension, a project has `uuid-ossp` and `pg_trgm` in `public`.
//!
//! The crate that `pgmq-newest` names brings the newest SQL whole, and the scripts that take older versions to it: an
//! older version is made of these, from an empty schema on.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use linernotes_tests::database::folder;
use linernotes_tests::scratch_server::{Installation, ScratchServer};
use linernotes_tests::{checkout, migrations, postgres_program, promises};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};

/// Where a version's SQL comes from.
#[derive(Clone, Copy)]
enum Source {
    /// The newest crate's scripts, up to this version.
    Scripts(&'static str),
    /// As the local stack has it.
    Stack,
    /// As the newest crate has it.
    Newest,
}

/// What has been seen on hosted projects, what is broken (1.10.0), what the local stack has, and what is to come.
const VERSIONS: [(&str, Source); 6] = [
    ("1_4_4", Source::Scripts("1.4.4")),
    ("1_5_1", Source::Scripts("1.5.1")),
    ("1_10_0", Source::Scripts("1.10.0")),
    ("1_11_0", Source::Scripts("1.11.0")),
    ("of_the_stack", Source::Stack),
    ("newest", Source::Newest),
];

/// What hosted projects run on.
const POSTGRES: [u32; 2] = [15, 17];

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

/// What is used of `pg_cron`, which allows for one database of a server that was started with it.
const CRON: &str = "CREATE SCHEMA cron AUTHORIZATION postgres; SET ROLE postgres; \
    CREATE TABLE cron.job (jobid BIGINT GENERATED ALWAYS AS IDENTITY, jobname TEXT UNIQUE, schedule TEXT, command TEXT, \
        active BOOLEAN DEFAULT TRUE, database TEXT DEFAULT current_database(), username TEXT DEFAULT current_user); \
    CREATE TABLE cron.job_run_details (jobid BIGINT, runid BIGINT GENERATED ALWAYS AS IDENTITY, status TEXT, \
        return_message TEXT, start_time TIMESTAMPTZ, end_time TIMESTAMPTZ); \
    CREATE FUNCTION cron.schedule(job_name TEXT, schedule TEXT, command TEXT) RETURNS BIGINT LANGUAGE sql AS \
        'INSERT INTO cron.job (jobname, schedule, command) VALUES ($1, $2, $3) \
         ON CONFLICT (jobname) DO UPDATE SET schedule = $2, command = $3 RETURNING jobid'; \
    CREATE FUNCTION cron.unschedule(job_id BIGINT) RETURNS BOOLEAN LANGUAGE sql AS \
        'DELETE FROM cron.job WHERE jobid = $1 RETURNING TRUE'";

/// What a project gives to Vault.
const VAULT: &str = "SELECT vault.create_secret('http://127.0.0.1:9/functions/v1', 'functions_url'), \
    vault.create_secret('s3cret', 'function_secret')";

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

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let installed = Installation::all();
    let mut trials = Vec::new();
    for major in POSTGRES {
        if installed.iter().all(|installation| installation.major != major) {
            let name = format!("postgres_{major}::is_not_on_this_machine");
            trials.push(Trial::test(name, || Ok(())).with_ignored_flag(true));
        }
    }
    for installation in installed
        .iter()
        .filter(|installation| installation.major >= POSTGRES[0])
    {
        for (version, source) in VERSIONS {
            for as_extension in [false, true] {
                // Before 1.5.2 pgmq makes no queue unless it is an extension.
                if !as_extension && matches!(source, Source::Scripts(version) if numbers(version) < numbers("1.5.2")) {
                    continue;
                }
                let form = if as_extension {
                    "as_an_extension"
                } else {
                    "as_plain_sql"
                };
                let name = format!("postgres_{}::pgmq_{version}_{form}", installation.major);
                let installation = installation.clone();
                let test = move || try_out(&installation, source, as_extension).map_err(failed);
                trials.push(Trial::test(name, test));
            }
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

#[allow(clippy::needless_pass_by_value)] // `map_err` hands it over
fn failed(error: anyhow::Error) -> Failed {
    format!("{error:#}").into()
}

#[tokio::main(flavor = "current_thread")]
async fn try_out(installation: &Installation, source: Source, as_extension: bool) -> Result<()> {
    let server = ScratchServer::start(installation)?;
    let project = Project {
        owner: server.owner_url(),
        admin: server.admin_url(),
    };
    project.prepare(&server, source, as_extension).await?;
    let mut wrong = project.broken_promises().await?;
    if !as_extension {
        // Most states are made by the owner of pgmq's objects.
        wrong.extend(project.broken_states().await?);
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
    async fn prepare(&self, server: &ScratchServer, source: Source, as_extension: bool) -> Result<()> {
        for file in [
            "0010_roles.sql",
            "0020_schemas.sql",
            "stand_in/net.sql",
            "stand_in/vault.sql",
        ] {
            let path = checkout()?.join("scripts/local/stack/sql").join(file);
            must(&psql(&self.admin, &["-f", &path.to_string_lossy()])?)?;
        }
        let login = format!("ALTER ROLE postgres PASSWORD '{}'", server.password());
        must(&psql(
            &self.admin,
            &["-c", &login, "-c", CRON, "-c", "RESET ROLE", "-c", VAULT],
        )?)?;
        if as_extension {
            // Extensions where older projects have them.
            let moved = "ALTER EXTENSION \"uuid-ossp\" SET SCHEMA public; CREATE EXTENSION pg_trgm SCHEMA public";
            must(&psql(&self.admin, &["-c", moved])?)?;
        }
        install(source, if as_extension { &self.admin } else { &self.owner })?;
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

    /// What restores, upgrades and dashboards do to the queues.
    async fn broken_states(&self) -> Result<Vec<String>> {
        let mut broken = Vec::new();
        let mut admin = PgConnection::connect(&self.admin).await?;
        let text = std::fs::read_to_string(folder().join("states/queues.sql"))?;
        for (state, sql) in promises::sections(&text) {
            let mut transaction = admin.begin().await?;
            let sql = format!("SET LOCAL search_path = public, extensions; SET LOCAL ROLE postgres; {sql}");
            if let Err(error) = raw_sql(AssertSqlSafe(sql)).execute(&mut *transaction).await {
                broken.push(format!("{state}: {error}"));
            }
            transaction.rollback().await?;
        }
        Ok(broken)
    }
}

/// Where the newest crate keeps its SQL.
fn scripts(workspace: &Path) -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked"])
        // What only other platforms need may not have been downloaded.
        .args([
            "--filter-platform",
            &format!("{}-unknown-linux-gnu", std::env::consts::ARCH),
        ])
        .current_dir(workspace)
        .output()?;
    ensure!(
        output.status.success(),
        "cargo metadata: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    let packages = metadata["packages"].as_array().context("no packages")?;
    let manifest = packages
        .iter()
        .find(|package| package["name"] == "pgmq")
        .and_then(|package| package["manifest_path"].as_str())
        .context("the crate pgmq is not among the packages")?;
    Ok(Path::new(manifest).with_file_name("src/install/embedded/sql"))
}

fn run(url: &str, script: &Path) -> Result<()> {
    must(&psql(url, &["-f", &script.to_string_lossy()])?)
}

/// Installs a version.
fn install(source: Source, url: &str) -> Result<()> {
    let checkout = checkout()?;
    let scripts = scripts(&checkout.join("tests/pgmq-newest"))?;
    let version = match source {
        Source::Stack => return run(url, &checkout.join("scripts/local/stack/sql/pgmq/pgmq.sql")),
        Source::Newest => return run(url, &scripts.join("pgmq.sql")),
        Source::Scripts(version) => version,
    };
    must(&psql(url, &["-c", BEGINNING])?)?;
    let mut steps = Vec::new();
    for file in std::fs::read_dir(&scripts)? {
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
