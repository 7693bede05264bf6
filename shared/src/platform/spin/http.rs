//! Requests to others.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures::future::{Either, LocalBoxFuture, select};
use futures::{FutureExt, StreamExt};
use spin_sdk::http::{ErrorCode, Headers, IncomingResponse, OutgoingRequest, Scheme, SendError};

use super::body::BodyWriter;
use super::clock::SpinClock;
use crate::platform::ports::{ANSWER_LIMIT, Clock, Http, HttpError};

pub(super) struct SpinHttp;

impl Http for SpinHttp {
    fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> LocalBoxFuture<'_, Result<http::Response<Bytes>, HttpError>> {
        async move {
            let answer = pin!(exchange(request));
            // Whichever loses is dropped, and a dropped request is cancelled.
            match select(answer, SpinClock.sleep(timeout)).await {
                Either::Left((answer, _)) => answer,
                Either::Right(_) => Err(HttpError::Timeout(timeout)),
            }
        }
        .boxed_local()
    }
}

async fn exchange(request: http::Request<Bytes>) -> Result<http::Response<Bytes>, HttpError> {
    let (request, content) = outgoing(request)?;
    // The body is written before the request is sent, as far as the host buffers it (a megabyte), so that head and body
    // leave in one packet. Of two packets, Spin sends the second when the first is acknowledged: up to 40 ms later.
    let body = BodyWriter::new(&request)?;
    let written = body.write_at_once(&content);
    let answer = if written == content.len() {
        body.finish();
        spin_sdk::http::send::<_, IncomingResponse>(request).await
    } else {
        // `send` is polled first, so that the request's error is seen and not that of a body which nobody reads.
        let send = pin!(spin_sdk::http::send::<_, IncomingResponse>(request));
        let write = pin!(body.write_rest(&content[written..]));
        match select(send, write).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), send)) => send.await,
        }
    };
    let answer = answer.map_err(send_error)?;
    let mut response = http::Response::new(Bytes::new());
    *response.status_mut() = http::StatusCode::from_u16(answer.status())
        .map_err(|_| HttpError::Connection("the status is no HTTP status".into()))?;
    for (name, value) in answer.headers().entries() {
        let name = http::HeaderName::try_from(name);
        if let (Ok(name), Ok(value)) = (name, http::HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    *response.body_mut() = read_answer(&answer).await?;
    Ok(response)
}

async fn read_answer(answer: &IncomingResponse) -> Result<Bytes, HttpError> {
    let mut content = Vec::new();
    let mut chunks = pin!(answer.take_body_stream());
    while let Some(chunk) = chunks.next().await {
        content.extend(chunk.map_err(|_| HttpError::BrokenOff)?);
        if content.len() > ANSWER_LIMIT {
            return Err(HttpError::TooLarge);
        }
    }
    Ok(content.into())
}

fn outgoing(request: http::Request<Bytes>) -> Result<(OutgoingRequest, Vec<u8>), HttpError> {
    let invalid = |part: &str| HttpError::Connection(format!("the request's {part} is invalid"));
    let (head, content) = request.into_parts();
    let mut headers: Vec<(String, Vec<u8>)> = head
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_owned()))
        .collect();
    if !head.headers.contains_key(http::header::CONTENT_LENGTH) {
        headers.push(("content-length".into(), content.len().to_string().into_bytes()));
    }
    let request = OutgoingRequest::new(Headers::from_list(&headers).map_err(|_| invalid("headers"))?);
    request
        .set_method(&head.method.into())
        .map_err(|()| invalid("method"))?;
    let scheme = if head.uri.scheme_str() == Some("http") {
        Scheme::Http
    } else {
        Scheme::Https
    };
    request.set_scheme(Some(&scheme)).map_err(|()| invalid("scheme"))?;
    let authority = head.uri.authority().map(http::uri::Authority::as_str);
    request.set_authority(authority).map_err(|()| invalid("host"))?;
    let path = head.uri.path_and_query().map(http::uri::PathAndQuery::as_str);
    request.set_path_with_query(path).map_err(|()| invalid("path"))?;
    Ok((request, content.into()))
}

fn send_error(error: SendError) -> HttpError {
    match error {
        SendError::Http(ErrorCode::HttpRequestDenied) => HttpError::Denied,
        SendError::Http(code) => HttpError::Connection(format!("{code:?}").replace("ErrorCode::", "")),
        SendError::Io(_) => HttpError::Connection("the request broke off".into()),
        SendError::RequestConversion(error) | SendError::ResponseConversion(error) => {
            HttpError::Connection(error.to_string())
        }
    }
}
