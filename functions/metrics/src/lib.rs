//! `metrics`: the pipeline in Prometheus' text format.
#![cfg(target_family = "wasm")]

use linernotes::operations::metrics::Metrics;
use linernotes::platform::spin;
use spin_sdk::http::{IncomingRequest, ResponseOutparam};

#[spin_sdk::http_component]
async fn handle(request: IncomingRequest, response: ResponseOutparam) {
    spin::serve(request, response, &Metrics).await;
}
