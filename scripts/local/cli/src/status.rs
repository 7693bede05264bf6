//! `status`: one screen that says whether all is well, what is not, and what to do about it.

mod screen;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use linernotes::pipeline::status::{Code, Health, Reason, Status};
use serde_json::{Value, json};

use crate::failure::{Failure, exit_code};
use crate::output::{self, print};
use crate::project::{self, Project};

const WATCH_INTERVAL: Duration = Duration::from_secs(2);
/// Cursor to the top left corner, and everything below it cleared.
const CLEAR: &str = "\u{1b}[H\u{1b}[2J";

/// What `status` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit status: 0 healthy; 1 warning or unhealthy; 2 usage; 3 no stack, or it does not answer")]
pub struct Arguments {
    /// Print the answer of `checkPipeline` (without functions, of `get_pipeline_status`) as JSON
    #[arg(long)]
    json: bool,
    /// Look again every two seconds, until Ctrl-C; what the database knows, without asking the providers
    #[arg(long)]
    watch: bool,
    /// Folder of the local stack [default: .linernotes in the checkout]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// Runs the command.
#[tokio::main(flavor = "current_thread")]
pub async fn run(arguments: &Arguments) -> ExitCode {
    exit_code(show(arguments).await)
}

async fn show(arguments: &Arguments) -> Result<bool, Failure> {
    let project = project::existing(arguments.data_dir.as_deref()).await?;
    if !arguments.watch {
        let (text, is_healthy) = look(&project, arguments).await?;
        print(&text)?;
        return Ok(is_healthy);
    }
    let clear = if !arguments.json && std::io::stdout().is_terminal() {
        CLEAR
    } else {
        ""
    };
    loop {
        // With --watch, a database that is away is shown as away until it comes back.
        let last = look(&project, arguments).await;
        match &last {
            Ok((text, _)) => print(&format!("{clear}{text}"))?,
            Err(Failure::NoStack(problem)) => {
                print(clear)?;
                eprintln!("{problem}");
            }
            Err(Failure::Usage(_)) => return last.map(|(_, is_healthy)| is_healthy),
        }
        tokio::select! {
            () = tokio::time::sleep(WATCH_INTERVAL) => {}
            _ = tokio::signal::ctrl_c() => return last.map(|(_, is_healthy)| is_healthy),
        }
    }
}

/// The screen, and whether all is well.
async fn look(project: &Project, arguments: &Arguments) -> Result<(String, bool), Failure> {
    let failure = |problem: String| Failure::NoStack(format!("{} is of no use: {problem}", project.address));
    let answer = match &project.functions {
        // Whoever watches must not use up the providers' limits.
        Some(functions) if !arguments.watch => match functions.check().await {
            Ok(answer) => answer,
            Err(problem) => without_functions(ask_database(project).await.map_err(failure)?, &problem),
        },
        _ => ask_database(project).await.map_err(failure)?,
    };
    let status: Status = serde_json::from_value(answer.clone())
        .map_err(|error| failure(format!("it answers in an unexpected form: {error}")))?;
    let text = if arguments.json {
        output::json(&answer)
    } else {
        screen::draw(&status, &project.address)
    };
    Ok((text, status.health == Health::Healthy))
}

async fn ask_database(project: &Project) -> Result<Value, String> {
    let answer = project.rest.call("get_pipeline_status", &json!({})).await;
    answer.map_err(|error| error.to_string())
}

/// What the database says, and that nobody works.
fn without_functions(mut answer: Value, problem: &str) -> Value {
    answer["overall_status"] = json!("unhealthy");
    let reason = Reason {
        code: Code::FunctionsUnavailable,
        problem: format!("checkPipeline does not answer as it should: {problem}"),
        advice: Some("See the functions' log and what was released last; messages wait, none is lost.".to_owned()),
        ..Reason::default()
    };
    if let Some(reasons) = answer["reasons"].as_array_mut() {
        reasons.insert(0, json!(reason));
    }
    answer
}
