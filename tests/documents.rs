//! What is listed by hand is what there is.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[path = "documents/book.rs"]
mod book;
#[path = "documents/names.rs"]
mod names;
#[path = "documents/promised.rs"]
mod promised;
#[path = "documents/variables.rs"]
mod variables;

use anyhow::{Context, Result, ensure};
use linernotes_stack::Parts;
use linernotes_tests::{Setup, checkout};

#[tokio::test]
async fn operations_md_lists_every_setting_with_its_default() -> Result<()> {
    let document = fs::read_to_string(checkout()?.join("docs/operations.md"))?;
    let section = document
        .split("\n## Settings\n")
        .nth(1)
        .and_then(|rest| rest.split("\n## ").next())
        .context("there is no section Settings")?;
    let listed: Vec<&str> = section.lines().filter(|line| line.starts_with("| `")).collect();
    let setup = Setup::start(|options| options.parts = Parts::Database).await?;
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT format('| `%s` | %s | %s |', name, value, description) FROM linernotes.settings ORDER BY name",
    )
    .fetch_all(&setup.pool)
    .await?;
    ensure!(listed == rows, "it should list\n{}", rows.join("\n"));
    Ok(())
}

/// `autotests` is off, so a file that `Cargo.toml` does not list would be tests that nobody runs.
#[test]
fn cargo_toml_lists_every_test() -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .context("a file has a name")?
            .to_string_lossy()
            .into_owned();
        if path.join("main.rs").is_file() {
            files.insert(format!("{name}/main.rs"));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.insert(name);
        }
    }
    let manifest = fs::read_to_string(folder.join("Cargo.toml"))?;
    let paths = manifest.lines().filter_map(|line| line.strip_prefix("path = "));
    let listed: BTreeSet<String> = paths.map(|path| path.trim_matches('"').to_owned()).collect();
    ensure!(listed == files, "Cargo.toml lists {listed:?}, and there are {files:?}");
    Ok(())
}

#[test]
fn configuration_md_and_the_deployments_list_every_variable() -> Result<()> {
    let root = checkout()?;
    let groups = variables::read(&fs::read_to_string(root.join("spin.toml"))?)?;
    let document = root.join("docs/configuration.md");
    let spin_app = root.join("deploy/kubernetes/base/app.yaml");
    let files = [
        (
            document.clone(),
            lines_before(&document, "| `")? + &variables::table(&groups),
        ),
        (
            spin_app.clone(),
            lines_before(&spin_app, "    - name: ")? + &variables::of_a_spin_app(&groups),
        ),
        (
            root.join("deploy/linernotes.env.example"),
            variables::environment(&groups),
        ),
    ];
    for (path, wanted) in files {
        if std::env::var_os("UPDATE_DOCUMENT").is_some() {
            fs::write(&path, &wanted)?;
        }
        let is_there = fs::read_to_string(&path).is_ok_and(|text| text == wanted);
        ensure!(
            is_there,
            "{} is not what spin.toml says: UPDATE_DOCUMENT=1 writes it anew",
            path.display()
        );
    }
    Ok(())
}

/// What was written by hand: everything above the first generated line.
fn lines_before(path: &Path, start: &str) -> Result<String> {
    let text = fs::read_to_string(path)?;
    let written = text.split_inclusive('\n').take_while(|line| !line.starts_with(start));
    Ok(written.collect())
}

#[test]
fn promises_md_says_what_is_promised_and_what_proves_it() -> Result<()> {
    let root = checkout()?;
    let wanted = promised::write(&root)?;
    let path = root.join("docs/promises.md");
    if std::env::var_os("UPDATE_DOCUMENT").is_some() {
        fs::write(&path, &wanted)?;
    }
    ensure!(
        fs::read_to_string(&path).is_ok_and(|text| text == wanted),
        "docs/promises.md is out of date: UPDATE_DOCUMENT=1 cargo nextest run --test documents promises_md writes it anew"
    );
    Ok(())
}

#[test]
fn there_is_one_version() -> Result<()> {
    let root = checkout()?;
    let version = env!("CARGO_PKG_VERSION");
    let manifest = fs::read_to_string(root.join("spin.toml"))?;
    ensure!(
        manifest.contains(&format!("\nversion = \"{version}\"\n")),
        "spin.toml has another version than {version}"
    );
    let spin_app = fs::read_to_string(root.join("deploy/kubernetes/base/app.yaml"))?;
    ensure!(
        spin_app.contains(&format!("/linernotes:{version}\n")),
        "deploy/kubernetes/base/app.yaml has another version than {version}"
    );
    let changes = fs::read_to_string(root.join("CHANGELOG.md"))?;
    let newest = changes
        .lines()
        .find_map(|line| line.strip_prefix("## "))
        .context("CHANGELOG.md has no release")?;
    ensure!(
        newest.split(' ').next() == Some(version),
        "CHANGELOG.md begins with {newest}, not {version}"
    );
    Ok(())
}
