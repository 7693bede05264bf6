//! One message of JSON-RPC in the body of a request.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
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
    Response(Answer),
}

/// What a client answers to a request that was made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// As the request had it.
    pub id: Value,
    /// The result, or JSON-RPC's error object.
    pub outcome: Result<Value, Value>,
}

const NO_ID: &str = "\"id\" must be a string or a whole number";

/// A fault, with the id of the request where that could be read.
pub type Unreadable = (Option<Value>, Fault);

pub fn read(body: &[u8]) -> Result<Message, Unreadable> {
    let Unambiguous(value) = serde_json::from_slice(body).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        let fault = match error.classify() {
            Category::Data => Fault::no_message(format!("A member stands twice in one object ({place})")),
            _ => Fault::not_json(format!("The body is not JSON ({place})")),
        };
        (None, fault)
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
        None => {
            let outcome = match (object.remove("result"), object.remove("error")) {
                (Some(result), None) => Ok(result),
                (None, Some(error)) => Err(error),
                (None, None) => return Err(wrong("\"method\" is missing")),
                (Some(_), Some(_)) => return Err(wrong("A response has a \"result\" or an \"error\", not both")),
            };
            return match readable_id {
                Some(id) => Ok(Message::Response(Answer { id, outcome })),
                None => Err((None, Fault::no_message(NO_ID))),
            };
        }
    };
    let params = match object.remove("params") {
        None => Map::new(),
        Some(Value::Object(params)) => params,
        Some(_) => return Err((readable_id, Fault::malformed_params("\"params\" must be an object"))),
    };
    match id {
        None => Ok(Message::Notification),
        Some(id) if is_id(&id) => Ok(Message::Request { id, method, params }),
        Some(_) => Err((None, Fault::no_message(NO_ID))),
    }
}

fn is_id(id: &Value) -> bool {
    id.is_string() || id.is_i64() || id.is_u64()
}

/// JSON in which no object has two members of one name: a proxy that reads the first and a server that reads the last
/// would see two messages.
struct Unambiguous(Value);

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Unambiguous(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Unambiguous(value))) = members.next_entry::<String, Unambiguous>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("twice"));
            }
        }
        Ok(Value::Object(object))
    }
}
