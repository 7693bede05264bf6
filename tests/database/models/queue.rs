//! A queue gives its oldest visible messages, each at most so many times, and one key stands in it once.

use anyhow::{Context, Result};
use proptest::prelude::{BoxedStrategy, Just, Strategy, prop_oneof};
use proptest::sample::select;
use serde_json::{Value, json};

use super::{Model, Service};

const MAX_ATTEMPTS: u32 = 5;

#[derive(Default)]
pub struct Queue {
    messages: Vec<Message>,
    /// How many there have been. A message's number is how many there were before it.
    enqueued: usize,
    dead: usize,
    is_paused: bool,
}

struct Message {
    number: usize,
    key: Option<char>,
    hidden_for: i32,
    attempts: u32,
    in_progress: bool,
}

#[derive(Debug, Clone)]
pub enum Step {
    Enqueue { key: Option<char> },
    Dequeue { most: usize, seconds: i32 },
    Delete { number: usize },
    Release { number: usize },
    Wait { seconds: i32 },
    Pause,
    Resume,
}

impl Queue {
    /// As the function does: what has used up its attempts goes to the dead letters, and the next ones are looked at.
    fn dequeue(&mut self, most: usize, seconds: i32) -> Vec<usize> {
        loop {
            let visible = self.messages.iter().filter(|message| message.hidden_for <= 0);
            let numbers: Vec<usize> = visible.map(|message| message.number).take(most).collect();
            let before = self.messages.len();
            let is_next = |message: &Message| numbers.contains(&message.number);
            self.messages
                .retain(|message| !is_next(message) || message.attempts < MAX_ATTEMPTS);
            self.dead += before - self.messages.len();
            let mut given = Vec::new();
            for message in self.messages.iter_mut().filter(|message| is_next(message)) {
                message.attempts += 1;
                message.in_progress = true;
                message.hidden_for = seconds;
                given.push(message.number);
            }
            if !given.is_empty() || numbers.is_empty() {
                return given;
            }
        }
    }

    fn find(&mut self, number: usize) -> Option<&mut Message> {
        self.messages.iter_mut().find(|message| message.number == number)
    }
}

impl Model for Queue {
    type Step = Step;
    /// The ids of the messages, by number.
    type Memory = Vec<i64>;
    const NAME: &'static str = "the queue";
    const RESET: &'static str = "DELETE FROM pgmq.q_artist_discovery WHERE TRUE; \
        DELETE FROM public.processing_status WHERE TRUE; DELETE FROM linernotes.dead_letters WHERE TRUE; \
        UPDATE public.queue_registry SET active = TRUE WHERE queue_name = 'artist_discovery'";

    fn step() -> BoxedStrategy<Step> {
        // Some numbers are nobody's yet.
        let number = || 0..8_usize;
        prop_oneof![
            4 => select(vec![None, Some('a'), Some('b'), Some('c')]).prop_map(|key| Step::Enqueue { key }),
            6 => (select(vec![1, 2, 5]), select(vec![0, 0, 10, 60]))
                .prop_map(|(most, seconds)| Step::Dequeue { most, seconds }),
            1 => number().prop_map(|number| Step::Delete { number }),
            1 => number().prop_map(|number| Step::Release { number }),
            2 => select(vec![7, 31, 61]).prop_map(|seconds| Step::Wait { seconds }),
            1 => Just(Step::Pause),
            2 => Just(Step::Resume),
        ]
        .boxed()
    }

    fn take(&mut self, step: &Step) -> (Value, Value) {
        let answer = match *step {
            Step::Enqueue { key } => {
                let same = |message: &&Message| key.is_some() && message.key == key;
                if let Some(waiting) = self.messages.iter().find(same) {
                    json!(waiting.number)
                } else {
                    let number = self.enqueued;
                    self.enqueued += 1;
                    self.messages.push(Message {
                        number,
                        key,
                        hidden_for: 0,
                        attempts: 0,
                        in_progress: false,
                    });
                    json!(number)
                }
            }
            Step::Dequeue { .. } if self.is_paused => json!([]),
            Step::Dequeue { most, seconds } => json!(self.dequeue(most, seconds)),
            Step::Delete { number } => {
                let is_there = self.find(number).is_some();
                self.messages.retain(|message| message.number != number);
                json!(is_there)
            }
            Step::Release { number } => match self.find(number) {
                Some(message) => {
                    // The attempt of a delivery is taken back, once.
                    message.attempts -= u32::from(message.in_progress);
                    message.in_progress = false;
                    message.hidden_for = 0;
                    json!(true)
                }
                None => json!(false),
            },
            Step::Wait { seconds } => {
                for message in &mut self.messages {
                    message.hidden_for -= seconds;
                }
                json!(true)
            }
            Step::Pause | Step::Resume => {
                self.is_paused = matches!(step, Step::Pause);
                json!(true)
            }
        };
        let numbers: Vec<usize> = self.messages.iter().map(|message| message.number).collect();
        (answer, json!({"messages": numbers, "dead": self.dead}))
    }

    async fn act(service: &Service<'_>, ids: &mut Vec<i64>, step: &Step) -> Result<(Value, Value)> {
        let id = |number: &usize| ids.get(*number).copied().unwrap_or(i64::MAX / 10);
        let call = match step {
            Step::Enqueue { key: None } => "public.pg_enqueue('artist_discovery', '{}')".to_owned(),
            Step::Enqueue { key: Some(key) } => {
                format!("public.pg_enqueue('artist_discovery', '{{\"_idempotencyKey\": \"{key}\"}}')")
            }
            Step::Dequeue { most, seconds } => {
                format!(
                    "jsonb_path_query_array(public.pg_dequeue('artist_discovery', {most}, {seconds}), '$[*].msg_id')"
                )
            }
            Step::Delete { number } => format!("public.pg_delete_message('artist_discovery', '{}')", id(number)),
            Step::Release { number } => format!("public.pg_release_message('artist_discovery', '{}')", id(number)),
            Step::Pause => "public.pause_queue('artist_discovery') IS NOT NULL".to_owned(),
            Step::Resume => "public.resume_queue('artist_discovery') IS NOT NULL".to_owned(),
            Step::Wait { seconds } => {
                let wait = format!("UPDATE pgmq.q_artist_discovery SET vt = vt - INTERVAL '{seconds} s' WHERE TRUE");
                service.as_owner(&wait).await?;
                "TRUE".to_owned()
            }
        };
        let answer = service.ask(&format!("SELECT {call}")).await?;
        if let Step::Enqueue { .. } = step {
            let id = answer.as_i64().context("an id")?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        let number = |id: &Value| ids.iter().position(|known| Some(*known) == id.as_i64());
        let answer = match &answer {
            Value::Array(given) => given.iter().map(|id| json!(number(id))).collect(),
            id @ Value::Number(_) => json!(number(id)),
            other => other.clone(),
        };
        let left = service
            .database
            .ask(
                "SELECT jsonb_build_object( \
                   'messages', (SELECT coalesce(jsonb_agg(msg_id ORDER BY msg_id), '[]') FROM pgmq.q_artist_discovery), \
                   'dead', (SELECT count(*) FROM linernotes.dead_letters))",
            )
            .await?;
        let waiting: Vec<Value> = left["messages"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|id| json!(number(id)))
            .collect();
        Ok((answer, json!({"messages": waiting, "dead": left["dead"]})))
    }
}
