//! `checkPipeline`.

use anyhow::{Context, Result, ensure};
use linernotes_stack::Service;
use serde_json::{Value, json};

use crate::harness::{call_as_cron, call_well, quiet, trouble};

#[tokio::test]
async fn the_check_reports_each_problem_with_advice() -> Result<()> {
    let setup = quiet().await?;
    let well = call_well(&setup, "checkPipeline", json!({})).await?;
    ensure!(well["overall_status"] == "healthy", "{well}");
    ensure!(
        well["version"] == env!("CARGO_PKG_VERSION") && well["redis"]["answering"] == true,
        "{well}"
    );
    ensure!(
        well["stages"].as_array().is_some_and(|stages| stages.len() == 5),
        "{well}"
    );
    for provider in ["spotify", "musicbrainz", "genius", "wikidata", "instagram"] {
        ensure!(well["providers"][provider]["answering"] == true, "{provider}: {well}");
    }
    let info = setup.info();
    for secret in [
        &info.secret_key,
        &info.function_secret,
        "demo-secret",
        "demo-genius",
        "demo-instagram",
        "redis://",
    ] {
        ensure!(!well.to_string().contains(secret), "{secret} is in {well}");
    }

    setup
        .rpc("pause_queue", json!({"queue_name": "track_discovery"}))
        .await?;
    trouble(&setup).await?;
    setup.stack.kill(Service::Redis).await?;
    setup.stack.kill(Service::Demo).await?;
    let ill = call_well(&setup, "checkPipeline", json!({})).await?;
    ensure!(ill["overall_status"] == "warning", "{ill}");
    for problem in [
        "Redis does not answer",
        "track_discovery is paused",
        "messages are stuck",
        "spotify does not answer",
    ] {
        let reasons = ill["reasons"].as_array().context("no reasons")?;
        let told = |reason: &&Value| reason["problem"].as_str().is_some_and(|text| text.contains(problem));
        let reason = reasons.iter().find(told).with_context(|| format!("{problem}: {ill}"))?;
        ensure!(
            reason["advice"].as_str().is_some_and(|text| !text.is_empty()),
            "{reason}"
        );
    }
    call_as_cron(&setup, "checkPipeline", json!({})).await?;

    setup.stack.kill(Service::Postgres).await?;
    let (status, answer) = setup.call("checkPipeline", json!({})).await?;
    ensure!(status == 503 && answer["success"] == false, "{status} {answer}");
    ensure!(
        answer["overall_status"] == "unhealthy" && answer["redis"]["answering"] == false,
        "{answer}"
    );
    Ok(())
}
