//! `linernotes`: what a person types. `scripts/*` build it and call it.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod dead_letters;
mod discover;
mod doctor;
mod failure;
mod functions;
mod output;
mod pause;
mod project;
mod rest;
mod status;
mod text;
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
    /// Whether all is well: the stages, the providers, what is wrong and what to do about it.
    Status(status::Arguments),
    /// Whether the installation is whole, line by line, and what to do where it is not.
    Doctor(doctor::Arguments),
    /// The messages that were given up: lists them, shows one, puts them back.
    DeadLetters(dead_letters::Arguments),
    /// Keeps messages of one queue, or of all, where they are until it is resumed.
    Pause(pause::PauseArguments),
    /// Ends a pause.
    Resume(pause::ResumeArguments),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Up(up) => up.run(),
        Command::Down(down) => down.run(),
        Command::Discover(arguments) => Ok(discover::run(&arguments)),
        Command::Status(arguments) => Ok(status::run(&arguments)),
        Command::Doctor(arguments) => Ok(doctor::run(&arguments)),
        Command::DeadLetters(arguments) => Ok(dead_letters::run(&arguments)),
        Command::Pause(arguments) => Ok(pause::pause(&arguments)),
        Command::Resume(arguments) => Ok(pause::resume(&arguments)),
    };
    result.unwrap_or_else(|error| {
        eprintln!("linernotes: {error:#}");
        ExitCode::FAILURE
    })
}
