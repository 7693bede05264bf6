//! What the tests share: a stack of their own, the demo world behind it, and the comparison of the two.
#![allow(clippy::missing_panics_doc)]

pub mod catalogue;
mod checkout;
pub mod database;
mod figures;
pub mod migrations;
pub mod promises;
pub mod relinked;
pub mod replay;
pub mod scratch_server;
mod second_host;
mod setup;
pub mod size;
mod template;

pub use checkout::{checkout, components, function, postgres_program};
pub use figures::figure;
pub use second_host::SecondHost;
pub use setup::Setup;
