//! `discover`: from artists' names to the people who produced their music.

mod answers;
mod follow;
mod progress;
mod table;

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use reqwest::Url;
use serde_json::json;

use self::answers::{Discovery, Producer, State};
use crate::failure::{Failure, exit_code};
use crate::output::print;
use crate::project::{self, Project};
use crate::rest::{CallError, Rest};
use crate::text::{count, harmless};

/// As the SQL function has it.
const LONGEST_NAME: usize = 512;
/// A crawl that went wrong as a whole has one error in many copies.
const ERRORS_SHOWN: usize = 10;

/// What `discover` takes.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Artists to discover; without one, the demo world's artists are listed
    #[arg(value_name = "NAME", value_parser = artist_name)]
    names: Vec<String>,
    /// Show the five stages until all is done, then the producers (the default on a terminal)
    #[arg(long)]
    follow: bool,
    /// Ask the providers again for what is known already
    #[arg(long)]
    force: bool,
    /// Folder of the local stack [default: .linernotes in the checkout]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// One thing that was enqueued, under every name by which it was asked for.
struct Request {
    message_id: i64,
    names: Vec<String>,
}

/// Runs the command.
#[tokio::main(flavor = "current_thread")]
pub async fn run(arguments: &Arguments) -> ExitCode {
    let result = if arguments.names.is_empty() {
        list_demo_artists().map(|()| true)
    } else {
        discover(arguments).await
    };
    exit_code(result)
}

fn artist_name(name: &str) -> Result<String, String> {
    let name = name.trim();
    if name.is_empty() {
        return Err("the artist's name is empty".to_owned());
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(format!("an artist's name has at most {LONGEST_NAME} characters"));
    }
    Ok(name.to_owned())
}

fn list_demo_artists() -> Result<(), Failure> {
    let world = linernotes_demo::World::generate(1, linernotes_demo::DEFAULT_ARTISTS);
    let mut text = String::new();
    for name in world.artist_names() {
        text.push_str(&harmless(name));
        text.push('\n');
    }
    print(&text)
}

/// Whether every name was found.
async fn discover(arguments: &Arguments) -> Result<bool, Failure> {
    let Project {
        rest,
        explorer,
        stop_hint,
        ..
    } = project::connect(arguments.data_dir.as_deref()).await?;
    let requests = enqueue(&rest, &arguments.names, arguments.force).await?;
    let all_found = if arguments.follow || std::io::stdout().is_terminal() {
        let message_ids: Vec<i64> = requests.iter().map(|request| request.message_id).collect();
        let discoveries = follow::follow(&rest, &message_ids).await?;
        let mut all_found = true;
        for (request, discovery) in requests.iter().zip(&discoveries) {
            all_found &= report(&rest, request, discovery).await?;
        }
        if let Some(explorer) = &explorer {
            print(&format!("\n{}", addresses(explorer, &discoveries)))?;
        }
        all_found
    } else {
        for request in &requests {
            let names = request.names.join(", ");
            print(&format!("enqueued {names} as message {}\n", request.message_id))?;
        }
        eprintln!("the same again with --follow shows how it goes on");
        true
    };
    if let Some(command) = stop_hint {
        eprintln!("the stack goes on running; stop it with {command}");
    }
    Ok(all_found)
}

/// Where to look at the artists that were found.
fn addresses(explorer: &Url, discoveries: &[Discovery]) -> String {
    let artists = discoveries.iter().filter_map(|discovery| discovery.artist.as_ref());
    let found: BTreeSet<String> = artists.map(|artist| harmless(&artist.id)).collect();
    let lines: Vec<String> = found
        .into_iter()
        .map(|id| format!("Look: {explorer}artists/{id}\n"))
        .collect();
    lines.concat()
}

async fn enqueue(rest: &Rest, names: &[String], force: bool) -> Result<Vec<Request>, Failure> {
    let mut requests: Vec<Request> = Vec::new();
    for name in names {
        let mut arguments = json!({ "artist_name": name });
        if force {
            arguments["force"] = json!(true);
        }
        let answer = rest.call("start_artist_discovery", &arguments).await;
        let message_id: i64 = answer.map_err(|error| failure_of(name, &error))?;
        let shown = harmless(name);
        match requests.iter_mut().find(|known| known.message_id == message_id) {
            Some(known) => known.names.push(shown),
            None => requests.push(Request {
                message_id,
                names: vec![shown],
            }),
        }
    }
    Ok(requests)
}

fn failure_of(name: &str, error: &CallError) -> Failure {
    Failure::of_call(&harmless(name), error)
}

/// Shows how one request ended; true if its artist was found and all of it was done.
async fn report(rest: &Rest, request: &Request, discovery: &Discovery) -> Result<bool, Failure> {
    let names = request.names.join(", ");
    if let Some(artist) = &discovery.artist {
        let producers: Vec<Producer> = rest
            .call("get_artist_producers", &json!({ "artist_id": artist.id }))
            .await
            .map_err(|error| failure_of(&artist.name, &error))?;
        let head = format!(
            "\n{}: {} on {} and {}\n",
            harmless(&artist.name),
            count(producers.len() as u64, "producer"),
            count(discovery.counts.tracks, "track"),
            count(discovery.counts.albums, "album"),
        );
        let body = if producers.is_empty() {
            String::new()
        } else {
            format!("{}\n", table::producers(&producers))
        };
        print(&format!("{head}{body}"))?;
    }
    let found = discovery.state == State::Completed && discovery.artist.is_some();
    if !found {
        eprintln!("{}", failure_text(&names, discovery));
    }
    Ok(found)
}

fn failure_text(names: &str, discovery: &Discovery) -> String {
    let mut text = if discovery.state == State::Failed {
        let dead: u64 = discovery.stages.iter().map(|stage| stage.dead).sum();
        format!(
            "{names}: {} given up after every attempt failed",
            count(dead, "message")
        )
    } else {
        format!("{names}: none was found")
    };
    for error in discovery.errors.iter().take(ERRORS_SHOWN) {
        text.push_str("\n  ");
        text.push_str(&harmless(&format!(
            "{}: {}",
            error.queue_name.replace('_', " "),
            error.error
        )));
    }
    let hidden = discovery.errors.len().saturating_sub(ERRORS_SHOWN);
    if hidden > 0 {
        text.push_str("\n  and ");
        text.push_str(&count(hidden as u64, "more error"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn discovery(json: serde_json::Value) -> Discovery {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn an_empty_name_is_refused_before_anything_is_enqueued() {
        assert!(artist_name("").is_err());
        assert!(artist_name(" \t\u{3000}").is_err());
        assert!(artist_name(&"x".repeat(513)).is_err());
        assert_eq!(artist_name(" ABBA ").unwrap(), "ABBA");
    }

    #[test]
    fn who_is_not_found_is_told_with_the_names_that_came_back() {
        let discovery = discovery(json!({
            "state": "not_found", "artist": null,
            "errors": [{"queue_name": "artist_discovery", "message_id": "1", "at": "2026-11-24T08:00:00Z",
                        "error": "artist_not_found: got Abba Gold, AB\u{1b}BA"}]
        }));
        assert_eq!(
            failure_text("Abbba", &discovery),
            "Abbba: none was found\n  artist discovery: artist_not_found: got Abba Gold, AB\u{fffd}BA"
        );
    }

    #[test]
    fn dead_messages_are_counted_and_their_errors_bounded() {
        let errors: Vec<_> = (0..12)
            .map(|number| json!({"queue_name": "track_discovery", "error": format!("e{number}")}))
            .collect();
        let discovery = discovery(json!({
            "state": "failed", "artist": null, "errors": errors,
            "stages": [{"queue_name": "track_discovery", "waiting": 0, "in_progress": 0, "retrying": 0,
                        "done": 1, "failed": 0, "dead": 12}]
        }));
        let text = failure_text("X", &discovery);
        assert!(text.starts_with("X: 12 messages given up"), "{text}");
        assert!(text.ends_with("and 2 more errors"), "{text}");
    }
}
