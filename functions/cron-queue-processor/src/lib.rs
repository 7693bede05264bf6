//! `cronQueueProcessor`: calls the worker of every queue once.
#![cfg(target_family = "wasm")]

use linernotes::operations::OperationFunction;
use linernotes::operations::processor::QueueProcessor;
use linernotes::platform::spin;
use spin_sdk::http::{IncomingRequest, ResponseOutparam};

#[spin_sdk::http_component]
async fn handle(request: IncomingRequest, response: ResponseOutparam) {
    spin::serve(request, response, &OperationFunction(QueueProcessor)).await;
}
