//! The kinds of values that variables have.

use std::fmt;

/// A host that can't exist (RFC 2606). It stands for "not set", because Spin takes no empty default for a variable that
/// stands in `allowed_outbound_hosts`.
pub(super) const UNSET_HOST: &str = "unset.invalid";

/// An address as Spin's `allowed_outbound_hosts` takes it: `scheme://host[:port]`, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin(String);

impl Origin {
    /// The origin as text, to which a path can be appended.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads an origin. The error says what is wrong, but never the value, which may hold a password.
    pub fn parse(value: &str, schemes: &[&str]) -> Result<Self, String> {
        let Some((scheme, authority)) = value.split_once("://") else {
            return Err(format!(
                "has no scheme; expected {}://host[:port]",
                schemes.join(":// or ")
            ));
        };
        if !schemes.contains(&scheme) {
            return Err(format!("has the scheme {scheme}, expected {}", schemes.join(" or ")));
        }
        if authority.contains('@') {
            return Err("has user info, which Spin refuses; passwords have variables of their own".into());
        }
        if authority.contains(['/', '?', '#']) {
            return Err("has a path; only an origin (scheme://host[:port]) is allowed".into());
        }
        let (host, port) = match authority.rsplit_once(':') {
            // An IPv6 address ends in `]`, and the colons before that belong to it.
            Some((host, port)) if !authority.ends_with(']') => (host, Some(port)),
            _ => (authority, None),
        };
        let bracketed = host.starts_with('[') && host.ends_with(']');
        let named = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        if host.is_empty() || !(bracketed || host.chars().all(named)) {
            return Err("has no valid host".into());
        }
        if port.is_some_and(|port| !port.parse::<u16>().is_ok_and(|port| port > 0)) {
            return Err("has no valid port".into());
        }
        Ok(Self(value.to_owned()))
    }

    pub(super) fn is_unset(&self) -> bool {
        let authority = self.0.split_once("://").map_or("", |(_, authority)| authority);
        authority.split(':').next() == Some(UNSET_HOST)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value that `Debug` does not show.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// Returns the secret, for the request that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
