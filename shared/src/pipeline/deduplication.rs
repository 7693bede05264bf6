//! What was done lately, in Redis: the second step's question and what follows the commit.
//!
//! Correctness never depends on it. A hit skips a message only if the dequeue says too that its entity is completed;
//! with Redis flushed, stopped, slow or lying, the database ends up the same.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use serde_json::{Value, json};

use crate::pipeline::budget::millis;
use crate::pipeline::dequeue::RawDelivery;
use crate::pipeline::queue::Queue;
use crate::platform::ports::{Clock, KeyValue, KeyValueError, Level, Log, ScanStep};

/// Redis during one run: after its first failure it is not asked again, for a call to it stops everything else.
pub struct Guarded<'a> {
    inner: &'a dyn KeyValue,
    log: &'a dyn Log,
    failure: RefCell<Option<KeyValueError>>,
    told: Cell<bool>,
}

impl<'a> Guarded<'a> {
    /// Around `inner`.
    pub fn new(inner: &'a dyn KeyValue, log: &'a dyn Log) -> Self {
        Self {
            inner,
            log,
            failure: RefCell::default(),
            told: Cell::new(false),
        }
    }

    /// Leaves Redis alone from now on: a run was lost lately, perhaps to a Redis that hangs. That is no news of Redis, and
    /// the lost run has an issue of its own.
    pub fn leave_alone(&self) {
        self.told.set(true);
        let why = "left alone for a while, since a run was lost that may have waited for it";
        self.failure
            .borrow_mut()
            .get_or_insert(KeyValueError::Failed(why.into()));
    }

    /// Why Redis is not used any more.
    pub fn failure(&self) -> Option<KeyValueError> {
        self.failure.borrow().clone()
    }

    /// The same, the first time; the run's later batches have nothing new to say of it.
    pub fn take_news(&self) -> Option<KeyValueError> {
        self.failure().filter(|_| !self.told.replace(true))
    }

    fn guard<T>(&self, ask: impl FnOnce(&dyn KeyValue) -> Result<T, KeyValueError>) -> Result<T, KeyValueError> {
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

impl KeyValue for Guarded<'_> {
    fn get_many(&self, keys: &[String]) -> Result<Vec<Option<String>>, KeyValueError> {
        self.guard(|inner| inner.get_many(keys))
    }

    fn set(&self, key: &str, value: &str, ttl: Duration) -> Result<(), KeyValueError> {
        self.guard(|inner| inner.set(key, value, ttl))
    }

    fn scan(&self, pattern: &str, cursor: &str, count: u32) -> Result<ScanStep, KeyValueError> {
        self.guard(|inner| inner.scan(pattern, cursor, count))
    }

    fn unlink(&self, keys: &[String]) -> Result<u64, KeyValueError> {
        self.guard(|inner| inner.unlink(keys))
    }
}

/// Every key of deduplication begins so, and no other.
pub const PREFIX: &str = "linernotes:dedup:";

/// Whether Redis answers, for the status. On Spin this never returns while Redis hangs.
pub fn probe(keys: &dyn KeyValue, clock: &dyn Clock) -> Value {
    let started = clock.monotonic();
    match keys.get_many(&[PREFIX.to_owned()]) {
        Ok(_) => {
            let ms = millis(clock.monotonic().saturating_sub(started));
            json!({"configured": true, "answering": true, "ms": ms})
        }
        Err(KeyValueError::NotConfigured) => json!({"configured": false, "answering": null}),
        Err(error) => json!({"configured": true, "answering": false, "problem": error.to_string()}),
    }
}

/// `linernotes:dedup:<queue>:<idempotency key>`
pub fn redis_key(queue: &str, key: &str) -> String {
    format!("{PREFIX}{queue}:{key}")
}

/// Splits a batch into what has to be done and what can be skipped, with one question to Redis.
pub fn split_done(queue: Queue, batch: Vec<RawDelivery>, keys: &dyn KeyValue) -> (Vec<RawDelivery>, Vec<RawDelivery>) {
    // All keys are asked for, also those that can't be skipped: so a batch notices that Redis is away.
    let names: Vec<_> = batch
        .iter()
        .map(|delivery| redis_key(queue.name(), delivery.key.as_deref().unwrap_or_default()))
        .collect();
    let hits = keys.get_many(&names).unwrap_or_default();
    let hits = hits.into_iter().chain(std::iter::repeat(None));
    let (done, open): (Vec<_>, Vec<_>) = batch
        .into_iter()
        .zip(hits)
        .partition(|(delivery, hit)| hit.is_some() && delivery.key.is_some() && delivery.completed && !delivery.force);
    let deliveries = |pairs: Vec<(RawDelivery, _)>| pairs.into_iter().map(|(delivery, _)| delivery).collect();
    (deliveries(open), deliveries(done))
}

/// Remembers that the messages with these keys were done, at the Unix time of `clock`, as far as Redis is there.
pub fn remember(queue: Queue, done: &[String], ttl: Duration, (keys, clock): (&dyn KeyValue, &dyn Clock)) {
    let now = clock.now().as_secs().to_string();
    // Redis that is away does no harm, and `Guarded` has said so.
    let _ = done
        .iter()
        .try_for_each(|key| keys.set(&redis_key(queue.name(), key), &now, ttl));
}
