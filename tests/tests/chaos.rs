//! Whatever dies, and whenever: the end is the truth.

use std::time::Duration;

use anyhow::Result;
use linernotes_stack::Service;
use linernotes_tests::Setup;
use serde_json::json;

const TRACKS: &str = "SELECT count(*) FROM public.tracks";

#[tokio::test]
async fn the_functions_host_is_killed_in_the_middle_of_a_crawl() -> Result<()> {
    let setup = Setup::start(|options| options.demo.latency_ms = 50).await?;
    // A killed run's messages come back with the visibility timeout, and its place with the run's lease.
    setup.set("visibility_timeout_seconds", json!(5)).await?;
    setup.set("run_budget_seconds", json!(4)).await?;
    let names: Vec<&str> = setup.world.artist_names().into_iter().take(8).collect();
    for name in &names {
        setup.discover(name).await?;
    }
    for stored in [1, 100] {
        while setup.count(TRACKS).await? < stored {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        setup.stack.kill(Service::Functions).await?;
        setup.stack.restart(Service::Functions).await?;
    }
    // Cron is what picks the work up again; nobody wants to wait for its minutes here.
    for function in [
        "artistDiscovery",
        "albumDiscovery",
        "trackDiscovery",
        "producerIdentification",
        "socialEnrichment",
    ] {
        setup.poke_every(function, Duration::from_secs(1));
    }
    setup.drained(Duration::from_mins(3)).await?;
    setup.assert_truth(&names).await
}
