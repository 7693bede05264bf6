//! The data directory: what lies where in it, and who holds it.

use crate::account::Account;
use crate::info::{StackInfo, write_private};
use crate::options::Report;
use crate::state::{Ports, State};
use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Where services live whose account cannot get into the data directory.
const OUTSIDE: &str = "/var/lib/linernotes";

const STATE: &str = "state.json";
const SERVICES: &str = "services";

/// How long a process that was killed may still hold its lock.
const DISAPPEARS_WITHIN: Duration = Duration::from_millis(500);

/// A data directory that this process holds.
#[derive(Debug)]
pub(crate) struct DataDir {
    root: PathBuf,
    /// The kernel lets go of the lock when the process ends, however it ends: no stale pid file can lie.
    lock: File,
}

/// Who holds a data directory.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Holder {
    pub pid: u32,
    pub port: u16,
}

/// A process; the start time tells it from a later one with the same number.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct ProcessId {
    pub pid: u32,
    pub started: u64,
}

impl DataDir {
    /// Makes the directory if need be and takes hold of it.
    pub fn take(path: &Path) -> Result<Self> {
        fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))?;
        let root = path.canonicalize()?;
        // The services' account has to pass through to its own folder; each secret file in here has a mode of its own.
        fs::set_permissions(&root, fs::Permissions::from_mode(0o711))?;
        let mut lock = open_lock(&root)?;
        if !take_lock(&lock).with_context(|| format!("cannot lock {}", root.display()))? {
            match read_holder(&mut lock) {
                Some(Holder { pid, port }) => {
                    bail!(
                        "a stack is running on {} already: process {pid}, port {port}",
                        root.display()
                    )
                }
                None => bail!("a stack is starting on {} already", root.display()),
            }
        }
        let taken = Self { root, lock };
        fs::create_dir_all(taken.logs())?;
        fs::set_permissions(taken.logs(), fs::Permissions::from_mode(0o700))?;
        Ok(taken)
    }

    /// Says who holds it, for a second `up` and for `down`.
    pub fn sign(&mut self, holder: Holder) -> Result<()> {
        self.lock.set_len(0)?;
        self.lock.rewind()?;
        self.lock.write_all(&serde_json::to_vec(&holder)?)?;
        Ok(())
    }

    pub fn stack_json(&self) -> PathBuf {
        stack_json(&self.root)
    }

    pub fn state_json(&self) -> PathBuf {
        self.root.join(STATE)
    }

    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// Where Spin keeps its state.
    pub fn functions(&self) -> PathBuf {
        self.root.join("functions")
    }

    /// Remembers the children, so that a `down` after a killed supervisor can wait for them.
    pub fn remember_children(&self, children: &[ProcessId]) -> Result<()> {
        write_private(&children_json(&self.root), &serde_json::to_vec(children)?)
    }

    /// The folder for Postgres and Redis. It is in the data directory where their account can get there. A checkout
    /// under `/root` cannot be entered by the user `postgres`: then it is under `/var/lib`, by the directory's name,
    /// and `services` in the data directory links to it.
    pub fn services(&self, account: Account) -> Result<PathBuf> {
        let inside = self.root.join(SERVICES);
        if account.reaches(&self.root) {
            fs::create_dir_all(&inside)?;
            fs::set_permissions(&inside, fs::Permissions::from_mode(0o711))?;
            return Ok(inside);
        }
        if inside.is_dir() && !inside.is_symlink() {
            bail!(
                "{} was made where its account could enter it, and it no longer can",
                inside.display()
            );
        }
        let key = Uuid::new_v5(&Uuid::NAMESPACE_URL, self.root.as_os_str().as_encoded_bytes());
        let outside = Path::new(OUTSIDE).join(key.simple().to_string());
        let linked = fs::read_link(&inside).is_ok_and(|target| target == outside);
        if !linked {
            // The folder belonged to a data directory of the same name that was deleted, and whose keys are lost.
            if outside.exists() {
                fs::remove_dir_all(&outside).with_context(|| format!("cannot remove {}", outside.display()))?;
            }
            let _ = fs::remove_file(&inside);
            fs::create_dir_all(&outside).with_context(|| format!("cannot make {}", outside.display()))?;
            for folder in [Path::new(OUTSIDE), &outside] {
                fs::set_permissions(folder, fs::Permissions::from_mode(0o711))?;
            }
            symlink(&outside, &inside)?;
        }
        Ok(outside)
    }

    /// Takes over the keys of another data directory, unless this one has its own.
    pub fn begin_with(&self, template: &Path) -> Result<()> {
        let own = self.state_json();
        if !own.exists() {
            let mut state = State::load(&template.join(STATE))?;
            // The template's ports may have been given to another stack.
            state.ports = Ports::default();
            state.save(&own)?;
        }
        Ok(())
    }

    /// Where a data directory has its database.
    pub fn cluster_in(data_dir: &Path) -> PathBuf {
        data_dir.join(SERVICES).join("postgres")
    }

    /// Waits for children of a supervisor that was killed: they were told to stop by its death.
    pub fn await_leftovers(&self) -> Result<()> {
        await_children(&self.root)
    }
}

/// The holder of a data directory, if a stack runs on it.
pub(crate) fn holder(data_dir: &Path) -> Result<Option<Holder>> {
    if !data_dir.join("lock").exists() {
        return Ok(None);
    }
    let mut lock = open_lock(data_dir)?;
    match lock.try_lock() {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => read_holder(&mut lock)
            .map(Some)
            .context("a stack is just starting or stopping there"),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// What `stack.json` says, if a stack runs on this data directory and is ready.
pub(crate) fn running_info(data_dir: &Path) -> Result<Option<StackInfo>> {
    let Some(holder) = holder(data_dir)? else {
        return Ok(None);
    };
    Ok(StackInfo::read(&stack_json(data_dir))?.filter(|info| info.pid == holder.pid))
}

/// Stops the stack that runs on a data directory and waits until all its processes are gone; says whether one ran.
/// After a supervisor that was killed it waits for the children, and ends those that do not end by themselves.
pub fn stop_running(data_dir: &Path, report: &Report) -> Result<bool> {
    const PATIENCE: Duration = Duration::from_secs(40);
    let running = holder(data_dir)?;
    if let Some(Holder { pid, .. }) = running {
        report.line(format!("Stopping the stack (process {pid})"));
        let supervisor = ProcessId::of(pid);
        signal(pid, Signal::TERM);
        let asked = Instant::now();
        // It lets go of its lock a moment before it ends.
        while supervisor.is_some_and(ProcessId::is_alive)
            || matches!(open_lock(data_dir)?.try_lock(), Err(TryLockError::WouldBlock))
        {
            if asked.elapsed() > PATIENCE {
                bail!(
                    "process {pid} has not stopped after {} seconds; see {}/logs",
                    PATIENCE.as_secs(),
                    data_dir.display()
                );
            }
            sleep(Duration::from_millis(20));
        }
    }
    await_children(data_dir)?;
    let _ = fs::remove_file(stack_json(data_dir));
    Ok(running.is_some())
}

/// Waits for the remembered children that are still alive, then ends them.
fn await_children(data_dir: &Path) -> Result<()> {
    let Ok(json) = fs::read(children_json(data_dir)) else {
        return Ok(());
    };
    let children: Vec<ProcessId> = serde_json::from_slice(&json).unwrap_or_default();
    let since = Instant::now();
    for (after, nudge) in [(10, Some(Signal::INT)), (15, Some(Signal::KILL)), (20, None)] {
        while children.iter().any(|child| child.is_alive()) && since.elapsed() < Duration::from_secs(after) {
            sleep(Duration::from_millis(20));
        }
        let alive: Vec<&ProcessId> = children.iter().filter(|child| child.is_alive()).collect();
        match (alive.first(), nudge) {
            (None, _) => break,
            (Some(_), Some(nudge)) => alive.iter().for_each(|child| signal_group(child.pid, nudge)),
            (Some(child), None) => bail!("process {} of an earlier start does not end", child.pid),
        }
    }
    let _ = fs::remove_file(children_json(data_dir));
    Ok(())
}

impl ProcessId {
    /// The process that has this number now.
    pub fn of(pid: u32) -> Option<Self> {
        Some(Self {
            pid,
            started: start_time(pid)?,
        })
    }

    fn is_alive(self) -> bool {
        start_time(self.pid) == Some(self.started)
    }
}

/// A process' start in ticks since boot; `None` for one that is gone or only waits to be collected.
fn start_time(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything; the fields are counted from behind it.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let state = *fields.first()?;
    (state != "Z").then_some(())?;
    fields.get(19)?.parse().ok()
}

/// Sends a signal; a process that is gone needs none.
fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

/// Sends a signal to a child and whatever it started in its process group: Spin runs the application in a process of
/// its own. (Postgres' backends leave the group and follow their postmaster.)
pub(crate) fn signal_group(pid: u32, signal: Signal) {
    if let Some(group) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, signal);
    }
}

/// Takes the lock, unless somebody holds it for longer than a killed process takes to disappear.
fn take_lock(lock: &File) -> std::io::Result<bool> {
    let since = Instant::now();
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) if since.elapsed() < DISAPPEARS_WITHIN => sleep(Duration::from_millis(10)),
            Err(TryLockError::WouldBlock) => return Ok(false),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

fn open_lock(data_dir: &Path) -> Result<File> {
    let path = data_dir.join("lock");
    let options = fs::OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path);
    options.with_context(|| format!("cannot open {}", path.display()))
}

fn read_holder(lock: &mut File) -> Option<Holder> {
    let mut text = String::new();
    lock.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

fn stack_json(data_dir: &Path) -> PathBuf {
    data_dir.join("stack.json")
}

fn children_json(data_dir: &Path) -> PathBuf {
    data_dir.join("children.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_taker_is_told_who_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = DataDir::take(folder.path()).unwrap();
        first.sign(Holder { pid: 4711, port: 54321 }).unwrap();
        let refusal = DataDir::take(folder.path()).unwrap_err().to_string();
        assert!(refusal.contains("process 4711, port 54321"), "{refusal}");
        drop(first);
        assert!(holder(folder.path()).unwrap().is_none());
        DataDir::take(folder.path()).unwrap();
    }

    #[test]
    fn a_process_number_used_again_is_not_the_same_process() {
        let ours = ProcessId::of(std::process::id()).unwrap();
        assert!(ours.is_alive());
        assert!(
            !ProcessId {
                started: ours.started + 1,
                ..ours
            }
            .is_alive()
        );
    }

    #[test]
    fn waits_for_the_children_of_a_killed_supervisor() {
        let folder = tempfile::tempdir().unwrap();
        let mut child = std::process::Command::new("sleep").arg("0.3").spawn().unwrap();
        let id = ProcessId::of(child.id()).unwrap();
        let taken = DataDir::take(folder.path()).unwrap();
        taken.remember_children(&[id]).unwrap();
        taken.await_leftovers().unwrap();
        assert!(child.try_wait().unwrap().is_some());
    }
}
