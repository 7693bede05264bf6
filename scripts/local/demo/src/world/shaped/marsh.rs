//! Marsh Semaphore: the same in still other words, widths and signs, and a list and an album for which Spotify answers 404
//! now and then, where a test lets it (`tests/credits.rs`).

use super::super::builder::Builder;
use super::super::cast::Cast;
use super::super::model::Who;
use super::super::specs::{AlbumSpec, Known, TrackSpec};
use super::super::statements as says;
use super::named;

pub fn build(world: &mut Builder, cast: &Cast) {
    let artist = world.band("Marsh Semaphore", 27);
    world.list(artist);
    let whose = [artist];
    // More than a page of ten.
    for (number, track) in in_titles().into_iter().chain(by_place(cast)).enumerate() {
        let date = format!("{}-05-0{}", 2010 + number, number % 9 + 1);
        world.album(AlbumSpec::single(
            &whose,
            &format!("Marsh Light {}", number + 1),
            &date,
            vec![track],
        ));
    }
    // An edition in its title, without brackets, which MusicBrainz does not have there.
    let tracks = vec![
        TrackSpec::new("Peat", 221).says(&says::PRODUCER, cast.wren),
        TrackSpec::new("Sphagnum", 222).says(&says::PRODUCER, cast.wren),
    ];
    world.album(
        AlbumSpec::album(&whose, "Fen Signals Deluxe Edition", "2023-10-06", tracks)
            .known(Known::ByTitle)
            .release_title("Fen Signals"),
    );
}

/// Who a title names, and who it does not.
fn in_titles() -> Vec<TrackSpec> {
    let kilo = || named("Kilo Wren", "kilo wren");
    let nova = || named("Nova Dray", "nova dray");
    let otis = || named("Otis Flume", "otis flume");
    let titled = |title: &str, shown: &str, seconds, who: Vec<Who>| {
        who.into_iter()
            .fold(TrackSpec::new(title, seconds).shown_as(shown), TrackSpec::title_names)
    };
    vec![
        titled("Reed", "Reed（Ｐｒｏｄ．Ｋｉｌｏ Ｗｒｅｎ）", 171, vec![kilo()]),
        titled(
            "Sedge",
            "Sedge (prod. Nova Dray oraz Otis Flume)",
            172,
            vec![nova(), otis()],
        ),
        titled(
            "Rush",
            "Rush (prod. Kilo Wren, Gitarre: Hollis Grey)",
            173,
            vec![kilo()],
        ),
        titled(
            "Sluice",
            "Sluice [prod. Otis Flume • Nova Dray]",
            174,
            vec![otis(), nova()],
        ),
        titled("Weir", "Weir (ft Wren Ashgrove prod Nova Dray)", 175, vec![nova()]),
        titled("Mire", "Mire (Prod. 2019)", 176, vec![]),
    ]
}

/// What stands at a track's place on MusicBrainz, the same recording in other words or another one.
fn by_place(cast: &Cast) -> Vec<TrackSpec> {
    let same = |title: &str, shown: &str| {
        TrackSpec::new(title, 200)
            .shown_as(shown)
            .says(&says::PRODUCER, cast.wren)
    };
    let other = |title: &str, shown: &str| {
        TrackSpec::new(title, 200)
            .shown_as(shown)
            .says(&says::PRODUCER, cast.hollis)
            .mistaken()
    };
    let tracks = vec![
        same("Bittern", "Bittern (Albumversion)"),
        same("Curlew", "Curlew (con Los Faroles)"),
        same("Heron", "Heron (ボーナストラック)"),
        same("👍", "👍🏽"),
        other("Egret", "Egret (Where We Live)"),
        other("Ibis", "Ibis (Demoversion)"),
    ];
    tracks.into_iter().map(TrackSpec::isrc_unknown_to_musicbrainz).collect()
}
