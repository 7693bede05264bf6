//! One file for each function that an operator calls.

pub mod later;
