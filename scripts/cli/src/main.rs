//! `linernotes`: what a person types. `scripts/*` build it and call it.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod discover;
mod up;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "linernotes", about = "Linernotes on this machine")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts everything on loopback, migrates, and prints addresses and keys.
    Up(up::Up),
    /// Stops everything that `up` started, and nothing else.
    Down(up::Down),
    /// From artists' names to the people who produced their music.
    Discover(discover::Arguments),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Up(up) => up.run(),
        Command::Down(down) => down.run(),
        Command::Discover(arguments) => Ok(discover::run(&arguments)),
    };
    result.unwrap_or_else(|error| {
        eprintln!("linernotes: {error:#}");
        ExitCode::FAILURE
    })
}
