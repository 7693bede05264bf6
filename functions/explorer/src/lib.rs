//! `explorer`: the pages on which people look at the catalogue.
#![cfg(target_family = "wasm")]

use linernotes::pages::{Asset, Explorer};
use linernotes::platform::spin;
use spin_sdk::http::{IncomingRequest, ResponseOutparam};

/// What stands in `assets/`, made by `build.rs`.
static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

#[spin_sdk::http_component]
async fn handle(request: IncomingRequest, response: ResponseOutparam) {
    spin::serve(request, response, &Explorer { assets: ASSETS }).await;
}
