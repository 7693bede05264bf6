//! `console`: the pages on which operators see what the pipeline does, and act on it.
#![cfg(target_family = "wasm")]

use linernotes::console::Console;
use linernotes::pages::Asset;
use linernotes::platform::spin;
use spin_sdk::http::{IncomingRequest, ResponseOutparam};

/// What stands in `assets/` and in the explorer's, made by `build.rs`.
static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

#[spin_sdk::http_component]
async fn handle(request: IncomingRequest, response: ResponseOutparam) {
    spin::serve(request, response, &Console { assets: ASSETS }).await;
}
