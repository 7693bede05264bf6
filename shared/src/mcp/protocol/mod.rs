//! The Model Context Protocol over HTTP, as a function can speak it: each POST carries one message and is answered with
//! one JSON body, no stream, no session, nothing kept. What a door offers stands behind [`Offer`].

mod fault;
mod headers;
mod message;
mod revision;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use futures::future::LocalBoxFuture;
use http::{Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::mcp::protocol::message::Message;
use crate::mcp::protocol::revision::client_capabilities;
use crate::platform::ports::{BodyError, Request};

pub use fault::{Fault, quoted};
pub use message::Answer;
pub use revision::Revision;

const META: &str = "_meta";
const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";

/// What a door has to offer, whichever revision its caller speaks.
pub trait Offer {
    /// Name, title and version of the server.
    fn server(&self) -> Value;
    /// What it can do: `{"tools": {}, …}`. The methods that belong to it are those that [`Offer::answer`] takes.
    fn capabilities(&self) -> Value;
    /// What a model should know before it calls anything.
    fn instructions(&self) -> &str;
    /// How long lists and resources stay as they are, in milliseconds.
    fn fresh_for(&self) -> u64;
    /// The result of a method, or [`Fault::unknown_method`].
    fn answer<'a>(&'a self, call: &'a Call) -> LocalBoxFuture<'a, Result<Value, Fault>>;
    /// Takes what a client answers to a request of this server, which it makes over a stream that it keeps open itself:
    /// with the older revision that comes by a POST of its own. Who asks its clients nothing need not say so.
    fn take(&self, _answer: Answer) -> Result<(), Fault> {
        Err(Fault::no_message(
            "A response is not taken: this server asks its clients nothing",
        ))
    }
}

/// A request that passed the protocol's checks.
#[derive(Debug)]
pub struct Call {
    pub revision: Revision,
    pub method: String,
    pub params: Map<String, Value>,
    pub client_capabilities: Map<String, Value>,
}

/// What was asked and how it ended, for the log.
#[derive(Debug, Default)]
pub struct Trace {
    pub method: Option<String>,
    /// Of the tool, the prompt or the resource.
    pub name: Option<String>,
    pub code: Option<i64>,
}

/// Answers one request.
pub async fn respond(offer: &dyn Offer, request: &Request) -> (Response<Bytes>, Trace) {
    let mut trace = Trace::default();
    let response = match answer(offer, request, &mut trace).await {
        Ok(Some(body)) => fault::json(StatusCode::OK, &body),
        Ok(None) => {
            let mut response = Response::new(Bytes::new());
            *response.status_mut() = StatusCode::ACCEPTED;
            response
        }
        Err((id, fault)) => {
            trace.code = Some(fault.code);
            fault.response(id.as_ref())
        }
    };
    (response, trace)
}

/// `None` for a notification or a response, which have no answer.
async fn answer(
    offer: &dyn Offer,
    request: &Request,
    trace: &mut Trace,
) -> Result<Option<Value>, (Option<Value>, Fault)> {
    headers::check(request).map_err(|fault| (None, fault))?;
    let body = request.body().as_ref().map_err(|error| {
        let status = match error {
            BodyError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            BodyError::Incomplete => StatusCode::BAD_REQUEST,
        };
        (None, Fault::refused(status, format!("The body {}", problem(*error))))
    })?;
    let (id, method, params) = match message::read(body)? {
        Message::Request { id, method, params } => (id, method, params),
        message => {
            Revision::of_header(request.headers()).map_err(|fault| (None, fault))?;
            return match message {
                Message::Response(answer) => {
                    let id = answer.id.clone();
                    offer.take(answer).map(|()| None).map_err(|fault| (Some(id), fault))
                }
                _ => Ok(None),
            };
        }
    };
    trace.method = Some(method.chars().take(64).collect());
    match result(offer, request, method, params, trace).await {
        Ok(result) => Ok(Some(json!({"jsonrpc": "2.0", "id": id, "result": result}))),
        Err(fault) => Err((Some(id), fault)),
    }
}

fn problem(error: BodyError) -> String {
    match error {
        BodyError::TooLarge => format!("is {error}"),
        BodyError::Incomplete => error.to_string(),
    }
}

async fn result(
    offer: &dyn Offer,
    request: &Request,
    method: String,
    params: Map<String, Value>,
    trace: &mut Trace,
) -> Result<Value, Fault> {
    let meta = match params.get(META) {
        None => None,
        Some(Value::Object(meta)) => Some(meta),
        Some(_) => return Err(Fault::malformed_params("params._meta must be an object")),
    };
    // A handshake settles the revision by itself, whatever its header says.
    let revision = match Revision::of(request.headers(), meta) {
        Err(_) if method == "initialize" && meta.is_none() => Revision::Handshake,
        revision => revision?,
    };
    let client_capabilities = client_capabilities(revision, meta)?;
    if revision == Revision::Stateless {
        headers::check_mirrored(request.headers(), &method, &params)?;
    }
    trace.name = ["name", "uri"]
        .iter()
        .find_map(|member| params.get(*member).and_then(Value::as_str))
        .map(|name| name.chars().take(128).collect());
    let call = Call {
        revision,
        method,
        params,
        client_capabilities,
    };
    match revision {
        Revision::Stateless => stateless(offer, &call).await,
        // Only faults of the message itself are failures of HTTP here, or a client would not look at the body.
        Revision::Handshake => handshake(offer, &call).await.map_err(|fault| Fault {
            status: StatusCode::OK,
            ..fault
        }),
    }
}

async fn stateless(offer: &dyn Offer, call: &Call) -> Result<Value, Fault> {
    let mut result = match call.method.as_str() {
        "server/discover" => json!({
            "supportedVersions": Revision::ALL.map(Revision::name),
            "capabilities": offer.capabilities(),
            "instructions": offer.instructions(),
        }),
        "initialize" | "ping" => return Err(Fault::unknown_method(&call.method)),
        _ => offer.answer(call).await?,
    };
    let Some(members) = result.as_object_mut() else {
        return Ok(result);
    };
    let is_complete = members.entry("resultType").or_insert_with(|| json!("complete")) == "complete";
    let is_cacheable = matches!(
        call.method.as_str(),
        "server/discover"
            | "tools/list"
            | "prompts/list"
            | "resources/list"
            | "resources/templates/list"
            | "resources/read"
    );
    if is_complete && is_cacheable {
        members.insert("ttlMs".into(), json!(offer.fresh_for()));
        // Nothing here depends on who asks.
        members.insert("cacheScope".into(), json!("public"));
    }
    let meta = members.entry(META).or_insert_with(|| json!({}));
    meta[SERVER_INFO] = offer.server();
    Ok(result)
}

async fn handshake(offer: &dyn Offer, call: &Call) -> Result<Value, Fault> {
    match call.method.as_str() {
        "initialize" => {
            if !call.params.get("protocolVersion").is_some_and(Value::is_string) {
                return Err(Fault::invalid_params("protocolVersion must be a string"));
            }
            // Whatever the client would like: this is the one that is spoken after a handshake, and it may hang up.
            Ok(json!({
                "protocolVersion": Revision::Handshake.name(),
                "capabilities": offer.capabilities(),
                "serverInfo": offer.server(),
                "instructions": offer.instructions(),
            }))
        }
        "ping" => Ok(json!({})),
        "server/discover" => Err(Fault::unknown_method(&call.method)),
        _ => offer.answer(call).await,
    }
}
