//! The HTTP contract of all functions: who may call, what a body may hold, what a response looks like.
//!
//! A function takes POST only (`metrics`: GET only; 405), a bearer secret (401), and at most 64 KiB (413) of a JSON
//! object (400). Errors are
//! `{"success":false,"error":…,"field"?:…}` and never carry secrets, SQL or stack traces. Each response carries the
//! correlation id in `x-correlation-id`, and so does each line of the log.

pub mod fields;
mod request_log;
mod response;

use http::{HeaderMap, Method, StatusCode, header};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};
use uuid::Uuid;

use crate::platform::config::{self, Secret};
use crate::platform::ports::{BodyError, Request, Variables};
pub use request_log::RequestLog;
pub use response::JsonResponse;

/// The header in which a correlation id comes in, is handed on, and goes out.
pub const CORRELATION_HEADER: &str = "x-correlation-id";

/// A request that passed all checks.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedRequest {
    /// `Prefer: respond-async`: the caller does not wait for the result, so a worker goes on until its queue is empty.
    pub until_empty: bool,
    /// The response is 202 at once, and the work comes after it. Not every host lets a component work on once it has
    /// responded; the variable `answer_early` says whether this one does.
    pub respond_async: bool,
    /// Empty where the request had no body.
    pub body: Map<String, Value>,
}

/// The caller's correlation id if it is a plain one, else that of the discovery whose trace the call belongs to, else a
/// new one.
pub fn correlation_id(headers: &HeaderMap) -> String {
    let plain = |id: &&str| {
        (1..=100).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:".contains(&b))
    };
    let given = headers.get(CORRELATION_HEADER).and_then(|id| id.to_str().ok());
    given.filter(plain).map_or_else(
        || traced(headers).unwrap_or_else(Uuid::new_v4).to_string(),
        str::to_owned,
    )
}

/// The database's calls carry the id of a discovery as that of their trace: `00-<id without dashes>-…-01`.
fn traced(headers: &HeaderMap) -> Option<Uuid> {
    let trace = headers.get("traceparent")?.to_str().ok()?.split('-').nth(1)?;
    Uuid::try_parse(trace)
        .ok()
        .filter(|id| trace.len() == 32 && !id.is_nil())
}

/// Checks a request, in this order: method, secret, size, body. Only a caller who shows a right secret is told more.
pub fn check(variables: &dyn Variables, request: &Request) -> Result<CheckedRequest, JsonResponse> {
    let secrets = config::function_secrets(variables).map_err(|error| JsonResponse::misconfigured(&error))?;
    let mut checked = check_with(&secrets, request)?;
    let may_answer_early = config::answer_early(variables).map_err(|error| JsonResponse::misconfigured(&error))?;
    checked.respond_async &= may_answer_early;
    Ok(checked)
}

/// Checks a request that only reads and has no body: method, then secret.
pub fn check_read(variables: &dyn Variables, request: &Request) -> Result<(), JsonResponse> {
    let secrets = config::function_secrets(variables).map_err(|error| JsonResponse::misconfigured(&error))?;
    check_caller(&secrets, &Method::GET, request)
}

fn check_caller(secrets: &[Secret], method: &Method, request: &Request) -> Result<(), JsonResponse> {
    if request.method() != method {
        return Err(JsonResponse::error(
            StatusCode::METHOD_NOT_ALLOWED,
            format!("method {} is not allowed; use {method}", request.method()),
        ));
    }
    if !authorized(request.headers(), secrets) {
        return Err(JsonResponse::error(
            StatusCode::UNAUTHORIZED,
            "Authorization: Bearer <function_secret> is missing or wrong",
        ));
    }
    Ok(())
}

fn check_with(secrets: &[Secret], request: &Request) -> Result<CheckedRequest, JsonResponse> {
    check_caller(secrets, &Method::POST, request)?;
    let body = match request.body() {
        Ok(body) => parse_object(body)?,
        Err(error @ BodyError::TooLarge) => {
            let message = format!("the body is {error}");
            return Err(JsonResponse::error(StatusCode::PAYLOAD_TOO_LARGE, message));
        }
        Err(error @ BodyError::Incomplete) => {
            let message = format!("the body {error}");
            return Err(JsonResponse::error(StatusCode::BAD_REQUEST, message));
        }
    };
    let prefers_async = prefers_async(request.headers());
    Ok(CheckedRequest {
        until_empty: prefers_async,
        respond_async: prefers_async,
        body,
    })
}

fn parse_object(body: &[u8]) -> Result<Map<String, Value>, JsonResponse> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(JsonResponse::error(
            StatusCode::BAD_REQUEST,
            "the body must be a JSON object",
        )),
        Err(error) => Err(JsonResponse::error(
            StatusCode::BAD_REQUEST,
            format!(
                "the body is not JSON (line {}, column {})",
                error.line(),
                error.column()
            ),
        )),
    }
}

/// Compares hashes, and always with every secret, so that the time it takes says nothing of their content or length.
fn authorized(headers: &HeaderMap, secrets: &[Secret]) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some((scheme, token)) = given.and_then(|value| value.split_once(' ')) else {
        return false;
    };
    let token = Sha256::digest(token.trim());
    let same = secrets.iter().fold(Choice::from(0), |found, secret| {
        found | Sha256::digest(secret.expose()).ct_eq(&token)
    });
    scheme.eq_ignore_ascii_case("bearer") && bool::from(same)
}

/// Reads `Prefer` as RFC 7240 has it: a list of preferences, over one or more headers, each with parameters.
fn prefers_async(headers: &HeaderMap) -> bool {
    headers
        .get_all("prefer")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|preference| preference.split([';', '=']).next())
        .any(|name| name.trim().eq_ignore_ascii_case("respond-async"))
}

#[cfg(test)]
mod tests;
