//! What a component sends by HTTP: to another component, or out, if it may.

use std::error::Error as StdError;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures::future::pending;
use http::{Request, Response, header};
use http_body_util::BodyExt;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::oneshot;
use tokio::time::timeout;
use wasmtime_wasi::runtime::spawn;
use wasmtime_wasi_http::bindings::http::types::{DnsErrorPayload, ErrorCode};
use wasmtime_wasi_http::types::{HostFutureIncomingResponse, IncomingResponse, OutgoingRequestConfig};

use crate::WasiBody;
use crate::component::Component;
use crate::spin_headers::chained_request;
use crate::traces::Shared;

/// `http://<component>.spin.internal` is another component of the application.
const INTERNAL: &str = ".spin.internal";

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
type Sending = Pin<Box<dyn Future<Output = Result<Response<WasiBody>, ErrorCode>> + Send>>;

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

    /// Sends a request. Its task ends when the component drops what this returns.
    pub fn send(&mut self, mut request: Request<WasiBody>, times: OutgoingRequestConfig) -> HostFutureIncomingResponse {
        // wasmtime puts a `host` of its own before the component's; the client sets it where the component did not.
        let headers = request.headers_mut();
        let given = headers.get_all(header::HOST).iter().nth(1).cloned();
        headers.remove(header::HOST);
        headers.extend(given.map(|host| (header::HOST, host)));
        let between_bytes_timeout = times.between_bytes_timeout;
        let answer = self.send_seen(request, times);
        HostFutureIncomingResponse::pending(spawn(async move {
            Ok(answer.await.map(|resp| IncomingResponse {
                resp,
                worker: None,
                between_bytes_timeout,
            }))
        }))
    }

    /// Sends it, with a span around that where somebody wants to see it.
    fn send_seen(&mut self, mut request: Request<WasiBody>, times: OutgoingRequestConfig) -> Sending {
        let Some(span) = &self.span else {
            return self.send_unseen(request, times);
        };
        let span = span.of_sent(request.method(), request.uri());
        span.hand_on(request.headers_mut());
        let answer = self.send_unseen(request, times);
        Box::pin(async move {
            let answer = answer.await;
            match &answer {
                Ok(answer) => span.answered(answer.status()),
                Err(_) => span.failed(),
            }
            answer
        })
    }

    fn send_unseen(&mut self, request: Request<WasiBody>, times: OutgoingRequestConfig) -> Sending {
        let scheme = request.uri().scheme_str().unwrap_or_default().to_owned();
        let host = request.uri().host().unwrap_or_default().to_ascii_lowercase();
        let port = request.uri().port_u16();
        if !self.component.may_send(&scheme, &host, port) {
            let port = port.map_or_else(String::new, |port| format!(":{port}"));
            self.component.denied(&format!("{scheme}://{host}{port}"));
            return Box::pin(async { Err(ErrorCode::HttpRequestDenied) });
        }
        let Some(id) = host.strip_suffix(INTERNAL) else {
            let client = self.client.clone();
            return Box::pin(async move { send_out(&client, request, times).await });
        };
        let Some(answer) = self.siblings.clone().ask(id, chained_request(request)) else {
            if let Some(end) = self.end.take() {
                let _ = end.send(format!("a request to {host:?}, but there is no component {id:?}"));
            }
            return Box::pin(pending());
        };
        Box::pin(async move {
            timeout(first_answer(&times), answer)
                .await
                .map_err(|_| ErrorCode::ConnectionReadTimeout)
        })
    }
}

/// How long the beginning of an answer may take.
fn first_answer(times: &OutgoingRequestConfig) -> Duration {
    times.connect_timeout + times.first_byte_timeout
}

/// Dropped before its end (the component dropped the request or was ended), it closes the connection.
async fn send_out(
    client: &OutboundClient,
    request: Request<WasiBody>,
    times: OutgoingRequestConfig,
) -> Result<Response<WasiBody>, ErrorCode> {
    let answer = timeout(first_answer(&times), client.request(request))
        .await
        .map_err(|_| ErrorCode::ConnectionReadTimeout)?
        .map_err(|error| outbound_error(&error))?;
    Ok(answer.map(|body| body.map_err(|_| ErrorCode::HttpProtocolError).boxed()))
}

fn outbound_error(error: &ClientError) -> ErrorCode {
    if !error.is_connect() {
        return ErrorCode::HttpProtocolError;
    }
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.to_string().starts_with("dns error") {
            return ErrorCode::DnsError(DnsErrorPayload {
                rcode: None,
                info_code: None,
            });
        }
        match error.downcast_ref::<io::Error>().map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => return ErrorCode::ConnectionRefused,
            Some(io::ErrorKind::TimedOut) => return ErrorCode::ConnectionTimeout,
            // These kinds come from the TLS library, which has found something wrong with the other side.
            Some(io::ErrorKind::InvalidData | io::ErrorKind::Other) => {
                return ErrorCode::TlsProtocolError;
            }
            _ => cause = error.source(),
        }
    }
    ErrorCode::DestinationUnavailable
}
