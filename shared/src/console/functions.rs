//! What the console has other functions do: those that see Redis, the providers and the workers.

use std::time::Duration;

use bytes::Bytes;
use http::header;
use serde_json::Value;

use crate::platform::config::{self, Secret};
use crate::platform::ports::Platform;

pub struct Functions<'a> {
    pub platform: &'a Platform<'a>,
    pub secret: &'a Secret,
}

/// A function by its name in its route and by its component.
pub struct Named(pub &'static str, pub &'static str);

pub const CHECK_PIPELINE: Named = Named("checkPipeline", "check-pipeline");
pub const CLEAR_DEDUPLICATION: Named = Named("clearQueueDeduplication", "clear-queue-deduplication");
pub const QUEUE_PROCESSOR: Named = Named("cronQueueProcessor", "cron-queue-processor");

impl Functions<'_> {
    /// The status and the body of a function's answer; an `Err` says in words why there is none.
    pub async fn call(&self, function: Named, body: &Value, within: Duration) -> Result<(u16, Value), String> {
        let Named(name, component) = function;
        let origin = match config::functions_url(self.platform.variables) {
            Ok(Some(origin)) => origin.to_string(),
            Ok(None) => format!("http://{component}.spin.internal"),
            Err(error) => return Err(error.to_string()),
        };
        let request = http::Request::post(format!("{origin}/functions/v1/{name}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.secret.expose()))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Bytes::from(body.to_string()))
            .map_err(|_| "the secret or the address can't stand in a request".to_owned())?;
        let answer = self.platform.http.send(request, within).await;
        let answer = answer.map_err(|error| format!("{name} does not answer as it should: {error}"))?;
        match serde_json::from_slice::<Value>(answer.body()) {
            Ok(body) if body.is_object() => Ok((answer.status().as_u16(), body)),
            _ => Err(format!("{name} answers with status {}", answer.status().as_u16())),
        }
    }
}
