//! A fake provider, whose answers a test decides.

use std::cell::Cell;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use http::{Request, Response};
use serde_json::Value;

use crate::platform::ports::{Http, HttpError};
use crate::sources::testing::TestClock;

/// Each answer takes this long, so that a source that would ask for ever reaches the end of its run.
const LATENCY: Duration = Duration::from_millis(20);

#[derive(Debug, Clone)]
pub struct CannedAnswer {
    pub status: u16,
    pub retry_after: Option<String>,
    pub body: Bytes,
}

impl CannedAnswer {
    pub fn json(body: &Value) -> Self {
        Self::raw(body.to_string())
    }

    pub fn raw(body: impl Into<Bytes>) -> Self {
        Self {
            status: 200,
            retry_after: None,
            body: body.into(),
        }
    }
}

/// Gives the first answer whose address begins as the request's does, and 404 where there is none.
pub struct FakeProvider<'a> {
    answers: Vec<(&'static str, CannedAnswer)>,
    clock: &'a TestClock,
    requests: Cell<usize>,
}

impl<'a> FakeProvider<'a> {
    pub fn new(answers: Vec<(&'static str, CannedAnswer)>, clock: &'a TestClock) -> Self {
        Self {
            answers,
            clock,
            requests: Cell::new(0),
        }
    }

    pub fn requests(&self) -> usize {
        self.requests.get()
    }
}

impl Http for FakeProvider<'_> {
    fn send(&self, request: Request<Bytes>, _: Duration) -> LocalBoxFuture<'_, Result<Response<Bytes>, HttpError>> {
        self.requests.set(self.requests.get() + 1);
        self.clock.elapsed.set(self.clock.elapsed.get() + LATENCY);
        let address = request
            .uri()
            .path_and_query()
            .map(ToString::to_string)
            .unwrap_or_default();
        let answer = self.answers.iter().find(|(begin, _)| address.starts_with(begin));
        let mut response = Response::builder().status(answer.map_or(404, |(_, answer)| answer.status));
        if let Some(value) = answer.and_then(|(_, answer)| answer.retry_after.as_ref()) {
            response = response.header("retry-after", value);
        }
        let body = answer.map(|(_, answer)| answer.body.clone()).unwrap_or_default();
        // A real HTTP client would refuse a header that HTTP does not allow, so this one fails, too.
        let response = response
            .body(body)
            .map_err(|error| HttpError::Connection(error.to_string()));
        futures::future::ready(response).boxed_local()
    }
}
