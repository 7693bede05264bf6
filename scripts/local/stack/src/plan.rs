//! What a start will do, decided before anything is started: a missing or contradictory choice costs one line and
//! nothing else.

use crate::account::Account;
use crate::binaries;
use crate::data_dir::DataDir;
use crate::database;
use crate::info::StackInfo;
use crate::options::{Options, Runtime};
use crate::ports;
use crate::programs::FunctionsHost;
use crate::state::{Ports, State};
use crate::upstreams::Upstreams;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process;

/// Everything that a start needs to know.
pub(crate) struct Plan {
    pub state: State,
    pub upstreams: Upstreams,
    /// What `stack.json` will say.
    pub info: StackInfo,
    pub functions: FunctionsHost,
    /// Whom Postgres and Redis run as.
    pub account: Account,
    /// Where Postgres and Redis keep their data.
    pub services: PathBuf,
    pub logs: PathBuf,
    /// Redis is ours unless the user gave one.
    pub own_redis: bool,
}

impl Plan {
    /// Decides; `gateway` is where the gateway will answer.
    pub fn make(options: &Options, data_dir: &DataDir, gateway: SocketAddr) -> Result<Self> {
        if !options.repository.join("spin.toml").is_file() {
            bail!("spin.toml is missing in {}", options.repository.display());
        }
        let mut state = State::load(&data_dir.state_json())?;
        state.ports = choose_ports(state.ports)?;
        state.save(&data_dir.state_json())?;

        let demo_url = format!("http://127.0.0.1:{}", state.ports.demo);
        let upstreams = Upstreams::decide(options, &demo_url)?;
        let demo_url = (!upstreams.demo.is_empty()).then_some(demo_url);
        let info = describe(options, &state, gateway, demo_url)?;
        let own_redis = !options.variables.contains_key("redis_url");
        let spin = find_spin(options.runtime)?;
        let variables = variables(&upstreams, &info, &state, own_redis);
        upstreams.check(&variables)?;
        let functions = FunctionsHost {
            state: match spin {
                Some(_) => data_dir.functions(),
                None => compiled_components(&options.repository).unwrap_or_else(|| data_dir.functions()),
            },
            spin,
            repository: options.repository.clone(),
            port: state.ports.functions,
            as_spin: options.as_spin,
            compile_first: options.compile_first,
            environment: environment(variables, options.otlp_endpoint.clone()),
        };
        let account = Account::for_services()?;
        Ok(Self {
            services: data_dir.services(account)?,
            logs: data_dir.logs(),
            state,
            upstreams,
            info,
            functions,
            account,
            own_redis,
        })
    }
}

fn choose_ports(last: Ports) -> Result<Ports> {
    let mut taken = Vec::new();
    let mut choose = |last: u16| -> Result<u16> {
        let port = ports::free(last, &taken)?;
        taken.push(port);
        Ok(port)
    };
    Ok(Ports {
        postgres: choose(last.postgres)?,
        redis: choose(last.redis)?,
        demo: choose(last.demo)?,
        functions: choose(last.functions)?,
    })
}

/// What the embedded host has compiled depends on the components alone: all stacks of a checkout share it, so that a
/// test with a data directory of its own does not compile again. `None` in a checkout of somebody else's.
fn compiled_components(repository: &Path) -> Option<PathBuf> {
    let target = repository.join("target");
    let owner = fs::metadata(&target).ok()?.uid();
    (owner == rustix::process::geteuid().as_raw()).then(|| target.join("linernotes-host"))
}

fn find_spin(runtime: Runtime) -> Result<Option<PathBuf>> {
    match (runtime, binaries::on_path("spin")) {
        (Runtime::Embedded, _) | (Runtime::Auto, None) => Ok(None),
        (_, Some(spin)) => Ok(Some(spin)),
        (Runtime::Spin, None) => {
            bail!("spin is not on PATH: install it (https://spinframework.dev/install) or take --runtime embedded")
        }
    }
}

fn describe(options: &Options, state: &State, gateway: SocketAddr, demo_url: Option<String>) -> Result<StackInfo> {
    let given = |name: &str| options.variables.get(name);
    let api_url = format!("http://{gateway}");
    let function_secret = match given("function_secret") {
        // While the secret is being changed there are two; callers take the first.
        Some(secrets) => secrets.split(',').map(str::trim).find(|secret| !secret.is_empty()),
        None => Some(state.function_secret.as_str()),
    };
    let redis_url = match (given("redis_url"), given("redis_password")) {
        (None, _) => with_password(
            &format!("redis://127.0.0.1:{}", state.ports.redis),
            &state.redis_password,
        ),
        (Some(origin), None) => origin.clone(),
        (Some(origin), Some(password)) => with_password(origin, password),
    };
    Ok(StackInfo {
        functions_url: format!("{api_url}/functions/v1"),
        api_url,
        publishable_key: state.publishable_key.clone(),
        secret_key: state.secret_key.clone(),
        function_secret: function_secret
            .context("SPIN_VARIABLE_FUNCTION_SECRET has no value")?
            .to_owned(),
        jwt_secret: state.jwt_secret.clone(),
        database_url: database::url("postgres", &state.database_password, state.ports.postgres),
        redis_url,
        demo_url,
        pid: process::id(),
    })
}

/// `default` is the user that a password alone belongs to; some clients take an empty name for a user's.
fn with_password(origin: &str, password: &str) -> String {
    origin.replacen("://", &format!("://default:{password}@"), 1)
}

/// The variables of the functions: what was given, and what the stack has for them.
fn variables(upstreams: &Upstreams, info: &StackInfo, state: &State, own_redis: bool) -> BTreeMap<String, String> {
    let mut variables: BTreeMap<String, String> = upstreams.variables.clone();
    let mut set = |name: &str, value: &str| {
        variables.entry(name.to_owned()).or_insert_with(|| value.to_owned());
    };
    set("supabase_url", &info.api_url);
    set("supabase_secret_key", &info.secret_key);
    set("supabase_publishable_key", &info.publishable_key);
    set("function_secret", &info.function_secret);
    // An origin, like every address that stands in `allowed_outbound_hosts`.
    set("functions_url", &info.api_url);
    if own_redis {
        set("redis_url", &format!("redis://127.0.0.1:{}", state.ports.redis));
        set("redis_password", &state.redis_password);
    }
    variables
}

/// Variables as the functions' host takes them, and where it sends spans.
fn environment(variables: BTreeMap<String, String>, otlp_endpoint: Option<String>) -> Vec<(String, String)> {
    let endpoint = otlp_endpoint.map(|endpoint| ("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), endpoint));
    variables
        .into_iter()
        .map(|(name, value)| (format!("SPIN_VARIABLE_{}", name.to_ascii_uppercase()), value))
        .chain(endpoint)
        .collect()
}
