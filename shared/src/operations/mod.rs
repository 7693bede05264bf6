//! One file for each function that an operator calls, and here what they have in common: request → checks → order →
//! answer.

pub mod cleanup;
pub mod deduplication;
pub mod fields;
pub mod monitor;
mod probes;
pub mod processor;
pub mod status;
mod workers;

#[cfg(test)]
mod testing;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::pipeline::answer::Answer;
use crate::pipeline::budget::millis;
use crate::pipeline::door::{NamedLog, Visit};
use crate::pipeline::rpc::{Rpc, RpcError};
use crate::platform::config::{Config, Database};
use crate::platform::ports::{Function, Level, Log, Platform, Reply, Request};

/// What an operator can have done.
pub trait Operation {
    /// What exactly, read from a body.
    type Order;
    /// The function's name, as its route has it.
    const NAME: &'static str;

    /// Reads a body; what is wrong with it is the answer, and nothing has been done. Members that are not known are
    /// left to later versions.
    fn read(body: &Map<String, Value>) -> Result<Self::Order, Answer>;

    /// Does it. An `Err` is an answer too.
    fn run(desk: &Desk<'_>, order: Self::Order) -> impl Future<Output = Result<Answer, Answer>>;
}

/// What an operation works with.
pub struct Desk<'a> {
    /// The world.
    pub platform: &'a Platform<'a>,
    /// With the function's name and the correlation id.
    pub log: &'a dyn Log,
    /// Of the request.
    pub correlation_id: &'a str,
}

impl Desk<'_> {
    /// The project, or the answer that says what is wrong with the variables.
    pub fn database(&self) -> Result<Database, Answer> {
        let config = Config::from_variables(self.platform.variables);
        Ok(config.map_err(|error| Answer::misconfigured(&error))?.database)
    }

    /// The project's SQL functions.
    pub fn rpc<'a>(&'a self, database: &'a Database) -> Rpc<'a> {
        Rpc::new(self.platform.http, self.platform.clock, database)
    }

    /// The answer for a call that gave no result: 503 where nobody could be asked, 400 where the database refuses an
    /// argument that is a field of the body.
    pub fn failed(&self, error: &RpcError) -> Answer {
        let mut fields = json!({"error": error.to_string()});
        let status = match error {
            RpcError::Unreachable { .. } | RpcError::Gateway { .. } => StatusCode::SERVICE_UNAVAILABLE,
            RpcError::Malformed { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            RpcError::Database { error, .. } => {
                fields["message"] = json!(error.message);
                fields["hint"] = json!(error.hint);
                if let ("22023", Some((field, problem))) = (error.code.as_str(), error.message.split_once(": ")) {
                    return Answer::bad_field(field, problem);
                }
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        self.log.write(Level::Error, "failed", fields);
        Answer::error(status, error.to_string())
    }
}

/// The function that carries out `O`.
pub struct Operator<O>(pub O);

impl<O: Operation> Function for Operator<O> {
    fn serve<'a>(&'a self, platform: &'a Platform<'a>, request: Request, reply: Reply) -> LocalBoxFuture<'a, ()> {
        answer_and_work::<O>(platform, request, reply).boxed_local()
    }
}

async fn answer_and_work<O: Operation>(platform: &Platform<'_>, request: Request, reply: Reply) {
    let visit = Visit::new(platform, &request);
    let id = visit.correlation_id.as_str();
    let log = NamedLog {
        inner: platform.log,
        function: O::NAME,
        correlation_id: id,
    };
    let checked = visit
        .call
        .and_then(|call| Ok((call.respond_async, O::read(&call.body)?)));
    let (respond_async, order) = match checked {
        Ok(checked) => checked,
        Err(answer) => {
            log.refused(&answer);
            return reply(answer.into_response(id));
        }
    };
    let desk = Desk {
        platform,
        log: &log,
        correlation_id: id,
    };
    let work = async {
        let started = platform.clock.monotonic();
        match O::run(&desk, order).await {
            Ok(answer) => {
                let took = platform.clock.monotonic().saturating_sub(started);
                let mut fields = summary(&answer.body);
                fields.insert("status".into(), json!(answer.status.as_u16()));
                fields.insert("duration_ms".into(), json!(millis(took)));
                log.write(Level::Info, "done", Value::Object(fields));
                answer
            }
            Err(answer) => {
                log.refused(&answer);
                answer
            }
        }
    };
    if respond_async {
        reply(Answer::accepted(id).into_response(id));
        work.await;
    } else {
        reply(work.await.into_response(id));
    }
}

/// An answer's plain members: lists are for whoever asked.
fn summary(answer: &Value) -> Map<String, Value> {
    let members = answer.as_object().into_iter().flatten();
    members
        .filter(|(_, value)| !value.is_array() && !value.is_object())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
