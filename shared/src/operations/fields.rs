//! Fields of a body. Absent and null are the same; another type than the field's is refused, by name.

use serde_json::{Map, Value};

use crate::pipeline::answer::{self, Answer};

/// The range of every threshold, as the database has it: ten years.
pub const MINUTES: std::ops::RangeInclusive<u32> = 1..=5_256_000;

/// A number of minutes.
pub fn minutes(body: &Map<String, Value>, field: &str) -> Result<Option<u32>, Answer> {
    answer::integer(body, field, MINUTES)
}

/// True or false.
pub fn flag(body: &Map<String, Value>, field: &str) -> Result<Option<bool>, Answer> {
    match body.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(value)) => Ok(Some(*value)),
        Some(_) => Err(Answer::bad_field(field, "must be true or false")),
    }
}

/// A text of at most so many characters, that is not blank.
pub fn text(body: &Map<String, Value>, field: &str, longest: usize) -> Result<Option<String>, Answer> {
    let value = match body.get(field) {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value.as_str(),
    };
    let good = |text: &&str| !text.trim().is_empty() && text.chars().count() <= longest && !text.contains('\0');
    match value.filter(good) {
        Some(text) => Ok(Some(text.to_owned())),
        None => Err(Answer::bad_field(
            field,
            &format!("must be a text of 1 to {longest} characters"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(value: Value) -> Map<String, Value> {
        Map::from_iter([("x".to_owned(), value)])
    }

    #[test]
    fn absent_and_null_are_the_same() {
        for body in [Map::new(), body(Value::Null)] {
            assert_eq!(minutes(&body, "x"), Ok(None));
            assert_eq!(flag(&body, "x"), Ok(None));
            assert_eq!(text(&body, "x", 10), Ok(None));
        }
    }

    #[test]
    fn another_type_is_refused_by_name() {
        let field = |answer: Answer| (answer.status.as_u16(), answer.body["field"].clone());
        for bad in [
            json!(0),
            json!(-1),
            json!(1.5),
            json!("5"),
            json!(true),
            json!(5_256_001),
        ] {
            assert_eq!(field(minutes(&body(bad), "x").unwrap_err()), (400, json!("x")));
        }
        for bad in [json!("true"), json!(1), json!([])] {
            assert_eq!(field(flag(&body(bad), "x").unwrap_err()), (400, json!("x")));
        }
        for bad in [
            json!(""),
            json!("  "),
            json!("a\0b"),
            json!("12345678901"),
            json!(5),
            json!({}),
        ] {
            assert_eq!(field(text(&body(bad), "x", 10).unwrap_err()), (400, json!("x")));
        }
        assert_eq!(text(&body(json!("1234567890")), "x", 10), Ok(Some("1234567890".into())));
    }
}
