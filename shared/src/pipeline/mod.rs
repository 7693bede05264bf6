//! The four steps of a run: dequeue → skip → stage → commit.

pub mod abilities;
pub mod budget;
pub mod circuit_breaker;
pub mod commit;
pub mod config;
pub mod deduplication;
pub mod dequeue;
#[cfg(test)]
pub(crate) mod fakes;
#[cfg(test)]
pub(crate) mod harness;
pub mod http_contract;
pub mod issues;
pub mod message;
pub mod outcome;
pub mod queue;
pub mod rpc;
pub mod semaphore;
pub mod stage;
pub mod status;
pub mod worker;
