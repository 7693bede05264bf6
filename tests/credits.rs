//! Who made the music of the demo world, compared with what its sources state: nobody is missing, nobody is too much,
//! and what a client reads of a song adds up.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use comfy_table::Table;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use linernotes_demo::{Role, SpotifyApp, Truth};
use linernotes_tests::{Setup, catalogue};
use serde_json::{Value, json};

/// Every trap is hand-shaped; generated artists would only take time.
const GENERATED: Option<usize> = Some(0);

#[tokio::test]
async fn every_credit_is_found_and_no_other_with_extended_quota() -> Result<()> {
    let setup = discover_everybody(SpotifyApp::Extended).await?;
    what_clients_read_of_songs(&setup).await?;
    what_the_evidence_says(&setup).await
}

#[tokio::test]
async fn every_credit_is_found_and_no_other_in_development_mode() -> Result<()> {
    discover_everybody(SpotifyApp::Development).await?;
    Ok(())
}

/// A stack that has discovered the whole world, and holds its truth.
async fn discover_everybody(app: SpotifyApp) -> Result<Setup> {
    let setup = Setup::start(|options| {
        options.demo.artists = GENERATED;
        options.demo.spotify_app = match app {
            SpotifyApp::Extended => linernotes_stack::SpotifyApp::Extended,
            SpotifyApp::Development => linernotes_stack::SpotifyApp::Development,
        };
    })
    .await?;
    let names = setup.world.artist_names();
    let untrue = untrue_404s(&setup, app)?;
    let faults = untrue
        .iter()
        .map(|path| json!({"path": path, "kind": "status", "status": 404, "times": 1}));
    setup
        .configure_demo(json!({"faults": faults.collect::<Vec<_>>()}))
        .await?;
    for name in &names {
        setup.discover(name).await?;
    }
    let took = drained_without_patience(&setup).await?;
    let retried = "SELECT count(*) FROM public.queue_metrics WHERE operation = 'commit' AND details -> 'retried' > '0'";
    ensure!(setup.count(retried).await? >= 2, "nothing was answered 404");
    println!("{} artists, {app:?}: {:.1} s", names.len(), took.as_secs_f64());

    let truth = setup.world.truth(&names, app);
    let stored = catalogue::stored_credits(&setup.pool).await?;
    let scores = scores(&catalogue::true_credits(&truth)?, &stored);
    println!("{}", report(&scores));
    println!("{}", profiles(&truth));
    setup.assert_truth(&names).await?;
    for (source, score) in &scores {
        ensure!(score.right == score.stated, "{source}: recall is below 1");
        ensure!(score.right == score.stored, "{source}: precision is below 1");
        ensure!(score.stated > 0, "nothing of {source} was to be found");
    }
    Ok(setup)
}

/// Where Spotify answers 404 at first: for the last page of an artist's list, and for an album that is read by itself.
fn untrue_404s(setup: &Setup, app: SpotifyApp) -> Result<Vec<String>> {
    let artist = setup
        .world
        .artists
        .iter()
        .find(|artist| artist.name == "Marsh Semaphore");
    let artist = &artist.context("no Marsh Semaphore")?.spotify_id;
    let album = setup.world.albums.iter().find(|album| album.name == "Marsh Light 3");
    let album = &album.context("no such album")?.spotify_id;
    let page = match app {
        SpotifyApp::Extended => "limit=50&offset=0",
        SpotifyApp::Development => "limit=10&offset=10",
    };
    Ok(vec![
        format!("/v1/artists/{artist}/albums?include_groups=album,single,compilation&{page}"),
        // A batch that is answered so is asked for one by one.
        format!("{album}"),
        format!("/v1/albums/{album}?"),
    ])
}

/// Waits until all is done, and lets nothing wait that was missing: a minute is for Spotify to find it again.
async fn drained_without_patience(setup: &Setup) -> Result<Duration> {
    const HURRY: &str = "WITH albums AS (UPDATE pgmq.q_album_discovery AS queue SET vt = clock_timestamp() \
            FROM public.processing_status AS status WHERE status.entity_id = queue.message ->> '_idempotencyKey' \
            AND status.last_error LIKE 'artist_gone%' AND queue.vt > clock_timestamp() AND status.state = 'PENDING' RETURNING 1), \
        tracks AS (UPDATE pgmq.q_track_discovery AS queue SET vt = clock_timestamp() \
            FROM public.processing_status AS status WHERE status.entity_id = queue.message ->> '_idempotencyKey' \
            AND status.last_error LIKE 'album_gone%' AND queue.vt > clock_timestamp() AND status.state = 'PENDING' RETURNING 1) \
        SELECT (SELECT count(*) FROM albums) + (SELECT count(*) FROM tracks)";
    let drained = setup.drained(Duration::from_mins(5));
    let hurry = async {
        loop {
            tokio::time::sleep(Duration::from_millis(500)).await;
            if setup.count(HURRY).await.is_ok_and(|waiting| waiting > 0) {
                for function in ["albumDiscovery", "trackDiscovery"] {
                    // Whether the call succeeds is seen by what it leaves.
                    let _ = setup.call(function, json!({})).await;
                }
            }
        }
    };
    tokio::select! {
        took = drained => took,
        () = hurry => unreachable!("it goes on for ever"),
    }
}

/// How many credits of a source there are, and how many were found.
#[derive(Default)]
struct Score {
    stated: usize,
    stored: usize,
    right: usize,
}

const OVERALL: &str = "overall";

/// By source, and overall: a person in a role on a track, whoever states it.
fn scores(stated: &BTreeSet<catalogue::Credit>, stored: &BTreeSet<catalogue::Credit>) -> BTreeMap<String, Score> {
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let anybody = |credits: &BTreeSet<catalogue::Credit>| -> BTreeSet<catalogue::Credit> {
        let credits = credits.iter().cloned();
        credits
            .map(|(track, person, role, _)| (track, person, role, OVERALL.to_owned()))
            .collect()
    };
    for (stated, stored) in [(stated, stored), (&anybody(stated), &anybody(stored))] {
        for credit in stated {
            let score = scores.entry(credit.3.clone()).or_default();
            score.stated += 1;
            score.right += usize::from(stored.contains(credit));
        }
        for credit in stored {
            scores.entry(credit.3.clone()).or_default().stored += 1;
        }
    }
    scores
}

fn report(scores: &BTreeMap<String, Score>) -> Table {
    let mut table = Table::new();
    table
        .load_preset(UTF8_HORIZONTAL_ONLY)
        .set_header(["source", "stated", "stored", "right", "precision", "recall"]);
    // Overall stands below the sources.
    let (overall, sources): (Vec<_>, Vec<_>) = scores.iter().partition(|(source, _)| *source == OVERALL);
    for (source, score) in sources.into_iter().chain(overall) {
        table.add_row([
            source.clone(),
            score.stated.to_string(),
            score.stored.to_string(),
            score.right.to_string(),
            share(score.right, score.stored),
            share(score.right, score.stated),
        ]);
    }
    table
}

#[allow(clippy::cast_precision_loss, reason = "thousands at most")]
fn share(part: usize, whole: usize) -> String {
    match whole {
        0 => "–".to_owned(),
        whole => format!("{:.4}", part as f64 / whole as f64),
    }
}

/// What there is to be known of the people.
fn profiles(truth: &Truth) -> String {
    let count = |known: &dyn Fn(&linernotes_demo::TrueProducer) -> bool| {
        truth.producers.iter().filter(|producer| known(producer)).count()
    };
    format!(
        "{} people: {} with a handle, {} with words, {} with a picture, {} with an address; nobody knows {}",
        truth.producers.len(),
        count(&|it| it.instagram_handle.is_some()),
        count(&|it| it.instagram_bio.is_some()),
        count(&|it| it.image_url.is_some()),
        count(&|it| it.email.is_some()),
        count(&|it| it.enrichment_failed),
    )
}

/// A person, the role, the sources, and their confidence together.
type Row = (&'static str, Role, &'static [&'static str], &'static str);

/// A song, and each person and role with the sources (surest first) and their confidence together. MusicBrainz weighs
/// 0.95 (0.7 where the whole release is meant), Genius 0.8, a title 0.6; what is independent adds up:
/// 1 − (1 − a)(1 − b)(1 − c).
const SONGS: [(&str, &[Row]); 6] = [
    (
        "Beeswax (prod. Theo Marchetti)",
        // 1 − 0.05 × 0.2 × 0.4
        &[(
            "Theo Marchetti",
            Role::Producer,
            &["musicbrainz", "genius", "title"],
            "0.996",
        )],
    ),
    (
        "Tallow",
        &[
            // 1 − 0.05 × 0.2
            ("Nadia Thorne", Role::Producer, &["musicbrainz", "genius"], "0.99"),
            ("Wick Halloran", Role::Writer, &["genius"], "0.8"),
        ],
    ),
    (
        "Pylon Hymn (prod. Salt & Ember)",
        // 1 − 0.05 × 0.4
        &[("Salt & Ember", Role::Producer, &["musicbrainz", "title"], "0.98")],
    ),
    (
        "Selvedge",
        &[
            // MusicBrainz states it of the recording and of the release, which counts as one source.
            ("Ludvig Åkerström", Role::Producer, &["musicbrainz"], "0.95"),
            ("Bex Calloway", Role::ExecutiveProducer, &["musicbrainz"], "0.7"),
            ("Sable Okafor", Role::CoProducer, &["musicbrainz"], "0.7"),
        ],
    ),
    (
        "Both Hats",
        &[
            ("Juno Prewitt", Role::Arranger, &["musicbrainz"], "0.95"),
            ("Juno Prewitt", Role::Producer, &["musicbrainz"], "0.95"),
            ("Juno Prewitt", Role::Writer, &["musicbrainz"], "0.95"),
        ],
    ),
    ("Tea Boy", &[]),
];

/// As the public key sees it.
async fn what_clients_read_of_songs(setup: &Setup) -> Result<()> {
    for (song, wanted) in SONGS {
        let track: String = sqlx::query_scalar("SELECT id::text FROM public.tracks WHERE name = $1")
            .bind(song)
            .fetch_one(&setup.pool)
            .await
            .with_context(|| song.to_owned())?;
        let rows = ask(setup, "get_track_credits", json!({ "track_id": track })).await?;
        let mut stored = Vec::new();
        for row in &rows {
            let sources: Vec<&str> = texts(&row["sources"]);
            for source in &sources {
                let evidence = &row["evidence"][source];
                ensure!(
                    evidence["confidence"].is_number()
                        && evidence["first_seen"].is_string()
                        && evidence["evidence"]["seen"][0]["url"].is_string(),
                    "{song}: {source} has no evidence: {row}"
                );
            }
            stored.push((
                row["name"].as_str().unwrap_or_default(),
                row["role"].clone(),
                sources,
                row["confidence"].as_f64().unwrap_or_default().to_string(),
            ));
        }
        let wanted: Vec<_> = wanted
            .iter()
            .map(|(name, role, sources, confidence)| (*name, json!(role), sources.to_vec(), (*confidence).to_owned()))
            .collect();
        ensure!(stored == wanted, "{song}: {rows:#?}");
    }
    Ok(())
}

/// Why a credit is believed: how the track was matched, and what stands beside the name.
async fn what_the_evidence_says(setup: &Setup) -> Result<()> {
    for (song, source, matched, seen) in [
        (
            "Jib",
            "musicbrainz",
            "position",
            json!({"level": "recording", "relation": "producer"}),
        ),
        (
            "Signal Flag (Sped Up)",
            "musicbrainz",
            "isrc",
            json!({"level": "recording"}),
        ),
        (
            "Penned",
            "musicbrainz",
            "isrc",
            json!({"level": "work", "relation": "writer"}),
        ),
        ("Warp", "musicbrainz", "isrc", json!({"level": "release"})),
        (
            "And Then Some",
            "musicbrainz",
            "isrc",
            json!({"attributes": ["additional"]}),
        ),
        ("Throat", "musicbrainz", "isrc", json!({"task": "vocal producer"})),
        ("Bare", "musicbrainz", "isrc", json!({"credited_as": "QVale"})),
        ("Snuff Box", "genius", "title", json!({"level": "song"})),
    ] {
        let evidence: Vec<Value> = sqlx::query_scalar(
            "SELECT tp.evidence FROM public.track_producers tp JOIN public.tracks t ON t.id = tp.track_id \
             WHERE t.name = $1 AND tp.source = $2",
        )
        .bind(song)
        .bind(source)
        .fetch_all(&setup.pool)
        .await?;
        ensure!(!evidence.is_empty(), "{song} has no credit of {source}");
        for evidence in &evidence {
            ensure!(evidence["matched"]["by"] == matched, "{song}: {evidence}");
            ensure!(
                evidence["matched"]["score"].is_number() && evidence["matched"]["for"].is_array(),
                "{song}: {evidence}"
            );
            let holds = |one: &Value| {
                seen.as_object()
                    .is_some_and(|seen| seen.iter().all(|(key, value)| one[key] == *value))
            };
            ensure!(
                evidence["seen"].as_array().is_some_and(|all| all.iter().any(holds)),
                "{song}: {evidence}"
            );
        }
    }
    Ok(())
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array()
        .map(|list| list.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default()
}

/// Calls a function of the API with the public key.
async fn ask(setup: &Setup, function: &str, arguments: Value) -> Result<Vec<Value>> {
    let answer = reqwest::Client::new()
        .post(format!("{}/rest/v1/rpc/{function}", setup.info().api_url))
        .header("apikey", &setup.info().publishable_key)
        .json(&arguments)
        .send()
        .await?;
    ensure!(answer.status().is_success(), "{function}: {}", answer.text().await?);
    Ok(answer.json().await?)
}

#[tokio::test]
async fn the_old_id_of_a_merged_producer_still_answers() -> Result<()> {
    let setup = Setup::start(|options| options.demo.artists = GENERATED).await?;
    // Genius credits Juno Prewitt on the first artist's tracks, without an id; MusicBrainz credits her, with its id, on
    // the second artist's.
    setup.discover("Basement Telegraph").await?;
    setup.drained(Duration::from_mins(1)).await?;
    let old: String = sqlx::query_scalar(
        "SELECT id::text FROM public.producers WHERE name = 'Juno Prewitt' AND musicbrainz_id IS NULL",
    )
    .fetch_one(&setup.pool)
    .await
    .context("Juno Prewitt is not known by her name")?;
    setup.discover("Ines & the Weather").await?;
    setup.drained(Duration::from_mins(1)).await?;
    let now: Vec<(String, bool)> =
        sqlx::query_as("SELECT id::text, musicbrainz_id IS NOT NULL FROM public.producers WHERE name = 'Juno Prewitt'")
            .fetch_all(&setup.pool)
            .await?;
    let [(now, true)] = &now[..] else {
        anyhow::bail!("Juno Prewitt is {now:?}");
    };
    ensure!(*now != old, "she kept the id of the name");
    let by_old = ask(&setup, "get_producer_collaborations", json!({ "producer_id": old })).await?;
    let by_new = ask(&setup, "get_producer_collaborations", json!({ "producer_id": now })).await?;
    ensure!(by_old == by_new, "{by_old:?} and {by_new:?}");
    let artists: Vec<&str> = by_old.iter().filter_map(|row| row["artist_name"].as_str()).collect();
    ensure!(artists == ["Ines & the Weather", "Basement Telegraph"], "{artists:?}");
    setup.assert_truth(&["Basement Telegraph", "Ines & the Weather"]).await
}
