//! Linernotes: from an artist's name to the people who produced and wrote the music.
//!
//! Imports run down only: `stages`, `operations`, `mcp`, `console` → `pages` → `pipeline` → `sources` → `domain`,
//! `platform`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod console;
pub mod domain;
pub mod mcp;
pub mod operations;
pub mod pages;
pub mod pipeline;
pub mod platform;
pub mod sources;
pub mod stages;

#[cfg(test)]
mod fuzz;
