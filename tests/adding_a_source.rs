//! `docs/adding-a-source.md`, followed step by step in a copy of the checkout: the example in it compiles there after the
//! steps that the guide names and no others, and the database takes what the new source states.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use linernotes_tests::checkout;
use linernotes_tests::database::Database;
use serde_json::json;

/// What is not part of the checkout's text, or is too large to be copied for nothing.
const LEFT_OUT: [&str; 5] = [".git", "target", "node_modules", ".linernotes", "docs"];

const STAGE: &str = "shared/src/stages/producer_identification/mod.rs";
const NAMES: &str = "shared/src/domain/credits.rs";
const WEIGHTS: &str = "shared/src/domain/confidence.rs";

#[tokio::test]
async fn the_guides_example_is_taken_through_all_its_places() -> Result<()> {
    let guide = fs::read_to_string(checkout()?.join("docs/adding-a-source.md"))?;
    let mut blocks = guide
        .split("```rust\n")
        .skip(1)
        .filter_map(|block| block.split_once("```"))
        .map(|(code, _)| code);
    let example = blocks.next().context("the guide shows the file")?;
    let list = blocks.next().context("the guide shows the list")?;

    let copy = tempfile::tempdir()?;
    let copy = copy.path();
    copy_folder(&checkout()?, copy)?;

    // The file, and the line in the list.
    fs::write(copy.join("shared/src/stages/producer_identification/label.rs"), example)?;
    edit(copy, STAGE, "mod genius;\n", "mod genius;\nmod label;\n")?;
    let stage = fs::read_to_string(copy.join(STAGE))?;
    let begin = stage.find("    let sources = [\n").context("the stage has a list")?;
    let end = begin + stage[begin..].find("];\n").context("the list ends")? + "];\n".len();
    fs::write(copy.join(STAGE), format!("{}{list}{}", &stage[..begin], &stage[end..]))?;

    // "The compiler then asks for its two names."
    let output = check(copy)?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(!output.status.success(), "it compiles without a name for the source");
    for asked in ["named `Label` found for enum", "named `LabelSheet` found for enum"] {
        ensure!(said.contains(asked), "the compiler does not say {asked:?}:\n{said}");
    }
    edit(copy, NAMES, "    MusicBrainz,\n", "    MusicBrainz,\n    Label,\n")?;
    edit(
        copy,
        NAMES,
        "            Self::MusicBrainz => \"musicbrainz\",\n",
        "            Self::MusicBrainz => \"musicbrainz\",\n            Self::Label => \"label\",\n",
    )?;
    edit(
        copy,
        WEIGHTS,
        "    ReleaseRelation,\n",
        "    ReleaseRelation,\n    LabelSheet,\n",
    )?;
    edit(
        copy,
        WEIGHTS,
        "            Self::ReleaseRelation => 0.7,\n",
        "            Self::ReleaseRelation => 0.7,\n            Self::LabelSheet => 0.9,\n",
    )?;
    let output = check(copy)?;
    ensure!(
        output.status.success(),
        "the guide leaves something out:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );

    the_database_takes_it(copy).await
}

/// A name that the label states gives way to the id that another source states of the same track.
async fn the_database_takes_it(copy: &Path) -> Result<()> {
    let migrations = fs::read_dir(copy.join("migrations"))?;
    let identity = migrations
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .find(|name| name.ends_with("_identity.sql"))
        .context("there is a migration about identity")?;
    let identity = format!("migrations/{identity}");
    edit(
        copy,
        &identity,
        "IN ('title', 'genius')",
        "IN ('title', 'genius', 'label')",
    )?;
    let sql = fs::read_to_string(copy.join(&identity))?;
    let begin = sql
        .find("CREATE OR REPLACE FUNCTION linernotes.names_only")
        .context("names_only stands there")?;
    let end = begin + sql[begin..].find("$$;").context("it ends")? + "$$;".len();

    let database = Database::start().await?;
    database.run(&sql[begin..end]).await?;
    database
        .run("SELECT checks.catalogue(); DELETE FROM public.track_producers")
        .await?;
    let stated =
        r#"SELECT checks.credits('[["c1", "Kilo Wren", null, "label"], ["c1", "Kilo Wren", "21", "musicbrainz"]]')"#;
    database.run(stated).await?;
    let credited = database.ask("SELECT checks.credited('c1')").await?;
    ensure!(
        credited == json!(["Kilo Wren 21 label", "Kilo Wren 21 musicbrainz"]),
        "{credited}"
    );
    Ok(())
}

/// Type-checks the product in the copy, as components have it: what it stands on was checked with the checkout's own.
fn check(copy: &Path) -> Result<Output> {
    Command::new(env!("CARGO"))
        .args([
            "check",
            "--package",
            "linernotes",
            "--release",
            "--target",
            "wasm32-wasip2",
        ])
        .args(["--locked", "--offline", "--quiet"])
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", checkout()?.join("target"))
        .output()
        .context("cargo check")
}

fn edit(copy: &Path, file: &str, from: &str, to: &str) -> Result<()> {
    let text = fs::read_to_string(copy.join(file)).with_context(|| file.to_owned())?;
    ensure!(text.matches(from).count() == 1, "{file} has not once {from:?}");
    Ok(fs::write(copy.join(file), text.replace(from, to))?)
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if LEFT_OUT.iter().any(|left_out| name == *left_out) {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy_folder(&entry.path(), &to.join(name))?;
        } else if kind.is_file() {
            fs::copy(entry.path(), to.join(name))?;
        }
    }
    Ok(())
}
