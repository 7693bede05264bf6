//! What a component sends by HTTP: to another component, or out, if it may.

use std::error::Error as StdError;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::future::pending;
use http::{HeaderName, Request, Response, header};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::oneshot;
use tokio::time::{Sleep, sleep, timeout};
use wasmtime_wasi_http::{
    DEFAULT_FORBIDDEN_HEADERS, Error, ForbiddenHeaderFilter, RequestOptions, WasiBody, WasiHttpHooks,
};

use crate::component::Component;
use crate::spin_headers::chained_request;
use crate::traces::Shared;

/// `http://<component>.spin.internal` is another component of the application.
const INTERNAL: &str = ".spin.internal";

/// As on Spin, where a component does not say.
const DEFAULT_TIMEOUT: Duration = Duration::from_mins(10);

/// Below the idle time of usual servers, so that a kept connection is seldom closed under a request.
const KEEP_IDLE: Duration = Duration::from_secs(5);

pub type OutboundClient = Client<HttpsConnector<HttpConnector>, WasiBody>;

/// A client for all components.
pub fn client() -> OutboundClient {
    let mut tcp = HttpConnector::new();
    tcp.set_nodelay(true);
    tcp.enforce_http(false);
    let connector = HttpsConnectorBuilder::new()
        .with_webpki_roots()
        .https_or_http()
        .enable_http1()
        .wrap_connector(tcp);
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(KEEP_IDLE)
        .build(connector)
}

/// A component's answer that is under way.
pub type Answer = Pin<Box<dyn Future<Output = Response<WasiBody>> + Send>>;

/// The components of the application, as one of them reaches the others.
pub trait Siblings: Send + Sync {
    /// Asks the component `id`; `None` where the application has none of that name.
    fn ask(self: Arc<Self>, id: &str, request: Request<WasiBody>) -> Option<Answer>;
}

pub struct Outbound {
    client: OutboundClient,
    siblings: Arc<dyn Siblings>,
    component: Arc<Component>,
    /// Of the request that the instance answers.
    span: Shared,
    /// Ends the instance, with the cause.
    end: Option<oneshot::Sender<String>>,
}

/// An answer that a component waits for.
type Sending = Pin<Box<dyn Future<Output = Result<Response<WasiBody>, Error>> + Send>>;
type Sent = Result<(Response<WasiBody>, Box<dyn Future<Output = Result<(), Error>> + Send>), Error>;

impl Outbound {
    /// The way out of an instance of `component`, which ends when the receiver gets a cause.
    pub fn new(
        client: OutboundClient,
        siblings: Arc<dyn Siblings>,
        component: Arc<Component>,
        span: Shared,
    ) -> (Self, oneshot::Receiver<String>) {
        let (end, ended) = oneshot::channel();
        let outbound = Self {
            client,
            siblings,
            component,
            span,
            end: Some(end),
        };
        (outbound, ended)
    }

    /// Sends it, with a span around that where somebody wants to see it.
    fn send(&mut self, mut request: Request<WasiBody>, options: RequestOptions) -> Sending {
        let Some(span) = &self.span else {
            return self.send_unseen(request, options);
        };
        let span = span.of_sent(request.method(), request.uri());
        span.hand_on(request.headers_mut());
        let answer = self.send_unseen(request, options);
        Box::pin(async move {
            let answer = answer.await;
            match &answer {
                Ok(answer) => span.answered(answer.status()),
                Err(_) => span.failed(),
            }
            answer
        })
    }

    fn send_unseen(&mut self, request: Request<WasiBody>, options: RequestOptions) -> Sending {
        let scheme = request.uri().scheme_str().unwrap_or_default().to_owned();
        let host = request.uri().host().unwrap_or_default().to_ascii_lowercase();
        let port = request.uri().port_u16();
        if !self.component.may_send(&scheme, &host, port) {
            let port = port.map_or_else(String::new, |port| format!(":{port}"));
            self.component.denied(&format!("{scheme}://{host}{port}"));
            return Box::pin(async { Err(Error::HttpRequestDenied) });
        }
        let Some(id) = host.strip_suffix(INTERNAL) else {
            let client = self.client.clone();
            return Box::pin(async move { send_out(&client, request, options).await });
        };
        let Some(answer) = self.siblings.clone().ask(id, chained_request(request)) else {
            if let Some(end) = self.end.take() {
                let _ = end.send(format!("a request to {host:?}, but there is no component {id:?}"));
            }
            return Box::pin(pending());
        };
        Box::pin(async move {
            timeout(first_answer(options), answer)
                .await
                .map_err(|_| Error::ConnectionReadTimeout)
        })
    }
}

impl WasiHttpHooks for Outbound {
    fn forbidden_header_filter(&mut self) -> ForbiddenHeaderFilter {
        // `host` may be read and set, as on Spin.
        Arc::new(|name: &HeaderName| *name != header::HOST && DEFAULT_FORBIDDEN_HEADERS.contains(name))
    }

    fn set_host_header(&mut self) -> bool {
        // The client sets it where the component did not.
        false
    }

    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _received: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Sent> + Send> {
        let answer = self.send(request, options.unwrap_or_default());
        Box::new(async move {
            let nothing_left: Box<dyn Future<Output = Result<(), Error>> + Send> = Box::new(async { Ok(()) });
            Ok((answer.await?, nothing_left))
        })
    }
}

fn first_answer(options: RequestOptions) -> Duration {
    options.connect_timeout.unwrap_or(DEFAULT_TIMEOUT).min(DEFAULT_TIMEOUT)
        + options
            .first_byte_timeout
            .unwrap_or(DEFAULT_TIMEOUT)
            .min(DEFAULT_TIMEOUT)
}

/// Dropped before its end (the component dropped the request or was ended), it closes the connection.
async fn send_out(
    client: &OutboundClient,
    request: Request<WasiBody>,
    options: RequestOptions,
) -> Result<Response<WasiBody>, Error> {
    let answer = timeout(first_answer(options), client.request(request))
        .await
        .map_err(|_| Error::ConnectionReadTimeout)?
        .map_err(|error| outbound_error(&error))?;
    let pause = options.between_bytes_timeout.unwrap_or(DEFAULT_TIMEOUT);
    Ok(answer.map(|body| {
        TimedBody {
            body,
            pause,
            deadline: Box::pin(sleep(pause)),
        }
        .boxed_unsync()
    }))
}

fn outbound_error(error: &ClientError) -> Error {
    if !error.is_connect() {
        return Error::HttpProtocolError;
    }
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.to_string().starts_with("dns error") {
            return Error::DnsError {
                rcode: None,
                info_code: None,
            };
        }
        match error.downcast_ref::<io::Error>().map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => return Error::ConnectionRefused,
            Some(io::ErrorKind::TimedOut) => return Error::ConnectionTimeout,
            // These kinds come from the TLS library, which has found something wrong with the other side.
            Some(io::ErrorKind::InvalidData | io::ErrorKind::Other) => {
                return Error::TlsProtocolError;
            }
            _ => cause = error.source(),
        }
    }
    Error::DestinationUnavailable
}

/// An answer's body that ends in an error when nothing of it comes for too long.
struct TimedBody {
    body: Incoming,
    pause: Duration,
    deadline: Pin<Box<Sleep>>,
}

impl Body for TimedBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            let deadline = tokio::time::Instant::now() + self.pause;
            self.deadline.as_mut().reset(deadline);
            return Poll::Ready(frame.map(|frame| frame.map_err(Error::Hyper)));
        }
        self.deadline
            .as_mut()
            .poll(context)
            .map(|()| Some(Err(Error::ConnectionReadTimeout)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        self.body.size_hint()
    }
}
