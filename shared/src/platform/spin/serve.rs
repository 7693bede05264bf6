//! A request that comes in: read, handed to a function, answered.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use futures::future::{Either, select};
use spin_sdk::http::{Headers, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam};

use super::clock::SpinClock;
use super::executor::PollUntilQuiet;
use super::http::SpinHttp;
use super::log::SpinLog;
use super::redis::SpinRedis;
use super::variables::SpinVariables;
use crate::platform::config;
use crate::platform::ports::{BODY_LIMIT, BodyError, Clock, Function, Platform, Request};
use crate::platform::retrying::Retrying;

/// How long a caller may take to send its body.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Serves one request by `function`, which may work on after its answer has gone out.
pub async fn serve(request: IncomingRequest, response: ResponseOutparam, function: &dyn Function) {
    let platform = Platform {
        http: &Retrying(SpinHttp),
        clock: &SpinClock,
        keys: &SpinRedis::new(config::redis(&SpinVariables)),
        log: &SpinLog,
        variables: &SpinVariables,
    };
    let reply = Box::new(move |answer| write_answer(response, &answer));
    let work = async {
        let request = read_request(request).await;
        function.serve(&platform, request, reply).await;
    };
    PollUntilQuiet::new(work).await;
}

async fn read_request(request: IncomingRequest) -> Request {
    let mut head = http::Request::new(());
    *head.method_mut() = request.method().into();
    if let Ok(uri) = request.path_with_query().unwrap_or_default().parse() {
        *head.uri_mut() = uri;
    }
    for (name, value) in request.headers().entries() {
        let name = http::HeaderName::try_from(name);
        if let (Ok(name), Ok(value)) = (name, http::HeaderValue::try_from(value)) {
            head.headers_mut().append(name, value);
        }
    }
    let body = read_body(request);
    let body = match select(pin!(body), SpinClock.sleep(BODY_TIMEOUT)).await {
        Either::Left((body, _)) => body,
        Either::Right(_) => Err(BodyError::Incomplete),
    };
    head.map(|()| body)
}

/// Who is still sending may lose the answer with the connection. So of a body that is too large this much is read, and
/// dropped, before it is refused.
const READ_LIMIT: usize = 4 << 20;

async fn read_body(request: IncomingRequest) -> Result<Bytes, BodyError> {
    let mut body = Vec::new();
    let mut length = 0;
    let mut chunks = pin!(request.into_body_stream());
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| BodyError::Incomplete)?;
        length += chunk.len();
        if length <= BODY_LIMIT {
            body.extend(chunk);
        } else if length > READ_LIMIT {
            return Err(BodyError::TooLarge);
        }
    }
    if length > BODY_LIMIT {
        return Err(BodyError::TooLarge);
    }
    Ok(body.into())
}

/// Writes the body and closes it before the response is set, so that head and body leave in one packet.
fn write_answer(out: ResponseOutparam, answer: &http::Response<Bytes>) {
    let mut headers: Vec<(String, Vec<u8>)> = answer
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_owned()))
        .collect();
    let content = answer.body();
    // Without a length, an answer that breaks off because its component died looks like a complete one.
    headers.push(("content-length".into(), content.len().to_string().into_bytes()));
    let response = OutgoingResponse::new(Headers::from_list(&headers).unwrap_or_else(|_| Headers::new()));
    // An error is impossible here: the type of the status allows only what the host takes.
    let _ = response.set_status_code(answer.status().as_u16());
    let Ok(body) = response.body() else { return };
    let Ok(stream) = body.write() else { return };
    // Before the response is set nobody reads the stream, so only what the host buffers (a megabyte) can be written.
    let room = stream
        .check_write()
        .ok()
        .and_then(|room| usize::try_from(room).ok())
        .unwrap_or(0);
    let (first, rest) = content.split_at(content.len().min(room));
    let _ = stream.write(first);
    if rest.is_empty() {
        drop(stream);
        let _ = OutgoingBody::finish(body, None);
        out.set(response);
    } else {
        out.set(response);
        // An error means that the caller has hung up, and then nobody misses the rest.
        let _ = rest
            .chunks(4096)
            .try_for_each(|chunk| stream.blocking_write_and_flush(chunk));
        drop(stream);
        let _ = OutgoingBody::finish(body, None);
    }
}
