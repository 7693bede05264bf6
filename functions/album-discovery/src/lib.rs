//! `albumDiscovery`: lists the albums of an artist, a page a message, and queues their tracks.
#![cfg(target_family = "wasm")]

use linernotes::pipeline::worker::QueueWorker;
use linernotes::platform::spin;
use linernotes::stages::album_discovery::AlbumDiscovery;
use spin_sdk::http::{IncomingRequest, ResponseOutparam};

#[spin_sdk::http_component]
async fn handle(request: IncomingRequest, response: ResponseOutparam) {
    spin::serve(request, response, &QueueWorker(AlbumDiscovery)).await;
}
