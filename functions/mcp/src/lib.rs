//! `mcp`: the door for assistants, and the description of the API for programs.
#![cfg(target_family = "wasm")]

use linernotes::mcp::Door;
use linernotes::platform::spin;
use spin_sdk::http::{IncomingRequest, ResponseOutparam};

/// Written by a test from what runs, and compressed by `build.rs`.
const OPENAPI: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/openapi.json.gz"));

#[spin_sdk::http_component]
async fn handle(request: IncomingRequest, response: ResponseOutparam) {
    spin::serve(request, response, &Door { openapi: OPENAPI }).await;
}
