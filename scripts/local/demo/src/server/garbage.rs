//! Answers that are none.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use futures::{StreamExt, stream};
use serde_json::Value;

use crate::upstreams::Answer;

/// As large as an answer to nobody's question is.
const HUGE_MB: usize = 50;

/// A page for people.
pub fn html() -> Answer {
    Answer::text(200, "text/html", "<!DOCTYPE html><title>Back in a moment</title>")
}

/// The right answer, in which every text is a number and every number a text.
pub fn wrong_types(mut answer: Answer) -> Answer {
    if let Ok(value) = serde_json::from_str::<Value>(&answer.body) {
        answer.body = swapped(value).to_string();
    }
    answer
}

fn swapped(value: Value) -> Value {
    match value {
        Value::String(_) => 7.into(),
        Value::Number(number) => number.to_string().into(),
        Value::Array(values) => values.into_iter().map(swapped).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, swapped(value)))
            .collect(),
        Value::Null | Value::Bool(_) => value,
    }
}

/// JSON that begins well and goes on for long; its length is not said.
pub fn huge() -> Response {
    let filler = Bytes::from(vec![b' '; 1 << 20]);
    let chunks = stream::once(async { Bytes::from_static(b"{") }).chain(stream::iter(vec![filler; HUGE_MB]));
    let mut response = Response::new(Body::from_stream(chunks.map(Ok::<_, std::io::Error>)));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The first half, as if it were all.
pub fn halved(mut answer: Answer) -> Answer {
    let half = (0..=answer.body.len() / 2)
        .rev()
        .find(|at| answer.body.is_char_boundary(*at))
        .unwrap_or(0);
    answer.body.truncate(half);
    answer
}

/// Promises the whole and breaks off after the first half.
pub fn cut(answer: Answer) -> Response {
    let length = answer.body.len();
    let first = Bytes::from(halved(answer.clone()).body);
    let broken = async {
        // So that the first half is on its way.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(std::io::Error::new(
            std::io::ErrorKind::ConnectionReset,
            "cut on purpose",
        ))
    };
    let mut response = super::response(answer);
    *response.body_mut() = Body::from_stream(stream::once(async { Ok(first) }).chain(stream::once(broken)));
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    response
}
