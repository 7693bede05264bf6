//! The application as it runs: its components, and what they share.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use futures::TryStreamExt;
use futures::stream;
use indexmap::IndexMap;
use tokio::sync::{OnceCell, Semaphore};
use tokio::task::spawn_blocking;
use wasmtime::component::Linker;
use wasmtime::{Cache, CacheConfig, Config, Engine, Strategy};
use wasmtime_wasi_http::bindings::ProxyPre;

use crate::component::Component;
use crate::manifest::{self, Manifest};
use crate::outbound::{OutboundClient, client};
use crate::routes::Routes;
use crate::spin;
use crate::state::State;
use crate::traces::Traces;
use crate::variables::Values;

/// What a file begins with that is a component, and no module.
const PREAMBLE: &[u8] = b"\0asm\x0d\0\x01\0";

/// How often a component that computes must let others run.
const TICK: Duration = Duration::from_millis(10);

/// What an application is started with.
#[derive(Debug, Clone)]
pub struct Options {
    pub manifest: PathBuf,
    /// A folder for compiled components; they are compiled again where it lacks them.
    pub state_dir: PathBuf,
    /// A folder for what components print, besides standard error.
    pub component_log_dir: Option<PathBuf>,
    /// What a component may use.
    pub limits: Limits,
    /// How many seconds the clock of the components is ahead (or, below zero, behind).
    pub clock_offset: i64,
}

/// What components may use. Each is a plain 500 when it is reached.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long an instance lives, the work after its response included.
    pub lifetime: Duration,
    pub memory_bytes: usize,
    /// How many instances run at once; others wait.
    pub instances: u32,
    /// How long one waits for its turn.
    pub wait: Duration,
    /// The largest request that is taken.
    pub request_bytes: usize,
    /// Whether Redis has a time to connect and to answer in. On Spin it has not: a component waits for good.
    pub redis_timeouts: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            lifetime: Duration::from_mins(2),
            memory_bytes: 256 << 20,
            instances: 128,
            wait: Duration::from_secs(10),
            request_bytes: 16 << 20,
            redis_timeouts: true,
        }
    }
}

/// An application that is ready to answer.
pub struct App {
    pub(crate) engine: Engine,
    pub(crate) components: IndexMap<String, Arc<LoadedComponent>>,
    pub(crate) routes: Routes,
    pub(crate) client: OutboundClient,
    pub(crate) traces: Option<Traces>,
    pub(crate) limits: Limits,
    pub(crate) clock_offset: i64,
    pub(crate) instances: Arc<Semaphore>,
}

/// A component and its code, which is compiled for this machine when somebody needs it.
pub struct LoadedComponent {
    pub(crate) component: Arc<Component>,
    source: PathBuf,
    binary: Vec<u8>,
    linker: Arc<Linker<State>>,
    code: OnceCell<ProxyPre<State>>,
}

impl App {
    /// Reads the manifest and the components, and gives the variables their values (`lookup`: an environment variable by
    /// its name).
    pub fn load(options: &Options, lookup: impl Fn(&str) -> Option<String>) -> Result<Arc<Self>> {
        let manifest = Manifest::read(&options.manifest)?;
        let values = manifest.resolve(&lookup)?;
        let client = client();
        let traces = Traces::from_environment(&client, &lookup)?;
        let engine = engine(&options.state_dir)?;
        let linker = Arc::new(linker(&engine).map_err(plain)?);
        let components = manifest
            .components
            .iter()
            .map(|(id, entry)| {
                let loaded = LoadedComponent::read(id, entry, &values, &linker, options)
                    .with_context(|| format!("component {id:?}"))?;
                Ok((id.clone(), Arc::new(loaded)))
            })
            .collect::<Result<_>>()?;
        Ok(Arc::new(Self {
            engine,
            components,
            routes: manifest.routes,
            client,
            traces,
            limits: options.limits,
            clock_offset: options.clock_offset,
            instances: Arc::new(Semaphore::new(options.limits.instances as usize)),
        }))
    }

    /// Compiles what no request has needed yet, in the order of the triggers: one on each core.
    pub async fn compile(&self) -> Result<()> {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let components = stream::iter(self.components.values().map(Ok));
        components
            .try_for_each_concurrent(cores, |loaded| async { loaded.code().await.map(drop) })
            .await
    }
}

impl LoadedComponent {
    fn read(
        id: &str,
        entry: &manifest::Component,
        values: &Values,
        linker: &Arc<Linker<State>>,
        options: &Options,
    ) -> Result<Self> {
        let file = entry.source.display();
        let binary =
            std::fs::read(&entry.source).with_context(|| format!("its source {file} cannot be read: is it built?"))?;
        ensure!(binary.starts_with(PREAMBLE), "{file} is no component");
        let component = Component::open(id, entry, values, options.component_log_dir.as_deref())?;
        Ok(Self {
            component: Arc::new(component),
            source: entry.source.clone(),
            binary,
            linker: linker.clone(),
            code: OnceCell::new(),
        })
    }

    /// The code, once it is compiled: within seconds the first time, at once where the cache has it.
    pub(crate) async fn code(self: &Arc<Self>) -> Result<&ProxyPre<State>> {
        let compile = || async {
            let loaded = self.clone();
            spawn_blocking(move || loaded.compile())
                .await
                .context("its compilation has panicked")?
        };
        let id = &self.component.id;
        self.code
            .get_or_try_init(compile)
            .await
            .with_context(|| format!("component {id:?}"))
    }

    fn compile(&self) -> Result<ProxyPre<State>> {
        wasmtime::component::Component::from_binary(self.linker.engine(), &self.binary)
            .and_then(|component| self.linker.instantiate_pre(&component))
            .and_then(ProxyPre::new)
            .map_err(plain)
            .with_context(|| format!("{} is no component that this host can run", self.source.display()))
    }
}

fn engine(state_dir: &Path) -> Result<Engine> {
    // The cache wants an absolute path.
    let state_dir = std::path::absolute(state_dir)?.join("compiled");
    let mut cache = CacheConfig::new();
    cache.with_directory(state_dir);
    let mut config = Config::new();
    config.async_support(true);
    config.epoch_interruption(true);
    // Spin compiles with Cranelift, whose code is faster. Winch, which is there for x86-64 only, is done in three quarters of
    // the time, and without being optimised itself, which would be two minutes of this host's own compilation. Pages take
    // the same time with both, for they wait for the database.
    if cfg!(target_arch = "x86_64") {
        config.strategy(Strategy::Winch);
    }
    config.cache(Some(Cache::new(cache).map_err(plain)?));
    let engine = Engine::new(&config).map_err(plain)?;
    let weak = engine.weak();
    thread::Builder::new().name("ticks".to_owned()).spawn(move || {
        while let Some(engine) = weak.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(TICK);
        }
    })?;
    Ok(engine)
}

fn linker(engine: &Engine) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi_http::add_only_http_to_linker_async(&mut linker)?;
    spin::add_to_linker(&mut linker)?;
    Ok(linker)
}

/// A wasmtime error in one line.
#[allow(clippy::needless_pass_by_value)] // as `map_err` calls it
fn plain(error: wasmtime::Error) -> anyhow::Error {
    anyhow!("{}", crate::one_line(&format!("{error:#}")))
}
