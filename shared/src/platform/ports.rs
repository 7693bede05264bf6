//! The ports: traits for everything that the product needs from outside, such as HTTP, time, Redis and the log.
//!
//! They are object safe, so that a test can put a fake in their place, and single-threaded (`LocalBoxFuture`), since a
//! component has one thread.

use std::time::Duration;

use bytes::Bytes;
use futures::future::LocalBoxFuture;

/// Sends one HTTP request and waits for the whole answer.
///
/// An answer of any status is `Ok`; an `Err` means that there is no answer. Implementations can be stacked: a provider's
/// budget (`pipeline::budget`) is an `Http` that sends through another one.
pub trait Http {
    fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> LocalBoxFuture<'_, Result<http::Response<Bytes>, HttpError>>;
}

/// Marks a request (`http::Extensions`) that may be sent twice although its method, POST, does not promise that.
#[derive(Debug, Clone, Copy)]
pub struct Idempotent;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// No complete answer came within the time allowed.
    #[error("no answer within {} ms", .0.as_millis())]
    Timeout(Duration),
    /// The connection could not be made, broke before an answer, or brought something that is not HTTP.
    #[error("connection failed: {0}")]
    Connection(String),
    /// The connection broke within the answer.
    #[error("the answer broke off")]
    BrokenOff,
    /// The answer was longer than [`ANSWER_LIMIT`], and the rest of it was not read.
    #[error("the answer is larger than {} MB", ANSWER_LIMIT >> 20)]
    TooLarge,
    /// The host is not in the component's `allowed_outbound_hosts`.
    #[error("the host is not allowed by spin.toml")]
    Denied,
    /// The provider asked for a pause (`Retry-After`) that is longer than this run may wait.
    #[error("paused for {} s by its provider", .0.as_secs())]
    Paused(Duration),
    /// The provider is down: its breaker is open, and the next probe comes after this time.
    #[error("down, probed again in {} s", .0.as_secs())]
    BreakerOpen(Duration),
    /// The run's time budget ends before this request could be sent. The message is released, and the attempt does not
    /// count.
    #[error("the run's time budget is spent")]
    OutOfTime,
}

/// `now` is for times that leave the component, `monotonic` for durations, because it never goes back.
pub trait Clock {
    /// The time since the Unix epoch.
    fn now(&self) -> Duration;
    /// The time since some fixed point.
    fn monotonic(&self) -> Duration;
    /// Completes after `duration`. Other futures can run meanwhile.
    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'_, ()>;
}

/// Redis: keys that are kept between runs. Correctness never depends on them.
pub trait KeyValue {
    /// Returns the values of `keys`, in their order.
    fn get_many(&self, keys: &[String]) -> Result<Vec<Option<String>>, KeyValueError>;
    fn set(&self, key: &str, value: &str, ttl: Duration) -> Result<(), KeyValueError>;
    /// Takes one step of a walk over the keys that match the glob `pattern`. The walk begins at cursor `"0"`. A step looks
    /// at about `count` keys and blocks Redis for no longer than that. A walk may give a key twice.
    fn scan(&self, pattern: &str, cursor: &str, count: u32) -> Result<ScanStep, KeyValueError>;
    /// Removes `keys` and returns how many of them existed. Redis frees their memory later, without blocking.
    fn unlink(&self, keys: &[String]) -> Result<u64, KeyValueError>;
}

/// What a step of [`KeyValue::scan`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanStep {
    /// The cursor of the next step; `None` after the last.
    pub next: Option<String>,
    pub keys: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyValueError {
    #[error("Redis is not configured")]
    NotConfigured,
    /// Redis could not be reached, or answered with an error.
    #[error("Redis: {0}")]
    Failed(String),
}

/// The log: one JSON object a line.
pub trait Log {
    /// Writes a line. `fields` is an object and holds no secret.
    fn write(&self, level: Level, event: &str, fields: serde_json::Value);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Info,
    /// The work went on, but an operator should know.
    Warn,
    /// The work did not go on.
    Error,
}

/// Configuration values: Spin variables in the components, a map in tests.
pub trait Variables {
    /// Returns the value of a variable, `None` where it is not set or empty.
    fn get(&self, name: &str) -> Option<String>;
}

/// Larger answers from others are not read. The largest answer that we know of, a release of five hundred recordings with
/// everybody who made them, has a few megabytes.
pub const ANSWER_LIMIT: usize = 32 << 20;

/// Larger bodies of requests to a function are refused.
pub const BODY_LIMIT: usize = 64 * 1024;

/// Why the body of a request to a function could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The body was longer than [`BODY_LIMIT`], and the rest of it was not read.
    #[error("larger than {BODY_LIMIT} bytes")]
    TooLarge,
    /// The body broke off, or did not come in time.
    #[error("did not arrive whole")]
    Incomplete,
}

/// A request to a function.
pub type Request = http::Request<Result<Bytes, BodyError>>;

/// Sends the response. A function may work on after that, and the caller does not wait for it.
pub type Reply = Box<dyn FnOnce(http::Response<Bytes>)>;

/// A function that callers reach by HTTP.
pub trait Function {
    /// Serves one request. It calls `reply` once, and may work on after that.
    fn serve<'a>(&'a self, platform: &'a Platform<'a>, request: Request, reply: Reply) -> LocalBoxFuture<'a, ()>;
}

/// All ports together.
pub struct Platform<'a> {
    /// Sends without any provider's budget.
    pub http: &'a dyn Http,
    pub clock: &'a dyn Clock,
    pub keys: &'a dyn KeyValue,
    pub log: &'a dyn Log,
    pub variables: &'a dyn Variables,
}
