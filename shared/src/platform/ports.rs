//! The ports: everything that a stage or a step of the pipeline asks of the world outside.
//!
//! They are object safe and single-threaded (`LocalBoxFuture`): a component has one thread, and a test needs no more.

use std::time::Duration;

use bytes::Bytes;
use futures::future::LocalBoxFuture;

/// Sends one HTTP request and waits for the whole answer.
///
/// An answer of any status is `Ok`; an `Err` means that there is no answer. Implementations stack: the budget of a
/// provider (`pipeline::budget`) is an `Http` over another.
pub trait Http {
    /// Sends `request`; gives up after `timeout`.
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
    /// Nothing (complete) came within the time allowed.
    #[error("no answer within {} ms", .0.as_millis())]
    Timeout(Duration),
    /// The connection could not be made, broke, or brought something that is not HTTP.
    #[error("connection failed: {0}")]
    Connection(String),
    /// More came than any answer is long; the rest was not read.
    #[error("the answer is larger than {} MB", ANSWER_LIMIT >> 20)]
    TooLarge,
    /// The host is not in the component's `allowed_outbound_hosts`.
    #[error("the host is not allowed by spin.toml")]
    Denied,
    /// The provider asked for a pause (`Retry-After`) that is longer than this run may wait.
    #[error("paused for {} s by its provider", .0.as_secs())]
    Paused(Duration),
    /// The run's time budget ends before this request could be sent; the message goes back uncounted.
    #[error("the run's time budget is spent")]
    OutOfTime,
}

/// Time. `now` is for people and tokens, `monotonic` for durations.
pub trait Clock {
    /// Since the Unix epoch.
    fn now(&self) -> Duration;
    /// Since some fixed point; never goes back.
    fn monotonic(&self) -> Duration;
    /// Completes after `duration`; other futures go on meanwhile.
    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'_, ()>;
}

/// The keys that are remembered between runs. Correctness never depends on them.
pub trait KeyValue {
    /// The values of `keys`, in their order.
    fn get_many(&self, keys: &[String]) -> Result<Vec<Option<String>>, KeyValueError>;
    /// Sets `key` to `value` for `ttl`.
    fn set(&self, key: &str, value: &str, ttl: Duration) -> Result<(), KeyValueError>;
    /// One step of a walk over the keys that match the glob `pattern`, from `cursor` on (`"0"` begins). It looks at
    /// about `count` keys, may give one twice, and blocks Redis no longer than that.
    fn scan(&self, pattern: &str, cursor: &str, count: u32) -> Result<ScanStep, KeyValueError>;
    /// Removes `keys` without making Redis wait for their memory; how many were there.
    fn unlink(&self, keys: &[String]) -> Result<u64, KeyValueError>;
}

/// A step of [`KeyValue::scan`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanStep {
    /// Where the next step begins; `None`: that was the last.
    pub next: Option<String>,
    /// Keys that match.
    pub keys: Vec<String>,
}

/// Redis did not do it: unreachable, refused, or not configured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyValueError {
    /// `redis_url` is not set.
    #[error("Redis is not configured")]
    NotConfigured,
    /// Redis could not be asked, or answered with an error.
    #[error("Redis: {0}")]
    Failed(String),
}

/// A log line: one JSON object a line, with the correlation id of the request.
pub trait Log {
    /// Writes `fields` (an object) as one line. Never secrets.
    fn write(&self, level: Level, event: &str, fields: serde_json::Value);
}

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// What happened.
    Info,
    /// Went on, but somebody should know.
    Warn,
    /// Did not go on.
    Error,
}

/// Configuration values: Spin variables in the components, a map in tests.
pub trait Variables {
    /// The value of `name`; `None` when it is not set or empty.
    fn get(&self, name: &str) -> Option<String>;
}

/// Larger answers to our requests are not read: a release of five hundred recordings, with everybody who made them, is a
/// few megabytes.
pub const ANSWER_LIMIT: usize = 32 << 20;

/// Larger bodies of requests to us are refused.
pub const BODY_LIMIT: usize = 64 * 1024;

/// Why the body of a request to us is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Above the limit; the rest was not read.
    #[error("larger than {BODY_LIMIT} bytes")]
    TooLarge,
    /// It broke off, or did not come in time.
    #[error("did not arrive whole")]
    Incomplete,
}

/// A request to us.
pub type Request = http::Request<Result<Bytes, BodyError>>;

/// Answers the request; what comes after it, the caller does not wait for.
pub type Reply = Box<dyn FnOnce(http::Response<Bytes>)>;

/// One of the ten functions.
pub trait Function {
    /// Serves one request: answers it, and may go on after its answer.
    fn serve<'a>(&'a self, platform: &'a Platform<'a>, request: Request, reply: Reply) -> LocalBoxFuture<'a, ()>;
}

/// All ports together, as a run sees them.
pub struct Platform<'a> {
    /// Outbound HTTP without any provider's budget.
    pub http: &'a dyn Http,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Redis.
    pub keys: &'a dyn KeyValue,
    /// The log.
    pub log: &'a dyn Log,
    /// Configuration.
    pub variables: &'a dyn Variables,
}
