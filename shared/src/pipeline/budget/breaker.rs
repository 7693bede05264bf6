//! The breaker of a provider, as one run sees it.
//!
//! Requests that fail in a row, over all runs, make the provider suspect: it may be down, or these questions may be what
//! it can't answer. A probe, one cheap question that has to do with no message, tells which. If the probe fails, too, the
//! breaker opens: the commit's report says so, attempts that failed there do not count, and nobody asks the provider
//! anything but one probe at a time, whose turn the database gives (`probe_provider`). The first answer closes it.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use futures::lock::Mutex;
use http::{Request, Response};
use serde_json::{Value, json};

use super::{Budget, ProviderReport};
use crate::pipeline::rpc::millis;
use crate::platform::ports::{Http, HttpError};
use crate::sources::SourceError;
use crate::sources::client::{ProviderAnswer, ProviderClient};
use crate::sources::provider::PROBE_TIMEOUT;

/// With more time than [`PROBE_TIMEOUT`] left, a probe may take as long as any other request.
const LONGEST_PROBE: Duration = Duration::from_secs(10);

/// How soon a caller may ask again whose turn it is, if the database could not be asked.
const WITHOUT_DATABASE: Duration = Duration::from_secs(1);

/// An answer that can't be read.
const UNREADABLE: &str = "answers that can't be read";

/// Where this run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed,
    /// The database knows that the provider is down; it is probed next at this instant.
    Open {
        next_probe: Duration,
    },
    /// This run found out, and no commit has reported it yet.
    Found,
}

pub(super) struct Breaker {
    /// So many failures in a row make the provider suspect.
    threshold: u32,
    first_probe: Duration,
    state: Cell<State>,
    /// Failures in a row, with those of the runs before.
    in_a_row: Cell<u32>,
    /// Those of them that no commit has reported yet.
    unreported: Cell<u32>,
    /// When the last request was answered, since the last report.
    answered_at: Cell<Option<Duration>>,
    /// Why the provider was found to be down.
    reason: RefCell<Option<String>>,
    /// How the last request failed that did, since the last report.
    failure: RefCell<Option<String>>,
    /// Held by the one request that probes for all that wait.
    probing: Mutex<()>,
}

impl Breaker {
    pub(super) fn new(threshold: u32, first_probe: Duration) -> Self {
        Self {
            threshold,
            first_probe,
            state: Cell::new(State::Closed),
            in_a_row: Cell::default(),
            unreported: Cell::default(),
            answered_at: Cell::default(),
            reason: RefCell::default(),
            failure: RefCell::default(),
            probing: Mutex::default(),
        }
    }

    /// Applies what the database knows: failures in a row, and when an open breaker's provider is probed next.
    pub(super) fn apply(&self, failures: u32, next_probe: Option<Duration>) {
        let state = next_probe.map_or(State::Closed, |next_probe| State::Open { next_probe });
        self.state.set(state);
        self.in_a_row.set(failures);
    }

    /// Notes what an answer, or that there is none, says of the provider.
    pub(super) fn note_answer(&self, answer: &Result<Response<Bytes>, HttpError>, now: Duration) {
        if let Some(failure) = failure(answer) {
            self.failure.replace(Some(failure));
        }
        self.note(works(answer), now);
    }

    /// Notes whether the provider works; `None` says nothing of it.
    fn note(&self, works: Option<bool>, now: Duration) {
        match works {
            Some(true) => {
                self.in_a_row.set(0);
                self.unreported.set(0);
                self.answered_at.set(Some(now));
            }
            Some(false) => {
                self.in_a_row.set(self.in_a_row.get().saturating_add(1));
                self.unreported.set(self.unreported.get().saturating_add(1));
            }
            None => {}
        }
    }

    /// Whether a request may not simply go out.
    pub(super) fn stops(&self) -> bool {
        self.state.get() != State::Closed || self.is_suspect()
    }

    /// The provider may be down, and this run has something to say of it.
    fn is_suspect(&self) -> bool {
        self.state.get() == State::Closed && self.unreported.get() > 0 && self.in_a_row.get() >= self.threshold
    }

    /// What happened since the last report.
    pub(super) fn take_report(&self, now: Duration) -> ProviderReport {
        ProviderReport {
            failures: self.unreported.take(),
            answered_ms_ago: self.answered_at.take().map(|at| millis(now.saturating_sub(at))),
            down: self.reason.take(),
            failure: self.failure.take(),
            ..ProviderReport::default()
        }
    }
}

/// Whether a provider works, going by an answer or by that there is none. What has to do with this run alone says nothing.
fn works(answer: &Result<Response<Bytes>, HttpError>) -> Option<bool> {
    match answer {
        Ok(answer) => Some(match answer.status().as_u16() {
            500.. => false,
            200..300 => looks_whole(answer.body()),
            _ => true,
        }),
        Err(problem) => unreachable(problem).map(|_| false),
    }
}

/// What an operator would call a failure, in words: also that our credentials are refused, by a provider that works.
fn failure(answer: &Result<Response<Bytes>, HttpError>) -> Option<String> {
    match answer {
        Ok(answer) => match answer.status().as_u16() {
            status @ (401 | 500..) => Some(format!("status {status}")),
            200..300 if !looks_whole(answer.body()) => Some(UNREADABLE.to_owned()),
            _ => None,
        },
        Err(problem) => unreachable(problem),
    }
}

/// All providers answer with an object of JSON. This is a look at its ends: it is the source that reads it.
fn looks_whole(body: &[u8]) -> bool {
    let body = body.trim_ascii();
    body.first() == Some(&b'{') && body.last() == Some(&b'}')
}

/// Why nothing came from the provider, in words that name no address.
fn unreachable(problem: &HttpError) -> Option<String> {
    match problem {
        HttpError::Connection(_) => Some("connections fail".to_owned()),
        HttpError::BrokenOff | HttpError::Timeout(_) | HttpError::TooLarge => Some(problem.to_string()),
        _ => None,
    }
}

/// What the answer to a probe says; `None`: nothing, it could not be sent.
fn judged(answer: Result<ProviderAnswer, SourceError>) -> Option<Result<(), String>> {
    match answer {
        Ok(answer) => match answer.json() {
            Ok(_) => Some(Ok(())),
            Err(error) => judged(Err(error)),
        },
        Err(SourceError::NoAnswer { problem, .. }) => Some(Err(unreachable(&problem)?)),
        // A probe has the time that it may take.
        Err(SourceError::OutOfTime) => Some(Err("no answer".to_owned())),
        Err(SourceError::Malformed { .. }) => Some(Err(UNREADABLE.to_owned())),
        Err(SourceError::Status { status, .. }) if status >= 500 => Some(Err(format!("status {status}"))),
        Err(SourceError::Misconfigured {
            code: "host_not_allowed",
            ..
        }) => None,
        Err(_) => Some(Ok(())),
    }
}

/// The way to the provider for a probe, which the breaker must not stop. A pause that it is asked for holds for all.
struct Unhindered<'b, 'a>(&'b Budget<'a>);

impl Http for Unhindered<'_, '_> {
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> LocalBoxFuture<'_, Result<Response<Bytes>, HttpError>> {
        let budget = self.0;
        async move {
            let answer = budget.http.send(request, timeout).await;
            budget.note_pause(&answer);
            answer
        }
        .boxed_local()
    }
}

impl Budget<'_> {
    /// Lets a request through while the breaker is closed, or once a probe of this run was answered.
    pub(super) async fn pass_breaker(&self) -> Result<(), HttpError> {
        if self.breaker.is_suspect() {
            self.judge().await;
        }
        if self.breaker.state.get() == State::Closed {
            return Ok(());
        }
        let _probing = self.breaker.probing.lock().await;
        let next_probe = match self.breaker.state.get() {
            State::Closed => return Ok(()),
            State::Found => return Err(HttpError::BreakerOpen(self.breaker.first_probe)),
            State::Open { next_probe } => next_probe,
        };
        let left = next_probe.saturating_sub(self.clock.monotonic());
        if !left.is_zero() {
            return Err(HttpError::BreakerOpen(left));
        }
        let turn = self.probe_provider(false).await;
        let left = turn["next_probe_ms"]
            .as_u64()
            .map_or(WITHOUT_DATABASE, Duration::from_millis);
        let next_probe = self.clock.monotonic() + left;
        self.breaker.state.set(State::Open { next_probe });
        if turn["open"] != false {
            if turn["granted"] != true || self.probe().await != Some(Ok(())) {
                return Err(HttpError::BreakerOpen(left));
            }
            // If this call is lost, the next report says that the provider answers.
            self.probe_provider(true).await;
            self.breaker.note(Some(true), self.clock.monotonic());
        }
        self.breaker.state.set(State::Closed);
        Ok(())
    }

    /// Finds out whether a suspect provider is down.
    pub fn judge(&self) -> LocalBoxFuture<'_, ()> {
        self.judge_now().boxed_local()
    }

    async fn judge_now(&self) {
        let _probing = self.breaker.probing.lock().await;
        if !self.breaker.is_suspect() {
            return;
        }
        match self.probe().await {
            Some(Err(reason)) => {
                self.breaker.state.set(State::Found);
                self.breaker.failure.replace(Some(reason.clone()));
                self.breaker.reason.replace(Some(reason));
            }
            answered => self.breaker.note(answered.map(|_| true), self.clock.monotonic()),
        }
    }

    /// Asks the database for the turn to probe, or tells it that the probe was `answered`.
    async fn probe_provider(&self, answered: bool) -> Value {
        let arguments = json!({"provider": self.provider.name(), "answered": answered});
        self.rpc.call("probe_provider", &arguments).await.unwrap_or_default()
    }

    /// Asks the provider one question, within its rate and outside its pauses. `None`: it could not be asked. (Boxed, as
    /// its callers hold it twice.)
    fn probe(&self) -> LocalBoxFuture<'_, Option<Result<(), String>>> {
        self.probe_now().boxed_local()
    }

    async fn probe_now(&self) -> Option<Result<(), String>> {
        self.take_slot().await.ok()?;
        self.apply_published_pause();
        if !self.pause_left().is_zero() {
            return None;
        }
        let now = self.clock.monotonic();
        let left = self.deadline.saturating_sub(now);
        let client = ProviderClient {
            provider: self.provider,
            http: &Unhindered(self),
            clock: self.clock,
            deadline: now + left.clamp(PROBE_TIMEOUT, LONGEST_PROBE),
            concurrency: 1,
        };
        self.requests.set(self.requests.get() + 1);
        judged((self.ask)(self.config, client)?.await)
    }
}
