//! `clearQueueDeduplication`: removes deduplication keys from Redis.
#![cfg(target_family = "wasm")]

use linernotes::operations::OperationFunction;
use linernotes::operations::deduplication::ClearDeduplication;
use linernotes::platform::spin;
use spin_sdk::http::{IncomingRequest, ResponseOutparam};

#[spin_sdk::http_component]
async fn handle(request: IncomingRequest, response: ResponseOutparam) {
    spin::serve(request, response, &OperationFunction(ClearDeduplication)).await;
}
