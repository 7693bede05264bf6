//! Who is signed in: a cookie that says until when and as what, signed with a key that comes from the secrets.
//!
//! There is no table of sessions. A changed secret gives another key, which ends all sessions that the old one began.

use hmac::{Hmac, Mac};
use http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use crate::console::guard::Transport;
use crate::platform::config::{self, ConfigError, Secret};
use crate::platform::ports::Variables;

pub const SECONDS: u64 = 12 * 3600;
const COOKIE: &str = "linernotes_session";
/// Its name where there is HTTPS. What begins so no other host, path or plain connection can set, says every browser.
const HOST_COOKIE: &str = "__Host-linernotes_session";
/// Tells the explorer's script that there is a session, and nothing else.
const HINT: &str = "linernotes_signed_in";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Operator,
    /// Looks, and changes nothing.
    Viewer,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Viewer => "viewer",
        }
    }
}

/// What somebody may show to be let in.
pub struct Secrets {
    function: Vec<Secret>,
    viewer: Option<Secret>,
}

impl Secrets {
    pub fn read(variables: &dyn Variables) -> Result<Self, ConfigError> {
        let function = config::function_secrets(variables)?;
        let viewer = config::viewer_secret(variables, &function)?;
        Ok(Self { function, viewer })
    }

    /// The first is shown to other functions; while it is being changed they take either.
    pub fn to_show(&self) -> &Secret {
        &self.function[0]
    }

    /// As what the secret lets in. Hashes are compared, and always all of them, so that the time says nothing.
    pub fn kind_of(&self, shown: &str) -> Option<Kind> {
        let shown = Sha256::digest(shown.trim());
        let same = |secret: &Secret| Sha256::digest(secret.expose()).ct_eq(&shown);
        let operator = self
            .function
            .iter()
            .fold(Choice::from(0), |found, secret| found | same(secret));
        let viewer = self.viewer.as_ref().map_or(Choice::from(0), same);
        if bool::from(operator) {
            Some(Kind::Operator)
        } else if bool::from(viewer) {
            Some(Kind::Viewer)
        } else {
            None
        }
    }

    /// What a session is signed with, the first key for new ones. A viewer's ends with either secret.
    fn keys(&self, kind: Kind) -> Vec<Hmac<Sha256>> {
        let own = match (kind, &self.viewer) {
            (Kind::Operator, _) => "",
            (Kind::Viewer, Some(secret)) => secret.expose(),
            (Kind::Viewer, None) => return Vec::new(),
        };
        let key = |secret: &Secret| {
            // A key of any length is taken.
            let mut key = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).ok()?;
            key.update(format!("linernotes console, {}\0{own}", kind.name()).as_bytes());
            Hmac::<Sha256>::new_from_slice(&key.finalize().into_bytes()).ok()
        };
        self.function.iter().filter_map(key).collect()
    }

    /// The value of the cookie of a session that ends at `end`.
    fn sign(&self, kind: Kind, end: u64) -> Option<String> {
        let stated = format!("{}.{end}", kind.name());
        let mut key = self.keys(kind).into_iter().next()?;
        key.update(stated.as_bytes());
        Some(format!("{stated}.{}", hex(&key.finalize().into_bytes())))
    }

    /// What a request's cookie says, if it is ours and has not ended.
    pub fn session(&self, headers: &HeaderMap, transport: Transport, now: u64) -> Option<Kind> {
        let name = cookie_name(transport)?;
        let values = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let mut cookies = values.flat_map(|value| value.split(';')).map(str::trim);
        cookies.find_map(|cookie| self.read_session(cookie.strip_prefix(name)?.strip_prefix('=')?, now))
    }

    fn read_session(&self, value: &str, now: u64) -> Option<Kind> {
        let (stated, signature) = value.rsplit_once('.')?;
        let (kind, end) = stated.split_once('.')?;
        let kind = [Kind::Operator, Kind::Viewer]
            .into_iter()
            .find(|known| known.name() == kind)?;
        let end: u64 = end.parse().ok()?;
        let signature = unhex(signature)?;
        let is_ours = self.keys(kind).into_iter().any(|mut key| {
            key.update(stated.as_bytes());
            key.verify_slice(&signature).is_ok()
        });
        (is_ours && end > now).then_some(kind)
    }

    /// The cookies of a new session.
    pub fn cookies(&self, kind: Kind, transport: Transport, now: u64) -> Vec<String> {
        let value = self.sign(kind, now + SECONDS);
        value.map_or_else(Vec::new, |value| both_cookies(transport, &value, kind.name(), SECONDS))
    }
}

/// Cookies that take a session away.
pub fn no_cookies(transport: Transport) -> Vec<String> {
    both_cookies(transport, "", "", 0)
}

fn both_cookies(transport: Transport, session: &str, hint: &str, seconds: u64) -> Vec<String> {
    let common = format!("Max-Age={seconds}; SameSite=Strict");
    match transport {
        Transport::Https => vec![
            format!("{HOST_COOKIE}={session}; Path=/; HttpOnly; {common}; Secure"),
            format!("{HINT}={hint}; Path=/; {common}; Secure"),
        ],
        Transport::Loopback => vec![
            format!("{COOKIE}={session}; Path=/console; HttpOnly; {common}"),
            format!("{HINT}={hint}; Path=/; {common}"),
        ],
        Transport::Open => Vec::new(),
    }
}

/// Over an open connection there is no session.
fn cookie_name(transport: Transport) -> Option<&'static str> {
    match transport {
        Transport::Https => Some(HOST_COOKIE),
        Transport::Loopback => Some(COOKIE),
        Transport::Open => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|pair| {
            u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16)
                .ok()
                .filter(|_| pair.len() == 2)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Transport = Transport::Loopback;

    fn secrets(function: &[&str], viewer: Option<&str>) -> Secrets {
        Secrets {
            function: function.iter().map(|secret| Secret::new(*secret)).collect(),
            viewer: viewer.map(Secret::new),
        }
    }

    fn with(cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, format!("a=b; {COOKIE}={cookie}").parse().unwrap());
        headers
    }

    #[test]
    fn a_session_holds_until_its_end_and_its_secret_last() {
        let known = secrets(&["one"], Some("look"));
        for kind in [Kind::Operator, Kind::Viewer] {
            let cookie = with(&known.sign(kind, 1000).unwrap());
            assert_eq!(known.session(&cookie, HERE, 999), Some(kind));
            assert_eq!(known.session(&cookie, HERE, 1000), None);
            assert_eq!(secrets(&["two"], Some("look")).session(&cookie, HERE, 999), None);
            // While the secret is being changed either holds.
            assert_eq!(
                secrets(&["two", "one"], Some("look")).session(&cookie, HERE, 999),
                Some(kind)
            );
        }
        let viewer = with(&known.sign(Kind::Viewer, 1000).unwrap());
        assert_eq!(secrets(&["one"], Some("other")).session(&viewer, HERE, 999), None);
        assert_eq!(secrets(&["one"], None).session(&viewer, HERE, 999), None);
    }

    #[test]
    fn what_was_changed_is_no_session() {
        let known = secrets(&["one"], Some("look"));
        let good = known.sign(Kind::Viewer, 1000).unwrap();
        for bad in [
            good.replace("viewer", "operator"),
            good.replace("1000", "9000"),
            good[..good.len() - 1].to_owned(),
            format!("{good}00"),
            String::new(),
            "operator.1000".to_owned(),
            "operator.1000.".to_owned(),
            "operator.1000.zz".to_owned(),
            "..é".to_owned(),
        ] {
            let mut headers = HeaderMap::new();
            if let Ok(value) = format!("{COOKIE}={bad}").parse() {
                headers.insert(header::COOKIE, value);
            }
            assert_eq!(known.session(&headers, HERE, 1), None, "{bad}");
        }
    }

    #[test]
    fn over_https_the_cookie_is_bound_to_the_host_and_over_an_open_connection_there_is_none() {
        let known = secrets(&["one"], None);
        let made = known.cookies(Kind::Operator, Transport::Https, 0);
        assert!(made[0].starts_with("__Host-linernotes_session=operator."), "{made:?}");
        assert!(
            made[0].ends_with("; Path=/; HttpOnly; Max-Age=43200; SameSite=Strict; Secure"),
            "{made:?}"
        );
        assert!(known.cookies(Kind::Operator, Transport::Open, 0).is_empty());
        let plain = with(&known.sign(Kind::Operator, 1000).unwrap());
        let found = [Transport::Https, Transport::Open, HERE].map(|transport| known.session(&plain, transport, 1));
        assert_eq!(found, [None, None, Some(Kind::Operator)]);
        let mut bound = HeaderMap::new();
        let pair = made[0].split(';').next().unwrap();
        bound.insert(header::COOKIE, pair.parse().unwrap());
        assert_eq!(known.session(&bound, Transport::Https, 1), Some(Kind::Operator));
        assert!(
            no_cookies(Transport::Https)[0].starts_with("__Host-linernotes_session=; Path=/; HttpOnly; Max-Age=0; ")
        );
    }

    struct Given(&'static str, &'static str);

    impl Variables for Given {
        fn get(&self, name: &str) -> Option<String> {
            let value = match name {
                "function_secret" => self.0,
                "console_viewer_secret" => self.1,
                _ => return None,
            };
            Some(value.to_owned())
        }
    }

    #[test]
    fn a_viewers_secret_that_is_the_function_secret_lets_nobody_in() {
        for viewer in ["one", " one ", "two"] {
            assert!(Secrets::read(&Given("one, two", viewer)).is_err(), "{viewer}");
        }
        for viewer in ["", " "] {
            let known = Secrets::read(&Given("one", viewer)).unwrap();
            assert_eq!(
                (known.kind_of(viewer), known.kind_of("one")),
                (None, Some(Kind::Operator))
            );
        }
    }

    #[test]
    fn a_secret_lets_in_as_what_it_is() {
        let known = secrets(&["one", "two"], Some("look"));
        let kinds = ["one", " two ", "look", "", "on", "onee"].map(|shown| known.kind_of(shown));
        let (operator, viewer) = (Some(Kind::Operator), Some(Kind::Viewer));
        assert_eq!(kinds, [operator, operator, viewer, None, None, None]);
        assert_eq!(secrets(&["one"], None).kind_of(""), None);
    }
}
