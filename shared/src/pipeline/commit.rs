//! The last step: sends the outcomes of a batch to `commit_batch`.
//!
//! One call is one transaction. A commit above [`LARGEST`] is split by message. When the database refuses a commit as a
//! whole, the commit is halved until the message that is refused stands alone; that message is retried later.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::pipeline::budget::ProviderReport;
use crate::pipeline::message::MessageId;
use crate::pipeline::outcome::{Failure, FollowUp, Outcome, Rows};
use crate::pipeline::queue::Queue;
use crate::pipeline::rpc::{Rpc, RpcError, millis};

/// The most bytes of outcomes in one commit, unless a single message has more.
const LARGEST: usize = 4 * 1024 * 1024;

/// One delivery, and what the commit does with it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Element {
    pub msg_id: MessageId,
    /// The fence: the commit applies only if this is still the message's last delivery.
    pub read_ct: u32,
    #[serde(flatten)]
    pub outcome: CommitOutcome,
}

/// The outcome as `commit_batch` takes it: what the stage decided, or that the stage was not asked.
#[allow(clippy::large_enum_variant)] // One for each message of a batch, as `Outcome` is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum CommitOutcome {
    Done {
        rows: Rows,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        follow_ups: Vec<FollowUp>,
    },
    NotFound {
        error: Failure,
    },
    Retry {
        error: Failure,
        #[serde(skip_serializing_if = "Option::is_none")]
        after_ms: Option<u64>,
        counts: bool,
    },
    Dead {
        error: Failure,
    },
    /// The message was done before.
    Skipped,
    /// The run did not get to the message: it becomes visible again, and its attempt is taken back.
    Release {
        /// Not visible before this; without it, at once.
        #[serde(skip_serializing_if = "Option::is_none")]
        after_ms: Option<u64>,
    },
}

impl From<Outcome> for CommitOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done { rows, follow_ups } => Self::Done { rows, follow_ups },
            Outcome::NotFound(error) => Self::NotFound { error },
            Outcome::Retry { error, after, counts } => Self::Retry {
                error,
                after_ms: after.map(millis),
                counts,
            },
            Outcome::Dead(error) => Self::Dead { error },
        }
    }
}

impl Element {
    pub fn new(msg_id: MessageId, read_ct: u32, outcome: CommitOutcome) -> Self {
        Self {
            msg_id,
            read_ct,
            outcome,
        }
    }

    pub fn is_released(&self) -> bool {
        matches!(self.outcome, CommitOutcome::Release { .. })
    }

    /// Whether this run did it. A message that was skipped had been done before.
    pub fn is_done(&self) -> bool {
        matches!(self.outcome, CommitOutcome::Done { .. })
    }

    /// The same delivery, to be retried because the database refused what it brought.
    fn refused(&self, error: &RpcError) -> Self {
        Self {
            outcome: CommitOutcome::Retry {
                error: Failure {
                    code: "commit_refused",
                    message: error.to_string(),
                },
                after_ms: None,
                counts: true,
            },
            ..self.clone()
        }
    }
}

/// What a commit tells the database beyond its outcomes.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// The run ends with this commit: its lease is released, and messages that are visible wake the next run.
    pub end_run: bool,
    /// The one of the request that started the run.
    pub correlation_id: String,
    /// Since the run began.
    pub duration_ms: u64,
    pub providers: BTreeMap<&'static str, ProviderReport>,
    /// Issues to open, for the operator.
    pub issues: Vec<Issue>,
    /// Types of issues to close.
    pub resolved_issues: Vec<&'static str>,
}

/// Becomes the one open row of `worker_issues` for this worker and type.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Issue {
    /// `snake_case`, stable.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub message: String,
}

/// What `commit_batch` returns.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Committed {
    /// Messages that were done or skipped.
    pub processed: Vec<Processed>,
    /// Messages that were not found, are retried, or became dead letters.
    pub errors: Vec<Failed>,
    pub retried: u64,
    pub dead: u64,
    pub released: Vec<MessageId>,
    /// Messages that another run has taken meanwhile; the commit changed nothing for them.
    pub stale: Vec<MessageId>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Processed {
    pub id: MessageId,
    /// What the message was about (`artistId`, `artistName`, …), for the caller.
    #[serde(flatten)]
    pub entity: Map<String, Value>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failed {
    /// The message's id.
    pub message: MessageId,
    /// `code: sentence`
    pub error: String,
}

impl Committed {
    pub fn add(&mut self, other: Self) {
        self.processed.extend(other.processed);
        self.errors.extend(other.errors);
        self.retried += other.retried;
        self.dead += other.dead;
        self.released.extend(other.released);
        self.stale.extend(other.stale);
    }

    pub fn has_processed(&self, message: &MessageId) -> bool {
        self.processed.iter().any(|entry| entry.id == *message)
    }
}

/// Commits a batch. The report goes with the last part, since it may end the run.
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
                // The retry was refused too, so the message comes back when its visibility timeout ends.
                [one] if matches!(one.outcome, CommitOutcome::Retry { .. }) => return Err(error),
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

/// Splits in order into parts of [`LARGEST`] bytes at most. Nothing becomes one empty part, which carries the report.
fn split(elements: Vec<Element>) -> Vec<Vec<Element>> {
    let mut parts = vec![Vec::new()];
    let mut size = 0;
    for element in elements {
        // Its size is measured by way of a `Value`, as it will be sent, so that a component holds the code for one way to
        // write it and not for two.
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
