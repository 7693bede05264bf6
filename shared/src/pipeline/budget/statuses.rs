//! How many requests were answered in which way, for the counters of the metrics.

use http::StatusCode;
use serde::Serialize;

use super::is_default;

/// Requests by class of their status.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Statuses {
    #[serde(skip_serializing_if = "is_default", rename = "2xx")]
    successful: u32,
    #[serde(skip_serializing_if = "is_default", rename = "3xx")]
    redirected: u32,
    #[serde(skip_serializing_if = "is_default", rename = "4xx")]
    refused: u32,
    #[serde(skip_serializing_if = "is_default", rename = "5xx")]
    failed: u32,
    /// No answer came, or not in time.
    #[serde(skip_serializing_if = "is_default")]
    none: u32,
}

impl Statuses {
    pub(super) fn add(&mut self, status: Option<StatusCode>) {
        let count = match status.map(|status| status.as_u16()) {
            Some(200..300) => &mut self.successful,
            Some(300..400) => &mut self.redirected,
            Some(400..500) => &mut self.refused,
            Some(500..) => &mut self.failed,
            // An interim status is no answer, either.
            Some(..200) | None => &mut self.none,
        };
        *count = count.saturating_add(1);
    }
}
