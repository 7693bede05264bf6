//! The log of one request.

use serde_json::{Value, json};

use crate::pipeline::http_contract::JsonResponse;
use crate::platform::ports::{Level, Log};

/// A log whose lines carry the function's name and the request's correlation id.
pub struct RequestLog<'a> {
    pub inner: &'a dyn Log,
    /// As its route has it, in camelCase.
    pub function: &'a str,
    pub correlation_id: &'a str,
}

impl RequestLog<'_> {
    /// Logs that the request was refused or failed.
    pub fn refused(&self, response: &JsonResponse) {
        let level = if response.status.is_server_error() {
            Level::Error
        } else {
            Level::Warn
        };
        let fields = json!({"status": response.status.as_u16(), "error": response.body["error"]});
        self.write(level, "refused", fields);
    }
}

impl Log for RequestLog<'_> {
    fn write(&self, level: Level, event: &str, mut fields: Value) {
        if let Some(fields) = fields.as_object_mut() {
            fields.insert("function".into(), json!(self.function));
            fields.insert("correlation_id".into(), json!(self.correlation_id));
        }
        self.inner.write(level, event, fields);
    }
}
