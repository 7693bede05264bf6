//! `trackDiscovery`: lists the tracks of an album, and queues their credits.
#![cfg(target_family = "wasm")]

use linernotes::pipeline::worker::QueueWorker;
use linernotes::platform::spin;
use linernotes::stages::track_discovery::TrackDiscovery;
use spin_sdk::http::{IncomingRequest, ResponseOutparam};

#[spin_sdk::http_component]
async fn handle(request: IncomingRequest, response: ResponseOutparam) {
    spin::serve(request, response, &QueueWorker(TrackDiscovery)).await;
}
