//! Watches the children: one that ends is reported with the end of its log and started again, later each time.

use crate::data_dir::{DataDir, ProcessId};
use crate::options::Report;
use crate::process::{Exited, Program, Running, describe_exit, log_end};
use crate::service::Service;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

/// How long each further try of a child that keeps ending is put off, in milliseconds; the last one repeats.
const PUT_OFF: [u64; 6] = [200, 500, 1_000, 2_000, 5_000, 15_000];
/// A child that ran this long has recovered.
const RECOVERED: Duration = Duration::from_secs(30);
/// How long a child may take to stop: the functions' host lets running work end, Postgres writes a checkpoint.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// What can be asked of a running stack.
pub(crate) enum Command {
    /// Kill a child and leave it down.
    Kill(Service, oneshot::Sender<Result<()>>),
    /// Stop a child if it runs, start it, and answer when it is ready.
    Restart(Service, oneshot::Sender<Result<()>>),
    /// The process id of a child, if it runs.
    Pid(Service, oneshot::Sender<Option<u32>>),
    Stop,
}

/// The children and what becomes of them.
pub(crate) struct Supervisor {
    children: BTreeMap<Service, Child>,
    report: Report,
    exits: mpsc::UnboundedReceiver<Exited>,
    exited: mpsc::UnboundedSender<Exited>,
    due: mpsc::UnboundedReceiver<Service>,
    put_off: mpsc::UnboundedSender<Service>,
}

struct Child {
    program: Program,
    state: State,
    /// How often it has ended in a row, without having recovered between.
    ends: usize,
    since: Instant,
}

enum State {
    Running(Running),
    /// Ended; started again when its time has come.
    PutOff,
    /// Killed on request; stays down until started on request.
    Down,
}

impl Supervisor {
    pub fn new(report: Report) -> Self {
        let (exited, exits) = mpsc::unbounded_channel();
        let (put_off, due) = mpsc::unbounded_channel();
        Self {
            children: BTreeMap::new(),
            report,
            exits,
            exited,
            due,
            put_off,
        }
    }

    /// Starts a child; [`Self::wait_ready`] waits for it.
    pub fn start(&mut self, service: Service, program: Program, data_dir: &DataDir) -> Result<()> {
        let running = program
            .spawn(service, self.exited.clone())
            .with_context(|| format!("cannot start {service}"))?;
        let child = Child {
            program,
            state: State::Running(running),
            ends: 0,
            since: Instant::now(),
        };
        self.children.insert(service, child);
        self.remember(data_dir)
    }

    /// Waits until a started child is ready.
    pub async fn wait_ready(&self, service: Service) -> Result<()> {
        match self.children.get(&service) {
            Some(Child {
                program,
                state: State::Running(running),
                ..
            }) => program.wait_ready(service, running).await,
            _ => Ok(()),
        }
    }

    /// Watches until told to stop.
    pub async fn watch(&mut self, commands: &mut mpsc::UnboundedReceiver<Command>, data_dir: &DataDir) {
        loop {
            tokio::select! {
                Some(exited) = self.exits.recv() => self.after_exit(&exited),
                Some(service) = self.due.recv() => self.start_again(service, data_dir),
                command = commands.recv() => match command {
                    None | Some(Command::Stop) => return,
                    Some(Command::Pid(service, answer)) => { let _ = answer.send(self.pid(service)); }
                    Some(Command::Kill(service, answer)) => { let _ = answer.send(self.kill(service).await); }
                    Some(Command::Restart(service, answer)) => {
                        let _ = answer.send(self.restart(service, data_dir).await);
                    }
                },
            }
        }
    }

    /// Stops every child, callers before the called.
    pub async fn stop_all(&mut self) {
        for service in Service::STOP_ORDER {
            if let Some(Child {
                program,
                state: State::Running(running),
                ..
            }) = self.children.get(&service)
            {
                program.stop(running, STOP_WITHIN).await;
            }
        }
        self.children.clear();
    }

    fn pid(&self, service: Service) -> Option<u32> {
        match &self.children.get(&service)?.state {
            State::Running(running) => Some(running.pid),
            State::PutOff | State::Down => None,
        }
    }

    fn after_exit(&mut self, exited: &Exited) {
        // A child that was replaced or killed on request was meant to end, so nothing is started again.
        if self.pid(exited.service) != Some(exited.pid) {
            return;
        }
        let Some(child) = self.children.get_mut(&exited.service) else {
            return;
        };
        self.report
            .line(format!("{} {}", exited.service, describe_exit(exited.status)));
        self.report.line(log_end(&child.program.log));
        if child.since.elapsed() > RECOVERED {
            child.ends = 0;
        }
        child.put_off(exited.service, &self.report, &self.put_off);
    }

    fn start_again(&mut self, service: Service, data_dir: &DataDir) {
        let Some(child) = self.children.get_mut(&service) else {
            return;
        };
        if !matches!(child.state, State::PutOff) {
            return;
        }
        child.since = Instant::now();
        match child.program.spawn(service, self.exited.clone()) {
            Ok(running) => {
                child.state = State::Running(running.clone());
                let (program, report) = (child.program.clone(), self.report.clone());
                tokio::spawn(async move {
                    match program.wait_ready(service, &running).await {
                        Ok(()) => report.line(format!("{service} runs again")),
                        // It hangs. Once it is killed, its exit starts it again.
                        Err(_) => running.kill().await,
                    }
                });
                if let Err(error) = self.remember(data_dir) {
                    self.report.line(format!("{error:#}"));
                }
            }
            Err(error) => {
                self.report.line(format!("{service}: {error:#}"));
                child.put_off(service, &self.report, &self.put_off);
            }
        }
    }

    async fn kill(&mut self, service: Service) -> Result<()> {
        let child = self
            .children
            .get_mut(&service)
            .with_context(|| format!("{service} is not part of this stack"))?;
        if let State::Running(running) = std::mem::replace(&mut child.state, State::Down) {
            running.kill().await;
        }
        Ok(())
    }

    async fn restart(&mut self, service: Service, data_dir: &DataDir) -> Result<()> {
        let child = self
            .children
            .get_mut(&service)
            .with_context(|| format!("{service} is not part of this stack"))?;
        if let State::Running(running) = std::mem::replace(&mut child.state, State::Down) {
            child.program.stop(&running, STOP_WITHIN).await;
        }
        let program = child.program.clone();
        self.start(service, program, data_dir)?;
        self.wait_ready(service).await
    }

    fn remember(&self, data_dir: &DataDir) -> Result<()> {
        let children: Vec<ProcessId> = self
            .children
            .keys()
            .filter_map(|service| ProcessId::of(self.pid(*service)?))
            .collect();
        data_dir.remember_children(&children)
    }
}

impl Child {
    fn put_off(&mut self, service: Service, report: &Report, due: &mpsc::UnboundedSender<Service>) {
        let wait = Duration::from_millis(PUT_OFF[self.ends.min(PUT_OFF.len() - 1)]);
        self.ends += 1;
        self.state = State::PutOff;
        report.line(format!("{service} is started again in {:.1} s", wait.as_secs_f32()));
        let due = due.clone();
        tokio::spawn(async move {
            sleep(wait).await;
            let _ = due.send(service);
        });
    }
}
