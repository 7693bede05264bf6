//! `/functions/v1/…`: handed on to the functions' host as it is, body by body, for as long as it takes.

use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::header::{CONNECTION, HOST, HeaderName, TRANSFER_ENCODING, UPGRADE};
use axum::http::uri::{Authority, Scheme};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Json, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::json;
use std::net::{IpAddr, SocketAddr};

/// Headers that speak of one connection only.
const OF_THE_CONNECTION: [HeaderName; 6] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("te"),
    HeaderName::from_static("trailer"),
    TRANSFER_ENCODING,
    UPGRADE,
];

/// The other end of the connection that a request came by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub IpAddr);

/// The functions' host and the connections to it.
#[derive(Clone)]
pub(super) struct Upstream {
    address: SocketAddr,
    client: Client<HttpConnector, Body>,
}

impl Upstream {
    pub fn new(address: SocketAddr) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self {
            address,
            client: Client::builder(TokioExecutor::new()).build(connector),
        }
    }
}

/// Hands a request on. There is no timeout: a run may take its whole budget, and the host has limits of its own.
pub(super) async fn forward(
    State(upstream): State<Upstream>,
    Extension(Peer(peer)): Extension<Peer>,
    mut request: Request,
) -> Response {
    let mut target = request.uri().clone().into_parts();
    target.scheme = Some(Scheme::HTTP);
    target.authority = upstream.address.to_string().parse::<Authority>().ok();
    let Ok(target) = Uri::from_parts(target) else {
        return super::refusal(StatusCode::BAD_REQUEST, "Bad request target", "");
    };
    *request.uri_mut() = target;
    // Pages link to the address under which the caller knows them, which a proxy in front of us may have said already.
    if let Some(host) = request.headers_mut().remove(HOST) {
        let forwarded = HeaderName::from_static("x-forwarded-host");
        request.headers_mut().entry(forwarded).or_insert(host);
    }
    // Added to what proxies before us have seen.
    if let Ok(peer) = HeaderValue::try_from(peer.to_string()) {
        request.headers_mut().append("x-forwarded-for", peer);
    }
    drop_connection_headers(request.headers_mut());
    let Ok(mut response) = upstream.client.request(request).await else {
        let error = "the functions' host does not answer: see functions.log of the stack";
        let body = json!({"success": false, "error": error});
        return (StatusCode::BAD_GATEWAY, Json(body)).into_response();
    };
    drop_connection_headers(response.headers_mut());
    response.map(Body::new)
}

fn drop_connection_headers(headers: &mut HeaderMap) {
    for name in &OF_THE_CONNECTION {
        headers.remove(name);
    }
}
