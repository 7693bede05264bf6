//! Where a page of a list ended, as an opaque text that belongs to that list alone.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What to say of one that leads nowhere, or no longer.
pub const WRONG: &str = "cursor: does not belong to this list; give what next_cursor said with the same other arguments, \
                         or leave it out to begin anew";

/// What the next page follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cursor {
    /// So many that were shown.
    Offset(u32),
    /// The one that was shown last.
    After(Uuid),
}

/// Written with a mark of the list: the tool with its arguments, but for how many are wanted.
pub fn write(cursor: &Cursor, tool: &str, arguments: &Map<String, Value>) -> String {
    let position = match cursor {
        Cursor::Offset(offset) => format!("o{offset}"),
        Cursor::After(id) => format!("a{}", id.simple()),
    };
    URL_SAFE_NO_PAD.encode(format!("{}{position}", mark(tool, arguments)))
}

pub fn read(text: &str, tool: &str, arguments: &Map<String, Value>) -> Result<Cursor, String> {
    let wrong = || WRONG.to_owned();
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
    let decoded = String::from_utf8(bytes).map_err(|_| wrong())?;
    let position = decoded.strip_prefix(&mark(tool, arguments)).ok_or_else(wrong)?;
    let cursor = match position.split_at_checked(1) {
        Some(("o", offset)) => offset.parse().ok().map(Cursor::Offset),
        Some(("a", id)) => Uuid::try_parse(id).ok().map(Cursor::After),
        _ => None,
    };
    cursor.ok_or_else(wrong)
}

fn mark(tool: &str, arguments: &Map<String, Value>) -> String {
    let mut digest = Sha256::new_with_prefix(tool);
    for (name, value) in arguments {
        if name != "limit_count" && name != "cursor" {
            digest.update(format!("\n{name}={value}"));
        }
    }
    let digest = digest.finalize();
    URL_SAFE_NO_PAD.encode(&digest[..6])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn arguments(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_cursor_leads_on_in_its_own_list_only() {
        let list = arguments(json!({"producer_id": "p", "limit_count": 10}));
        for cursor in [Cursor::Offset(20), Cursor::After(Uuid::from_u128(7))] {
            let text = write(&cursor, "list", &list);
            // How many are wanted may change from page to page.
            let longer = arguments(json!({"producer_id": "p", "limit_count": 50, "cursor": text}));
            assert_eq!(read(&text, "list", &longer), Ok(cursor));
            let other = arguments(json!({"producer_id": "q", "limit_count": 10}));
            assert!(read(&text, "list", &other).is_err());
            assert!(read(&text, "other", &list).is_err());
        }
        for nonsense in ["", "a", "😀", "AAAAAAAAAAAA", &"A".repeat(10_000)] {
            let problem = read(nonsense, "list", &list).unwrap_err();
            assert!(problem.starts_with("cursor: "), "{problem}");
        }
    }
}
