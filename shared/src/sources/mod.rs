//! One file (or folder) a provider: its requests, and its answers as domain values.

pub mod json;
pub mod line;
pub mod musicbrainz;
pub mod spotify;
pub mod titles;
pub mod wikidata;

#[cfg(test)]
pub(crate) mod testing;

use std::time::Duration;

use futures::StreamExt;
use futures::stream;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::platform::config::Provider;
use crate::platform::ports::HttpError;
use crate::sources::json::Misread;

/// Why a source has no answer to a question. One request can be the question of many messages, so it can be cloned.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SourceError {
    /// The provider wants nothing for a while.
    #[error("{url}: asked to wait {} s", after.as_secs())]
    Paused {
        /// What was asked.
        url: String,
        /// For how long.
        after: Duration,
    },
    /// The run ends before the answer would come.
    #[error("the run's time budget is spent")]
    OutOfTime,
    /// Nothing came.
    #[error("{url}: {problem}")]
    NoAnswer {
        /// What was asked.
        url: String,
        /// Why not.
        problem: HttpError,
    },
    /// An answer that is not what the provider documents.
    #[error("{url}: {misread}")]
    Malformed {
        /// What was asked.
        url: String,
        /// Where and how.
        misread: Misread,
    },
    /// An answer that says no.
    #[error("{url}: status {status}: {message}")]
    Status {
        /// What was asked.
        url: String,
        /// HTTP's.
        status: u16,
        /// What the provider says.
        message: String,
    },
    /// Only the operator can help: credentials, a subscription, an address.
    #[error("{message}")]
    Misconfigured {
        /// `snake_case`, stable.
        code: &'static str,
        /// For the operator.
        message: String,
    },
}

/// Abilities that a provider refused lately, which are not tried again for a while.
pub trait Refusals {
    /// Whether `provider` refused `ability` lately.
    fn refused(&self, provider: Provider, ability: &str) -> bool;
    /// Notes that it did so now.
    fn refuse(&self, provider: Provider, ability: &str);
}

/// Runs at most `limit` at once; answers in the order of `tasks`.
pub async fn concurrently<T>(limit: usize, tasks: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    stream::iter(tasks).buffered(limit.max(1)).collect().await
}

/// What needs no escape in a part of a URL.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `text` as a part of a path or a query.
fn escaped(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}
