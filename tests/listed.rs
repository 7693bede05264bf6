//! What Spotify lists: the tracks of an album under another album's ids, and what it lists no longer.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use linernotes_captured::needs_captured_answers;
use linernotes_tests::{Setup, relinked};
use serde_json::{Value, json};

/// How many tracks each album has, by Spotify's id.
async fn tracks_by_album(setup: &Setup) -> Result<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT album.spotify_id, count(track.id) FROM public.albums AS album \
         LEFT JOIN public.tracks AS track ON track.album_id = album.id GROUP BY album.id",
    )
    .fetch_all(&setup.pool)
    .await?;
    Ok(rows.into_iter().collect())
}

#[needs_captured_answers]
#[tokio::test]
async fn the_captured_album_of_relinked_tracks_keeps_all_of_them_whichever_album_comes_first() -> Result<()> {
    let origin = relinked::serve().await?;
    for order in [
        [relinked::COLLECTOR, relinked::HOME],
        [relinked::HOME, relinked::COLLECTOR],
    ] {
        let setup = Setup::start(|options| {
            for (name, value) in [
                ("spotify_api_url", origin.as_str()),
                ("spotify_accounts_url", &origin),
                ("spotify_client_id", "replay"),
                ("spotify_client_secret", "replay"),
            ] {
                options.variables.insert(name.to_owned(), value.to_owned());
            }
        })
        .await?;
        for artist in order {
            setup.discover(artist).await?;
            setup.drained(Duration::from_mins(1)).await?;
        }
        let tracks = tracks_by_album(&setup).await?;
        println!("{} first: {tracks:?}", order[0]);
        let wanted = [(relinked::ALBUM, 55), ("home0", 20), ("home1", 20), ("home2", 10)];
        let wanted: BTreeMap<String, i64> = wanted.map(|(id, count)| (id.to_owned(), count)).into();
        ensure!(tracks == wanted, "{} first: {}", order[0], setup.state().await);
        ensure!(setup.count(GONE).await? == 0, "something is marked as gone");
    }
    Ok(())
}

/// The same of the demo world, for where the captured answers are not.
#[tokio::test]
async fn relinked_tracks_stay_with_their_album_whichever_album_comes_first() -> Result<()> {
    let (relinked, home) = ("Relay Station", "Trunk Line Sampler");
    for order in [[relinked, home], [home, relinked]] {
        let setup = Setup::start(|options| options.demo.artists = Some(0)).await?;
        for artist in order {
            setup.discover(artist).await?;
            setup.drained(Duration::from_mins(1)).await?;
        }
        setup.assert_truth(&order).await?;
        // Once more, with all of them known.
        for artist in order {
            setup
                .rpc(
                    "start_artist_discovery",
                    json!({ "artist_name": artist, "force": true }),
                )
                .await?;
            setup.drained(Duration::from_mins(1)).await?;
        }
        setup.assert_truth(&order).await?;
        ensure!(setup.count(GONE).await? == 0, "something is marked as gone");
    }
    Ok(())
}

/// An app in development mode is not told which tracks are relinked: what came first stays where it is.
#[tokio::test]
async fn tracks_are_not_moved_in_development_mode_either() -> Result<()> {
    for order in [
        ["Relay Station", "Trunk Line Sampler"],
        ["Trunk Line Sampler", "Relay Station"],
    ] {
        let setup = Setup::start(|options| {
            options.demo.artists = Some(0);
            options.demo.spotify_app = linernotes_stack::SpotifyApp::Development;
        })
        .await?;
        setup.discover(order[0]).await?;
        setup.drained(Duration::from_mins(1)).await?;
        setup.assert_truth(&order[..1]).await?;
        let first = tracks_by_album(&setup).await?;
        for (artist, force) in [(order[1], false), (order[0], true), (order[1], true)] {
            setup
                .rpc(
                    "start_artist_discovery",
                    json!({ "artist_name": artist, "force": force }),
                )
                .await?;
            setup.drained(Duration::from_mins(1)).await?;
        }
        let now = tracks_by_album(&setup).await?;
        for (album, tracks) in &first {
            ensure!(
                now.get(album) == Some(tracks),
                "{order:?}: {album} had {tracks}: {now:?}"
            );
        }
        ensure!(setup.count(GONE).await? == 0, "something is marked as gone");
    }
    Ok(())
}

/// The operator's app changes its mode, and changes it back: no relinked track gets a second row, and none is lost, in
/// whichever order the albums are read in each of them.
#[tokio::test]
async fn a_relinked_track_stays_one_row_when_the_app_changes_its_mode() -> Result<()> {
    let (relinked, home) = ("Relay Station", "Trunk Line Sampler");
    for [first, then] in [
        [[relinked, home], [relinked, home]],
        [[relinked, home], [home, relinked]],
        [[home, relinked], [relinked, home]],
    ] {
        let setup = Setup::start(|options| options.demo.artists = Some(0)).await?;
        let mut told = None;
        for (mode, order) in [("development", first), ("extended", then), ("development", then)] {
            setup.configure_demo(json!({ "spotify_app": mode })).await?;
            // As it is after a day: what was refused is tried again.
            sqlx::query("UPDATE linernotes.providers SET refused = '{}'")
                .execute(&setup.pool)
                .await?;
            for artist in order {
                let forced = json!({ "artist_name": artist, "force": true });
                setup.rpc("start_artist_discovery", forced).await?;
                setup.drained(Duration::from_mins(1)).await?;
            }
            if mode == "extended" {
                setup.assert_truth(&order).await?;
                told = Some(tracks_by_album(&setup).await?);
            }
        }
        let now = tracks_by_album(&setup).await?;
        ensure!(
            Some(&now) == told.as_ref(),
            "{first:?} {then:?}: {told:?}, then {now:?}"
        );
        let without_id = setup
            .count("SELECT count(*) FROM public.tracks WHERE spotify_id IS NULL")
            .await?;
        ensure!(without_id == 0, "{without_id} tracks have no id");
        ensure!(setup.count(GONE).await? == 0, "something is marked as gone");
    }
    Ok(())
}

const GONE: &str = "SELECT (SELECT count(*) FROM public.albums WHERE gone_at IS NOT NULL) \
                    + (SELECT count(*) FROM public.tracks WHERE gone_at IS NOT NULL)";

/// Makes every list a month old, and runs the job that asks for such lists again.
async fn refresh(setup: &Setup) -> Result<()> {
    sqlx::query("UPDATE public.processing_status SET last_processed_at = last_processed_at - INTERVAL '30 days'")
        .execute(&setup.pool)
        .await?;
    let answer = setup.rpc("maintenance_clear_stale_entities", json!({})).await?;
    ensure!(answer["artists_asked_for"].as_i64() > Some(0), "{answer}");
    setup.drained(Duration::from_mins(1)).await?;
    Ok(())
}

#[tokio::test]
async fn what_spotify_no_longer_lists_is_kept_and_marked_until_it_is_listed_again() -> Result<()> {
    let names = ["Ines & the Weather", "Rook Hollow"];
    let setup = Setup::start(|options| options.demo.artists = Some(0)).await?;
    for name in names {
        setup.discover(name).await?;
    }
    setup.drained(Duration::from_mins(1)).await?;
    setup.assert_truth(&names).await?;
    let rows = "SELECT (SELECT count(*) FROM public.albums) + (SELECT count(*) FROM public.tracks) \
                + (SELECT count(*) FROM public.track_producers)";
    let before = setup.count(rows).await?;
    let album = |name: &str| {
        let album = setup.world.albums.iter().find(|album| album.name == name);
        album.with_context(|| format!("the world has no {name}"))
    };
    // One artist's alone, and one that both have.
    let (alone, shared) = (album("Cloud Types")?, album("Weather in the Hollow")?);

    setup
        .configure_demo(json!({ "spotify_unlisted": [alone.spotify_id, shared.spotify_id] }))
        .await?;
    refresh(&setup).await?;
    let gone: Vec<String> =
        sqlx::query_scalar("SELECT name FROM public.albums WHERE gone_at IS NOT NULL ORDER BY name")
            .fetch_all(&setup.pool)
            .await?;
    ensure!(
        gone == [alone.name.as_str(), &shared.name],
        "{gone:?} {}",
        setup.state().await
    );
    ensure!(setup.count(rows).await? == before, "something was deleted");
    setup.assert_truth(&names).await?;
    let since: String = sqlx::query_scalar("SELECT gone_at::text FROM public.albums WHERE spotify_id = $1")
        .bind(&alone.spotify_id)
        .fetch_one(&setup.pool)
        .await?;
    refresh(&setup).await?;
    let still: String = sqlx::query_scalar("SELECT gone_at::text FROM public.albums WHERE spotify_id = $1")
        .bind(&alone.spotify_id)
        .fetch_one(&setup.pool)
        .await?;
    ensure!(since == still, "marked anew: {since}, {still}");

    let id: String = sqlx::query_scalar("SELECT id::text FROM public.albums WHERE spotify_id = $1")
        .bind(&alone.spotify_id)
        .fetch_one(&setup.pool)
        .await?;
    let told = setup.rpc("get_album", json!({ "album_id": id })).await?;
    ensure!(
        told["gone_at"].is_string() && told["tracks"][0]["gone_at"] == Value::Null,
        "{told}"
    );
    let found = setup.rpc("search_catalogue", json!({ "term": alone.name })).await?;
    ensure!(found["albums"][0]["gone_at"].is_string(), "{found}");
    for path in [format!("albums/{id}"), "search?q=Cloud+Types".to_owned()] {
        let address = reqwest::Url::parse(&setup.info().functions_url)?
            .join("/")?
            .join(&path)?;
        let page = reqwest::get(address).await?.error_for_status()?.text().await?;
        ensure!(page.contains("no longer listed on Spotify since"), "{path}: {page}");
    }

    // A page that is missing, or an answer that breaks off, says nothing of what it does not hold.
    let artist = setup.world.artists.iter().find(|artist| artist.name == names[0]);
    let path = format!("/v1/artists/{}/albums", artist.context("no such artist")?.spotify_id);
    setup
        .configure_demo(
            json!({ "spotify_unlisted": [], "faults": [{ "path": path, "kind": "malformed", "times": 1 }] }),
        )
        .await?;
    setup.cron_in_a_hurry();
    refresh(&setup).await?;
    ensure!(setup.count(GONE).await? == 0, "still marked: {}", setup.state().await);
    setup.assert_truth(&names).await?;

    // A track that its album has lost, seen when the album is read by force.
    let track = &alone.tracks[0];
    for (unlisted, marked) in [(vec![&track.spotify_id], 1), (vec![], 0)] {
        setup
            .configure_demo(json!({ "spotify_unlisted": unlisted, "faults": [] }))
            .await?;
        let forced = json!({ "artist_name": names[0], "force": true });
        setup.rpc("start_artist_discovery", forced).await?;
        setup.drained(Duration::from_mins(1)).await?;
        ensure!(
            setup.count(GONE).await? == marked,
            "{unlisted:?}: {}",
            setup.state().await
        );
    }
    ensure!(setup.count(rows).await? == before, "something was deleted");
    Ok(())
}
