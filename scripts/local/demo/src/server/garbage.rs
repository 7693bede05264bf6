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

/// The right answer, in which whatever holds others is a number; where nothing does, every text is a number and every
/// number a text. (A detail of another type is taken for missing, as documented, so it would change what is stored.)
pub fn wrong_types(mut answer: Answer) -> Answer {
    let Ok(Value::Object(mut members)) = serde_json::from_str::<Value>(&answer.body) else {
        "7".clone_into(&mut answer.body);
        return answer;
    };
    let holds = |value: &Value| value.is_object() || value.is_array();
    let details_only = !members.values().any(holds);
    for value in members.values_mut() {
        if holds(value) || (details_only && value.is_string()) {
            *value = 7.into();
        } else if details_only && value.is_number() {
            *value = "7".into();
        }
    }
    answer.body = Value::from(members).to_string();
    answer
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
