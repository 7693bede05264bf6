//! What the Graph API's errors mean: their codes say it, the HTTP status hardly does.

use std::time::Duration;

use serde_json::Value;

/// Where the error does not say for how long: calls are counted over a rolling hour.
const LIMIT_PAUSE: Duration = Duration::from_mins(10);

/// An error by what is to be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphError {
    /// There is no account of this name that may be looked at. Private, personal, age-gated and free names are answered
    /// alike.
    NotAvailable,
    /// Too many calls: nobody asks again before this is over.
    Limit(Duration),
    /// The token, its permissions, or the account that asks: only the operator can help.
    Refused,
    /// Any other; it may pass.
    Other,
}

/// What an answer says that is no success; `None` where its body is no error of the Graph API. `usage` is its header
/// `X-Business-Use-Case-Usage`.
pub fn read(body: &Value, usage: Option<&str>) -> Option<GraphError> {
    let error = body.get("error")?;
    let code = error.get("code")?.as_i64()?;
    let subcode = error.get("error_subcode").and_then(Value::as_i64);
    Some(match (code, subcode) {
        (110, _) | (_, Some(2_207_013)) => GraphError::NotAvailable,
        // The app, its user, the page, a blocked action, the API's own limits, and Instagram's.
        (4 | 17 | 32 | 341 | 368 | 613 | 80_002, _) => {
            GraphError::Limit(usage.and_then(regained_in).unwrap_or(LIMIT_PAUSE))
        }
        // Session and token; permissions; then what is wrong with a request whose only parts are the account that asks
        // and a well-formed name: the account does not exist, or is none of Instagram's.
        (102 | 190 | 458..=467 | 3 | 10 | 200..=299 | 100 | 803 | 2500, _) => GraphError::Refused,
        _ => GraphError::Other,
    })
}

/// `{"<account>": [{"type": "instagram", "call_count": 100, "estimated_time_to_regain_access": 19}]}`, in minutes.
fn regained_in(usage: &str) -> Option<Duration> {
    let usage: Value = serde_json::from_str(usage).ok()?;
    let uses = usage.as_object()?.values().filter_map(Value::as_array).flatten();
    let minutes = uses.filter_map(|one| one.get("estimated_time_to_regain_access")?.as_u64());
    let longest = minutes.max().filter(|minutes| *minutes > 0)?;
    Some(Duration::from_secs(longest.saturating_mul(60)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn meaning(code: i64, subcode: Option<i64>) -> Option<GraphError> {
        read(
            &json!({ "error": { "message": "m", "type": "OAuthException", "code": code, "error_subcode": subcode } }),
            None,
        )
    }

    #[test]
    fn codes_say_what_is_to_be_done() {
        assert_eq!(meaning(110, Some(2_207_013)), Some(GraphError::NotAvailable));
        assert_eq!(meaning(24, Some(2_207_013)), Some(GraphError::NotAvailable));
        for code in [4, 17, 32, 613, 80_002] {
            assert_eq!(meaning(code, None), Some(GraphError::Limit(LIMIT_PAUSE)), "{code}");
        }
        for (code, subcode) in [(190, Some(463)), (190, None), (10, None), (200, None), (100, Some(33))] {
            assert_eq!(meaning(code, subcode), Some(GraphError::Refused), "{code}");
        }
        for code in [1, 2, -1, 9007] {
            assert_eq!(meaning(code, None), Some(GraphError::Other), "{code}");
        }
        for body in [
            json!({}),
            json!([]),
            json!({ "error": "x" }),
            json!({ "error": { "code": "4" } }),
        ] {
            assert_eq!(read(&body, None), None);
        }
    }

    #[test]
    fn the_time_of_a_limit_is_the_longest_that_is_stated() {
        let error = json!({ "error": { "code": 4 } });
        let after = |usage| read(&error, Some(usage));
        let usage = r#"{"1": [{"type": "instagram", "call_count": 100, "estimated_time_to_regain_access": 19}],
                        "2": [{"estimated_time_to_regain_access": 3}, {}], "3": 7}"#;
        assert_eq!(after(usage), Some(GraphError::Limit(Duration::from_mins(19))));
        for usage in ["", "[]", r#"{"1": [{"estimated_time_to_regain_access": 0}]}"#] {
            assert_eq!(after(usage), Some(GraphError::Limit(LIMIT_PAUSE)), "{usage}");
        }
    }
}
