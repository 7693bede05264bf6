//! `mcp`: the door for assistants, and the description of the API for programs.
#![cfg(target_family = "wasm")]

use linernotes::mcp::Door;
use linernotes::platform::spin;
use spin_sdk::http::{IncomingRequest, ResponseOutparam};

/// Written by a test from what runs.
const OPENAPI: &str = include_str!("../openapi.json");

#[spin_sdk::http_component]
async fn handle(request: IncomingRequest, response: ResponseOutparam) {
    spin::serve(request, response, &Door { openapi: OPENAPI }).await;
}
