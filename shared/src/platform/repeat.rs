//! One repeat of requests that may be repeated.
//!
//! The host keeps connections to upstreams; one that the upstream has just closed fails the next request on it, a few
//! in a hundred at its idle limit. Such a request never reached anybody, so it is sent again, once, at once.

use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

use crate::platform::ports::{Http, HttpError, Repeatable};

/// `Http` that sends a request a second time when its connection failed.
pub struct Repeating<H>(pub H);

impl<H: Http> Http for Repeating<H> {
    fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> LocalBoxFuture<'_, Result<http::Response<Bytes>, HttpError>> {
        async move {
            let again = may_repeat(&request).then(|| request.clone());
            match (self.0.send(request, timeout).await, again) {
                (Err(HttpError::Connection(_)), Some(again)) => self.0.send(again, timeout).await,
                (answer, _) => answer,
            }
        }
        .boxed_local()
    }
}

fn may_repeat(request: &http::Request<Bytes>) -> bool {
    request.method().is_safe() || request.extensions().get::<Repeatable>().is_some()
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
        let http = Repeating(Flaky {
            failures: RefCell::new(failures),
            requests: RefCell::new(0),
        });
        let request = request.body(Bytes::new()).unwrap();
        let answer = http.send(request, Duration::from_secs(1)).now_or_never().unwrap();
        (http.0.requests.take(), answer.is_ok())
    }

    #[test]
    fn repeats_a_safe_or_marked_request_once() {
        let closed = || HttpError::Connection("closed".into());
        let get = http::Request::get;
        let post = http::Request::post;
        assert_eq!(requests(get("http://a.example/"), vec![closed()]), (2, true));
        assert_eq!(requests(get("http://a.example/"), vec![closed(), closed()]), (2, false));
        assert_eq!(requests(post("http://a.example/"), vec![closed()]), (1, false));
        assert_eq!(
            requests(post("http://a.example/").extension(Repeatable), vec![closed()]),
            (2, true)
        );
    }

    #[test]
    fn repeats_nothing_that_may_have_been_worked_on() {
        let late = HttpError::Timeout(Duration::from_secs(1));
        assert_eq!(
            requests(http::Request::get("http://a.example/"), vec![late]),
            (1, false)
        );
        let get = http::Request::get("http://a.example/");
        assert_eq!(requests(get, vec![HttpError::Denied]), (1, false));
    }
}
