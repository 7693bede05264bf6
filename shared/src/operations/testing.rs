//! Runs an operation in the harness of the pipeline's tests.

use serde_json::Value;

use crate::operations::{Operation, OperationFunction};
pub use crate::pipeline::harness::Harness;
use crate::platform::ports::Http;

impl Harness {
    pub fn serve<O: Operation>(&self, operation: O, body: &str) -> (u16, Value) {
        self.serve_with(&self.api, operation, "", body)
    }

    /// The same over another `Http`, with a preference.
    pub fn serve_with<O: Operation>(&self, http: &dyn Http, operation: O, prefer: &str, body: &str) -> (u16, Value) {
        self.call(&OperationFunction(operation), http, prefer, body)
    }
}
