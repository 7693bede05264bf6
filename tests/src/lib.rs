//! What the tests share: a stack of their own, the demo world behind it, and the comparison of the two.
#![allow(clippy::missing_panics_doc)]

pub mod catalogue;
pub mod replay;
mod setup;
pub mod size;

pub use setup::Setup;
