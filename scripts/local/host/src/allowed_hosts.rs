//! `allowed_outbound_hosts`: which origins a component may send to.

use anyhow::{Result, bail, ensure};

/// The origins that a component may send to. An empty list allows none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedHosts(Vec<Origin>);

impl AllowedHosts {
    /// Reads a list of origins; the error does not repeat the values, which may hold secrets.
    pub fn parse(values: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self> {
        values
            .into_iter()
            .map(|value| Origin::parse(value.as_ref()))
            .collect::<Result<_>>()
            .map(Self)
    }

    /// Whether a request to this scheme, host and port may be sent.
    pub fn allow(&self, scheme: &str, host: &str, port: Option<u16>) -> bool {
        let Some(port) = port.or_else(|| default_port(scheme)) else {
            return false;
        };
        self.0.iter().any(|origin| origin.covers(scheme, host, port))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Origin {
    /// `None` is any.
    scheme: Option<String>,
    host: Host,
    ports: Ports,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Host {
    Any,
    /// With its leading full stop.
    Below(String),
    Exactly(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Ports {
    Any,
    /// From the first to before the second, as Spin reads `1000..2000`.
    Range(u16, u16),
    One(u16),
}

impl Origin {
    fn parse(value: &str) -> Result<Self> {
        let value = value.trim();
        ensure!(!value.is_empty(), "is empty");
        let Some((scheme, rest)) = value.split_once("://") else {
            bail!("has no scheme");
        };
        ensure!(
            scheme == "*" || (!scheme.is_empty() && scheme.chars().all(char::is_alphabetic)),
            "has a scheme that is not made of letters"
        );
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        ensure!(!authority.contains('@'), "has user info");
        ensure!(
            !authority.contains(['/', '?', '#']),
            "has a path: only scheme, host and port are allowed"
        );
        let (host, port) = split_port(authority);
        Ok(Self {
            scheme: (scheme != "*").then(|| scheme.to_ascii_lowercase()),
            host: Host::parse(host)?,
            ports: Ports::parse(port, scheme)?,
        })
    }

    fn covers(&self, scheme: &str, host: &str, port: u16) -> bool {
        self.scheme.as_ref().is_none_or(|own| own.eq_ignore_ascii_case(scheme))
            && self.host.covers(&host.to_ascii_lowercase())
            && self.ports.cover(port)
    }
}

/// Splits `host:port`; an IPv6 address stands in brackets.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

impl Host {
    fn parse(host: &str) -> Result<Self> {
        ensure!(!host.is_empty(), "has no host");
        ensure!(
            host != "self" && host != "self.alt",
            "is `self`, which this host does not offer: name the component"
        );
        let host = host.to_ascii_lowercase();
        if host == "*" {
            return Ok(Self::Any);
        }
        let below = host.strip_prefix("*.");
        ensure!(
            !below.unwrap_or(&host).contains('*'),
            "has a wildcard that is not the first part of its host"
        );
        ensure!(!host.contains(char::is_whitespace), "has white space in its host");
        Ok(match below {
            Some(domain) => Self::Below(format!(".{domain}")),
            None => Self::Exactly(host),
        })
    }

    fn covers(&self, host: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Below(suffix) => host.ends_with(suffix),
            Self::Exactly(own) => own == host,
        }
    }
}

impl Ports {
    fn parse(port: Option<&str>, scheme: &str) -> Result<Self> {
        let number = |text: &str| match text.parse() {
            Ok(number) => Ok(number),
            Err(_) => bail!("has a port that is not a number"),
        };
        match port {
            None | Some("") => match default_port(scheme) {
                Some(port) => Ok(Self::One(port)),
                None => bail!("has no port, and its scheme has no usual one"),
            },
            Some("*") => Ok(Self::Any),
            Some(port) => match port.split_once("..") {
                Some((first, end)) => Ok(Self::Range(number(first)?, number(end)?)),
                None => Ok(Self::One(number(port)?)),
            },
        }
    }

    fn cover(&self, port: u16) -> bool {
        match self {
            Self::Any => true,
            Self::Range(first, end) => (*first..*end).contains(&port),
            Self::One(own) => *own == port,
        }
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        "redis" => Some(6379),
        "postgres" => Some(5432),
        "mysql" => Some(3306),
        "mqtt" => Some(1883),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(value: &str, scheme: &str, host: &str, port: Option<u16>) -> bool {
        AllowedHosts::parse([value]).unwrap().allow(scheme, host, port)
    }

    #[test]
    fn an_origin_allows_itself_only() {
        let value = "https://api.spotify.com";
        assert!(allows(value, "https", "api.spotify.com", None));
        assert!(allows(value, "https", "API.Spotify.com", Some(443)));
        assert!(!allows(value, "http", "api.spotify.com", None));
        assert!(!allows(value, "https", "api.spotify.com", Some(8443)));
        assert!(!allows(value, "https", "evil-api.spotify.com", None));
        assert!(!allows(value, "https", "api.spotify.com.evil", None));
    }

    #[test]
    fn ports_may_be_given_ranged_or_any() {
        assert!(allows("redis://127.0.0.1", "redis", "127.0.0.1", Some(6379)));
        assert!(allows("http://[::1]:81", "http", "[::1]", Some(81)));
        assert!(allows("http://[::1]", "http", "[::1]", None));
        assert!(allows("http://a:*", "http", "a", Some(9)));
        assert!(allows("http://a:10..12", "http", "a", Some(11)));
        assert!(!allows("http://a:10..12", "http", "a", Some(12)));
        assert!(allows("*://*:*", "redis", "anything", Some(1)));
    }

    #[test]
    fn a_wildcard_stands_for_everything_below_a_domain() {
        let value = "http://*.spin.internal";
        assert!(allows(value, "http", "artist-discovery.spin.internal", None));
        assert!(!allows(value, "http", "spin.internal", None));
        assert!(!allows(value, "http", "xspin.internal", None));
    }

    #[test]
    fn a_trailing_slash_is_no_path() {
        assert!(allows("http://a:80/", "http", "a", None));
        assert!(allows("http://a/", "http", "a", None));
    }

    #[test]
    fn what_spin_refuses_is_refused_without_repeating_it() {
        let refused = [
            ("", "is empty"),
            ("api.spotify.com", "has no scheme"),
            ("h2c-1://a:80", "has a scheme that is not made of letters"),
            ("https://api.spotify.com/v1", "has a path"),
            ("https://api.spotify.com?x", "has a path"),
            ("redis://:geheim@127.0.0.1:6379", "has user info"),
            ("redis://u:geheim@127.0.0.1", "has user info"),
            ("redis://127.0.0.1:6379/1", "has a path"),
            ("http://", "has no host"),
            ("http://:80", "has no host"),
            ("http://a:geheim", "has a port that is not a number"),
            ("http://a:70000", "has a port that is not a number"),
            ("http://a.*", "has a wildcard"),
            ("http://*.*.b", "has a wildcard"),
            ("amqp://a", "has no port"),
            ("*://a", "has no port"),
            ("http://self", "is `self`"),
        ];
        for (value, problem) in refused {
            let error = AllowedHosts::parse([value]).unwrap_err().to_string();
            assert!(error.starts_with(problem), "{value}: {error}");
            assert!(!error.contains("geheim"), "{value}: {error}");
        }
    }

    #[test]
    fn nothing_is_allowed_by_an_empty_list() {
        assert!(!AllowedHosts::default().allow("http", "a", None));
    }
}
