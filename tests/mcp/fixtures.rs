//! What the conformance suite wants to find on a server, offered over the product's own protocol module: a server of the
//! tests, so that the suite can try what the product has no use for.

use std::net::SocketAddr;

use anyhow::Result;
use axum::body::Bytes;
use axum::extract::Request;
use axum::response::Response;
use linernotes::mcp::protocol::{Call, Fault, Offer, Revision, respond};
use linernotes::platform::ports::{BODY_LIMIT, BodyError};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

/// A red pixel, and a moment of silence.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
const WAV: &str = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=";

/// Serves the fixtures on a port of its own until the test ends, and says where.
pub async fn serve() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address: SocketAddr = listener.local_addr()?;
    let router = axum::Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(format!("http://{address}/mcp"))
}

async fn answer(request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, BODY_LIMIT)
        .await
        .map_err(|_| BodyError::TooLarge);
    let sent: Value = body
        .as_ref()
        .ok()
        .and_then(|body| serde_json::from_slice(body).ok())
        .unwrap_or_default();
    let request = http_request(head, body);
    // The fixtures wait for nothing, so their answer is there at once; what it borrows may not cross threads.
    let answered = tokio::task::spawn_blocking(move || {
        tokio::runtime::Handle::current().block_on(async { respond(&Fixtures, &request).await.0 })
    });
    match answered.await {
        Ok(response) => with_notifications(response.map(axum::body::Bytes::from), &sent),
        Err(_) => Response::new("the fixtures failed".into()),
    }
}

fn http_request(
    head: axum::http::request::Parts,
    body: Result<Bytes, BodyError>,
) -> linernotes::platform::ports::Request {
    axum::http::Request::from_parts(head, body)
}

/// What a tool says while it works goes before its result, as events.
fn with_notifications(response: axum::http::Response<Bytes>, sent: &Value) -> Response {
    let token = &sent["params"]["_meta"]["progressToken"];
    let notifications: Vec<Value> = match sent["params"]["name"].as_str() {
        Some("test_tool_with_progress") if !token.is_null() => [0, 50, 100]
            .iter()
            .map(|done| {
                json!({"jsonrpc": "2.0", "method": "notifications/progress",
                       "params": {"progressToken": token, "progress": done, "total": 100}})
            })
            .collect(),
        Some("test_tool_with_logging") => ["started", "processing data", "completed"]
            .iter()
            .map(|what| {
                json!({"jsonrpc": "2.0", "method": "notifications/message",
                       "params": {"level": "info", "data": format!("Tool execution {what}")}})
            })
            .collect(),
        _ => Vec::new(),
    };
    if notifications.is_empty() {
        return response.map(axum::body::Body::from);
    }
    let result = String::from_utf8_lossy(response.body()).into_owned();
    let messages = notifications.iter().map(ToString::to_string).chain([result]);
    let events: String = messages
        .map(|message| ["event: message\ndata: ", &message, "\n\n"].concat())
        .collect();
    let mut response = Response::new(events.into());
    response.headers_mut().insert(
        axum::http::header::CONTENT_TYPE,
        axum::http::HeaderValue::from_static("text/event-stream"),
    );
    response
}

struct Fixtures;

impl Offer for Fixtures {
    fn server(&self) -> Value {
        json!({"name": "fixtures", "version": "1.0.0"})
    }

    fn capabilities(&self) -> Value {
        json!({"tools": {}, "resources": {"subscribe": false}, "prompts": {}, "completions": {}, "logging": {}})
    }

    fn instructions(&self) -> &'static str {
        "For the conformance suite alone"
    }

    fn fresh_for(&self) -> u64 {
        300_000
    }

    fn answer<'a>(&'a self, call: &'a Call) -> std::pin::Pin<Box<dyn Future<Output = Result<Value, Fault>> + 'a>> {
        Box::pin(async move {
            let name = call.params.get("name").and_then(Value::as_str).unwrap_or_default();
            match (call.method.as_str(), call.revision) {
                ("tools/list", _) => Ok(json!({"tools": tools()})),
                ("tools/call", _) => call_tool(name, call),
                ("resources/list", _) => Ok(json!({"resources": [
                    {"uri": "test://static-text", "name": "Static text", "description": "Text", "mimeType": "text/plain"},
                    {"uri": "test://static-binary", "name": "Static binary", "description": "A pixel", "mimeType": "image/png"},
                ]})),
                ("resources/templates/list", _) => Ok(json!({"resourceTemplates": [
                    {"uriTemplate": "test://template/{id}/data", "name": "Template", "description": "Data by id",
                     "mimeType": "application/json"},
                ]})),
                ("resources/read", _) => read(call),
                ("prompts/list", _) => Ok(json!({"prompts": prompts()})),
                ("prompts/get", _) => prompt(name, call),
                ("completion/complete", _) => Ok(json!({"completion": {"values": [], "total": 0, "hasMore": false}})),
                // Nothing is ever logged or changed of itself, so these hold whatever they ask for.
                ("logging/setLevel" | "resources/subscribe" | "resources/unsubscribe", Revision::Handshake) => {
                    Ok(json!({}))
                }
                (other, _) => Err(Fault::unknown_method(other)),
            }
        })
    }
}

fn tools() -> Value {
    let plain = |name: &str| json!({"name": name, "description": "A fixture", "inputSchema": {"type": "object"}});
    let mut tools: Vec<Value> = [
        "test_simple_text",
        "test_image_content",
        "test_audio_content",
        "test_embedded_resource",
        "test_multiple_content_types",
        "test_tool_with_logging",
        "test_tool_with_progress",
        "test_error_handling",
        "test_missing_capability",
        "test_streaming_elicitation",
        "test_logging_tool",
        "test_input_required_result_elicitation",
        "test_input_required_result_sampling",
        "test_input_required_result_list_roots",
        "test_input_required_result_request_state",
        "test_input_required_result_multiple_inputs",
        "test_input_required_result_multi_round",
        "test_input_required_result_tampered_state",
        "test_input_required_result_capabilities",
    ]
    .map(plain)
    .into();
    tools.push(schema_2020_12());
    json!(tools)
}

/// A schema with all that the dialect has and servers like to lose.
fn schema_2020_12() -> Value {
    json!({
        "name": "json_schema_2020_12_tool",
        "description": "Tool with JSON Schema 2020-12 features",
        "inputSchema": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "$defs": {"address": {"$anchor": "addressDef", "type": "object",
                                  "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
            "properties": {
                "name": {"type": "string"},
                "address": {"$ref": "#/$defs/address"},
                "contactMethod": {"type": "string", "enum": ["phone", "email"]},
                "phone": {"type": "string"},
                "email": {"type": "string"},
            },
            "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
            "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
            "then": {"required": ["phone"]},
            "else": {"required": ["email"]},
            "additionalProperties": false,
        },
    })
}

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn call_tool(name: &str, call: &Call) -> Result<Value, Fault> {
    let image = json!({"type": "image", "data": PNG, "mimeType": "image/png"});
    let content = match name {
        "test_simple_text" => json!([text("This is a simple text response for testing.")]),
        "test_image_content" => json!([image]),
        "test_audio_content" => json!([{"type": "audio", "data": WAV, "mimeType": "audio/wav"}]),
        "test_embedded_resource" => json!([{"type": "resource", "resource": {
            "uri": "test://embedded-resource", "mimeType": "text/plain",
            "text": "This is an embedded resource content."}}]),
        "test_multiple_content_types" => {
            json!([text("Multiple content types test:"), image, {"type": "resource", "resource": {
            "uri": "test://mixed-content-resource", "mimeType": "application/json",
            "text": "{\"test\":\"data\",\"value\":123}"}}])
        }
        "test_error_handling" => {
            let content = json!([text("This tool intentionally returns an error for testing")]);
            return Ok(json!({"content": content, "isError": true}));
        }
        "test_missing_capability" if !call.client_capabilities.contains_key("sampling") => {
            return Err(Fault::missing_capabilities(&json!({"sampling": {}})));
        }
        "test_tool_with_logging"
        | "test_tool_with_progress"
        | "test_missing_capability"
        | "test_streaming_elicitation"
        | "test_logging_tool" => json!([text("Done")]),
        _ => return rounds(name, call),
    };
    Ok(json!({"content": content}))
}

/// Tools that need more from their caller before they can end.
fn rounds(name: &str, call: &Call) -> Result<Value, Fault> {
    let empty = Map::new();
    let responses = call
        .params
        .get("inputResponses")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    let has = |key: &str| responses.get(key).is_some_and(Value::is_object);
    let state = call.params.get("requestState").and_then(Value::as_str);
    let elicit = |message: &str, field: &str, kind: &str| {
        json!({"method": "elicitation/create", "params": {"mode": "form", "message": message, "requestedSchema": {
            "type": "object", "properties": {field: {"type": kind}}, "required": [field]}}})
    };
    let sample = |question: &str| {
        json!({"method": "sampling/createMessage", "params": {
            "messages": [{"role": "user", "content": text(question)}], "maxTokens": 100}})
    };
    let roots = json!({"method": "roots/list", "params": {}});
    let name_wanted = elicit("What is your name?", "name", "string");
    let (requests, state) = match name {
        "test_input_required_result_elicitation" if !has("user_name") => (json!({"user_name": name_wanted}), None),
        "test_input_required_result_sampling" if !has("capital_question") => (
            json!({"capital_question": sample("What is the capital of France?")}),
            None,
        ),
        "test_input_required_result_list_roots" if !has("client_roots") => (json!({"client_roots": roots}), None),
        "test_input_required_result_request_state" | "test_input_required_result_tampered_state" if !has("confirm") => {
            (
                json!({"confirm": elicit("Please confirm", "ok", "boolean")}),
                Some("sealed"),
            )
        }
        "test_input_required_result_request_state" | "test_input_required_result_tampered_state"
            if state != Some("sealed") =>
        {
            return Err(Fault::invalid_params("requestState is not the one that was given"));
        }
        "test_input_required_result_multiple_inputs"
            if !["user_name", "greeting", "client_roots"].into_iter().all(has) =>
        {
            let requests =
                json!({"user_name": name_wanted, "greeting": sample("Generate a greeting"), "client_roots": roots});
            (requests, Some("sealed"))
        }
        "test_input_required_result_multi_round" if state.is_none() => (
            json!({"step1": elicit("Step 1: What is your name?", "name", "string")}),
            Some("round 1"),
        ),
        "test_input_required_result_multi_round" if state == Some("round 1") => (
            json!({"step2": elicit("Step 2: What is your favorite color?", "color", "string")}),
            Some("round 2"),
        ),
        "test_input_required_result_capabilities" => {
            let mut requests = json!({});
            if call.client_capabilities.contains_key("sampling") {
                requests["question"] = sample("Say something");
            }
            if call.client_capabilities.contains_key("elicitation") {
                requests["user_name"] = name_wanted;
            }
            (requests, None)
        }
        known if known.starts_with("test_input_required_result_") => {
            return Ok(json!({"content": [text("state-ok")]}));
        }
        other => return Err(Fault::invalid_params(format!("Unknown tool: {other}"))),
    };
    Ok(input_required(&requests, state))
}

fn input_required(requests: &Value, state: Option<&str>) -> Value {
    let mut result = json!({"resultType": "input_required", "inputRequests": requests});
    if let Some(state) = state {
        result["requestState"] = json!(state);
    }
    result
}

fn read(call: &Call) -> Result<Value, Fault> {
    let uri = call.params.get("uri").and_then(Value::as_str).unwrap_or_default();
    let id = uri
        .strip_prefix("test://template/")
        .and_then(|rest| rest.strip_suffix("/data"));
    let content = match (uri, id) {
        ("test://static-text", _) => {
            json!({"mimeType": "text/plain", "text": "This is the content of the static text resource."})
        }
        ("test://static-binary", _) => json!({"mimeType": "image/png", "blob": PNG}),
        (_, Some(id)) => {
            json!({"mimeType": "application/json", "text": json!({"id": id, "templateTest": true}).to_string()})
        }
        _ => return Err(Fault::invalid_params("Resource not found").with(json!({"uri": uri}))),
    };
    let mut content = content;
    content["uri"] = json!(uri);
    Ok(json!({"contents": [content]}))
}

fn prompts() -> Value {
    let argument = |name: &str| json!({"name": name, "description": "A text", "required": true});
    json!([
        {"name": "test_simple_prompt", "description": "Without arguments"},
        {"name": "test_prompt_with_arguments", "description": "With two", "arguments": [argument("arg1"), argument("arg2")]},
        {"name": "test_prompt_with_embedded_resource", "description": "With a resource",
         "arguments": [argument("resourceUri")]},
        {"name": "test_prompt_with_image", "description": "With a picture"},
        {"name": "test_input_required_result_prompt", "description": "Asks first"},
    ])
}

fn prompt(name: &str, call: &Call) -> Result<Value, Fault> {
    let given = |argument: &str| {
        call.params["arguments"][argument]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let user = |content: Value| json!({"role": "user", "content": content});
    let messages = match name {
        "test_simple_prompt" => json!([user(text("This is a simple prompt for testing."))]),
        "test_prompt_with_arguments" => json!([user(text(&format!(
            "Prompt with arguments: arg1='{}', arg2='{}'",
            given("arg1"),
            given("arg2")
        )))]),
        "test_prompt_with_embedded_resource" => json!([
            user(
                json!({"type": "resource", "resource": {"uri": given("resourceUri"), "mimeType": "text/plain",
                                                          "text": "Embedded resource content for testing."}})
            ),
            user(text("Please process the embedded resource above.")),
        ]),
        "test_prompt_with_image" => json!([
            user(json!({"type": "image", "data": PNG, "mimeType": "image/png"})),
            user(text("Please analyze the image above.")),
        ]),
        "test_input_required_result_prompt" => {
            if call
                .params
                .get("inputResponses")
                .is_none_or(|given| given["user_context"].is_null())
            {
                let wanted = json!({"user_context": {"method": "elicitation/create", "params": {
                    "mode": "form", "message": "What context should the prompt use?", "requestedSchema": {
                        "type": "object", "properties": {"context": {"type": "string"}}, "required": ["context"]}}}});
                return Ok(input_required(&wanted, None));
            }
            json!([user(text("Here is your prompt."))])
        }
        other => return Err(Fault::invalid_params(format!("Unknown prompt: {other}"))),
    };
    Ok(json!({"messages": messages}))
}
