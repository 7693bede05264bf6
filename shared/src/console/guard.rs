//! What a request must be before anything is done for it.

use std::net::{IpAddr, SocketAddr};

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
        let proxied = forwarded(request, "x-forwarded-proto") == Some("https");
        if proxied || header(request, "spin-full-url").is_some_and(|url| url.starts_with("https://")) {
            return Self::Https;
        }
        let host = forwarded(request, "x-forwarded-host").or_else(|| header(request, "host"));
        let host = host.unwrap_or_default();
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => host.split(':').next().unwrap_or_default(),
        };
        let is_loopback =
            name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        if is_loopback { Self::Loopback } else { Self::Open }
    }
}

/// Where the request came from: the other end of the connection, or where that is a proxy near us, whom it wrote down.
pub fn client_address(request: &Request) -> String {
    let forwarded = request.headers().get_all("x-forwarded-for").iter().rev();
    let forwarded = forwarded
        .filter_map(|list| list.to_str().ok())
        .flat_map(|list| list.rsplit(','));
    let mut forwarded = forwarded.map(str::trim);
    let mut address = connected(request);
    // Each proxy adds whom it sees to the end of the list. What stands before an address that is not near us was written
    // by whoever sits there.
    while address.is_none_or(is_near) {
        match forwarded.next().and_then(parse_address) {
            Some(before) => address = Some(before),
            None => break,
        }
    }
    address.map_or_else(|| "unknown".to_owned(), |address| address.to_string())
}

/// What a proxy says of a request. A proxy is believed that is on this machine or in its private network: anybody else
/// may have written the header.
fn forwarded<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let value = connected(request)
        .is_some_and(is_near)
        .then(|| header(request, name))??;
    // The last one of several was added by the proxy next to us.
    value.rsplit(',').next().map(str::trim)
}

/// The other end of the connection, as Spin says it.
fn connected(request: &Request) -> Option<IpAddr> {
    parse_address(header(request, "spin-client-addr")?)
}

/// An address, with or without a port.
fn parse_address(text: &str) -> Option<IpAddr> {
    let bare = |text: &str| text.trim_matches(['[', ']']).parse::<IpAddr>().ok();
    bare(text)
        .or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
        .map(|address| address.to_canonical())
}

fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            // 100.64.0.0/10 is what providers and clusters use among themselves.
            let [first, second, ..] = address.octets();
            address.is_loopback()
                || address.is_private()
                || address.is_link_local()
                || (first == 100 && (64..128).contains(&second))
        }
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local(),
    }
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
        let near = ("spin-client-addr", "127.0.0.1:5000");
        let inner = ("spin-client-addr", "10.0.0.2:5000");
        let far = ("spin-client-addr", "203.0.113.9:5000");
        let https = ("x-forwarded-proto", "https");
        for (headers, wanted) in [
            (&[near, ("host", "127.0.0.1:54321")][..], Transport::Loopback),
            (&[near, ("host", "localhost")], Transport::Loopback),
            (&[near, ("host", "[::1]:80")], Transport::Loopback),
            (&[near, ("host", "music.example")], Transport::Open),
            (&[near, ("host", "127.0.0.1.evil.example")], Transport::Open),
            (&[near, ("host", "10.0.0.7:3000")], Transport::Open),
            (
                &[near, ("host", "127.0.0.1:1"), ("x-forwarded-host", "music.example")],
                Transport::Open,
            ),
            (
                &[
                    inner,
                    ("host", "127.0.0.1:1"),
                    ("x-forwarded-host", "music.example"),
                    https,
                ],
                Transport::Https,
            ),
            (
                &[near, ("host", "music.example"), ("x-forwarded-proto", "https, http")],
                Transport::Open,
            ),
            // Whoever comes from afar can write what a proxy would.
            (&[far, ("host", "music.example"), https], Transport::Open),
            (&[("host", "music.example"), https], Transport::Open),
            (
                &[far, ("host", "music.example"), ("x-forwarded-host", "localhost")],
                Transport::Open,
            ),
            (
                &[
                    far,
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
    fn the_address_is_the_one_that_the_nearest_proxy_saw() {
        for (connected, forwarded, wanted) in [
            ("127.0.0.1:5000", None, "127.0.0.1"),
            ("[::1]:5000", None, "::1"),
            ("127.0.0.1:5000", Some("6.6.6.6, 192.0.2.1"), "192.0.2.1"),
            // A proxy behind another one, both of ours.
            ("127.0.0.1:5000", Some("6.6.6.6, 192.0.2.1, 10.1.2.3"), "192.0.2.1"),
            ("[::ffff:10.0.0.3]:1", Some("2001:db8::1"), "2001:db8::1"),
            ("127.0.0.1:5000", Some("somewhere"), "127.0.0.1"),
            ("127.0.0.1:5000", Some("192.168.0.9"), "192.168.0.9"),
            ("127.0.0.1:5000", Some("192.0.2.1:4711"), "192.0.2.1"),
            // Whoever comes from afar can write anything.
            ("203.0.113.9:5000", Some("127.0.0.1"), "203.0.113.9"),
            ("nonsense", Some("<b>"), "unknown"),
        ] {
            let mut headers = vec![("spin-client-addr", connected)];
            headers.extend(forwarded.map(|list| ("x-forwarded-for", list)));
            assert_eq!(client_address(&request(&headers)), wanted, "{connected} {forwarded:?}");
        }
        assert_eq!(client_address(&request(&[])), "unknown");
    }
}
