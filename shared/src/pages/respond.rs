//! Answers as HTTP: headers, caching, compression.

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, Response, StatusCode, header};
use maud::Markup;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::Write as _;

use crate::pages::assets::Asset;
use crate::platform::ports::Request;

/// Pictures of people and records come from these hosts of the providers, and from nowhere else.
const IMAGE_HOSTS: &str = "https://i.scdn.co https://*.scdn.co https://*.spotifycdn.com https://images.genius.com \
                           https://assets.genius.com https://commons.wikimedia.org https://upload.wikimedia.org \
                           https://*.cdninstagram.com https://*.fbcdn.net https://coverartarchive.org \
                           https://archive.org https://*.archive.org";

/// Smaller bodies are sent as they are.
const WORTH_COMPRESSING: usize = 512;

/// What a page answers, before it is fitted to the request.
pub struct PageResponse {
    status: StatusCode,
    content_type: &'static str,
    body: Body,
    /// A name under which a browser keeps the answer as a file.
    download: Option<String>,
    retry_after: Option<u32>,
}

enum Body {
    Text(String),
    Asset(&'static Asset),
}

impl PageResponse {
    pub fn html(status: StatusCode, page: Markup) -> Self {
        Self::text(status, "text/html; charset=utf-8", page.into_string())
    }

    pub fn text(status: StatusCode, content_type: &'static str, text: String) -> Self {
        Self {
            status,
            content_type,
            body: Body::Text(text),
            download: None,
            retry_after: None,
        }
    }

    pub fn asset(asset: &'static Asset) -> Self {
        Self {
            body: Body::Asset(asset),
            ..Self::text(StatusCode::OK, asset.content_type, String::new())
        }
    }

    /// Offered as a file called `name`, of which only plain letters are kept.
    #[must_use]
    pub fn into_file(self, name: &str, ending: &str) -> Self {
        let plain: String = name
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '-'
                }
            })
            .take(60)
            .collect();
        let plain = plain.trim_matches('-');
        let plain = if plain.is_empty() { "linernotes" } else { plain };
        Self {
            download: Some(format!("{plain}.{ending}")),
            ..self
        }
    }

    #[must_use]
    pub fn retry_after(self, seconds: u32) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }

    pub fn method_not_allowed() -> Self {
        let text = "Pages are read with GET or HEAD.\n".to_owned();
        Self::text(StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", text)
    }
}

/// The answer as this request wants it: compressed as it accepts, 304 where it has it already. For HEAD it is the same: the
/// server sends no body then, but its length.
pub fn respond(answer: PageResponse, request: &Request) -> Response<Bytes> {
    let (encoding, body, immutable) = match answer.body {
        Body::Asset(asset) => {
            let accepted = Accepted::of(request.headers());
            let (encoding, body) = match accepted {
                Accepted { brotli: true, .. } if !asset.brotli.is_empty() => (Some("br"), asset.brotli),
                Accepted { gzip: true, .. } if !asset.gzip.is_empty() => (Some("gzip"), asset.gzip),
                _ => (None, asset.plain),
            };
            (encoding, Bytes::from_static(body), true)
        }
        Body::Text(text) => {
            let (encoding, body) = compressed(text, request.headers());
            (encoding, body, false)
        }
    };
    // Of what is sent: a strong tag stands for these very bytes.
    let tag = etag(&body);
    let is_known = answer.status == StatusCode::OK
        && request
            .headers()
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|known| matches!(known.trim(), "*") || known.trim().trim_start_matches("W/") == tag);

    let mut response = Response::builder()
        .status(if is_known {
            StatusCode::NOT_MODIFIED
        } else {
            answer.status
        })
        .header(header::ETAG, &tag)
        .header(header::VARY, "Accept-Encoding")
        .header(
            header::CACHE_CONTROL,
            if immutable {
                "public, max-age=31536000, immutable"
            } else {
                "no-cache"
            },
        )
        .header(header::CONTENT_SECURITY_POLICY, policy())
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::REFERRER_POLICY, "same-origin")
        .header("cross-origin-opener-policy", "same-origin");
    if answer.status == StatusCode::METHOD_NOT_ALLOWED {
        response = response.header(header::ALLOW, "GET, HEAD");
    }
    if let Some(seconds) = answer.retry_after {
        response = response.header(header::RETRY_AFTER, seconds);
    }
    if let Some(name) = &answer.download {
        response = response.header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""));
    }
    if !is_known {
        response = response.header(header::CONTENT_TYPE, answer.content_type);
        if let Some(encoding) = encoding {
            response = response.header(header::CONTENT_ENCODING, encoding);
        }
    }
    let body = if is_known { Bytes::new() } else { body };
    response.body(body).unwrap_or_default()
}

/// A text as a request accepts it, with the name of its encoding.
pub fn compressed(text: String, headers: &HeaderMap) -> (Option<&'static str>, Bytes) {
    let accepted = Accepted::of(headers);
    match (text.len() > WORTH_COMPRESSING && accepted.gzip).then(|| gzip(text.as_bytes())) {
        Some(Some(small)) => (Some("gzip"), small.into()),
        _ => (None, text.into()),
    }
}

fn policy() -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: {IMAGE_HOSTS}; \
         connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

fn etag(body: &[u8]) -> String {
    let mut tag = String::from("\"");
    for byte in Sha256::digest(body).iter().take(12) {
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::new(4));
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

/// The encodings that a request takes.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Accepted {
    gzip: bool,
    brotli: bool,
}

impl Accepted {
    fn of(headers: &HeaderMap) -> Self {
        let mut accepted = Self::default();
        let mut any = None;
        let (mut gzip, mut brotli) = (None, None);
        let values = headers.get_all(header::ACCEPT_ENCODING).iter();
        for coding in values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
        {
            let mut parts = coding.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
            let wanted = weight.is_none_or(|weight| weight.trim().parse::<f32>().is_ok_and(|weight| weight > 0.0));
            match name.as_str() {
                "gzip" | "x-gzip" => gzip = Some(wanted),
                "br" => brotli = Some(wanted),
                "*" => any = Some(wanted),
                _ => {}
            }
        }
        accepted.gzip = gzip.or(any).unwrap_or(false);
        accepted.brotli = brotli.or(any).unwrap_or(false);
        accepted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&str, &str)]) -> Request {
        let mut request = http::Request::get("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Ok(Bytes::new())).unwrap()
    }

    fn page() -> PageResponse {
        PageResponse::text(StatusCode::OK, "text/html; charset=utf-8", "<p>word</p>".repeat(200))
    }

    #[test]
    fn compresses_as_the_request_accepts() {
        for (accepts, expected) in [
            ("gzip", Some("gzip")),
            ("gzip;q=0", None),
            ("GZIP ; q=0.5, br", Some("gzip")),
            ("*", Some("gzip")),
            ("*;q=0", None),
            ("identity", None),
            ("gzip;q=0, *", None),
        ] {
            let response = respond(page(), &request(&[("accept-encoding", accepts)]));
            let given = response
                .headers()
                .get("content-encoding")
                .map(|value| value.to_str().unwrap());
            assert_eq!(given, expected, "{accepts}");
            assert_eq!(response.headers()["vary"], "Accept-Encoding");
        }
    }

    #[test]
    fn what_the_browser_has_is_not_sent_again() {
        let first = respond(page(), &request(&[]));
        let tag = first.headers()["etag"].to_str().unwrap().to_owned();
        let again = respond(page(), &request(&[("if-none-match", &format!("\"other\", {tag}"))]));
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert!(again.body().is_empty());
        let other = respond(page(), &request(&[("if-none-match", "\"other\"")]));
        assert_eq!(other.status(), StatusCode::OK);
    }

    #[test]
    fn assets_take_the_smallest_and_stay() {
        static ASSET: Asset = Asset {
            name: "a.css",
            path: "/assets/a-1.css",
            content_type: "text/css",
            plain: b"plain",
            gzip: b"gzip",
            brotli: b"br",
        };
        for (accepts, body) in [("br, gzip", "br"), ("gzip", "gzip"), ("br;q=0", "plain")] {
            let response = respond(PageResponse::asset(&ASSET), &request(&[("accept-encoding", accepts)]));
            assert_eq!(response.body(), body, "{accepts}");
            assert!(
                response.headers()["cache-control"]
                    .to_str()
                    .unwrap()
                    .contains("immutable")
            );
        }
    }

    #[test]
    fn a_file_has_a_plain_name() {
        let answer = page().into_file("D'Mile \"../x\"\r\n🎹", "csv");
        let response = respond(answer, &request(&[]));
        assert_eq!(
            response.headers()["content-disposition"],
            "attachment; filename=\"d-mile-----x.csv\""
        );
    }
}
