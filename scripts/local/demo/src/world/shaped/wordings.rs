//! Ferrous Choir: what titles say in other words. Jobs that are no production, lists and prepositions of other languages,
//! guests whose names look like versions, versions under other words, symbols, and hidden letters.

use super::super::builder::Builder;
use super::super::cast::Cast;
use super::super::model::Who;
use super::super::specs::{AlbumSpec, TrackSpec};
use super::super::statements as says;
use super::named;

pub fn build(world: &mut Builder, cast: &Cast) {
    let artist = world.band("Ferrous Choir", 28);
    world.list(artist);
    let whose = [artist];
    world.album(AlbumSpec::album(&whose, "Workshop Noises", "2021-03-12", in_titles()));
    world.album(AlbumSpec::album(&whose, "Other Words", "2022-09-09", by_place(cast)));
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
        titled("Anvil", "Anvil (prod. and mixed by Otis Flume)", 181, vec![otis()]),
        titled(
            "Bellows",
            "Bellows (Prod. Kilo Wren, recorded & mixed by Hollis Grey)",
            182,
            vec![kilo()],
        ),
        titled(
            "Crucible",
            "Crucible (Prod. by Nova Dray, words by Hollis Grey)",
            183,
            vec![nova()],
        ),
        titled(
            "Forja",
            "Forja (Prod. por Nova Dray y Kilo Wren)",
            184,
            vec![nova(), kilo()],
        ),
        titled(
            "Esse",
            "Esse (prod. von Otis Flume und Nova Dray)",
            185,
            vec![otis(), nova()],
        ),
        titled(
            "Tongs",
            "Tongs (prod. Velour X & Kilo Wren)",
            186,
            vec![named("Velour X", "velour x"), kilo()],
        ),
        titled(
            "Rivet",
            "Rivet (prod. Nova Dray w/ Otis Flume)",
            187,
            vec![nova(), otis()],
        ),
        titled(
            "Swage",
            "Swage (Written, produced and arranged by Kilo Wren)",
            188,
            vec![kilo()],
        ),
        titled("Flux", "Flux (feat.Wren Ashgrove) [prod.Otis Flume]", 189, vec![otis()]),
        titled("Slag", "Slag (prod. by)", 190, vec![]),
        titled("Scale", "Scale (mastered by Hollis Grey)", 191, vec![]),
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
        same("Temper", "Temper (with Demo Kitchen)"),
        same("Temper", "Temper (feat. The Remix Sisters)"),
        same("Quench (off vocal)", "Quench (Instrumental)"),
        same("Quench", "Quench (Live Acoustic)").comment("live, acoustic"),
        same("Quench", "Quench - 2014 Mix").comment("2014 stereo mix"),
        same("Quench", "Quench (Single Ver.)"),
        same("D*mn This Forge", "Damn This Forge"),
        same("☂", "☂\u{FE0F}"),
        same("ΣΙΔΕΡΟ", "Σίδερο"),
        other("Temper", "Temper - Slow Tide Edit"),
        other("Temper", "Temper (Phonk Version)"),
        other("Temper", "Temper (Cover)"),
        other("Temper", "Temper ~Piano Ver.~"),
        other("Temper", "Temper — Instrumental"),
        other("Burn", "Burn (With Us)"),
        other("☂\u{FE0F}", "✈\u{FE0F}"),
    ];
    tracks.into_iter().map(TrackSpec::isrc_unknown_to_musicbrainz).collect()
}
