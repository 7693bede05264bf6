//! What the product needs from the world outside, as ports, and their one implementation on Spin.

pub mod config;
pub mod ports;
pub mod retrying;
#[cfg(target_family = "wasm")]
pub mod spin;
