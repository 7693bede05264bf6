//! The last step: outcomes as `commit_batch` takes them.
//!
//! One call is one transaction. A commit above [`LARGEST`] is split by message, and one that the database refuses as a
//! whole is halved until the message that it refuses stands alone; that one is retried later with the error.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::pipeline::budget::{ProviderReport, millis};
use crate::pipeline::message::MessageId;
use crate::pipeline::outcome::{Failure, FollowUp, Outcome, Rows};
use crate::pipeline::queue::Queue;
use crate::pipeline::rpc::{Rpc, RpcError};

/// Bytes of outcomes in one commit, unless a single message has more.
const LARGEST: usize = 4 * 1024 * 1024;

/// What became of one delivery.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Element {
    msg_id: MessageId,
    /// The fence: the commit applies only to this delivery.
    read_ct: u32,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Failure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<Rows>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    follow_ups: Vec<FollowUp>,
}

impl Element {
    fn new(msg_id: MessageId, read_ct: u32, outcome: &'static str) -> Self {
        Self {
            msg_id,
            read_ct,
            outcome,
            error: None,
            after_ms: None,
            counts: None,
            rows: None,
            follow_ups: Vec::new(),
        }
    }

    /// What a stage says.
    pub fn from_outcome(msg_id: MessageId, read_ct: u32, outcome: Outcome) -> Self {
        let element = |outcome| Self::new(msg_id, read_ct, outcome);
        match outcome {
            Outcome::Done { rows, follow_ups } => Self {
                rows: Some(rows),
                follow_ups,
                ..element("done")
            },
            Outcome::NotFound(error) => Self {
                error: Some(error),
                ..element("not_found")
            },
            Outcome::Retry { error, after, counts } => Self {
                error: Some(error),
                after_ms: after.map(millis),
                counts: Some(counts),
                ..element("retry")
            },
            Outcome::Dead(error) => Self {
                error: Some(error),
                ..element("dead")
            },
        }
    }

    /// Done before.
    pub fn skipped(msg_id: MessageId, read_ct: u32) -> Self {
        Self::new(msg_id, read_ct, "skipped")
    }

    /// Not reached: visible again at once, and the attempt is taken back.
    pub fn released(msg_id: MessageId, read_ct: u32) -> Self {
        Self::new(msg_id, read_ct, "release")
    }

    /// Whether it is given back.
    pub fn is_released(&self) -> bool {
        self.outcome == "release"
    }

    /// The same, but not visible before this.
    #[must_use]
    pub fn not_before(self, after: Duration) -> Self {
        Self {
            after_ms: Some(millis(after)),
            ..self
        }
    }

    /// Whether it was done now (and not before).
    pub fn is_done(&self) -> bool {
        self.outcome == "done"
    }

    /// Its message.
    pub fn msg_id(&self) -> &MessageId {
        &self.msg_id
    }

    /// The same delivery, to be tried again because the database refused what it brought.
    fn refused(&self, error: &RpcError) -> Self {
        Self {
            error: Some(Failure {
                code: "commit_refused",
                message: error.to_string(),
            }),
            counts: Some(true),
            ..Self::new(self.msg_id.clone(), self.read_ct, "retry")
        }
    }
}

/// What a commit says beyond its outcomes.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// The run ends here: its place is free, and what is visible wakes the next run.
    pub end_run: bool,
    /// Of the request that started the run.
    pub correlation_id: String,
    /// Since the run began.
    pub duration_ms: u64,
    /// Requests, pauses, refusals.
    pub providers: BTreeMap<&'static str, ProviderReport>,
    /// What an operator should know.
    pub issues: Vec<Issue>,
    /// Issue types that are over.
    pub resolved_issues: Vec<&'static str>,
}

/// One open row of `worker_issues` for each worker and type.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Issue {
    /// `snake_case`, stable.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// For people.
    pub message: String,
}

/// The answer of `commit_batch`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Committed {
    /// Done and skipped: `{id, …}`.
    pub processed: Vec<Value>,
    /// Not found, retried, dead: `{message, error}`.
    pub errors: Vec<Value>,
    /// How many come back later.
    pub retried: u64,
    /// How many went to the dead letters.
    pub dead: u64,
    /// Ids that were given back.
    pub released: Vec<Value>,
    /// Ids that another run has taken meanwhile; nothing was changed for them.
    pub stale: Vec<Value>,
}

impl Committed {
    /// Both together.
    pub fn add(&mut self, other: Self) {
        self.processed.extend(other.processed);
        self.errors.extend(other.errors);
        self.retried += other.retried;
        self.dead += other.dead;
        self.released.extend(other.released);
        self.stale.extend(other.stale);
    }

    /// Whether `message` was processed by this commit.
    pub fn has_processed(&self, message: &MessageId) -> bool {
        self.processed.iter().any(|entry| entry["id"] == message.0.as_str())
    }
}

/// Commits a batch; the report goes with the last part.
pub async fn commit(
    rpc: &Rpc<'_>,
    queue: Queue,
    run_id: Uuid,
    elements: Vec<Element>,
    report: &Report,
) -> Result<Committed, RpcError> {
    let mut parts: VecDeque<_> = split(elements).into();
    let mut total = Committed::default();
    while let Some(mut part) = parts.pop_front() {
        let arguments = json!({
            "queue_name": queue.name(),
            "run_id": run_id,
            "outcomes": part,
            "report": if parts.is_empty() { json!(report) } else { json!({}) },
        });
        match rpc.call::<Committed>("commit_batch", &arguments).await {
            Ok(committed) => total.add(committed),
            Err(error @ RpcError::Unreachable { .. }) => return Err(error),
            Err(error) => match part.as_slice() {
                [] => return Err(error),
                // Its retry was refused too: it comes back when its visibility timeout ends.
                [one] if one.outcome == "retry" => return Err(error),
                [one] => parts.push_front(vec![one.refused(&error)]),
                _ => {
                    let second = part.split_off(part.len() / 2);
                    parts.push_front(second);
                    parts.push_front(part);
                }
            },
        }
    }
    Ok(total)
}

/// Parts of [`LARGEST`] bytes at most, in order; one part where there is nothing.
fn split(elements: Vec<Element>) -> Vec<Vec<Element>> {
    let mut parts = vec![Vec::new()];
    let mut size = 0;
    for element in elements {
        // By way of a value, as it will be sent: a component then knows one way to write it, not two.
        let bytes = json!(element).to_string().len();
        if size > 0 && size + bytes > LARGEST {
            parts.push(Vec::new());
            size = 0;
        }
        size += bytes;
        if let Some(part) = parts.last_mut() {
            part.push(element);
        }
    }
    parts
}
