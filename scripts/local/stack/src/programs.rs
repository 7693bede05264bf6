//! The command line of each child.

use crate::account::Account;
use crate::binaries;
use crate::options::Demo;
use crate::process::{Program, Readiness};
use crate::service::Service;
use anyhow::Result;
use rustix::process::Signal;
use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

fn arguments<const N: usize>(arguments: [&str; N]) -> Vec<OsString> {
    arguments.map(OsString::from).to_vec()
}

/// The server on its cluster. It stops on SIGINT: SIGTERM would have it wait for its clients to leave.
pub(crate) fn postgres(
    installation: &binaries::Postgres,
    cluster: &Path,
    account: Account,
    admin_url: String,
    logs: &Path,
) -> Program {
    Program {
        command: installation.program("postgres"),
        arguments: vec!["-D".into(), cluster.into()],
        environment: Vec::new(),
        account,
        stop: Signal::INT,
        input: None,
        log: Service::Postgres.log(logs),
        ready: Readiness::Database(admin_url),
    }
}

/// Redis, configured through its standard input, so that its password stands in no file and no list of processes.
/// It saves when it stops: the deduplication keys and tokens of the last start save requests in the next.
pub(crate) fn redis(folder: &Path, account: Account, port: u16, password: &str, logs: &Path) -> Result<Program> {
    let configuration = format!(
        "bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir \"{}\"\nsave 300 1\nappendonly no\ndaemonize no\n",
        folder.display()
    );
    Ok(Program {
        command: binaries::redis_server()?,
        arguments: arguments(["-"]),
        environment: Vec::new(),
        account,
        stop: Signal::TERM,
        input: Some(configuration),
        log: Service::Redis.log(logs),
        ready: Readiness::Redis {
            port,
            password: password.to_owned(),
        },
    })
}

pub(crate) fn demo(repository: &Path, port: u16, demo: &Demo, logs: &Path) -> Result<Program> {
    let mut arguments = arguments([
        "serve",
        "--listen",
        &loopback(port).to_string(),
        "--seed",
        &demo.seed.to_string(),
        "--spotify-app",
        &demo.spotify_app.to_string(),
        "--latency-ms",
        &demo.latency_ms.to_string(),
        "--musicbrainz-per-second",
        &demo.musicbrainz_per_second.to_string(),
    ]);
    if let Some(limit) = demo.spotify_per_30s {
        arguments.extend(["--spotify-per-30s".into(), limit.to_string().into()]);
    }
    if let Some(artists) = demo.artists {
        arguments.extend(["--artists".into(), artists.to_string().into()]);
    }
    Ok(Program {
        command: binaries::own("linernotes-demo", repository)?,
        arguments,
        environment: Vec::new(),
        account: Account::Own,
        stop: Signal::TERM,
        input: None,
        log: Service::Demo.log(logs),
        ready: Readiness::Announces,
    })
}

/// The functions' host. Both kinds take the variables from the environment.
pub(crate) struct FunctionsHost {
    /// Spin's binary, or the embedded host.
    pub spin: Option<PathBuf>,
    pub repository: PathBuf,
    pub port: u16,
    /// For the embedded host: it has no limits that Spin lacks.
    pub as_spin: bool,
    /// For the embedded host: it compiles all components before it answers.
    pub compile_first: bool,
    /// Where compiled components are kept.
    pub state: PathBuf,
    pub environment: Vec<(String, String)>,
}

impl FunctionsHost {
    /// Which of the two it is, for a person.
    pub fn kind(&self) -> String {
        match &self.spin {
            Some(spin) => spin.display().to_string(),
            None => "embedded".to_owned(),
        }
    }

    pub fn program(&self, logs: &Path) -> Result<Program> {
        let manifest = self.repository.join("spin.toml").into_os_string();
        let listen = loopback(self.port);
        let component_logs = logs.join("components").into_os_string();
        let (command, mut arguments, ready) = match &self.spin {
            Some(spin) => (
                spin.clone(),
                vec![
                    "up".into(),
                    "--from".into(),
                    manifest,
                    "--listen".into(),
                    listen.to_string().into(),
                    "--state-dir".into(),
                    self.state.clone().into(),
                    "--log-dir".into(),
                    component_logs,
                ],
                Readiness::Accepts(listen),
            ),
            None => (
                binaries::own("linernotes-host", &self.repository)?,
                vec![
                    "--manifest".into(),
                    manifest,
                    "--listen".into(),
                    listen.to_string().into(),
                    "--state-dir".into(),
                    self.state.clone().into(),
                    "--component-log-dir".into(),
                    component_logs,
                ],
                Readiness::Announces,
            ),
        };
        if self.as_spin && self.spin.is_none() {
            arguments.push("--as-spin".into());
        }
        if self.compile_first && self.spin.is_none() {
            arguments.push("--compile-first".into());
        }
        Ok(Program {
            command,
            arguments,
            environment: self.environment.clone(),
            account: Account::Own,
            stop: Signal::TERM,
            input: None,
            log: Service::Functions.log(logs),
            ready,
        })
    }
}
