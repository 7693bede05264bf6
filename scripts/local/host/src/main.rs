//! `linernotes-host`: runs the components of a `spin.toml` for development and tests.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use linernotes_host::app::{App, Limits, Options};
use linernotes_host::server::serve;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// What is still running at the end has this long to finish.
const GRACE: Duration = Duration::from_secs(2);

/// With `--as-spin`, an instance ends no earlier.
const FOR_GOOD: Duration = Duration::from_hours(24);

/// Runs the components of a spin.toml, for development and tests: not for production.
///
/// Variables are taken from `SPIN_VARIABLE_<NAME>`. When it is ready it prints {"listening":"ADDRESS"}.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The application's manifest
    #[arg(long, default_value = "spin.toml")]
    manifest: PathBuf,
    /// Where to listen; port 0 is any free one
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// A folder in which compiled components are kept
    #[arg(long)]
    state_dir: PathBuf,
    /// A folder for what the components print, besides standard error
    #[arg(long)]
    component_log_dir: Option<PathBuf>,
    /// How long an instance may live, the work after its response included
    #[arg(long, default_value_t = 120)]
    instance_seconds: u64,
    /// How much memory an instance may have
    #[arg(long, default_value_t = 256)]
    instance_memory_mib: usize,
    /// How many instances may run at once
    #[arg(long, default_value_t = 128)]
    instances: u32,
    /// Let a component wait for Redis and live as long as it likes, as Spin does; --instance-seconds is ignored
    #[arg(long)]
    as_spin: bool,
    /// Answer when all components are compiled, rather than compile each when it is first asked
    #[arg(long)]
    compile_first: bool,
    /// How many seconds the components' clock is ahead (below zero: behind)
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    clock_offset: i64,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("linernotes-host: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    // With the usual intervals, components that compute starve requests that only wait on a small machine.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .event_interval(1)
        .global_queue_interval(1)
        .build()?;
    let outcome = runtime.block_on(serve_until_signal(arguments));
    // What did not end within its grace is not waited for.
    runtime.shutdown_background();
    outcome
}

async fn serve_until_signal(arguments: Arguments) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let options = Options {
        manifest: arguments.manifest,
        state_dir: arguments.state_dir,
        component_log_dir: arguments.component_log_dir,
        limits: Limits {
            lifetime: if arguments.as_spin {
                FOR_GOOD
            } else {
                Duration::from_secs(arguments.instance_seconds)
            },
            redis_timeouts: !arguments.as_spin,
            memory_bytes: arguments.instance_memory_mib << 20,
            instances: arguments.instances,
            ..Limits::default()
        },
        clock_offset: arguments.clock_offset,
    };
    let app = App::load(&options, |name| std::env::var(name).ok())?;
    if arguments.compile_first {
        tokio::select! {
            _ = terminate.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
            compiled = app.compile() => compiled?,
        }
    }
    let listener = TcpListener::bind(arguments.listen)
        .await
        .with_context(|| format!("cannot listen on {}", arguments.listen))?;
    let ready = serde_json::json!({ "listening": listener.local_addr()?.to_string() });
    println!("{ready}");
    std::io::stdout().flush()?;
    let compiling = app.clone();
    let stop = async {
        tokio::select! {
            _ = terminate.recv() => Ok(()),
            _ = interrupt.recv() => Ok(()),
            Err(error) = compiling.compile() => Err(error),
        }
    };
    serve(app, listener, stop, GRACE).await
}
