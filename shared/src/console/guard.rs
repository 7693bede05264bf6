//! What a request must be before anything is done for it.

use std::net::IpAddr;

use crate::pages::address::Address;
use crate::platform::ports::Request;

/// A page of another site can make a browser send a form here; the browser says so in a header that no script can set.
pub fn comes_from_our_pages(request: &Request) -> bool {
    header(request, "sec-fetch-site") == Some("same-origin")
}

/// Over which a secret can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    Https,
    /// This machine, which nobody else listens to.
    Loopback,
    Open,
}

impl Transport {
    pub fn of(request: &Request) -> Self {
        let origin = Address::of(request).origin;
        let full_url = header(request, "spin-full-url").unwrap_or_default();
        if origin.starts_with("https://") || full_url.starts_with("https://") {
            return Self::Https;
        }
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => host.split(':').next().unwrap_or_default(),
        };
        let is_loopback =
            name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        if is_loopback { Self::Loopback } else { Self::Open }
    }
}

/// Where the request came from: the last address that a proxy wrote down, else the other end of the connection.
pub fn client_address(request: &Request) -> String {
    let forwarded = header(request, "x-forwarded-for").and_then(|list| list.rsplit(',').next());
    let connected = header(request, "spin-client-addr").map(|address| match address.rsplit_once(':') {
        Some((host, _)) => host,
        None => address,
    });
    let address = forwarded.or(connected).unwrap_or("unknown").trim();
    // Whoever calls may have written it.
    address.chars().filter(char::is_ascii_graphic).take(64).collect()
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn request(headers: &[(&str, &str)]) -> Request {
        let mut request = http::Request::get("/console");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Ok(Bytes::new())).unwrap()
    }

    #[test]
    fn a_secret_is_taken_over_https_or_on_this_machine() {
        for (headers, wanted) in [
            (&[("host", "127.0.0.1:54321")][..], Transport::Loopback),
            (&[("host", "localhost")], Transport::Loopback),
            (&[("host", "[::1]:80")], Transport::Loopback),
            (&[("host", "music.example")], Transport::Open),
            (&[("host", "127.0.0.1.evil.example")], Transport::Open),
            (&[("host", "10.0.0.7:3000")], Transport::Open),
            (
                &[("host", "127.0.0.1:1"), ("x-forwarded-host", "music.example")],
                Transport::Open,
            ),
            (
                &[
                    ("host", "127.0.0.1:1"),
                    ("x-forwarded-host", "music.example"),
                    ("x-forwarded-proto", "https"),
                ],
                Transport::Https,
            ),
            (
                &[
                    ("host", "music.example"),
                    ("spin-full-url", "https://music.example/console"),
                ],
                Transport::Https,
            ),
            (&[], Transport::Open),
        ] {
            assert_eq!(Transport::of(&request(headers)), wanted, "{headers:?}");
        }
    }

    #[test]
    fn only_our_own_pages_may_write() {
        assert!(comes_from_our_pages(&request(&[("sec-fetch-site", "same-origin")])));
        for other in ["same-site", "cross-site", "none", ""] {
            assert!(!comes_from_our_pages(&request(&[("sec-fetch-site", other)])), "{other}");
        }
        assert!(!comes_from_our_pages(&request(&[])));
    }

    #[test]
    fn the_address_is_the_nearest_proxys_word() {
        let spin = ("spin-client-addr", "127.0.0.1:5000");
        assert_eq!(client_address(&request(&[spin])), "127.0.0.1");
        assert_eq!(
            client_address(&request(&[spin, ("x-forwarded-for", "6.6.6.6, 192.0.2.1")])),
            "192.0.2.1"
        );
        assert_eq!(client_address(&request(&[("spin-client-addr", "[::1]:5000")])), "[::1]");
        assert_eq!(client_address(&request(&[])), "unknown");
    }
}
