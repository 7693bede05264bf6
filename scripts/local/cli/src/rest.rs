//! The project's functions, called over its REST API with the secret key.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::text::harmless;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The API ends a statement of the service role after 8 s; what takes longer than this never comes.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);

/// A connection to the REST API of one project.
#[derive(Debug, Clone)]
pub struct Rest {
    client: reqwest::Client,
    tables: Url,
    functions: Url,
}

/// Why a call gave no result.
#[derive(Debug)]
pub enum CallError {
    /// No answer came, or one that may be different the next time.
    Unreachable(String),
    /// The API answered, and the answer is no.
    Refused {
        /// SQLSTATE, or the code of the REST layer.
        code: String,
        /// What a person should read.
        message: String,
    },
}

/// An error as `PostgREST` words it.
#[derive(Debug, Default, Deserialize)]
struct ErrorBody {
    code: Option<String>,
    message: Option<String>,
    hint: Option<String>,
}

impl Rest {
    /// `local` leaves a proxy that the environment names out of the way: the stack is on loopback.
    pub fn new(origin: &Url, secret_key: &str, local: bool) -> Result<Self, String> {
        let key_error = |_| "the secret key has characters that no key has".to_owned();
        let mut headers = HeaderMap::new();
        let mut key = HeaderValue::from_str(secret_key).map_err(key_error)?;
        key.set_sensitive(true);
        headers.insert("apikey", key);
        if !secret_key.starts_with("sb_") {
            // A legacy key is a JWT and travels as a token too; the new ones are refused there.
            let mut token = HeaderValue::from_str(&format!("Bearer {secret_key}")).map_err(key_error)?;
            token.set_sensitive(true);
            headers.insert(AUTHORIZATION, token);
        }
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(ANSWER_TIMEOUT)
            // A key is for the address it was given for.
            .redirect(reqwest::redirect::Policy::none())
            .default_headers(headers);
        if local {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| error.to_string())?;
        let tables = origin.join("/rest/v1/").map_err(|error| error.to_string())?;
        let functions = tables.join("rpc/").map_err(|error| error.to_string())?;
        Ok(Self {
            client,
            tables,
            functions,
        })
    }

    /// Calls one SQL function; what a person typed travels in `arguments`, as JSON.
    pub async fn call<T: DeserializeOwned>(&self, function: &str, arguments: &Value) -> Result<T, CallError> {
        let url = self
            .functions
            .join(function)
            .map_err(|error| CallError::Unreachable(error.to_string()))?;
        read(function, &send(function, self.client.post(url).json(arguments)).await?)
    }

    /// Reads rows of a table; `query` begins with its name (`table?column=eq.value&select=…`).
    pub async fn rows<T: DeserializeOwned>(&self, query: &str) -> Result<T, CallError> {
        read(query, &send(query, self.client.get(self.table(query)?)).await?)
    }

    /// Deletes these rows of a table.
    pub async fn delete(&self, query: &str) -> Result<(), CallError> {
        send(query, self.client.delete(self.table(query)?)).await.map(drop)
    }

    fn table(&self, query: &str) -> Result<Url, CallError> {
        let url = self.tables.join(query);
        url.map_err(|error| CallError::Unreachable(error.to_string()))
    }
}

/// The body of an answer that is a success.
async fn send(what: &str, request: reqwest::RequestBuilder) -> Result<Vec<u8>, CallError> {
    let answer = request.send().await;
    let answer = answer.map_err(|error| CallError::Unreachable(causes(&error)))?;
    let status = answer.status();
    let body = answer.bytes().await;
    let body = body.map_err(|error| CallError::Unreachable(causes(&error)))?;
    if status.is_success() {
        Ok(body.to_vec())
    } else {
        Err(refusal(what, status, &body))
    }
}

fn read<T: DeserializeOwned>(what: &str, body: &[u8]) -> Result<T, CallError> {
    serde_json::from_slice(body).map_err(|error| CallError::Refused {
        code: "unexpected_answer".to_owned(),
        message: format!("{what} answered in an unexpected form: {error}"),
    })
}

/// An error with its causes: the outermost of reqwest's says only that something failed.
pub fn causes(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    harmless(&text)
}

fn refusal(function: &str, status: StatusCode, body: &[u8]) -> CallError {
    let error: ErrorBody = serde_json::from_slice(body).unwrap_or_default();
    let code = error.code.unwrap_or_else(|| status.as_u16().to_string());
    let mut message = match error.message {
        Some(message) => format!("{function}: {message} ({code})"),
        None => format!("{function}: answered with status {status}"),
    };
    if let Some(hint) = error.hint.filter(|hint| !hint.is_empty()) {
        message.push_str(". ");
        message.push_str(&hint);
    }
    if code == "42501" {
        // The public key, as a rule: it may call what clients need, and nothing of an operator's.
        message.push_str(". Is the key a secret key (sb_secret_…)?");
    }
    let message = harmless(&message);
    if may_pass(status, &code) {
        CallError::Unreachable(message)
    } else {
        CallError::Refused {
            code: harmless(&code),
            message,
        }
    }
}

/// Whether asking again may help: a gateway that restarts or loads the schema, a database that starts, stops, is full
/// of connections or breaks a deadlock.
fn may_pass(status: StatusCode, code: &str) -> bool {
    let is_sqlstate = code.len() == 5
        && code
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    if is_sqlstate {
        ["08", "40", "53", "57"].contains(&&code[..2])
    } else {
        status.is_server_error()
    }
}

impl CallError {
    /// Whether the fault is an argument of the caller's.
    pub fn is_bad_argument(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code == "22023")
    }

    /// Whether the project has no such function: its migrations are missing, or older than the caller.
    pub fn is_unknown_function(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code == "PGRST202" || code == "42883")
    }
}

impl std::fmt::Display for CallError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreachable(message) | Self::Refused { message, .. } => formatter.write_str(message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_sql_error_is_a_refusal_with_its_code() {
        let body = br#"{"code":"22023","message":"artist_name: is empty","details":null,"hint":null}"#;
        let error = refusal("start_artist_discovery", StatusCode::BAD_REQUEST, body);
        assert!(error.is_bad_argument());
        assert_eq!(
            error.to_string(),
            "start_artist_discovery: artist_name: is empty (22023)"
        );
    }

    #[test]
    fn a_gateway_that_is_away_for_a_moment_is_asked_again() {
        let error = refusal("get_discovery", StatusCode::BAD_GATEWAY, b"<html>");
        assert!(matches!(error, CallError::Unreachable(_)));
        let body = br#"{"code":"PGRST002","message":"loading the schema cache"}"#;
        let error = refusal("get_discovery", StatusCode::SERVICE_UNAVAILABLE, body);
        assert!(matches!(error, CallError::Unreachable(_)));
    }

    #[test]
    fn a_key_with_a_line_break_is_refused_before_it_is_sent() {
        let origin = Url::parse("http://127.0.0.1:1").unwrap();
        assert!(Rest::new(&origin, "sb_secret_a\nb", true).is_err());
    }
}
