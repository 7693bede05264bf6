//! The four steps of a run: dequeue → skip → stage → commit.

pub mod abilities;
pub mod message;
pub mod outcome;
