//! The HTTP side: connections, and which component a request is for.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use wasmtime_wasi_http::bindings::http::types::ErrorCode;

use crate::WasiBody;
use crate::app::App;
use crate::instance::{plain, respond};
use crate::spin_headers::add_spin_headers;

/// The longest that a caller may take for a head, or leave a connection idle. Not a minute: jobs call once a minute, and
/// would meet the connection in the moment of its end.
const HEAD_TIMEOUT: Duration = Duration::from_secs(45);

/// Answers requests until `stop` comes; then what is running has `grace` to end. Returns what `stop` came with.
pub async fn serve<T>(app: Arc<App>, listener: TcpListener, stop: impl Future<Output = T>, grace: Duration) -> T {
    let (stopping, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    let outcome = loop {
        tokio::select! {
            outcome = &mut stop => break outcome,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, client)) => {
                    connections.spawn(connection(app.clone(), stream, client, stopped.clone()));
                }
                Err(error) => {
                    // The reason may be a lack of file descriptors, which passes.
                    eprintln!("linernotes-host: a connection was not accepted: {error}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    };
    drop(listener);
    drop(stopping);
    let at_rest = async {
        // Acquiring all permits would make an instance that calls another component wait behind this.
        while app.instances.available_permits() < app.limits.instances as usize {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        while connections.join_next().await.is_some() {}
    };
    let _ = timeout(grace, at_rest).await;
    outcome
}

async fn connection(app: Arc<App>, stream: TcpStream, client: SocketAddr, mut stopped: watch::Receiver<()>) {
    // Without it, an answer in two packets waits for the client's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let app = app.clone();
        async move { Ok::<_, Infallible>(answer(app, request, client).await) }
    });
    let connection = http1::Builder::new()
        // A caller that has sent its request and closes its side still waits for the answer.
        .half_close(true)
        // A caller that never ends its head would keep the connection for ever.
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    // An error of the connection is the caller's doing, and nobody here has to know it.
    tokio::select! {
        _ = &mut connection => {}
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

async fn answer(app: Arc<App>, mut request: Request<Incoming>, client: SocketAddr) -> Response<WasiBody> {
    let path = request.uri().path().to_owned();
    if path == "/.well-known/spin/health" {
        return plain(StatusCode::OK);
    }
    let Some(found) = app.routes.find(&path) else {
        return plain(StatusCode::NOT_FOUND);
    };
    let Some(component) = app.components.get(found.component).cloned() else {
        return plain(StatusCode::NOT_FOUND);
    };
    let limit = app.limits.request_bytes;
    if request.body().size_hint().lower() > limit as u64 {
        return plain(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let uri = request.uri().clone();
    add_spin_headers(request.headers_mut(), &uri, &found, client);
    let request = request.map(|body| {
        Limited::new(body, limit)
            .map_err(move |error| {
                if error.is::<LengthLimitError>() {
                    ErrorCode::HttpRequestBodySize(Some(limit as u64))
                } else {
                    ErrorCode::HttpProtocolError
                }
            })
            .boxed()
    });
    respond(app, component, request).await
}
