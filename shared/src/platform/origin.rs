//! The address by which callers know a component.

use http::header::{self, HeaderName};

use crate::platform::ports::Request;

/// Where the caller sees us: what a proxy in front of us says, else the host that was asked for.
pub fn origin(request: &Request) -> String {
    let header = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    let first = |value: &str| value.split(',').next().unwrap_or_default().trim().to_owned();
    let host = header(HeaderName::from_static("x-forwarded-host"))
        .map(first)
        .or_else(|| header(header::HOST).map(ToOwned::to_owned))
        .or_else(|| request.uri().authority().map(ToString::to_string));
    let is_host = |host: &String| {
        !host.is_empty()
            && host
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte))
    };
    let Some(host) = host.filter(is_host) else {
        return String::new();
    };
    let scheme = header(HeaderName::from_static("x-forwarded-proto")).map(first);
    let scheme = scheme.filter(|scheme| scheme == "https" || scheme == "http");
    format!("{}://{host}", scheme.as_deref().unwrap_or("http"))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn a_host_that_is_none_is_no_origin() {
        let request = http::Request::get("/").header("host", "a\"><script>");
        assert_eq!(origin(&request.body(Ok(Bytes::new())).unwrap()), "");
        let proxied = http::Request::get("/")
            .header("host", "inner:3000")
            .header("x-forwarded-host", "music.example, inner")
            .header("x-forwarded-proto", "https");
        assert_eq!(
            origin(&proxied.body(Ok(Bytes::new())).unwrap()),
            "https://music.example"
        );
    }
}
