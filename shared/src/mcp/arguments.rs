//! What a tool takes: its JSON Schema, and the check of what a model gives. A problem is said in words by which it can
//! be mended.

use serde_json::{Map, Value, json};
use uuid::Uuid;

/// As the catalogue's names, and the functions' check of them.
const LONGEST_TEXT: usize = 512;

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

    fn problem(&self, value: &Value) -> Option<String> {
        let is_one_of = |words: &[&str], value: &Value| value.as_str().is_some_and(|value| words.contains(&value));
        match self {
            Self::Text | Self::Cursor => {
                let text = value.as_str().unwrap_or_default();
                let is_good = !text.trim().is_empty() && text.chars().count() <= LONGEST_TEXT && !text.contains('\0');
                (!is_good).then(|| format!("must be a text of 1 to {LONGEST_TEXT} characters"))
            }
            Self::Id => {
                let id = value.as_str().and_then(|id| Uuid::try_parse(id).ok());
                id.is_none()
                    .then(|| "must be an id (a UUID) that another tool has answered, not a name".to_owned())
            }
            Self::Integer { least, most, .. } => {
                let is_good = value.as_i64().is_some_and(|number| (*least..=*most).contains(&number));
                (!is_good).then(|| format!("must be a whole number from {least} to {most}"))
            }
            Self::Word(words) => (!is_one_of(words, value)).then(|| format!("must be one of {}", words.join(", "))),
            Self::Words(words) => {
                let is_good = value
                    .as_array()
                    .is_some_and(|values| !values.is_empty() && values.iter().all(|value| is_one_of(words, value)));
                (!is_good).then(|| format!("must be a list of some of {}", words.join(", ")))
            }
        }
    }
}

/// The arguments that were given, with the defaults of those that were not. A null is one that was not given.
pub fn check(arguments: &[Argument], given: &Map<String, Value>) -> Result<Map<String, Value>, String> {
    let mut checked = Map::new();
    let mut problems = Vec::new();
    for name in given.keys() {
        if !arguments.iter().any(|argument| argument.name == name) {
            let names: Vec<&str> = arguments.iter().map(|argument| argument.name).collect();
            let takes = if names.is_empty() {
                "none".to_owned()
            } else {
                names.join(", ")
            };
            let name: String = name.chars().take(64).collect();
            problems.push(format!("{name:?} is no argument of this tool; it takes {takes}"));
        }
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
            Some(value) => match argument.kind.problem(value) {
                Some(problem) => problems.push(format!("{}: {problem}", argument.name)),
                None => {
                    checked.insert(argument.name.to_owned(), value.clone());
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
            "kinds: must be a list of some of artists, albums",
            "term: must be a text of 1 to 512 characters",
        ] {
            assert!(problem.contains(part), "{part}\n{problem}");
        }
        assert_eq!(checked(json!({})), Err("producer_id: is missing".into()));
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
