//! Whether an answer asks to be left alone, and for how long: one rule for the budget, which keeps everybody from asking,
//! and for the sources, which say why there is no answer.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode, header};
use serde_json::Value;

use crate::domain::retry_after;
use crate::sources::provider::Provider;

/// The pause after a 429 that does not say for how long.
const DEFAULT_PAUSE: Duration = Duration::from_secs(5);

/// The pause after a `Retry-After: 0`, which is no permission to ask again at once.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// A longer pause than this is taken for a mistake of the provider, and cut.
const LONGEST_PAUSE: Duration = Duration::from_hours(7 * 24);

/// A pause that a provider asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedPause {
    pub length: Duration,
    /// For the operator: `status 429, QUOTA_EXCEEDED`.
    pub reason: String,
}

/// The pause that an answer asks for, whatever its status; `now` is the time since the Unix epoch.
pub fn asked_pause(provider: Provider, response: &Response<Bytes>, now: Duration) -> Option<AskedPause> {
    let stated = response
        .headers()
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| retry_after::parse(value, now));
    let limited = response.status() == StatusCode::TOO_MANY_REQUESTS;
    let own = provider.own_pause(response);
    let length = stated.or(own).or(limited.then_some(DEFAULT_PAUSE))?;
    let body: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    // Spotify says there that it was the account's quota and not the rate.
    let detail = body.pointer("/error/reason").and_then(Value::as_str);
    let status = response.status().as_u16();
    let reason = match (detail, body.pointer("/error/code")) {
        (Some(detail), _) => format!("status {status}, {}", detail.chars().take(100).collect::<String>()),
        (None, Some(code)) if own.is_some() => format!("status {status}, code {code}"),
        _ => format!("status {status}"),
    };
    Some(AskedPause {
        length: length.clamp(SHORTEST_PAUSE, LONGEST_PAUSE),
        reason,
    })
}
