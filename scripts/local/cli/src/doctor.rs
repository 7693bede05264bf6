//! `doctor`: whether the installation is whole, line by line, and what to do where it is not. It changes nothing.

mod findings;
mod probe;
mod release;

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::{Value, json};

use self::findings::Finding;
use crate::failure::{Failure, exit_code};
use crate::output::{self, print};
use crate::project::{self, Project};

/// What `doctor` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit status: 0 all is well; 1 something is not; 2 usage; 3 no stack, or it does not answer")]
pub struct Arguments {
    /// Print the findings as JSON: [{area, name, ok, found, advice}]
    #[arg(long)]
    json: bool,
    /// Send one message through: enqueued, its worker woken, done; its traces are taken out again
    #[arg(long)]
    probe: bool,
    /// Folder of the local stack [default: .linernotes in the checkout]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// Runs the command.
#[tokio::main(flavor = "current_thread")]
pub async fn run(arguments: &Arguments) -> ExitCode {
    exit_code(examine(arguments).await)
}

async fn examine(arguments: &Arguments) -> Result<bool, Failure> {
    let project = project::existing(arguments.data_dir.as_deref()).await?;
    let mut findings = ask_database(&project).await?;
    release::judge(&mut findings, env!("CARGO_PKG_VERSION"));
    findings.extend(ask_functions(&project).await);
    if arguments.probe {
        findings.push(probe::send(&project).await);
    }
    let text = if arguments.json {
        output::json(&json!(findings))
    } else {
        findings::draw(&findings, &project.address)
    };
    print(&text)?;
    Ok(findings.iter().all(|finding| finding.ok != Some(false)))
}

/// What the database says of itself; one that lacks our migrations can't say anything.
async fn ask_database(project: &Project) -> Result<Vec<Finding>, Failure> {
    let answer = project
        .rest
        .call::<Vec<Finding>>("diagnose_installation", &json!({}))
        .await;
    answer.map_err(|error| {
        let advice = if error.is_unknown_function() {
            ". Its migrations are missing or older than this release: scripts/install-migrations, then supabase db push"
        } else {
            ""
        };
        Failure::NoStack(format!("{} is of no use: {error}{advice}", project.address))
    })
}

/// What only the functions see.
async fn ask_functions(project: &Project) -> Vec<Finding> {
    let Some(functions) = &project.functions else {
        let why = "not asked: SPIN_VARIABLE_FUNCTIONS_URL and SPIN_VARIABLE_FUNCTION_SECRET are not set";
        return ["functions", "providers", "redis"]
            .map(|area| Finding::unknown(area, "checkPipeline", why))
            .into();
    };
    match functions.check().await {
        Ok(answer) => of_functions(&answer),
        Err(problem) => {
            let mut findings = vec![Finding::wrong(
                "functions",
                "checkPipeline",
                format!("does not answer as it should: {problem}"),
                "See whether the functions run, their log, and whether their address (it ends in /functions/v1) and secret are right here.",
            )];
            findings
                .extend(["providers", "redis"].map(|area| Finding::unknown(area, "checkPipeline", "did not answer")));
            findings
        }
    }
}

/// The part of `checkPipeline`'s answer that the database does not know.
fn of_functions(answer: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    let version = answer["version"].as_str().unwrap_or("unknown");
    let needed = env!("CARGO_PKG_VERSION");
    findings.push(if version == needed {
        Finding::right("functions", "version", version)
    } else {
        Finding::wrong(
            "functions",
            "version",
            format!("{version}, and this checkout is {needed}"),
            "Release the functions of the version whose migrations are installed.",
        )
    });
    for (name, worker) in answer["workers"].as_object().into_iter().flatten() {
        findings.push(if worker["answering"] == true {
            let version = worker["version"].as_str().unwrap_or("unknown");
            Finding::right("functions", name, &format!("answers, version {version}"))
        } else {
            let problem = worker["problem"].as_str().unwrap_or("does not answer");
            Finding::wrong("functions", name, problem, "See its log and what was released last.")
        });
    }
    for (name, provider) in answer["providers"].as_object().into_iter().flatten() {
        let state = provider["state"].as_str().unwrap_or("unknown");
        let problem = provider["problem"].as_str();
        findings.push(match (state, problem) {
            // Every discovery begins there.
            ("off", _) if name == "spotify" => Finding::wrong(
                "providers",
                name,
                "off, and every discovery begins there",
                "Set spotify_client_id and spotify_client_secret.",
            ),
            ("answering" | "paused" | "busy" | "off", _) => Finding::right("providers", name, state),
            (_, problem) => Finding::wrong(
                "providers",
                name,
                problem.unwrap_or(state),
                "See its status page, and whether its variables are right.",
            ),
        });
    }
    let redis = &answer["redis"];
    findings.push(match (redis["configured"].as_bool(), redis["problem"].as_str()) {
        (_, Some(problem)) => Finding::wrong(
            "redis",
            "redis",
            problem,
            "See whether it runs, and whether redis_url and redis_password are right; without it work is done again.",
        ),
        (Some(true), None) => Finding::right("redis", "redis", "answers"),
        _ => Finding::right("redis", "redis", "off: work may be done again, nothing is lost"),
    });
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_functions_say_becomes_lines_with_advice() {
        let answer = json!({
            "version": "0.0.9",
            "workers": {"artistDiscovery": {"answering": true, "version": "0.1.0"},
                        "albumDiscovery": {"answering": false, "problem": "answered with status 500"}},
            "providers": {"spotify": {"state": "off"}, "genius": {"state": "off"},
                          "musicbrainz": {"state": "refused", "problem": "refuses what is configured"}},
            "redis": {"configured": true, "answering": false, "problem": "Redis: timed out"},
        });
        let wrong: Vec<_> = of_functions(&answer)
            .into_iter()
            .filter(|finding| finding.ok == Some(false))
            .collect();
        let names: Vec<_> = wrong.iter().map(|finding| finding.name.as_str()).collect();
        assert_eq!(names, ["version", "albumDiscovery", "musicbrainz", "spotify", "redis"]);
        assert!(wrong.iter().all(|finding| finding.advice.is_some()));
    }
}
