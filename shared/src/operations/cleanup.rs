//! `cronCleanupStaleEntities`: what was left behind is put right, in the database and then in Redis.
//!
//! Locks and states come first. A deduplication key counts only while the database calls its entity completed, so a
//! crash in between leaves keys that no longer mean anything, and that their lifetime removes.

use serde_json::{Map, Value, json};

use crate::operations::{Desk, Operation, fields};
use crate::pipeline::answer::Answer;
use crate::pipeline::deduplication::redis_key;
use crate::platform::ports::{KeyValue, KeyValueError, Level};

/// Keys that Redis forgets in one step.
const STEP: usize = 500;

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
        let database = desk.database()?;
        let arguments = json!({"p_stale_threshold_minutes": threshold_minutes});
        let mut cleaned: Map<String, Value> = desk
            .rpc(&database)
            .call("cleanup_stale_entities", &arguments)
            .await
            .map_err(|error| desk.failed(&error))?;
        cleaned.insert("success".into(), json!(true));
        let keys = keys_of(cleaned.get("reset_entities"));
        match forget(desk.platform.keys, &keys) {
            Ok(gone) => {
                cleaned.insert("deduplication_keys_removed".into(), json!(gone));
            }
            Err(error) => {
                desk.log
                    .write(Level::Warn, "redis_unavailable", json!({"error": error.to_string()}));
                cleaned.insert("deduplication_keys_removed".into(), json!(0));
                // Not an error of the whole: what counts is done.
                cleaned.insert("redis".into(), json!(error.to_string()));
            }
        }
        Ok(Answer::ok(Value::Object(cleaned)))
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

    fn cleaned() -> Value {
        json!({
            "stale_threshold_minutes": 60, "stale_locks_cleaned": 1, "stale_states_reset": 2,
            "reset_entities": [
                {"entity_type": "artist_discovery", "entity_id": "artist:name:a"},
                {"entity_type": "album_discovery", "entity_id": "artist:1:albums:offset:0"},
            ],
        })
    }

    fn house() -> House {
        let house = House::new([cleaned()]);
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
        assert_eq!(answer["stale_states_reset"], 2);
        assert_eq!(
            house.api.calls("cleanup_stale_entities"),
            [json!({"p_stale_threshold_minutes": 60})]
        );
        let left: Vec<_> = house.keys.values.borrow().keys().cloned().collect();
        assert_eq!(left, ["linernotes:dedup:artist_discovery:artist:name:b"]);
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
