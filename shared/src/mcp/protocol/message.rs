//! One message of JSON-RPC in the body of a request.

use serde_json::{Map, Value};

use crate::mcp::protocol::fault::Fault;

#[derive(Debug, PartialEq)]
pub enum Message {
    Request {
        /// A string or a whole number.
        id: Value,
        method: String,
        params: Map<String, Value>,
    },
    /// Wants no answer. Nothing that a client can notify of changes anything here.
    Notification,
}

/// A fault, with the id of the request where that could be read.
pub type Unreadable = (Option<Value>, Fault);

pub fn read(body: &[u8]) -> Result<Message, Unreadable> {
    let value: Value = serde_json::from_slice(body).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        (None, Fault::not_json(format!("The body is not JSON ({place})")))
    })?;
    let mut object = match value {
        Value::Object(object) => object,
        Value::Array(_) => {
            return Err((
                None,
                Fault::no_message("Batches are not taken: send one message in each request"),
            ));
        }
        _ => return Err((None, Fault::no_message("The body must be a JSON object"))),
    };
    let id = object.remove("id");
    let readable_id = id.as_ref().filter(|id| is_id(id)).cloned();
    let wrong = |message: &str| (readable_id.clone(), Fault::no_message(message));
    if object.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Err(wrong("\"jsonrpc\" must be \"2.0\""));
    }
    let method = match object.remove("method") {
        Some(Value::String(method)) => method,
        Some(_) => return Err(wrong("\"method\" must be a string")),
        None if object.contains_key("result") || object.contains_key("error") => {
            return Err(wrong("A response is not taken: this server asks its clients nothing"));
        }
        None => return Err(wrong("\"method\" is missing")),
    };
    let params = match object.remove("params") {
        None => Map::new(),
        Some(Value::Object(params)) => params,
        Some(_) => return Err((readable_id, Fault::malformed_params("\"params\" must be an object"))),
    };
    match id {
        None => Ok(Message::Notification),
        Some(id) if is_id(&id) => Ok(Message::Request { id, method, params }),
        Some(_) => Err((None, Fault::no_message("\"id\" must be a string or a whole number"))),
    }
}

fn is_id(id: &Value) -> bool {
    id.is_string() || id.is_i64() || id.is_u64()
}
