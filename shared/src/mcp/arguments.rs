//! What a tool takes: its JSON Schema, and the check of what a model gives. A problem is said in words by which it can
//! be mended.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::mcp::protocol::quoted;

/// As the catalogue's names, and the functions' check of them.
const LONGEST_TEXT: usize = 512;

const UNKNOWN_NAMED: usize = 5;

#[derive(Debug)]
pub struct Argument {
    pub name: &'static str,
    pub kind: Kind,
    pub is_required: bool,
    pub about: &'static str,
}

#[derive(Debug)]
pub enum Kind {
    Text,
    Id,
    Integer {
        least: i64,
        most: i64,
        default: Option<i64>,
    },
    Word(&'static [&'static str]),
    Words(&'static [&'static str]),
    /// Where a page goes on; `cursor` reads it.
    Cursor,
}

impl Argument {
    pub const fn required(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Self {
            name,
            kind,
            is_required: true,
            about,
        }
    }

    pub const fn optional(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Self {
            name,
            kind,
            is_required: false,
            about,
        }
    }
}

pub fn schema(arguments: &[Argument]) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for argument in arguments {
        let mut schema = argument.kind.schema();
        schema["description"] = json!(argument.about);
        properties.insert(argument.name.to_owned(), schema);
        if argument.is_required {
            required.push(argument.name);
        }
    }
    let mut schema = json!({"type": "object", "properties": properties, "additionalProperties": false});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

impl Kind {
    fn schema(&self) -> Value {
        match self {
            Self::Cursor => json!({"type": "string", "maxLength": LONGEST_TEXT}),
            Self::Text => json!({"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}),
            Self::Id => json!({"type": "string", "format": "uuid"}),
            Self::Integer { least, most, default } => {
                let mut schema = json!({"type": "integer", "minimum": least, "maximum": most});
                if let Some(default) = default {
                    schema["default"] = json!(default);
                }
                schema
            }
            Self::Word(words) => json!({"type": "string", "enum": words}),
            Self::Words(words) => {
                json!({"type": "array", "items": {"type": "string", "enum": words}, "minItems": 1, "uniqueItems": true})
            }
        }
    }

    /// The value as the functions take it, or what would be right.
    fn checked(&self, value: &Value) -> Result<Value, String> {
        let is_one_of = |words: &[&str], value: &Value| value.as_str().is_some_and(|value| words.contains(&value));
        match self {
            Self::Text | Self::Cursor => {
                let text = value.as_str().unwrap_or_default();
                let is_good = !text.trim().is_empty() && text.chars().count() <= LONGEST_TEXT && !text.contains('\0');
                let right = || format!("must be a text of 1 to {LONGEST_TEXT} characters");
                is_good.then(|| value.clone()).ok_or_else(right)
            }
            // Written anew, since a UUID can be written in more ways than Postgres reads.
            Self::Id => match value.as_str().map(Uuid::try_parse) {
                Some(Ok(id)) => Ok(json!(id)),
                _ => Err("must be an id (a UUID) that another tool has answered, not a name".to_owned()),
            },
            Self::Integer { least, most, .. } => match whole(value) {
                Some(number) if (*least..=*most).contains(&number) => Ok(json!(number)),
                _ => Err(format!("must be a whole number from {least} to {most}")),
            },
            Self::Word(words) => {
                let right = || format!("must be one of {}", words.join(", "));
                is_one_of(words, value).then(|| value.clone()).ok_or_else(right)
            }
            Self::Words(words) => {
                let given = value.as_array().map(Vec::as_slice).unwrap_or_default();
                let is_good = (1..=words.len()).contains(&given.len())
                    && given.iter().all(|value| is_one_of(words, value))
                    && given
                        .iter()
                        .enumerate()
                        .all(|(place, value)| !given[..place].contains(value));
                let right = || format!("must be a list of some of {}, each once", words.join(", "));
                is_good.then(|| value.clone()).ok_or_else(right)
            }
        }
    }
}

/// For JSON Schema, 10.0 is as whole as 10, and there are clients that know no other numbers.
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let number = value.as_f64()?;
        // What is exact fits; the cast saturates.
        #[allow(clippy::cast_possible_truncation)]
        (number.fract() == 0.0 && number.abs() < 1e15).then_some(number as i64)
    })
}

/// The arguments that were given, with the defaults of those that were not. A null is one that was not given.
pub fn check(arguments: &[Argument], given: &Map<String, Value>) -> Result<Map<String, Value>, String> {
    let mut checked = Map::new();
    let mut problems = Vec::new();
    let is_known = |name: &&String| arguments.iter().any(|argument| argument.name == *name);
    // A few are enough to see what is wrong: an answer should not grow with what it refuses.
    for name in given.keys().filter(|name| !is_known(name)).take(UNKNOWN_NAMED) {
        let names: Vec<&str> = arguments.iter().map(|argument| argument.name).collect();
        let takes = if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        };
        problems.push(format!(
            "{} is no argument of this tool; it takes {takes}",
            quoted(name)
        ));
    }
    for argument in arguments {
        match given.get(argument.name) {
            None | Some(Value::Null) => {
                if argument.is_required {
                    problems.push(format!("{}: is missing", argument.name));
                } else if let Kind::Integer {
                    default: Some(default), ..
                } = argument.kind
                {
                    checked.insert(argument.name.to_owned(), json!(default));
                }
            }
            Some(value) => match argument.kind.checked(value) {
                Err(problem) => problems.push(format!("{}: {problem}", argument.name)),
                Ok(value) => {
                    checked.insert(argument.name.to_owned(), value);
                }
            },
        }
    }
    if problems.is_empty() {
        Ok(checked)
    } else {
        Err(problems.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARGUMENTS: &[Argument] = &[
        Argument::required("producer_id", Kind::Id, "whose"),
        Argument::optional(
            "limit_count",
            Kind::Integer {
                least: 1,
                most: 50,
                default: Some(10),
            },
            "how many",
        ),
        Argument::optional("role", Kind::Word(&["producer", "writer"]), "as what"),
        Argument::optional("kinds", Kind::Words(&["artists", "albums"]), "which"),
        Argument::optional("term", Kind::Text, "what"),
    ];

    fn checked(given: Value) -> Result<Value, String> {
        let Value::Object(given) = given else { panic!("{given}") };
        check(ARGUMENTS, &given).map(Value::Object)
    }

    #[test]
    fn what_is_left_out_has_its_default_and_a_null_is_left_out() {
        let id = "00000000-0000-4000-8000-0000000000d1";
        let answer = checked(json!({"producer_id": id, "role": null, "limit_count": null}));
        assert_eq!(answer, Ok(json!({"producer_id": id, "limit_count": 10})));
    }

    #[test]
    fn each_problem_names_its_argument_and_what_would_be_right() {
        let problem = checked(json!({
            "producer_id": "Ivo Hart", "limit_count": "10", "role": "Writer", "kinds": [], "term": "a\0", "limit": 5,
        }));
        let problem = problem.unwrap_err();
        for part in [
            "\"limit\" is no argument of this tool; it takes producer_id, limit_count, role, kinds, term",
            "producer_id: must be an id (a UUID) that another tool has answered, not a name",
            "limit_count: must be a whole number from 1 to 50",
            "role: must be one of producer, writer",
            "kinds: must be a list of some of artists, albums, each once",
            "term: must be a text of 1 to 512 characters",
        ] {
            assert!(problem.contains(part), "{part}\n{problem}");
        }
        assert_eq!(checked(json!({})), Err("producer_id: is missing".into()));
    }

    #[test]
    fn one_value_is_written_in_one_way() {
        let id = "00000000-0000-4000-8000-0000000000d1";
        for written in [
            "00000000-0000-4000-8000-0000000000D1",
            "urn:uuid:00000000-0000-4000-8000-0000000000d1",
            "{00000000-0000-4000-8000-0000000000d1}",
            "000000000000400080000000000000d1",
        ] {
            let answer = checked(json!({"producer_id": written, "limit_count": 5.0}));
            assert_eq!(answer, Ok(json!({"producer_id": id, "limit_count": 5})), "{written}");
        }
        for wrong in [
            json!(0),
            json!(-1),
            json!(1e9),
            json!(1.5),
            json!(1e300),
            json!(true),
            json!([5]),
        ] {
            let problem = checked(json!({"producer_id": id, "limit_count": wrong}));
            assert_eq!(problem, Err("limit_count: must be a whole number from 1 to 50".into()));
        }
        for wrong in [
            json!(["artists", "artists"]),
            json!(["artists", null]),
            json!("artists"),
        ] {
            assert!(checked(json!({"producer_id": id, "kinds": wrong})).is_err());
        }
    }

    #[test]
    fn a_refusal_does_not_grow_with_what_it_refuses() {
        let given: Map<String, Value> = (0..3000).map(|n| (format!("{n:0>900}"), json!(1))).collect();
        let problem = checked(Value::Object(given)).unwrap_err();
        assert!(problem.len() < 2000, "{} bytes", problem.len());
    }

    #[test]
    fn the_schema_says_what_is_checked() {
        let schema = schema(ARGUMENTS);
        assert_eq!(schema["required"], json!(["producer_id"]));
        assert_eq!(schema["additionalProperties"], json!(false));
        let limit = &schema["properties"]["limit_count"];
        assert_eq!(
            (&limit["minimum"], &limit["maximum"], &limit["default"]),
            (&json!(1), &json!(50), &json!(10))
        );
    }
}
