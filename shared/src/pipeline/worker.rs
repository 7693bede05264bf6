//! A worker function: request → checks → run → response.
//!
//! A run is dequeue → skip → stage → commit. Called with `Prefer: respond-async`, as the database calls it, a worker
//! responds with 202 at once and repeats these steps until its queue is empty or its time budget is spent; within that
//! time it also waits for messages that fall due. Called without, it handles one batch and responds when that is done.

mod health;
mod run_state;
mod summary;

use std::pin::pin;
use std::time::Duration;

use futures::FutureExt;
use futures::future::{Either, LocalBoxFuture, select};
use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use crate::pipeline::budget::Ask;
use crate::pipeline::circuit_breaker::CircuitBreaker;
use crate::pipeline::commit::{self, CommitOutcome, Element, Issue, Report};
use crate::pipeline::config::Config;
use crate::pipeline::deduplication;
use crate::pipeline::dequeue::{self, Batch, RawDelivery};
use crate::pipeline::http_contract::{self, CheckedRequest, JsonResponse, RequestLog, fields};
use crate::pipeline::issues::REDIS_UNAVAILABLE;
use crate::pipeline::message::{Delivery, MessageId};
use crate::pipeline::outcome::Outcome;
use crate::pipeline::rpc::{RELEASE, Rpc, RpcError, millis};
use crate::pipeline::stage::{Context, Stage};
use crate::platform::ports::{Function, Level, Log, Platform, Reply, Request};
use run_state::RunState;
use summary::Summary;

/// With less time left than this, a run does not dequeue another batch.
const SHORTEST_BATCH: Duration = Duration::from_secs(2);

/// A stage that has not ended this long after the deadline is dropped, and its messages are released.
const GRACE: Duration = Duration::from_secs(2);

/// How long after the deadline the last answer of the database is waited for. With the usual 25 seconds of a run, whoever
/// waits for 30 hears how it ended, also where the database is slow.
const LAST_ANSWER: Duration = Duration::from_secs(4);

/// The end of a run that does not know its settings yet.
const FIRST_END: Duration = Duration::from_secs(29);

/// The longest delay of a batch that made no progress, because its provider has no slot left or its stage hangs: the next
/// run would fare no better at once.
const NO_PROGRESS_DELAY: Duration = Duration::from_secs(5);

/// A message is dequeued this much later than it falls due, because the database's clock is not the worker's.
const DUE_MARGIN: Duration = Duration::from_millis(20);

/// The function that works off the queue of stage `S`.
pub struct QueueWorker<S>(pub S);

impl<S: Stage> Function for QueueWorker<S> {
    fn serve<'a>(&'a self, platform: &'a Platform<'a>, request: Request, reply: Reply) -> LocalBoxFuture<'a, ()> {
        respond_and_run::<S>(platform, request, reply).boxed_local()
    }
}

async fn respond_and_run<S: Stage>(platform: &Platform<'_>, request: Request, reply: Reply) {
    let id = http_contract::correlation_id(request.headers());
    let id = id.as_str();
    let log = RequestLog {
        inner: platform.log,
        function: S::QUEUE.function_name(),
        correlation_id: id,
    };
    let checked = http_contract::check(platform.variables, &request).and_then(|request| {
        let config = Config::from_variables(platform.variables);
        let config = config.map_err(|error| JsonResponse::misconfigured(&error))?;
        Ok((request, config))
    });
    let (request, config) = match checked {
        Ok(checked) => checked,
        Err(response) => {
            log.refused(&response);
            return reply(response.into_http(id));
        }
    };
    let rpc = Rpc::new(platform.http, platform.clock, &config.database);
    let options = if health::asked_for(&request) {
        Err(health::response(platform, &rpc, &request).await)
    } else {
        Options::read(&request)
    };
    let options = match options {
        Ok(options) => options,
        Err(response) => {
            if !response.status.is_success() {
                log.refused(&response);
            }
            return reply(response.into_http(id));
        }
    };
    let worker = Worker {
        platform,
        config: &config,
        log: &log,
        rpc: &rpc,
        keys: &CircuitBreaker::new(platform.keys, &log),
        correlation_id: id,
        options,
        until_empty: request.until_empty,
        ask: |config, client| config.ask(client, |provider| S::QUEUE.asks(provider)),
    };
    if request.respond_async {
        reply(JsonResponse::accepted(id).into_http(id));
        worker.run_logged::<S>().await;
    } else {
        let response = worker.run_logged::<S>().await;
        reply(response.into_http(id));
    }
}

/// What a caller may decide for one run; the database's settings decide the rest.
struct Options {
    batch_size: Option<u32>,
    visibility_timeout: Option<u32>,
    /// A caller may have less time than the setting `run_budget_seconds` allows.
    budget: Option<Duration>,
}

impl Options {
    fn read(request: &CheckedRequest) -> Result<Self, JsonResponse> {
        let body = &request.body;
        Ok(Self {
            batch_size: fields::integer(body, "batch_size", 1..=1000)?,
            visibility_timeout: fields::integer(body, "visibility_timeout", 0..=43_200)?,
            budget: fields::integer(body, "budget_seconds", 1..=43_200)?.map(|s| Duration::from_secs(s.into())),
        })
    }
}

/// One run of the queue of a stage.
struct Worker<'a> {
    platform: &'a Platform<'a>,
    config: &'a Config,
    log: &'a RequestLog<'a>,
    rpc: &'a Rpc<'a>,
    keys: &'a CircuitBreaker<'a>,
    correlation_id: &'a str,
    options: Options,
    /// The run goes on until its queue is empty or its time is spent.
    until_empty: bool,
    /// How a provider is probed.
    ask: Ask,
}

impl<'a> Worker<'a> {
    async fn run_logged<S: Stage>(&self) -> JsonResponse {
        let started = self.platform.clock.monotonic();
        let mut summary = Summary::default();
        let result = self.run::<S>(started, &mut summary).await;
        let duration_ms = millis(self.platform.clock.monotonic().saturating_sub(started));
        let mut fields = summary.log_fields();
        fields["queue"] = json!(S::QUEUE.name());
        fields["duration_ms"] = json!(duration_ms);
        match result {
            Ok(()) => {
                self.log.write(Level::Info, "run", fields);
                JsonResponse::ok(summary.body())
            }
            Err(error) => {
                fields["error"] = json!(error.to_string());
                if let RpcError::Database { error, .. } = &error {
                    fields["message"] = json!(error.message);
                    fields["details"] = json!(error.details);
                    fields["hint"] = json!(error.hint);
                }
                self.log.write(Level::Error, "run_failed", fields);
                let status = if error.is_wrong_schema() {
                    StatusCode::SERVICE_UNAVAILABLE
                } else {
                    StatusCode::INTERNAL_SERVER_ERROR
                };
                JsonResponse::error(status, error.to_string())
            }
        }
    }

    async fn run<S: Stage>(&self, started: Duration, summary: &mut Summary) -> Result<(), RpcError> {
        let clock = self.platform.clock;
        let run_id = Uuid::new_v4();
        let mut arguments = json!({"queue_name": S::QUEUE.name(), "run_id": run_id, "needs_release": RELEASE});
        // An argument that is not given is left out, since the local gateway can't pass on a NULL.
        for (name, value) in [
            ("batch_size", self.options.batch_size),
            ("visibility_timeout", self.options.visibility_timeout),
        ] {
            if let Some(value) = value {
                arguments[name] = json!(value);
            }
        }
        let mut state: Option<RunState<'a>> = None;
        self.rpc.end_at(started + FIRST_END.saturating_sub(LAST_ANSWER));
        loop {
            let batch: Batch = self.rpc.call("dequeue_batch", &arguments).await?;
            let state = state.get_or_insert_with(|| RunState::new(self, run_id, started, batch.settings));
            self.rpc.end_at(state.deadline + LAST_ANSWER);
            state.apply(&batch.providers);
            let left = state.deadline.saturating_sub(clock.monotonic());
            if batch.busy {
                summary.busy = summary.batches == 0;
                return Ok(());
            }
            if batch.messages.is_empty() {
                let due = batch.next_due_ms.map(|ms| Duration::from_millis(ms) + DUE_MARGIN);
                let Some(due) = due.filter(|_| self.until_empty) else {
                    return Ok(());
                };
                if due + SHORTEST_BATCH > left {
                    // The end of this run wakes a next run when the message falls due, and that one has the time to wait.
                    let report = self.report(state, true);
                    commit::commit(self.rpc, S::QUEUE, run_id, Vec::new(), &report).await?;
                    return Ok(());
                }
                clock.sleep(due).await;
                continue;
            }
            if batch.redis == Some(false) {
                self.keys.open_after_lost_run();
            }
            summary.batches += 1;
            let has_ended = self.handle::<S>(state, run_id, batch.messages, summary).await?;
            if has_ended {
                return Ok(());
            }
            // What another batch brings is given back at worst, and that takes a moment, too.
            self.rpc.end_at(state.deadline + GRACE);
        }
    }

    /// Takes a batch through skip, stage and commit, and returns whether the run has ended with it.
    async fn handle<S: Stage>(
        &self,
        state: &RunState<'a>,
        run_id: Uuid,
        messages: Vec<RawDelivery>,
        summary: &mut Summary,
    ) -> Result<bool, RpcError> {
        let clock = self.platform.clock;
        let keys: Vec<_> = messages
            .iter()
            .map(|delivery| (delivery.msg_id.clone(), delivery.key.clone()))
            .collect();
        let (open, done) = deduplication::split_done(S::QUEUE, messages, self.keys);
        let mut elements: Vec<_> = done
            .into_iter()
            .map(|delivery| Element::new(delivery.msg_id, delivery.read_ct, CommitOutcome::Skipped))
            .collect();
        elements.extend(self.stage::<S>(state, open).await);
        let made_progress = !elements.iter().all(Element::is_released);
        if !made_progress {
            let delay = NO_PROGRESS_DELAY.min(state.settings.run_budget() / 4);
            for element in &mut elements {
                element.outcome = CommitOutcome::Release { after: Some(delay) };
            }
        }
        let done: Vec<_> = elements
            .iter()
            .filter(|e| e.is_done())
            .map(|e| e.msg_id.clone())
            .collect();
        self.judge_providers(state).await;
        let left = state.deadline.saturating_sub(clock.monotonic());
        let report = self.report(state, !self.until_empty || !made_progress || left < SHORTEST_BATCH);
        let committed = commit::commit(self.rpc, S::QUEUE, run_id, elements, &report).await?;
        for error in &committed.errors {
            self.log.write(Level::Warn, "message_failed", json!(error));
        }
        // Redis is written after the commit, because a key without its rows would hide work that was never done.
        let done: Vec<_> = done
            .iter()
            .filter(|id| committed.has_processed(id))
            .filter_map(|id| keys.iter().find(|(known, _)| known == id)?.1.clone())
            .collect();
        let ttl = state.settings.dedup_ttl();
        deduplication::remember(S::QUEUE, &done, ttl, (self.keys, clock));
        summary.committed.add(committed);
        Ok(report.end_run)
    }

    /// Runs the stage. Messages without an outcome are released.
    async fn stage<S: Stage>(&self, state: &RunState<'a>, batch: Vec<RawDelivery>) -> Vec<Element> {
        let mut open: Vec<_> = batch
            .iter()
            .map(|delivery| (delivery.msg_id.clone(), delivery.read_ct))
            .collect();
        let mut outcomes = Vec::new();
        let mut deliveries = Vec::new();
        for delivery in batch {
            let id = delivery.msg_id.clone();
            match dequeue::typed::<S::Message, S::Subject>(delivery) {
                Ok(delivery) => deliveries.push(delivery),
                Err(outcome) => outcomes.push((id, *outcome)),
            }
        }
        if !deliveries.is_empty() {
            outcomes.extend(self.run_stage::<S>(state, deliveries).await);
        }
        let mut elements: Vec<_> = outcomes
            .into_iter()
            .filter_map(|(id, outcome)| {
                let at = open.iter().position(|(known, _)| *known == id)?;
                let (msg_id, read_ct) = open.remove(at);
                Some(Element::new(msg_id, read_ct, CommitOutcome::Stage(outcome)))
            })
            .collect();
        let release = || CommitOutcome::Release { after: None };
        elements.extend(
            open.into_iter()
                .map(|(msg_id, read_ct)| Element::new(msg_id, read_ct, release())),
        );
        elements
    }

    async fn run_stage<S: Stage>(
        &self,
        state: &RunState<'a>,
        batch: Vec<Delivery<S::Message, S::Subject>>,
    ) -> Vec<(MessageId, Outcome)> {
        let clock = self.platform.clock;
        let context = Context {
            config: self.config,
            providers: state,
            clock,
            keys: self.keys,
            log: self.log,
            abilities: &state.abilities,
            issues: &state.issues,
            genius_always: state.settings.genius_always(),
            concurrency: state.settings.provider_concurrency(),
            deadline: state.deadline,
        };
        let left = state.deadline.saturating_sub(clock.monotonic());
        let work = pin!(S::run(&context, batch));
        match select(work, clock.sleep(left + GRACE)).await {
            Either::Left((outcomes, _)) => outcomes,
            Either::Right(_) => {
                self.log
                    .write(Level::Error, "stage_too_late", json!({"queue": S::QUEUE.name()}));
                Vec::new()
            }
        }
    }

    /// Finds out which providers are down, as far as there is time: the next run that fails there will.
    async fn judge_providers(&self, state: &RunState<'a>) {
        let clock = self.platform.clock;
        let left = (state.deadline + GRACE).saturating_sub(clock.monotonic());
        let judged = pin!(state.judge_providers());
        select(judged, clock.sleep(left)).await;
    }

    /// What a commit tells the database of the run since the last commit.
    fn report(&self, state: &RunState<'_>, end_run: bool) -> Report {
        let issues = self.keys.take_unreported_failure().map(|error| Issue {
            kind: REDIS_UNAVAILABLE,
            message: format!("deduplication is off: {error}"),
        });
        let resolved_issues = self.keys.failure().is_none().then_some(REDIS_UNAVAILABLE);
        let (mut open, mut closed) = state.issues.take();
        open.extend(issues);
        closed.extend(resolved_issues);
        let now = self.platform.clock.monotonic();
        Report {
            end_run,
            correlation_id: self.correlation_id.to_owned(),
            duration_ms: millis(now.saturating_sub(state.started)),
            providers: state.take_provider_reports(),
            issues: open,
            resolved_issues: closed,
        }
    }
}

#[cfg(test)]
mod tests;
