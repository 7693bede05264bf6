//! The gateway: one origin like Supabase's, `/rest/v1` over the database and `/functions/v1` over the functions.

mod cors;
mod keys;
mod proxy;

pub(crate) use keys::Keys;

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{any, get};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use postrust_server::Host;
use serde_json::json;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

/// The longest that a caller may take for a head, or leave a connection idle. Not a minute: what calls once a minute would
/// meet the connection in the moment of its end.
const HEAD_TIMEOUT: Duration = Duration::from_secs(45);

/// For the secret key: the pipeline's runs, and the operator's questions beside them. Each session plans anew what it is
/// asked first, so with twice as many the first seconds of a crawl were spent on that.
const CONNECTIONS_OF_THE_PROJECT: u32 = 8;

/// For the public key. Two cores answer no more searches at a time; others wait for their turn.
const CONNECTIONS_OF_CLIENTS: u32 = 8;

/// How the gateway reaches what is behind it.
pub(crate) struct Behind {
    /// The database as `authenticator`.
    pub database_url: String,
    pub functions: SocketAddr,
}

/// Builds the router: connects to the database and loads its schema.
pub(crate) async fn router(behind: Behind, keys: Keys) -> Result<Router> {
    let (project, clients) = tokio::try_join!(
        rest(&behind.database_url, &keys, CONNECTIONS_OF_THE_PROJECT),
        rest(&behind.database_url, &keys, CONNECTIONS_OF_CLIENTS),
    )?;
    let rest = Router::new()
        .fallback(any(by_caller).with_state(Rest { project, clients }))
        .layer(from_fn_with_state(keys, keys::authenticate));
    let functions = proxy::Upstream::new(behind.functions);
    Ok(Router::new()
        .nest_service("/rest/v1", rest)
        .route(
            "/functions/v1/{*function}",
            any(proxy::forward).with_state(functions.clone()),
        )
        .route("/health", get(|| async { Json(json!({"status": "ok"})) }))
        // What the API does not have is a page.
        .fallback(any(proxy::forward).with_state(functions))
        .layer(from_fn(cors::answer)))
}

/// The REST server twice, each with connections of its own: however many clients there are and whatever they ask, the
/// pipeline has its way to the database.
#[derive(Clone)]
struct Rest {
    project: Router,
    clients: Router,
}

async fn by_caller(State(rest): State<Rest>, request: Request) -> Response {
    let server = match request.extensions().get::<keys::Caller>() {
        Some(keys::Caller::Project) => rest.project,
        Some(keys::Caller::Client) | None => rest.clients,
    };
    server.oneshot(request).await.into_response()
}

/// A REST server over the database, with so many connections.
async fn rest(database_url: &str, keys: &Keys, connections: u32) -> Result<Router> {
    // The type of its configuration is not exported by postrust-server, and what is given here is only what differs
    // from PostgREST's defaults. `ALTER ROLE … SET statement_timeout` is not applied by it, so the timeouts of a
    // hosted project's roles are named once more.
    let configuration = serde_json::from_value(json!({
        "db_uri": database_url,
        "db_schemas": ["public"],
        "db_extra_search_path": ["public", "extensions"],
        "db_anon_role": "anon",
        "db_channel_enabled": true,
        // As hosted Supabase has it: what a longer answer has beyond that is cut off.
        "db_max_rows": 1000,
        "db_pool_size": connections,
        "jwt_secret": keys.jwt_secret(),
        "compat_mode": true,
        "role_settings": {
            "anon": {"statement_timeout": 3000},
            "authenticated": {"statement_timeout": 8000},
            "service_role": {"statement_timeout": 8000},
        },
    }))
    .context("postrust-server's configuration")?;
    let rest = Box::pin(postrust_server::build(configuration, Host::SERVER))
        .await
        .context("the REST server")?;
    Ok(rest.router)
}

/// Serves until the future is dropped, and its connections with it. While `away` says so, every connection ends at once.
pub(crate) async fn serve(listener: TcpListener, router: Router, mut away: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = connections.join_next() => {}
            Ok(()) = away.changed() => {
                if *away.borrow() {
                    connections.shutdown().await;
                }
            }
            accepted = listener.accept() => match accepted {
                Ok(_) if *away.borrow() => {}
                Ok((stream, peer)) => {
                    // Small answers leave at once instead of waiting for an acknowledgement.
                    let _ = stream.set_nodelay(true);
                    let router = router.clone();
                    let service = service_fn(move |mut request: axum::http::Request<_>| {
                        request.extensions_mut().insert(proxy::Peer(peer.ip()));
                        router.clone().oneshot(request)
                    });
                    let connection = http1::Builder::new()
                        .timer(TokioTimer::new())
                        .header_read_timeout(HEAD_TIMEOUT)
                        .serve_connection(TokioIo::new(stream), service);
                    connections.spawn(connection);
                }
                // The reason may be a lack of file descriptors, which passes.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
}

/// An error as Supabase's gateway gives it.
fn refusal(status: StatusCode, message: &str, hint: &str) -> Response {
    let body = if hint.is_empty() {
        json!({"message": message})
    } else {
        json!({"message": message, "hint": hint})
    };
    (status, Json(body)).into_response()
}
