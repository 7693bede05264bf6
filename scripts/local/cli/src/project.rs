//! Which project to work on: the one that the environment names, or the local stack of a data directory, which
//! `discover` starts when it does not run.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use linernotes_stack::{Options, Stack, StackInfo};
use reqwest::Url;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::failure::Failure;
use crate::functions::Functions;
use crate::rest::{CallError, Rest};

const URL_VARIABLE: &str = "SPIN_VARIABLE_SUPABASE_URL";
const KEY_VARIABLE: &str = "SPIN_VARIABLE_SUPABASE_SECRET_KEY";
const FUNCTIONS_VARIABLE: &str = "SPIN_VARIABLE_FUNCTIONS_URL";
const SECRET_VARIABLE: &str = "SPIN_VARIABLE_FUNCTION_SECRET";
/// The first start of a data directory makes a database, on a machine that still compiles components.
const START_PATIENCE: Duration = Duration::from_mins(5);
const LOCK_PATIENCE: Duration = Duration::from_secs(5);
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// The project that the command works on.
pub struct Project {
    /// Its origin, to be shown.
    pub address: String,
    pub rest: Rest,
    /// Its functions, where their address and secret are known.
    pub functions: Option<Functions>,
    /// The origin of the explorer's pages, where it is known.
    pub explorer: Option<Url>,
    /// How to stop the stack, if this command started it.
    pub stop_hint: Option<String>,
}

/// The project to work on, ready for calls; a local stack that does not run is started.
pub async fn connect(data_dir: Option<&Path>) -> Result<Project, Failure> {
    let project = match hosted()? {
        Some(project) => project,
        None => local(data_dir).await?,
    };
    probe(&project.rest)
        .await
        .map_err(|error| Failure::NoStack(format!("{} is of no use: {error}", project.address)))?;
    Ok(project)
}

/// The project to look at, as it is: nothing is started, and whether it answers is seen by the first call.
pub async fn existing(data_dir: Option<&Path>) -> Result<Project, Failure> {
    if let Some(project) = hosted()? {
        return Ok(project);
    }
    let directory = directory(data_dir)?;
    match running(&directory).await? {
        Some(stack) => use_stack(&stack, None),
        None => Err(Failure::NoStack(format!(
            "no stack runs for {}: start one with scripts/up, or name a project with {URL_VARIABLE} and {KEY_VARIABLE}",
            directory.display()
        ))),
    }
}

/// The project that the environment names.
fn hosted() -> Result<Option<Project>, Failure> {
    match (variable(URL_VARIABLE), variable(KEY_VARIABLE)) {
        (Some(url), Some(key)) => at(&url, &key).map(Some),
        (None, None) => Ok(None),
        (Some(_), None) => Err(half_configured(URL_VARIABLE, KEY_VARIABLE)),
        (None, Some(_)) => Err(half_configured(KEY_VARIABLE, URL_VARIABLE)),
    }
}

/// An empty variable is one that is not set.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn half_configured(set: &str, missing: &str) -> Failure {
    Failure::Usage(format!(
        "{set} is set and {missing} is not: set both to work on that project, or neither to work on the local stack"
    ))
}

fn at(url: &str, key: &str) -> Result<Project, Failure> {
    let origin = origin(url).map_err(|problem| Failure::Usage(format!("{URL_VARIABLE}: {problem}")))?;
    let rest = Rest::new(&origin, key.trim(), false)
        .map_err(|problem| Failure::Usage(format!("{KEY_VARIABLE}: {problem}")))?;
    let functions = match (variable(FUNCTIONS_VARIABLE), variable(SECRET_VARIABLE)) {
        (Some(url), Some(secret)) => Some(Functions::new(&url, &secret, false).map_err(Failure::Usage)?),
        _ => None,
    };
    // The pages are answered where the functions are.
    let explorer = variable(FUNCTIONS_VARIABLE).and_then(|url| Url::parse(url.trim()).ok()?.join("/").ok());
    Ok(Project {
        address: origin.to_string(),
        rest,
        functions,
        explorer,
        stop_hint: None,
    })
}

/// Addresses are origins, as Spin takes them.
fn origin(url: &str) -> Result<Url, String> {
    let wanted = || "must be an origin such as https://example.supabase.co, without path or user".to_owned();
    let origin = Url::parse(url.trim()).map_err(|_| wanted())?;
    let is_origin = matches!(origin.scheme(), "http" | "https")
        && origin.username().is_empty()
        && origin.password().is_none()
        && origin.path() == "/"
        && origin.query().is_none()
        && origin.fragment().is_none();
    if is_origin { Ok(origin) } else { Err(wanted()) }
}

async fn local(data_dir: Option<&Path>) -> Result<Project, Failure> {
    let directory = directory(data_dir)?;
    if let Some(stack) = running(&directory).await? {
        return use_stack(&stack, None);
    }
    let started = start(&directory, data_dir.is_some());
    // When two commands start one for the same directory, one of them fails and the stack runs all the same.
    match (running(&directory).await?, started) {
        (Some(stack), _) => use_stack(&stack, Some(stop_command(data_dir))),
        (None, Err(problem)) => Err(Failure::NoStack(problem)),
        (None, Ok(())) => Err(Failure::NoStack(format!(
            "a stack was started for {} and has ended",
            directory.display()
        ))),
    }
}

/// The data directory: what the user named, or the checkout's own.
fn directory(data_dir: Option<&Path>) -> Result<PathBuf, Failure> {
    match data_dir {
        Some(directory) => {
            std::path::absolute(directory).map_err(|error| Failure::Usage(format!("--data-dir: {error}")))
        }
        None => Ok(checkout().join(".linernotes")),
    }
}

fn checkout() -> PathBuf {
    Options::new("").repository
}

/// The stack of the directory, if there is one; one that is just starting is waited for.
async fn running(directory: &Path) -> Result<Option<StackInfo>, Failure> {
    let failure = |problem: &dyn Display| Failure::NoStack(format!("{}: {problem:#}", directory.display()));
    let asked = Instant::now();
    loop {
        match Stack::holder(directory) {
            Ok(None) => return Ok(None),
            Ok(Some(_)) => match Stack::running(directory) {
                Ok(Some(stack)) => return Ok(Some(stack)),
                Ok(None) if asked.elapsed() < START_PATIENCE => {}
                Ok(None) => return Err(failure(&"the stack there does not get ready: see logs")),
                Err(error) => return Err(failure(&error)),
            },
            // Held by a stack that has not signed yet, for moments; or by somebody whose lock can't be read.
            Err(_) if asked.elapsed() < LOCK_PATIENCE => {}
            Err(error) => return Err(failure(&error)),
        }
        sleep(POLL_INTERVAL).await;
    }
}

fn use_stack(stack: &StackInfo, stop_hint: Option<String>) -> Result<Project, Failure> {
    let failure = |problem: String| Failure::NoStack(format!("the stack at {} is of no use: {problem}", stack.api_url));
    let origin = origin(&stack.api_url).map_err(failure)?;
    let rest = Rest::new(&origin, &stack.secret_key, true).map_err(failure)?;
    let functions = Functions::new(&stack.functions_url, &stack.function_secret, true).map_err(failure)?;
    Ok(Project {
        address: origin.to_string(),
        rest,
        functions: Some(functions),
        explorer: Some(origin),
        stop_hint,
    })
}

/// Asks for a discovery that can't be: the answer shows that the address, the key and the migrations are right.
async fn probe(rest: &Rest) -> Result<(), CallError> {
    rest.call::<Value>("get_discovery", &json!({ "message_id": 0 }))
        .await
        .map(drop)
}

fn start(directory: &Path, named: bool) -> Result<(), String> {
    eprintln!("no stack runs for {}: starting one", directory.display());
    let script = checkout().join("scripts").join("up");
    let mut command = Command::new(&script);
    command.arg("--detach");
    if named {
        command.arg("--data-dir").arg(directory);
    }
    // Standard output is for what was discovered.
    command.stdout(Stdio::from(std::io::stderr()));
    let status = command
        .status()
        .map_err(|error| format!("{}: {error}", script.display()))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("no stack could be started: scripts/up ended with {status}"))
    }
}

fn stop_command(data_dir: Option<&Path>) -> String {
    match data_dir {
        Some(directory) => format!("scripts/down --data-dir '{}'", directory.display()),
        None => "scripts/down".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_an_origin() {
        assert!(origin("https://example.supabase.co").is_ok());
        assert!(origin(" http://127.0.0.1:54321/ ").is_ok());
        for bad in [
            "",
            "example",
            "ftp://example",
            "https://example/rest/v1",
            "https://user:secret@example",
            "https://example?x",
        ] {
            assert!(origin(bad).is_err(), "{bad}");
        }
    }
}
