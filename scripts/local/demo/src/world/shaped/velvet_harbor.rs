//! Velvet Harbor: exactly 10 albums and 120 tracks, credited as well as an artist can be. The README's example and the
//! benchmarks' artist.

use super::super::builder::Builder;
use super::super::cast::Cast;
use super::super::model::{AlbumIx, ArtistIx, PersonIx, WorkIx};
use super::super::person_spec::PersonSpec;
use super::super::specs::{AlbumSpec, TrackSpec};
use super::super::statements as says;

const GLASS_PIERS: [&str; 14] = [
    "Harbour Lights",
    "Tidal Clock",
    "Glass Piers",
    "Rope and Lantern",
    "Cold Ballast",
    "The Customs Man",
    "Pale Signal",
    "Ferry Girl",
    "Windlass",
    "Half Past the Breakers",
    "Gullsong",
    "Mooring",
    "Letters to the Lighthouse",
    "Ebb",
];
const NIGHT_FERRIES: [&str; 14] = [
    "Night Ferries",
    "Lanterns Out",
    "Velvet Rope, Iron Hull",
    "Second Deck",
    "Salt in the Speakers",
    "Radio Denmark",
    "Black Water Waltz",
    "Smoke over Pier Nine",
    "Passenger List",
    "Undress the Sea",
    "Cabin Fever Dream",
    "Slow Propeller",
    "Four A.M. Crossing",
    "Landfall",
];
const SALTLIGHT: [&str; 15] = [
    "Saltlight",
    "Brine",
    "Crystal Set",
    "Every Window West",
    "Dune Economy",
    "Phosphor",
    "A Room above the Chandlery",
    "Neon Kelp",
    "Longshore Drift",
    "White Horses",
    "Sandglass",
    "Estuary",
    "Hymn for a Dredger",
    "Marram",
    "Blue Hour",
];
const SALTLIGHT_BONUS: [&str; 6] = [
    "Tern",
    "Groyne",
    "Sea Fret",
    "Cockle Row",
    "Shingle",
    "Last Orders at the Anchor",
];
const THE_LONG_QUAY: [&str; 13] = [
    "The Long Quay",
    "Bollard",
    "Container Heart",
    "Weights and Measures",
    "Dry Dock",
    "Manifest",
    "Bonded Store",
    "Crane Song",
    "Harbourmaster's Daughter",
    "Deep Draught",
    "Gantry",
    "Rust Belt Regatta",
    "Cast Off",
];
const UNDERTOW: [&str; 5] = ["Undertow", "Riptide Lullaby", "Kelp Forest Fire", "Soundings", "Fathom"];
const LIVE: [usize; 15] = [0, 1, 2, 5, 7, 8, 10, 13, 0, 1, 3, 6, 9, 12, 13];

struct Band {
    lena: PersonIx,
    ivo: PersonIx,
}

pub fn build(world: &mut Builder, cast: &Cast) {
    let artist = world.band("Velvet Harbor", 61);
    world.list(artist);
    let lena = world.person(
        PersonSpec::new("Lena Voss")
            .told_apart_by("Velvet Harbor")
            .link("social network", "https://www.instagram.com/lenavoss/")
            .handle("lenavoss"),
    );
    let ivo = world.person(PersonSpec::new("Ivo Hart").told_apart_by("Velvet Harbor"));
    let band = Band { lena, ivo };
    let whose = [artist];

    // Produced by one, mixed by another who earns no credit.
    let tracks = studio(&GLASS_PIERS, &band, |track, at| {
        let track = track.says(&says::PRODUCER, cast.nadia).says(&says::MIX, cast.tomas);
        if at % 4 == 0 {
            track.says(&says::STRING_ARRANGER, cast.wren)
        } else {
            track
        }
    });
    let glass_piers = world.album(AlbumSpec::album(&whose, "Glass Piers", "2012-03-09", tracks));

    let tracks = studio(&NIGHT_FERRIES, &band, |track, at| {
        let track = track
            .says(&says::PRODUCER, cast.ludvig)
            .says(&says::ENGINEER, cast.tomas);
        if at % 3 == 0 {
            track.says(&says::CO_PRODUCER, lena)
        } else {
            track
        }
    });
    let night_ferries = world.album(AlbumSpec::album(&whose, "Night Ferries", "2014-10-03", tracks).leading_zero());

    // The executive producer stands at the release, for all of it.
    let tracks = studio(&SALTLIGHT, &band, |track, at| {
        let track = track.says(&says::PRODUCER, cast.nadia).says(&says::PROGRAMMING, ivo);
        if at % 5 == 1 {
            track.says(&says::ADDITIONAL_PRODUCER, cast.salt_and_ember)
        } else {
            track
        }
    });
    let saltlight = world.album(
        AlbumSpec::album(&whose, "Saltlight", "2017-05-19", tracks).says(&says::RELEASE_EXECUTIVE_PRODUCER, cast.bex),
    );

    // The same fifteen recordings again, other tracks of Spotify's, and six more.
    let mut tracks = again(world, saltlight, 0..SALTLIGHT.len());
    tracks.extend(studio(&SALTLIGHT_BONUS, &band, |track, _| {
        track.says(&says::PRODUCER, ivo)
    }));
    world.album(AlbumSpec::album(
        &whose,
        "Saltlight (Deluxe Edition)",
        "2017-11-24",
        tracks,
    ));

    // A release date without a day.
    let tracks = studio(&THE_LONG_QUAY, &band, |track, at| {
        let track = track.says(&says::PRODUCER, cast.theo).says(&says::PRODUCER, cast.nadia);
        if at == 8 {
            track.says(&says::ORCHESTRATOR, cast.akari)
        } else {
            track
        }
    });
    let long_quay = world.album(AlbumSpec::album(&whose, "The Long Quay", "2020-09", tracks));

    // One with a year only.
    let tracks = studio(&UNDERTOW, &band, |track, _| {
        track.says(&says::PRODUCER, lena).says(&says::PRODUCER, ivo)
    });
    let undertow = world.album(AlbumSpec::ep(&whose, "Undertow EP", "2013", tracks));

    let albums = Albums {
        glass_piers,
        night_ferries,
        saltlight,
        long_quay,
        undertow,
    };
    singles_and_others(world, cast, &whose, &band, &albums);
}

/// What came out before, to come out again.
struct Albums {
    glass_piers: AlbumIx,
    night_ferries: AlbumIx,
    saltlight: AlbumIx,
    long_quay: AlbumIx,
    undertow: AlbumIx,
}

fn singles_and_others(world: &mut Builder, cast: &Cast, whose: &[ArtistIx], band: &Band, albums: &Albums) {
    let mut tracks = again(world, albums.glass_piers, 0..1);
    tracks.extend(studio(&["Quayside Demo"], band, |track, _| {
        track.says(&says::PRODUCER, band.lena)
    }));
    world.album(AlbumSpec::single(whose, "Harbour Lights", "2012-01-27", tracks));

    // A remix performs the same song: its writers are the song's, the remixer is its own.
    let lanterns = work_of(world, albums.night_ferries, 1);
    let mut tracks = again(world, albums.night_ferries, 1..2);
    for (title, seconds) in [
        ("Lanterns Out (Petra Quill Remix)", 331),
        ("Lanterns Out (Slow Tide Mix)", 402),
    ] {
        let mut track = TrackSpec::new(title, seconds).says(&says::REMIXER, cast.petra);
        if let Some(work) = lanterns {
            track = track.performs(work, &[]);
        }
        tracks.push(track);
    }
    world.album(AlbumSpec::single(whose, "Lanterns Out", "2014-08-29", tracks));

    let mut tracks = again(world, albums.glass_piers, 0..5);
    tracks.extend(again(world, albums.night_ferries, 0..5));
    tracks.extend(again(world, albums.saltlight, 0..4));
    tracks.extend(again(world, albums.long_quay, 0..3));
    tracks.extend(again(world, albums.undertow, 0..1));
    world.album(AlbumSpec::compilation(
        whose,
        "Ten Years of Tides",
        "2022-06-17",
        tracks,
    ));

    let tracks = live(world, band, cast, albums.glass_piers, albums.night_ferries);
    world.album(AlbumSpec::album(
        whose,
        "Live at the Customs House",
        "2019-02-15",
        tracks,
    ));
}

/// New songs by the band, with what `credit` adds to each.
fn studio(titles: &[&str], band: &Band, credit: impl Fn(TrackSpec, usize) -> TrackSpec) -> Vec<TrackSpec> {
    titles
        .iter()
        .enumerate()
        .map(|(at, title)| {
            let seconds = 187 + i64::try_from((at * 37 + title.len() * 11) % 140).unwrap_or(0);
            let track = TrackSpec::new(title, seconds)
                .says(&says::LEAD_VOCALS, band.lena)
                .says(&says::GUITAR, band.ivo)
                .by(&says::COMPOSER, band.ivo)
                .by(&says::LYRICIST, band.lena);
            credit(track, at)
        })
        .collect()
}

/// Recordings of an album, to come out again.
fn again(world: &Builder, album: AlbumIx, tracks: std::ops::Range<usize>) -> Vec<TrackSpec> {
    tracks
        .filter_map(|track| world.recording_of(album, track))
        .map(TrackSpec::again)
        .collect()
}

/// The song of a track.
fn work_of(world: &Builder, album: AlbumIx, track: usize) -> Option<WorkIx> {
    let recording = world.recording_of(album, track)?;
    world.world.recordings[recording.0]
        .performances
        .first()
        .map(|performed| performed.work)
}

/// The songs of two albums on a stage: other recordings of the same works.
fn live(world: &Builder, band: &Band, cast: &Cast, first: AlbumIx, second: AlbumIx) -> Vec<TrackSpec> {
    LIVE.iter()
        .enumerate()
        .filter_map(|(at, track)| {
            let album = if at < 8 { first } else { second };
            let title = &world.world.albums[album.0].tracks.get(*track)?.name;
            let seconds = 240 + i64::try_from(at * 7).unwrap_or(0);
            Some(
                TrackSpec::new(&format!("{title} (Live)"), seconds)
                    .says(&says::RECORDED_BY, cast.tomas)
                    .says_on(&says::PRODUCER, cast.tomas, "2018-11-02", "2018-11-03")
                    .says(&says::LEAD_VOCALS, band.lena)
                    .performs(work_of(world, album, *track)?, &["live"]),
            )
        })
        .collect()
}
