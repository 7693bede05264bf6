use bytes::Bytes;
use serde_json::json;

use super::*;

fn secrets() -> Vec<Secret> {
    vec![Secret::new("new-secret"), Secret::new("old-secret")]
}

fn request(method: &str, headers: &[(&str, &str)], body: &str) -> Request {
    let mut request = http::Request::builder().method(method).uri("/functions/v1/x");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Ok(Bytes::from(body.to_owned()))).unwrap()
}

fn checked(authorization: &str, body: &str) -> Result<CheckedRequest, JsonResponse> {
    check_with(&secrets(), &request("POST", &[("authorization", authorization)], body))
}

fn status(checked: Result<CheckedRequest, JsonResponse>) -> u16 {
    checked.map_or_else(|response| response.status.as_u16(), |_| 200)
}

#[test]
fn either_of_two_secrets_is_taken_and_nothing_else() {
    assert_eq!(status(checked("Bearer new-secret", "")), 200);
    assert_eq!(status(checked("bearer old-secret", "{}")), 200);
    for wrong in [
        "Bearer new-secre",
        "Bearer new-secret,old-secret",
        "Bearer ",
        "Bearer",
        "Basic new-secret",
        "new-secret",
    ] {
        assert_eq!(status(checked(wrong, "")), 401, "{wrong}");
    }
    assert_eq!(status(check_with(&secrets(), &request("POST", &[], ""))), 401);
}

#[test]
fn another_method_is_refused_before_anything_else_is_checked() {
    for method in ["GET", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"] {
        let response = check_with(&secrets(), &request(method, &[], "")).unwrap_err();
        assert_eq!(response.status, 405, "{method}");
        assert_eq!(response.into_http("c").headers()["allow"], "POST");
    }
}

#[test]
fn the_response_says_what_is_wrong_with_a_body() {
    let error = |body: &str| checked("Bearer new-secret", body).unwrap_err();
    assert_eq!(error("{").status, 400);
    assert_eq!(error("[]").body["error"], "the body must be a JSON object");
    assert_eq!(error("{} x").status, 400);
    let large = http::Request::post("/")
        .header("authorization", "Bearer new-secret")
        .body(Err(BodyError::TooLarge))
        .unwrap();
    let response = check_with(&secrets(), &large).unwrap_err();
    assert_eq!(response.status, 413);
    assert_eq!(response.body["error"], "the body is larger than 65536 bytes");
}

#[test]
fn the_response_names_a_field_that_is_out_of_range() {
    let body = |text: &str| checked("Bearer new-secret", text).unwrap().body;
    let batch = |text: &str| fields::integer(&body(text), "batch_size", 1..=1000);
    assert_eq!(batch("{}"), Ok(None));
    assert_eq!(batch(r#"{"batch_size":null}"#), Ok(None));
    assert_eq!(batch(r#"{"batch_size":1000}"#), Ok(Some(1000)));
    for bad in ["0", "1001", "-1", "1.5", "\"5\"", "true", "[]", "99999999999999"] {
        let response = batch(&format!(r#"{{"batch_size":{bad}}}"#)).unwrap_err();
        assert_eq!(response.status, 400, "{bad}");
        assert_eq!(
            response.body,
            json!({
                "success": false,
                "error": "batch_size must be an integer from 1 to 1000",
                "field": "batch_size",
            })
        );
    }
}

#[test]
fn respond_async_is_found_among_other_preferences() {
    let prefers = |values: &[&str]| {
        let headers: Vec<_> = values.iter().map(|value| ("prefer", *value)).collect();
        prefers_async(request("POST", &headers, "").headers())
    };
    assert!(prefers(&["respond-async"]));
    assert!(prefers(&["return=minimal, Respond-Async; wait=10"]));
    assert!(prefers(&["return=minimal", "respond-async"]));
    assert!(!prefers(&["respond-asynchronously"]));
    assert!(!prefers(&[]));
}

#[test]
fn a_plain_correlation_id_is_kept_and_any_other_replaced() {
    let id = |value: &str| correlation_id(request("POST", &[("x-correlation-id", value)], "").headers());
    assert_eq!(id("abc-1.2:3_4"), "abc-1.2:3_4");
    let made = id("with space");
    assert!(Uuid::parse_str(&made).is_ok(), "{made}");
    assert!(Uuid::parse_str(&id(&"x".repeat(101))).is_ok());
}

#[test]
fn a_call_of_the_database_has_the_correlation_id_of_its_trace() {
    let id = |headers: &[(&str, &str)]| correlation_id(request("POST", headers, "").headers());
    let trace = ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    assert_eq!(id(&[trace]), "0af76519-16cd-43dd-8448-eb211c80319c");
    assert_eq!(id(&[trace, ("x-correlation-id", "c-1")]), "c-1");
    for broken in [
        "00-0-b7ad6b7169203331-01",
        "00",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    ] {
        let made = id(&[("traceparent", broken)]);
        assert!(
            Uuid::parse_str(&made).is_ok_and(|made| !made.is_nil()),
            "{broken}: {made}"
        );
    }
}

#[test]
fn a_response_is_json_with_the_correlation_id() {
    let response = JsonResponse::accepted("c-1").into_http("c-1");
    assert_eq!(response.status(), 202);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["x-correlation-id"], "c-1");
    assert_eq!(response.headers()["preference-applied"], "respond-async");
    assert_eq!(
        serde_json::from_slice::<Value>(response.body()).unwrap(),
        json!({"success": true, "accepted": true, "correlation_id": "c-1"})
    );
}
