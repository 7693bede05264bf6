//! Errors of sources → outcomes. Which errors count as attempts is decided here and nowhere else.

use std::time::Duration;

use crate::pipeline::message::{Delivery, MessageId};
use crate::pipeline::outcome::{Failure, Outcome};
use crate::sources::SourceError;

/// How long a message waits for the operator: short enough to go on soon after a repair, long enough not to use up its
/// attempts before.
const OPERATORS_TIME: Duration = Duration::from_mins(5);

/// The outcome of a message whose question has no answer. `None` releases it, because the run ended before the answer.
pub fn outcome_of_failure(error: &SourceError) -> Option<Outcome> {
    let retry = |code, after, counts| {
        let error = Failure {
            code,
            message: error.to_string(),
        };
        Some(Outcome::Retry { error, after, counts })
    };
    match error {
        SourceError::OutOfTime => None,
        // A pause says nothing about the message, so the attempt does not count.
        SourceError::Paused { after, .. } => retry("provider_paused", Some(*after), false),
        SourceError::BreakerOpen { after, .. } => retry("breaker_open", Some(*after), false),
        // If these turn out to be an outage, `spare_attempts` in the database lets the attempt not count.
        SourceError::NoAnswer { .. } => retry("provider_unreachable", None, true),
        SourceError::Malformed { .. } => retry("provider_answer_malformed", None, true),
        SourceError::Status { status, .. } if *status >= 500 => retry("provider_failed", None, true),
        SourceError::Status { .. } => retry("provider_refused", None, true),
        SourceError::Redirected { .. } => retry("provider_redirected", None, true),
        // The attempt counts, so that wrong credentials don't go on for ever. Dead letters can be replayed.
        SourceError::Misconfigured { code, .. } => retry(code, Some(OPERATORS_TIME), true),
    }
}

/// The outcomes of a batch while Spotify is not configured: all messages wait, and no attempt counts.
pub fn all_wait_for_spotify<M, S>(batch: Vec<Delivery<M, S>>) -> Vec<(MessageId, Outcome)> {
    let error = Failure {
        code: "spotify_not_configured",
        message: "spotify_client_id and spotify_client_secret are not set".to_owned(),
    };
    let outcome = Outcome::Retry {
        error,
        after: Some(OPERATORS_TIME),
        counts: false,
    };
    batch
        .into_iter()
        .map(|delivery| (delivery.msg_id, outcome.clone()))
        .collect()
}

/// From this attempt on, a provider's "not found" is believed.
const ATTEMPTS_UNTIL_GONE: u32 = 3;

/// The outcome of a message whose subject the provider did not find. Spotify answers 404 at random for what exists, so it
/// is asked again after a minute and after two more; what is missing then is gone.
pub fn missing(attempt: u32, code: &'static str, message: impl Into<String>) -> Outcome {
    if attempt >= ATTEMPTS_UNTIL_GONE {
        return not_found(code, message);
    }
    let error = Failure {
        code,
        message: message.into(),
    };
    Outcome::Retry {
        error,
        after: Some(Duration::from_mins(attempt.max(1).into())),
        counts: true,
    }
}

/// The message is done, but what it asks for does not exist.
pub fn not_found(code: &'static str, message: impl Into<String>) -> Outcome {
    Outcome::NotFound(Failure {
        code,
        message: message.into(),
    })
}

/// The message becomes a dead letter at once, because no retry can help.
pub fn dead(code: &'static str, message: impl Into<String>) -> Outcome {
    Outcome::Dead(Failure {
        code,
        message: message.into(),
    })
}
