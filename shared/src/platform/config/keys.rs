//! Whose a project's API key is, where the key says it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// The two keys of a project, which are easily taken for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// `sb_secret_…`, or a JWT of `service_role`: it may do everything.
    Secret,
    /// `sb_publishable_…`, or a JWT of `anon`: it is in every page.
    Publishable,
}

impl KeyKind {
    /// `None` for a key that does not say it.
    pub fn of(key: &str) -> Option<Self> {
        if key.starts_with("sb_secret_") {
            return Some(Self::Secret);
        }
        if key.starts_with("sb_publishable_") {
            return Some(Self::Publishable);
        }
        let claims = URL_SAFE_NO_PAD.decode(key.split('.').nth(1)?).ok()?;
        let claims: Value = serde_json::from_slice(&claims).ok()?;
        match claims["role"].as_str()? {
            "service_role" => Some(Self::Secret),
            "anon" | "authenticated" => Some(Self::Publishable),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Publishable => "publishable",
        }
    }
}
