//! From a key to a role, as Supabase's gateway does it.

use super::refusal;
use anyhow::{Context, Result};
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const ANON: &str = "anon";
const SERVICE_ROLE: &str = "service_role";

#[derive(Clone)]
pub(crate) struct Keys(Arc<Inner>);

struct Inner {
    publishable: String,
    secret: String,
    jwt_secret: String,
    /// What stands for a key behind the gateway: a token of its role, as PostgREST wants one.
    anon: HeaderValue,
    service_role: HeaderValue,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    role: String,
}

/// Why a request goes no further.
#[derive(Debug, PartialEq, Eq)]
enum Refused {
    NoKey,
    UnknownKey,
    KeyAsToken,
}

impl Keys {
    pub fn new(publishable: &str, secret: &str, jwt_secret: &str) -> Result<Self> {
        let bearer = |role: &str| -> Result<HeaderValue> {
            let claims = Claims {
                iss: "supabase".to_owned(),
                role: role.to_owned(),
            };
            let token = encode(
                &Header::default(),
                &claims,
                &EncodingKey::from_secret(jwt_secret.as_bytes()),
            )?;
            Ok(HeaderValue::try_from(format!("Bearer {token}"))?)
        };
        Ok(Self(Arc::new(Inner {
            publishable: publishable.to_owned(),
            secret: secret.to_owned(),
            jwt_secret: jwt_secret.to_owned(),
            anon: bearer(ANON).context("the key's token")?,
            service_role: bearer(SERVICE_ROLE).context("the key's token")?,
        })))
    }

    pub fn jwt_secret(&self) -> &str {
        &self.0.jwt_secret
    }

    /// The `Authorization` that a request goes on with: its user's token, or the token of its key's role.
    fn authorization(&self, headers: &HeaderMap) -> Result<HeaderValue, Refused> {
        let key = headers
            .get("apikey")
            .map(|key| key.to_str().map_err(|_| Refused::UnknownKey))
            .transpose()?;
        let token = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(bearer_token);
        let Some(key) = key.filter(|key| !key.is_empty()) else {
            return Err(if token.is_some_and(is_key) {
                Refused::KeyAsToken
            } else {
                Refused::NoKey
            });
        };
        let of_the_key = self.role_token(key).ok_or(Refused::UnknownKey)?;
        match token {
            // supabase-js sends its key in both places.
            Some(token) if token != key => {
                if is_key(token) {
                    return Err(Refused::KeyAsToken);
                }
                HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| Refused::UnknownKey)
            }
            _ => Ok(of_the_key),
        }
    }

    /// The token of a key's role; legacy keys are such tokens themselves.
    fn role_token(&self, key: &str) -> Option<HeaderValue> {
        if key == self.0.publishable {
            return Some(self.0.anon.clone());
        }
        if key == self.0.secret {
            return Some(self.0.service_role.clone());
        }
        let mut rules = Validation::new(Algorithm::HS256);
        rules.required_spec_claims.clear();
        rules.validate_aud = false;
        rules.validate_nbf = true;
        let secret = DecodingKey::from_secret(self.0.jwt_secret.as_bytes());
        match decode::<Claims>(key, &secret, &rules).ok()?.claims.role.as_str() {
            ANON => Some(self.0.anon.clone()),
            SERVICE_ROLE => Some(self.0.service_role.clone()),
            _ => None,
        }
    }
}

/// Whom a request comes from, as far as it decides which connections it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// The secret key: the pipeline, an operator.
    Project,
    /// The public key, with or without a user's token.
    Client,
}

/// Lets requests through with the token of their role, and the [`Caller`] beside it.
pub(super) async fn authenticate(State(keys): State<Keys>, mut request: Request, next: Next) -> Response {
    match keys.authorization(request.headers()) {
        Ok(authorization) => {
            let caller = if authorization == keys.0.service_role {
                Caller::Project
            } else {
                Caller::Client
            };
            request.extensions_mut().insert(caller);
            request.headers_mut().insert(AUTHORIZATION, authorization);
            next.run(request).await
        }
        Err(Refused::NoKey) => refusal(
            StatusCode::UNAUTHORIZED,
            "No API key found in request",
            "No `apikey` request header was found.",
        ),
        Err(Refused::UnknownKey) => refusal(
            StatusCode::UNAUTHORIZED,
            "Invalid API key",
            "The keys of this stack are in stack.json of its data directory.",
        ),
        Err(Refused::KeyAsToken) => refusal(
            StatusCode::UNAUTHORIZED,
            "Invalid JWT",
            "Keys like `sb_…` travel in the `apikey` header; a bearer token is a user's.",
        ),
    }
}

fn bearer_token(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn is_key(token: &str) -> bool {
    token.starts_with("sb_")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLISHABLE: &str = "sb_publishable_1";
    const SECRET: &str = "sb_secret_1";

    fn keys() -> Keys {
        Keys::new(PUBLISHABLE, SECRET, "0123456789abcdef0123456789abcdef").unwrap()
    }

    fn ask(apikey: Option<&str>, token: Option<&str>) -> Result<HeaderValue, Refused> {
        let mut headers = HeaderMap::new();
        if let Some(key) = apikey {
            headers.insert("apikey", key.parse().unwrap());
        }
        if let Some(token) = token {
            headers.insert(AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
        }
        keys().authorization(&headers)
    }

    #[test]
    fn a_key_has_its_role_also_when_it_is_the_bearer_token_too() {
        for (key, token) in [
            (PUBLISHABLE, keys().0.anon.clone()),
            (SECRET, keys().0.service_role.clone()),
        ] {
            assert_eq!(ask(Some(key), None).unwrap(), token);
            assert_eq!(ask(Some(key), Some(key)).unwrap(), token);
        }
    }

    #[test]
    fn a_users_token_goes_on_as_it_is() {
        assert_eq!(ask(Some(PUBLISHABLE), Some("a.b.c")).unwrap(), "Bearer a.b.c");
    }

    #[test]
    fn legacy_keys_count_when_this_project_signed_them() {
        let ours = keys().0.service_role.to_str().unwrap()["Bearer ".len()..].to_owned();
        assert_eq!(ask(Some(&ours), Some(&ours)).unwrap(), keys().0.service_role);
        let others = Keys::new(PUBLISHABLE, SECRET, "another secret").unwrap();
        let theirs = others.0.service_role.to_str().unwrap()["Bearer ".len()..].to_owned();
        assert_eq!(ask(Some(&theirs), None), Err(Refused::UnknownKey));
    }

    #[test]
    fn a_legacy_key_counts_from_its_time_on() {
        let now = jsonwebtoken::get_current_timestamp();
        for (not_before, counts) in [(now - 10, true), (now + 600, false)] {
            let claims = serde_json::json!({"iss": "supabase", "role": "service_role", "nbf": not_before});
            let secret = EncodingKey::from_secret(b"0123456789abcdef0123456789abcdef");
            let key = encode(&Header::default(), &claims, &secret).unwrap();
            assert_eq!(ask(Some(&key), None).is_ok(), counts, "{not_before}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        assert_eq!(ask(None, None), Err(Refused::NoKey));
        assert_eq!(ask(Some(""), None), Err(Refused::NoKey));
        assert_eq!(ask(None, Some("a.b.c")), Err(Refused::NoKey));
        assert_eq!(ask(Some("sb_secret_2"), None), Err(Refused::UnknownKey));
        assert_eq!(ask(None, Some(SECRET)), Err(Refused::KeyAsToken));
        assert_eq!(ask(Some(PUBLISHABLE), Some(SECRET)), Err(Refused::KeyAsToken));
    }
}
