//! Calls the worker functions, which run beside this function or at `functions_url`.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, header};
use serde_json::{Value, json};

use crate::operations::OperationContext;
use crate::pipeline::http_contract::CORRELATION_HEADER;
use crate::pipeline::queue::Queue;
use crate::platform::config::{self, ConfigError, Origin, Secret};
use crate::platform::ports::{HttpError, Idempotent};

/// A check takes a worker no time, but a component may have to be started first.
const CHECK_TIMEOUT: Duration = Duration::from_secs(3);

pub struct WorkersClient<'a> {
    context: &'a OperationContext<'a>,
    /// `None` where the workers run beside this function.
    functions_url: Option<Origin>,
    secret: Secret,
}

impl<'a> WorkersClient<'a> {
    pub fn new(context: &'a OperationContext<'a>) -> Result<Self, ConfigError> {
        let variables = context.platform.variables;
        let secrets = config::function_secrets(variables)?;
        Ok(Self {
            context,
            functions_url: config::functions_url(variables)?,
            // While the secret is being changed there are two of them, and every function takes either.
            secret: secrets.into_iter().next().unwrap_or_else(|| Secret::new("")),
        })
    }

    /// Calls the worker of `queue` and returns the status and the body of its response.
    pub async fn call(&self, queue: Queue, body: &Value, timeout: Duration) -> Result<(StatusCode, Value), String> {
        let name = queue.function_name();
        let origin = match &self.functions_url {
            Some(origin) => origin.to_string(),
            None => format!("http://{}.spin.internal", queue.component()),
        };
        let request = Request::post(format!("{origin}/functions/v1/{name}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.secret.expose()))
            .header(header::CONTENT_TYPE, "application/json")
            .header(CORRELATION_HEADER, self.context.correlation_id)
            .extension(Idempotent)
            .body(Bytes::from(body.to_string()))
            .map_err(|_| "the secret or the address can't stand in a request".to_owned())?;
        let response = self.context.platform.http.send(request, timeout).await;
        let response = response.map_err(|error: HttpError| error.to_string())?;
        match serde_json::from_slice::<Value>(response.body()) {
            Ok(body) if body.is_object() => Ok((response.status(), body)),
            _ => Err(format!("answered with status {}", response.status().as_u16())),
        }
    }

    /// What a worker says of Redis; `None` if it says nothing. A worker is asked because on Spin a call to a Redis that
    /// hangs never ends, while a call to a worker has a timeout.
    pub async fn check_redis(&self) -> Result<Option<Value>, String> {
        let body = json!({"check": true, "redis": true, "batch_size": 0});
        let (_, mut response) = self.call(Queue::ALL[0], &body, CHECK_TIMEOUT).await?;
        Ok(Some(response["redis"].take()).filter(Value::is_object))
    }

    /// Checks that a worker would work: it starts, takes the secret and has its variables. It runs nothing. The result is
    /// its version, if it says one.
    pub async fn check(&self, queue: Queue) -> Result<Option<String>, String> {
        // An older worker does not know `check`. It refuses an empty batch, and that shows as well that it works.
        let body = json!({"check": true, "batch_size": 0});
        let (status, response) = self.call(queue, &body, CHECK_TIMEOUT).await?;
        if status == StatusCode::OK || (status == StatusCode::BAD_REQUEST && response["field"] == "batch_size") {
            return Ok(response["version"].as_str().map(ToOwned::to_owned));
        }
        let error = response["error"].as_str().unwrap_or("no reason is given");
        Err(format!("answered with status {}: {error}", status.as_u16()))
    }
}
