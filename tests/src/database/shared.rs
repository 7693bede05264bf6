//! One database for many short tests, each of which takes back what it did.
//!
//! `cargo test` runs the tests of a file in one process, which holds the database itself. nextest gives each test a
//! process of its own: there the first one starts a keeper, one process more, which holds the database until the runner
//! has ended.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::process::{CommandExt, parent_id};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::Database;

/// Tells a test program that it is the keeper, and of which folder.
const KEEPER_OF: &str = "LINERNOTES_TESTS_KEEPER_OF";
/// Tells the keeper with which process it ends.
const RUNNER: &str = "LINERNOTES_TESTS_RUNNER";
/// nextest sets it, to one value for all tests of a run.
const RUN: &str = "NEXTEST_RUN_ID";

const READY: &str = "ready";

/// The database, and the folder by which those who share it know of each other.
pub struct SharedDatabase {
    /// As the role that owns the project.
    pub url: String,
    folder: PathBuf,
    _own: Option<(Database, tempfile::TempDir)>,
}

impl SharedDatabase {
    /// The database of this run, started if need be.
    pub async fn join() -> Result<Self> {
        if let Some(run) = std::env::var_os(RUN) {
            let folder = std::env::temp_dir().join(format!("linernotes-tests-{}", run.display()));
            return Ok(Self {
                url: kept(&folder)?,
                folder,
                _own: None,
            });
        }
        let folder = tempfile::tempdir()?;
        let database = Database::start().await?;
        Ok(Self {
            url: database.info().database_url.clone(),
            folder: folder.path().to_owned(),
            _own: Some((database, folder)),
        })
    }

    /// Waits for the turn of one test, which ends when the file is dropped: two at once would wait for each other's
    /// locks, or end each other's sessions.
    pub fn turn(&self) -> Result<File> {
        let turn = File::create(self.folder.join("turn"))?;
        turn.lock()?;
        Ok(turn)
    }
}

/// The URL of the kept database. Whoever comes first starts the keeper, the others wait for it.
fn kept(folder: &Path) -> Result<String> {
    fs::create_dir_all(folder)?;
    let lock = File::create(folder.join("lock"))?;
    lock.lock()?;
    let url = folder.join("url");
    if !url.exists() {
        let log = folder.join("keeper.log");
        let mut keeper = Command::new(std::env::current_exe()?)
            .env(KEEPER_OF, folder)
            .env(RUNNER, parent_id().to_string())
            .env_remove(RUN)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            // nextest ends the group of a test that takes too long.
            .process_group(0)
            .spawn()?;
        let mut line = String::new();
        BufReader::new(keeper.stdout.take().context("it has no output")?).read_line(&mut line)?;
        let said = || fs::read_to_string(&log).unwrap_or_default();
        ensure!(
            line.trim() == READY,
            "the keeper of the database did not start: {}",
            said()
        );
    }
    Ok(fs::read_to_string(url)?)
}

/// The folder that this process is to be the keeper of, if it is one.
pub fn keeper_of() -> Option<PathBuf> {
    std::env::var_os(KEEPER_OF).map(PathBuf::from)
}

/// Holds the database until the runner has ended.
pub async fn keep(folder: &Path) -> Result<()> {
    let runner = std::env::var(RUNNER)?;
    let started = start_of(&runner).context("the runner has ended already")?;
    let database = Database::start().await?;
    fs::write(folder.join("url"), &database.info().database_url)?;
    println!("{READY}");
    // The process number alone could be another's by now.
    while start_of(&runner).as_ref() == Some(&started) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    drop(database);
    Ok(fs::remove_dir_all(folder)?)
}

/// When a process was started, as the kernel counts it: the 20th field behind its name.
fn start_of(process: &str) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(19).map(str::to_owned)
}
