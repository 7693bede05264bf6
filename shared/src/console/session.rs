//! Who is signed in: a cookie that says until when and as what, signed with a key that comes from the secrets.
//!
//! There is no table of sessions. A changed secret gives another key, which ends all sessions that the old one began.

use hmac::{Hmac, Mac};
use http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use crate::platform::config::{self, ConfigError, Secret};
use crate::platform::ports::Variables;

pub const SECONDS: u64 = 12 * 3600;
const COOKIE: &str = "linernotes_session";
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
    pub fn session(&self, headers: &HeaderMap, now: u64) -> Option<Kind> {
        let values = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let mut cookies = values.flat_map(|value| value.split(';')).map(str::trim);
        cookies.find_map(|cookie| self.read_session(cookie.strip_prefix(COOKIE)?.strip_prefix('=')?, now))
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
    pub fn cookies(&self, kind: Kind, now: u64, is_secure: bool) -> Vec<String> {
        let Some(value) = self.sign(kind, now + SECONDS) else {
            return Vec::new();
        };
        let secure = if is_secure { "; Secure" } else { "" };
        vec![
            format!("{COOKIE}={value}; Path=/console; Max-Age={SECONDS}; HttpOnly; SameSite=Strict{secure}"),
            format!(
                "{HINT}={}; Path=/; Max-Age={SECONDS}; SameSite=Strict{secure}",
                kind.name()
            ),
        ]
    }
}

/// Cookies that take a session away.
pub fn no_cookies() -> Vec<String> {
    vec![
        format!("{COOKIE}=; Path=/console; Max-Age=0; HttpOnly; SameSite=Strict"),
        format!("{HINT}=; Path=/; Max-Age=0; SameSite=Strict"),
    ]
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
            assert_eq!(known.session(&cookie, 999), Some(kind));
            assert_eq!(known.session(&cookie, 1000), None);
            assert_eq!(secrets(&["two"], Some("look")).session(&cookie, 999), None);
            // While the secret is being changed either holds.
            assert_eq!(secrets(&["two", "one"], Some("look")).session(&cookie, 999), Some(kind));
        }
        let viewer = with(&known.sign(Kind::Viewer, 1000).unwrap());
        assert_eq!(secrets(&["one"], Some("other")).session(&viewer, 999), None);
        assert_eq!(secrets(&["one"], None).session(&viewer, 999), None);
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
            assert_eq!(known.session(&headers, 1), None, "{bad}");
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
