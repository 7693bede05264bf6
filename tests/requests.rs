//! What a cold artist costs: the requests that the demo upstreams counted, beside the least that each API allows. And a
//! warm one: nothing.
//!
//! The least is counted here from what the world holds, by rules that stand beside each number. Several artists go
//! through one stack, one after the other, so that a later one pays neither for the token nor for people whom an earlier
//! one brought.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use comfy_table::Table;
use linernotes_demo::{SpotifyApp, Truth};
use linernotes_tests::Setup;
use serde_json::{Value, json};

/// How many requests there may be for each one that is needed.
const MOST: f64 = 1.1;

/// An artist, and what MusicBrainz and Genius know of the albums: counted by hand in the world's sources
/// (`scripts/local/demo/src/world/shaped`).
struct Artist {
    name: &'static str,
    /// Twenty barcodes are one search: each may have several releases, and all of them are to stand on one page.
    barcodes: u64,
    /// One search for each album that no barcode leads to.
    title_searches: u64,
    /// One lookup for each album that MusicBrainz has.
    releases: u64,
    /// A release of more than 500 recordings is read a hundred at a time.
    browsed: u64,
    /// Codes of tracks that no release has, forty in a search.
    codes: u64,
    /// The recordings that were found by them, and that no release of the same artist has brought already.
    recordings: u64,
    /// In development mode albums bring no codes: one request for each track that no place on a release identifies.
    singles: u64,
    /// Songs without producers or without writers at MusicBrainz: one search of Genius each.
    songs: u64,
    /// Those that Genius has: one request more.
    songs_found: u64,
    /// People without an account elsewhere whose page a song of Genius leads to.
    pages: u64,
    /// Those of them whom earlier artists have brought: since Genius names them for the first time, they are looked for
    /// once more.
    again: &'static [&'static str],
}

const ARTISTS: [Artist; 6] = [
    // Ten albums, all of them with a barcode that MusicBrainz has, every track on them. Only the two remixes have no
    // producer.
    Artist {
        name: "Velvet Harbor",
        barcodes: 10,
        title_searches: 0,
        releases: 10,
        browsed: 0,
        codes: 0,
        recordings: 0,
        singles: 0,
        songs: 2,
        songs_found: 0,
        pages: 0,
        again: &[],
    },
    // Fifty-three singles, each with a barcode that MusicBrainz has, and none with a writer.
    Artist {
        name: "Kestrel Arcade",
        barcodes: 53,
        title_searches: 0,
        releases: 53,
        browsed: 0,
        codes: 0,
        recordings: 0,
        singles: 0,
        songs: 53,
        songs_found: 0,
        pages: 0,
        again: &[],
    },
    // One album of 520 tracks, of which every fortieth has a producer and a writer.
    Artist {
        name: "Tidemark Archive",
        barcodes: 1,
        title_searches: 0,
        releases: 1,
        browsed: 6,
        codes: 0,
        recordings: 0,
        singles: 0,
        songs: 507,
        songs_found: 0,
        pages: 0,
        again: &[],
    },
    // Ten albums. `Clerk's Lament` has no barcode; those of `Twenty Years On`, `The Small Hours Ledger` and `Kitchen
    // Tapes` lead nowhere: four searches by title, of which the second and `Clerk's Lament` find a release. Without a
    // recording are then the four tracks of `Twenty Years On` and the two of `Kitchen Tapes`: three of them are on
    // `Paper Atlas`, which was read, and the other three codes nobody knows. Two tracks of `Paper Atlas (Deluxe)` are not
    // at the place where MusicBrainz has them: with their codes they are found, so in development mode eight tracks are
    // asked for. Nobody but Genius can tell of the three songs that MusicBrainz does not have.
    Artist {
        name: "Marisol Anker",
        barcodes: 9,
        title_searches: 4,
        releases: 8,
        browsed: 0,
        codes: 3,
        recordings: 0,
        singles: 8,
        songs: 3,
        songs_found: 0,
        pages: 0,
        again: &[],
    },
    // Three albums. MusicBrainz has a release of `Static`; of the six tracks of the others, five have codes, and two of
    // these are known. `Morse` alone has producer and writer; Genius has `Cable Ship` and `Key Click`, and pages of the
    // band itself, of Cy Underhill, Sable Okafor and Juno Prewitt, of whom nobody else knows an account.
    Artist {
        name: "Basement Telegraph",
        barcodes: 3,
        title_searches: 2,
        releases: 1,
        browsed: 0,
        codes: 5,
        recordings: 2,
        singles: 6,
        songs: 7,
        songs_found: 2,
        pages: 4,
        again: &["Sable Okafor", "Juno Prewitt"],
    },
    // Two albums without a barcode, each found by its title, with producer and writer on every track.
    Artist {
        name: "Unmarked Crates",
        barcodes: 0,
        title_searches: 2,
        releases: 2,
        browsed: 0,
        codes: 0,
        recordings: 0,
        singles: 0,
        songs: 0,
        songs_found: 0,
        pages: 0,
        again: &[],
    },
];

/// The first of them once more.
const FORCED: &str = "Velvet Harbor, by force";

struct Cost {
    artist: &'static str,
    provider: &'static str,
    made: u64,
    least: u64,
    endpoints: String,
}

#[tokio::test]
async fn a_first_discovery_makes_at_most_a_tenth_more_requests_than_needed_in_extended_mode() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    cold_and_warm(&setup, SpotifyApp::Extended).await
}

#[tokio::test]
async fn a_first_discovery_makes_at_most_a_tenth_more_requests_than_needed_in_development_mode() -> Result<()> {
    let setup = Setup::start(|options| options.demo.spotify_app = linernotes_stack::SpotifyApp::Development).await?;
    cold_and_warm(&setup, SpotifyApp::Development).await
}

async fn cold_and_warm(setup: &Setup, app: SpotifyApp) -> Result<()> {
    // MusicBrainz is never busy here: a repeated request would count as one too many.
    setup.configure_demo(json!({"musicbrainz_busy_percent": 0})).await?;
    let mut costs = Vec::new();
    let mut known = Truth::default();
    let mut names = Vec::new();
    for artist in &ARTISTS {
        names.push(artist.name);
        let truth = setup.world.truth(&names, app);
        setup.reset_demo_stats().await?;
        setup.discover(artist.name).await?;
        setup.drained(Duration::from_mins(2)).await?;
        let stats = setup.demo_stats().await?;
        let token_and_probes = known.artists.is_empty();
        let least = least(setup, artist, app, token_and_probes, &People::between(&known, &truth)).await?;
        costs.extend(cost(artist.name, least, &stats)?);
        known = truth;
    }
    setup.assert_truth(&names).await?;

    setup.reset_demo_stats().await?;
    for name in &names {
        setup.discover(name).await?;
    }
    setup.drained(Duration::from_mins(1)).await?;
    let warm = setup.demo_requests().await?;
    ensure!(warm == 0, "artists that are known made {warm} requests");

    // Forced, everything is asked for again, but for the token and the kind of app, which are remembered.
    let again = json!({"artist_name": ARTISTS[0].name, "force": true});
    setup.rpc("start_artist_discovery", again).await?;
    setup.drained(Duration::from_mins(1)).await?;
    let stats = setup.demo_stats().await?;
    let people = People::between(&Truth::default(), &setup.world.truth(&names[..1], app));
    let least = least(setup, &ARTISTS[0], app, false, &people).await?;
    costs.extend(cost(FORCED, least, &stats)?);

    show(&costs);
    check(&costs)
}

fn check(costs: &[Cost]) -> Result<()> {
    let artists: BTreeSet<&str> = costs.iter().map(|cost| cost.artist).collect();
    for artist in artists {
        let own = || costs.iter().filter(|cost| cost.artist == artist);
        let (made, least): (u64, u64) = own().fold((0, 0), |sum, cost| (sum.0 + cost.made, sum.1 + cost.least));
        ensure!(
            ratio(made, least) <= MOST,
            "{artist}: {made} requests, the least is {least}"
        );
        // Of people and songs, what comes to light while a run is under way is for the next run, and counts in the sum.
        for cost in own().filter(|cost| ["spotify", "musicbrainz"].contains(&cost.provider)) {
            // Where a handful of requests is needed, one more is more than a tenth.
            ensure!(
                ratio(cost.made, cost.least) <= MOST || cost.made <= cost.least + 1,
                "{}, {}: {} requests ({}), the least is {}",
                cost.artist,
                cost.provider,
                cost.made,
                cost.endpoints,
                cost.least
            );
        }
    }
    Ok(())
}

/// The least for each provider: for the `first` artist of an app, with `new` people.
async fn least(
    setup: &Setup,
    artist: &Artist,
    app: SpotifyApp,
    first: bool,
    new: &People,
) -> Result<[(&'static str, u64); 5]> {
    Ok([
        ("spotify", spotify(setup, artist, app, first)),
        // One page for everybody with an id.
        (
            "musicbrainz",
            musicbrainz(artist) + (new.ids.len() + artist.again.len()) as u64,
        ),
        // Fifty items a request.
        ("wikidata", new.items(setup, artist.again).div_ceil(50)),
        (
            "genius",
            artist.songs + artist.songs_found + artist.pages + new.songs_to_know_them_by(setup).await?,
        ),
        // One account each.
        ("instagram", new.handles),
    ])
}

fn spotify(setup: &Setup, artist: &Artist, app: SpotifyApp, first: bool) -> u64 {
    let albums: Vec<u64> = setup
        .world
        .albums
        .iter()
        .filter(|album| {
            let listed = album.listed_under.iter().map(|at| &setup.world.artists[at.0].name);
            listed.into_iter().any(|name| name == artist.name)
        })
        .map(|album| album.tracks.len() as u64)
        .collect();
    let count = albums.len() as u64;
    let tracks: u64 = albums.iter().sum();
    // An album brings fifty tracks with it; the others come fifty a page, in both kinds of app.
    let more_tracks: u64 = albums.iter().map(|tracks| tracks.saturating_sub(50).div_ceil(50)).sum();
    let search = 1;
    match app {
        // Fifty albums a page; twenty albums with their tracks in one request; fifty tracks with their codes in one.
        SpotifyApp::Extended => {
            let token = u64::from(first);
            token + search + count.div_ceil(50) + count.div_ceil(20) + more_tracks + tracks.div_ceil(50)
        }
        // Ten albums a page; each album; and each track that has to be known better. Nobody says of which kind an app
        // is: the first page of fifty and the first batch are refused, once a day.
        SpotifyApp::Development => {
            let token_and_probes = if first { 3 } else { 0 };
            token_and_probes + search + count.div_ceil(10) + count + more_tracks + artist.singles
        }
    }
}

fn musicbrainz(artist: &Artist) -> u64 {
    artist.barcodes.div_ceil(20)
        + artist.title_searches
        + artist.releases
        + artist.browsed
        + artist.codes.div_ceil(40)
        + artist.recordings
}

/// Those whom nobody brought before.
struct People {
    ids: Vec<String>,
    /// Of how many an account is known in the end.
    handles: u64,
}

impl People {
    fn between(known: &Truth, truth: &Truth) -> Self {
        let before: BTreeSet<&str> = known.producers.iter().map(|producer| producer.key.as_str()).collect();
        let new = || {
            truth
                .producers
                .iter()
                .filter(|producer| !before.contains(producer.key.as_str()))
        };
        Self {
            ids: new().filter_map(|producer| producer.musicbrainz_id.clone()).collect(),
            handles: new().filter(|producer| producer.instagram_handle.is_some()).count() as u64,
        }
    }

    /// The items of Wikidata that MusicBrainz names for them, and for some others.
    fn items(&self, setup: &Setup, others: &[&str]) -> u64 {
        let people = &setup.world.people;
        let theirs = people
            .iter()
            .filter(|person| self.ids.contains(&person.mbid) || others.contains(&person.name.as_str()));
        let links = theirs.flat_map(|person| &person.links);
        let items: BTreeSet<&str> = links
            .filter(|link| link.relation == "wikidata" && !link.ended)
            .filter_map(|link| link.url.rsplit('/').next())
            .collect();
        items.len() as u64
    }

    /// Who has no account is looked for at Genius by songs that they made, each searched for once. Which songs these are
    /// (at most three) is the catalogue's choice.
    async fn songs_to_know_them_by(&self, setup: &Setup) -> Result<u64> {
        let songs: i64 = sqlx::query_scalar(
            "SELECT count(DISTINCT song) FROM public.producers AS producer, \
             jsonb_array_elements(linernotes.credited_tracks(producer.id)) AS song \
             WHERE producer.musicbrainz_id::text = ANY($1) AND producer.instagram_handle IS NULL",
        )
        .bind(&self.ids)
        .fetch_one(&setup.pool)
        .await?;
        Ok(songs.try_into()?)
    }
}

/// What the demo upstreams counted, beside the least.
fn cost(artist: &'static str, least: [(&'static str, u64); 5], stats: &Value) -> Result<Vec<Cost>> {
    let providers = stats["providers"]
        .as_object()
        .context("no providers in the demo's stats")?;
    let made = |counts: &Value| -> u64 {
        [&counts["requests"], &counts["rejected"]]
            .into_iter()
            .filter_map(Value::as_u64)
            .sum()
    };
    let of_provider = |(provider, least): (&'static str, u64)| {
        let counts = providers.get(provider).unwrap_or(&Value::Null);
        let endpoints = counts["endpoints"].as_object().into_iter().flatten();
        let endpoints: Vec<String> = endpoints
            .map(|(name, counts)| format!("{name} {}", made(counts)))
            .collect();
        Cost {
            artist,
            provider,
            made: made(counts),
            least,
            endpoints: endpoints.join(", "),
        }
    };
    Ok(least.into_iter().map(of_provider).collect())
}

#[allow(clippy::cast_precision_loss)] // Thousands at most.
fn ratio(made: u64, least: u64) -> f64 {
    made as f64 / least.max(1) as f64
}

fn show(costs: &[Cost]) {
    let mut table = Table::new();
    table.set_header(["artist", "provider", "made", "least", "ratio", "of which"]);
    for cost in costs {
        table.add_row([
            cost.artist.to_owned(),
            cost.provider.to_owned(),
            cost.made.to_string(),
            cost.least.to_string(),
            format!("{:.2}", ratio(cost.made, cost.least)),
            cost.endpoints.clone(),
        ]);
    }
    println!("{table}");
}

/// Two artists whose lists are looked at again, and the album that each has more than before: one of a page, and one of
/// two.
const REFRESHED: [(&str, &str); 2] = [("Velvet Harbor", "Undertow EP"), ("Kestrel Arcade", "Token 17")];

#[tokio::test]
async fn a_refresh_costs_the_lists_and_the_new_albums() -> Result<()> {
    let setup = Setup::start(|options| options.demo.artists = Some(0)).await?;
    let new: Vec<_> = REFRESHED
        .iter()
        .map(|(artist, album)| {
            let found = setup.world.albums.iter().find(|known| known.name == *album);
            found.with_context(|| format!("{artist} has no {album}"))
        })
        .collect::<Result<_>>()?;
    let unlisted: Vec<&str> = new.iter().map(|album| album.spotify_id.as_str()).collect();
    let names = REFRESHED.map(|(artist, _)| artist);
    setup
        .configure_demo(json!({"musicbrainz_busy_percent": 0, "spotify_unlisted": unlisted}))
        .await?;
    for name in names {
        setup.discover(name).await?;
    }
    setup.drained(Duration::from_mins(2)).await?;
    ensure!(
        setup.assert_truth(&names).await.is_err(),
        "the new albums are there already"
    );

    // Two weeks later, the job that looks for artists who were not seen for so long.
    setup.configure_demo(json!({"spotify_unlisted": []})).await?;
    setup.reset_demo_stats().await?;
    sqlx::query("UPDATE public.processing_status SET last_processed_at = last_processed_at - INTERVAL '15 days'")
        .execute(&setup.pool)
        .await?;
    let people = setup.count("SELECT count(*) FROM public.producers").await?;
    let job = "SELECT command FROM cron.job WHERE jobname = 'maintenance-clear-stale-entities'";
    let job: String = sqlx::query_scalar(job).fetch_one(&setup.pool).await?;
    sqlx::query(sqlx::AssertSqlSafe(job)).execute(&setup.pool).await?;
    setup.drained(Duration::from_mins(2)).await?;
    setup.assert_truth(&names).await?;

    let new_people = setup.count("SELECT count(*) FROM public.producers").await? - people;
    let new_people = u64::try_from(new_people)?;
    let albums = new.len() as u64;
    let tracks: u64 = new.iter().map(|album| album.tracks.len() as u64).sum();
    let least = [
        // A page of fifty for one artist and two for the other; then each new album with its tracks, and the codes of
        // those, since the two lists end at different times.
        ("spotify", 1 + 2 + albums + albums),
        // Each album's barcode and release.
        ("musicbrainz", 2 * albums + new_people),
        ("wikidata", new_people.min(1)),
        // A search at most for each song.
        ("genius", tracks),
        ("instagram", new_people),
    ];
    let costs = cost("a refresh of two artists", least, &setup.demo_stats().await?)?;
    show(&costs);
    for cost in &costs {
        ensure!(
            cost.made <= cost.least,
            "{}: {} requests ({}), at most {} were to be",
            cost.provider,
            cost.made,
            cost.endpoints,
            cost.least
        );
    }

    // With nothing new, the lists alone.
    setup.reset_demo_stats().await?;
    sqlx::query("UPDATE public.processing_status SET last_processed_at = last_processed_at - INTERVAL '15 days'")
        .execute(&setup.pool)
        .await?;
    setup.rpc("maintenance_clear_stale_entities", json!({})).await?;
    setup.drained(Duration::from_mins(1)).await?;
    let requests = setup.demo_requests().await?;
    ensure!(requests == 3, "lists without anything new made {requests} requests");
    Ok(())
}
