//! Calls SQL functions over the project's REST API, as PostgREST and Supabase's gateway take them.
//!
//! Every function that the pipeline calls may be called twice: if the answer of a dequeue is lost, its messages wait for
//! their visibility timeout; a commit is fenced; if the answer of a reservation is lost, its slots stay unused. So a call
//! is repeated once when its connection failed, or when the gateway was just starting.

use std::cell::Cell;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use http::{Request, Response, StatusCode, header, request};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::platform::config::Database;
use crate::platform::ports::{Clock, Http, HttpError, Idempotent};

/// The API's `statement_timeout` for the service role is 8 s, so an answer takes hardly longer than that.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The pause before a gateway that answered 502, 503 or 504 is asked again.
const GATEWAY_PAUSE: Duration = Duration::from_millis(300);

pub struct Rpc<'a> {
    http: &'a dyn Http,
    clock: &'a dyn Clock,
    database: &'a Database,
    /// When the last answer is of any use, by `Clock::monotonic`.
    end: Cell<Duration>,
}

/// Why a call gave no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RpcError {
    /// The function raised an error, or may not be called.
    #[error("{function} failed: {error}")]
    Database { function: String, error: DatabaseError },
    /// Something before the database answered.
    #[error("{function} failed: the API answered with status {status}")]
    Gateway { function: String, status: u16 },
    /// Nothing answered.
    #[error("{function} failed: the database can't be reached: {error}")]
    Unreachable { function: String, error: HttpError },
    /// The answer is not what the contract says.
    #[error("{function} gave an answer that can't be read: {problem}")]
    Malformed { function: String, problem: String },
}

/// An error as PostgREST gives it. `Display` shows the code alone, because the message may quote data or SQL.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DatabaseError {
    /// SQLSTATE, or `PGRST…`.
    pub code: String,
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub details: Option<String>,
    #[serde(default)]
    pub hint: Option<String>,
}

/// The release that this code is, and whose schema it needs.
pub const RELEASE: &str = env!("CARGO_PKG_VERSION");

impl RpcError {
    /// Whether the schema is not the one that these functions need: nothing works until somebody has installed another.
    pub fn is_wrong_schema(&self) -> bool {
        matches!(self, Self::Database { error, .. } if error.is_wrong_schema() || error.is_missing_function())
    }
}

impl DatabaseError {
    /// What `check_release` raises.
    fn is_wrong_schema(&self) -> bool {
        self.code == "55000" && self.message.starts_with("schema_version: ")
    }

    /// PostgREST, and Postgres, know no such function with these arguments.
    fn is_missing_function(&self) -> bool {
        matches!(self.code.as_str(), "PGRST202" | "42883")
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = &self.code;
        if self.is_wrong_schema() {
            // Message and hint are ours: two releases, and the commands.
            f.write_str(&self.message)?;
            return self.hint.iter().try_for_each(|hint| write!(f, ". {hint}"));
        }
        if self.is_missing_function() {
            return write!(
                f,
                "error {code}: the schema of release {RELEASE} is not installed, whose migrations bring it (scripts/install-migrations)"
            );
        }
        write!(f, "error {code}")
    }
}

impl<'a> Rpc<'a> {
    pub fn new(http: &'a dyn Http, clock: &'a dyn Clock, database: &'a Database) -> Self {
        Self {
            http,
            clock,
            database,
            end: Cell::new(Duration::MAX),
        }
    }

    /// Waits for no answer beyond `end`: a caller that gives up then has to hear something before.
    pub fn end_at(&self, end: Duration) {
        self.end.set(end);
    }

    fn timeout(&self) -> Duration {
        TIMEOUT.min(self.end.get().saturating_sub(self.clock.monotonic()))
    }

    /// Calls `function` with named arguments.
    pub async fn call<T: DeserializeOwned>(&self, function: &str, arguments: &impl Serialize) -> Result<T, RpcError> {
        let body = serde_json::to_vec(arguments).map_err(|error| malformed(function, &error))?;
        let request = Request::post(format!("{}/rest/v1/rpc/{function}", self.database.url))
            .header(header::CONTENT_TYPE, "application/json")
            .extension(Idempotent);
        read(function, &self.send(function, request, body.into()).await?)
    }

    /// Reads rows of `table`; `query` is PostgREST's (`select=…`).
    pub async fn rows<T: DeserializeOwned>(&self, table: &str, query: &str) -> Result<T, RpcError> {
        let request = Request::get(format!("{}/rest/v1/{table}?{query}", self.database.url));
        read(table, &self.send(table, request, Bytes::new()).await?)
    }

    /// Returns the body of a success. It is not generic, and boxed, so that a component holds this code and its state
    /// once and not once for each type of answer.
    fn send<'s>(
        &'s self,
        function: &'s str,
        request: request::Builder,
        body: Bytes,
    ) -> LocalBoxFuture<'s, Result<Bytes, RpcError>> {
        self.send_once_or_twice(function, request, body).boxed_local()
    }

    async fn send_once_or_twice(
        &self,
        function: &str,
        request: request::Builder,
        body: Bytes,
    ) -> Result<Bytes, RpcError> {
        let request = self.with_key(request).body(body);
        let request = request.map_err(|error| malformed(function, &error))?;
        let unreachable = |error| RpcError::Unreachable {
            function: function.to_owned(),
            error,
        };
        let answer = self.http.send(request.clone(), self.timeout()).await;
        let mut answer = answer.map_err(unreachable)?;
        if is_starting(answer.status()) {
            self.clock.sleep(GATEWAY_PAUSE).await;
            answer = self.http.send(request, self.timeout()).await.map_err(unreachable)?;
        }
        if answer.status().is_success() {
            return Ok(answer.into_body());
        }
        Err(error_of(function, &answer))
    }

    fn with_key(&self, request: request::Builder) -> request::Builder {
        let key = self.database.key.expose();
        let request = request.header(header::ACCEPT, "application/json").header("apikey", key);
        // Supabase refuses a new key as a bearer token; a legacy key is a JWT and has to be sent as one.
        if key.starts_with("sb_") {
            return request;
        }
        request.header(header::AUTHORIZATION, format!("Bearer {key}"))
    }
}

/// Whole milliseconds, as the database takes them.
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Milliseconds as the database gives them; a negative number of them is none.
pub fn from_millis(millis: f64) -> Duration {
    Duration::try_from_secs_f64(millis.max(0.0) / 1000.0).unwrap_or_default()
}

fn read<T: DeserializeOwned>(function: &str, body: &[u8]) -> Result<T, RpcError> {
    serde_json::from_slice(body).map_err(|error| malformed(function, &error))
}

fn malformed(function: &str, problem: &dyn fmt::Display) -> RpcError {
    RpcError::Malformed {
        function: function.to_owned(),
        problem: problem.to_string(),
    }
}

fn is_starting(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT
    )
}

fn error_of(function: &str, answer: &Response<Bytes>) -> RpcError {
    match serde_json::from_slice(answer.body()) {
        Ok(error) => RpcError::Database {
            function: function.to_owned(),
            error,
        },
        Err(_) => RpcError::Gateway {
            function: function.to_owned(),
            status: answer.status().as_u16(),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::pipeline::fakes::{FakeClock, Script};
    use crate::platform::config::{Origin, Secret};

    fn database(key: &str) -> Database {
        Database {
            url: Origin::parse("http://db.example", &["http"]).unwrap(),
            key: Secret::new(key),
        }
    }

    fn call(script: &Script, key: &str) -> Result<Value, RpcError> {
        let clock = FakeClock::default();
        let database = database(key);
        let rpc = Rpc::new(script, &clock, &database);
        clock.run(rpc.call("f", &json!({"a": 1})))
    }

    #[test]
    fn a_call_posts_its_arguments_by_name_with_the_key_in_apikey() {
        let script = Script::of([(200, "[1]")]);
        assert_eq!(call(&script, "sb_secret_x"), Ok(json!([1])));
        let request = &script.requests()[0];
        assert_eq!(request.uri(), "http://db.example/rest/v1/rpc/f");
        assert_eq!(request.headers()["apikey"], "sb_secret_x");
        assert!(!request.headers().contains_key("authorization"));
        assert_eq!(request.body(), &Bytes::from(r#"{"a":1}"#));
    }

    #[test]
    fn rows_of_a_table_are_read_with_the_same_key() {
        let script = Script::of([(200, "[]")]);
        let (clock, database) = (FakeClock::default(), database("sb_secret_x"));
        let rows = Rpc::new(&script, &clock, &database);
        assert_eq!(clock.run(rows.rows("t", "select=a")), Ok(json!([])));
        let request = &script.requests()[0];
        assert_eq!(
            (request.method().as_str(), request.uri().to_string().as_str()),
            ("GET", "http://db.example/rest/v1/t?select=a")
        );
        assert_eq!(request.headers()["apikey"], "sb_secret_x");
    }

    #[test]
    fn a_legacy_key_is_sent_as_a_bearer_token_too() {
        let script = Script::of([(200, "null")]);
        assert_eq!(call(&script, "eyJ.x.y"), Ok(Value::Null));
        assert_eq!(script.requests()[0].headers()["authorization"], "Bearer eyJ.x.y");
    }

    #[test]
    fn an_error_shows_only_its_code() {
        let body = r#"{"code":"22023","message":"batch_size: secret","details":null,"hint":"h"}"#;
        let error = call(&Script::of([(400, body)]), "k").unwrap_err();
        assert_eq!(error.to_string(), "f failed: error 22023");
        let RpcError::Database { error, .. } = error else {
            panic!("{error}")
        };
        assert_eq!(
            (error.message.as_str(), error.hint.as_deref()),
            ("batch_size: secret", Some("h"))
        );
        let error = call(&Script::of([(404, "<html>")]), "k").unwrap_err();
        assert_eq!(error.to_string(), "f failed: the API answered with status 404");
        let error = call(&Script::of([(200, "<html>")]), "k").unwrap_err();
        assert!(matches!(error, RpcError::Malformed { .. }));
    }

    #[test]
    fn a_schema_that_does_not_fit_is_said_in_one_line() {
        let message =
            "schema_version: the functions need the schema of release 0.2.0, this database has that of release 0.1.0";
        let body = json!({"code": "55000", "message": message}).to_string();
        let error = call(&Script::of([(500, body.as_str())]), "k").unwrap_err();
        assert_eq!(error.to_string(), format!("f failed: {message}"));
        let body = r#"{"code":"PGRST202","message":"Could not find the function public.f(a) in the schema cache"}"#;
        let error = call(&Script::of([(404, body)]), "k").unwrap_err().to_string();
        assert!(
            error.starts_with("f failed: error PGRST202: the schema of release"),
            "{error}"
        );
        // Another error of this class may quote what it should not.
        let body = r#"{"code":"55000","message":"secret"}"#;
        let error = call(&Script::of([(500, body)]), "k").unwrap_err().to_string();
        assert_eq!(error, "f failed: error 55000");
    }

    #[test]
    fn a_gateway_that_is_starting_is_asked_once_more() {
        let script = Script::of([(503, "starting"), (200, "1")]);
        assert_eq!(call(&script, "k"), Ok(json!(1)));
        let script = Script::of([(503, "starting"), (503, "starting")]);
        assert!(matches!(call(&script, "k"), Err(RpcError::Gateway { status: 503, .. })));
        assert_eq!(script.requests().len(), 2);
    }
}
