//! `scripts/release --check` on folders that are a release, or nearly. Making one takes two builds of all components, which
//! is `scripts/release --dry-run`'s and not every test run's.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use linernotes_tests::{checkout, components};
use serde_json::{Value, json};

const SBOM: &str = "linernotes.cdx.json";

fn shell(script: &str, folder: &Path) -> Result<String> {
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", script])
        .current_dir(folder)
        .output()?;
    let said = String::from_utf8(output.stdout)?;
    ensure!(
        output.status.success(),
        "{script}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(said)
}

fn sum(folder: &Path) -> Result<()> {
    shell(
        "find . -type f ! -name SHA256SUMS -printf '%P\\n' | sort | xargs sha256sum >SHA256SUMS",
        folder,
    )?;
    Ok(())
}

/// Files in the places of a release's, and an SBOM of what the lock file says the console is made of.
fn lay(folder: &Path) -> Result<()> {
    let root = checkout()?;
    let manifest = fs::read_to_string(root.join("spin.toml"))?;
    fs::write(
        folder.join("spin.toml"),
        manifest.replace("\"target/wasm32-wasip2/release/", "\""),
    )?;
    for component in components()? {
        let file = format!("{}.wasm", component.replace('-', "_"));
        fs::write(folder.join(file), component)?;
    }
    let tree = "cargo tree --quiet --locked --target wasm32-wasip2 --edges normal --prefix none --format '{p}' --package=console";
    let crates: Vec<Value> = shell(tree, &root)?
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some(json!({"purl": format!("pkg:cargo/{}@{}", words.next()?, words.next()?.trim_start_matches('v'))}))
        })
        .collect();
    ensure!(crates.len() > 50, "{} crates", crates.len());
    fs::write(
        folder.join(SBOM),
        serde_json::to_string_pretty(&json!({"components": crates}))?,
    )?;
    sum(folder)
}

/// What the check says of a folder, and whether it is content.
fn check(folders: &[&Path]) -> Result<(bool, String)> {
    let output = Command::new(checkout()?.join("scripts/release"))
        .arg("--check")
        .args(folders)
        .output()?;
    Ok((output.status.success(), String::from_utf8(output.stderr)?))
}

#[test]
fn a_whole_release_passes_and_a_planted_fault_of_each_kind_is_found() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (release, again) = (folder.path().join("dist"), folder.path().join("again"));
    fs::create_dir_all(&release)?;
    lay(&release)?;
    shell("cp -r dist again", folder.path())?;
    let (content, said) = check(&[&release, &again])?;
    ensure!(content && said.contains("the same, byte for byte"), "{said}");

    let component = release.join("mcp.wasm");
    fs::write(again.join("mcp.wasm"), "mcP")?;
    found(&[&release, &again], "Two builds differ: Files ")?;
    fs::write(&component, "mcP")?;
    found(&[&release], "is not what its checksums say")?;
    sum(&release)?;
    fs::write(release.join("more.txt"), "")?;
    found(&[&release], "and the files of")?;
    fs::remove_file(release.join("more.txt"))?;
    fs::remove_file(&component)?;
    sum(&release)?;
    found(&[&release], "spin.toml names mcp.wasm")?;
    fs::write(&component, "mcp")?;

    let sbom = fs::read_to_string(release.join(SBOM))?;
    let line = sbom
        .lines()
        .find(|line| line.contains("pkg:cargo/serde@"))
        .context("serde is a part of it")?;
    let version = line
        .split_once('@')
        .context("a version")?
        .1
        .trim_end_matches(['"', ',']);
    for (other, words) in [
        (
            sbom.replace("pkg:cargo/serde@", "pkg:cargo/sered@"),
            format!("The SBOM lacks: serde@{version}"),
        ),
        (
            sbom.replace(line, &format!("{line}}},{{\"purl\": \"pkg:cargo/left-pad@1.0.0\"")),
            "what is in no component: left-pad@1.0.0".to_owned(),
        ),
    ] {
        fs::write(release.join(SBOM), other)?;
        sum(&release)?;
        found(&[&release], &words)?;
    }
    Ok(())
}

fn found(folders: &[&Path], words: &str) -> Result<()> {
    let (content, said) = check(folders)?;
    ensure!(!content && said.contains(words), "{words}: {said}");
    Ok(())
}
