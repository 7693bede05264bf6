//! `artistDiscovery`: finds artists of Spotify by their names, and queues their albums.
#![cfg(target_family = "wasm")]

use linernotes::pipeline::worker::QueueWorker;
use linernotes::platform::spin;
use linernotes::stages::artist_discovery::ArtistDiscovery;
use spin_sdk::http::{IncomingRequest, ResponseOutparam};

#[spin_sdk::http_component]
async fn handle(request: IncomingRequest, response: ResponseOutparam) {
    spin::serve(request, response, &QueueWorker(ArtistDiscovery)).await;
}
