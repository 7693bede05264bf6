//! What the protocol refuses and answers, tried with an offer of one method.

use futures::FutureExt;
use http::Request;
use serde_json::Value;

use super::*;
use crate::platform::ports::BODY_LIMIT;

struct Echo;

impl Offer for Echo {
    fn server(&self) -> Value {
        json!({"name": "echo", "version": "1"})
    }

    fn capabilities(&self) -> Value {
        json!({"tools": {}})
    }

    fn instructions(&self) -> &'static str {
        "Say something"
    }

    fn fresh_for(&self) -> u64 {
        1000
    }

    fn answer<'a>(&'a self, call: &'a Call) -> LocalBoxFuture<'a, Result<Value, Fault>> {
        let answer = match call.method.as_str() {
            "tools/list" => Ok(json!({"tools": []})),
            "tools/call" => match call.params.get("name").and_then(Value::as_str) {
                Some("ask") => Ok(json!({"resultType": "input_required", "inputRequests": {}})),
                Some("sample") if !call.client_capabilities.contains_key("sampling") => {
                    Err(Fault::missing_capabilities(&json!({"sampling": {}})))
                }
                Some(name) => Ok(json!({"content": [{"type": "text", "text": name}]})),
                None => Err(Fault::invalid_params("name is missing")),
            },
            other => Err(Fault::unknown_method(other)),
        };
        async move { answer }.boxed_local()
    }
}

/// A request with the headers that every client sends.
fn post(body: &str) -> http::request::Builder {
    Request::post("/mcp")
        .header("host", "127.0.0.1:54321")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .extension(body.to_owned())
}

fn send(request: http::request::Builder) -> (u16, Value) {
    let mut request = request.body(Ok(Bytes::new())).unwrap();
    let body = request.extensions().get::<String>().unwrap().clone();
    *request.body_mut() = Ok(body.into());
    let (response, _) = respond(&Echo, &request).now_or_never().unwrap();
    let body = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
    (response.status().as_u16(), body)
}

fn code(request: http::request::Builder) -> (u16, i64) {
    let (status, body) = send(request);
    (status, body["error"]["code"].as_i64().unwrap_or_default())
}

/// A request of the revision that needs no handshake.
fn stateless(method: &str, mut params: Value) -> http::request::Builder {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let name = params.get("name").and_then(Value::as_str).map(ToOwned::to_owned);
    let body = json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params});
    let mut request = post(&body.to_string())
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", method);
    if let Some(name) = name {
        request = request.header("mcp-name", name);
    }
    request
}

/// A request of the revision with a handshake.
fn handshake(method: &str, params: &Value) -> http::request::Builder {
    let body = json!({"jsonrpc": "2.0", "id": "a", "method": method, "params": params});
    post(&body.to_string()).header("mcp-protocol-version", "2025-11-25")
}

#[test]
fn a_stateless_request_stands_alone() {
    let (status, body) = send(stateless("server/discover", json!({})));
    assert_eq!(status, 200);
    assert_eq!(body["id"], 7);
    let result = &body["result"];
    assert_eq!(result["supportedVersions"], json!(["2026-07-28", "2025-11-25"]));
    assert_eq!(result["capabilities"], json!({"tools": {}}));
    assert_eq!(result["resultType"], "complete");
    assert_eq!(result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "echo");
    let (_, body) = send(stateless("tools/list", json!({})));
    assert_eq!(
        (&body["result"]["ttlMs"], &body["result"]["cacheScope"]),
        (&json!(1000), &json!("public"))
    );
    let (_, body) = send(stateless("tools/call", json!({"name": "hello"})));
    assert_eq!(body["result"]["content"][0]["text"], "hello");
    assert!(body["result"].get("ttlMs").is_none());
    let (_, body) = send(stateless("tools/call", json!({"name": "ask"})));
    assert_eq!(body["result"]["resultType"], "input_required");
}

#[test]
fn a_handshake_is_answered_and_nothing_depends_on_it() {
    let hello =
        json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "c", "version": "1"}});
    let body = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello});
    for request in [
        post(&body.to_string()),
        post(&body.to_string()).header("mcp-protocol-version", "2025-06-18"),
    ] {
        let (status, body) = send(request);
        assert_eq!(status, 200);
        assert_eq!(body["result"]["protocolVersion"], "2025-11-25");
        assert_eq!(body["result"]["serverInfo"]["name"], "echo");
        assert_eq!(body["result"]["instructions"], "Say something");
    }
    let note = json!({"jsonrpc": "2.0", "method": "notifications/initialized"}).to_string();
    assert_eq!(send(post(&note)), (202, Value::Null));
    let (status, body) = send(handshake("tools/list", &json!({})));
    assert_eq!((status, body["result"].clone()), (200, json!({"tools": []})));
    assert_eq!(send(handshake("ping", &json!({}))).1["result"], json!({}));
    // A client of this revision looks at the body of a success only.
    assert_eq!(code(handshake("resources/list", &json!({}))), (200, -32601));
    assert_eq!(code(handshake("server/discover", &json!({}))), (200, -32601));
}

#[test]
fn what_the_older_revision_had_is_gone_from_the_newer() {
    for method in [
        "initialize",
        "ping",
        "logging/setLevel",
        "resources/subscribe",
        "unknown/method",
    ] {
        let (status, body) = send(stateless(method, json!({})));
        assert_eq!(
            (status, &body["error"]["code"], &body["id"]),
            (404, &json!(-32601), &json!(7)),
            "{method}"
        );
    }
}

#[test]
fn headers_say_what_the_body_says() {
    let without = |name: &str| {
        let mut request = stateless("tools/call", json!({"name": "hello"}));
        request.headers_mut().unwrap().remove(name);
        code(request)
    };
    for name in ["mcp-protocol-version", "mcp-method", "mcp-name"] {
        assert_eq!(without(name), (400, -32020), "{name}");
    }
    let with = |name: &'static str, value: &str| {
        let mut request = stateless("tools/call", json!({"name": "hellö"}).clone());
        let headers = request.headers_mut().unwrap();
        headers.insert("mcp-name", "=?base64?aGVsbMO2?=".parse().unwrap());
        headers.insert(name, value.parse().unwrap());
        code(request)
    };
    assert_eq!(with("mcp-name", "=?base64?aGVsbMO2?="), (200, 0));
    for (name, value) in [
        ("mcp-protocol-version", "2025-11-25"),
        ("mcp-method", "tools/list"),
        ("mcp-name", "hello"),
        ("mcp-name", "=?base64?%%%?="),
        ("mcp-name", "=?base64?/w==?="),
    ] {
        assert_eq!(with(name, value), (400, -32020), "{name}: {value}");
    }
}

#[test]
fn an_unknown_revision_is_told_the_known_ones() {
    let mut request = stateless("server/discover", json!({}));
    let body = request.extensions_mut().unwrap().get_mut::<String>().unwrap();
    *body = body.replace("2026-07-28", "1900-01-01");
    request
        .headers_mut()
        .unwrap()
        .insert("mcp-protocol-version", "1900-01-01".parse().unwrap());
    for request in [request, handshake("tools/list", &json!({}))] {
        let mut request = request;
        let headers = request.headers_mut().unwrap();
        headers.insert("mcp-protocol-version", "1900-01-01".parse().unwrap());
        let (status, body) = send(request);
        assert_eq!((status, &body["error"]["code"]), (400, &json!(-32022)));
        let data = json!({"supported": ["2026-07-28", "2025-11-25"], "requested": "1900-01-01"});
        assert_eq!(body["error"]["data"], data);
    }
}

#[test]
fn a_stateless_request_says_what_the_client_can_do() {
    for lacking in [
        json!({}),
        json!({"_meta": {"io.modelcontextprotocol/clientCapabilities": {}}}),
        json!({"_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}}),
        json!({"_meta": []}),
    ] {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": lacking});
        let request = post(&body.to_string())
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", "server/discover");
        assert_eq!(code(request), (400, -32602), "{body}");
    }
    let (status, body) = send(stateless("tools/call", json!({"name": "sample"})));
    assert_eq!((status, &body["error"]["code"]), (400, &json!(-32021)));
    assert_eq!(body["error"]["data"]["requiredCapabilities"], json!({"sampling": {}}));
}

#[test]
fn what_is_no_message_is_refused_in_words() {
    for (body, status, expected, word) in [
        ("", 400, -32700, "not JSON"),
        ("{\"jsonrpc\":", 400, -32700, "not JSON"),
        (&"[".repeat(10_000), 400, -32700, "not JSON"),
        ("[]", 400, -32600, "one message"),
        (
            "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]",
            400,
            -32600,
            "one message",
        ),
        ("7", 400, -32600, "JSON object"),
        ("{}", 400, -32600, "\"jsonrpc\""),
        ("{\"jsonrpc\":\"2.0\",\"id\":1}", 400, -32600, "\"method\""),
        ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}", 400, -32600, "\"method\""),
        (
            "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}",
            400,
            -32600,
            "\"id\"",
        ),
        (
            "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}",
            400,
            -32600,
            "\"id\"",
        ),
        (
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}",
            400,
            -32602,
            "\"params\"",
        ),
        ("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}", 400, -32600, "response"),
        (
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"error\":{}}",
            400,
            -32600,
            "not both",
        ),
        ("{\"jsonrpc\":\"2.0\",\"result\":{}}", 400, -32600, "\"id\""),
        (
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}",
            400,
            -32600,
            "twice",
        ),
        (
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"x\":[{\"y\":1,\"y\":1}]}}",
            400,
            -32600,
            "twice",
        ),
        ("\u{feff}{}", 400, -32700, "not JSON"),
        ("{\"id\":\"\\ud800\"}", 400, -32700, "not JSON"),
    ] {
        let (got, answer) = send(post(body));
        let message = answer["error"]["message"].as_str().unwrap_or_default();
        assert_eq!(
            (got, &answer["error"]["code"]),
            (status, &json!(expected)),
            "{body:.60}"
        );
        assert!(message.contains(word), "{message}");
    }
}

#[test]
fn the_http_around_it_is_checked_first() {
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"}).to_string();
    for method in ["GET", "DELETE", "OPTIONS", "PUT"] {
        assert_eq!(send(post(&ping).method(method)).0, 405, "{method}");
    }
    let with = |name: &'static str, value: &str| {
        let mut request = post(&ping);
        request.headers_mut().unwrap().insert(name, value.parse().unwrap());
        send(request).0
    };
    assert_eq!(with("content-type", "text/plain"), 415);
    assert_eq!(with("content-type", "application/json; charset=utf-8"), 200);
    assert_eq!(with("content-encoding", "gzip"), 415);
    assert_eq!(with("content-encoding", "identity"), 200);
    assert_eq!(with("accept", "text/html"), 406);
    assert_eq!(with("accept", "*/*"), 200);
    let mut large = post(&ping).body(Err(BodyError::TooLarge)).unwrap();
    let (response, _) = respond(&Echo, &large).now_or_never().unwrap();
    assert_eq!(response.status(), 413);
    assert!(String::from_utf8_lossy(response.body()).contains(&BODY_LIMIT.to_string()));
    *large.body_mut() = Err(BodyError::Incomplete);
    assert_eq!(respond(&Echo, &large).now_or_never().unwrap().0.status(), 400);
}

#[test]
fn pages_of_other_sites_are_refused() {
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"}).to_string();
    for (host, origin, status) in [
        ("127.0.0.1:54321", "http://127.0.0.1:54321", 200),
        ("localhost:54321", "http://localhost:54321", 200),
        ("[::1]:54321", "http://[::1]:54321", 200),
        ("music.example", "https://music.example", 200),
        ("127.0.0.1:54321", "http://127.0.0.1:9999", 403),
        ("127.0.0.1:54321", "https://evil.example", 403),
        ("127.0.0.1:54321", "null", 403),
        ("127.0.0.1:54321", "", 403),
        // The name was made to lead here: host and origin agree, and over plain HTTP that proves nothing.
        ("evil.example", "http://evil.example", 403),
        ("evil.example:54321", "http://evil.example:54321", 403),
        ("localhost.evil.example", "http://localhost.evil.example", 403),
        ("127.0.0.1:54321", "http://localhost.evil:54321", 403),
        ("127.0.0.1:54321", "http://127.0.0.1:54321.evil", 403),
        ("127.0.0.1:54321", "http://evil@127.0.0.1:54321", 403),
        ("127.0.0.1:54321", "http://127.0.0.1", 403),
        ("127.0.0.1:54321", "file://", 403),
    ] {
        let mut request = post(&ping).header("origin", origin);
        request.headers_mut().unwrap().insert("host", host.parse().unwrap());
        assert_eq!(send(request).0, status, "{host} {origin}");
    }
}

/// A server that asks its clients waits for what they answer; the protocol hands it on.
#[test]
fn a_response_reaches_who_asked() {
    struct Asking(std::cell::RefCell<Vec<Answer>>);

    impl Offer for Asking {
        fn server(&self) -> Value {
            json!({})
        }

        fn capabilities(&self) -> Value {
            json!({})
        }

        fn instructions(&self) -> &'static str {
            ""
        }

        fn fresh_for(&self) -> u64 {
            0
        }

        fn answer<'a>(&'a self, call: &'a Call) -> LocalBoxFuture<'a, Result<Value, Fault>> {
            async move { Err(Fault::unknown_method(&call.method)) }.boxed_local()
        }

        fn take(&self, answer: Answer) -> Result<(), Fault> {
            self.0.borrow_mut().push(answer);
            Ok(())
        }
    }

    let asking = Asking(std::cell::RefCell::default());
    for (body, version, status) in [
        (
            "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"result\":{\"x\":1}}",
            "2025-11-25",
            202,
        ),
        (
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-1}}",
            "2025-11-25",
            202,
        ),
        ("{\"jsonrpc\":\"2.0\",\"id\":8,\"result\":{}}", "1900-01-01", 400),
    ] {
        let request = post(body).header("mcp-protocol-version", version);
        let request = request.body(Ok(Bytes::from_static(body.as_bytes()))).unwrap();
        let (response, _) = respond(&asking, &request).now_or_never().unwrap();
        assert_eq!(response.status(), status, "{body}");
    }
    let answers = asking.0.take();
    let expected = [(json!("q"), Ok(json!({"x": 1}))), (json!(7), Err(json!({"code": -1})))];
    assert_eq!(answers.len(), expected.len());
    for (answer, (id, outcome)) in answers.into_iter().zip(expected) {
        assert_eq!(answer, Answer { id, outcome });
    }
}

#[test]
fn a_refusal_repeats_little_of_what_it_refuses() {
    let long = "\u{1b}[31m\u{202e}".repeat(5000);
    let (_, body) = send(handshake(&long, &json!({})));
    let message = body["error"]["message"].as_str().unwrap();
    assert!(
        message.len() < 1000 && !message.contains(['\u{1b}', '\u{202e}']),
        "{message}"
    );
    let request = post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}");
    let (_, body) = send(request.header("mcp-protocol-version", "x".repeat(5000)));
    assert!(body.to_string().len() < 1000, "{body}");
}

#[test]
fn a_notification_is_of_a_known_revision() {
    for (version, status) in [("2025-11-25", 202), ("2026-07-28", 202), ("1900-01-01", 400)] {
        let body = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
        let request = post(body).header("mcp-protocol-version", version);
        assert_eq!(send(request).0, status, "{version}");
    }
}
