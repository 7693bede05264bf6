//! A function whose work is not built yet: after the same checks as every other it says so.

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use http::StatusCode;

use crate::pipeline::answer::Answer;
use crate::pipeline::door::{NamedLog, Visit};
use crate::platform::ports::{Function, Platform, Reply, Request};

/// The function of this name; it answers 501.
pub struct Later(pub &'static str);

impl Function for Later {
    fn serve<'a>(&'a self, platform: &'a Platform<'a>, request: Request, reply: Reply) -> LocalBoxFuture<'a, ()> {
        let visit = Visit::new(platform, &request);
        let answer = match visit.call {
            Err(answer) => answer,
            Ok(_) => Answer::error(
                StatusCode::NOT_IMPLEMENTED,
                format!("{} is not part of this release; the five workers are", self.0),
            ),
        };
        let log = NamedLog {
            inner: platform.log,
            function: self.0,
            correlation_id: &visit.correlation_id,
        };
        log.refused(&answer);
        reply(answer.into_response(&visit.correlation_id));
        futures::future::ready(()).boxed_local()
    }
}
