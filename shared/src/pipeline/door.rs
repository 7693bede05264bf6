//! What every function does first, whatever it does then: checks, a correlation id, a log that carries it.

use serde_json::{Value, json};

use crate::pipeline::answer::{self, Answer, Call};
use crate::platform::config;
use crate::platform::ports::{Level, Log, Platform, Request};

/// A request that came in, checked or refused.
pub struct Visit {
    /// The caller's, or a new one.
    pub correlation_id: String,
    /// What is asked for, or the answer to who may not ask.
    pub call: Result<Call, Answer>,
}

impl Visit {
    /// Checks a request.
    pub fn new(platform: &Platform<'_>, request: &Request) -> Self {
        let correlation_id = answer::correlation_id(request.headers());
        let call = config::function_secrets(platform.variables)
            .map_err(|error| Answer::misconfigured(&error))
            .and_then(|secrets| answer::check(request, &secrets));
        Self { correlation_id, call }
    }
}

/// A log whose lines carry the function's name and the correlation id.
pub struct NamedLog<'a> {
    /// Where the lines go.
    pub inner: &'a dyn Log,
    /// The function's name, as its route has it.
    pub function: &'a str,
    /// Of the request.
    pub correlation_id: &'a str,
}

impl NamedLog<'_> {
    /// A request that was answered with an error.
    pub fn refused(&self, answer: &Answer) {
        let level = if answer.status.is_server_error() {
            Level::Error
        } else {
            Level::Warn
        };
        let fields = json!({"status": answer.status.as_u16(), "error": answer.body["error"]});
        self.write(level, "refused", fields);
    }
}

impl Log for NamedLog<'_> {
    fn write(&self, level: Level, event: &str, mut fields: Value) {
        if let Some(fields) = fields.as_object_mut() {
            fields.insert("function".into(), json!(self.function));
            fields.insert("correlation_id".into(), json!(self.correlation_id));
        }
        self.inner.write(level, event, fields);
    }
}
