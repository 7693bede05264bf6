//! The functions for operators, and what an operator sees of the workers, through the whole stack: compiled components,
//! real Postgres and Redis.

mod apart;
mod bodies;
mod check;
mod cleanup;
mod deduplication;
mod door;
mod harness;
mod monitor;
mod processor;
mod providers;
mod releases;
mod secrets;
mod slow_database;
