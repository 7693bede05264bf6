//! What can be chosen about a stack.

use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Everything that decides how a stack is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the stack keeps its data, keys and logs.
    pub data_dir: PathBuf,
    /// The checkout: `spin.toml`, `migrations/` and the compiled components are found here.
    pub repository: PathBuf,
    /// The gateway's port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// What of the stack is started.
    pub parts: Parts,
    /// The data directory of a stopped stack, from which a new data directory takes its keys and its database.
    pub template: Option<PathBuf>,
    /// Whether Postgres waits until the disk has what it writes. Without, a crash of this machine may damage the
    /// database, a killed Postgres does not: right for a data directory that is thrown away after a test.
    pub durable: bool,
    pub runtime: Runtime,
    /// The embedded host ends nothing that Spin would not end: a component waits for a Redis that hangs.
    pub as_spin: bool,
    /// The embedded host answers when all components are compiled for this machine, so that no request waits for that: right
    /// where time is measured.
    pub compile_first: bool,
    /// Which upstreams the functions ask.
    pub upstream: Upstream,
    /// How the demo upstreams behave.
    pub demo: Demo,
    /// Spin variables given by the user, lower snake case (`spotify_client_id`); they win over the stack's own.
    pub variables: BTreeMap<String, String>,
    /// Where the functions' host sends spans, in place of what the environment says (`OTEL_EXPORTER_OTLP_ENDPOINT`).
    pub otlp_endpoint: Option<String>,
    /// Where progress and trouble are told.
    pub report: Report,
}

impl Options {
    /// Defaults for a data directory: demo upstreams where nothing is configured, a free port, silence.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            repository: find_repository(),
            port: 0,
            parts: Parts::All,
            template: None,
            durable: true,
            runtime: Runtime::Auto,
            as_spin: false,
            compile_first: false,
            upstream: Upstream::Auto,
            demo: Demo::default(),
            variables: BTreeMap::new(),
            otlp_endpoint: None,
            report: Report::silent(),
        }
    }

    /// Takes the variables that the environment gives as `SPIN_VARIABLE_<NAME>`.
    #[must_use]
    pub fn with_environment(mut self) -> Self {
        self.variables.extend(env::vars().filter_map(|(name, value)| {
            let name = name.strip_prefix("SPIN_VARIABLE_")?.to_ascii_lowercase();
            Some((name, value))
        }));
        self
    }
}

/// The checkout that this program belongs to: the nearest folder above it that has the manifest and the migrations,
/// or the one it was compiled in (a target folder may lie anywhere).
fn find_repository() -> PathBuf {
    let compiled_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    env::current_exe()
        .ok()
        .and_then(|exe| {
            let is_ours = |folder: &&Path| folder.join("spin.toml").is_file() && folder.join("migrations").is_dir();
            exe.ancestors().find(is_ours).map(Path::to_path_buf)
        })
        .unwrap_or_else(|| compiled_in.canonicalize().unwrap_or(compiled_in))
}

/// What of the stack is started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Parts {
    #[default]
    All,
    /// Postgres alone, with the migrations applied: nobody answers at the other addresses.
    Database,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Runtime {
    /// Spin where it is on PATH, else the embedded host.
    #[default]
    Auto,
    /// The embedded host (`scripts/local/host`).
    Embedded,
    /// Spin; an error where it is not on PATH.
    Spin,
}

/// Which upstreams the functions ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Upstream {
    /// A provider is live when an address or credential of its own is given, else the demo stands in.
    #[default]
    Auto,
    /// The demo stands in for every provider.
    Demo,
    /// Every provider is live; those without credentials are off.
    Live,
}

/// The kind of Spotify app that the demo plays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SpotifyApp {
    /// May ask for many albums and tracks at once.
    #[default]
    Extended,
    /// Since 2026: no batch requests, fewer fields.
    Development,
}

impl fmt::Display for SpotifyApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Extended => "extended",
            Self::Development => "development",
        })
    }
}

/// How the demo upstreams behave.
#[derive(Clone, Debug)]
pub struct Demo {
    pub seed: u64,
    /// How many artists the world has; `None` leaves it to the demo.
    pub artists: Option<usize>,
    /// The kind of Spotify app.
    pub spotify_app: SpotifyApp,
    /// How long each answer takes, in milliseconds.
    pub latency_ms: u64,
    /// MusicBrainz' rate limit; 0 is none. Real MusicBrainz allows 1, at which a newcomer's first artist would take
    /// minutes instead of seconds.
    pub musicbrainz_per_second: u32,
    /// Spotify's rate limit in 30 seconds; 0 is none, `None` leaves it to the demo.
    pub spotify_per_30s: Option<u32>,
}

impl Default for Demo {
    fn default() -> Self {
        Self {
            seed: 1,
            artists: None,
            spotify_app: SpotifyApp::Extended,
            latency_ms: 0,
            musicbrainz_per_second: 50,
            spotify_per_30s: None,
        }
    }
}

/// A listener for what the stack is doing, one line at a time.
#[derive(Clone)]
pub struct Report(Arc<dyn Fn(&str) + Send + Sync>);

impl Report {
    /// Calls `listener` with each line.
    pub fn new(listener: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(listener))
    }

    pub fn silent() -> Self {
        Self::new(|_| ())
    }

    /// Tells `line`.
    pub fn line(&self, line: impl AsRef<str>) {
        (self.0)(line.as_ref());
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Report")
    }
}
