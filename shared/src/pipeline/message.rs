//! A message as `dequeue_batch` delivers it.

use serde::Deserialize;

/// pgmq's `msg_id`. It is text, because some clients lose precision of large JSON numbers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(pub String);

/// One delivery of a message. `M` is its payload, `S` the row of the catalogue that the payload's id names.
#[derive(Debug, Clone, Deserialize)]
pub struct Delivery<M, S> {
    pub msg_id: MessageId,
    /// How often the message was delivered. The commit applies only while this is unchanged: that is its fence.
    pub read_ct: u32,
    /// How many attempts count, this one included.
    pub attempt: u32,
    /// The idempotency key.
    pub key: Option<String>,
    /// `"force": true` in the message asks for the work even if it was done before.
    #[serde(default)]
    pub force: bool,
    /// Whether `processing_status` calls this key's entity completed.
    #[serde(default)]
    pub completed: bool,
    pub message: M,
    /// `None` where the catalogue has no such row.
    pub subject: Option<S>,
}
