//! Which messages were done lately, kept in Redis: asked before the stage, written after the commit.
//!
//! Correctness never depends on it. A key in Redis skips a message only if the dequeue says too that its entity is
//! completed. So with Redis flushed, stopped, slow or lying, the database ends up the same.

use std::time::Duration;

use serde_json::{Value, json};

use crate::pipeline::dequeue::RawDelivery;
use crate::pipeline::queue::Queue;
use crate::pipeline::rpc::millis;
use crate::platform::ports::{Clock, KeyValue, KeyValueError};

/// Every key of deduplication begins with this, and no other key does.
pub const PREFIX: &str = "linernotes:dedup:";

/// Whether Redis answers, as the status shows it. On Spin this call does not return while Redis hangs.
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
    let (done, open): (Vec<_>, Vec<_>) = batch.into_iter().zip(hits).partition(|(delivery, hit)| {
        // What is to be looked at again is not done, however lately it was.
        let anew = delivery.force || delivery.message["refresh"] == true;
        hit.is_some() && delivery.key.is_some() && delivery.completed && !anew
    });
    let deliveries = |pairs: Vec<(RawDelivery, _)>| pairs.into_iter().map(|(delivery, _)| delivery).collect();
    (deliveries(open), deliveries(done))
}

/// Remembers that the messages with these keys were done, at the Unix time of `clock`, as far as Redis is there.
pub fn remember(queue: Queue, done: &[String], ttl: Duration, (keys, clock): (&dyn KeyValue, &dyn Clock)) {
    let now = clock.now().as_secs().to_string();
    // A failure does no harm here, and the circuit breaker has logged it.
    let _ = done
        .iter()
        .try_for_each(|key| keys.set(&redis_key(queue.name(), key), &now, ttl));
}
