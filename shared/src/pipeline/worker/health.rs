//! `{"check":true}`: would this worker work, of which version is it, and for which database does it work?

use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use crate::pipeline::deduplication;
use crate::pipeline::http_contract::{CheckedRequest, JsonResponse, fields};
use crate::pipeline::rpc::{Rpc, RpcError};
use crate::platform::ports::{Clock, Platform};

/// A gateway reads a new schema within moments of being told to.
const SCHEMA_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_WAIT_FOR_SCHEMA: Duration = Duration::from_secs(5);

pub fn asked_for(request: &CheckedRequest) -> bool {
    request.body.get("check") == Some(&json!(true))
}

/// Runs nothing. A `challenge` is given back to the worker's own database, which knows whether it has sent it; a copy of
/// that database sends one that it does not know, and is told so by 409.
pub async fn response(platform: &Platform<'_>, rpc: &Rpc<'_>, request: &CheckedRequest) -> JsonResponse {
    let challenge = match fields::text(&request.body, "challenge", 36) {
        Ok(challenge) => challenge.map(|text| Uuid::parse_str(&text)),
        Err(response) => return response,
    };
    match challenge {
        None => {}
        Some(Err(_)) => return JsonResponse::bad_field("challenge", "must be a UUID"),
        Some(Ok(challenge)) => match give_back(rpc, platform.clock, challenge).await {
            Ok(true) => {}
            Ok(false) => {
                let message = "this function works for another database than the one that has sent the challenge";
                return JsonResponse::error(StatusCode::CONFLICT, message);
            }
            Err(error) => return JsonResponse::error(StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
        },
    }
    let mut body = json!({"success": true, "version": env!("CARGO_PKG_VERSION")});
    if request.body.get("redis") == Some(&json!(true)) {
        body["redis"] = deduplication::probe(platform.keys, platform.clock);
    }
    JsonResponse::ok(body)
}

/// Whether the worker's own database knows this challenge. A database that sends one has the function that takes it back,
/// so a gateway that does not know that function has not read the schema since it was installed, and is asked again: after
/// a refusal the next challenge would come no sooner than cron's next job.
async fn give_back(rpc: &Rpc<'_>, clock: &dyn Clock, challenge: Uuid) -> Result<bool, RpcError> {
    let end = clock.monotonic() + LONGEST_WAIT_FOR_SCHEMA;
    loop {
        let answer = rpc.call("answer_challenge", &json!({"challenge": challenge})).await;
        match answer {
            Err(error) if error.is_wrong_schema() && clock.monotonic() < end => clock.sleep(SCHEMA_PAUSE).await,
            answer => return answer,
        }
    }
}
