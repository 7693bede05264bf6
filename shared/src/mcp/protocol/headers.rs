//! What the HTTP around a message must say.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::{Map, Value};

use crate::mcp::protocol::fault::{Fault, quoted};
use crate::platform::origin::origin;
use crate::platform::ports::Request;

/// Checks a request before its body is looked at.
pub fn check(request: &Request) -> Result<(), Fault> {
    if request.method() != Method::POST {
        return Err(Fault::refused(
            StatusCode::METHOD_NOT_ALLOWED,
            "Messages are sent with POST; there is no stream to GET and no session to DELETE",
        ));
    }
    check_origin(request)?;
    let is_json = |value: &str| value.split(';').next().unwrap_or_default().trim() == "application/json";
    let content_type = text(request.headers(), header::CONTENT_TYPE.as_str());
    if !content_type.is_some_and(|value| is_json(&value.to_ascii_lowercase())) {
        return Err(Fault::refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Content-Type must be application/json",
        ));
    }
    let encoding = text(request.headers(), header::CONTENT_ENCODING.as_str());
    if encoding.is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
        return Err(Fault::refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The body must not be compressed: leave Content-Encoding out",
        ));
    }
    let takes_json = |value: &str| {
        value
            .split(',')
            .map(|range| range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
            .any(|range| ["application/json", "application/*", "*/*"].contains(&range.as_str()))
    };
    if text(request.headers(), header::ACCEPT.as_str()).is_some_and(|accept| !takes_json(accept)) {
        return Err(Fault::refused(
            StatusCode::NOT_ACCEPTABLE,
            "Accept must list application/json and text/event-stream",
        ));
    }
    Ok(())
}

/// A page of another site may not call: a browser always says where a page comes from. A page over plain HTTP may only
/// where it is served from this machine itself, since a foreign name can be made to lead here, and then origin and host
/// agree; over HTTPS it would need a certificate for that name.
fn check_origin(request: &Request) -> Result<(), Fault> {
    let Some(given) = request.headers().get(header::ORIGIN) else {
        return Ok(());
    };
    let given = given.to_str().unwrap_or_default();
    let own = origin(request);
    let host = |origin: &str| origin.split_once("://").map(|(_, host)| host.to_ascii_lowercase());
    let is_own = host(given).is_some_and(|given| Some(given) == host(&own));
    let is_loopback = host(given).is_some_and(|host| {
        let name = host.rsplit_once(':').map_or(host.as_str(), |(name, port)| {
            if port.bytes().all(|byte| byte.is_ascii_digit()) {
                name
            } else {
                &host
            }
        });
        ["localhost", "127.0.0.1", "[::1]"].contains(&name)
    });
    if is_own && (given.starts_with("https://") || is_loopback) {
        return Ok(());
    }
    Err(Fault::refused(
        StatusCode::FORBIDDEN,
        "The Origin is another site's; programs send none",
    ))
}

/// The headers by which a proxy may route have to say what the body says.
pub fn check_mirrored(headers: &HeaderMap, method: &str, params: &Map<String, Value>) -> Result<(), Fault> {
    mirrored(headers, "mcp-method", "Mcp-Method", method)?;
    let name = match method {
        "tools/call" | "prompts/get" => params.get("name"),
        "resources/read" => params.get("uri"),
        _ => return Ok(()),
    };
    // Without a name in the body there is nothing to compare; the method itself will say that it is missing.
    match name.and_then(Value::as_str) {
        Some(name) => mirrored(headers, "mcp-name", "Mcp-Name", name),
        None => Ok(()),
    }
}

fn mirrored(headers: &HeaderMap, name: &str, written: &str, body: &str) -> Result<(), Fault> {
    if !headers.contains_key(name) {
        return Err(Fault::header_mismatch(format!(
            "The header {written} is missing; it is {}",
            quoted(body)
        )));
    }
    let Some(given) = text(headers, name).and_then(decoded) else {
        return Err(Fault::header_mismatch(format!("The header {written} can't be read")));
    };
    if given == body {
        return Ok(());
    }
    Err(Fault::header_mismatch(format!(
        "The header {written} says {}, the body says {}",
        quoted(&given),
        quoted(body)
    )))
}

/// A value as it is, or the one behind `=?base64?…?=`, by which a header carries more than ASCII.
fn decoded(value: &str) -> Option<String> {
    let encoded = value
        .strip_prefix("=?base64?")
        .and_then(|encoded| encoded.strip_suffix("?="));
    match encoded {
        Some(encoded) => String::from_utf8(STANDARD.decode(encoded).ok()?).ok(),
        None => Some(value.to_owned()),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}
