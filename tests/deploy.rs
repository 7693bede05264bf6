//! What is in `deploy/`, held against the schemas of those who read it: `tests/deploy/run`, with npm's `ajv` and `yaml`.

use std::process::Command;

use anyhow::{Result, ensure};
use linernotes_tests::checkout;

#[test]
fn kubernetes_compose_and_systemd_have_nothing_to_say_of_what_is_deployed() -> Result<()> {
    let status = Command::new(checkout()?.join("tests/deploy/run")).status()?;
    ensure!(status.success(), "tests/deploy/run: {status}");
    Ok(())
}
