//! The database's own contract, on real Postgres with real pgmq and `pg_cron`, as the role that calls.
//!
//! `promises/<function>.sql` says in SQL what each function does, a sentence and a transaction each (`../promises.rs`
//! runs them); `arguments.rs` says what each refuses; the rest is what takes several sessions, another role, or a
//! second installation.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod adoption;
mod after_release;
mod arguments;
mod callers;
mod calls;
mod concurrency;
mod document;
mod document_text;
mod gateway;
mod kinds;
mod long_answers;
mod merges;
mod migrations;
mod models;
mod names;
mod pgtap;
mod roles;
mod safeupdate;
mod schema;
mod states;
mod tokens;
mod wake_ups;
