//! `pause` and `resume`: queues that take messages and give none, for as long as an operator wants.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::failure::{Failure, exit_code};
use crate::output::print;
use crate::project::{self, Project};
use crate::text::harmless;
use linernotes::pipeline::status::Status;

/// A run ends within half a minute, and the lease of one that died within two.
const DRAINED_WITHIN: Duration = Duration::from_mins(3);

/// What both commands take.
#[derive(Debug, clap::Args)]
pub struct Queues {
    /// The queue, for example `album_discovery`
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    queue: Option<String>,
    /// Every queue of the pipeline
    #[arg(long)]
    all: bool,
    /// Folder of the local stack [default: .linernotes in the checkout]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit status: 0 it is so now; 1 runs are still under way after three minutes; 2 no such queue; 3 no stack"
)]
pub struct PauseArguments {
    #[command(flatten)]
    queues: Queues,
    /// Then wait until the runs that are under way have ended
    #[arg(long)]
    drain: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Exit status: 0 it is so now; 2 no such queue; 3 no stack")]
pub struct ResumeArguments {
    #[command(flatten)]
    queues: Queues,
}

/// Pauses queues. Runs that are under way finish the batch that they hold.
pub fn pause(arguments: &PauseArguments) -> ExitCode {
    exit_code(pause_and_drain(arguments))
}

/// Resumes queues and wakes their workers.
pub fn resume(arguments: &ResumeArguments) -> ExitCode {
    exit_code(resume_queues(arguments))
}

#[tokio::main(flavor = "current_thread")]
async fn pause_and_drain(arguments: &PauseArguments) -> Result<bool, Failure> {
    let project = project::existing(arguments.queues.data_dir.as_deref()).await?;
    let queues = arguments.queues.named(&project).await?;
    set(&project, &queues, "pause_queue", "paused", "paused already").await?;
    if arguments.drain {
        drain(&project, &queues).await
    } else {
        Ok(true)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn resume_queues(arguments: &ResumeArguments) -> Result<bool, Failure> {
    let project = project::existing(arguments.queues.data_dir.as_deref()).await?;
    let queues = arguments.queues.named(&project).await?;
    set(&project, &queues, "resume_queue", "resumed", "not paused").await?;
    Ok(true)
}

impl Queues {
    async fn named(&self, project: &Project) -> Result<Vec<String>, Failure> {
        match &self.queue {
            Some(queue) => Ok(vec![queue.clone()]),
            None => Ok(status(project)
                .await?
                .stages
                .into_iter()
                .map(|stage| stage.queue_name)
                .collect()),
        }
    }
}

async fn set(
    project: &Project,
    queues: &[String],
    function: &str,
    changed: &str,
    as_before: &str,
) -> Result<(), Failure> {
    for name in queues {
        let queue = harmless(name);
        let has_changed: bool = project
            .rest
            .call(function, &json!({ "queue_name": name }))
            .await
            .map_err(|error| Failure::of_call(&queue, &error))?;
        print(&format!("{queue}: {}\n", if has_changed { changed } else { as_before }))?;
    }
    Ok(())
}

/// Waits until none of the queues has a run; `false` if one still has after [`DRAINED_WITHIN`].
async fn drain(project: &Project, queues: &[String]) -> Result<bool, Failure> {
    let start = Instant::now();
    loop {
        let stages = status(project).await?.stages;
        let runs: u64 = stages
            .iter()
            .filter(|stage| queues.contains(&stage.queue_name))
            .map(|stage| stage.runs)
            .sum();
        if runs == 0 {
            print("no run is under way\n")?;
            return Ok(true);
        }
        if start.elapsed() > DRAINED_WITHIN {
            print(&format!("{runs} runs are still under way\n"))?;
            return Ok(false);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn status(project: &Project) -> Result<Status, Failure> {
    let call = project.rest.call::<Value>("get_pipeline_status", &json!({})).await;
    let status = call.map_err(|error| Failure::of_call("get_pipeline_status", &error))?;
    serde_json::from_value(status).map_err(|error| Failure::NoStack(format!("get_pipeline_status: {error}")))
}
