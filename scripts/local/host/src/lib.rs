//! A development and test host for Spin components (WASI 0.2) on wasmtime.
//!
//! It runs the project's functions where `spin` itself is not installed, and in tests. **It is not made for
//! production**: run the same `spin.toml` and components on Spin, `SpinKube` or a managed host there. It offers what
//! these components use and refuses what Spin refuses: HTTP triggers, application variables, outbound HTTP and Redis
//! behind `allowed_outbound_hosts`, calls to other components by `http://<component>.spin.internal`, environment and
//! logs. A component is trusted with nothing: it has limits in time, memory and number, and whatever it does wrong is
//! a plain 500 with a line on standard error.
//!
//! Reading order: [`manifest`] (with [`variables`], [`allowed_hosts`], [`routes`]) says what the application is,
//! [`app`] makes it ready, [`server`] takes requests, [`instance`] answers one; `state` is what an instance has, and
//! `outbound`, `spin` and `logs` are what it can reach from there, `traces` what a collector is told of it.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod allowed_hosts;
pub mod app;
mod component;
pub mod instance;
mod logs;
pub mod manifest;
mod outbound;
mod redis;
pub mod routes;
pub mod server;
mod spin;
mod spin_headers;
mod state;
mod traces;
pub mod variables;

/// The body of a request or an answer, on whatever side of a component.
type WasiBody = wasmtime_wasi_http::body::HyperOutgoingBody;

/// A message in one line, for logs.
fn one_line(message: &str) -> String {
    message
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}
