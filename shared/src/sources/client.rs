//! A client of one provider: requests inside the run's time, and answers with what their headers say.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::{Either, LocalBoxFuture, select};
use http::{HeaderValue, Request, StatusCode, header};
use serde_json::Value;

use crate::platform::config::Secret;
use crate::platform::ports::{Clock, Http, HttpError};
use crate::sources::SourceError;
use crate::sources::json::Misread;
use crate::sources::pauses::asked_pause;
use crate::sources::provider::Provider;

/// The longest wait for an answer. A provider that needs longer does not work as it should.
const TIMEOUT: Duration = Duration::from_secs(10);

/// With less time left than this, a request is not sent: its answer would come too late.
const LEAST_TIME: Duration = Duration::from_millis(100);

/// What a source needs to ask its provider.
#[derive(Clone, Copy)]
pub struct ProviderClient<'a> {
    pub provider: Provider,
    /// Inside the provider's budget and pauses.
    pub http: &'a dyn Http,
    pub clock: &'a dyn Clock,
    /// When the run has to end (`Clock::monotonic`).
    pub deadline: Duration,
    /// Requests that may be under way at once.
    pub concurrency: usize,
}

/// An answer of any status.
#[derive(Debug, Clone)]
pub struct ProviderAnswer {
    /// The address that was asked, which errors name.
    pub url: String,
    pub status: StatusCode,
    /// How long nobody is to ask again.
    pub pause: Option<Duration>,
    /// Where a redirect leads. None is followed here: a source knows which of them it may believe.
    pub location: Option<String>,
    pub body: Bytes,
}

impl ProviderClient<'_> {
    pub fn time_left(&self) -> Duration {
        self.deadline.saturating_sub(self.clock.monotonic())
    }

    /// A client that ends earlier, so that `share` (a fraction of one) of the time is left for what comes after.
    #[must_use]
    pub fn leaving(self, share: f64) -> Self {
        let deadline = self.deadline.saturating_sub(self.time_left().mul_f64(share));
        Self { deadline, ..self }
    }

    /// Waits, unless the run ends before.
    pub async fn wait(&self, duration: Duration) -> Result<(), SourceError> {
        if duration + LEAST_TIME > self.time_left() {
            return Err(SourceError::OutOfTime);
        }
        self.clock.sleep(duration).await;
        Ok(())
    }

    /// Asks for `url` with an access token. It stands in a header, since addresses end in logs and in errors; `variable`
    /// is where it comes from, for the error of a token that no header can hold.
    pub async fn get_with(&self, url: &str, token: &Secret, variable: &str) -> Result<ProviderAnswer, SourceError> {
        let misconfigured = |message| SourceError::Misconfigured {
            code: "request_invalid",
            message,
        };
        // The header's own error would repeat the token.
        let bearer = HeaderValue::try_from(format!("Bearer {}", token.expose()))
            .map_err(|_| misconfigured(format!("{variable} can't stand in a header")))?;
        let request = Request::get(url)
            .header(header::AUTHORIZATION, bearer)
            .header(header::ACCEPT, "application/json")
            .body(Bytes::new())
            .map_err(|error| misconfigured(format!("{url}: {error}")))?;
        self.send(request).await
    }

    /// (Boxed, so that a component holds its state once, and not once in whatever asks.)
    pub fn send(&self, request: Request<Bytes>) -> LocalBoxFuture<'_, Result<ProviderAnswer, SourceError>> {
        self.send_in_time(request).boxed_local()
    }

    async fn send_in_time(&self, request: Request<Bytes>) -> Result<ProviderAnswer, SourceError> {
        let url = request.uri().to_string();
        let left = self.time_left();
        if left < LEAST_TIME {
            return Err(SourceError::OutOfTime);
        }
        let sent = self.http.send(request, TIMEOUT.min(left));
        // A provider's budget may let a request wait for longer than this client has time.
        let end = pin!(async { self.clock.sleep(left).await });
        let answered = match select(sent, end).await {
            Either::Left((answered, _)) => answered,
            Either::Right(_) => return Err(SourceError::OutOfTime),
        };
        let response = match answered {
            Ok(response) => response,
            Err(HttpError::OutOfTime) => return Err(SourceError::OutOfTime),
            // The run ends, which is not the provider's fault.
            Err(HttpError::Timeout(_)) if self.time_left() < LEAST_TIME => return Err(SourceError::OutOfTime),
            Err(HttpError::Paused(after)) => return Err(SourceError::Paused { url, after }),
            Err(HttpError::BreakerOpen(after)) => {
                let provider = self.provider;
                return Err(SourceError::BreakerOpen { provider, after });
            }
            Err(HttpError::Denied) => {
                let message = format!("{url}: {}", HttpError::Denied);
                return Err(SourceError::Misconfigured {
                    code: "host_not_allowed",
                    message,
                });
            }
            Err(problem) => return Err(SourceError::NoAnswer { url, problem }),
        };
        let pause = asked_pause(self.provider, &response, self.clock.now()).map(|pause| pause.length);
        let location = response.headers().get(header::LOCATION);
        let location = location.and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
        Ok(ProviderAnswer {
            url,
            status: response.status(),
            pause,
            location,
            body: response.into_body(),
        })
    }
}

impl ProviderAnswer {
    /// The body of a success; anything else is an error.
    pub fn json(&self) -> Result<Value, SourceError> {
        if !self.status.is_success() {
            return Err(self.failure());
        }
        serde_json::from_slice(&self.body).map_err(|error| self.malformed(Misread::body(error.to_string())))
    }

    /// The answer does not hold what it has to.
    pub fn malformed(&self, misread: Misread) -> SourceError {
        SourceError::Malformed {
            url: self.url.clone(),
            misread,
        }
    }

    /// The error that a status stands for. A pause that is asked for holds whatever the status.
    pub fn failure(&self) -> SourceError {
        if let (true, Some(to)) = (self.status.is_redirection(), &self.location) {
            return SourceError::Redirected {
                url: self.url.clone(),
                to: to.chars().filter(|c| !c.is_control()).take(200).collect(),
            };
        }
        match self.pause {
            Some(after) => SourceError::Paused {
                url: self.url.clone(),
                after,
            },
            None => SourceError::Status {
                url: self.url.clone(),
                status: self.status.as_u16(),
                message: self.message(),
            },
        }
    }

    /// What the provider says in an error: `error.message`, `error_description`, `error`, or how the body begins.
    pub fn message(&self) -> String {
        let json: Option<Value> = serde_json::from_slice(&self.body).ok();
        let said = json.as_ref().and_then(|json| {
            let error = json.get("error");
            let candidates = [
                error.and_then(|error| error.get("message")),
                json.get("error_description"),
                error,
            ];
            candidates.into_iter().flatten().find_map(Value::as_str)
        });
        let text = said.map_or_else(|| String::from_utf8_lossy(&self.body).into_owned(), ToOwned::to_owned);
        text.chars().filter(|c| !c.is_control()).take(200).collect()
    }
}
