//! `linernotes discover` as a person and a script see it: output, errors, exit status.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::process::{Command, Output};

use linernotes_demo::{DEFAULT_ARTISTS, NO_SUCH_ARTIST, World};
use linernotes_stack::{Options, Stack};

const ARTIST: &str = "Velvet Harbor";
const NOBODY_LISTENS: &str = "http://127.0.0.1:9";

/// The command without a project in its environment.
fn discover(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_linernotes"));
    command.arg("discover").args(arguments);
    for name in ["SUPABASE_URL", "SUPABASE_SECRET_KEY"] {
        command.env_remove(format!("SPIN_VARIABLE_{name}"));
    }
    command
}

fn discover_on(url: &str, key: &str, arguments: &[&str]) -> Output {
    let mut command = discover(arguments);
    command
        .env("SPIN_VARIABLE_SUPABASE_URL", url)
        .env("SPIN_VARIABLE_SUPABASE_SECRET_KEY", key);
    command.output().unwrap()
}

#[track_caller]
fn ended(output: &Output, status: i32) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(status), "{stdout}\n{stderr}");
    (stdout, stderr)
}

#[test]
fn without_a_name_the_demo_artists_are_all_that_is_printed() {
    let (stdout, stderr) = ended(&discover(&[]).output().unwrap(), 0);
    let names: Vec<&str> = stdout.lines().collect();
    assert_eq!(names.len(), World::generate(1, DEFAULT_ARTISTS).artist_names().len());
    assert!(names.contains(&ARTIST));
    assert_eq!(stderr, "");
}

#[test]
fn an_empty_name_is_a_usage_error_that_names_the_argument() {
    for arguments in [&[""][..], &["   "], &[ARTIST, "\t"]] {
        // An address that nobody answers: the error comes before any call.
        let (stdout, stderr) = ended(&discover_on(NOBODY_LISTENS, "sb_secret_x", arguments), 2);
        assert_eq!(stdout, "");
        assert!(stderr.contains("[NAME]") && stderr.contains("empty"), "{stderr}");
    }
}

#[test]
fn half_a_project_is_a_usage_error() {
    let mut command = discover(&[ARTIST]);
    command.env("SPIN_VARIABLE_SUPABASE_URL", NOBODY_LISTENS);
    let (_, stderr) = ended(&command.output().unwrap(), 2);
    assert!(stderr.contains("SPIN_VARIABLE_SUPABASE_SECRET_KEY"), "{stderr}");
}

#[test]
fn a_project_that_does_not_answer_is_no_stack() {
    let (stdout, stderr) = ended(&discover_on(NOBODY_LISTENS, "sb_secret_x", &[ARTIST]), 3);
    assert_eq!(stdout, "");
    assert!(stderr.contains(NOBODY_LISTENS), "{stderr}");
    assert!(!stderr.contains("sb_secret_x"), "{stderr}");
}

#[tokio::test]
async fn names_are_discovered_on_a_running_stack() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options::new(folder.path());
    let stack = Stack::start(options).await.unwrap();
    let (url, key) = (stack.info.api_url.clone(), stack.info.secret_key.clone());
    let data_dir = folder.path().to_str().unwrap().to_owned();
    let checks = tokio::task::spawn_blocking(move || {
        a_name_becomes_a_table_of_producers(&data_dir);
        known_artists_are_found_at_once(&data_dir);
        what_two_artists_share_is_counted_once(&data_dir);
        without_a_terminal_the_name_is_enqueued_only(&data_dir);
        one_unknown_name_of_two_is_told(&url, &key);
        a_hostile_name_is_only_a_name(&url, &key);
        a_wrong_key_is_no_stack(&url);
    });
    let checked = checks.await;
    stack.stop().await.unwrap();
    checked.unwrap();
}

fn a_name_becomes_a_table_of_producers(data_dir: &str) {
    let output = discover(&[ARTIST, "--follow", "--data-dir", data_dir]).output();
    let (stdout, stderr) = ended(&output.unwrap(), 0);
    assert!(stdout.contains(&format!("{ARTIST}: ")), "{stdout}");
    for column in ["producer", "roles", "tracks", "artists", "confidence", "profile"] {
        assert!(stdout.contains(column), "{stdout}");
    }
    let last = stdout.lines().last().unwrap();
    assert!(
        last.starts_with("Look: http://127.0.0.1:") && last.contains("/artists/"),
        "{last}"
    );
    for stage in ["artist discovery", "album discovery", "track discovery"] {
        assert!(stderr.contains(stage), "{stderr}");
    }
    assert!(!stderr.contains("no stack runs"), "{stderr}");
}

fn known_artists_are_found_at_once(data_dir: &str) {
    let output = discover(&["velvet  HARBOR", ARTIST, "--follow", "--data-dir", data_dir]).output();
    let (stdout, _) = ended(&output.unwrap(), 0);
    assert!(stdout.contains(&format!("{ARTIST}: ")), "{stdout}");
}

/// They have two albums in common: the totals are the world's, not the sum of what each has.
fn what_two_artists_share_is_counted_once(data_dir: &str) {
    let names = ["Ines & the Weather", "Rook Hollow"];
    let output = discover(&[names[0], names[1], "--follow", "--data-dir", data_dir]).output();
    let (_, stderr) = ended(&output.unwrap(), 0);
    let truth = World::generate(1, DEFAULT_ARTISTS).truth(&names, linernotes_demo::SpotifyApp::Extended);
    let totals = format!(
        "{} albums, {} tracks, {} credits, {} producers",
        truth.albums.len(),
        truth.tracks.len(),
        truth.credits.len(),
        truth.producers.len()
    );
    assert!(stderr.contains(&totals), "{totals}: {stderr}");
}

fn without_a_terminal_the_name_is_enqueued_only(data_dir: &str) {
    let output = discover(&[ARTIST, "--data-dir", data_dir]).output();
    let (stdout, _) = ended(&output.unwrap(), 0);
    assert!(
        stdout.starts_with(&format!("enqueued {ARTIST} as message ")),
        "{stdout}"
    );
    assert_eq!(stdout.lines().count(), 1, "{stdout}");
}

fn one_unknown_name_of_two_is_told(url: &str, key: &str) {
    let output = discover_on(url, key, &[ARTIST, NO_SUCH_ARTIST, "--follow"]);
    let (stdout, stderr) = ended(&output, 1);
    assert!(stdout.contains(&format!("{ARTIST}: ")), "{stdout}");
    assert!(
        stderr.contains(&format!("{NO_SUCH_ARTIST}: none was found")),
        "{stderr}"
    );
    assert!(stderr.contains("artist_not_found: "), "{stderr}");
}

fn a_hostile_name_is_only_a_name(url: &str, key: &str) {
    let name = "\u{1b}]0;x\u{7}'; DROP TABLE public.artists; -- \"}\\";
    let output = discover_on(url, key, &[name, "--follow"]);
    let (stdout, stderr) = ended(&output, 1);
    assert_eq!(stdout, "");
    assert!(stderr.contains("none was found"), "{stderr}");
    assert!(!stderr.contains(['\u{1b}', '\u{7}']), "{stderr}");
}

fn a_wrong_key_is_no_stack(url: &str) {
    let (_, stderr) = ended(&discover_on(url, "sb_secret_wrong", &[ARTIST]), 3);
    assert!(stderr.contains("401"), "{stderr}");
    assert!(!stderr.contains("sb_secret_wrong"), "{stderr}");
}
