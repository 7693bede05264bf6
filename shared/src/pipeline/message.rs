//! Messages as `dequeue_batch` delivers them.

use serde::Deserialize;

/// pgmq's `msg_id`, as text: JSON numbers lose precision in some clients.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(pub String);

/// One delivery of a message: `M` is its payload, `S` the catalogue rows that it speaks of.
#[derive(Debug, Clone, Deserialize)]
pub struct Delivery<M, S> {
    /// pgmq's id.
    pub msg_id: MessageId,
    /// Deliveries so far; the fence of the commit.
    pub read_ct: u32,
    /// Counted attempts, this one included.
    pub attempt: u32,
    /// The idempotency key, where the message has one.
    pub key: Option<String>,
    /// Handed down from the first message to the last.
    pub correlation_id: Option<String>,
    /// `"force": true` in the message: pass over what was done before.
    #[serde(default)]
    pub force: bool,
    /// Whether `processing_status` says that this key was completed before.
    #[serde(default)]
    pub completed: bool,
    /// The payload.
    pub message: M,
    /// The rows that the payload's id names; `None` when there are none.
    pub subject: Option<S>,
}
