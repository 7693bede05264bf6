//! A stack from its first step to its last, on one thread of its own.

use crate::account::Account;
use crate::binaries;
use crate::data_dir::{DataDir, Holder};
use crate::database::{self, cluster, migrations, prepare, vault};
use crate::gateway::{self, Behind, Keys};
use crate::info::StackInfo;
use crate::net;
use crate::options::{Options, Runtime};
use crate::ports;
use crate::services::{self, FunctionsHost, Service};
use crate::state::{Ports, State};
use crate::supervisor::{Command, Supervisor};
use crate::upstreams::Upstreams;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

/// What a started stack tells its owner.
#[derive(Debug)]
pub(crate) struct Started {
    pub info: StackInfo,
    /// The cluster's superuser.
    pub admin_url: String,
    pub logs: PathBuf,
}

/// Starts, answers `ready`, watches until told to stop, stops. Must be the main future of the stack's own thread,
/// because the children are tied to the thread that starts them.
pub(crate) async fn run(
    options: Options,
    ready: oneshot::Sender<Result<Started>>,
    mut commands: mpsc::UnboundedReceiver<Command>,
) {
    let mut supervisor = Supervisor::new(options.report.clone());
    let mut tasks = JoinSet::new();
    let started = match DataDir::take(&options.data_dir) {
        Ok(data_dir) => start(&options, data_dir, &mut supervisor, &mut tasks).await,
        Err(error) => Err(error),
    };
    match started {
        Ok((started, data_dir)) => {
            if ready.send(Ok(started)).is_ok() {
                supervisor.watch(&mut commands, &data_dir).await;
            }
            // A caller finds no stack rather than half of one.
            let _ = fs::remove_file(data_dir.stack_json());
            tasks.shutdown().await;
            supervisor.stop_all().await;
        }
        Err(error) => {
            tasks.shutdown().await;
            supervisor.stop_all().await;
            let _ = ready.send(Err(error));
        }
    }
}

async fn start(
    options: &Options,
    mut data_dir: DataDir,
    supervisor: &mut Supervisor,
    tasks: &mut JoinSet<()>,
) -> Result<(Started, DataDir)> {
    let report = &options.report;
    let listener = ports::listen(options.port)?;
    let address = listener.local_addr()?;
    data_dir.sign(Holder { pid: process::id(), port: address.port() })?;
    let _ = fs::remove_file(data_dir.stack_json());
    data_dir.await_leftovers()?;

    let mut state = State::load(&data_dir.state_json())?;
    state.ports = choose_ports(state.ports)?;
    state.save(&data_dir.state_json())?;
    let ports = state.ports;

    let demo_url = format!("http://127.0.0.1:{}", ports.demo);
    let upstreams = Upstreams::decide(options, &demo_url)?;
    let own_redis = !options.variables.contains_key("redis_url");
    let info = describe(options, &state, address, (!upstreams.demo.is_empty()).then(|| demo_url.clone()))?;
    let variables = variables(&upstreams, &info, &state, own_redis);
    let functions = FunctionsHost {
        spin: find_spin(options.runtime)?,
        repository: options.repository.clone(),
        port: ports.functions,
        state: data_dir.functions(),
        variables,
    };
    if !options.repository.join("spin.toml").is_file() {
        bail!("spin.toml is missing in {}", options.repository.display());
    }

    // Whatever does not wait for the database starts now: the functions' host compiles meanwhile.
    let logs = data_dir.logs();
    let account = Account::for_services()?;
    let folder = data_dir.services(account)?;
    report.line(format!("Starting the functions' host: {}", functions.kind()));
    supervisor.start(Service::Functions, functions.program(&logs)?, &data_dir)?;
    if !upstreams.demo.is_empty() {
        report.line(format!("Starting demo upstreams for {}", upstreams.demo.join(", ")));
        let program = services::demo(&options.repository, ports.demo, &options.demo, &logs)?;
        supervisor.start(Service::Demo, program, &data_dir)?;
    }
    if own_redis {
        report.line("Starting Redis");
        let redis_folder = folder.join("redis");
        account.own_folder(&redis_folder)?;
        let program = services::redis(&redis_folder, account, ports.redis, &state.redis_password, &logs)?;
        supervisor.start(Service::Redis, program, &data_dir)?;
    }

    let cluster_folder = folder.join("postgres");
    let installation = binaries::Postgres::find(&cluster_folder)?;
    if !cluster::is_made(&cluster_folder) {
        report.line(format!("Making a PostgreSQL cluster in {}", cluster_folder.display()));
        cluster::make(&installation, &cluster_folder, account, &state.admin_password).await?;
    }
    cluster::configure(&installation, &cluster_folder, account, ports.postgres)?;
    report.line("Starting PostgreSQL");
    let admin_url = database::url(cluster::ADMIN, &state.admin_password, ports.postgres);
    let program = services::postgres(&installation, &cluster_folder, account, admin_url.clone(), &logs);
    supervisor.start(Service::Postgres, program, &data_dir)?;
    supervisor.wait_ready(Service::Postgres).await?;

    prepare::prepare(&installation, &admin_url, &state).await.context("the cluster's preparation")?;
    prepare::install_pgmq(&info.database_url).await?;
    let applied = migrations::apply(&options.repository.join("migrations"), &info.database_url, report).await?;
    if applied > 0 {
        report.line(format!("Applied {applied} migrations"));
    }

    let keys = Keys::new(&info.publishable_key, &info.secret_key, &info.jwt_secret)?;
    let behind = Behind {
        database_url: database::url("authenticator", &state.authenticator_password, ports.postgres),
        functions: SocketAddr::from((Ipv4Addr::LOCALHOST, ports.functions)),
    };
    let router = gateway::router(behind, keys).await?;
    let listener = TcpListener::from_std(listener)?;
    let told = report.clone();
    tasks.spawn(async move {
        if let Err(error) = gateway::serve(listener, router).await {
            told.line(format!("the gateway has stopped: {error}"));
        }
    });
    for service in [Service::Redis, Service::Demo, Service::Functions] {
        supervisor.wait_ready(service).await?;
    }
    // Only now may the database call: there is somebody to answer.
    vault::store(&info.database_url, &info.functions_url, &info.function_secret).await.context("Vault's entries")?;
    if prepare::has_stand_in_net(&admin_url).await? {
        tasks.spawn(net::send_requests(admin_url.clone()));
    }
    for provider in &upstreams.off {
        report.line(format!("{provider} is off: it has no credentials"));
    }
    info.write(&data_dir.stack_json())?;
    Ok((Started { info, admin_url, logs }, data_dir))
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

fn find_spin(runtime: Runtime) -> Result<Option<PathBuf>> {
    match (runtime, binaries::on_path("spin")) {
        (Runtime::Embedded, _) | (Runtime::Auto, None) => Ok(None),
        (_, Some(spin)) => Ok(Some(spin)),
        (Runtime::Spin, None) => {
            bail!("spin is not on PATH: install it (https://spinframework.dev/install) or take --runtime embedded")
        }
    }
}

/// What `stack.json` will say.
fn describe(options: &Options, state: &State, address: SocketAddr, demo_url: Option<String>) -> Result<StackInfo> {
    let given = |name: &str| options.variables.get(name);
    let api_url = format!("http://{address}");
    let function_secret = match given("function_secret") {
        // Two values are for a change without a gap; callers take the first.
        Some(secrets) => secrets.split(',').map(str::trim).next().filter(|secret| !secret.is_empty()),
        None => Some(state.function_secret.as_str()),
    };
    let redis_url = match (given("redis_url"), given("redis_password")) {
        (None, _) => format!("redis://:{}@127.0.0.1:{}", state.redis_password, state.ports.redis),
        (Some(origin), None) => origin.clone(),
        (Some(origin), Some(password)) => origin.replacen("://", &format!("://:{password}@"), 1),
    };
    Ok(StackInfo {
        functions_url: format!("{api_url}/functions/v1"),
        api_url,
        publishable_key: state.publishable_key.clone(),
        secret_key: state.secret_key.clone(),
        function_secret: function_secret.context("SPIN_VARIABLE_FUNCTION_SECRET has no value")?.to_owned(),
        jwt_secret: state.jwt_secret.clone(),
        database_url: database::url("postgres", &state.database_password, state.ports.postgres),
        redis_url,
        demo_url,
        pid: process::id(),
    })
}

/// The functions' environment.
fn variables(upstreams: &Upstreams, info: &StackInfo, state: &State, own_redis: bool) -> Vec<(String, String)> {
    let mut variables: BTreeMap<String, String> = upstreams.variables.clone();
    let mut set = |name: &str, value: &str| {
        variables.entry(name.to_owned()).or_insert_with(|| value.to_owned());
    };
    set("supabase_url", &info.api_url);
    set("supabase_secret_key", &info.secret_key);
    set("function_secret", &info.function_secret);
    // An origin, like every address that stands in `allowed_outbound_hosts`.
    set("functions_url", &info.api_url);
    if own_redis {
        set("redis_url", &format!("redis://127.0.0.1:{}", state.ports.redis));
        set("redis_password", &state.redis_password);
    }
    variables.into_iter().map(|(name, value)| (format!("SPIN_VARIABLE_{}", name.to_ascii_uppercase()), value)).collect()
}
