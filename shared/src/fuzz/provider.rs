//! A provider that says what it is told to.

use std::cell::Cell;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use http::{Request, Response};
use serde_json::Value;

use crate::platform::ports::{Http, HttpError};
use crate::sources::testing::TestClock;

/// Each answer takes this long, so that a source that asks for ever comes to the end of its run.
const LATENCY: Duration = Duration::from_millis(20);

/// An answer, whatever the question.
#[derive(Debug, Clone)]
pub struct Said {
    pub status: u16,
    pub retry_after: Option<String>,
    pub body: Bytes,
}

impl Said {
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

/// Answers by the beginning of the address (the first that fits); 404 to what is not foreseen.
pub struct Provider<'a> {
    answers: Vec<(&'static str, Said)>,
    clock: &'a TestClock,
    asked: Cell<usize>,
}

impl<'a> Provider<'a> {
    pub fn new(answers: Vec<(&'static str, Said)>, clock: &'a TestClock) -> Self {
        Self {
            answers,
            clock,
            asked: Cell::new(0),
        }
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.asked.get()
    }
}

impl Http for Provider<'_> {
    fn send(&self, request: Request<Bytes>, _: Duration) -> LocalBoxFuture<'_, Result<Response<Bytes>, HttpError>> {
        self.asked.set(self.asked.get() + 1);
        self.clock.elapsed.set(self.clock.elapsed.get() + LATENCY);
        let address = request
            .uri()
            .path_and_query()
            .map(ToString::to_string)
            .unwrap_or_default();
        let said = self.answers.iter().find(|(begin, _)| address.starts_with(begin));
        let mut response = Response::builder().status(said.map_or(404, |(_, said)| said.status));
        if let Some(value) = said.and_then(|(_, said)| said.retry_after.as_ref()) {
            response = response.header("retry-after", value);
        }
        let body = said.map(|(_, said)| said.body.clone()).unwrap_or_default();
        // A header that HTTP does not allow never gets here.
        let response = response
            .body(body)
            .map_err(|error| HttpError::Connection(error.to_string()));
        futures::future::ready(response).boxed_local()
    }
}
