//! A call of a tool: its arguments to the function behind it, and the function's answer to what a model can use.

use serde_json::{Map, Value, json};

use crate::mcp::arguments;
use crate::mcp::cursor::{self, Cursor};
use crate::mcp::tools::{NOTICE, Paging, Tool};
use crate::pipeline::rpc::{Rpc, RpcError};

/// The catalogue, as everybody with the publishable key reads it.
pub struct Catalogue<'a> {
    pub rpc: Rpc<'a>,
    /// Where the explorer's pages are.
    pub origin: &'a str,
}

/// Why a call has no answer, in words for the model.
#[derive(Debug)]
pub enum Refusal {
    /// Other arguments would help.
    Arguments(String),
    /// The catalogue could not be asked, and may be asked again.
    Unavailable(RpcError),
    /// The catalogue answered with an error that is ours.
    Failed(RpcError),
}

impl Refusal {
    pub fn words(&self) -> String {
        match self {
            Self::Arguments(problem) => problem.clone(),
            Self::Unavailable(_) => {
                "The catalogue can't answer right now. The arguments are fine: try the same call again in some seconds."
                    .to_owned()
            }
            Self::Failed(_) => {
                "The catalogue failed to answer, which no other arguments would change. Tell the user that this server \
                 has a fault."
                    .to_owned()
            }
        }
    }
}

impl From<RpcError> for Refusal {
    fn from(error: RpcError) -> Self {
        match &error {
            RpcError::Unreachable { .. } | RpcError::Gateway { .. } => Self::Unavailable(error),
            // The functions' own checks: the argument's name and what would be right.
            RpcError::Database { error: raised, .. } if raised.code == "22023" => {
                Self::Arguments(raised.message.clone())
            }
            // The statement took too long, or the database is shutting down or full.
            RpcError::Database { error: raised, .. }
                if raised.code == "57014" || raised.code.starts_with("57P") || raised.code.starts_with("53") =>
            {
                Self::Unavailable(error)
            }
            _ => Self::Failed(error),
        }
    }
}

impl Catalogue<'_> {
    /// The answer of a tool, as its output schema has it.
    pub async fn call(&self, tool: &Tool, given: &Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
        let mut arguments = arguments::check(tool.arguments, given).map_err(Refusal::Arguments)?;
        let position = match arguments.remove("cursor") {
            Some(Value::String(text)) => Some(cursor::read(&text, tool.name, &arguments).map_err(Refusal::Arguments)?),
            _ => None,
        };
        let wanted = arguments.get("limit_count").and_then(Value::as_u64).unwrap_or_default();
        let wanted = usize::try_from(wanted).unwrap_or_default();
        let offset = match position {
            Some(Cursor::Offset(offset)) => offset as usize,
            _ => 0,
        };
        let mut asked = arguments.clone();
        match tool.paging {
            Paging::Whole(_) => {}
            Paging::After => {
                if let Some(Cursor::After(id)) = position {
                    asked.insert("after".into(), json!(id));
                }
            }
            Paging::Offset => {
                asked.insert("limit_count".into(), json!(wanted + 1));
                asked.insert("offset_count".into(), json!(offset));
            }
            Paging::First(_, most) => {
                let reach = (offset + wanted + 1).min(most as usize);
                asked.insert("limit_count".into(), json!(reach));
            }
            Paging::Slices(..) => {
                asked.remove("limit_count");
            }
        }

        let mut answer: Value = match self.rpc.call(tool.function, &asked).await.map_err(Refusal::from) {
            // The function's word for a cursor, whose track may be gone by now.
            Err(Refusal::Arguments(problem)) if problem.starts_with("after:") => {
                return Err(Refusal::Arguments(cursor::WRONG.to_owned()));
            }
            answered => answered?,
        };
        let mut next = None;
        match tool.paging {
            Paging::Whole(lists) => truncate(&mut answer, lists),
            Paging::After => {
                next = answer["next"]
                    .as_str()
                    .and_then(|id| id.parse().ok())
                    .map(Cursor::After);
            }
            Paging::Offset => {
                next = slice(&mut answer, 0, wanted).then(|| following(offset, wanted));
                if answer.as_array().is_some_and(Vec::is_empty) && !self.has_artist(&arguments).await? {
                    answer = Value::Null;
                }
            }
            Paging::First(lists, most) => {
                let mut has_more = false;
                for list in lists {
                    if let Some(list) = answer.get_mut(*list) {
                        has_more |= slice(list, offset, wanted);
                    }
                }
                // Beyond what the function gives at most there is nothing to go on to.
                next = (has_more && offset + wanted < most as usize).then(|| following(offset, wanted));
            }
            Paging::Slices(list, others) => {
                truncate(&mut answer, others);
                if let Some(list) = answer.get_mut(list) {
                    next = slice(list, offset, wanted).then(|| following(offset, wanted));
                }
            }
        }
        if answer.is_null() {
            return Err(Refusal::Arguments(tool.unknown.to_owned()));
        }

        let cut = tool.answer.cut(&answer, self.origin);
        let mut members = match cut {
            Value::Object(members) => members,
            items => Map::from_iter([("items".to_owned(), items)]),
        };
        if !matches!(tool.paging, Paging::Whole(_)) {
            let next = next.map(|next| cursor::write(&next, tool.name, &arguments));
            members.insert("next_cursor".into(), json!(next));
        }
        members.insert("notice".into(), json!(NOTICE));
        Ok(members)
    }

    /// Somebody without any credit is not nobody.
    async fn has_artist(&self, arguments: &Map<String, Value>) -> Result<bool, Refusal> {
        let artist: Value = self
            .rpc
            .call("get_artist", &json!({"artist_id": arguments.get("artist_id")}))
            .await?;
        Ok(!artist.is_null())
    }
}

/// Keeps `wanted` elements from `offset` on, and says whether there were more.
fn slice(list: &mut Value, offset: usize, wanted: usize) -> bool {
    let Some(items) = list.as_array_mut() else {
        return false;
    };
    items.drain(..offset.min(items.len()));
    let has_more = items.len() > wanted;
    items.truncate(wanted);
    has_more
}

fn truncate(answer: &mut Value, lists: &[(&str, usize)]) {
    for (list, most) in lists {
        if let Some(items) = answer.get_mut(*list).and_then(Value::as_array_mut) {
            items.truncate(*most);
        }
    }
}

fn following(offset: usize, wanted: usize) -> Cursor {
    Cursor::Offset(u32::try_from(offset + wanted).unwrap_or(u32::MAX))
}

/// The answer as text: the same JSON, the notice first, so that it is read before what it is about.
pub fn text(members: &Map<String, Value>) -> String {
    let notice = members.get("notice").cloned().unwrap_or_default();
    let rest: Map<String, Value> = members
        .iter()
        .filter(|(name, _)| *name != "notice")
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let rest = Value::Object(rest).to_string();
    match rest.strip_prefix('{').filter(|rest| *rest != "}") {
        Some(rest) => format!("{{\"notice\":{notice},{rest}"),
        None => format!("{{\"notice\":{notice}}}"),
    }
}
