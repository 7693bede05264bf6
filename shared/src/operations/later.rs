//! A function whose work is not built yet: after the same checks as every other it says so.

use http::StatusCode;

use crate::pipeline::answer::Answer;
use crate::pipeline::door::{NamedLog, Visit};
use crate::platform::ports::{Platform, Reply, Request};

/// Answers 501.
pub fn serve(function: &str, platform: &Platform<'_>, request: &Request, reply: Reply<'_>) {
    let visit = Visit::new(platform, request);
    let answer = match visit.call {
        Err(answer) => answer,
        Ok(_) => Answer::error(
            StatusCode::NOT_IMPLEMENTED,
            format!("{function} is not part of this release; the five workers are"),
        ),
    };
    let log = NamedLog {
        inner: platform.log,
        function,
        correlation_id: &visit.correlation_id,
    };
    log.refused(&answer);
    reply(answer.into_response(&visit.correlation_id));
}
