//! What docs/operations.md lists is what there is.

#[path = "documents/names.rs"]
mod names;

use anyhow::{Context, Result, ensure};
use linernotes_tests::Setup;

#[tokio::test]
async fn operations_md_lists_every_setting_with_its_default() -> Result<()> {
    let document = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/operations.md"))?;
    let section = document
        .split("\n## Settings\n")
        .nth(1)
        .and_then(|rest| rest.split("\n## ").next())
        .context("there is no section Settings")?;
    let listed: Vec<&str> = section.lines().filter(|line| line.starts_with("| `")).collect();
    let setup = Setup::start(|_| ()).await?;
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT format('| `%s` | %s | %s |', name, value, description) FROM linernotes.settings ORDER BY name",
    )
    .fetch_all(&setup.pool)
    .await?;
    ensure!(listed == rows, "it should list\n{}", rows.join("\n"));
    Ok(())
}
