//! The description of the project's API for programs. It is written by a test from what runs; here it learns where.

use std::io::Read as _;

use flate2::read::GzDecoder;
use http::{Method, Response, StatusCode, header};

use crate::platform::config::Origin;
use crate::platform::ports::Request;

/// Stand in the document for where the API and the functions are.
const API: &str = "https://api.invalid";
const FUNCTIONS: &str = "https://functions.invalid";

/// Answers with the document, which comes in gzip's format.
pub fn respond(document: &[u8], api: &Origin, origin: &str, request: &Request) -> Response<bytes::Bytes> {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let mut response = empty(StatusCode::METHOD_NOT_ALLOWED);
        let allowed = header::HeaderValue::from_static("GET, HEAD");
        response.headers_mut().insert(header::ALLOW, allowed);
        return response;
    }
    let body = if request.method() == Method::HEAD {
        bytes::Bytes::new()
    } else {
        let mut text = String::new();
        if GzDecoder::new(document).read_to_string(&mut text).is_err() {
            return empty(StatusCode::INTERNAL_SERVER_ERROR);
        }
        text.replace(API, api.as_str()).replace(FUNCTIONS, origin).into()
    };
    Response::builder()
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CACHE_CONTROL, "no-cache")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        // Tools that show it run in pages of other sites, and it says nothing secret.
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .body(body)
        .unwrap_or_default()
}

fn empty(status: StatusCode) -> Response<bytes::Bytes> {
    let mut response = Response::new(bytes::Bytes::new());
    *response.status_mut() = status;
    response
}
