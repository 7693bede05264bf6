//! The application as it runs: its components, compiled, and what they share.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use tokio::sync::Semaphore;
use wasmtime::component::Linker;
use wasmtime::{Cache, CacheConfig, Config, Engine};
use wasmtime_wasi_http::p2::bindings::ProxyPre;

use crate::component::Component;
use crate::manifest::{self, Manifest};
use crate::outbound::{OutboundClient, client};
use crate::routes::Routes;
use crate::spin;
use crate::state::State;
use crate::traces::Traces;
use crate::variables::Values;

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
    pub(crate) components: BTreeMap<String, Arc<CompiledComponent>>,
    pub(crate) routes: Routes,
    pub(crate) client: OutboundClient,
    pub(crate) traces: Option<Traces>,
    pub(crate) limits: Limits,
    pub(crate) clock_offset: i64,
    pub(crate) instances: Arc<Semaphore>,
}

/// A component that is ready to be instantiated.
pub struct CompiledComponent {
    pub(crate) code: ProxyPre<State>,
    pub(crate) component: Arc<Component>,
}

impl App {
    /// Reads the manifest, gives the variables their values (`lookup`: an environment variable by its name) and
    /// compiles the components.
    pub fn load(options: &Options, lookup: impl Fn(&str) -> Option<String>) -> Result<Arc<Self>> {
        let manifest = Manifest::read(&options.manifest)?;
        let values = manifest.resolve(&lookup)?;
        let client = client();
        let traces = Traces::from_environment(&client, &lookup)?;
        let engine = engine(&options.state_dir)?;
        let linker = linker(&engine).map_err(plain)?;
        // Each is compiled on all cores, but for its beginning and its end: those of one fall into the middle of another.
        let components = thread::scope(|scope| {
            let loads: Vec<_> = manifest
                .components
                .iter()
                .map(|(id, entry)| {
                    let load = scope.spawn(|| CompiledComponent::load(id, entry, &values, &linker, options));
                    (id, load)
                })
                .collect();
            loads
                .into_iter()
                .map(|(id, load)| {
                    let component = load
                        .join()
                        .unwrap_or_else(|_| Err(anyhow!("its compilation has panicked")))
                        .with_context(|| format!("component {id:?}"))?;
                    Ok((id.clone(), Arc::new(component)))
                })
                .collect::<Result<BTreeMap<_, _>>>()
        })?;
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
}

impl CompiledComponent {
    fn load(
        id: &str,
        entry: &manifest::Component,
        values: &Values,
        linker: &Linker<State>,
        options: &Options,
    ) -> Result<Self> {
        let file = entry.source.display();
        let binary =
            std::fs::read(&entry.source).with_context(|| format!("its source {file} cannot be read: is it built?"))?;
        let code = wasmtime::component::Component::from_binary(linker.engine(), &binary)
            .and_then(|component| linker.instantiate_pre(&component))
            .and_then(ProxyPre::new)
            .map_err(plain)
            .with_context(|| format!("{file} is no component that this host can run"))?;
        let component = Component::open(id, entry, values, options.component_log_dir.as_deref())?;
        Ok(Self {
            code,
            component: Arc::new(component),
        })
    }
}

fn engine(state_dir: &Path) -> Result<Engine> {
    // The cache wants an absolute path.
    let state_dir = std::path::absolute(state_dir)?.join("compiled");
    let mut cache = CacheConfig::new();
    cache.with_directory(state_dir);
    let mut config = Config::new();
    config.epoch_interruption(true);
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
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    spin::add_to_linker(&mut linker)?;
    Ok(linker)
}

/// A wasmtime error in one line.
#[allow(clippy::needless_pass_by_value)] // as `map_err` calls it
fn plain(error: wasmtime::Error) -> anyhow::Error {
    anyhow!("{}", crate::one_line(&format!("{error:#}")))
}
