//! `checkPipeline`: the state of the pipeline as the database knows it, and what only a function can see: whether Redis,
//! the providers and the workers answer, what is wrong with the variables, and which version runs.

mod verdict;

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::join_all;
use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::operations::probes::Prober;
use crate::operations::workers_client::WorkersClient;
use crate::operations::{Operation, OperationContext};
use crate::pipeline::config::Config;
use crate::pipeline::deduplication;
use crate::pipeline::http_contract::JsonResponse;
use crate::pipeline::queue::Queue;
use crate::pipeline::rpc::{Rpc, RpcError, millis};
use crate::pipeline::status::Health;
use crate::platform::config::{self, Problem};
use crate::platform::ports::Level;
use crate::sources::Provider;
use crate::sources::provider::Probe;
use verdict::Verdict;

const VERSION: &str = env!("CARGO_PKG_VERSION");

pub struct CheckPipeline;

impl Operation for CheckPipeline {
    type Input = ();
    const NAME: &'static str = "checkPipeline";

    fn read(_: &Map<String, Value>) -> Result<(), JsonResponse> {
        Ok(())
    }

    async fn run(context: &OperationContext<'_>, (): ()) -> Result<JsonResponse, JsonResponse> {
        let (config, problems) = Config::as_far_as_readable(context.platform.variables);
        let mut verdict = Verdict::default();
        for problem in &problems {
            verdict.misconfigured(problem);
        }
        let redis = ask_redis(context, &mut verdict).await;
        let Some(config) = config else {
            return Err(without_database(
                verdict,
                &redis,
                "supabase_url or supabase_secret_key is wrong",
            ));
        };
        let rpc = context.rpc(&config.database);
        let mut status: Map<String, Value> = match rpc.call("get_pipeline_status", &json!({})).await {
            Ok(status) => status,
            Err(error) => {
                verdict.no_database(&error);
                // Only the log may show the database's message.
                context.log.write(Level::Error, "no_database", log_fields(&error));
                return Err(without_database(verdict, &redis, &error.to_string()));
            }
        };
        let reasons = status.remove("reasons");
        verdict.merge(status.get("overall_status"), reasons);
        verdict.wake_ups(status.get("wake_ups"));
        verdict.schema(status.get("schema_version"));
        // Workers are asked first, so that their problems are listed first: without a worker nothing goes on.
        let workers = ask_workers(context, &mut verdict).await;
        let providers = status.get("providers").cloned().unwrap_or_default();
        let providers = ask_providers(context, &config, &problems, &rpc, providers, &mut verdict).await;
        status.insert("success".into(), json!(true));
        status.insert("providers".into(), providers);
        status.insert("redis".into(), redis);
        status.insert("workers".into(), workers);
        status.insert("version".into(), json!(VERSION));
        verdict.write(&mut status);
        Ok(JsonResponse::ok(Value::Object(status)))
    }
}

fn log_fields(error: &RpcError) -> Value {
    let mut fields = json!({"error": error.to_string()});
    if let RpcError::Database { error, .. } = error {
        fields["message"] = json!(error.message);
        fields["hint"] = json!(error.hint);
    }
    fields
}

/// 503, because only the database knows the state of the pipeline. The body has what is known without it.
fn without_database(mut verdict: Verdict, redis: &Value, error: &str) -> JsonResponse {
    verdict.at_least(Health::Unhealthy);
    let mut response = JsonResponse::error(StatusCode::SERVICE_UNAVAILABLE, error);
    if let Some(body) = response.body.as_object_mut() {
        body.insert("redis".into(), redis.clone());
        body.insert("version".into(), json!(VERSION));
        verdict.write(body);
    }
    response
}

async fn ask_redis(context: &OperationContext<'_>, verdict: &mut Verdict) -> Value {
    let platform = context.platform;
    let workers = config::redis(platform.variables).and_then(|_| WorkersClient::new(context).ok());
    let checked = match &workers {
        Some(workers) => workers.check_redis().await,
        None => Ok(None),
    };
    let redis = match checked {
        Ok(Some(redis)) => redis,
        Ok(None) => deduplication::probe(platform.keys, platform.clock),
        Err(problem) => json!({"configured": true, "answering": false, "problem": format!("Redis: {problem}")}),
    };
    if let Some(problem) = redis["problem"].as_str() {
        verdict.no_redis(problem);
    }
    redis
}

fn since(context: &OperationContext<'_>, started: Duration) -> u64 {
    millis(context.platform.clock.monotonic().saturating_sub(started))
}

/// Asks all workers at once.
async fn ask_workers(context: &OperationContext<'_>, verdict: &mut Verdict) -> Value {
    let client = match WorkersClient::new(context) {
        Ok(client) => client,
        Err(error) => {
            error.0.iter().for_each(|problem| verdict.misconfigured(problem));
            return json!({});
        }
    };
    let client = &client;
    let questions = Queue::ALL.map(|queue| async move { (queue, client.check(queue).await) });
    let mut workers = Map::new();
    let mut failing: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (queue, answer) in join_all(questions).await {
        let name = queue.function_name();
        let entry = match answer {
            Ok(version) => json!({"answering": true, "version": version}),
            Err(problem) => {
                let entry = json!({"answering": false, "problem": problem});
                failing.entry(problem).or_default().push(name);
                entry
            }
        };
        workers.insert(name.to_owned(), entry);
    }
    for (problem, names) in failing {
        verdict.no_worker(&names, &problem);
    }
    Value::Object(workers)
}

/// Asks all providers at once, except those that asked for a pause, and those that are down: they get probes only.
async fn ask_providers(
    context: &OperationContext<'_>,
    config: &Config,
    problems: &[Problem],
    rpc: &Rpc<'_>,
    known: Value,
    verdict: &mut Verdict,
) -> Value {
    let prober = Prober {
        http: context.platform.http,
        clock: context.platform.clock,
        rpc,
    };
    let questions = Provider::ALL.map(|provider| {
        let paused_for_ms = known[provider.name()]["paused_for_ms"].as_u64().unwrap_or(0);
        let is_down = known[provider.name()]["breaker"].is_object();
        let prober = &prober;
        async move {
            let started = context.platform.clock.monotonic();
            let finding = if (paused_for_ms > 0 || is_down) && config.providers.has(provider) {
                Some(Probe::NotAsked)
            } else {
                prober.ask(provider, config).await
            };
            (provider, paused_for_ms, finding, since(context, started))
        }
    });
    let mut providers = known.as_object().cloned().unwrap_or_default();
    for (provider, paused_for_ms, finding, ms) in join_all(questions).await {
        let entry = providers.entry(provider.name()).or_insert_with(|| json!({}));
        let (state, answering, problem) = match &finding {
            None => ("off", Value::Null, None),
            Some(Probe::NotAsked) if entry["breaker"].is_object() => ("down", json!(false), None),
            Some(Probe::NotAsked) if paused_for_ms > 0 => ("paused", Value::Null, None),
            Some(Probe::NotAsked) => ("busy", Value::Null, None),
            Some(Probe::Answering) => ("answering", json!(true), None),
            Some(Probe::Refused(problem)) => ("refused", json!(false), Some(problem)),
            Some(Probe::Failing(problem)) => ("failing", json!(false), Some(problem)),
        };
        entry["configured"] = json!(finding.is_some());
        entry["state"] = json!(state);
        entry["answering"] = answering;
        if let Some(problem) = problem {
            entry["problem"] = json!(problem);
        }
        if matches!(finding, Some(Probe::Answering)) {
            entry["ms"] = json!(ms);
        }
        let pause = (paused_for_ms > 0 && finding.is_some())
            .then(|| (paused_for_ms, entry["pause_reason"].as_str().unwrap_or("")));
        let is_known = problems
            .iter()
            .any(|problem| problem.variable.starts_with(provider.name()));
        verdict.provider(provider, finding.as_ref(), pause, is_known);
    }
    Value::Object(providers)
}

#[cfg(test)]
mod tests;
