//! One file (or folder) a provider: its variables, its requests, and its answers as domain values.

pub mod client;
pub mod genius;
pub mod instagram;
pub mod json;
pub mod musicbrainz;
pub mod pauses;
pub mod provider;
pub mod spotify;
pub mod titles;
pub mod wikidata;

#[cfg(test)]
pub(crate) mod testing;

use std::time::Duration;

use futures::future::LocalBoxFuture;
use futures::{FutureExt, StreamExt, stream};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::platform::ports::HttpError;
use crate::sources::json::Misread;
pub use crate::sources::provider::{Provider, ProviderConfigs};

/// Why a source has no answer. It can be cloned, because one request can be made for many messages.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SourceError {
    /// The provider asks not to be asked for a while.
    #[error("{url}: asked to wait {} s", after.as_secs())]
    Paused { url: String, after: Duration },
    /// The provider is down, and is not asked before the next probe of its breaker. The database finds the messages that
    /// wait for a provider by how this begins.
    #[error("{} is down; its breaker is open, the next probe comes in {} s", provider.name(), after.as_secs())]
    BreakerOpen { provider: Provider, after: Duration },
    /// The run ends before the answer would come.
    #[error("the run's time budget is spent")]
    OutOfTime,
    /// No answer came.
    #[error("{url}: {problem}")]
    NoAnswer { url: String, problem: HttpError },
    /// The answer is not what the provider documents.
    #[error("{url}: {misread}")]
    Malformed { url: String, misread: Misread },
    /// The answer's status is an error.
    #[error("{url}: status {status}: {message}")]
    Status { url: String, status: u16, message: String },
    /// The answer redirects to an address that is not followed.
    #[error("{url}: redirects to {to}, which is not followed")]
    Redirected { url: String, to: String },
    /// Only the operator can help: credentials, a subscription, an address.
    #[error("{message}")]
    Misconfigured {
        /// `snake_case`, stable.
        code: &'static str,
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

/// Runs at most `limit` at once; answers in the order of `tasks`. (Boxed, so that a component holds this once, and not
/// once for each kind of task.)
pub async fn concurrently<'t, T: 't>(
    limit: usize,
    tasks: impl IntoIterator<Item = impl Future<Output = T> + 't>,
) -> Vec<T> {
    let tasks: Vec<LocalBoxFuture<'t, T>> = tasks.into_iter().map(FutureExt::boxed_local).collect();
    stream::iter(tasks).buffered(limit.max(1)).collect().await
}

/// The parts into which the keys were divided, and the answer to each.
type Answers<'k, K, T> = Vec<(&'k [K], Result<T, SourceError>)>;

/// Asks for `keys` with as few requests as `at_most` in one allows, in their order. Where an answer is malformed, or the
/// request is called bad, its halves are asked for, and so on: one bad thing does not spoil what was asked for together
/// with it.
async fn divided<'k, K, T, F>(
    keys: &'k [K],
    at_most: usize,
    limit: usize,
    ask: impl Fn(&'k [K]) -> F,
) -> Answers<'k, K, T>
where
    F: Future<Output = Result<T, SourceError>>,
{
    let mut answers: Vec<(usize, &[K], Result<T, SourceError>)> = Vec::new();
    let mut parts: Vec<(usize, &[K])> = (0..).step_by(at_most).zip(keys.chunks(at_most)).collect();
    while !parts.is_empty() {
        let round = concurrently(limit, parts.iter().map(|(_, part)| ask(part))).await;
        let asked = std::mem::take(&mut parts);
        for ((at, part), answer) in asked.into_iter().zip(round) {
            let spoilt = matches!(
                answer,
                Err(SourceError::Malformed { .. } | SourceError::Status { status: 400, .. })
            );
            if spoilt && part.len() > 1 {
                let (one, other) = part.split_at(part.len() / 2);
                parts.extend([(at, one), (at + one.len(), other)]);
            } else {
                let place = answers.partition_point(|(before, _, _)| *before < at);
                answers.insert(place, (at, part, answer));
            }
        }
    }
    answers.into_iter().map(|(_, part, answer)| (part, answer)).collect()
}

/// What needs no escape in a part of a URL.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `text` as a part of a path or a query.
fn escaped(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}
