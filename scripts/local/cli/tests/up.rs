//! `linernotes up` and `down` as a person and a script see them. Needs what `scripts/up` builds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod eventually;

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use eventually::eventually;
use linernotes_stack::{Stack, StackInfo};

fn linernotes(arguments: &[&str], data_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_linernotes"));
    command.args(arguments).arg("--data-dir").arg(data_dir);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SPIN_VARIABLE_")) {
        command.env_remove(name);
    }
    command
}

fn up(data_dir: &Path) -> Output {
    linernotes(&["up", "--detach", "--port", "0"], data_dir)
        .output()
        .unwrap()
}

fn down(data_dir: &Path) -> Output {
    linernotes(&["down"], data_dir).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[track_caller]
fn info(data_dir: &Path) -> StackInfo {
    Stack::running(data_dir).unwrap().expect("a stack runs")
}

/// The processes that name the data directory, and the Redis that works in it.
fn processes(data_dir: &Path) -> usize {
    let needle = data_dir.to_str().unwrap();
    let mentions = |process: &Path| {
        let command = fs::read(process.join("cmdline")).unwrap_or_default();
        let folder = fs::read_link(process.join("cwd")).unwrap_or_default();
        String::from_utf8_lossy(&command).contains(needle) || folder.starts_with(data_dir)
    };
    let all = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    all.filter(|process| mentions(process)).count()
}

fn signal(pid: u32, signal: &str) {
    assert!(
        Command::new("kill")
            .args([signal, &pid.to_string()])
            .status()
            .unwrap()
            .success()
    );
}

#[test]
fn detached_it_runs_until_down_and_a_second_one_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path();
    let started = up(data_dir);
    assert!(started.status.success(), "{}", stderr(&started));
    let info = info(data_dir);
    let mode = fs::metadata(data_dir.join("stack.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let printed = String::from_utf8(started.stdout).unwrap();
    for shown in [
        &info.api_url,
        &info.publishable_key,
        &info.secret_key,
        &info.database_url,
    ] {
        assert!(printed.contains(shown.as_str()), "{printed}");
    }
    assert!(printed.ends_with(&format!("\nLook: {}/\n", info.api_url)), "{printed}");
    assert!(info.functions_url.ends_with("/functions/v1"));

    for arguments in [&["up", "--detach", "--port", "0"][..], &["up", "--port", "0"]] {
        let second = linernotes(arguments, data_dir).output().unwrap();
        assert_eq!(second.status.code(), Some(1));
        let told = stderr(&second);
        assert!(told.contains(&format!("process {}", info.pid)), "{told}");
        assert!(told.contains(info.api_url.rsplit(':').next().unwrap()), "{told}");
    }

    assert!(down(data_dir).status.success());
    assert_eq!(processes(data_dir), 0);
    assert!(!data_dir.join("stack.json").exists());
    assert!(down(data_dir).status.success(), "a second down has nothing to do");
}

#[test]
fn a_port_in_use_is_told_with_its_holder() {
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port().to_string();
    let folder = tempfile::tempdir().unwrap();
    let refused = linernotes(&["up", "--detach", "--port", &port], folder.path())
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let told = stderr(&refused);
    assert!(told.contains(&format!("port {port} is in use by")), "{told}");
    assert!(told.contains(&format!("(process {})", std::process::id())), "{told}");
    assert_eq!(processes(folder.path()), 0);
}

#[test]
fn a_contradictory_variable_is_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = linernotes(&["up", "--port", "0"], folder.path());
    let refused = command
        .env("SPIN_VARIABLE_SPOTIFY_CLIENT_ID", "only-half")
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let told = stderr(&refused);
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.contains("SPIN_VARIABLE_SPOTIFY_CLIENT_SECRET"), "{told}");
}

#[test]
fn children_do_not_outlive_a_killed_supervisor() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path();
    let started = up(data_dir);
    assert!(started.status.success(), "{}", stderr(&started));
    let first = info(data_dir);
    signal(first.pid, "-KILL");
    // At once, while the children may still be ending.
    let again = up(data_dir);
    assert!(again.status.success(), "{}", stderr(&again));
    let second = info(data_dir);
    assert_ne!(second.pid, first.pid);
    assert_eq!(second.secret_key, first.secret_key);

    signal(second.pid, "-KILL");
    let stopped = down(data_dir);
    assert!(stopped.status.success(), "{}", stderr(&stopped));
    assert_eq!(processes(data_dir), 0);
}

#[test]
fn ctrl_c_stops_everything() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path();
    let mut command = linernotes(&["up", "--port", "0"], data_dir);
    let mut foreground: Child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    eventually("it is ready", || {
        Stack::running(data_dir).is_ok_and(|info| info.is_some())
    });
    signal(foreground.id(), "-INT");
    assert!(foreground.wait().unwrap().success());
    assert_eq!(processes(data_dir), 0);
}
