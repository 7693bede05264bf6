//! The circuit breaker around Redis.
//!
//! On Spin a call to Redis blocks the whole component, so a Redis that fails or hangs would cost each message of a run
//! its timeout. After the first failure the breaker stays open for the rest of the run: every later call fails at once
//! with that first error. A run is short, so nothing closes the breaker again.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use serde_json::json;

use crate::platform::ports::{KeyValue, KeyValueError, Level, Log, ScanStep};

/// A `KeyValue` that stops asking `inner` after its first failure.
pub struct CircuitBreaker<'a> {
    inner: &'a dyn KeyValue,
    log: &'a dyn Log,
    failure: RefCell<Option<KeyValueError>>,
    reported: Cell<bool>,
}

impl<'a> CircuitBreaker<'a> {
    pub fn new(inner: &'a dyn KeyValue, log: &'a dyn Log) -> Self {
        Self {
            inner,
            log,
            failure: RefCell::default(),
            reported: Cell::new(false),
        }
    }

    /// Opens the breaker before any call, because a run was lost lately, perhaps to a Redis that hangs. That is not
    /// reported as a failure of Redis: the lost run has an issue of its own.
    pub fn open_after_lost_run(&self) {
        self.reported.set(true);
        let why = "left alone for a while, since a run was lost that may have waited for it";
        self.failure
            .borrow_mut()
            .get_or_insert(KeyValueError::Failed(why.into()));
    }

    /// Why the breaker is open; `None` while it is closed.
    pub fn failure(&self) -> Option<KeyValueError> {
        self.failure.borrow().clone()
    }

    /// The failure, but only once a run: its later batches have nothing new to report.
    pub fn take_unreported_failure(&self) -> Option<KeyValueError> {
        self.failure().filter(|_| !self.reported.replace(true))
    }

    fn call<T>(&self, ask: impl FnOnce(&dyn KeyValue) -> Result<T, KeyValueError>) -> Result<T, KeyValueError> {
        if let Some(failure) = self.failure() {
            return Err(failure);
        }
        ask(self.inner).inspect_err(|error| {
            self.log
                .write(Level::Warn, "redis_unavailable", json!({"error": error.to_string()}));
            *self.failure.borrow_mut() = Some(error.clone());
        })
    }
}

impl KeyValue for CircuitBreaker<'_> {
    fn get_many(&self, keys: &[String]) -> Result<Vec<Option<String>>, KeyValueError> {
        self.call(|inner| inner.get_many(keys))
    }

    fn set(&self, key: &str, value: &str, ttl: Duration) -> Result<(), KeyValueError> {
        self.call(|inner| inner.set(key, value, ttl))
    }

    fn scan(&self, pattern: &str, cursor: &str, count: u32) -> Result<ScanStep, KeyValueError> {
        self.call(|inner| inner.scan(pattern, cursor, count))
    }

    fn unlink(&self, keys: &[String]) -> Result<u64, KeyValueError> {
        self.call(|inner| inner.unlink(keys))
    }
}
