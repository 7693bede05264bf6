//! Reads the fields of a body. An absent field and a null are the same; a value of another type is refused, and the
//! response names the field.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use crate::pipeline::http_contract::JsonResponse;

/// The range of every threshold, as the database has it: up to ten years.
const MINUTES: RangeInclusive<u32> = 1..=5_256_000;

/// An integer within `range`.
pub fn integer(
    body: &Map<String, Value>,
    field: &str,
    range: RangeInclusive<u32>,
) -> Result<Option<u32>, JsonResponse> {
    let value = match body.get(field) {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value.as_u64().and_then(|value| u32::try_from(value).ok()),
    };
    if let Some(value) = value.filter(|value| range.contains(value)) {
        return Ok(Some(value));
    }
    let problem = format!("must be an integer from {} to {}", range.start(), range.end());
    Err(JsonResponse::bad_field(field, &problem))
}

/// A number of minutes: a threshold for how old something must be.
pub fn minutes(body: &Map<String, Value>, field: &str) -> Result<Option<u32>, JsonResponse> {
    integer(body, field, MINUTES)
}

pub fn flag(body: &Map<String, Value>, field: &str) -> Result<Option<bool>, JsonResponse> {
    match body.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(value)) => Ok(Some(*value)),
        Some(_) => Err(JsonResponse::bad_field(field, "must be true or false")),
    }
}

/// A text that is not blank and has at most `longest` characters.
pub fn text(body: &Map<String, Value>, field: &str, longest: usize) -> Result<Option<String>, JsonResponse> {
    let value = match body.get(field) {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value.as_str(),
    };
    let good = |text: &&str| !text.trim().is_empty() && text.chars().count() <= longest && !text.contains('\0');
    match value.filter(good) {
        Some(text) => Ok(Some(text.to_owned())),
        None => Err(JsonResponse::bad_field(
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
    fn an_absent_field_and_a_null_are_the_same() {
        for body in [Map::new(), body(Value::Null)] {
            assert_eq!(minutes(&body, "x"), Ok(None));
            assert_eq!(flag(&body, "x"), Ok(None));
            assert_eq!(text(&body, "x", 10), Ok(None));
        }
    }

    #[test]
    fn a_value_of_another_type_is_refused_and_its_field_named() {
        let field = |response: JsonResponse| (response.status.as_u16(), response.body["field"].clone());
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
