//! The last step: sends the outcomes of a batch to `commit_batch`.
//!
//! One call is one transaction. A commit above [`LARGEST`] is split by message. When the database refuses a commit as a
//! whole, the commit is halved until the message that is refused stands alone; that message is retried later.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::pipeline::budget::ProviderReport;
use crate::pipeline::message::MessageId;
use crate::pipeline::outcome::{Failure, Outcome};
use crate::pipeline::queue::Queue;
use crate::pipeline::rpc::{Rpc, RpcError, millis};

/// The most bytes of outcomes in one commit, unless a single message has more.
const LARGEST: usize = 4 * 1024 * 1024;

/// One delivery, and what the commit does with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    pub msg_id: MessageId,
    /// The fence: the commit applies only if this is still the message's last delivery.
    pub read_ct: u32,
    pub outcome: CommitOutcome,
}

/// The outcome as `commit_batch` takes it: what the stage decided, or that the stage was not asked.
#[allow(clippy::large_enum_variant)] // Nearly all are of the large variant.
#[derive(Debug, Clone, PartialEq)]
pub enum CommitOutcome {
    Stage(Outcome),
    /// The message was done before.
    Skipped,
    /// The run did not get to the message: it becomes visible again, and its attempt is taken back.
    Release {
        /// The message stays hidden for this time; without it, it is visible at once.
        after: Option<Duration>,
    },
}

/// One flat object for each element. (Written by hand: `serde(flatten)` would make each worker 10 kB larger.)
impl Serialize for Element {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("msg_id", &self.msg_id)?;
        object.serialize_entry("read_ct", &self.read_ct)?;
        object.serialize_entry("outcome", self.outcome.name())?;
        let mut after_ms = None;
        match &self.outcome {
            CommitOutcome::Stage(Outcome::Done { rows, follow_ups }) => {
                object.serialize_entry("rows", rows)?;
                if !follow_ups.is_empty() {
                    object.serialize_entry("follow_ups", follow_ups)?;
                }
            }
            CommitOutcome::Stage(Outcome::Retry { error, after, counts }) => {
                object.serialize_entry("error", error)?;
                object.serialize_entry("counts", counts)?;
                after_ms = after.map(millis);
            }
            CommitOutcome::Stage(Outcome::NotFound(error) | Outcome::Dead(error)) => {
                object.serialize_entry("error", error)?;
            }
            CommitOutcome::Release { after } => after_ms = after.map(millis),
            CommitOutcome::Skipped => {}
        }
        if let Some(after_ms) = after_ms {
            object.serialize_entry("after_ms", &after_ms)?;
        }
        object.end()
    }
}

impl CommitOutcome {
    /// The name that `commit_batch` knows.
    fn name(&self) -> &'static str {
        match self {
            Self::Stage(Outcome::Done { .. }) => "done",
            Self::Stage(Outcome::NotFound(_)) => "not_found",
            Self::Stage(Outcome::Retry { .. }) => "retry",
            Self::Stage(Outcome::Dead(_)) => "dead",
            Self::Skipped => "skipped",
            Self::Release { .. } => "release",
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
        matches!(self.outcome, CommitOutcome::Stage(Outcome::Done { .. }))
    }

    /// The same delivery, to be retried because the database refused what it brought.
    fn refused(&self, error: &RpcError) -> Self {
        Self {
            outcome: CommitOutcome::Stage(Outcome::Retry {
                error: Failure {
                    code: "commit_refused",
                    message: error.to_string(),
                },
                after: None,
                counts: true,
            }),
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

/// The message's `id`, and what it was about (`artistId`, `artistName`, …), for the caller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Processed(Map<String, Value>);

impl Processed {
    fn is(&self, message: &MessageId) -> bool {
        self.0.get("id").and_then(Value::as_str) == Some(message.0.as_str())
    }
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
        self.processed.iter().any(|processed| processed.is(message))
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
                [one] if matches!(one.outcome, CommitOutcome::Stage(Outcome::Retry { .. })) => return Err(error),
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
