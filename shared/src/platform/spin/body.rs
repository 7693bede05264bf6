//! The body of a request to others.

use std::future::poll_fn;
use std::task::Poll;

use spin_executor::{CancelOnDropToken, push_waker_and_get_token};
use spin_sdk::http::{OutgoingBody, OutgoingRequest};
use wasi::io::streams::OutputStream;

use crate::platform::ports::HttpError;

pub(super) struct BodyWriter {
    // The host wants the stream dropped before its body, and fields are dropped in their order.
    stream: OutputStream,
    body: OutgoingBody,
}

impl BodyWriter {
    pub(super) fn new(request: &OutgoingRequest) -> Result<Self, HttpError> {
        let invalid = |()| HttpError::Connection("the request's body is invalid".into());
        let body = request.body().map_err(invalid)?;
        let stream = body.write().map_err(invalid)?;
        Ok(Self { stream, body })
    }

    /// Writes what the host takes without waiting, and returns how much that was.
    pub(super) fn write_at_once(&self, content: &[u8]) -> usize {
        let room = self.stream.check_write().unwrap_or(0);
        let length = content.len().min(usize::try_from(room).unwrap_or(0));
        self.stream.write(&content[..length]).map_or(0, |()| length)
    }

    /// Writes the rest as fast as the other side takes it. Its errors are ignored, since the request's own error says more.
    pub(super) async fn write_rest(self, mut content: &[u8]) {
        while !content.is_empty() {
            let mut token: Option<CancelOnDropToken> = None;
            let room = poll_fn(|context| match self.stream.check_write() {
                Ok(0) => {
                    let writable = self.stream.subscribe();
                    token = Some(push_waker_and_get_token(writable, context.waker().clone()).into());
                    Poll::Pending
                }
                room => Poll::Ready(room),
            });
            if room.await.is_err() {
                return;
            }
            let written = self.write_at_once(content);
            if written == 0 {
                return;
            }
            content = &content[written..];
        }
        self.finish();
    }

    pub(super) fn finish(self) {
        drop(self.stream);
        let _ = OutgoingBody::finish(self.body, None);
    }
}
