//! The line to the workers: beside this function, or where `functions_url` says.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, header};
use serde_json::{Value, json};

use crate::operations::Desk;
use crate::pipeline::queue::Queue;
use crate::platform::config::{self, ConfigError, Origin, Secret};
use crate::platform::ports::{HttpError, Idempotent, Variables};

/// Checking takes a worker no time; starting one takes a moment.
const CHECK_TIMEOUT: Duration = Duration::from_secs(3);

/// How the workers are called.
pub struct Line {
    elsewhere: Option<Origin>,
    secret: Secret,
}

impl Line {
    /// As the variables have it.
    pub fn new(variables: &dyn Variables) -> Result<Self, ConfigError> {
        let secrets = config::function_secrets(variables)?;
        Ok(Self {
            elsewhere: config::functions_url(variables)?,
            // While it is being changed there are two, and each is taken everywhere.
            secret: secrets.into_iter().next().unwrap_or_else(|| Secret::new("")),
        })
    }

    /// Status and body of a worker's answer.
    pub async fn call(
        &self,
        desk: &Desk<'_>,
        queue: Queue,
        order: &Value,
        timeout: Duration,
    ) -> Result<(StatusCode, Value), String> {
        let name = queue.function_name();
        let origin = match &self.elsewhere {
            Some(origin) => origin.to_string(),
            None => format!("http://{}.spin.internal", queue.component()),
        };
        let request = Request::post(format!("{origin}/functions/v1/{name}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.secret.expose()))
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-correlation-id", desk.correlation_id)
            .extension(Idempotent)
            .body(Bytes::from(order.to_string()))
            .map_err(|_| "the secret or the address can't stand in a request".to_owned())?;
        let answer = desk.platform.http.send(request, timeout).await;
        let answer = answer.map_err(|error: HttpError| error.to_string())?;
        match serde_json::from_slice::<Value>(answer.body()) {
            Ok(body) if body.is_object() => Ok((answer.status(), body)),
            _ => Err(format!("answered with status {}", answer.status().as_u16())),
        }
    }

    /// What a worker sees of Redis; `None` if it does not say. Asked of a worker, because on Spin the wait for a Redis that
    /// hangs has no end, and that for a worker has one.
    pub async fn redis(&self, desk: &Desk<'_>) -> Result<Option<Value>, String> {
        let order = json!({"check": true, "redis": true, "batch_size": 0});
        let (_, mut body) = self.call(desk, Queue::ALL[0], &order, CHECK_TIMEOUT).await?;
        Ok(Some(body["redis"].take()).filter(Value::is_object))
    }

    /// Whether a worker would work: it starts, takes the secret and has its variables. Nothing is run. Its version, where
    /// it says so.
    pub async fn check(&self, desk: &Desk<'_>, queue: Queue) -> Result<Option<String>, String> {
        // A worker that does not know `check` refuses such a batch, and that is as good.
        let order = json!({"check": true, "batch_size": 0});
        let (status, body) = self.call(desk, queue, &order, CHECK_TIMEOUT).await?;
        if status == StatusCode::OK || (status == StatusCode::BAD_REQUEST && body["field"] == "batch_size") {
            return Ok(body["version"].as_str().map(ToOwned::to_owned));
        }
        let error = body["error"].as_str().unwrap_or("no reason is given");
        Err(format!("answered with status {}: {error}", status.as_u16()))
    }
}
