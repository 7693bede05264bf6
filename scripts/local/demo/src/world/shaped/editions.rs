//! Marisol Anker: editions and dates. The same recordings on several albums, albums that MusicBrainz knows by barcode,
//! by title, by ISRC or not at all, and release dates of every precision, impossible ones included.

use super::super::builder::Builder;
use super::super::cast::Cast;
use super::super::model::{AlbumIx, ArtistIx, CreditedName, RecordingIx, Release, Statement};
use super::super::person_spec::PersonSpec;
use super::super::specs::{AlbumSpec, Known, TrackSpec};
use super::super::statements as says;
use super::{named, named_for};

pub fn build(world: &mut Builder, cast: &Cast) {
    let person = world.person(
        PersonSpec::new("Marisol Anker")
            .link("social network", "https://www.instagram.com/marisolanker")
            .handle("marisolanker"),
    );
    let artist = world.artist("Marisol Anker", 54, person);
    world.list(artist);
    let whose = [artist];
    let song = |title: &str, seconds| {
        TrackSpec::new(title, seconds)
            .says(&says::PRODUCER, cast.ludvig)
            .by(&says::WRITER, person)
    };

    // A year; a month; a day that never was; and the year 0000, which is what Spotify says when it doesn't know.
    let atlas = world.album(AlbumSpec::album(
        &whose,
        "Paper Atlas",
        "2004",
        vec![
            song("Meridian Line", 214),
            song("Cartouche", 187).isrc_with_hyphens(),
            song("Isobar", 243).isrc_unknown_to_musicbrainz(),
            song("The Legend", 201).says(&says::CO_PRODUCER, cast.juno),
            song("Terra Incognita", 322),
        ],
    ));
    world.album(AlbumSpec::ep(
        &whose,
        "Compass EP",
        "2005-05",
        vec![song("North", 180), song("Needle", 199)],
    ));
    world.album(AlbumSpec::single(
        &whose,
        "Thirtieth of February",
        "2007-02-30",
        vec![song("Thirtieth of February", 230)],
    ));
    world.album(AlbumSpec::single(&whose, "Undated", "0000", vec![song("Undated", 152)]));

    barcode_used_twice(world, cast, atlas);

    // A deluxe edition that MusicBrainz has as a release of its own: same recordings, one of them out of place there.
    let first = |world: &Builder, track| world.recording_of(atlas, track).map(TrackSpec::again);
    let mut tracks: Vec<TrackSpec> = [0, 3, 4].into_iter().filter_map(|track| first(world, track)).collect();
    tracks.push(song("Gazetteer", 176));
    tracks.push(song("Dead Reckoning", 268).says(&says::PRODUCER, cast.nadia));
    world.album(AlbumSpec::album(&whose, "Paper Atlas (Deluxe)", "2006-11-10", tracks).swapped(1, 3));

    // An anniversary edition that MusicBrainz does not have: its recordings it knows by ISRC, but not the new one, whose
    // title names a producer. One ISRC stands for two recordings: the karaoke version is not what was released.
    let mut tracks: Vec<TrackSpec> = [0, 3, 4].into_iter().filter_map(|track| first(world, track)).collect();
    tracks.push(
        TrackSpec::new("Isogram (prod. Kilo Wren)", 205)
            .nowhere()
            .title_names(named("Kilo Wren", "kilo wren")),
    );
    world.album(AlbumSpec::album(&whose, "Paper Atlas: Twenty Years On", "2024-04-12", tracks).known(Known::ByIsrc));
    if let Some(meridian) = world.recording_of(atlas, 0) {
        world.double(
            meridian,
            "Meridian Line (karaoke version)",
            301,
            &[(&says::PRODUCER, cast.hollis)],
        );
    }

    by_title(world, cast, artist, &song);

    // Nobody knows this one; a title is all there is.
    let tracks = vec![
        TrackSpec::new("Kitchen Tape No. 1", 95),
        TrackSpec::new("Kitchen Tape No. 2 (prod. by Nadia Thorne)", 133).title_names(named_for(
            "Nadia Thorne",
            "nadia thorne",
            cast.nadia,
        )),
    ];
    world.album(AlbumSpec::album(&whose, "Kitchen Tapes", "2021-01-15", tracks).known(Known::Unknown));

    // More tracks than Spotify gives with an album, on two discs.
    let tracks = (1..=62)
        .map(|number| {
            let track = song(&format!("Sketch No. {number}"), 60 + i64::from(number));
            if number == 32 { track.next_disc() } else { track }
        })
        .collect();
    world.album(
        AlbumSpec::album(&whose, "Sixty-Two Sketches", "2015-08-28", tracks).says(&says::RELEASE_PRODUCER, cast.theo),
    );
}

/// Albums without a barcode that leads to MusicBrainz, among others that would be wrong.
fn by_title(world: &mut Builder, cast: &Cast, artist: ArtistIx, song: &dyn Fn(&str, i64) -> TrackSpec) {
    let whose = [artist];
    let tracks = vec![
        song("Inventory", 222),
        song("Small Hours Ledger", 251),
        song("Carbon Copy", 190),
    ];
    let ledger =
        world.album(AlbumSpec::album(&whose, "The Small Hours Ledger", "2010-03-05", tracks).known(Known::ByTitle));
    // Spotify gives no barcode at all; MusicBrainz spells the title with a typographer's apostrophe.
    let tracks = vec![song("Clerk's Lament", 208), song("Double Entry", 195)];
    world.album(
        AlbumSpec::ep(&whose, "Clerk's Lament", "2011-06-17", tracks)
            .without_upc()
            .known(Known::ByTitle)
            .release_title("Clerk’s Lament"),
    );
    // Same title, somebody else's; same title and artist, but a single of one track: neither is the album.
    let credit = world.artist_credit(&whose);
    let recordings: Vec<RecordingIx> = (0..3).filter_map(|track| world.recording_of(ledger, track)).collect();
    let single = recordings.iter().take(1).copied().collect();
    wrong_release(world, cast, "The Small Hours Ledger", None, stranger(cast), recordings);
    wrong_release(world, cast, "The Small Hours Ledger", None, credit, single);
}

/// Barcodes are used twice at times: this one is on somebody else's record as well.
fn barcode_used_twice(world: &mut Builder, cast: &Cast, album: AlbumIx) {
    let barcode = world.world.albums[album.0].upc.clone();
    let recordings = (0..2).filter_map(|track| world.recording_of(album, track)).collect();
    wrong_release(world, cast, "Assorted Shanties", barcode, stranger(cast), recordings);
}

fn stranger(cast: &Cast) -> Vec<CreditedName> {
    vec![CreditedName {
        person: cast.anselm,
        name: "Anselm Roe".to_owned(),
        join: String::new(),
    }]
}

/// A release that must not be taken for the one that is looked for: whoever does finds Hollis Grey in the credits.
fn wrong_release(
    world: &mut Builder,
    cast: &Cast,
    title: &str,
    barcode: Option<String>,
    artist_credit: Vec<CreditedName>,
    recordings: Vec<RecordingIx>,
) {
    let label = format!("{title}/{}", recordings.len());
    let produced = Statement::plain(&says::RELEASE_PRODUCER, cast.hollis);
    world.release(Release {
        video: None,
        pregap: None,
        mbid: world.ids.mbid("wrong release", &label),
        title: title.to_owned(),
        barcode,
        artist_credit,
        date: "2003-03-06".to_owned(),
        primary_type: "Album",
        media: vec![recordings],
        statements: vec![produced],
    });
}
