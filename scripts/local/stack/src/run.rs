//! A stack from its first step to its last, on one thread of its own.

use crate::binaries;
use crate::data_dir::{DataDir, Holder};
use crate::database::{self, cluster, migrations, prepare, project, vault};
use crate::gateway::{self, Behind, Keys};
use crate::info::StackInfo;
use crate::net;
use crate::options::{Options, Parts};
use crate::plan::Plan;
use crate::ports;
use crate::programs;
use crate::service::Service;
use crate::supervisor::{Command, Supervisor};
use anyhow::{Context, Result};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

/// What a started stack tells its owner.
#[derive(Debug)]
pub(crate) struct Started {
    pub info: StackInfo,
    pub admin_url: String,
    pub logs: PathBuf,
    /// Whether the gateway is away.
    pub away: watch::Sender<bool>,
}

/// Starts, answers `ready`, watches until told to stop, stops. Must be the main future of the stack's own thread,
/// because the children are tied to the thread that starts them.
pub(crate) async fn run(
    options: Options,
    ready: oneshot::Sender<Result<Started>>,
    mut commands: mpsc::UnboundedReceiver<Command>,
) {
    let mut stack = match Starting::new(&options) {
        Ok(stack) => stack,
        Err(error) => {
            let _ = ready.send(Err(error));
            return;
        }
    };
    let failure = match Box::pin(stack.start()).await {
        Ok(started) => {
            if ready.send(Ok(started)).is_ok() {
                stack.supervisor.watch(&mut commands, &stack.data_dir).await;
            }
            None
        }
        Err(error) => Some((ready, error)),
    };
    // Without the file a caller finds no stack, rather than one of which half has stopped.
    let _ = fs::remove_file(stack.data_dir.stack_json());
    stack.tasks.shutdown().await;
    stack.supervisor.stop_all().await;
    drop(stack);
    if let Some((ready, error)) = failure {
        let _ = ready.send(Err(error));
    }
}

/// A stack from the moment when its directory and its port are taken.
struct Starting<'a> {
    options: &'a Options,
    data_dir: DataDir,
    listener: Option<TcpListener>,
    supervisor: Supervisor,
    tasks: JoinSet<()>,
}

impl<'a> Starting<'a> {
    fn new(options: &'a Options) -> Result<Self> {
        let mut data_dir = DataDir::take(&options.data_dir)?;
        let listener = ports::listen(options.port)?;
        let holder = Holder {
            pid: process::id(),
            port: listener.local_addr()?.port(),
        };
        data_dir.sign(holder)?;
        Ok(Self {
            options,
            data_dir,
            listener: Some(listener),
            supervisor: Supervisor::new(options.report.clone()),
            tasks: JoinSet::new(),
        })
    }

    async fn start(&mut self) -> Result<Started> {
        let listener = self.listener.take().context("started twice")?;
        let _ = fs::remove_file(self.data_dir.stack_json());
        self.data_dir.await_leftovers()?;
        if let Some(template) = &self.options.template {
            self.data_dir.begin_with(template)?;
        }
        let plan = Plan::make(self.options, &self.data_dir, listener.local_addr()?)?;

        let is_whole = self.options.parts == Parts::All;
        if is_whole {
            self.start_helpers(&plan)?;
        }
        let admin_url = self.start_database(&plan).await?;
        let (away, is_away) = watch::channel(false);
        if is_whole {
            self.serve(&plan, listener, is_away).await?;
            for service in [Service::Redis, Service::Demo, Service::Functions] {
                self.supervisor.wait_ready(service).await?;
            }
        }
        // With these entries the database begins to call the functions, so they are stored once the functions answer.
        let info = plan.info;
        vault::store(&info.database_url, &info.functions_url, &info.function_secret)
            .await
            .context("Vault's entries")?;
        if is_whole && prepare::has_stand_in_net(&admin_url).await? {
            self.tasks.spawn(net::send_requests(admin_url.clone()));
        }
        if is_whole {
            project::confirm(&info.database_url).await.context("the project")?;
        }
        for provider in &plan.upstreams.off {
            self.options
                .report
                .line(format!("{provider} is off: it has no credentials"));
        }
        info.write(&self.data_dir.stack_json())?;
        Ok(Started {
            info,
            admin_url,
            logs: plan.logs,
            away,
        })
    }

    /// Starts what does not wait for the database: the functions' host compiles while the cluster is made.
    fn start_helpers(&mut self, plan: &Plan) -> Result<()> {
        let Plan {
            upstreams,
            functions,
            account,
            services,
            logs,
            state,
            ..
        } = plan;
        let report = &self.options.report;
        report.line(format!("Starting the functions' host ({})", functions.kind()));
        self.supervisor
            .start(Service::Functions, functions.program(logs)?, &self.data_dir)?;
        if !upstreams.demo.is_empty() {
            report.line(format!("Starting demo upstreams for {}", upstreams.demo.join(", ")));
            let Options { repository, demo, .. } = self.options;
            let program = programs::demo(repository, state.ports.demo, demo, logs)?;
            self.supervisor.start(Service::Demo, program, &self.data_dir)?;
        }
        if plan.own_redis {
            report.line("Starting Redis");
            let folder = services.join("redis");
            account.own_folder(&folder)?;
            let program = programs::redis(&folder, *account, state.ports.redis, &state.redis_password, logs)?;
            self.supervisor.start(Service::Redis, program, &self.data_dir)?;
        }
        Ok(())
    }

    /// Makes the cluster if need be, starts it, prepares and migrates it; returns its superuser's URL.
    async fn start_database(&mut self, plan: &Plan) -> Result<String> {
        let Plan {
            account,
            services,
            logs,
            state,
            info,
            ..
        } = plan;
        let report = &self.options.report;
        let folder = services.join("postgres");
        let installation = binaries::Postgres::find(&folder)?;
        if !cluster::is_made(&folder)
            && let Some(template) = &self.options.template
        {
            cluster::copy(&DataDir::cluster_in(template), &folder).await?;
        }
        if !cluster::is_made(&folder) {
            report.line(format!("Making a PostgreSQL cluster in {}", folder.display()));
            cluster::make(&installation, &folder, *account, &state.admin_password).await?;
        }
        cluster::configure(
            &installation,
            &folder,
            *account,
            state.ports.postgres,
            self.options.durable,
        )?;
        report.line("Starting PostgreSQL");
        let admin_url = database::url(cluster::ADMIN, &state.admin_password, state.ports.postgres);
        let program = programs::postgres(&installation, &folder, *account, admin_url.clone(), logs);
        self.supervisor.start(Service::Postgres, program, &self.data_dir)?;
        self.supervisor.wait_ready(Service::Postgres).await?;

        prepare::prepare(&installation, &admin_url, state)
            .await
            .context("the cluster's preparation")?;
        prepare::install_pgmq(&info.database_url).await?;
        let migrations = self.options.repository.join("migrations");
        let applied = migrations::apply(&migrations, &info.database_url, report).await?;
        if applied > 0 {
            report.line(format!("Applied {applied} migrations"));
        }
        Ok(admin_url)
    }

    async fn serve(&mut self, plan: &Plan, listener: TcpListener, away: watch::Receiver<bool>) -> Result<()> {
        let Plan { info, state, .. } = plan;
        let keys = Keys::new(&info.publishable_key, &info.secret_key, &info.jwt_secret)?;
        let behind = Behind {
            database_url: database::url("authenticator", &state.authenticator_password, state.ports.postgres),
            functions: SocketAddr::from((Ipv4Addr::LOCALHOST, state.ports.functions)),
        };
        let router = gateway::router(behind, keys).await?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        self.tasks.spawn(gateway::serve(listener, router, away));
        Ok(())
    }
}
