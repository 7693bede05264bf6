//! The functions that an operator calls, a file each. What they share is here: request → checks → operation → response.

pub mod cleanup;
pub mod deduplication;
pub mod metrics;
pub mod monitor;
mod probes;
pub mod processor;
pub mod status;
mod workers_client;

#[cfg(test)]
mod testing;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::pipeline::config::Config;
use crate::pipeline::http_contract::{self, JsonResponse, RequestLog};
use crate::pipeline::rpc::{Rpc, RpcError, millis};
use crate::platform::config::Database;
use crate::platform::ports::{Function, Level, Log, Platform, Reply, Request};

/// Something that an operator can have done.
pub trait Operation {
    /// What a body asks for.
    type Input;
    /// The function's name, as in its route.
    const NAME: &'static str;

    /// Reads a body, and does nothing yet. Unknown members are ignored, so that a caller may be newer than the function.
    fn read(body: &Map<String, Value>) -> Result<Self::Input, JsonResponse>;

    /// Does it. An `Err` is a response too: it is logged as a failure.
    fn run(
        context: &OperationContext<'_>,
        input: Self::Input,
    ) -> impl Future<Output = Result<JsonResponse, JsonResponse>>;
}

/// What an operation works with.
pub struct OperationContext<'a> {
    pub platform: &'a Platform<'a>,
    /// Adds the function's name and the correlation id to each line.
    pub log: &'a dyn Log,
    pub correlation_id: &'a str,
}

impl OperationContext<'_> {
    /// The project's database, or the response that says what is wrong with the variables.
    pub fn database(&self) -> Result<Database, JsonResponse> {
        let config = Config::from_variables(self.platform.variables);
        Ok(config.map_err(|error| JsonResponse::misconfigured(&error))?.database)
    }

    pub fn rpc<'a>(&'a self, database: &'a Database) -> Rpc<'a> {
        Rpc::new(self.platform.http, self.platform.clock, database)
    }

    /// Logs a call that failed and returns the response for it: 503 where the database could not be asked, 400 where it
    /// refuses an argument, which is a field of the body.
    pub fn rpc_failed(&self, error: &RpcError) -> JsonResponse {
        let mut fields = json!({"error": error.to_string()});
        let status = match error {
            RpcError::Unreachable { .. } | RpcError::Gateway { .. } => StatusCode::SERVICE_UNAVAILABLE,
            RpcError::Malformed { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            RpcError::Database { error: raised, .. } => {
                fields["message"] = json!(raised.message);
                fields["hint"] = json!(raised.hint);
                if let ("22023", Some((field, problem))) = (raised.code.as_str(), raised.message.split_once(": ")) {
                    return JsonResponse::bad_field(field, problem);
                }
                if error.is_wrong_schema() {
                    StatusCode::SERVICE_UNAVAILABLE
                } else {
                    StatusCode::INTERNAL_SERVER_ERROR
                }
            }
        };
        self.log.write(Level::Error, "failed", fields);
        JsonResponse::error(status, error.to_string())
    }
}

/// The function that carries out operation `O`.
pub struct OperationFunction<O>(pub O);

impl<O: Operation> Function for OperationFunction<O> {
    fn serve<'a>(&'a self, platform: &'a Platform<'a>, request: Request, reply: Reply) -> LocalBoxFuture<'a, ()> {
        respond_and_work::<O>(platform, request, reply).boxed_local()
    }
}

async fn respond_and_work<O: Operation>(platform: &Platform<'_>, request: Request, reply: Reply) {
    let id = http_contract::correlation_id(request.headers());
    let id = id.as_str();
    let log = RequestLog {
        inner: platform.log,
        function: O::NAME,
        correlation_id: id,
    };
    let checked = http_contract::check(platform.variables, &request)
        .and_then(|request| Ok((request.respond_async, O::read(&request.body)?)));
    let (respond_async, input) = match checked {
        Ok(checked) => checked,
        Err(response) => {
            log.refused(&response);
            return reply(response.into_http(id));
        }
    };
    let context = OperationContext {
        platform,
        log: &log,
        correlation_id: id,
    };
    let work = async {
        let started = platform.clock.monotonic();
        match O::run(&context, input).await {
            Ok(response) => {
                let took = platform.clock.monotonic().saturating_sub(started);
                let mut fields = plain_members(&response.body);
                fields.insert("status".into(), json!(response.status.as_u16()));
                fields.insert("duration_ms".into(), json!(millis(took)));
                log.write(Level::Info, "done", Value::Object(fields));
                response
            }
            Err(response) => {
                log.refused(&response);
                response
            }
        }
    };
    if respond_async {
        reply(JsonResponse::accepted(id).into_http(id));
        work.await;
    } else {
        reply(work.await.into_http(id));
    }
}

/// The members of a body that the log shows. Lists and objects may be long, and the caller has them.
fn plain_members(body: &Value) -> Map<String, Value> {
    let members = body.as_object().into_iter().flatten();
    members
        .filter(|(_, value)| !value.is_array() && !value.is_object())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
