//! The HTTP contract of the functions: who may call, what a body may hold, what an answer looks like.
//!
//! POST only (405), a bearer secret (401), at most 64 KiB (413) of a JSON object (400). Errors are
//! `{"success":false,"error":…,"field"?:…}` and never carry secrets, SQL or stack traces. Each answer carries the
//! correlation id in `x-correlation-id`.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};
use uuid::Uuid;

use crate::platform::config::{ConfigError, Secret};
use crate::platform::ports::{BodyError, Request};

const CORRELATION_HEADER: &str = "x-correlation-id";

/// A request that passed the checks.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// `Prefer: respond-async`: 202 at once, then the work.
    pub respond_async: bool,
    /// The body; empty where there was none.
    pub body: Map<String, Value>,
}

/// An answer: a status and a JSON object.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The body.
    pub body: Value,
}

impl Answer {
    /// 200 with `body`.
    pub fn ok(body: Value) -> Self {
        Self {
            status: StatusCode::OK,
            body,
        }
    }

    /// 202: the request was checked, and the work goes on after this answer.
    pub fn accepted(correlation_id: &str) -> Self {
        Self {
            status: StatusCode::ACCEPTED,
            body: json!({"success": true, "accepted": true, "correlation_id": correlation_id}),
        }
    }

    /// An error; `message` is for people and holds no secret.
    pub fn error(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            body: json!({"success": false, "error": message.into()}),
        }
    }

    /// 400 for one field of the body.
    pub fn bad_field(field: &str, problem: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            body: json!({"success": false, "error": format!("{field} {problem}"), "field": field}),
        }
    }

    /// 500 for variables that are missing or contradict each other.
    pub fn misconfigured(error: &ConfigError) -> Self {
        let mut answer = Self::error(StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
        if let [problem] = error.0.as_slice() {
            answer.body["field"] = json!(problem.variable);
        }
        answer
    }

    /// As HTTP.
    pub fn into_response(self, correlation_id: &str) -> http::Response<Bytes> {
        let mut response = http::Response::new(Bytes::from(self.body.to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Ok(id) = HeaderValue::from_str(correlation_id) {
            headers.insert(CORRELATION_HEADER, id);
        }
        match self.status {
            StatusCode::METHOD_NOT_ALLOWED => {
                headers.insert(header::ALLOW, HeaderValue::from_static("POST"));
            }
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::ACCEPTED => {
                let applied = HeaderValue::from_static("respond-async");
                headers.insert("preference-applied", applied);
            }
            _ => {}
        }
        response
    }
}

/// The caller's correlation id, if it is one, else a new one.
pub fn correlation_id(headers: &HeaderMap) -> String {
    let plain = |id: &&str| {
        (1..=100).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:".contains(&b))
    };
    let given = headers.get(CORRELATION_HEADER).and_then(|id| id.to_str().ok());
    given
        .filter(plain)
        .map_or_else(|| Uuid::new_v4().to_string(), str::to_owned)
}

/// Checks a request, in this order: method, secret, size, body.
pub fn check(request: &Request, secrets: &[Secret]) -> Result<Call, Answer> {
    if request.method() != Method::POST {
        return Err(Answer::error(
            StatusCode::METHOD_NOT_ALLOWED,
            format!("method {} is not allowed; use POST", request.method()),
        ));
    }
    if !authorized(request.headers(), secrets) {
        return Err(Answer::error(
            StatusCode::UNAUTHORIZED,
            "Authorization: Bearer <function_secret> is missing or wrong",
        ));
    }
    let body = match request.body() {
        Ok(body) => parse_object(body)?,
        Err(error @ BodyError::TooLarge) => {
            let message = format!("the body is {error}");
            return Err(Answer::error(StatusCode::PAYLOAD_TOO_LARGE, message));
        }
        Err(error @ BodyError::Incomplete) => {
            let message = format!("the body {error}");
            return Err(Answer::error(StatusCode::BAD_REQUEST, message));
        }
    };
    Ok(Call {
        respond_async: prefers_async(request.headers()),
        body,
    })
}

/// An integer of the body within `range`; absent or null: `None`.
pub fn integer(
    body: &Map<String, Value>,
    field: &str,
    range: std::ops::RangeInclusive<u32>,
) -> Result<Option<u32>, Answer> {
    let value = match body.get(field) {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value.as_u64().and_then(|value| u32::try_from(value).ok()),
    };
    if let Some(value) = value.filter(|value| range.contains(value)) {
        return Ok(Some(value));
    }
    let problem = format!("must be an integer from {} to {}", range.start(), range.end());
    Err(Answer::bad_field(field, &problem))
}

fn parse_object(body: &[u8]) -> Result<Map<String, Value>, Answer> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Answer::error(StatusCode::BAD_REQUEST, "the body must be a JSON object")),
        Err(error) => Err(Answer::error(
            StatusCode::BAD_REQUEST,
            format!(
                "the body is not JSON (line {}, column {})",
                error.line(),
                error.column()
            ),
        )),
    }
}

/// Compares with every secret, always, and hashes first: the time it takes says nothing of their content or length.
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

/// RFC 7240: a list of preferences, over one or more headers, each with parameters.
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
mod tests {
    use super::*;

    fn secrets() -> Vec<Secret> {
        vec![Secret::new("new-secret"), Secret::new("old-secret")]
    }

    fn request(method: &str, headers: &[(&str, &str)], body: &str) -> Request {
        let mut request = http::Request::builder().method(method).uri("/functions/v1/x");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Ok(Bytes::from(body.to_owned()))).unwrap()
    }

    fn checked(authorization: &str, body: &str) -> Result<Call, Answer> {
        check(&request("POST", &[("authorization", authorization)], body), &secrets())
    }

    fn status(answer: Result<Call, Answer>) -> u16 {
        answer.map_or_else(|answer| answer.status.as_u16(), |_| 200)
    }

    #[test]
    fn takes_either_secret_and_nothing_else() {
        assert_eq!(status(checked("Bearer new-secret", "")), 200);
        assert_eq!(status(checked("bearer old-secret", "{}")), 200);
        for wrong in [
            "Bearer new-secre",
            "Bearer new-secret,old-secret",
            "Bearer ",
            "Bearer",
            "Basic new-secret",
            "new-secret",
        ] {
            assert_eq!(status(checked(wrong, "")), 401, "{wrong}");
        }
        assert_eq!(status(check(&request("POST", &[], ""), &secrets())), 401);
    }

    #[test]
    fn refuses_other_methods_before_anything_else() {
        for method in ["GET", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"] {
            let answer = check(&request(method, &[], ""), &secrets()).unwrap_err();
            assert_eq!(answer.status, 405, "{method}");
            assert_eq!(answer.into_response("c").headers()["allow"], "POST");
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_body() {
        let error = |body: &str| checked("Bearer new-secret", body).unwrap_err();
        assert_eq!(error("{").status, 400);
        assert_eq!(error("[]").body["error"], "the body must be a JSON object");
        assert_eq!(error("{} x").status, 400);
        let large = http::Request::post("/")
            .header("authorization", "Bearer new-secret")
            .body(Err(BodyError::TooLarge))
            .unwrap();
        let answer = check(&large, &secrets()).unwrap_err();
        assert_eq!(answer.status, 413);
        assert_eq!(answer.body["error"], "the body is larger than 65536 bytes");
    }

    #[test]
    fn names_the_field_that_is_out_of_range() {
        let body = |text: &str| checked("Bearer new-secret", text).unwrap().body;
        let batch = |text: &str| integer(&body(text), "batch_size", 1..=1000);
        assert_eq!(batch("{}"), Ok(None));
        assert_eq!(batch(r#"{"batch_size":null}"#), Ok(None));
        assert_eq!(batch(r#"{"batch_size":1000}"#), Ok(Some(1000)));
        for bad in ["0", "1001", "-1", "1.5", "\"5\"", "true", "[]", "99999999999999"] {
            let answer = batch(&format!(r#"{{"batch_size":{bad}}}"#)).unwrap_err();
            assert_eq!(answer.status, 400, "{bad}");
            assert_eq!(
                answer.body,
                json!({
                    "success": false,
                    "error": "batch_size must be an integer from 1 to 1000",
                    "field": "batch_size",
                })
            );
        }
    }

    #[test]
    fn reads_the_preference() {
        let prefers = |values: &[&str]| {
            let headers: Vec<_> = values.iter().map(|value| ("prefer", *value)).collect();
            prefers_async(request("POST", &headers, "").headers())
        };
        assert!(prefers(&["respond-async"]));
        assert!(prefers(&["return=minimal, Respond-Async; wait=10"]));
        assert!(prefers(&["return=minimal", "respond-async"]));
        assert!(!prefers(&["respond-asynchronously"]));
        assert!(!prefers(&[]));
    }

    #[test]
    fn keeps_a_plain_correlation_id_and_makes_one_otherwise() {
        let id = |value: &str| correlation_id(request("POST", &[("x-correlation-id", value)], "").headers());
        assert_eq!(id("abc-1.2:3_4"), "abc-1.2:3_4");
        let made = id("with space");
        assert!(Uuid::parse_str(&made).is_ok(), "{made}");
        assert!(Uuid::parse_str(&id(&"x".repeat(101))).is_ok());
    }

    #[test]
    fn an_answer_is_json_with_the_correlation_id() {
        let response = Answer::accepted("c-1").into_response("c-1");
        assert_eq!(response.status(), 202);
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(response.headers()["x-correlation-id"], "c-1");
        assert_eq!(response.headers()["preference-applied"], "respond-async");
        assert_eq!(
            serde_json::from_slice::<Value>(response.body()).unwrap(),
            json!({"success": true, "accepted": true, "correlation_id": "c-1"})
        );
    }
}
