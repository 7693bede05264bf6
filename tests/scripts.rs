//! What the scripts share: `scripts/lib.sh`.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use linernotes_tests::checkout;

fn shell(script: &str, folder: &Path) -> Result<String> {
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", script])
        .current_dir(folder)
        // As somebody has it who starts a script.
        .env_remove("CARGO_INCREMENTAL")
        .env_remove("CARGO_PROFILE_DEV_DEBUG")
        .env_remove("CARGO_TARGET_DIR")
        .output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// With other settings than the build before, all of ours would be compiled again.
#[test]
fn a_script_builds_as_the_one_before_it_until_somebody_builds_with_cargo() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    for part in ["scripts", "functions/one", "src"] {
        fs::create_dir_all(folder.join(part))?;
    }
    fs::copy(checkout()?.join("scripts/lib.sh"), folder.join("scripts/lib.sh")).context("lib.sh")?;
    fs::write(folder.join("src/main.rs"), "fn main() {}")?;
    fs::write(
        folder.join("Cargo.toml"),
        "[package]\nname = \"one\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    )?;
    let by_a_script =
        ". scripts/lib.sh; cargo build --quiet; echo \"${CARGO_INCREMENTAL-} ${CARGO_PROFILE_DEV_DEBUG-}\"";
    for script in ["the first", "the second"] {
        let settings = shell(by_a_script, folder)?;
        ensure!(settings == "0 none", "{script}: {settings:?}");
    }
    shell("cargo build --quiet", folder)?;
    let settings = shell(by_a_script, folder)?;
    ensure!(settings.is_empty(), "after cargo: {settings:?}");
    Ok(())
}
