//! Where the programs are that the stack starts.

use anyhow::{Context, Result, bail};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One of our own binaries: beside this one, above it (test binaries lie in `deps/`), or in the checkout's target
/// folder.
pub fn own(name: &str, repository: &Path) -> Result<PathBuf> {
    let exe = env::current_exe()?;
    let beside = exe.ancestors().skip(1).take(2).map(|folder| folder.join(name));
    beside
        .chain([repository.join("target/debug").join(name)])
        .find(|candidate| candidate.is_file())
        .with_context(|| format!("{name} is not built: run scripts/up, or cargo build -p {name}"))
}

pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|candidate| candidate.is_file())
}

/// Redis, or how to get it.
pub(crate) fn redis_server() -> Result<PathBuf> {
    on_path("redis-server").context("redis-server is missing: sudo apt-get install redis-server")
}

/// A PostgreSQL installation of this machine.
#[derive(Clone, Debug)]
pub(crate) struct Postgres {
    bin: PathBuf,
    share: PathBuf,
    major: String,
}

impl Postgres {
    /// The installation that made an existing cluster, or the newest one that has `pg_cron`.
    pub fn find(cluster: &Path) -> Result<Self> {
        let installed = Self::installed();
        if let Ok(version) = fs::read_to_string(cluster.join("PG_VERSION")) {
            let version = version.trim();
            return installed.into_iter().find(|it| it.major == version).with_context(|| {
                format!(
                    "the data directory was made by PostgreSQL {version}, which is not installed: \
                     sudo apt-get install postgresql-{version} postgresql-{version}-cron"
                )
            });
        }
        let Some(newest) = installed.first() else {
            bail!("PostgreSQL is missing: sudo apt-get install postgresql, and postgresql-NN-cron of its version");
        };
        installed
            .iter()
            .find(|it| it.offers("pg_cron"))
            .cloned()
            .with_context(|| {
                format!(
                    "pg_cron is missing: sudo apt-get install postgresql-{}-cron",
                    newest.major
                )
            })
    }

    fn installed() -> Vec<Self> {
        let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let mut folders: Vec<PathBuf> = debian.map(|version| version.path().join("bin")).collect();
        folders.sort_by_key(|folder| std::cmp::Reverse(debian_version(folder)));
        folders.extend(on_path("postgres").and_then(|server| Some(server.canonicalize().ok()?.parent()?.to_owned())));
        folders.into_iter().filter_map(Self::at).collect()
    }

    fn at(bin: PathBuf) -> Option<Self> {
        if !bin.join("initdb").is_file() || !bin.join("postgres").is_file() {
            return None;
        }
        let answer = Command::new(bin.join("pg_config"))
            .args(["--sharedir", "--version"])
            .output()
            .ok()?;
        let text = String::from_utf8(answer.stdout).ok()?;
        let mut lines = text.lines();
        let share = PathBuf::from(lines.next()?);
        let version = lines.next()?.strip_prefix("PostgreSQL ")?;
        let major = version.split(|c: char| !c.is_ascii_digit()).next()?.to_owned();
        Some(Self { bin, share, major })
    }

    pub fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    /// Whether an extension can be created.
    pub fn offers(&self, extension: &str) -> bool {
        self.share
            .join("extension")
            .join(format!("{extension}.control"))
            .is_file()
    }
}

/// 15 for `/usr/lib/postgresql/15/bin`.
fn debian_version(bin: &Path) -> Option<u32> {
    bin.parent()?.file_name()?.to_str()?.parse().ok()
}
