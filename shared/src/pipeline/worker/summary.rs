//! What a run did, all its batches together.

use serde_json::{Value, json};

use crate::pipeline::commit::Committed;

#[derive(Debug, Default)]
pub(super) struct Summary {
    /// The run got no lease, because `max_concurrency` runs hold one already.
    pub(super) busy: bool,
    pub(super) batches: u32,
    pub(super) committed: Committed,
}

impl Summary {
    /// The body of the response.
    pub(super) fn body(&self) -> Value {
        let committed = &self.committed;
        if self.busy {
            return json!({"success": true, "processed": 0, "busy": true});
        }
        if self.batches == 0 {
            return json!({"success": true, "processed": 0});
        }
        json!({
            "success": true,
            "processed": committed.processed.len(),
            "errors": committed.retried + committed.dead,
            "details": {"processed": committed.processed, "errors": committed.errors},
            "released": committed.released,
            "stale": committed.stale,
        })
    }

    /// The line of the log has numbers only; ids are for whoever called.
    pub(super) fn log_fields(&self) -> Value {
        let committed = &self.committed;
        json!({
            "batches": self.batches,
            "processed": committed.processed.len(),
            "errors": committed.retried + committed.dead,
            "released": committed.released.len(),
            "stale": committed.stale.len(),
            "busy": self.busy,
        })
    }
}
