//! The ports on Spin: the only folder that names `spin-sdk`, but for the attribute by which a function exports its
//! component.
//!
//! The functions are WASI 0.2 components, and a file here is a port. Three of them work around something that the step
//! to WASI 0.3 should make needless:
//! - `http`: `spin_sdk::http::send` has no timeout, so it races a timer of WASI's monotonic clock;
//! - `http`, `serve`: received as `http::Response`, a body that breaks off panics, so the streams are read here, and
//!   `body` writes one in the same packet as its head;
//! - `executor`: `spin_executor` does not poll a future again that wakes itself.

mod body;
mod clock;
mod executor;
mod http;
mod log;
mod redis;
mod serve;
mod variables;

pub use serve::serve;
