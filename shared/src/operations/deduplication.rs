//! `clearQueueDeduplication`: forgets in Redis what was done, so that a message with the same key is worked on again.
//!
//! It walks with SCAN and removes with UNLINK, a step at a time, so that Redis serves everybody else in between; never
//! KEYS, never FLUSH, and nothing outside of `linernotes:dedup:`.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::operations::{Desk, Operation, fields};
use crate::pipeline::answer::Answer;
use crate::pipeline::deduplication::{PREFIX, redis_key};
use crate::pipeline::queue::Queue;
use crate::platform::ports::{KeyValue, KeyValueError, Level};

/// Keys that Redis looks at in one step, and forgets in one: well below a millisecond each.
const STEP: u32 = 500;

/// The function.
pub struct ClearDeduplication;

/// Which keys.
pub struct Order {
    queue_name: Option<String>,
    idempotency_key: Option<String>,
    older_than_minutes: Option<u32>,
    dry_run: bool,
}

#[derive(Default)]
struct Cleared {
    matched: u64,
    deleted: u64,
}

impl Operation for ClearDeduplication {
    type Order = Order;
    const NAME: &'static str = "clearQueueDeduplication";

    fn read(body: &Map<String, Value>) -> Result<Order, Answer> {
        Ok(Order {
            queue_name: fields::text(body, "queue_name", 512)?,
            idempotency_key: fields::text(body, "idempotency_key", 2048)?,
            older_than_minutes: fields::minutes(body, "older_than_minutes")?,
            dry_run: fields::flag(body, "dry_run")?.unwrap_or(false),
        })
    }

    async fn run(desk: &Desk<'_>, order: Order) -> Result<Answer, Answer> {
        let cleared = match order.clear(desk.platform.keys, desk.platform.clock.now().as_secs()) {
            Ok(cleared) => cleared,
            Err(error @ KeyValueError::NotConfigured) => {
                let mut answer = order.answer(&Cleared::default());
                answer.body["message"] = json!(format!("{error}: nothing is remembered there"));
                return Ok(answer);
            }
            Err(error) => {
                desk.log
                    .write(Level::Error, "redis_unavailable", json!({"error": error.to_string()}));
                return Err(Answer::error(StatusCode::SERVICE_UNAVAILABLE, error.to_string()));
            }
        };
        // A name that was mistyped must not look like a queue of which nothing is remembered.
        let unknown = |name: &String| Queue::ALL.iter().all(|queue| queue.name() != name);
        if cleared.matched == 0 && order.queue_name.as_ref().is_some_and(unknown) {
            return Err(Answer::bad_field("queue_name", "is no queue of the pipeline"));
        }
        Ok(order.answer(&cleared))
    }
}

impl Order {
    fn answer(&self, cleared: &Cleared) -> Answer {
        Answer::ok(json!({
            "success": true,
            "dry_run": self.dry_run,
            "matched": cleared.matched,
            "deleted": cleared.deleted,
        }))
    }

    fn clear(&self, keys: &dyn KeyValue, now: u64) -> Result<Cleared, KeyValueError> {
        match &self.idempotency_key {
            Some(key) => self.clear_named(keys, now, key),
            None => self.clear_all(keys, now),
        }
    }

    /// One key, of one queue or of each: asked for by name.
    fn clear_named(&self, keys: &dyn KeyValue, now: u64, key: &str) -> Result<Cleared, KeyValueError> {
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
        Ok(Cleared {
            matched: matching.len() as u64,
            deleted: if self.dry_run { 0 } else { keys.unlink(&matching)? },
        })
    }

    fn clear_all(&self, keys: &dyn KeyValue, now: u64) -> Result<Cleared, KeyValueError> {
        let prefix = match &self.queue_name {
            Some(queue) => redis_key(queue, ""),
            None => PREFIX.to_owned(),
        };
        let pattern = format!("{}*", literal(&prefix));
        let mut cleared = Cleared::default();
        // SCAN may give a key twice when Redis resizes its table; hashes, for there may be millions.
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
            cleared.matched += matching.len() as u64;
            if !self.dry_run {
                cleared.deleted += keys.unlink(&matching)?;
            }
            match step.next {
                Some(next) => cursor = next,
                None => return Ok(cleared),
            }
        }
    }

    /// A value is the Unix time at which it was set. One that is none says nothing, and to forget it costs a repeat.
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

/// A glob that means just this text.
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
    use crate::operations::testing::House;
    use crate::platform::ports::Clock;

    fn house() -> House {
        let house = House::new([]);
        let now = house.clock.now().as_secs();
        let mut values = house.keys.values.borrow_mut();
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
        house
    }

    fn left(house: &House) -> usize {
        house.keys.values.borrow().len()
    }

    fn cleared(house: &House, body: &Value) -> (u64, u64) {
        let (status, answer) = house.serve(ClearDeduplication, &body.to_string());
        assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");
        (answer["matched"].as_u64().unwrap(), answer["deleted"].as_u64().unwrap())
    }

    #[test]
    fn a_dry_run_counts_and_keeps() {
        let house = house();
        assert_eq!(cleared(&house, &json!({"dry_run": true})), (1201, 0));
        assert_eq!(
            cleared(&house, &json!({"dry_run": true, "queue_name": "artist_discovery"})),
            (1200, 0)
        );
        assert_eq!(left(&house), 1203);
    }

    #[test]
    fn everything_under_the_prefix_goes_and_nothing_else() {
        let house = house();
        assert_eq!(cleared(&house, &json!({})), (1201, 1201));
        let values = house.keys.values.borrow();
        assert_eq!(
            values.keys().collect::<Vec<_>>(),
            ["linernotes:dedup", "linernotes:token:spotify:x"]
        );
    }

    #[test]
    fn old_ones_go_by_their_values() {
        let house = house();
        house
            .keys
            .values
            .borrow_mut()
            .insert("linernotes:dedup:artist_discovery:odd".into(), "no time".into());
        assert_eq!(cleared(&house, &json!({"older_than_minutes": 60})), (201, 201));
        assert_eq!(cleared(&house, &json!({"older_than_minutes": 61})), (0, 0));
    }

    #[test]
    fn one_key_is_asked_for_by_name() {
        let house = house();
        assert_eq!(
            cleared(
                &house,
                &json!({"queue_name": "track_discovery", "idempotency_key": "k1"})
            ),
            (1, 1)
        );
        assert_eq!(
            cleared(&house, &json!({"idempotency_key": "k1", "dry_run": true})),
            (1, 0)
        );
        assert_eq!(
            cleared(&house, &json!({"idempotency_key": "k1", "older_than_minutes": 120})),
            (0, 0)
        );
        assert_eq!(cleared(&house, &json!({"idempotency_key": "k*"})), (0, 0));
        assert_eq!(left(&house), 1202);
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
            let house = house();
            let body = json!({"queue_name": name}).to_string();
            let (status, answer) = house.serve(ClearDeduplication, &body);
            assert_eq!((status, &answer["field"]), (400, &json!("queue_name")), "{name}");
            assert_eq!(left(&house), 1203);
        }
        assert_eq!(literal(r"a*b?c[d]e\f^"), r"a\*b\?c\[d\]e\\f\^");
    }

    #[test]
    fn redis_away_is_503() {
        let house = house();
        house.keys.broken.set(true);
        let (status, answer) = house.serve(ClearDeduplication, "{}");
        assert_eq!((status, &answer["success"]), (503, &json!(false)));
        let (status, _) = house.serve(ClearDeduplication, r#"{"dry_run":1}"#);
        assert_eq!(status, 400);
    }
}
