//! What a function answers.

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::pipeline::http_contract::CORRELATION_HEADER;
use crate::platform::config::ConfigError;

/// What a function answers: a status and a JSON object.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonResponse {
    pub status: StatusCode,
    pub body: Value,
}

impl JsonResponse {
    pub fn ok(body: Value) -> Self {
        Self {
            status: StatusCode::OK,
            body,
        }
    }

    /// 202: the request passed its checks, and the work goes on after this response.
    pub fn accepted(correlation_id: &str) -> Self {
        Self {
            status: StatusCode::ACCEPTED,
            body: json!({"success": true, "accepted": true, "correlation_id": correlation_id}),
        }
    }

    /// An error whose `message` is written for people and holds no secret.
    pub fn error(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            body: json!({"success": false, "error": message.into()}),
        }
    }

    /// 400 that names the field of the body which is wrong.
    pub fn bad_field(field: &str, problem: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            body: json!({"success": false, "error": format!("{field} {problem}"), "field": field}),
        }
    }

    /// 500 for variables that are missing or contradict each other.
    pub fn misconfigured(error: &ConfigError) -> Self {
        let mut response = Self::error(StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
        if let [problem] = error.0.as_slice() {
            response.body["field"] = json!(problem.variable);
        }
        response
    }

    pub fn into_http(self, correlation_id: &str) -> http::Response<Bytes> {
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
