//! A functions' host that joins, works, and is killed with what it holds.

use std::time::Duration;

use anyhow::{Context, Result};
use linernotes_tests::{SecondHost, Setup};
use serde_json::json;

const WORKERS: [(&str, &str); 5] = [
    ("artist-discovery", "artistDiscovery"),
    ("album-discovery", "albumDiscovery"),
    ("track-discovery", "trackDiscovery"),
    ("producer-identification", "producerIdentification"),
    ("social-enrichment", "socialEnrichment"),
];

/// It has all workers, and a clock that is so many seconds ahead.
pub async fn for_a_while(setup: &Setup, ms: u64, ahead: i64) -> Result<()> {
    let demo = setup.info().demo_url.clone().context("there are no demo providers")?;
    let (redis, password) = redis_of(setup)?;
    let mut variables: Vec<(&str, &str)> = linernotes_demo::CREDENTIALS.to_vec();
    for address in [
        "spotify_api_url",
        "spotify_accounts_url",
        "musicbrainz_url",
        "genius_url",
        "wikidata_url",
        "instagram_graph_url",
    ] {
        variables.push((address, &demo));
    }
    variables.extend([
        ("musicbrainz_requests_per_second", "0"),
        ("redis_url", &redis),
        ("redis_password", &password),
    ]);
    let offset = ahead.to_string();
    let components = WORKERS.map(|(component, _)| component);
    let arguments = ["--as-spin", "--clock-offset", &offset];
    let host = SecondHost::start_with(setup, &components, &variables, &arguments).await?;
    let end = tokio::time::Instant::now() + Duration::from_millis(ms);
    while tokio::time::Instant::now() < end {
        for (_, function) in WORKERS {
            // It may well fail, since it is not the only fault.
            let body = json!({});
            let call = host.call(function, &body);
            let _ = tokio::time::timeout_at(end, call).await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Redis' origin and password.
fn redis_of(setup: &Setup) -> Result<(String, String)> {
    let url = setup.info().redis_url.as_str();
    let (user, host) = url
        .strip_prefix("redis://")
        .and_then(|rest| rest.rsplit_once('@'))
        .context("Redis has no password")?;
    let password = user.rsplit_once(':').map_or(user, |(_, password)| password);
    Ok((format!("redis://{host}"), password.to_owned()))
}
