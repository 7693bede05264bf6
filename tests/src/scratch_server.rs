//! A bare PostgreSQL server of any installation, without `pg_cron`, for one test.

use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use uuid::Uuid;

use crate::postgres_program;

/// The superuser's name is hosted Supabase's.
const ADMIN: &str = "supabase_admin";
const PATIENCE: Duration = Duration::from_secs(30);

/// A PostgreSQL that is on this machine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Installation {
    pub major: u32,
    bin: PathBuf,
}

impl Installation {
    /// Debian's, and those whose `bin` folders `LINERNOTES_POSTGRES` names; of each version one.
    pub fn all() -> Vec<Self> {
        let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let named = std::env::var_os("LINERNOTES_POSTGRES").unwrap_or_default();
        let folders = debian
            .map(|version| version.path().join("bin"))
            .chain(std::env::split_paths(&named));
        let mut all: Vec<_> = folders.filter_map(Self::at).collect();
        all.sort();
        all.dedup_by_key(|installation| installation.major);
        all
    }

    fn at(bin: PathBuf) -> Option<Self> {
        let answer = Command::new(bin.join("postgres")).arg("--version").output().ok()?;
        let text = String::from_utf8(answer.stdout).ok()?;
        let version = text.split_whitespace().nth(2)?;
        let major = version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
        Some(Self { major, bin })
    }
}

/// A running server, prepared with the roles of a hosted project; it stops with this value.
pub struct ScratchServer {
    server: Child,
    port: u16,
    password: String,
    _folder: tempfile::TempDir,
}

impl ScratchServer {
    pub fn start(installation: &Installation) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let password = Uuid::new_v4().simple().to_string();
        let password_file = folder.path().join("password");
        std::fs::write(&password_file, &password)?;
        let account = Account::of_services()?;
        account.give(folder.path())?;
        account.give(&password_file)?;
        let cluster = folder.path().join("cluster");
        let made = account
            .command(&installation.bin.join("initdb"))
            .args(["--username", ADMIN, "--auth", "scram-sha-256", "--no-sync"])
            .args(["--encoding", "UTF8", "--locale", "C.UTF-8"])
            .arg("--pwfile")
            .arg(&password_file)
            .arg("--pgdata")
            .arg(&cluster)
            .output()?;
        ensure!(
            made.status.success(),
            "initdb: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        Self::serve(installation, &account, folder, password)
    }

    /// A copy, byte for byte, of a running server, with its superuser's password; it is what a clone, a restored
    /// physical backup and a promoted replica begin as. The copy is a running server of its own.
    pub fn copy_of(owner_url: &str, admin_url: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let account = Account::of_services()?;
        account.give(folder.path())?;
        let installation = Installation::all().pop().context("there is no PostgreSQL")?;
        let copied = account
            .command(&installation.bin.join("pg_basebackup"))
            .args(["--checkpoint=fast", "--no-sync", "--dbname", owner_url, "--pgdata"])
            .arg(folder.path().join("cluster"))
            .output()?;
        ensure!(
            copied.status.success(),
            "pg_basebackup: {}",
            String::from_utf8_lossy(&copied.stderr)
        );
        let (_, password) = admin_url.split_once(ADMIN).context("not the superuser's URL")?;
        let password = password.trim_start_matches(':').split('@').next().unwrap_or_default();
        Self::serve(&installation, &account, folder, password.to_owned())
    }

    fn serve(
        installation: &Installation,
        account: &Account,
        folder: tempfile::TempDir,
        password: String,
    ) -> Result<Self> {
        let cluster = folder.path().join("cluster");
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let server = account
            .command(&installation.bin.join("postgres"))
            .arg("-D")
            .arg(&cluster)
            .args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="])
            .args(["-c", &format!("port={port}"), "-c", "fsync=off", "-c", "jit=off"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let this = Self {
            server,
            port,
            password,
            _folder: folder,
        };
        this.wait()?;
        Ok(this)
    }

    /// Its database, as the superuser.
    pub fn admin_url(&self) -> String {
        self.url(ADMIN)
    }

    /// Its database, as the role that owns the project, once that was given this server's password.
    pub fn owner_url(&self) -> String {
        self.url("postgres")
    }

    pub fn password(&self) -> &str {
        &self.password
    }

    fn url(&self, role: &str) -> String {
        format!("postgres://{role}:{}@127.0.0.1:{}/postgres", self.password, self.port)
    }

    fn wait(&self) -> Result<()> {
        let begun = Instant::now();
        loop {
            let asked = Command::new(postgres_program("psql"))
                .args(["--no-psqlrc", "--quiet", "--command=SELECT", &self.admin_url()])
                .output()?;
            if asked.status.success() {
                return Ok(());
            } else if begun.elapsed() > PATIENCE {
                bail!("the server did not start: {}", String::from_utf8_lossy(&asked.stderr));
            }
            sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for ScratchServer {
    fn drop(&mut self) {
        // At once, and with everything of it: its files go next.
        let stopped = Command::new("kill")
            .args(["-INT", &self.server.id().to_string()])
            .status();
        if !stopped.is_ok_and(|status| status.success()) {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
    }
}

/// PostgreSQL does not run as root: root starts it as Debian's user `postgres`, anybody else as oneself.
struct Account(Option<(u32, u32)>);

impl Account {
    fn of_services() -> Result<Self> {
        if id(&["-u"])? != 0 {
            return Ok(Self(None));
        }
        Ok(Self(Some((id(&["-u", "postgres"])?, id(&["-g", "postgres"])?))))
    }

    fn give(&self, path: &Path) -> Result<()> {
        if let Some((user, group)) = self.0 {
            chown(path, Some(user), Some(group))?;
        }
        Ok(())
    }

    /// The program as this account, ended with the test.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("setpriv");
        if let Some((user, group)) = self.0 {
            command.args([format!("--reuid={user}"), format!("--regid={group}")]);
            command.arg("--init-groups");
        }
        command.args(["--pdeathsig", "INT", "--"]).arg(program).current_dir("/");
        command
    }
}

fn id(arguments: &[&str]) -> Result<u32> {
    let output = Command::new("id").args(arguments).output()?;
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .with_context(|| format!("id {}", arguments.join(" ")))
}
