//! Errors of sources → outcomes. One place decides which of them count as attempts.

use std::time::Duration;

use crate::pipeline::message::{Delivery, MessageId};
use crate::pipeline::outcome::{Failure, Outcome};
use crate::sources::SourceError;

/// For what only the operator can mend: soon enough after it is mended, seldom enough meanwhile.
const OPERATORS_TIME: Duration = Duration::from_mins(5);

/// The outcome of a message whose question has no answer; `None`: give it back, the run has no time for it.
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
        // Not this message's fault, and not the provider's.
        SourceError::Paused { after, .. } => retry("provider_paused", Some(*after), false),
        SourceError::NoAnswer { .. } => retry("provider_unreachable", None, true),
        SourceError::Malformed { .. } => retry("provider_answer_malformed", None, true),
        SourceError::Status { status, .. } if *status >= 500 => retry("provider_failed", None, true),
        SourceError::Status { .. } => retry("provider_refused", None, true),
        SourceError::Redirected { .. } => retry("provider_redirected", None, true),
        // Counts, so that wrong credentials don't go on for ever; what dies of it can be replayed.
        SourceError::Misconfigured { code, .. } => retry(code, Some(OPERATORS_TIME), true),
    }
}

/// Nothing can be done before the operator sets the variables; nothing is lost meanwhile.
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

/// Done, but what the message speaks of does not exist.
pub fn not_found(code: &'static str, message: impl Into<String>) -> Outcome {
    Outcome::NotFound(Failure {
        code,
        message: message.into(),
    })
}

/// No retry can help.
pub fn dead(code: &'static str, message: impl Into<String>) -> Outcome {
    Outcome::Dead(Failure {
        code,
        message: message.into(),
    })
}
