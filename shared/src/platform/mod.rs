//! What the product needs from outside, as ports, and the one implementation of these ports, on Spin.

pub mod config;
pub mod origin;
pub mod ports;
pub mod retrying;
#[cfg(target_family = "wasm")]
pub mod spin;
