//! The handle of a running stack.

use crate::info::StackInfo;
use crate::options::Options;
use crate::run::{Started, run};
use crate::service::Service;
use crate::supervisor::Command;
use crate::{Holder, data_dir};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};
use tokio::sync::{mpsc, oneshot, watch};

/// A running stack. It stops when this is dropped, and its children stop even when this process is killed.
///
/// Everything runs on a thread and a runtime of the stack's own, so that one stack can serve several tests, each with
/// a runtime of its own that ends before the next begins.
#[derive(Debug)]
pub struct Stack {
    pub info: StackInfo,
    admin_url: String,
    logs: PathBuf,
    away: watch::Sender<bool>,
    commands: mpsc::UnboundedSender<Command>,
    thread: Option<JoinHandle<()>>,
}

impl Stack {
    /// Starts everything and returns when all of it is ready. When something does not start, what had started is
    /// stopped again, and the error ends with the log of what failed.
    pub async fn start(options: Options) -> Result<Self> {
        let (ready, started) = oneshot::channel();
        let (commands, orders) = mpsc::unbounded_channel();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("stack-worker")
            .enable_all()
            .build()
            .context("cannot start the stack's threads")?;
        let thread = thread::Builder::new()
            .name("stack".to_owned())
            .spawn(move || runtime.block_on(run(options, ready, orders)))
            .context("cannot start the stack's thread")?;
        let Started {
            info,
            admin_url,
            logs,
            away,
        } = started.await.context("the stack's thread has ended")??;
        Ok(Self {
            info,
            admin_url,
            logs,
            away,
            commands,
            thread: Some(thread),
        })
    }

    /// The stack that runs on a data directory, started by whatever process; `None` where none is ready.
    pub fn running(data_dir: &Path) -> Result<Option<StackInfo>> {
        data_dir::running_info(data_dir)
    }

    /// Who holds a data directory, also while its stack is only starting.
    pub fn holder(data_dir: &Path) -> Result<Option<Holder>> {
        data_dir::holder(data_dir)
    }

    /// The database as its superuser, for tests that look behind the project's own role.
    pub fn admin_database_url(&self) -> &str {
        &self.admin_url
    }

    pub fn log(&self, service: Service) -> PathBuf {
        service.log(&self.logs)
    }

    /// A child's process id, if it runs. Whoever kills it sees what the supervisor does about a crash.
    pub async fn pid(&self, service: Service) -> Result<Option<u32>> {
        self.ask(|answer| Command::Pid(service, answer)).await
    }

    /// Kills a child (SIGKILL) and leaves it down until [`Self::restart`].
    pub async fn kill(&self, service: Service) -> Result<()> {
        self.ask(|answer| Command::Kill(service, answer)).await?
    }

    /// Stops a child if it runs, starts it on the same port, and returns when it is ready.
    pub async fn restart(&self, service: Service) -> Result<()> {
        self.ask(|answer| Command::Restart(service, answer)).await?
    }

    /// Takes the gateway away, and brings it back: meanwhile every connection to it ends at once.
    pub fn take_gateway_away(&self, away: bool) {
        self.away.send_replace(away);
    }

    /// Stops everything and returns when all of it has ended.
    pub async fn stop(mut self) -> Result<()> {
        let _ = self.commands.send(Command::Stop);
        let Some(thread) = self.thread.take() else {
            return Ok(());
        };
        tokio::task::spawn_blocking(move || thread.join())
            .await?
            .ok()
            .context("the stack's thread has panicked")
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        self.commands
            .send(command(answer))
            .ok()
            .context("the stack has stopped")?;
        answered.await.context("the stack has stopped")
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        let _ = self.commands.send(Command::Stop);
        if let Some(thread) = self.thread.take() {
            // If the thread has panicked, that is printed already, and the kernel ends the children with the thread.
            let _ = thread.join();
        }
    }
}
