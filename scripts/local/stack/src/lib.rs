//! The local stack: everything that Linernotes needs, on this machine's loopback.
//!
//! [`Stack::start`] does what `scripts/up` does, inside the calling process: it prepares a private PostgreSQL cluster,
//! applies the migrations, starts Redis, the demo upstreams and the functions' host, serves a gateway like Supabase's
//! on one origin, and watches all of them. `linernotes up` is this library with a person in front of it; the tests use
//! it directly.
//!
//! Read in this order: [`Options`] (what can be chosen), `plan.rs` (what follows from that), `run.rs` (the order in
//! which things start), `supervisor.rs` (how they are watched), `gateway/` (what a client talks to), `net.rs` (how the
//! database calls out).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod account;
mod binaries;
mod data_dir;
mod database;
mod gateway;
mod info;
mod net;
mod options;
mod plan;
mod ports;
mod process;
mod programs;
mod run;
mod service;
mod stack;
mod state;
mod supervisor;
mod upstreams;

pub use binaries::own as own_program;
pub use data_dir::{Holder, stop_running};
pub use info::StackInfo;
pub use options::{Demo, Options, Parts, Report, Runtime, SpotifyApp, Upstream};
pub use process::log_end;
pub use service::Service;
pub use stack::Stack;
