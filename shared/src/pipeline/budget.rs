//! The budget of a provider: `Http` that keeps its pauses and its rate, together with every other run.
//!
//! Pauses and the line of slots live in Postgres, so any number of instances together stay inside them:
//! - A `Retry-After`, or a 429 without one, pauses the provider for all: through the commit's report, and until other
//!   runs hear of that with their next dequeue, through a key in Redis. A request waits for the end of a pause within
//!   the run's time, and is sent then; else it fails with `HttpError::Paused`.
//! - A provider with a rate gives out slots, some ten a call. Slots are reserved when they are needed and not before:
//!   whoever holds some that it does not use makes the others wait.
//! - After the run's deadline nothing is sent (`HttpError::OutOfTime`), and what is under way is cut.

mod line;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use http::{Request, Response, StatusCode, header};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::domain::graph_errors::{self, GraphError};
use crate::domain::retry_after;
use crate::pipeline::permits::Permits;
use crate::pipeline::rpc::Rpc;
use crate::platform::config::Provider;
use crate::platform::ports::{Clock, Http, HttpError, KeyValue};
use line::{Line, Reservation};

/// Slots a reservation asks for at most.
const SLOTS: u32 = 10;

/// From this many waiting requests on, more are to come: ask for a full reservation.
const MANY: u32 = 3;

/// For a 429 that does not say how long.
const DEFAULT_PAUSE: Duration = Duration::from_secs(5);

/// A `Retry-After: 0` is no leave to ask again at once.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// What a provider asks for is believed up to this.
const LONGEST_PAUSE: Duration = Duration::from_hours(7 * 24);

/// A request that is sent later than this before the deadline would not be answered in time.
const LAST_MOMENT: Duration = Duration::from_millis(200);

/// One provider's budget during one run.
pub struct Budget<'a> {
    provider: Provider,
    http: &'a dyn Http,
    clock: &'a dyn Clock,
    keys: &'a dyn KeyValue,
    rpc: &'a Rpc<'a>,
    /// Slots that it leaves unused can be given back only by the one that reserved them.
    run_id: Uuid,
    /// 0: no limit.
    requests_per_second: f64,
    deadline: Duration,
    permits: Permits,
    requests: Cell<u32>,
    pause: RefCell<Option<Pause>>,
    line: Line,
}

/// What a budget asks of the world.
#[derive(Clone, Copy)]
pub struct Ports<'a> {
    /// To the provider.
    pub http: &'a dyn Http,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Pauses that another run has met just now.
    pub keys: &'a dyn KeyValue,
    /// The provider's line of slots.
    pub rpc: &'a Rpc<'a>,
}

/// The provider is not to be asked before this.
#[derive(Debug, Clone)]
struct Pause {
    until: Duration,
    reason: String,
    /// This run met it and has not reported it yet.
    new: bool,
}

/// What the commit's report says of a provider.
#[derive(Debug, Default, Clone, PartialEq, Serialize)]
pub struct ProviderReport {
    /// Requests sent since the last report.
    pub requests: u32,
    /// Slots that were reserved and are given back.
    pub unused_slots: usize,
    /// A pause that this run met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_for_ms: Option<u64>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause_reason: Option<String>,
    /// Abilities that this run found refused, and for how many milliseconds.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub refused: BTreeMap<String, u64>,
}

impl<'a> Budget<'a> {
    /// A budget until `deadline`, with `concurrency` requests under way at most.
    pub fn new(
        provider: Provider,
        ports: Ports<'a>,
        run_id: Uuid,
        requests_per_second: f64,
        concurrency: usize,
        deadline: Duration,
    ) -> Self {
        Self {
            provider,
            http: ports.http,
            clock: ports.clock,
            keys: ports.keys,
            rpc: ports.rpc,
            run_id,
            requests_per_second,
            deadline,
            permits: Permits::new(concurrency),
            requests: Cell::new(0),
            pause: RefCell::default(),
            line: Line::default(),
        }
    }

    /// Takes over a pause that the database knows.
    pub fn know_pause(&self, paused_for: Duration, reason: Option<&str>) {
        self.pause_for(paused_for, reason.unwrap_or_default(), false);
    }

    /// What happened since the last report. Slots that were not used are given back.
    pub fn take_report(&self) -> ProviderReport {
        let now = self.clock.monotonic();
        let mut report = ProviderReport {
            requests: self.requests.take(),
            unused_slots: self.line.give_back(now),
            ..ProviderReport::default()
        };
        if let Some(pause) = self.pause.borrow_mut().as_mut().filter(|pause| pause.new) {
            pause.new = false;
            report.paused_for_ms = Some(millis(pause.until.saturating_sub(now)));
            report.pause_reason = Some(pause.reason.clone());
        }
        report
    }

    fn pause_for(&self, paused_for: Duration, reason: &str, new: bool) {
        let until = self.clock.monotonic() + paused_for;
        let mut pause = self.pause.borrow_mut();
        if !paused_for.is_zero() && pause.as_ref().is_none_or(|known| known.until < until) {
            *pause = Some(Pause {
                until,
                reason: reason.to_owned(),
                new,
            });
        }
    }

    fn pause_left(&self) -> Duration {
        let until = self.pause.borrow().as_ref().map(|pause| pause.until);
        until.unwrap_or_default().saturating_sub(self.clock.monotonic())
    }

    /// Tells the runs that are under way. Best effort: the commit's report is what counts.
    fn tell_others(&self, paused_for: Duration) {
        let until = millis(self.clock.now() + paused_for).to_string();
        let _ = self.keys.set(&self.pause_key(), &until, paused_for);
    }

    /// Takes over a pause that another run has met since this one's dequeue.
    fn hear_of_others(&self) {
        let told = self.keys.get_many(&[self.pause_key()]).unwrap_or_default();
        let until = told.into_iter().flatten().find_map(|until| until.parse().ok());
        let until = Duration::from_millis(until.unwrap_or_default());
        let left = until.saturating_sub(self.clock.now());
        self.know_pause(left.min(LONGEST_PAUSE), None);
    }

    fn pause_key(&self) -> String {
        format!("linernotes:pause:{}", self.provider.name())
    }

    /// Waits until `instant`; not at all if that is too late for a request.
    async fn sleep_until(&self, instant: Duration) -> Result<(), HttpError> {
        if instant + LAST_MOMENT > self.deadline {
            return Err(HttpError::OutOfTime);
        }
        let left = instant.saturating_sub(self.clock.monotonic());
        if !left.is_zero() {
            self.clock.sleep(left).await;
        }
        Ok(())
    }

    async fn outlast_pause(&self) -> Result<(), HttpError> {
        loop {
            let left = self.pause_left();
            if left.is_zero() {
                return Ok(());
            }
            let until = self.clock.monotonic() + left;
            self.sleep_until(until).await.map_err(|_| HttpError::Paused(left))?;
        }
    }

    async fn take_slot(&self) -> Result<(), HttpError> {
        if self.requests_per_second <= 0.0 {
            return Ok(());
        }
        let slot = {
            self.line.waiting.set(self.line.waiting.get() + 1);
            let turn = self.line.turn.lock().await;
            let slot = match self.line.next(self.clock.monotonic()) {
                Some(slot) => Ok(slot),
                None => self.reserve().await,
            };
            drop(turn);
            self.line.waiting.set(self.line.waiting.get() - 1);
            slot?
        };
        self.sleep_until(slot).await
    }

    /// Reserves slots for all that wait, and takes the first.
    async fn reserve(&self) -> Result<Duration, HttpError> {
        if self.line.over.get() {
            return Err(HttpError::OutOfTime);
        }
        // Requests that are made at the same moment wait by now.
        give_way().await;
        if let Some(last) = self.line.last.get() {
            // No sooner than the last slot is used; and there is none before the next.
            if last + self.line.interval.get() + LAST_MOMENT > self.deadline {
                self.line.over.set(true);
                return Err(HttpError::OutOfTime);
            }
            self.sleep_until(last).await?;
        }
        let left = self.pause_left();
        if !left.is_zero() {
            return Err(HttpError::Paused(left));
        }
        let waiting = self.line.waiting.get();
        let requests = if waiting < MANY { waiting.max(1) } else { SLOTS };
        let within = self.deadline.saturating_sub(LAST_MOMENT + self.clock.monotonic());
        let arguments = json!({
            "provider": self.provider.name(),
            "requests": requests,
            "requests_per_second": self.requests_per_second,
            "within_ms": millis(within),
            "run_id": self.run_id,
        });
        let reserved = self.rpc.call("reserve_provider_requests", &arguments).await;
        let reserved: Reservation = reserved.map_err(|error| HttpError::Connection(error.to_string()))?;
        let paused_for = from_millis(reserved.paused_for_ms);
        self.know_pause(paused_for, None);
        if reserved.granted == 0 {
            if !paused_for.is_zero() {
                return Err(HttpError::Paused(paused_for));
            }
            self.line.over.set(true);
            return Err(HttpError::OutOfTime);
        }
        self.line.extend(self.clock.monotonic(), &reserved);
        self.line.next(self.clock.monotonic()).ok_or(HttpError::OutOfTime)
    }

    /// Slots are exact, waking up is not: two requests never follow each other closer than the rate.
    async fn keep_distance(&self) -> Result<(), HttpError> {
        while let Some(sent) = self.line.last_sent.get() {
            let next = sent + self.line.interval.get();
            if next <= self.clock.monotonic() {
                break;
            }
            self.sleep_until(next).await?;
        }
        self.line.last_sent.set(Some(self.clock.monotonic()));
        Ok(())
    }

    async fn send_in_budget(&self, request: Request<Bytes>, timeout: Duration) -> Result<Response<Bytes>, HttpError> {
        loop {
            self.outlast_pause().await?;
            self.take_slot().await?;
            let _permit = self.permits.acquire().await;
            self.keep_distance().await?;
            self.hear_of_others();
            if !self.pause_left().is_zero() {
                // It came while this request waited for its turn.
                continue;
            }
            let left = self.deadline.saturating_sub(self.clock.monotonic());
            if left < LAST_MOMENT {
                return Err(HttpError::OutOfTime);
            }
            self.requests.set(self.requests.get() + 1);
            let response = match self.http.send(request.clone(), timeout.min(left)).await {
                Err(HttpError::Timeout(_)) if left < timeout => return Err(HttpError::OutOfTime),
                answer => answer?,
            };
            let Some((pause, reason)) = self.pause_asked(&response) else {
                return Ok(response);
            };
            self.pause_for(pause, &reason, true);
            self.tell_others(pause);
            if !is_wait(response.status()) {
                return Ok(response);
            }
        }
    }

    /// The pause that an answer asks for, whatever its status.
    fn pause_asked(&self, response: &Response<Bytes>) -> Option<(Duration, String)> {
        let stated = response
            .headers()
            .get(header::RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| retry_after::parse(value, self.clock.now()));
        let limited = response.status() == StatusCode::TOO_MANY_REQUESTS;
        if stated.is_none() && !limited && (self.provider != Provider::Instagram || response.status().is_success()) {
            return None;
        }
        let body = serde_json::from_slice::<Value>(response.body()).unwrap_or_default();
        let usage = response.headers().get("x-business-use-case-usage");
        let by_code = match graph_errors::read(&body, usage.and_then(|usage| usage.to_str().ok())) {
            // Instagram says it with a code, whatever the status.
            Some(GraphError::Limit(pause)) if self.provider == Provider::Instagram => Some(pause),
            _ => None,
        };
        let pause = stated.or(by_code).or(limited.then_some(DEFAULT_PAUSE))?;
        // Spotify says there that it was the account's quota and not the rate.
        let detail = body.pointer("/error/reason").and_then(Value::as_str);
        let status = response.status().as_u16();
        let reason = match (detail, body.pointer("/error/code")) {
            (Some(detail), _) => format!("status {status}, {}", detail.chars().take(100).collect::<String>()),
            (None, Some(code)) if by_code.is_some() => format!("status {status}, code {code}"),
            _ => format!("status {status}"),
        };
        Some((pause.clamp(SHORTEST_PAUSE, LONGEST_PAUSE), reason))
    }
}

impl Http for Budget<'_> {
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> LocalBoxFuture<'_, Result<Response<Bytes>, HttpError>> {
        self.send_in_budget(request, timeout).boxed_local()
    }
}

/// Statuses that mean "the same again, later".
fn is_wait(status: StatusCode) -> bool {
    matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE)
}

/// Lets the other futures of this moment go first.
async fn give_way() {
    let mut first = true;
    futures::future::poll_fn(|context| {
        if std::mem::take(&mut first) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    })
    .await;
}

/// Whole milliseconds, as the database takes them.
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn from_millis(millis: f64) -> Duration {
    Duration::try_from_secs_f64(millis.max(0.0) / 1000.0).unwrap_or_default()
}

#[cfg(test)]
mod tests;
