//! Answers of the console as HTTP: never kept by anybody, strict about what a page may load.

use bytes::Bytes;
use http::{Method, Response, StatusCode, header};
use maud::Markup;

use crate::pages::{Asset, respond};
use crate::platform::ports::Request;

/// A page may load what is ours, and nothing else; nobody may put it into a frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub struct Answer {
    status: StatusCode,
    body: Body,
    cookies: Vec<String>,
}

enum Body {
    Page(String),
    /// Somewhere else, by GET.
    Elsewhere(String),
    Asset(&'static Asset),
}

impl Answer {
    pub fn page(status: StatusCode, page: Markup) -> Self {
        Self {
            status,
            body: Body::Page(page.into_string()),
            cookies: Vec::new(),
        }
    }

    /// After a change: the browser asks for a page, which can be asked for again without repeating the change.
    pub fn see(address: impl Into<String>) -> Self {
        Self {
            status: StatusCode::SEE_OTHER,
            body: Body::Elsewhere(address.into()),
            cookies: Vec::new(),
        }
    }

    pub fn asset(asset: &'static Asset) -> Self {
        Self {
            status: StatusCode::OK,
            body: Body::Asset(asset),
            cookies: Vec::new(),
        }
    }

    #[must_use]
    pub fn with_cookies(self, cookies: Vec<String>) -> Self {
        Self { cookies, ..self }
    }

    pub fn into_http(self, request: &Request) -> Response<Bytes> {
        let (location, page) = match self.body {
            // Assets are named by their content and hold nothing secret.
            Body::Asset(asset) => return respond::respond(respond::PageResponse::asset(asset), request),
            Body::Elsewhere(address) => (Some(address), String::new()),
            Body::Page(page) => (None, page),
        };
        let (encoding, body) = respond::compressed(page, request.headers());
        let mut response = Response::builder()
            .status(self.status)
            .header(header::CACHE_CONTROL, "no-store")
            .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
            .header(header::VARY, "Accept-Encoding")
            .header(header::CONTENT_SECURITY_POLICY, POLICY)
            .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
            .header(header::REFERRER_POLICY, "same-origin")
            .header("cross-origin-opener-policy", "same-origin")
            .header("cross-origin-resource-policy", "same-origin");
        if let Some(address) = location {
            response = response.header(header::LOCATION, address);
        }
        if let Some(encoding) = encoding {
            response = response.header(header::CONTENT_ENCODING, encoding);
        }
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            response = response.header(header::ALLOW, "GET, HEAD, POST");
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response = response.header(header::RETRY_AFTER, 5);
        }
        for cookie in &self.cookies {
            response = response.header(header::SET_COOKIE, cookie);
        }
        let body = if request.method() == Method::HEAD {
            Bytes::new()
        } else {
            body
        };
        // Every header is plain text, but an address holds what somebody typed.
        response.body(body).unwrap_or_else(|_| {
            let mut failed = Response::new(Bytes::new());
            *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            failed
        })
    }
}
