//! The headers that Spin adds to a request.

use std::net::SocketAddr;

use http::{HeaderMap, HeaderName, HeaderValue, Request, Uri, header};

use crate::WasiBody;
use crate::routes::Match;

/// A request of one component to another, as the other one sees it.
pub fn chained_request(mut request: Request<WasiBody>) -> Request<WasiBody> {
    let uri = request.uri().clone();
    let whole = Match {
        component: "",
        route: "/...",
        path_info: uri.path().to_owned(),
        names: Vec::new(),
    };
    request.headers_mut().remove(header::HOST);
    add_spin_headers(
        request.headers_mut(),
        &uri,
        &whole,
        SocketAddr::from(([127, 0, 0, 1], 0)),
    );
    request
}

/// Adds what Spin tells a component about a request and the route that it came by.
pub fn add_spin_headers(headers: &mut HeaderMap, uri: &Uri, found: &Match<'_>, client: SocketAddr) {
    let host = match uri.authority() {
        Some(authority) => authority.as_str().to_owned(),
        None => headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or("localhost")
            .to_owned(),
    };
    // A request of HTTP/1.0 may have no host, and WASI wants one.
    headers
        .entry(header::HOST)
        .or_insert_with(|| HeaderValue::from_str(&host).unwrap_or(HeaderValue::from_static("localhost")));
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let prefix = found.route.strip_suffix("/...").unwrap_or(found.route);
    let mut set = |name: &str, value: &str| {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    };
    set("spin-full-url", &format!("http://{host}{path}"));
    set("spin-path-info", &found.path_info);
    set("spin-matched-route", found.route);
    set("spin-raw-component-route", found.route);
    set("spin-component-route", prefix);
    set("spin-base-path", "/");
    set("spin-client-addr", &client.to_string());
    for (name, value) in &found.names {
        set(&format!("spin-path-match-{}", name.to_ascii_lowercase()), value);
    }
}
