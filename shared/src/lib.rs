//! Linernotes: from an artist's name to the people who produced and wrote the music.
//!
//! Imports run down only: `stages`, `operations`, `mcp`, `console` → `pages` → `pipeline` → `sources` → `domain`,
//! `platform`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod domain;
pub mod mcp;
pub mod pipeline;
pub mod platform;
pub mod sources;

// Only components need the rest. The commands of the local stack, which read the configuration and the status, are compiled
// without it, half of this crate; natively it is there for its tests.
#[cfg(any(test, target_family = "wasm"))]
pub mod console;
#[cfg(any(test, target_family = "wasm"))]
pub mod operations;
#[cfg(any(test, target_family = "wasm"))]
pub mod pages;
#[cfg(any(test, target_family = "wasm"))]
pub mod stages;

#[cfg(test)]
mod fuzz;
