//! `cronCleanupStaleEntities`: removes stale locks and resets stale states in the database, then removes the
//! deduplication keys of what was reset from Redis.
//!
//! The database comes first, because a deduplication key counts only while the database calls its entity completed. A
//! crash in between leaves keys without any effect, which Redis removes when they expire.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::operations::{Operation, OperationContext};
use crate::pipeline::circuit_breaker::CircuitBreaker;
use crate::pipeline::deduplication::redis_key;
use crate::pipeline::http_contract::{JsonResponse, fields};
use crate::platform::ports::{KeyValue, KeyValueError};

/// The most keys that one UNLINK removes.
const STEP: usize = 500;

/// A caller waits for 30 s, and the last call of the database may take some of that.
const BUDGET: Duration = Duration::from_secs(15);

/// The members of an answer that count what the call has done.
const COUNTS: [&str; 2] = ["stale_locks_cleaned", "stale_states_reset"];

pub struct CleanupStaleEntities;

impl Operation for CleanupStaleEntities {
    /// The threshold in minutes.
    type Input = u32;
    const NAME: &'static str = "cronCleanupStaleEntities";

    fn read(body: &Map<String, Value>) -> Result<u32, JsonResponse> {
        Ok(fields::minutes(body, "threshold_minutes")?.unwrap_or(60))
    }

    async fn run(context: &OperationContext<'_>, threshold_minutes: u32) -> Result<JsonResponse, JsonResponse> {
        let deadline = context.platform.clock.monotonic() + BUDGET;
        let database = context.database()?;
        let rpc = context.rpc(&database);
        let keys = CircuitBreaker::new(context.platform.keys, context.log);
        let arguments = json!({"p_stale_threshold_minutes": threshold_minutes});
        let mut total = Total::default();
        loop {
            let cleaned = rpc.call("cleanup_stale_entities", &arguments).await;
            let cleaned: Map<String, Value> = cleaned.map_err(|error| context.rpc_failed(&error))?;
            // Without Redis the rest is done all the same, since the database decides what is done.
            let removed = remove(&keys, &keys_of(cleaned.get("reset_entities"))).unwrap_or(0);
            // One call of the database resets a limited number of states, so it is called until nothing is left.
            let is_last = !total.add(cleaned, removed);
            if is_last || context.platform.clock.monotonic() >= deadline {
                return Ok(JsonResponse::ok(total.body(keys.failure().as_ref())));
            }
        }
    }
}

/// What all calls of the database together have done.
#[derive(Default)]
struct Total {
    /// The answer of the first call, to whose counts those of the others are added.
    cleaned: Map<String, Value>,
    keys_removed: u64,
}

impl Total {
    /// Adds the answer of a call, and returns whether that call did anything.
    fn add(&mut self, call: Map<String, Value>, keys_removed: u64) -> bool {
        let number = |of: &Map<String, Value>, member: &str| of.get(member).and_then(Value::as_u64).unwrap_or(0);
        let did = COUNTS.map(|member| (member, number(&call, member)));
        if self.cleaned.is_empty() {
            self.cleaned = call;
        } else {
            for (member, count) in did {
                let sum = number(&self.cleaned, member) + count;
                self.cleaned.insert(member.to_owned(), json!(sum));
            }
        }
        self.keys_removed += keys_removed;
        did.iter().any(|(_, count)| *count > 0)
    }

    fn body(mut self, redis: Option<&KeyValueError>) -> Value {
        // The ids may be thousands, and the metadata of each state says that it was reset.
        self.cleaned.remove("reset_entities");
        self.cleaned.insert("success".into(), json!(true));
        self.cleaned
            .insert("deduplication_keys_removed".into(), json!(self.keys_removed));
        if let Some(error) = redis {
            self.cleaned.insert("redis".into(), json!(error.to_string()));
        }
        Value::Object(self.cleaned)
    }
}

fn keys_of(entities: Option<&Value>) -> Vec<String> {
    let entities = entities.and_then(Value::as_array);
    let key = |entity: &Value| {
        Some(redis_key(
            entity["entity_type"].as_str()?,
            entity["entity_id"].as_str()?,
        ))
    };
    entities.into_iter().flatten().filter_map(key).collect()
}

fn remove(redis: &dyn KeyValue, keys: &[String]) -> Result<u64, KeyValueError> {
    keys.chunks(STEP)
        .try_fold(0, |removed, step| Ok(removed + redis.unlink(step)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::testing::Harness;

    fn cleaned(locks: u32, states: u32) -> Value {
        json!({
            "stale_threshold_minutes": 60, "stale_locks_cleaned": locks, "stale_states_reset": states,
            "reset_entities": [
                {"entity_type": "artist_discovery", "entity_id": "artist:name:a"},
                {"entity_type": "album_discovery", "entity_id": "artist:1:albums:offset:0"},
            ],
        })
    }

    fn harness() -> Harness {
        let harness = Harness::new([cleaned(1, 500), cleaned(0, 2), cleaned(0, 0)]);
        for key in ["artist_discovery:artist:name:a", "artist_discovery:artist:name:b"] {
            let key = format!("linernotes:dedup:{key}");
            harness.keys.values.borrow_mut().insert(key, "1".into());
        }
        harness
    }

    #[test]
    fn only_the_keys_of_what_the_database_reset_are_removed() {
        let harness = harness();
        let (status, answer) = harness.serve(CleanupStaleEntities, "{}");
        assert_eq!((status, &answer["deduplication_keys_removed"]), (200, &json!(1)));
        assert_eq!(
            harness.api.calls("cleanup_stale_entities")[0],
            json!({"p_stale_threshold_minutes": 60})
        );
        let left: Vec<_> = harness.keys.values.borrow().keys().cloned().collect();
        assert_eq!(left, ["linernotes:dedup:artist_discovery:artist:name:b"]);
    }

    #[test]
    fn the_database_is_called_until_nothing_is_left() {
        let harness = harness();
        let (_, answer) = harness.serve(CleanupStaleEntities, "{}");
        assert_eq!(harness.api.calls("cleanup_stale_entities").len(), 3);
        assert_eq!(
            answer,
            json!({
                "success": true, "stale_threshold_minutes": 60, "stale_locks_cleaned": 1, "stale_states_reset": 502,
                "deduplication_keys_removed": 1,
            })
        );
    }

    #[test]
    fn without_redis_the_database_is_cleaned_all_the_same() {
        let harness = harness();
        harness.keys.broken.set(true);
        let (status, answer) = harness.serve(CleanupStaleEntities, r#"{"threshold_minutes":5}"#);
        assert_eq!((status, &answer["success"]), (200, &json!(true)));
        assert_eq!(answer["redis"], "Redis: connection refused");
    }

    #[test]
    fn a_bad_threshold_is_refused() {
        let harness = harness();
        for body in [
            r#"{"threshold_minutes":0}"#,
            r#"{"threshold_minutes":"60"}"#,
            r#"{"threshold_minutes":1.5}"#,
        ] {
            let (status, answer) = harness.serve(CleanupStaleEntities, body);
            assert_eq!((status, &answer["field"]), (400, &json!("threshold_minutes")));
        }
        assert!(harness.api.requests().is_empty());
    }
}
