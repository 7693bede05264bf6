//! How migrations go on after a release (`migrations/README.md`), tried on a copy of the checkout's.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use linernotes_stack::{Options, Parts, Stack};
use linernotes_tests::checkout;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

use crate::migrations::dump;

const RELEASED: &str = "migrations/released.sha256";
const SCHEMAS: &str = "supabase/schemas";

/// What migrations leave in tables, but for ids and times.
const ROWS: [&str; 3] = [
    "SELECT jsonb_build_array(name, value, description)::text FROM linernotes.settings ORDER BY name",
    "SELECT jsonb_build_array(queue_name, active, max_attempts, max_concurrency)::text FROM public.queue_registry \
     ORDER BY queue_name",
    "SELECT jsonb_build_array(jobname, schedule, command, active)::text FROM cron.job ORDER BY jobname",
];

/// The checkout's migrations in a folder of their own, with the script that writes new ones.
struct Copy(TempDir);

impl Copy {
    /// As the checkout has them; `released` by this test if they are not yet.
    fn released() -> Result<Self> {
        let copy = Self::make()?;
        if !copy.path(RELEASED).exists() {
            copy.expect_success(&["--freeze"])?;
        }
        Ok(copy)
    }

    fn make() -> Result<Self> {
        let copy = Self(tempfile::tempdir()?);
        for folder in ["scripts", "migrations", SCHEMAS] {
            let from = checkout()?.join(folder);
            if !from.is_dir() {
                continue;
            }
            fs::create_dir_all(copy.path(folder))?;
            for file in fs::read_dir(from)? {
                let file = file?;
                if file.file_type()?.is_file() {
                    fs::copy(file.path(), copy.path(folder).join(file.file_name()))?;
                }
            }
        }
        Ok(copy)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs `scripts/migration`; whether it was content, and all that it said.
    fn script(&self, arguments: &[&str]) -> Result<(bool, String)> {
        let output = Command::new(self.path("scripts/migration")).args(arguments).output()?;
        let said = [output.stdout, output.stderr].concat();
        Ok((output.status.success(), String::from_utf8(said)?))
    }

    fn expect_success(&self, arguments: &[&str]) -> Result<String> {
        let (success, said) = self.script(arguments)?;
        ensure!(success, "scripts/migration {arguments:?}: {said}");
        Ok(said)
    }

    fn expect_failure(&self, arguments: &[&str], says: &str) -> Result<()> {
        let (success, said) = self.script(arguments)?;
        ensure!(
            !success && said.contains(says),
            "scripts/migration {arguments:?}: {said}"
        );
        Ok(())
    }

    /// The one schema file whose name ends so.
    fn schema(&self, ending: &str) -> Result<PathBuf> {
        let mut files = fs::read_dir(self.path(SCHEMAS))?
            .map(|file| Ok(file?.path()))
            .collect::<Result<Vec<_>>>()?;
        files.retain(|file| file.to_string_lossy().ends_with(ending));
        ensure!(files.len() == 1, "files that end with {ending}: {files:?}");
        files.pop().context("one is there")
    }

    /// The schema and the rows of a database that the files of one folder alone have made.
    async fn database_of(&self, folder: &str) -> Result<String> {
        let around = tempfile::tempdir()?;
        symlink(checkout()?.join("spin.toml"), around.path().join("spin.toml"))?;
        symlink(self.path(folder), around.path().join("migrations"))?;
        let mut options = Options::new(around.path().join("data"));
        options.repository = around.path().to_owned();
        options.parts = Parts::Database;
        options.durable = false;
        let stack = Stack::start(options).await?;
        let mut text = dump(
            stack.admin_database_url(),
            // The ledger has the files' own names.
            &["--schema-only", "--exclude-schema=supabase_migrations"],
        )?;
        let mut connection = PgConnection::connect(&stack.info.database_url).await?;
        for query in ROWS {
            let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(query))
                .fetch_all(&mut connection)
                .await?;
            ensure!(!rows.is_empty(), "no rows: {query}");
            text.push('\n');
            text.push_str(&rows.join("\n"));
        }
        connection.close().await?;
        stack.stop().await?;
        Ok(text)
    }
}

fn replace_once(file: &Path, old: &str, new: &str) -> Result<()> {
    let text = fs::read_to_string(file)?;
    ensure!(text.contains(old), "{} has no {old:?}", file.display());
    Ok(fs::write(file, text.replacen(old, new, 1))?)
}

fn append(file: &Path, text: &str) -> Result<()> {
    Ok(fs::write(file, fs::read_to_string(file)? + text)?)
}

fn ensure_same(by_migrations: &str, by_schemas: &str) -> Result<()> {
    let first = by_migrations
        .lines()
        .zip(by_schemas.lines())
        .find(|(one, other)| one != other);
    if by_migrations != by_schemas {
        bail!("all migrations and all schema files make two databases; the first lines that differ: {first:?}");
    }
    Ok(())
}

#[test]
fn before_a_release_the_script_says_that_migrations_are_edited_in_place() -> Result<()> {
    let copy = Copy::make()?;
    if copy.path(RELEASED).exists() {
        fs::remove_file(copy.path(RELEASED))?;
    }
    for arguments in ["retry after a day", "--check"] {
        copy.expect_failure(
            &[arguments],
            "until release 0.1.0 the files in migrations/ are edited in place",
        )?;
    }
    Ok(())
}

#[test]
fn a_released_migration_that_was_edited_is_named() -> Result<()> {
    let copy = Copy::released()?;
    copy.expect_success(&["--check"])?;
    let mut names: Vec<_> = fs::read_dir(copy.path("migrations"))?
        .map(|file| Ok(file?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_>>()?;
    names.retain(|name| Path::new(name).extension().is_some_and(|ending| ending == "sql"));
    names.sort();
    let (edited, deleted) = (format!("migrations/{}", names[3]), format!("migrations/{}", names[5]));
    append(&copy.path(&edited), "-- A word more.\n")?;
    copy.expect_failure(&["--check"], &format!("{edited}: FAILED"))?;
    copy.expect_failure(&["--freeze"], &format!("{edited}: FAILED"))?;
    fs::remove_file(copy.path(&deleted))?;
    copy.expect_failure(&["--check"], &format!("{deleted}: FAILED"))
}

#[test]
fn a_change_without_a_migration_is_named_until_it_has_one() -> Result<()> {
    let copy = Copy::released()?;
    let readers = copy.schema("_readers.sql")?;
    let name = format!(
        "{SCHEMAS}/{}",
        readers.file_name().context("it has a name")?.to_string_lossy()
    );
    let unchanged = fs::read_to_string(&readers)?;
    append(&readers, "-- One.\n")?;
    copy.expect_failure(&["--check"], &name)?;
    copy.expect_success(&["Say one"])?;
    copy.expect_success(&["--check"])?;
    // The text as it was released is a change again, and so is a file that is new.
    fs::write(&readers, unchanged)?;
    copy.expect_failure(&["--check"], &name)?;
    fs::write(copy.path(SCHEMAS).join("999_new.sql"), "-- Nothing yet.\n")?;
    copy.expect_failure(&["--check"], &format!("{SCHEMAS}/999_new.sql"))?;
    copy.expect_success(&["Say nothing"])?;
    copy.expect_success(&["--check"])?;
    copy.expect_success(&["--freeze"])?;
    // A released name is not taken again: the next migration of this name is another one.
    append(&readers, "-- Two.\n")?;
    let first = fs::read_to_string(copy.path(RELEASED))?;
    let next = copy.expect_success(&["Say one"])?;
    ensure!(
        next.ends_with("_say_one.sql\n") && !first.contains(next.trim()),
        "{next}"
    );
    copy.expect_success(&["--check"])?;
    Ok(())
}

#[tokio::test]
async fn all_migrations_and_all_schema_files_make_the_same_database() -> Result<()> {
    let copy = Copy::released()?;
    copy.expect_success(&["--check"])?;

    // A function is edited, a table gets a column, and a second edit comes after the migration was written.
    replace_once(&copy.schema("_readers.sql")?, "AS $$\n", "AS $$\n  -- Tried once.\n")?;
    let settings = copy.schema("_settings.sql")?;
    replace_once(&settings, "\n);\n", ",\n  tried INT\n);\n")?;
    let migration = copy.path(copy.expect_success(&["Try a column"])?.trim());
    replace_once(
        &migration,
        "-- From ",
        "ALTER TABLE linernotes.settings ADD COLUMN IF NOT EXISTS tried INT;\n\n-- From ",
    )?;
    append(
        &settings,
        "\nCREATE OR REPLACE FUNCTION linernotes.tried_twice() RETURNS INT LANGUAGE sql SET search_path = '' AS 'SELECT 2';\n",
    )?;
    let again = copy.path(copy.expect_success(&["Try a column"])?.trim());
    assert_eq!(again, migration);
    copy.expect_success(&["--check"])?;

    let by_migrations = copy.database_of("migrations").await?;
    let by_schemas = copy.database_of(SCHEMAS).await?;
    for tried in [
        "  -- Tried once.",
        "    tried integer",
        "FUNCTION linernotes.tried_twice()",
    ] {
        ensure!(by_schemas.contains(tried), "the dump lacks {tried:?}");
    }
    ensure_same(&by_migrations, &by_schemas)
}
