//! `producerIdentification`: finds out who produced and wrote the tracks of an album, and queues their profiles.
#![cfg(target_family = "wasm")]

use linernotes::pipeline::worker::QueueWorker;
use linernotes::platform::spin;
use linernotes::stages::producer_identification::ProducerIdentification;
use spin_sdk::http::{IncomingRequest, ResponseOutparam};

#[spin_sdk::http_component]
async fn handle(request: IncomingRequest, response: ResponseOutparam) {
    spin::serve(request, response, &QueueWorker(ProducerIdentification)).await;
}
