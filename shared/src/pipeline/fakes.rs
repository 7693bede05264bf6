//! Fakes of the ports, for the tests of `pipeline` and `operations`: a clock that jumps, and a server that follows a
//! script.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use http::{Request, Response};
use serde_json::Value;

use crate::platform::ports::{Clock, Http, HttpError, KeyValue, KeyValueError, Level, Log, ScanStep};

/// A clock whose time passes only when every future waits for it.
#[derive(Default)]
pub struct FakeClock {
    now: Cell<Duration>,
    sleepers: RefCell<Vec<(Duration, Waker)>>,
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl FakeClock {
    /// Runs `future` to its end. Whenever everything waits, time jumps to the next sleeper.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> T {
        let woken = Arc::new(Woken(AtomicBool::new(false)));
        let waker = Waker::from(woken.clone());
        let mut future = pin!(future);
        loop {
            if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return value;
            }
            if !woken.0.swap(false, Ordering::Relaxed) {
                self.jump();
            }
        }
    }

    fn jump(&self) {
        let mut sleepers = self.sleepers.borrow_mut();
        let next = sleepers.iter().map(|(until, _)| *until).min();
        let next = next.expect("everything waits, and nothing for time");
        self.now.set(self.now.get().max(next));
        sleepers.retain(|(until, waker)| {
            if *until <= next {
                waker.wake_by_ref();
            }
            *until > next
        });
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Duration {
        Duration::from_secs(1_700_000_000) + self.now.get()
    }

    fn monotonic(&self) -> Duration {
        self.now.get()
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'_, ()> {
        let until = self.now.get() + duration;
        futures::future::poll_fn(move |context| {
            if self.now.get() >= until {
                return Poll::Ready(());
            }
            self.sleepers.borrow_mut().push((until, context.waker().clone()));
            Poll::Pending
        })
        .boxed_local()
    }
}

type HttpResult = Result<Response<Bytes>, HttpError>;

/// A server that gives its answers in the order of the script, and remembers its requests.
#[derive(Default)]
pub struct Script {
    pub answers: RefCell<VecDeque<HttpResult>>,
    requests: RefCell<Vec<Request<Bytes>>>,
}

impl Script {
    /// A script of statuses and bodies.
    pub fn of<const N: usize>(answers: [(u16, &str); N]) -> Self {
        let script = Self::default();
        for (status, body) in answers {
            script.then(answer(status, &[], body));
        }
        script
    }

    pub fn then(&self, answer: HttpResult) {
        self.answers.borrow_mut().push_back(answer);
    }

    pub fn requests(&self) -> Vec<Request<Bytes>> {
        self.requests.borrow().clone()
    }

    /// The bodies of the requests to `function` so far.
    pub fn calls(&self, function: &str) -> Vec<Value> {
        self.requests()
            .iter()
            .filter(|request| request.uri().path().ends_with(&format!("/{function}")))
            .map(|request| serde_json::from_slice(request.body()).unwrap())
            .collect()
    }
}

impl Http for Script {
    fn send(&self, request: Request<Bytes>, _: Duration) -> LocalBoxFuture<'_, HttpResult> {
        let path = request.uri().to_string();
        self.requests.borrow_mut().push(request);
        let answer = self.answers.borrow_mut().pop_front();
        let answer = answer.unwrap_or_else(|| panic!("the script has no answer to {path}"));
        async move { answer }.boxed_local()
    }
}

/// A response as `Http` gives it.
#[allow(clippy::unnecessary_wraps)]
pub fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> HttpResult {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    Ok(response.body(Bytes::from(body.to_owned())).unwrap())
}

/// A server that answers after `latency`, and remembers when it was asked.
pub struct Slow<'a> {
    pub clock: &'a FakeClock,
    pub latency: Duration,
    pub asked_at: RefCell<Vec<Duration>>,
    pub in_progress: Cell<usize>,
    pub most_in_progress: Cell<usize>,
    pub script: Script,
}

impl<'a> Slow<'a> {
    /// When its script has ended, it answers 200.
    pub fn new(clock: &'a FakeClock, latency: Duration, script: Script) -> Self {
        Self {
            clock,
            latency,
            asked_at: RefCell::default(),
            in_progress: Cell::new(0),
            most_in_progress: Cell::new(0),
            script,
        }
    }
}

impl Http for Slow<'_> {
    fn send(&self, request: Request<Bytes>, timeout: Duration) -> LocalBoxFuture<'_, HttpResult> {
        async move {
            self.asked_at.borrow_mut().push(self.clock.monotonic());
            self.in_progress.set(self.in_progress.get() + 1);
            self.most_in_progress
                .set(self.most_in_progress.get().max(self.in_progress.get()));
            self.clock.sleep(self.latency.min(timeout)).await;
            self.in_progress.set(self.in_progress.get() - 1);
            if self.latency > timeout {
                return Err(HttpError::Timeout(timeout));
            }
            if self.script.answers.borrow().is_empty() {
                return answer(200, &[], "{}");
            }
            self.script.send(request, timeout).await
        }
        .boxed_local()
    }
}

/// Redis as a map. It fails while `broken` is set.
#[derive(Default)]
pub struct FakeKeys {
    pub values: RefCell<BTreeMap<String, String>>,
    pub broken: Cell<bool>,
    pub asked: Cell<u32>,
}

impl FakeKeys {
    fn check(&self) -> Result<(), KeyValueError> {
        self.asked.set(self.asked.get() + 1);
        if self.broken.get() {
            return Err(KeyValueError::Failed("connection refused".into()));
        }
        Ok(())
    }
}

impl KeyValue for FakeKeys {
    fn get_many(&self, keys: &[String]) -> Result<Vec<Option<String>>, KeyValueError> {
        self.check()?;
        let values = self.values.borrow();
        Ok(keys.iter().map(|key| values.get(key).cloned()).collect())
    }

    fn set(&self, key: &str, value: &str, _: Duration) -> Result<(), KeyValueError> {
        self.check()?;
        self.values.borrow_mut().insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    /// Understands only patterns that are a prefix and a star. As Redis may, it gives a key twice: the last of each step.
    fn scan(&self, pattern: &str, cursor: &str, count: u32) -> Result<ScanStep, KeyValueError> {
        self.check()?;
        let prefix = pattern.strip_suffix('*').expect("a star at the end").replace('\\', "");
        let values = self.values.borrow();
        let from = values.range(cursor.trim_start_matches('0').to_owned()..);
        let seen: Vec<_> = from.map(|(key, _)| key.clone()).take(count as usize + 1).collect();
        let next = (seen.len() > count as usize).then(|| seen[count as usize].clone());
        let keys = seen.into_iter().filter(|key| key.starts_with(&prefix)).collect();
        Ok(ScanStep { next, keys })
    }

    fn unlink(&self, keys: &[String]) -> Result<u64, KeyValueError> {
        self.check()?;
        let mut values = self.values.borrow_mut();
        Ok(keys.iter().filter(|key| values.remove(*key).is_some()).count() as u64)
    }
}

/// Keeps the lines that were logged.
#[derive(Default)]
pub struct FakeLog(pub RefCell<Vec<(Level, String, Value)>>);

impl Log for FakeLog {
    fn write(&self, level: Level, event: &str, fields: Value) {
        self.0.borrow_mut().push((level, event.to_owned(), fields));
    }
}
