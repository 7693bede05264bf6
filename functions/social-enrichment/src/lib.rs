//! `socialEnrichment`: finds the public profile of a producer.
#![cfg(target_family = "wasm")]

use linernotes::pipeline::worker::QueueWorker;
use linernotes::platform::spin;
use linernotes::stages::social_enrichment::SocialEnrichment;
use spin_sdk::http::{IncomingRequest, ResponseOutparam};

#[spin_sdk::http_component]
async fn handle(request: IncomingRequest, response: ResponseOutparam) {
    spin::serve(request, response, &QueueWorker(SocialEnrichment)).await;
}
