//! `mcp`: the door for assistants.
#![cfg(target_family = "wasm")]

use linernotes::mcp::Door;
use linernotes::platform::spin;
use spin_sdk::http::{IncomingRequest, ResponseOutparam};

#[spin_sdk::http_component]
async fn handle(request: IncomingRequest, response: ResponseOutparam) {
    spin::serve(request, response, &Door).await;
}
