//! `cronQueueProcessor`: runs every queue once.
#![cfg(target_family = "wasm")]

use linernotes::operations::later;
use linernotes::platform::spin;
use spin_sdk::http::{IncomingRequest, ResponseOutparam};

#[spin_sdk::http_component]
async fn handle(request: IncomingRequest, response: ResponseOutparam) {
    let answer = async |platform: &_, request, reply| {
        later::serve("cronQueueProcessor", platform, &request, reply);
    };
    spin::serve(request, response, answer).await;
}
