//! The budget of a provider: an `Http` that keeps the provider's pauses and rate together with all other runs.
//!
//! Postgres holds the pauses and the next free slot, so any number of instances together stay inside them:
//! - A `Retry-After`, or a 429 without one, pauses the provider for all runs. The commit's report stores the pause; a key
//!   in Redis tells the runs that are in progress, until their next dequeue does. A request waits for the end of a pause
//!   if the run's time allows it, else it fails with `HttpError::Paused`.
//! - A provider with a rate gives out slots, about ten a call. A run reserves slots only when it needs them, because
//!   slots that it does not use make other runs wait.
//! - A provider that is down is asked nothing but probes (`breaker`): a request fails with `HttpError::BreakerOpen`.
//! - After the run's deadline nothing is sent (`HttpError::OutOfTime`), and a request in progress is cancelled.

mod breaker;
mod slot_queue;
mod statuses;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use http::{Request, Response, StatusCode};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::pipeline::dequeue::ProviderState;
use crate::pipeline::rpc::{Rpc, from_millis, millis};
use crate::pipeline::semaphore::Semaphore;
use crate::platform::ports::{Clock, Http, HttpError, KeyValue};
use crate::sources::client::ProviderClient;
use crate::sources::pauses::asked_pause;
use crate::sources::provider::Question;
use crate::sources::{Provider, ProviderConfigs};
use breaker::Breaker;
use slot_queue::{Reservation, SlotQueue};
use statuses::Statuses;

/// The most slots that one reservation asks for.
const SLOTS_PER_RESERVATION: u32 = 10;

/// Where this many requests wait, more will follow, so a reservation asks for all the slots that it may.
const FULL_RESERVATION_FROM: u32 = 3;

/// With less time than this before the deadline, a request is not sent: its answer would come too late.
const SHORTEST_REQUEST: Duration = Duration::from_millis(200);

/// The longest pause that a run takes Redis' word for. The next dequeue knows better.
const LONGEST_HEARSAY: Duration = Duration::from_mins(1);

/// One provider's budget during one run.
pub struct Budget<'a> {
    provider: Provider,
    http: &'a dyn Http,
    clock: &'a dyn Clock,
    keys: &'a dyn KeyValue,
    rpc: &'a Rpc<'a>,
    config: &'a ProviderConfigs,
    /// How the provider is probed.
    ask: Ask,
    /// Reservations are made in the run's name, because only the run that reserved a slot may give it back.
    run_id: Uuid,
    /// 0 means no limit.
    requests_per_second: f64,
    deadline: Duration,
    semaphore: Semaphore,
    requests: Cell<u32>,
    statuses: Cell<Statuses>,
    pause: RefCell<Option<Pause>>,
    /// The pause in Redis of which this run knows.
    heard: RefCell<String>,
    slots: SlotQueue,
    breaker: Breaker,
}

/// The ports that a budget uses.
#[derive(Clone, Copy)]
pub struct Ports<'a> {
    pub http: &'a dyn Http,
    pub clock: &'a dyn Clock,
    /// Redis, in which runs in progress tell each other of pauses.
    pub keys: &'a dyn KeyValue,
    pub rpc: &'a Rpc<'a>,
    pub config: &'a ProviderConfigs,
    /// How the provider is probed.
    pub ask: Ask,
}

/// Asks a provider one cheap question.
pub type Ask = for<'a> fn(&'a ProviderConfigs, ProviderClient<'a>) -> Question<'a>;

/// How much of a provider a run may ask.
#[derive(Clone, Copy)]
pub struct Limits {
    /// 0 means no limit.
    pub requests_per_second: f64,
    pub concurrency: usize,
    /// So many failures in a row make the provider suspect.
    pub breaker_failures: u32,
    /// How long after the breaker opened the provider is probed for the first time.
    pub breaker_first_probe: Duration,
    /// When the run ends, by `Clock::monotonic`.
    pub deadline: Duration,
}

#[derive(Debug, Clone)]
struct Pause {
    until: Duration,
    reason: String,
    /// This run met the pause, and no commit has reported it yet.
    unreported: bool,
}

/// What the commit's report says of a provider.
#[derive(Debug, Default, Clone, PartialEq, Serialize)]
pub struct ProviderReport {
    /// Requests sent since the last report.
    pub requests: u32,
    /// What became of them.
    #[serde(skip_serializing_if = "is_default")]
    pub statuses: Statuses,
    /// Slots that this run reserved and gives back.
    pub unused_slots: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_for_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause_reason: Option<String>,
    /// Requests that failed since the last one that was answered.
    #[serde(skip_serializing_if = "is_default")]
    pub failures: u32,
    /// How long ago the last request that was answered was: what was answered before the breaker opened closes none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_ms_ago: Option<u64>,
    /// Why a probe failed: the breaker opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub down: Option<String>,
    /// How the last request failed that did, for an operator to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Abilities that the provider refused to this run, and for how many milliseconds nobody is to try them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub refused: BTreeMap<String, u64>,
}

impl<'a> Budget<'a> {
    pub fn new(provider: Provider, ports: Ports<'a>, run_id: Uuid, limits: Limits) -> Self {
        Self {
            provider,
            http: ports.http,
            clock: ports.clock,
            keys: ports.keys,
            rpc: ports.rpc,
            config: ports.config,
            ask: ports.ask,
            run_id,
            requests_per_second: limits.requests_per_second,
            deadline: limits.deadline,
            semaphore: Semaphore::new(limits.concurrency),
            requests: Cell::new(0),
            statuses: Cell::default(),
            pause: RefCell::default(),
            heard: RefCell::default(),
            slots: SlotQueue::default(),
            breaker: Breaker::new(limits.breaker_failures, limits.breaker_first_probe),
        }
    }

    /// Applies a pause that the database knows already.
    pub fn apply_pause(&self, paused_for: Duration, reason: Option<&str>) {
        self.pause_for(paused_for, reason.unwrap_or_default(), false);
    }

    /// Applies what the database knows of the breaker.
    pub fn apply_breaker(&self, state: &ProviderState) {
        let now = self.clock.monotonic();
        let next_probe = state.next_probe().map(|left| now + left);
        self.breaker.apply(state.failures, next_probe);
    }

    /// What happened since the last report. It gives back the slots that no request has used.
    pub fn take_report(&self) -> ProviderReport {
        let now = self.clock.monotonic();
        let mut report = ProviderReport {
            requests: self.requests.take(),
            statuses: self.statuses.take(),
            unused_slots: self.slots.release_unused(now),
            ..self.breaker.take_report(now)
        };
        if let Some(pause) = self.pause.borrow_mut().as_mut().filter(|pause| pause.unreported) {
            pause.unreported = false;
            report.paused_for_ms = Some(millis(pause.until.saturating_sub(now)));
            report.pause_reason = Some(pause.reason.clone());
        }
        report
    }

    fn note_status(&self, answer: &Result<Response<Bytes>, HttpError>) {
        let mut statuses = self.statuses.get();
        statuses.add(answer.as_ref().ok().map(Response::status));
        self.statuses.set(statuses);
    }

    fn pause_for(&self, paused_for: Duration, reason: &str, unreported: bool) {
        let until = self.clock.monotonic() + paused_for;
        let mut pause = self.pause.borrow_mut();
        if !paused_for.is_zero() && pause.as_ref().is_none_or(|known| known.until < until) {
            *pause = Some(Pause {
                until,
                reason: reason.to_owned(),
                unreported,
            });
        }
    }

    fn pause_left(&self) -> Duration {
        let until = self.pause.borrow().as_ref().map(|pause| pause.until);
        until.unwrap_or_default().saturating_sub(self.clock.monotonic())
    }

    /// Tells the runs in progress of a pause: how long it is, and when it was met, which tells it from others. A failure
    /// does no harm: the commit's report is what counts.
    fn publish_pause(&self, paused_for: Duration) {
        let told = format!("{} {}", millis(paused_for), millis(self.clock.now()));
        // Redis forgets it with the pause; of a part of a second it knows nothing.
        let ttl = Duration::from_secs((paused_for + Duration::from_millis(999)).as_secs());
        let _ = self.keys.set(&self.pause_key(), &told, ttl);
        self.heard.replace(told);
    }

    /// Applies a pause that another run has published since this run's dequeue, each once. The clocks of two runs may be
    /// minutes apart: then the whole of it begins now.
    fn apply_published_pause(&self) {
        let published = self.keys.get_many(&[self.pause_key()]).unwrap_or_default();
        let Some(told) = published.into_iter().flatten().next() else {
            return;
        };
        let heard = self.heard.replace(told.clone());
        let numbers = told.split_once(' ').and_then(|(length, met_at)| {
            let millis = |text: &str| text.parse().ok().map(Duration::from_millis);
            Some((millis(length)?, millis(met_at)?))
        });
        if let Some((length, met_at)) = numbers.filter(|_| heard != told) {
            let passed = self.clock.now().saturating_sub(met_at);
            let left = length.checked_sub(passed).unwrap_or(length);
            self.apply_pause(left.min(LONGEST_HEARSAY), None);
        }
    }

    /// Applies and publishes the pause that an answer asks for; returns whether it asks for one.
    fn note_pause(&self, answer: &Result<Response<Bytes>, HttpError>) -> bool {
        let answer = answer.as_ref().ok();
        let Some(pause) = answer.and_then(|answer| asked_pause(self.provider, answer, self.clock.now())) else {
            return false;
        };
        self.pause_for(pause.length, &pause.reason, true);
        self.publish_pause(pause.length);
        true
    }

    fn pause_key(&self) -> String {
        format!("linernotes:pause:{}", self.provider.name())
    }

    /// Waits until `instant`, unless a request then would be too late.
    async fn sleep_until(&self, instant: Duration) -> Result<(), HttpError> {
        if instant + SHORTEST_REQUEST > self.deadline {
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

    /// Waits for a slot, at whose time this returns; what is sent, is sent then. (Boxed, since a request and a probe both
    /// wait for one.)
    fn take_slot(&self) -> LocalBoxFuture<'_, Result<(), HttpError>> {
        self.take_next_slot().boxed_local()
    }

    async fn take_next_slot(&self) -> Result<(), HttpError> {
        if self.requests_per_second <= 0.0 {
            return Ok(());
        }
        loop {
            self.slots.waiting.set(self.slots.waiting.get() + 1);
            let reserving = self.slots.reserving.lock().await;
            let slot = match self.slots.next(self.clock.monotonic()) {
                Some(slot) => Ok(slot),
                None => self.reserve().await,
            };
            drop(reserving);
            self.slots.waiting.set(self.slots.waiting.get() - 1);
            let slot = slot?;
            self.sleep_until(slot).await?;
            self.keep_distance().await?;
            let now = self.clock.monotonic();
            if !self.slots.is_over(slot, now) {
                self.slots.last_sent.set(Some(now));
                return Ok(());
            }
        }
    }

    /// Reserves slots for all requests that wait, and takes the first.
    async fn reserve(&self) -> Result<Duration, HttpError> {
        if self.slots.exhausted.get() {
            return Err(HttpError::OutOfTime);
        }
        // After this, all requests that are made at the same moment wait for a slot, and are counted.
        yield_now().await;
        if let Some(last) = self.slots.last.get() {
            // The next reservation waits until the last slot is used, and can bring no earlier slot than the one after it.
            if last + self.slots.interval.get() + SHORTEST_REQUEST > self.deadline {
                self.slots.exhausted.set(true);
                return Err(HttpError::OutOfTime);
            }
            self.sleep_until(last).await?;
        }
        let left = self.pause_left();
        if !left.is_zero() {
            return Err(HttpError::Paused(left));
        }
        let waiting = self.slots.waiting.get();
        let requests = if waiting < FULL_RESERVATION_FROM {
            waiting.max(1)
        } else {
            SLOTS_PER_RESERVATION
        };
        let within = self.deadline.saturating_sub(SHORTEST_REQUEST + self.clock.monotonic());
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
        self.apply_pause(paused_for, None);
        if reserved.granted == 0 {
            if !paused_for.is_zero() {
                return Err(HttpError::Paused(paused_for));
            }
            self.slots.exhausted.set(true);
            return Err(HttpError::OutOfTime);
        }
        self.slots.extend(self.clock.monotonic(), &reserved);
        self.slots.next(self.clock.monotonic()).ok_or(HttpError::OutOfTime)
    }

    /// Waits once more where a timer fired late: slots are exact, timers are not, and two requests must never follow each
    /// other closer than the rate allows.
    async fn keep_distance(&self) -> Result<(), HttpError> {
        while let Some(sent) = self.slots.last_sent.get() {
            let next = sent + self.slots.interval.get();
            if next <= self.clock.monotonic() {
                break;
            }
            self.sleep_until(next).await?;
        }
        Ok(())
    }

    async fn send_in_budget(&self, request: Request<Bytes>, timeout: Duration) -> Result<Response<Bytes>, HttpError> {
        loop {
            self.pass_breaker().boxed_local().await?;
            self.outlast_pause().await?;
            // In this order, since a slot would pass while its request waits for a permit.
            let _permit = self.semaphore.acquire().await;
            self.take_slot().await?;
            self.apply_published_pause();
            if !self.pause_left().is_zero() || self.breaker.stops() {
                // The pause, or the failure of another request, came while this request waited.
                continue;
            }
            let left = self.deadline.saturating_sub(self.clock.monotonic());
            if left < SHORTEST_REQUEST {
                return Err(HttpError::OutOfTime);
            }
            self.requests.set(self.requests.get() + 1);
            let answer = self.http.send(request.clone(), timeout.min(left)).await;
            self.note_status(&answer);
            let answer = match answer {
                Err(HttpError::Timeout(_)) if left < timeout => return Err(HttpError::OutOfTime),
                answer => answer,
            };
            if !self.note_pause(&answer) {
                self.breaker.note_answer(&answer, self.clock.monotonic());
                return answer;
            }
            let response = answer?;
            if !is_wait(response.status()) {
                return Ok(response);
            }
        }
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

/// Statuses that ask for the same request again, later.
fn is_wait(status: StatusCode) -> bool {
    matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE)
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Lets the other futures that are ready go first.
async fn yield_now() {
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

#[cfg(test)]
mod tests;
