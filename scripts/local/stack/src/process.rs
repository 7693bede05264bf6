//! One child process: how it is started so that it cannot outlive us, where its output goes, when it is ready.

use crate::account::Account;
use crate::data_dir::signal_group;
use crate::service::Service;
use anyhow::{Context, Result, bail};
use rustix::process::Signal;
use serde::Deserialize;
use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

/// A log is put aside when it has grown beyond this.
const LOG_LIMIT: u64 = 20 * 1024 * 1024;
/// How long a child may take until it is ready: a cluster that recovers from a crash replays its log first.
const READY_WITHIN: Duration = Duration::from_mins(1);

/// What to start, and how.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub command: PathBuf,
    pub arguments: Vec<OsString>,
    pub environment: Vec<(String, String)>,
    pub account: Account,
    /// What asks it to stop; the kernel sends the same when we die.
    pub stop: Signal,
    /// Written to its standard input, for what must be seen neither in a file nor in the list of processes.
    pub input: Option<String>,
    pub log: PathBuf,
    pub ready: Readiness,
}

/// How a child shows that it is ready.
#[derive(Clone, Debug)]
pub(crate) enum Readiness {
    /// It prints `{"listening":"127.0.0.1:PORT"}`.
    Announces,
    Accepts(SocketAddr),
    Database(String),
    Redis {
        port: u16,
        password: String,
    },
}

/// A child that was started.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    pub pid: u32,
    exit: watch::Receiver<Option<ExitStatus>>,
    announced: watch::Receiver<bool>,
}

#[derive(Debug)]
pub(crate) struct Exited {
    pub service: Service,
    pub pid: u32,
    pub status: ExitStatus,
}

#[derive(Deserialize)]
struct Announcement {
    #[serde(rename = "listening")]
    _listening: SocketAddr,
}

impl Program {
    /// Starts it. `setpriv` gives it its account and asks the kernel to stop it when **the thread that calls this**
    /// ends, so this is called only on the stack's own thread. A process group of its own keeps the terminal's Ctrl-C
    /// away from it: the supervisor stops its children in order.
    pub fn spawn(&self, service: Service, exits: mpsc::UnboundedSender<Exited>) -> Result<Running> {
        let log = open_log(&self.log)?;
        let mut command = Command::new("setpriv");
        command
            .args(self.account.setpriv_arguments())
            .args(["--pdeathsig", signal_name(self.stop), "--"])
            .arg(&self.command)
            .args(&self.arguments)
            .current_dir("/")
            .stdin(if self.input.is_some() {
                Stdio::piped()
            } else {
                Stdio::null()
            })
            .stderr(log.try_clone()?)
            .process_group(0)
            .kill_on_drop(true);
        // A variable reaches the functions through the options or not at all.
        for (variable, _) in std::env::vars().filter(|(name, _)| name.starts_with("SPIN_VARIABLE_")) {
            command.env_remove(variable);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdout(if matches!(self.ready, Readiness::Announces) {
            Stdio::piped()
        } else {
            log.try_clone()?.into()
        });

        let mut child = command
            .spawn()
            .context("cannot start setpriv (Debian's package util-linux)")?;
        let pid = child.id().context("it ended before it had started")?;
        if let (Some(stdin), Some(input)) = (child.stdin.take(), self.input.clone()) {
            tokio::spawn(feed(stdin, input));
        }
        let (announce, announced) = watch::channel(false);
        if let Some(stdout) = child.stdout.take() {
            tokio::spawn(follow(stdout, log, announce));
        }
        let (ended, exit) = watch::channel(None);
        tokio::spawn(watch_child(child, service, pid, ended, exits));
        Ok(Running { pid, exit, announced })
    }

    /// Waits until it is ready; an error, with the end of its log, when it ends instead or takes too long.
    pub async fn wait_ready(&self, service: Service, running: &Running) -> Result<()> {
        let mut exit = running.exit.clone();
        tokio::select! {
            () = self.ready.reached(running.announced.clone()) => Ok(()),
            status = ended(&mut exit) => {
                bail!("{service} {}\n{}", describe_exit(status), log_end(&self.log))
            }
            () = sleep(READY_WITHIN) => {
                bail!("{service} is not ready after {} seconds\n{}", READY_WITHIN.as_secs(), log_end(&self.log))
            }
        }
    }

    /// Asks it to stop, waits, and ends it if it does not.
    pub async fn stop(&self, running: &Running, patience: Duration) {
        signal_group(running.pid, self.stop);
        let mut exit = running.exit.clone();
        if timeout(patience, ended(&mut exit)).await.is_err() {
            running.kill().await;
        }
    }
}

impl Running {
    pub async fn kill(&self) {
        let mut exit = self.exit.clone();
        if exit.borrow_and_update().is_none() {
            signal_group(self.pid, Signal::KILL);
        }
        ended(&mut exit).await;
    }
}

impl Readiness {
    async fn reached(&self, mut announced: watch::Receiver<bool>) {
        loop {
            let is_ready = match self {
                Self::Announces => {
                    if announced.wait_for(|announced| *announced).await.is_err() {
                        // It has closed its output, so it is about to end; `wait_ready` reports the exit.
                        return std::future::pending().await;
                    }
                    true
                }
                Self::Accepts(address) => TcpStream::connect(address).await.is_ok(),
                Self::Database(url) => crate::database::accepts(url).await,
                Self::Redis { port, password } => answers_ping(*port, password).await.is_ok_and(|pong| pong),
            };
            if is_ready {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn answers_ping(port: u16, password: &str) -> io::Result<bool> {
    let mut redis = BufStream::new(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?);
    // As one types it; a password is quoted as in the configuration that Redis was started with.
    redis
        .write_all(format!("AUTH {password}\r\nPING\r\n").as_bytes())
        .await?;
    redis.flush().await?;
    let mut answers = redis.lines();
    let (auth, ping) = (answers.next_line().await?, answers.next_line().await?);
    Ok(auth.as_deref() == Some("+OK") && ping.as_deref() == Some("+PONG"))
}

async fn watch_child(
    mut child: Child,
    service: Service,
    pid: u32,
    ended: watch::Sender<Option<ExitStatus>>,
    exits: mpsc::UnboundedSender<Exited>,
) {
    let status = child.wait().await.unwrap_or_default();
    // A process that it had started would go on holding its port.
    signal_group(pid, Signal::KILL);
    ended.send_replace(Some(status));
    // Nobody listens any more when the stack itself stops.
    let _ = exits.send(Exited { service, pid, status });
}

/// The exit status, once it has ended.
async fn ended(exit: &mut watch::Receiver<Option<ExitStatus>>) -> ExitStatus {
    exit.wait_for(Option::is_some)
        .await
        .ok()
        .and_then(|status| *status)
        .unwrap_or_default()
}

async fn feed(mut stdin: ChildStdin, input: String) {
    // A child that ends before it has read this is reported as ended.
    let _ = stdin.write_all(input.as_bytes()).await;
}

/// Copies a child's output into its log and watches for the line that says where it listens.
async fn follow(stdout: ChildStdout, mut log: File, announce: watch::Sender<bool>) {
    let mut lines = tokio::io::BufReader::new(stdout).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if serde_json::from_str::<Announcement>(&line).is_ok() {
            announce.send_replace(true);
        }
        let _ = writeln!(log, "{line}");
    }
}

fn open_log(path: &Path) -> Result<File> {
    if fs::metadata(path).is_ok_and(|log| log.len() > LOG_LIMIT) {
        fs::rename(path, path.with_extension("log.old"))?;
    }
    File::options()
        .create(true)
        .append(true)
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))
}

/// The last lines of a log, indented, under its name: what a person needs to see when something ended.
pub fn log_end(path: &Path) -> String {
    const LINES: usize = 15;
    let mut last = VecDeque::with_capacity(LINES);
    if let Ok(log) = File::open(path) {
        for line in BufReader::new(log).lines().map_while(Result::ok) {
            if last.len() == LINES {
                last.pop_front();
            }
            last.push_back(format!("    {line}"));
        }
    }
    let lines: Vec<String> = last.into();
    format!("  the end of {}:\n{}", path.display(), lines.join("\n"))
}

/// "ended with status 1" or "was ended by signal 9".
pub(crate) fn describe_exit(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with status {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}

fn signal_name(signal: Signal) -> &'static str {
    if signal == Signal::INT { "INT" } else { "TERM" }
}
