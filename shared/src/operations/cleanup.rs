//! `cronCleanupStaleEntities`: what was left behind is put right, in the database and then in Redis.
//!
//! Locks and states come first. A deduplication key counts only while the database calls its entity completed, so a
//! crash in between leaves keys that no longer mean anything, and that their lifetime removes.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::operations::{Desk, Operation, fields};
use crate::pipeline::answer::Answer;
use crate::pipeline::deduplication::{Guarded, redis_key};
use crate::platform::ports::{KeyValue, KeyValueError};

/// Keys that Redis forgets in one step.
const STEP: usize = 500;

/// A caller waits for 30 s.
const BUDGET: Duration = Duration::from_secs(15);

/// What a call of the database has done.
const COUNTS: [&str; 2] = ["stale_locks_cleaned", "stale_states_reset"];

/// The function.
pub struct CleanupStaleEntities;

impl Operation for CleanupStaleEntities {
    /// Minutes.
    type Order = u32;
    const NAME: &'static str = "cronCleanupStaleEntities";

    fn read(body: &Map<String, Value>) -> Result<u32, Answer> {
        Ok(fields::minutes(body, "threshold_minutes")?.unwrap_or(60))
    }

    async fn run(desk: &Desk<'_>, threshold_minutes: u32) -> Result<Answer, Answer> {
        let deadline = desk.platform.clock.monotonic() + BUDGET;
        let database = desk.database()?;
        let rpc = desk.rpc(&database);
        let keys = Guarded::new(desk.platform.keys, desk.log);
        let arguments = json!({"p_stale_threshold_minutes": threshold_minutes});
        let mut total = Total::default();
        loop {
            let cleaned = rpc.call("cleanup_stale_entities", &arguments).await;
            let cleaned: Map<String, Value> = cleaned.map_err(|error| desk.failed(&error))?;
            // Without Redis the rest is done all the same: the database's part is what counts.
            let gone = forget(&keys, &keys_of(cleaned.get("reset_entities"))).unwrap_or(0);
            // The database takes a moment's work a call.
            let is_last = !total.add(cleaned, gone);
            if is_last || desk.platform.clock.monotonic() >= deadline {
                return Ok(Answer::ok(total.answer(keys.failure().as_ref())));
            }
        }
    }
}

/// What all calls together have done.
#[derive(Default)]
struct Total {
    /// As the first call gave it, with the others' numbers added.
    cleaned: Map<String, Value>,
    keys_removed: u64,
}

impl Total {
    /// Adds a call; whether it did anything.
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

    fn answer(mut self, redis: Option<&KeyValueError>) -> Value {
        // Thousands of ids help nobody; the states' metadata tell of it.
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

fn forget(redis: &dyn KeyValue, keys: &[String]) -> Result<u64, KeyValueError> {
    keys.chunks(STEP)
        .try_fold(0, |gone, step| Ok(gone + redis.unlink(step)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::testing::House;

    fn cleaned(locks: u32, states: u32) -> Value {
        json!({
            "stale_threshold_minutes": 60, "stale_locks_cleaned": locks, "stale_states_reset": states,
            "reset_entities": [
                {"entity_type": "artist_discovery", "entity_id": "artist:name:a"},
                {"entity_type": "album_discovery", "entity_id": "artist:1:albums:offset:0"},
            ],
        })
    }

    fn house() -> House {
        let house = House::new([cleaned(1, 500), cleaned(0, 2), cleaned(0, 0)]);
        for key in ["artist_discovery:artist:name:a", "artist_discovery:artist:name:b"] {
            let key = format!("linernotes:dedup:{key}");
            house.keys.values.borrow_mut().insert(key, "1".into());
        }
        house
    }

    #[test]
    fn the_database_first_then_the_keys_of_what_was_reset() {
        let house = house();
        let (status, answer) = house.serve(CleanupStaleEntities, "{}");
        assert_eq!((status, &answer["deduplication_keys_removed"]), (200, &json!(1)));
        assert_eq!(
            house.api.calls("cleanup_stale_entities")[0],
            json!({"p_stale_threshold_minutes": 60})
        );
        let left: Vec<_> = house.keys.values.borrow().keys().cloned().collect();
        assert_eq!(left, ["linernotes:dedup:artist_discovery:artist:name:b"]);
    }

    #[test]
    fn goes_on_until_nothing_is_left() {
        let house = house();
        let (_, answer) = house.serve(CleanupStaleEntities, "{}");
        assert_eq!(house.api.calls("cleanup_stale_entities").len(), 3);
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
        let house = house();
        house.keys.broken.set(true);
        let (status, answer) = house.serve(CleanupStaleEntities, r#"{"threshold_minutes":5}"#);
        assert_eq!((status, &answer["success"]), (200, &json!(true)));
        assert_eq!(answer["redis"], "Redis: connection refused");
    }

    #[test]
    fn a_bad_threshold_is_refused() {
        let house = house();
        for body in [
            r#"{"threshold_minutes":0}"#,
            r#"{"threshold_minutes":"60"}"#,
            r#"{"threshold_minutes":1.5}"#,
        ] {
            let (status, answer) = house.serve(CleanupStaleEntities, body);
            assert_eq!((status, &answer["field"]), (400, &json!("threshold_minutes")));
        }
        assert!(house.api.requests().is_empty());
    }
}
