//! Sends an idempotent request once more when its connection failed.
//!
//! The host keeps connections to upstreams open. When the upstream has just closed one, the next request on it fails: a
//! few in a hundred near its idle limit. Such a request has reached nobody, so it is sent again at once, and only once.
//!
//! One whose answer broke off has reached somebody. A provider has counted it, so it is sent again in the provider's rate,
//! with its message; the database is asked again at once, and knows a call that it has had already.

use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

use crate::platform::ports::{Http, HttpError, Idempotent};

/// An `Http` that sends an idempotent request a second time when its connection failed.
pub struct Retrying<H>(pub H);

impl<H: Http> Http for Retrying<H> {
    fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> LocalBoxFuture<'_, Result<http::Response<Bytes>, HttpError>> {
        async move {
            let is_marked = request.extensions().get::<Idempotent>().is_some();
            let retry = (is_marked || request.method().is_safe()).then(|| request.clone());
            match (self.0.send(request, timeout).await, retry) {
                (Err(HttpError::Connection(_)), Some(retry)) => self.0.send(retry, timeout).await,
                (Err(HttpError::BrokenOff), Some(retry)) if is_marked => self.0.send(retry, timeout).await,
                (answer, _) => answer,
            }
        }
        .boxed_local()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// Fails as often as told, then answers 200.
    struct Flaky {
        failures: RefCell<Vec<HttpError>>,
        requests: RefCell<u32>,
    }

    impl Http for Flaky {
        fn send(
            &self,
            _: http::Request<Bytes>,
            _: Duration,
        ) -> LocalBoxFuture<'_, Result<http::Response<Bytes>, HttpError>> {
            *self.requests.borrow_mut() += 1;
            let answer = match self.failures.borrow_mut().pop() {
                Some(error) => Err(error),
                None => Ok(http::Response::new(Bytes::new())),
            };
            async move { answer }.boxed_local()
        }
    }

    fn requests(request: http::request::Builder, failures: Vec<HttpError>) -> (u32, bool) {
        let http = Retrying(Flaky {
            failures: RefCell::new(failures),
            requests: RefCell::new(0),
        });
        let request = request.body(Bytes::new()).unwrap();
        let answer = http.send(request, Duration::from_secs(1)).now_or_never().unwrap();
        (http.0.requests.take(), answer.is_ok())
    }

    #[test]
    fn a_safe_request_and_one_marked_idempotent_are_sent_a_second_time_but_no_third() {
        let closed = || HttpError::Connection("closed".into());
        let get = http::Request::get;
        let post = http::Request::post;
        assert_eq!(requests(get("http://a.example/"), vec![closed()]), (2, true));
        assert_eq!(requests(get("http://a.example/"), vec![closed(), closed()]), (2, false));
        assert_eq!(requests(post("http://a.example/"), vec![closed()]), (1, false));
        assert_eq!(
            requests(post("http://a.example/").extension(Idempotent), vec![closed()]),
            (2, true)
        );
    }

    #[test]
    fn a_request_that_timed_out_or_was_denied_is_not_sent_again() {
        let late = HttpError::Timeout(Duration::from_secs(1));
        assert_eq!(
            requests(http::Request::get("http://a.example/"), vec![late]),
            (1, false)
        );
        let get = || http::Request::get("http://a.example/");
        assert_eq!(requests(get(), vec![HttpError::Denied]), (1, false));
        assert_eq!(requests(get(), vec![HttpError::BrokenOff]), (1, false));
        assert_eq!(
            requests(get().extension(Idempotent), vec![HttpError::BrokenOff]),
            (2, true)
        );
    }
}
