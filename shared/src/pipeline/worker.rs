//! A worker function: request → checks → run → answer.
//!
//! A run is dequeue → skip → stage → commit. Asked with `Prefer: respond-async` (as the database does) it is answered
//! with 202 at once and goes on until its queue is empty or its time is spent, also waiting for what falls due within
//! that time; asked without, it handles one batch and answers when it is done.

mod equipment;

use std::pin::pin;
use std::time::Duration;

use futures::FutureExt;
use futures::future::{Either, LocalBoxFuture, select};
use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::pipeline::answer::{self, Answer};
use crate::pipeline::budget::millis;
use crate::pipeline::commit::{self, Committed, Element, Issue, Report};
use crate::pipeline::deduplication::{self, Guarded};
use crate::pipeline::dequeue::{self, Batch, RawDelivery};
use crate::pipeline::door::{NamedLog, Visit};
use crate::pipeline::message::{Delivery, MessageId};
use crate::pipeline::outcome::Outcome;
use crate::pipeline::rpc::{Rpc, RpcError};
use crate::pipeline::stage::{Context, Stage};
use crate::platform::config::{Config, Provider};
use crate::platform::ports::{Function, Level, Log, Platform, Reply, Request};
use equipment::Equipment;

/// With less time left than this, a run does not begin another batch.
const SHORTEST_BATCH: Duration = Duration::from_secs(2);

/// A stage that has not ended this long after the deadline is left, and its messages are given back.
const GRACE: Duration = Duration::from_secs(2);

/// The most that a batch rests of which nothing could be done, because its provider's line is full or its stage hangs:
/// the next run would only meet the same wall.
const LONGEST_REST: Duration = Duration::from_secs(5);

/// A message that falls due is looked for a moment later: the database's clock is not ours.
const DUE_MARGIN: Duration = Duration::from_millis(20);

/// The function that works off the queue of stage `S`.
pub struct QueueWorker<S>(pub S);

impl<S: Stage> Function for QueueWorker<S> {
    fn serve<'a>(&'a self, platform: &'a Platform<'a>, request: Request, reply: Reply) -> LocalBoxFuture<'a, ()> {
        answer_and_run::<S>(platform, request, reply).boxed_local()
    }
}

async fn answer_and_run<S: Stage>(platform: &Platform<'_>, request: Request, reply: Reply) {
    let visit = Visit::new(platform, &request);
    let id = visit.correlation_id.as_str();
    let log = NamedLog {
        inner: platform.log,
        function: S::QUEUE.function_name(),
        correlation_id: id,
    };
    let checked = visit.call.and_then(|call| {
        let config = Config::from_variables(platform.variables);
        let config = config.map_err(|error| Answer::misconfigured(&error))?;
        if call.body.get("check") == Some(&json!(true)) {
            // Somebody only wants to know whether it would work, and who it is.
            let mut answer = json!({"success": true, "version": env!("CARGO_PKG_VERSION")});
            if call.body.get("redis") == Some(&json!(true)) {
                answer["redis"] = deduplication::probe(platform.keys, platform.clock);
            }
            return Err(Answer::ok(answer));
        }
        let batch_size = answer::integer(&call.body, "batch_size", 1..=1000)?;
        let visibility_timeout = answer::integer(&call.body, "visibility_timeout", 0..=43_200)?;
        let budget = answer::integer(&call.body, "budget_seconds", 1..=43_200)?;
        Ok((call.respond_async, config, batch_size, visibility_timeout, budget))
    });
    let (respond_async, config, batch_size, visibility_timeout, budget) = match checked {
        Ok(checked) => checked,
        Err(answer) => {
            if !answer.status.is_success() {
                log.refused(&answer);
            }
            return reply(answer.into_response(id));
        }
    };
    let worker = Worker {
        platform,
        config: &config,
        log: &log,
        rpc: &Rpc::new(platform.http, platform.clock, &config.database),
        keys: &Guarded::new(platform.keys, &log),
        correlation_id: id,
        batch_size,
        visibility_timeout,
        budget: budget.map(|seconds| Duration::from_secs(seconds.into())),
        until_empty: respond_async,
    };
    if respond_async {
        reply(Answer::accepted(id).into_response(id));
        worker.run_logged::<S>().await;
    } else {
        let answer = worker.run_logged::<S>().await;
        reply(answer.into_response(id));
    }
}

/// What one run stands on.
struct Worker<'a> {
    platform: &'a Platform<'a>,
    config: &'a Config,
    log: &'a NamedLog<'a>,
    rpc: &'a Rpc<'a>,
    keys: &'a Guarded<'a>,
    correlation_id: &'a str,
    batch_size: Option<u32>,
    visibility_timeout: Option<u32>,
    /// A caller may have less time than the setting allows.
    budget: Option<Duration>,
    /// Goes on until the queue is empty or the time is spent.
    until_empty: bool,
}

/// What a run did, all batches together.
#[derive(Debug, Default)]
struct Summary {
    /// No place was free.
    busy: bool,
    batches: u32,
    committed: Committed,
}

impl Summary {
    fn answer(&self) -> Value {
        let committed = &self.committed;
        if self.busy {
            return json!({"success": true, "processed": 0, "busy": true});
        }
        if self.batches == 0 {
            return json!({"success": true, "processed": 0});
        }
        json!({
            "success": true,
            "processed": committed.processed.len(),
            "errors": committed.retried + committed.dead,
            "details": {"processed": committed.processed, "errors": committed.errors},
            "released": committed.released,
            "stale": committed.stale,
        })
    }
}

impl<'a> Worker<'a> {
    async fn run_logged<S: Stage>(&self) -> Answer {
        let started = self.platform.clock.monotonic();
        let mut summary = Summary::default();
        let result = self.run::<S>(started, &mut summary).await;
        let duration_ms = millis(self.platform.clock.monotonic().saturating_sub(started));
        let committed = &summary.committed;
        let mut fields = json!({
            "queue": S::QUEUE.name(),
            "batches": summary.batches,
            "processed": committed.processed.len(),
            "errors": committed.retried + committed.dead,
            "released": committed.released.len(),
            "stale": committed.stale.len(),
            "busy": summary.busy,
            "duration_ms": duration_ms,
        });
        match result {
            Ok(()) => {
                self.log.write(Level::Info, "run", fields);
                Answer::ok(summary.answer())
            }
            Err(error) => {
                fields["error"] = json!(error.to_string());
                if let RpcError::Database { error, .. } = &error {
                    fields["message"] = json!(error.message);
                    fields["details"] = json!(error.details);
                    fields["hint"] = json!(error.hint);
                }
                self.log.write(Level::Error, "run_failed", fields);
                Answer::error(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
            }
        }
    }

    async fn run<S: Stage>(&self, started: Duration, summary: &mut Summary) -> Result<(), RpcError> {
        let clock = self.platform.clock;
        let run_id = Uuid::new_v4();
        let mut arguments = json!({"queue_name": S::QUEUE.name(), "run_id": run_id});
        // Left out where it is not given: the local gateway can't pass a NULL on.
        for (name, value) in [
            ("batch_size", self.batch_size),
            ("visibility_timeout", self.visibility_timeout),
        ] {
            if let Some(value) = value {
                arguments[name] = json!(value);
            }
        }
        let mut equipment = None;
        loop {
            let batch: Batch = self.rpc.call("dequeue_batch", &arguments).await?;
            let equipment = equipment.get_or_insert_with(|| Equipment::new(self, run_id, started, batch.settings));
            equipment.know(&batch.providers);
            let left = equipment.deadline.saturating_sub(clock.monotonic());
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
                    // The end of a run calls a successor for it, who has the time to wait.
                    let report = self.report(equipment, true);
                    commit::commit(self.rpc, S::QUEUE, run_id, Vec::new(), &report).await?;
                    return Ok(());
                }
                clock.sleep(due).await;
                continue;
            }
            if batch.redis == Some(false) {
                self.keys.leave_alone();
            }
            summary.batches += 1;
            let ended = self.handle::<S>(equipment, run_id, batch.messages, summary).await?;
            if ended {
                return Ok(());
            }
        }
    }

    /// Skip, stage, commit. Whether the run is over.
    async fn handle<S: Stage>(
        &self,
        equipment: &Equipment<'a>,
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
            .map(|delivery| Element::skipped(delivery.msg_id, delivery.read_ct))
            .collect();
        elements.extend(self.stage::<S>(equipment, open).await);
        let at_a_wall = elements.iter().all(Element::is_released);
        if at_a_wall {
            let rest = LONGEST_REST.min(equipment.settings.run_budget() / 4);
            elements = elements.into_iter().map(|element| element.not_before(rest)).collect();
        }

        let done: Vec<_> = elements
            .iter()
            .filter(|e| e.is_done())
            .map(|e| e.msg_id().clone())
            .collect();
        let left = equipment.deadline.saturating_sub(clock.monotonic());
        let report = self.report(equipment, !self.until_empty || at_a_wall || left < SHORTEST_BATCH);
        let committed = commit::commit(self.rpc, S::QUEUE, run_id, elements, &report).await?;
        for error in &committed.errors {
            self.log.write(Level::Warn, "message_failed", error.clone());
        }
        // After the commit: a key without its rows would hide work that was never done.
        let done: Vec<_> = done
            .iter()
            .filter(|id| committed.has_processed(id))
            .filter_map(|id| keys.iter().find(|(known, _)| known == id)?.1.clone())
            .collect();
        let ttl = equipment.settings.dedup_ttl();
        deduplication::remember(S::QUEUE, &done, ttl, (self.keys, clock));
        summary.committed.add(committed);
        Ok(report.end_run)
    }

    /// Runs the stage; messages that it says nothing of are given back.
    async fn stage<S: Stage>(&self, equipment: &Equipment<'a>, batch: Vec<RawDelivery>) -> Vec<Element> {
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
            outcomes.extend(self.run_stage::<S>(equipment, deliveries).await);
        }
        let mut elements: Vec<_> = outcomes
            .into_iter()
            .filter_map(|(id, outcome)| {
                let at = open.iter().position(|(known, _)| *known == id)?;
                let (id, read_ct) = open.remove(at);
                Some(Element::from_outcome(id, read_ct, outcome))
            })
            .collect();
        elements.extend(open.into_iter().map(|(id, read_ct)| Element::released(id, read_ct)));
        elements
    }

    async fn run_stage<S: Stage>(
        &self,
        equipment: &Equipment<'a>,
        batch: Vec<Delivery<S::Message, S::Subject>>,
    ) -> Vec<(MessageId, Outcome)> {
        let clock = self.platform.clock;
        let http = self.platform.http;
        let context = Context {
            config: self.config,
            spotify: equipment.http(Provider::Spotify, http),
            musicbrainz: equipment.http(Provider::Musicbrainz, http),
            genius: equipment.http(Provider::Genius, http),
            wikidata: equipment.http(Provider::Wikidata, http),
            instagram: equipment.http(Provider::Instagram, http),
            clock,
            keys: self.keys,
            log: self.log,
            abilities: &equipment.abilities,
            issues: &equipment.issues,
            genius_always: equipment.settings.genius_always(),
            concurrency: equipment.settings.provider_concurrency(),
            deadline: equipment.deadline,
        };
        let left = equipment.deadline.saturating_sub(clock.monotonic());
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

    /// What a commit says of the run so far.
    fn report(&self, equipment: &Equipment<'_>, end_run: bool) -> Report {
        let redis = "redis_unavailable";
        let issues = self.keys.take_news().map(|error| Issue {
            kind: redis,
            message: format!("deduplication is off: {error}"),
        });
        let resolved_issues = self.keys.failure().is_none().then_some(redis);
        let (mut open, mut closed) = equipment.issues.take();
        open.extend(issues);
        closed.extend(resolved_issues);
        let now = self.platform.clock.monotonic();
        Report {
            end_run,
            correlation_id: self.correlation_id.to_owned(),
            duration_ms: millis(now.saturating_sub(equipment.started)),
            providers: equipment.take_provider_reports(),
            issues: open,
            resolved_issues: closed,
        }
    }
}

#[cfg(test)]
mod tests;
