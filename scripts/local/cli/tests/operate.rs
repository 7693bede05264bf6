//! `linernotes status`, `dead-letters`, `pause` and `resume` as an operator and a script see them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod eventually;

use std::process::{Command, Output};
use std::thread::sleep;
use std::time::Duration;

use eventually::eventually;
use linernotes_stack::{Options, Service, Stack, StackInfo};
use serde_json::Value;

const NOBODY_LISTENS: &str = "http://127.0.0.1:9";
const HOSTILE: &str = "\u{1b}]0;x\u{7}\u{9b}2J";

/// The command without a project in its environment.
fn linernotes(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_linernotes"));
    command.args(arguments);
    for name in [
        "SUPABASE_URL",
        "SUPABASE_SECRET_KEY",
        "FUNCTIONS_URL",
        "FUNCTION_SECRET",
    ] {
        command.env_remove(format!("SPIN_VARIABLE_{name}"));
    }
    command
}

#[track_caller]
fn ended(output: &Output, status: i32) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(status), "{stdout}\n{stderr}");
    (stdout, stderr)
}

#[test]
fn without_a_stack_nothing_is_started() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("none");
    for arguments in [
        &["status"][..],
        &["dead-letters"],
        &["dead-letters", "replay", "--all"],
        &["pause", "album_discovery"],
    ] {
        let mut command = linernotes(arguments);
        let (stdout, stderr) = ended(&command.arg("--data-dir").arg(&data_dir).output().unwrap(), 3);
        assert_eq!(stdout, "");
        assert!(stderr.contains("scripts/up"), "{stderr}");
    }
    assert!(!data_dir.exists());
}

#[test]
fn a_project_that_does_not_answer_is_named_and_its_key_is_not() {
    let mut command = linernotes(&["status", "--json"]);
    command
        .env("SPIN_VARIABLE_SUPABASE_URL", NOBODY_LISTENS)
        .env("SPIN_VARIABLE_SUPABASE_SECRET_KEY", "sb_secret_x");
    let (stdout, stderr) = ended(&command.output().unwrap(), 3);
    assert_eq!(stdout, "");
    assert!(stderr.contains(NOBODY_LISTENS), "{stderr}");
    assert!(!stderr.contains("sb_secret_x"), "{stderr}");
}

#[test]
fn what_makes_no_sense_is_a_usage_error() {
    for arguments in [
        &["pause"][..],
        &["pause", "album_discovery", "--all"],
        &["resume", "--all", "--drain"],
        &["dead-letters", "show"],
        &["dead-letters", "show", "x"],
        // All of everything is put back only when it is said.
        &["dead-letters", "replay"],
        &["dead-letters", "replay", "1", "--all"],
        &["dead-letters", "list", "--limit", "0"],
    ] {
        ended(&linernotes(arguments).output().unwrap(), 2);
    }
}

/// A stack that the command works on by its data directory.
struct Operator {
    data_dir: String,
    api_url: String,
    secret_key: String,
}

impl Operator {
    #[track_caller]
    fn run(&self, arguments: &[&str], status: i32) -> (String, String) {
        let mut command = linernotes(arguments);
        ended(&command.args(["--data-dir", &self.data_dir]).output().unwrap(), status)
    }

    /// As somebody else's project would be worked on.
    #[track_caller]
    fn run_hosted(&self, arguments: &[&str], status: i32) -> (String, String) {
        let mut command = linernotes(arguments);
        command
            .env("SPIN_VARIABLE_SUPABASE_URL", &self.api_url)
            .env("SPIN_VARIABLE_SUPABASE_SECRET_KEY", &self.secret_key);
        ended(&command.output().unwrap(), status)
    }

    fn status(&self) -> Value {
        serde_json::from_str(&self.run_hosted(&["status", "--json"], 0).0).unwrap()
    }
}

#[tokio::test]
async fn a_running_stack_is_watched_paused_and_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let stack = Stack::start(Options::new(folder.path())).await.unwrap();
    let operator = Operator {
        data_dir: folder.path().to_str().unwrap().to_owned(),
        api_url: stack.info.api_url.clone(),
        secret_key: stack.info.secret_key.clone(),
    };
    let poison = enqueue(&stack.info, serde_json::json!({"artistId": HOSTILE, "note": 7})).await;
    let checks = tokio::task::spawn_blocking(move || {
        all_is_well(&operator);
        a_paused_queue_keeps_its_messages_until_it_is_resumed(&operator);
        before_a_rollout_all_queues_are_paused_and_drained(&operator);
        a_dead_letter_is_listed_shown_and_put_back(&operator, poison);
        operator
    });
    let checked = checks.await;
    stack.kill(Service::Postgres).await.unwrap();
    let last = match checked {
        Ok(operator) => tokio::task::spawn_blocking(move || a_database_that_is_away_is_no_stack(&operator)).await,
        Err(failed) => Err(failed),
    };
    stack.stop().await.unwrap();
    last.unwrap();
}

/// Puts a message into `album_discovery` as a client would, and returns its id.
async fn enqueue(stack: &StackInfo, message: Value) -> i64 {
    let call = reqwest::Client::new()
        .post(format!("{}/rest/v1/rpc/pg_enqueue", stack.api_url))
        .header("apikey", &stack.secret_key)
        .json(&serde_json::json!({"queue_name": "album_discovery", "message_body": message}));
    call.send().await.unwrap().json().await.unwrap()
}

fn all_is_well(operator: &Operator) {
    let (stdout, stderr) = operator.run(&["status"], 0);
    for part in [
        "healthy ",
        "artist discovery",
        "social enrichment",
        "musicbrainz",
        "wake-ups     on",
        "redis        on",
    ] {
        assert!(stdout.contains(part), "{stdout}");
    }
    assert_eq!(stderr, "");
    let (stdout, _) = operator.run_hosted(&["status", "--json"], 0);
    let status: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(status["stages"].as_array().unwrap().len(), 5);
    let (stdout, _) = operator.run(&["dead-letters", "--queue", "track_discovery"], 1);
    assert_eq!(stdout, "No dead letters.\n");
}

fn a_paused_queue_keeps_its_messages_until_it_is_resumed(operator: &Operator) {
    let (_, stderr) = operator.run(&["pause", HOSTILE], 2);
    assert!(!stderr.contains(['\u{1b}', '\u{7}', '\u{9b}']), "{stderr}");

    assert_eq!(
        operator.run(&["pause", "artist_discovery"], 0).0,
        "artist_discovery: paused\n"
    );
    let (stdout, _) = operator.run_hosted(&["pause", "artist_discovery"], 0);
    assert_eq!(stdout, "artist_discovery: paused already\n");
    operator.run(&["discover", linernotes_demo::NO_SUCH_ARTIST], 0);
    sleep(Duration::from_millis(500));
    assert_eq!(operator.status()["stages"][0]["waiting"], 1);
    let (stdout, _) = operator.run(&["status"], 0);
    assert!(stdout.contains("! artist_discovery is paused"), "{stdout}");

    assert_eq!(
        operator.run(&["resume", "artist_discovery"], 0).0,
        "artist_discovery: resumed\n"
    );
    eventually("it is taken", || operator.status()["stages"][0]["waiting"] == 0);
}

fn before_a_rollout_all_queues_are_paused_and_drained(operator: &Operator) {
    operator.run(&["discover", "Marisol Anker"], 0);
    let (stdout, _) = operator.run(&["pause", "--all", "--drain"], 0);
    assert_eq!(stdout.matches(": paused\n").count(), 5, "{stdout}");
    assert!(stdout.ends_with("no run is under way\n"), "{stdout}");
    let held = operator.status();
    let stages = held["stages"].as_array().unwrap();
    assert!(
        stages
            .iter()
            .all(|stage| stage["runs"] == 0 && stage["in_progress"] == 0),
        "{held}"
    );

    let (stdout, _) = operator.run_hosted(&["resume", "--all"], 0);
    assert_eq!(stdout.matches(": resumed\n").count(), 5, "{stdout}");
    operator.run(&["discover", "Marisol Anker", "--follow"], 0);
}

fn a_dead_letter_is_listed_shown_and_put_back(operator: &Operator, id: i64) {
    let id = id.to_string();
    eventually("it is dead", || operator.status()["stages"][1]["dead"] == 1);
    let (stdout, _) = operator.run(&["dead-letters", "--queue", "album_discovery"], 0);
    assert!(stdout.contains(&format!(" {id} ")), "{stdout}");
    operator.run(&["dead-letters", "list", "--queue", "track_discovery"], 1);
    let (stdout, _) = operator.run(&["dead-letters", "--json"], 0);
    let letters: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(letters[0]["message"]["artistId"], HOSTILE);
    assert!(!stdout.contains(['\u{1b}', '\u{7}', '\u{9b}']), "{stdout}");

    let (stdout, _) = operator.run(&["dead-letters", "show", &id], 0);
    for part in ["album_discovery", "attempts ", "given up", "\"note\": 7"] {
        assert!(stdout.contains(part), "{stdout}");
    }
    assert!(!stdout.contains(['\u{1b}', '\u{7}', '\u{9b}']), "{stdout}");
    operator.run(&["dead-letters", "show", "987654"], 1);

    // The crawl that was interrupted by the pause goes on beside the one that was followed.
    eventually("nothing is under way", || {
        let status = operator.status();
        let stages = status["stages"].as_array().unwrap();
        stages.iter().all(|stage| {
            ["waiting", "in_progress", "retrying"]
                .iter()
                .all(|count| stage[count] == 0)
        })
    });
    operator.run(&["pause", "album_discovery"], 0);
    operator.run(&["dead-letters", "replay", "987654"], 1);
    let (stdout, _) = operator.run(&["dead-letters", "replay", &id], 0);
    assert_eq!(stdout, "album_discovery: 1 message put back\n");
    assert_eq!(operator.status()["stages"][1]["waiting"], 1);
    operator.run(&["dead-letters", "replay", "--all"], 1);
}

fn a_database_that_is_away_is_no_stack(operator: &Operator) {
    let (stdout, stderr) = operator.run(&["status"], 3);
    assert_eq!(stdout, "");
    assert!(stderr.contains("is of no use"), "{stderr}");
}
