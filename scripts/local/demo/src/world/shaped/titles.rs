//! Juniper Static: credits that stand in titles only, names that must be kept whole, and titles that name nobody.

use super::super::builder::Builder;
use super::super::cast::Cast;
use super::super::model::Who;
use super::super::specs::{AlbumSpec, Known, TrackSpec};
use super::super::statements as says;
use super::{named, named_for};

pub fn build(world: &mut Builder, cast: &Cast) {
    let artist = world.band("Juniper Static", 47);
    world.list(artist);
    let whose = [artist];
    let duo = || named_for("Salt & Ember", "salt and ember", cast.salt_and_ember);
    let marlow = || named_for("Marlow, The Cartographer", "marlow the cartographer", cast.marlow);
    let kilo = || named("Kilo Wren", "kilo wren");
    let nova = || named("Nova Dray", "nova dray");
    let otis = || named("Otis Flume", "otis flume");
    let titled = |title: &str, shown: &str, seconds, who: Vec<Who>| {
        who.into_iter()
            .fold(TrackSpec::new(title, seconds).shown_as(shown), TrackSpec::title_names)
    };

    let tracks = vec![
        // Two sources say the same of the same people.
        titled("Pylon Hymn", "Pylon Hymn (prod. Salt & Ember)", 201, vec![duo()])
            .says(&says::PRODUCER, cast.salt_and_ember),
        // The duo stays whole because the album's own credits know it; the rest is split.
        titled(
            "Signal Fires",
            "Signal Fires (prod. by Salt & Ember & Nova Dray)",
            188,
            vec![duo(), nova()],
        ),
        titled("Cellar Door", "Cellar Door [Prod. by Kilo Wren]", 243, vec![kilo()]),
        titled(
            "Weather Vane",
            "Weather Vane (produced by Kilo Wren, Nova Dray and Otis Flume)",
            219,
            vec![kilo(), nova(), otis()],
        ),
        titled("Low Battery", "Low Battery (prod: Kilo Wren)", 174, vec![kilo()]),
        titled(
            "Shouted",
            "Shouted (PROD. KILO WREN)",
            160,
            vec![named("KILO WREN", "kilo wren")],
        ),
        // Who is featured performs; who produces stands behind.
        titled(
            "Two Keys",
            "Two Keys (feat. Wren Ashgrove) [prod. Otis Flume]",
            231,
            vec![otis()],
        ),
        // A comma that belongs to a name: MusicBrainz credits him on the next track.
        titled(
            "Northbound",
            "Northbound (prod. Marlow, The Cartographer)",
            265,
            vec![marlow()],
        ),
        TrackSpec::new("Chart Room", 204).says(&says::PRODUCER, cast.marlow),
    ];
    world.album(AlbumSpec::album(&whose, "Static Bloom", "2018-04-20", tracks));

    // None of these names anybody.
    let tracks = [
        "Undercurrent (Live at Prod. Studio)",
        "Mass Production",
        "Night Shift (A Nightjar Production)",
        "Postproduction (Reprise)",
        "Ghost Note (prod. Unknown)",
        "Ghost Note II (prod. [unknown])",
        "Borrowed Tune (prod. Various Artists)",
        "Old as the Hills (prod. [traditional])",
        "Prod the Bear",
        "Prodigal (feat. Nova Dray)",
    ];
    let tracks = tracks
        .iter()
        .zip(170..)
        .map(|(title, seconds)| TrackSpec::new(title, seconds))
        .collect();
    world.album(AlbumSpec::album(&whose, "Nobody's Fault", "2019-10-11", tracks));

    // Titles are all there is, and people with an id may be meant.
    let tracks = vec![
        TrackSpec::new("Home Tape (prod. Nova Dray)", 143).title_names(nova()),
        TrackSpec::new("Attic (prod. by Nadia Thorne)", 151).title_names(named_for(
            "Nadia Thorne",
            "nadia thorne",
            cast.nadia,
        )),
    ];
    world.album(AlbumSpec::ep(&whose, "Home Tapes", "2016-02", tracks).known(Known::Unknown));
}
