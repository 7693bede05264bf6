//! Why a request has no result: JSON-RPC's error object, and the HTTP status that goes with it.

use bytes::Bytes;
use http::{Response, StatusCode, header};
use serde_json::Value;

use crate::mcp::protocol::revision::Revision;

const LONGEST_QUOTE: usize = 64;

/// What a caller sent, as an answer or a log may say it again: not longer than a name is, with its control characters and
/// its marks of direction written out.
pub fn quoted(given: &str) -> String {
    let start: String = given.chars().take(LONGEST_QUOTE).collect();
    format!("{start:?}")
}

/// An error of the protocol. What a model can mend by other arguments is none: that is a tool's result.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    pub status: StatusCode,
    pub code: i64,
    pub message: String,
    pub data: Option<Value>,
}

impl Fault {
    fn new(status: StatusCode, code: i64, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            data: None,
        }
    }

    /// The request never became a message: the HTTP around it is wrong.
    pub fn refused(status: StatusCode, message: impl Into<String>) -> Self {
        Self::new(status, -32600, message)
    }

    /// The body is not JSON.
    pub fn not_json(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, -32700, message)
    }

    /// The body is JSON, but no message of JSON-RPC.
    pub fn no_message(message: impl Into<String>) -> Self {
        Self::refused(StatusCode::BAD_REQUEST, message)
    }

    pub fn unknown_method(method: &str) -> Self {
        let message = format!("Method not found: {}", quoted(method));
        Self::new(StatusCode::NOT_FOUND, -32601, message)
    }

    /// The parameters of a request that was understood; it goes out as a success of HTTP.
    pub fn invalid_params(message: impl Into<String>) -> Self {
        Self::new(StatusCode::OK, -32602, message)
    }

    /// Parameters that no request may have, whatever it asks: not an object, or without what each must carry in `_meta`.
    pub fn malformed_params(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, -32602, message)
    }

    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(StatusCode::OK, -32603, message)
    }

    pub fn header_mismatch(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, -32020, message)
    }

    /// The work needs abilities of the client that it did not declare.
    pub fn missing_capabilities(capabilities: &Value) -> Self {
        let fault = Self::new(
            StatusCode::BAD_REQUEST,
            -32021,
            "The client did not declare a capability that this needs",
        );
        fault.with(serde_json::json!({"requiredCapabilities": capabilities}))
    }

    pub fn unsupported_revision(requested: &str) -> Self {
        let supported = Revision::ALL.map(Revision::name);
        let message = format!(
            "Unsupported protocol version {}; this server speaks {}",
            quoted(requested),
            supported.join(" and ")
        );
        let requested: String = requested.chars().take(LONGEST_QUOTE).collect();
        let fault = Self::new(StatusCode::BAD_REQUEST, -32022, message);
        fault.with(serde_json::json!({"supported": supported, "requested": requested}))
    }

    #[must_use]
    pub fn with(self, data: Value) -> Self {
        Self {
            data: Some(data),
            ..self
        }
    }

    /// The error as it is sent. Without an id the request's could not be read.
    pub fn response(&self, id: Option<&Value>) -> Response<Bytes> {
        let mut error = serde_json::json!({"code": self.code, "message": self.message});
        if let Some(data) = &self.data {
            error["data"] = data.clone();
        }
        let mut body = serde_json::json!({"jsonrpc": "2.0", "error": error});
        if let Some(id) = id {
            body["id"] = id.clone();
        }
        json(self.status, &body)
    }
}

pub fn json(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut response = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response = response.header(header::ALLOW, "POST");
    }
    response.body(body.to_string().into()).unwrap_or_default()
}
