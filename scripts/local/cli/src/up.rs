//! `up` and `down`.

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use linernotes_stack::{Holder, Options, Report, Runtime, Stack, StackInfo, Upstream, stop_running};
use rustix::process::setsid;
use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::sleep;

/// Starts a stack.
#[derive(Args, Clone)]
pub(crate) struct Up {
    /// Return when everything is ready, and leave it running
    #[arg(long)]
    pub detach: bool,
    /// The gateway's port on 127.0.0.1
    #[arg(long, default_value_t = 54321)]
    pub port: u16,
    /// Where data, keys and logs are kept [default: .linernotes in the checkout]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// What runs the functions; auto is spin where it is on PATH
    #[arg(long, value_enum, default_value_t = RuntimeChoice::Auto)]
    pub runtime: RuntimeChoice,
    /// Which upstreams the functions ask; auto is the demo for every provider that nothing is configured for
    #[arg(long, value_enum, default_value_t = UpstreamChoice::Auto)]
    pub upstream: UpstreamChoice,
    /// This process is the one that `--detach` left running
    #[arg(long, hide = true)]
    session: bool,
}

/// Stops a stack.
#[derive(Args)]
pub(crate) struct Down {
    /// Where the stack's data is [default: .linernotes in the checkout]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum RuntimeChoice {
    Auto,
    Embedded,
    Spin,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum UpstreamChoice {
    Auto,
    Demo,
    Live,
}

impl Up {
    /// Starts a stack, detached or watched until Ctrl-C.
    pub fn run(self) -> Result<ExitCode> {
        if self.session {
            // In a session of its own the terminal's Ctrl-C and its closing do not reach it.
            let _ = setsid();
        }
        if self.detach {
            self.detach().map(|()| ExitCode::SUCCESS)
        } else {
            self.watch()
        }
    }

    fn data_dir(&self) -> PathBuf {
        self.data_dir.clone().unwrap_or_else(default_data_dir)
    }

    fn options(&self) -> Options {
        let mut options = Options::new(self.data_dir()).with_environment();
        options.port = self.port;
        options.runtime = match self.runtime {
            RuntimeChoice::Auto => Runtime::Auto,
            RuntimeChoice::Embedded => Runtime::Embedded,
            RuntimeChoice::Spin => Runtime::Spin,
        };
        options.upstream = match self.upstream {
            UpstreamChoice::Auto => Upstream::Auto,
            UpstreamChoice::Demo => Upstream::Demo,
            UpstreamChoice::Live => Upstream::Live,
        };
        options.report = Report::new(|line| eprintln!("{line}"));
        options
    }

    #[tokio::main(flavor = "current_thread")]
    async fn watch(self) -> Result<ExitCode> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hangup = signal(SignalKind::hangup())?;
        let mut stop_asked = async || {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hangup.recv() => {}
            }
        };
        let stack = tokio::select! {
            stack = Stack::start(self.options()) => stack?,
            // Its thread ends with this process, and the children with their thread.
            () = stop_asked() => return Ok(ExitCode::FAILURE),
        };
        if !self.session {
            print_ready(&stack.info, self.data_dir.as_deref(), false);
        }
        stop_asked().await;
        eprintln!("Stopping");
        tokio::select! {
            stopped = stack.stop() => stopped?,
            // Asked a second time, it stops at once.
            () = stop_asked() => return Ok(ExitCode::FAILURE),
        }
        eprintln!("Stopped");
        Ok(ExitCode::SUCCESS)
    }

    /// Starts itself in a session of its own, shows its progress, and returns when it is ready.
    #[tokio::main(flavor = "current_thread")]
    async fn detach(&self) -> Result<()> {
        let data_dir = self.data_dir();
        // Before anything is written there: the log belongs to the one that runs. One that was just killed takes a
        // moment to disappear.
        let since = Instant::now();
        while let Some(Holder { pid, port }) = Stack::holder(&data_dir)? {
            if since.elapsed() > Duration::from_millis(500) {
                bail!(
                    "a stack is running on {} already: process {pid}, port {port}",
                    data_dir.display()
                );
            }
            sleep(Duration::from_millis(10)).await;
        }
        let logs = data_dir.join("logs");
        fs::create_dir_all(&logs).with_context(|| format!("cannot make {}", logs.display()))?;
        let log = logs.join("supervisor.log");
        let output = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut supervisor = Command::new(env::current_exe()?)
            .args(self.session_arguments())
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .context("cannot start the supervisor")?;
        let mut progress = File::open(&log)?;
        loop {
            let ended = supervisor.try_wait()?;
            show(&mut progress)?;
            if let Some(status) = ended {
                bail!("the stack did not start ({status}); this was {}", log.display());
            }
            if let Ok(Some(info)) = Stack::running(&data_dir)
                && info.pid == supervisor.id()
            {
                show(&mut progress)?;
                print_ready(&info, self.data_dir.as_deref(), true);
                return Ok(());
            }
            tokio::select! {
                () = sleep(Duration::from_millis(20)) => {}
                _ = interrupt.recv() => {
                    if stop_running(&data_dir, &Report::silent()).is_err() {
                        supervisor.kill()?;
                    }
                    bail!("interrupted; what had started is stopped again");
                }
            }
        }
    }

    fn session_arguments(&self) -> Vec<OsString> {
        let choice = |value: Option<clap::builder::PossibleValue>| value.map(|value| value.get_name().to_owned());
        let mut arguments: Vec<OsString> = vec!["up".into(), "--session".into()];
        arguments.extend(["--port".into(), self.port.to_string().into()]);
        arguments.extend(["--data-dir".into(), self.data_dir().into()]);
        for (flag, value) in [
            ("--runtime", choice(self.runtime.to_possible_value())),
            ("--upstream", choice(self.upstream.to_possible_value())),
        ] {
            arguments.extend(
                value
                    .map(|value| [OsString::from(flag), value.into()])
                    .into_iter()
                    .flatten(),
            );
        }
        arguments
    }
}

impl Down {
    /// Stops the stack of a data directory; where none runs, that is fine too.
    pub fn run(self) -> Result<ExitCode> {
        let data_dir = self.data_dir.unwrap_or_else(default_data_dir);
        let was_running = data_dir.is_dir() && stop_running(&data_dir, &Report::new(|line| eprintln!("{line}")))?;
        eprintln!(
            "{}",
            if was_running {
                "Stopped"
            } else {
                "No stack was running there"
            }
        );
        Ok(ExitCode::SUCCESS)
    }
}

/// Copies what was written to the log since the last time.
fn show(progress: &mut File) -> Result<()> {
    let mut lines = Vec::new();
    progress.read_to_end(&mut lines)?;
    std::io::stderr().write_all(&lines)?;
    Ok(())
}

/// One for the checkout, wherever one stands when calling.
fn default_data_dir() -> PathBuf {
    Options::new("").repository.join(".linernotes")
}

/// Addresses, keys and what to do next. A reader that has seen enough (`| head`) is no error.
fn print_ready(info: &StackInfo, data_dir: Option<&Path>, detached: bool) {
    let folder = data_dir.map_or_else(default_data_dir, Path::to_path_buf);
    let stack_json = folder.join("stack.json").display().to_string();
    let logs = folder.join("logs").display().to_string();
    let explorer = format!("{}/", info.api_url);
    let rows = [
        ("Explorer", Some(&explorer)),
        ("API", Some(&info.api_url)),
        ("Functions", Some(&info.functions_url)),
        ("Publishable key", Some(&info.publishable_key)),
        ("Secret key", Some(&info.secret_key)),
        ("Function secret", Some(&info.function_secret)),
        ("Database", Some(&info.database_url)),
        ("Redis", Some(&info.redis_url)),
        ("Demo upstreams", info.demo_url.as_ref()),
        ("All of this", Some(&stack_json)),
        ("Logs", Some(&logs)),
    ];
    let rows: Vec<String> = rows
        .into_iter()
        .filter_map(|(name, value)| Some(format!("  {name:<16} {}", value?)))
        .collect();
    let flag = data_dir
        .map(|data_dir| format!(" --data-dir {}", data_dir.display()))
        .unwrap_or_default();
    let stop = if detached {
        format!("scripts/down{flag}")
    } else {
        "Ctrl-C".to_owned()
    };
    let text = format!(
        "\nReady.\n{}\n\nNext: scripts/discover \"NAME\"{flag}   (without a name it lists artists to try)\nStop: {stop}\n\nLook: {explorer}\n",
        rows.join("\n")
    );
    let _ = std::io::stdout().write_all(text.as_bytes());
}
