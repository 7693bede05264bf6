//! The explorer's pages, judged by Lighthouse: `tests/lighthouse/run`. A target of its own, since nothing else needs what it
//! installs.

use std::time::Duration;

use anyhow::{Result, ensure};
use linernotes_tests::{Setup, checkout};
use tokio::process::Command;

const ARTIST: &str = "Velvet Harbor";

/// Each kind of page, from whoever is credited most.
const PAGES: &str = "
    SELECT jsonb_build_object(
      'home', '/',
      'search', '/search?q=a',
      'producer', '/producers/' || credit.producer_id,
      'artist', '/artists/' || whose.artist_id,
      'album', '/albums/' || track.album_id,
      'track', '/tracks/' || track.id,
      'network', '/graph/producer/' || credit.producer_id,
      'connection', '/connect?from=' || credit.producer_id || '&to=' || whose.artist_id,
      'about', '/about'
    )::TEXT
    FROM public.track_producers AS credit
    JOIN public.tracks AS track ON track.id = credit.track_id
    JOIN linernotes.album_artists AS whose ON whose.album_id = track.album_id
    JOIN linernotes.producer_counts AS known ON known.producer_id = credit.producer_id
    ORDER BY known.track_count DESC, credit.producer_id, track.id
    LIMIT 1";

#[tokio::test]
async fn lighthouse_finds_little_to_better() -> Result<()> {
    let setup = Setup::start(|_| {}).await?;
    setup.discover(ARTIST).await?;
    setup.drained(Duration::from_mins(2)).await?;
    let pages: String = sqlx::query_scalar(PAGES).fetch_one(&setup.pool).await?;
    let pages = pages.replace(": \"/", &format!(": \"{}/", setup.info().api_url));
    let folder = tempfile::tempdir()?;
    let told = folder.path().join("pages.json");
    std::fs::write(&told, pages)?;
    let status = Command::new(checkout()?.join("tests/lighthouse/run"))
        .arg(&told)
        .status()
        .await?;
    ensure!(status.success(), "tests/lighthouse/run: {status}");
    setup.stack.stop().await
}
