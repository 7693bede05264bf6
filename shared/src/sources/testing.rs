//! A scripted provider for tests: answers by address, and a list of what was asked.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use http::{Request, Response};
use serde_json::Value;

use crate::platform::ports::{Clock, Http, HttpError, KeyValue, KeyValueError, ScanStep};
use crate::sources::client::ProviderClient;
use crate::sources::{Provider, Refusals};

/// Stands for an answer that does not come.
const NEVER: u16 = 0;

/// An answer of the script.
type Scripted = Result<(u16, Option<&'static str>, String), HttpError>;

/// Answers requests whose address (path and query) begins with what it was told; each answer is given once, the last
/// one again and again.
#[derive(Default)]
pub struct Script {
    rules: RefCell<Vec<(String, Vec<Scripted>)>>,
    asked: RefCell<Vec<Request<Bytes>>>,
}

impl Script {
    /// `status` and `body` for addresses that begin with `address`.
    pub fn on(&self, address: &str, status: u16, body: &Value) -> &Self {
        self.on_raw(address, Ok((status, None, body.to_string())))
    }

    /// Any answer, or none.
    pub fn on_raw(&self, address: &str, answer: Scripted) -> &Self {
        let mut rules = self.rules.borrow_mut();
        match rules.iter_mut().find(|(known, _)| known == address) {
            Some((_, answers)) => answers.push(answer),
            None => rules.push((address.to_owned(), vec![answer])),
        }
        self
    }

    /// No answer, ever.
    pub fn on_never(&self, address: &str) -> &Self {
        self.on_raw(address, Ok((NEVER, None, String::new())))
    }

    /// A 301 that leads to `to`.
    pub fn on_redirect(&self, address: &str, to: &str) -> &Self {
        self.on_raw(address, Ok((301, None, to.to_owned())))
    }

    /// The addresses that were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.borrow().iter().map(address).collect()
    }

    /// The header `name` of each request.
    pub fn headers(&self, name: &str) -> Vec<String> {
        let asked = self.asked.borrow();
        asked
            .iter()
            .filter_map(|request| request.headers().get(name)?.to_str().ok())
            .map(ToOwned::to_owned)
            .collect()
    }
}

fn address(request: &Request<Bytes>) -> String {
    request
        .uri()
        .path_and_query()
        .map(ToString::to_string)
        .unwrap_or_default()
}

impl Http for Script {
    fn send(&self, request: Request<Bytes>, _: Duration) -> LocalBoxFuture<'_, Result<Response<Bytes>, HttpError>> {
        let address = address(&request);
        self.asked.borrow_mut().push(request);
        let mut rules = self.rules.borrow_mut();
        // The longest beginning counts, whatever the order of the rules.
        let matching = rules
            .iter_mut()
            .filter(|(begin, _)| address.starts_with(begin.as_str()));
        let answer = match matching.max_by_key(|(begin, _)| begin.len()) {
            Some((_, answers)) if answers.len() > 1 => answers.remove(0),
            Some((_, answers)) => answers[0].clone(),
            None => panic!("nothing is scripted for {address}"),
        };
        async move {
            let (status, retry_after, body) = answer?;
            if status == NEVER {
                return futures::future::pending().await;
            }
            let mut response = Response::builder().status(status);
            if let Some(seconds) = retry_after {
                response = response.header("retry-after", seconds);
            }
            if (300..400).contains(&status) {
                response = response.header("location", body.as_str());
            }
            Ok(response.body(Bytes::from(body)).unwrap())
        }
        .boxed_local()
    }
}

/// A clock that only `sleep` moves.
#[derive(Default)]
pub struct TestClock {
    /// Since the start of the test.
    pub elapsed: Cell<Duration>,
}

impl Clock for TestClock {
    fn now(&self) -> Duration {
        Duration::from_secs(1_795_000_000) + self.elapsed.get()
    }

    fn monotonic(&self) -> Duration {
        self.elapsed.get()
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'_, ()> {
        self.elapsed.set(self.elapsed.get() + duration);
        futures::future::ready(()).boxed_local()
    }
}

#[derive(Default)]
pub struct TestKeys {
    pub values: RefCell<BTreeMap<String, String>>,
}

impl KeyValue for TestKeys {
    fn get_many(&self, keys: &[String]) -> Result<Vec<Option<String>>, KeyValueError> {
        let values = self.values.borrow();
        Ok(keys.iter().map(|key| values.get(key).cloned()).collect())
    }

    fn set(&self, key: &str, value: &str, _: Duration) -> Result<(), KeyValueError> {
        self.values.borrow_mut().insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    fn scan(&self, _: &str, _: &str, _: u32) -> Result<ScanStep, KeyValueError> {
        panic!("no source looks for keys")
    }

    fn unlink(&self, _: &[String]) -> Result<u64, KeyValueError> {
        panic!("no source removes keys")
    }
}

#[derive(Default)]
pub struct TestRefusals(pub RefCell<BTreeSet<String>>);

impl Refusals for TestRefusals {
    fn refused(&self, _: Provider, ability: &str) -> bool {
        self.0.borrow().contains(ability)
    }

    fn refuse(&self, _: Provider, ability: &str) {
        self.0.borrow_mut().insert(ability.to_owned());
    }
}

/// A client that asks the script, with 25 s.
pub fn client<'a>(provider: Provider, http: &'a dyn Http, clock: &'a TestClock) -> ProviderClient<'a> {
    ProviderClient {
        provider,
        http,
        clock,
        deadline: Duration::from_secs(25),
        concurrency: 6,
    }
}

/// Runs a future to its end.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    // Nothing here waits for anything real, so asking again is enough.
    loop {
        if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}
