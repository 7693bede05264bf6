//! `clearQueueDeduplication`: removes deduplication keys from Redis, so that messages with these keys are worked on again.
//!
//! It finds keys by SCAN and removes them by UNLINK, a step at a time, so that Redis serves others in between. It never
//! uses KEYS or FLUSH, and touches no key outside of `linernotes:dedup:`.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::operations::{Operation, OperationContext};
use crate::pipeline::deduplication::{PREFIX, redis_key};
use crate::pipeline::http_contract::{JsonResponse, fields};
use crate::pipeline::queue::Queue;
use crate::platform::ports::{KeyValue, KeyValueError, Level};

/// How many keys Redis looks at in one SCAN, or removes in one UNLINK: each takes well below a millisecond.
const STEP: u32 = 500;

pub struct ClearDeduplication;

/// Which keys to remove.
pub struct Input {
    queue_name: Option<String>,
    idempotency_key: Option<String>,
    older_than_minutes: Option<u32>,
    dry_run: bool,
}

#[derive(Default)]
struct Counts {
    matched: u64,
    deleted: u64,
}

impl Operation for ClearDeduplication {
    type Input = Input;
    const NAME: &'static str = "clearQueueDeduplication";

    fn read(body: &Map<String, Value>) -> Result<Input, JsonResponse> {
        Ok(Input {
            queue_name: fields::text(body, "queue_name", 512)?,
            idempotency_key: fields::text(body, "idempotency_key", 2048)?,
            older_than_minutes: fields::minutes(body, "older_than_minutes")?,
            dry_run: fields::flag(body, "dry_run")?.unwrap_or(false),
        })
    }

    async fn run(context: &OperationContext<'_>, input: Input) -> Result<JsonResponse, JsonResponse> {
        let counts = match input.clear(context.platform.keys, context.platform.clock.now().as_secs()) {
            Ok(counts) => counts,
            Err(error @ KeyValueError::NotConfigured) => {
                let mut response = input.response(&Counts::default());
                response.body["message"] = json!(format!("{error}: nothing is remembered there"));
                return Ok(response);
            }
            Err(error) => {
                context
                    .log
                    .write(Level::Error, "redis_unavailable", json!({"error": error.to_string()}));
                return Err(JsonResponse::error(StatusCode::SERVICE_UNAVAILABLE, error.to_string()));
            }
        };
        // A name that was mistyped must not look like a queue that has no keys.
        let unknown = |name: &String| Queue::ALL.iter().all(|queue| queue.name() != name);
        if counts.matched == 0 && input.queue_name.as_ref().is_some_and(unknown) {
            return Err(JsonResponse::bad_field("queue_name", "is no queue of the pipeline"));
        }
        Ok(input.response(&counts))
    }
}

impl Input {
    fn response(&self, counts: &Counts) -> JsonResponse {
        JsonResponse::ok(json!({
            "success": true,
            "dry_run": self.dry_run,
            "matched": counts.matched,
            "deleted": counts.deleted,
        }))
    }

    fn clear(&self, keys: &dyn KeyValue, now: u64) -> Result<Counts, KeyValueError> {
        match &self.idempotency_key {
            Some(key) => self.clear_named(keys, now, key),
            None => self.clear_all(keys, now),
        }
    }

    /// Removes one idempotency key, of one queue or of each.
    fn clear_named(&self, keys: &dyn KeyValue, now: u64, key: &str) -> Result<Counts, KeyValueError> {
        let names: Vec<_> = match &self.queue_name {
            Some(queue) => vec![redis_key(queue, key)],
            None => Queue::ALL.iter().map(|queue| redis_key(queue.name(), key)).collect(),
        };
        let present = keys.get_many(&names)?;
        let present = names.into_iter().zip(present).filter(|(_, value)| value.is_some());
        let matching: Vec<_> = present
            .filter(|(_, value)| self.is_old_enough(value.as_deref(), now))
            .map(|(name, _)| name)
            .collect();
        Ok(Counts {
            matched: matching.len() as u64,
            deleted: if self.dry_run { 0 } else { keys.unlink(&matching)? },
        })
    }

    fn clear_all(&self, keys: &dyn KeyValue, now: u64) -> Result<Counts, KeyValueError> {
        let prefix = match &self.queue_name {
            Some(queue) => redis_key(queue, ""),
            None => PREFIX.to_owned(),
        };
        let pattern = format!("{}*", literal(&prefix));
        let mut counts = Counts::default();
        // SCAN may give a key twice when Redis resizes its table. Hashes are kept, since the keys may be millions.
        let mut seen = HashSet::new();
        let mut cursor = "0".to_owned();
        loop {
            let step = keys.scan(&pattern, &cursor, STEP)?;
            let mut matching = step.keys;
            matching.retain(|key| key.starts_with(&prefix) && seen.insert(hash(key)));
            if self.older_than_minutes.is_some() {
                let values = keys.get_many(&matching)?;
                let mut values = values.into_iter();
                matching.retain(|_| self.is_old_enough(values.next().flatten().as_deref(), now));
            }
            counts.matched += matching.len() as u64;
            if !self.dry_run {
                counts.deleted += keys.unlink(&matching)?;
            }
            match step.next {
                Some(next) => cursor = next,
                None => return Ok(counts),
            }
        }
    }

    /// A value is the Unix time at which its key was set. A value that is no time counts as old, since removing a key costs
    /// no more than a repetition.
    fn is_old_enough(&self, value: Option<&str>, now: u64) -> bool {
        let Some(minutes) = self.older_than_minutes else {
            return true;
        };
        let set_at = value.and_then(|value| value.parse::<u64>().ok()).unwrap_or(0);
        set_at.saturating_add(u64::from(minutes) * 60) <= now
    }
}

fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// A glob that matches this text and nothing else.
fn literal(text: &str) -> String {
    let mut glob = String::with_capacity(text.len());
    for character in text.chars() {
        if "*?[]\\^".contains(character) {
            glob.push('\\');
        }
        glob.push(character);
    }
    glob
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::testing::Harness;
    use crate::platform::ports::Clock;

    fn harness() -> Harness {
        let harness = Harness::new([]);
        let now = harness.clock.now().as_secs();
        let mut values = harness.keys.values.borrow_mut();
        for n in 0..1200 {
            let age = if n < 200 { 3600 } else { 60 };
            values.insert(
                format!("linernotes:dedup:artist_discovery:k{n}"),
                (now - age).to_string(),
            );
        }
        values.insert("linernotes:dedup:track_discovery:k1".into(), now.to_string());
        values.insert("linernotes:token:spotify:x".into(), "token".into());
        values.insert("linernotes:dedup".into(), "not ours".into());
        drop(values);
        harness
    }

    fn left(harness: &Harness) -> usize {
        harness.keys.values.borrow().len()
    }

    fn counts(harness: &Harness, body: &Value) -> (u64, u64) {
        let (status, answer) = harness.serve(ClearDeduplication, &body.to_string());
        assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");
        (answer["matched"].as_u64().unwrap(), answer["deleted"].as_u64().unwrap())
    }

    #[test]
    fn a_dry_run_counts_and_keeps() {
        let harness = harness();
        assert_eq!(counts(&harness, &json!({"dry_run": true})), (1201, 0));
        assert_eq!(
            counts(&harness, &json!({"dry_run": true, "queue_name": "artist_discovery"})),
            (1200, 0)
        );
        assert_eq!(left(&harness), 1203);
    }

    #[test]
    fn everything_under_the_prefix_goes_and_nothing_else() {
        let harness = harness();
        assert_eq!(counts(&harness, &json!({})), (1201, 1201));
        let values = harness.keys.values.borrow();
        assert_eq!(
            values.keys().collect::<Vec<_>>(),
            ["linernotes:dedup", "linernotes:token:spotify:x"]
        );
    }

    #[test]
    fn old_ones_go_by_their_values() {
        let harness = harness();
        harness
            .keys
            .values
            .borrow_mut()
            .insert("linernotes:dedup:artist_discovery:odd".into(), "no time".into());
        assert_eq!(counts(&harness, &json!({"older_than_minutes": 60})), (201, 201));
        assert_eq!(counts(&harness, &json!({"older_than_minutes": 61})), (0, 0));
    }

    #[test]
    fn one_key_is_asked_for_by_name() {
        let harness = harness();
        assert_eq!(
            counts(
                &harness,
                &json!({"queue_name": "track_discovery", "idempotency_key": "k1"})
            ),
            (1, 1)
        );
        assert_eq!(
            counts(&harness, &json!({"idempotency_key": "k1", "dry_run": true})),
            (1, 0)
        );
        assert_eq!(
            counts(&harness, &json!({"idempotency_key": "k1", "older_than_minutes": 120})),
            (0, 0)
        );
        assert_eq!(counts(&harness, &json!({"idempotency_key": "k*"})), (0, 0));
        assert_eq!(left(&harness), 1202);
    }

    #[test]
    fn names_are_text_and_a_mistyped_one_is_refused() {
        for name in [
            "*",
            "artist_*",
            "artist_discover?",
            "[a-z]rtist_discovery",
            "artist_discover",
        ] {
            let harness = harness();
            let body = json!({"queue_name": name}).to_string();
            let (status, answer) = harness.serve(ClearDeduplication, &body);
            assert_eq!((status, &answer["field"]), (400, &json!("queue_name")), "{name}");
            assert_eq!(left(&harness), 1203);
        }
        assert_eq!(literal(r"a*b?c[d]e\f^"), r"a\*b\?c\[d\]e\\f\^");
    }

    #[test]
    fn redis_away_is_503() {
        let harness = harness();
        harness.keys.broken.set(true);
        let (status, answer) = harness.serve(ClearDeduplication, "{}");
        assert_eq!((status, &answer["success"]), (503, &json!(false)));
        let (status, _) = harness.serve(ClearDeduplication, r#"{"dry_run":1}"#);
        assert_eq!(status, 400);
    }
}
