//! `queueMonitor`: what is stuck, queue by queue, and, if asked, made visible again.
//!
//! The work is one SQL function, which takes nothing from a living worker: a lease that has not run out, and a row that
//! another monitor holds, are left alone. So two at once mend each message once. It writes `monitoring_events` too.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::operations::{Desk, Operation, fields};
use crate::pipeline::answer::Answer;

/// The function.
pub struct QueueMonitor;

/// What to look for, and what to do about it.
pub struct Order {
    threshold_minutes: u32,
    auto_fix: bool,
    queue_name: Option<String>,
}

#[derive(Deserialize)]
struct Seen {
    stuck: u64,
    #[serde(rename = "messagesReset")]
    messages_reset: u64,
    dead_lettered: u64,
}

impl Operation for QueueMonitor {
    type Order = Order;
    const NAME: &'static str = "queueMonitor";

    fn read(body: &Map<String, Value>) -> Result<Order, Answer> {
        Ok(Order {
            threshold_minutes: fields::minutes(body, "threshold_minutes")?.unwrap_or(10),
            auto_fix: fields::flag(body, "auto_fix")?.unwrap_or(false),
            queue_name: fields::text(body, "queue_name", 512)?,
        })
    }

    async fn run(desk: &Desk<'_>, order: Order) -> Result<Answer, Answer> {
        let database = desk.database()?;
        let mut arguments = json!({"threshold_minutes": order.threshold_minutes, "auto_fix": order.auto_fix});
        // Left out where it is not given: the local gateway can't pass a NULL on.
        if let Some(name) = &order.queue_name {
            arguments["queue_name"] = json!(name);
        }
        let queues: Vec<Value> = desk
            .rpc(&database)
            .call("monitor_queues", &arguments)
            .await
            .map_err(|error| desk.failed(&error))?;
        let seen: Vec<Seen> = queues
            .iter()
            .filter_map(|queue| Seen::deserialize(queue).ok())
            .collect();
        Ok(Answer::ok(json!({
            "success": true,
            "auto_fix": order.auto_fix,
            "queues": queues,
            "message": in_words(&seen, order.auto_fix),
        })))
    }
}

fn in_words(seen: &[Seen], auto_fix: bool) -> String {
    let sum = |of: fn(&Seen) -> u64| seen.iter().map(of).sum::<u64>();
    let dead = sum(|queue| queue.dead_lettered);
    if auto_fix {
        let reset = sum(|queue| queue.messages_reset);
        return match (reset, dead) {
            (0, 0) => "nothing is stuck; nothing was changed".to_owned(),
            _ => format!("made {reset} stuck messages visible again and moved {dead} to the dead letters"),
        };
    }
    match (sum(|queue| queue.stuck), dead) {
        (0, 0) => "nothing is stuck".to_owned(),
        (stuck, _) => format!(
            "{stuck} messages are stuck and {dead} have used up their attempts; auto_fix would make the stuck ones \
             visible again and move the used-up ones to the dead letters"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::testing::House;

    fn seen(stuck: u32, reset: u32, dead: u32) -> Value {
        json!([{"queue_name": "q", "stuck": stuck, "messagesReset": reset, "dead_lettered": dead}])
    }

    #[test]
    fn asks_the_database_and_says_what_was_done() {
        let house = House::new([seen(3, 2, 1)]);
        let (status, answer) = house.serve(
            QueueMonitor,
            r#"{"threshold_minutes":5,"auto_fix":true,"queue_name":"q"}"#,
        );
        assert_eq!(status, 200);
        assert_eq!((&answer["auto_fix"], &answer["queues"]), (&json!(true), &seen(3, 2, 1)));
        assert_eq!(
            answer["message"],
            "made 2 stuck messages visible again and moved 1 to the dead letters"
        );
        assert_eq!(
            house.api.calls("monitor_queues"),
            [json!({"threshold_minutes": 5, "auto_fix": true, "queue_name": "q"})]
        );
    }

    #[test]
    fn without_auto_fix_says_what_it_would_do() {
        let house = House::new([seen(3, 0, 1)]);
        let (_, answer) = house.serve(QueueMonitor, "");
        assert_eq!(
            answer["message"],
            "3 messages are stuck and 1 have used up their attempts; auto_fix would make the stuck ones visible again \
             and move the used-up ones to the dead letters"
        );
        assert_eq!(
            house.api.calls("monitor_queues"),
            [json!({"threshold_minutes": 10, "auto_fix": false})]
        );
    }

    #[test]
    fn bad_fields_are_named_and_nobody_is_asked() {
        for (body, field) in [
            (r#"{"threshold_minutes":0}"#, "threshold_minutes"),
            (r#"{"auto_fix":"yes"}"#, "auto_fix"),
            (r#"{"queue_name":7}"#, "queue_name"),
        ] {
            let house = House::new([]);
            let (status, answer) = house.serve(QueueMonitor, body);
            assert_eq!((status, &answer["field"]), (400, &json!(field)), "{body}");
            assert!(house.api.requests().is_empty());
        }
    }

    #[test]
    fn an_unknown_queue_is_a_bad_field() {
        let house = House::new([]);
        house.api_says(400, r#"{"code":"22023","message":"queue_name: there is no queue x"}"#);
        let (status, answer) = house.serve(QueueMonitor, r#"{"queue_name":"x"}"#);
        assert_eq!((status, &answer["field"]), (400, &json!("queue_name")));
    }

    #[test]
    fn a_database_that_is_away_is_503() {
        let house = House::new([]);
        house.api_says(502, "");
        house.api_says(502, "");
        let (status, answer) = house.serve(QueueMonitor, "");
        assert_eq!((status, &answer["success"]), (503, &json!(false)));
    }
}
