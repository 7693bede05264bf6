//! The four steps of a run: dequeue → skip → stage → commit.

pub mod abilities;
pub mod answer;
pub mod budget;
pub mod commit;
pub mod deduplication;
pub mod dequeue;
pub mod door;
#[cfg(test)]
pub(crate) mod fakes;
pub mod issues;
pub mod message;
pub mod outcome;
pub mod permits;
pub mod queue;
pub mod rpc;
pub mod stage;
pub mod worker;
