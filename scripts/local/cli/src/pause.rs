//! `pause` and `resume`: a queue that takes messages and gives none, for as long as an operator wants.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use crate::failure::{Failure, exit_code};
use crate::output::print;
use crate::project;
use crate::text::harmless;

/// What both commands take.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit status: 0 it is so now; 2 no such queue; 3 no stack")]
pub struct Arguments {
    /// The queue, for example `album_discovery`
    queue: String,
    /// Folder of the local stack [default: .linernotes in the checkout]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// Pauses a queue. Runs that are under way finish the batch that they hold.
pub fn pause(arguments: &Arguments) -> ExitCode {
    exit_code(set(arguments, "pause_queue", "paused", "paused already"))
}

/// Resumes a queue and wakes its worker.
pub fn resume(arguments: &Arguments) -> ExitCode {
    exit_code(set(arguments, "resume_queue", "resumed", "not paused"))
}

#[tokio::main(flavor = "current_thread")]
async fn set(arguments: &Arguments, function: &str, changed: &str, as_before: &str) -> Result<bool, Failure> {
    let project = project::existing(arguments.data_dir.as_deref()).await?;
    let queue = harmless(&arguments.queue);
    let has_changed: bool = project
        .rest
        .call(function, &json!({ "queue_name": arguments.queue }))
        .await
        .map_err(|error| Failure::of_call(&queue, &error))?;
    print(&format!("{queue}: {}\n", if has_changed { changed } else { as_before }))?;
    Ok(true)
}
