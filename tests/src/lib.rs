//! What the tests share.

pub mod replay;
