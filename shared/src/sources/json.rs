//! Reads members of an answer. What was asked for must be there and of its type; all else may be missing, null or
//! of another type.

use std::fmt;

use serde_json::Value;

/// Browsers don't open longer addresses, so a longer one is taken for none.
const LONGEST_URL: usize = 2000;
/// The longest name that the catalogue takes.
const LONGEST_NAME: usize = 512;

/// A member that is not what it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misread {
    /// `artists.items[3].id`; empty where the whole body is wrong.
    pub field: String,
    /// `missing`, `expected a list, found null`
    pub problem: String,
}

impl Misread {
    /// The whole body is at fault.
    pub fn body(problem: impl Into<String>) -> Self {
        Self {
            field: String::new(),
            problem: problem.into(),
        }
    }

    pub fn at(field: &str, problem: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            problem: problem.into(),
        }
    }

    fn wrong_type(field: &str, expected: &str, found: &Value) -> Self {
        Self::at(field, format!("expected {expected}, found {}", type_name(found)))
    }

    /// The same, seen from the member `parent` that holds it.
    #[must_use]
    pub fn within(mut self, parent: &str) -> Self {
        let separator = if self.field.is_empty() || self.field.starts_with('[') {
            ""
        } else {
            "."
        };
        self.field = format!("{parent}{separator}{}", self.field);
        self
    }

    /// The same, seen from the list `parent` that holds it at `index`.
    #[must_use]
    pub fn within_item(self, parent: &str, index: usize) -> Self {
        self.within(&format!("{parent}[{index}]"))
    }
}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = if self.field.is_empty() {
            "the answer"
        } else {
            &self.field
        };
        write!(f, "malformed: {field}: {}", self.problem)
    }
}

/// A member that must be there, of whatever type.
pub fn member<'v>(object: &'v Value, key: &str) -> Result<&'v Value, Misread> {
    match object {
        Value::Object(members) => members.get(key).ok_or_else(|| Misread::at(key, "missing")),
        other => Err(Misread::body(format!("expected an object, found {}", type_name(other)))),
    }
}

/// A text that must be there.
pub fn text(object: &Value, key: &str) -> Result<String, Misread> {
    match member(object, key)? {
        Value::String(text) => Ok(without_nul(text)),
        other => Err(Misread::wrong_type(key, "a text", other)),
    }
}

/// A list that must be there.
pub fn list<'v>(object: &'v Value, key: &str) -> Result<&'v [Value], Misread> {
    match member(object, key)? {
        Value::Array(items) => Ok(items),
        other => Err(Misread::wrong_type(key, "a list", other)),
    }
}

/// An object that must be there.
pub fn object<'v>(object: &'v Value, key: &str) -> Result<&'v Value, Misread> {
    match member(object, key)? {
        found @ Value::Object(_) => Ok(found),
        other => Err(Misread::wrong_type(key, "an object", other)),
    }
}

/// A list that may be missing or null, but nothing else.
pub fn optional_list<'v>(object: &'v Value, key: &str) -> Result<Option<&'v [Value]>, Misread> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(items)) => Ok(Some(items)),
        Some(other) => Err(Misread::wrong_type(key, "a list", other)),
    }
}

/// A text that is not empty.
pub fn optional_text(object: &Value, key: &str) -> Option<String> {
    let text = without_nul(object.get(key)?.as_str()?);
    (!text.trim().is_empty()).then_some(text)
}

/// A text that is an address of the web.
pub fn optional_url(object: &Value, key: &str) -> Option<String> {
    optional_text(object, key).filter(|url| is_url(url))
}

/// Whether `text` is an address of the web.
pub fn is_url(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://")) && text.len() <= LONGEST_URL
}

/// A name of a person, as long as the catalogue takes it.
pub fn optional_name(object: &Value, key: &str) -> Option<String> {
    let invisible =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}');
    let name = optional_text(object, key)?;
    (name.chars().count() <= LONGEST_NAME && !name.chars().all(invisible)).then_some(name)
}

/// A whole number that Postgres' INTEGER holds, and that is not negative.
pub fn optional_integer(object: &Value, key: &str) -> Option<i32> {
    let number = object.get(key)?;
    #[allow(clippy::cast_possible_truncation)] // Of a number without fraction; the range is checked next.
    let whole = number.as_i64().or_else(|| {
        number
            .as_f64()
            .filter(|n| n.fract() == 0.0 && n.abs() < 1e15)
            .map(|n| n as i64)
    });
    i32::try_from(whole?).ok().filter(|number| *number >= 0)
}

/// The items of a list that are texts.
pub fn texts(object: &Value, key: &str) -> Vec<String> {
    let items = object.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    items.iter().filter_map(Value::as_str).map(without_nul).collect()
}

/// A character that JSON knows and Postgres does not.
fn without_nul(text: &str) -> String {
    if text.contains('\0') {
        text.replace('\0', "")
    } else {
        text.to_owned()
    }
}

/// Takes what Postgres does not store (NUL) and the members `keys`, at any depth, out of `value`.
pub fn prune(value: &mut Value, keys: &[&str]) {
    match value {
        Value::String(text) if text.contains('\0') => *text = without_nul(text),
        Value::Array(items) => items.iter_mut().for_each(|item| prune(item, keys)),
        Value::Object(members) => {
            members.retain(|key, _| !keys.contains(&key.as_str()) && !key.contains('\0'));
            members.values_mut().for_each(|member| prune(member, keys));
        }
        _ => {}
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_misread_names_its_field() {
        let answer = json!({ "artists": { "items": [{}, { "id": 7 }] } });
        let items = list(object(&answer, "artists").unwrap(), "items").unwrap();
        let misread = text(&items[1], "id")
            .unwrap_err()
            .within_item("items", 1)
            .within("artists");
        assert_eq!(
            misread.to_string(),
            "malformed: artists.items[1].id: expected a text, found a number"
        );
        let missing = text(&items[0], "id").unwrap_err().within_item("items", 0);
        assert_eq!(missing.to_string(), "malformed: items[0].id: missing");
        assert_eq!(
            list(&json!("x"), "items").unwrap_err().within("artists").to_string(),
            "malformed: artists: expected an object, found a text"
        );
    }

    #[test]
    fn what_is_optional_may_be_anything() {
        let object = json!({ "a": null, "b": 3.0, "c": 3.5, "d": -1, "e": 1e300, "f": "", "g": "x\u{0}y", "h": 99_999_999_999_u64 });
        assert_eq!(optional_integer(&object, "b"), Some(3));
        for key in ["a", "c", "d", "e", "f", "h", "z"] {
            assert_eq!(optional_integer(&object, key), None, "{key}");
        }
        assert_eq!(optional_text(&object, "f"), None);
        assert_eq!(optional_text(&object, "g").as_deref(), Some("xy"));
        assert_eq!(optional_list(&object, "a"), Ok(None));
        assert!(optional_list(&object, "b").is_err());
    }

    #[test]
    fn pruning_goes_to_any_depth() {
        let mut value = json!({ "x": 1, "album": [{ "x": [1], "y": "a\u{0}" }] });
        prune(&mut value, &["x"]);
        assert_eq!(value, json!({ "album": [{ "y": "a" }] }));
    }
}
