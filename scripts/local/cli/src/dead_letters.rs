//! `dead-letters`: what no retry could help, to be looked at and, when the cause is mended, put back.

mod letters;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::{Value, json};

use self::letters::Letter;
use crate::failure::{Failure, exit_code};
use crate::output::{self, print};
use crate::project;
use crate::rest::Rest;
use crate::text::{count, harmless};

/// As many as the SQL function gives at once.
const MOST: u32 = 1000;

/// What `dead-letters` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit status: 0 done; 1 there is none; 2 usage; 3 no stack, or it does not answer")]
pub struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    /// Only those of this queue
    #[arg(long, global = true)]
    queue: Option<String>,
    /// Print them as JSON
    #[arg(long, global = true)]
    json: bool,
    /// Folder of the local stack [default: .linernotes in the checkout]
    #[arg(long, value_name = "DIR", global = true)]
    data_dir: Option<PathBuf>,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Lists them, the latest first (what the command does by itself)
    List {
        /// At most so many
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST)))]
        limit: u32,
    },
    /// Shows everything that is known of one
    Show {
        /// The message's id
        id: i64,
    },
    /// Puts them back into their queue, with attempts starting again
    Replay {
        /// The messages' ids; without one, all of --queue
        #[arg(required_unless_present_any = ["queue", "all"])]
        ids: Vec<i64>,
        /// All of every queue
        #[arg(long, conflicts_with_all = ["ids", "queue"])]
        all: bool,
    },
}

/// Runs the command.
#[tokio::main(flavor = "current_thread")]
pub async fn run(arguments: &Arguments) -> ExitCode {
    exit_code(act(arguments).await)
}

/// Whether there was anything to act on.
async fn act(arguments: &Arguments) -> Result<bool, Failure> {
    let rest = project::existing(arguments.data_dir.as_deref()).await?.rest;
    let queue = arguments.queue.as_deref();
    match &arguments.action {
        None => list(&rest, queue, 100, arguments.json).await,
        Some(Action::List { limit }) => list(&rest, queue, *limit, arguments.json).await,
        Some(Action::Show { id }) => show(&rest, queue, *id, arguments.json).await,
        Some(Action::Replay { ids, .. }) => replay(&rest, queue, ids).await,
    }
}

async fn list(rest: &Rest, queue: Option<&str>, limit: u32, as_json: bool) -> Result<bool, Failure> {
    let found = fetch(rest, queue, limit).await?;
    if as_json {
        print(&output::json(&Value::Array(
            found.iter().map(Letter::to_json).collect(),
        )))?;
    } else if found.is_empty() {
        print("No dead letters.\n")?;
    } else {
        print(&format!("{}\n", letters::table(&found)))?;
    }
    Ok(!found.is_empty())
}

async fn show(rest: &Rest, queue: Option<&str>, id: i64, as_json: bool) -> Result<bool, Failure> {
    let mut found = fetch(rest, queue, MOST).await?;
    found.retain(|letter| letter.message_id == id);
    if found.is_empty() {
        eprintln!("no dead letter has the id {id} among the latest {MOST}; --queue looks further back");
    }
    for letter in &found {
        print(&if as_json {
            output::json(&letter.to_json())
        } else {
            letter.describe()
        })?;
    }
    Ok(!found.is_empty())
}

async fn replay(rest: &Rest, queue: Option<&str>, ids: &[i64]) -> Result<bool, Failure> {
    let mut replayed = 0;
    for (queue, ids) in chosen(rest, queue, ids).await? {
        let mut arguments = json!({ "queue_name": queue });
        if let Some(ids) = ids {
            arguments["message_ids"] = json!(ids);
        }
        let how_many: u64 = rest
            .call("replay_dead_letters", &arguments)
            .await
            .map_err(|error| Failure::of_call(&harmless(&queue), &error))?;
        if how_many > 0 {
            print(&format!(
                "{}: {} put back\n",
                harmless(&queue),
                count(how_many, "message")
            ))?;
        }
        replayed += how_many;
    }
    if replayed == 0 {
        print("There is nothing to put back.\n")?;
    }
    Ok(replayed > 0)
}

/// What to put back, by queue; no ids mean all that the queue has.
async fn chosen(rest: &Rest, queue: Option<&str>, ids: &[i64]) -> Result<BTreeMap<String, Option<Vec<i64>>>, Failure> {
    if let Some(queue) = queue {
        let ids = (!ids.is_empty()).then(|| ids.to_vec());
        return Ok(BTreeMap::from([(queue.to_owned(), ids)]));
    }
    let letters = fetch(rest, None, MOST).await?;
    if ids.is_empty() {
        return Ok(letters.into_iter().map(|letter| (letter.queue, None)).collect());
    }
    let mut by_queue: BTreeMap<String, Option<Vec<i64>>> = BTreeMap::new();
    for id in ids {
        let mut queues = letters.iter().filter(|letter| letter.message_id == *id);
        if let Some(letter) = queues.next() {
            by_queue
                .entry(letter.queue.clone())
                .or_default()
                .get_or_insert_default()
                .push(*id);
        }
        // Each queue counts for itself.
        if queues.next().is_some() {
            return Err(Failure::Usage(format!(
                "several queues have a dead letter {id}: say which one you mean by --queue"
            )));
        }
    }
    Ok(by_queue)
}

async fn fetch(rest: &Rest, queue: Option<&str>, limit: u32) -> Result<Vec<Letter>, Failure> {
    let mut arguments = json!({ "limit_count": limit });
    if let Some(queue) = queue {
        arguments["queue_name"] = json!(queue);
    }
    rest.call("list_dead_letters", &arguments)
        .await
        .map_err(|error| Failure::of_call("dead letters", &error))
}
