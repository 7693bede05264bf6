//! Basement Telegraph: what MusicBrainz hardly knows. Genius knows more.

use super::super::builder::Builder;
use super::super::cast::Cast;
use super::super::genius_specs::{PageSpec, SongSpec};
use super::super::person_spec::PersonSpec;
use super::super::specs::{AlbumSpec, Known, TrackSpec};
use super::super::statements::{self as says, Role};
use super::{named, named_for};

pub fn build(world: &mut Builder, cast: &Cast) {
    let artist = world.band("Basement Telegraph", 36);
    world.list(artist);
    let whose = [artist];

    // MusicBrainz has no release of it, but two of three recordings by ISRC.
    let tracks = vec![
        TrackSpec::new("Morse", 188)
            .says(&says::PRODUCER, cast.sable)
            .by(&says::WRITER, cast.bex),
        TrackSpec::new("Sounder", 203).says(&says::PRODUCER, cast.sable),
        TrackSpec::new("Key Click", 145).nowhere(),
    ];
    world.album(AlbumSpec::album(&whose, "Dots and Dashes", "2019-11-08", tracks).known(Known::ByIsrc));

    // It has nothing of this one, not even by ISRC; one track has no ISRC at all.
    let tracks = vec![
        TrackSpec::new("Cable Ship", 240)
            .nowhere()
            .genius_names(Role::Producer, named_for("Sable Okafor", "sable okafor", cast.sable))
            .genius_names(Role::Producer, named("Cy Underhill", "cy underhill"))
            .genius_names(Role::Writer, named("Basement Telegraph", "basement telegraph"))
            .genius_names(Role::CoProducer, named_for("Juno Prewitt", "juno prewitt", cast.juno))
            .genius_names(
                Role::ExecutiveProducer,
                named_for("Bex Calloway", "bex calloway", cast.bex),
            ),
        TrackSpec::new("Relay (prod. Otis Flume)", 198)
            .nowhere()
            .title_names(named("Otis Flume", "otis flume")),
        TrackSpec::new("Earth Return", 177).nowhere().without_isrc(),
    ];
    world.album(AlbumSpec::album(&whose, "Cable Ship", "2021-09-24", tracks).known(Known::Unknown));

    // MusicBrainz has the release, and states nothing.
    let tracks = vec![TrackSpec::new("Static", 150), TrackSpec::new("More Static", 151)];
    world.album(AlbumSpec::single(&whose, "Static", "2022", tracks));

    // What Genius knows: the song, a translation, a cover of the same title.
    let band = world.page_of("Basement Telegraph");
    let translators = world.page_of("Genius Traducciones al Español");
    let tribute = world.page_of("Moth Lantern Tribute Ensemble");
    let cy = world.page(
        PageSpec::new("Cy Underhill")
            .also("Cyprian Underhill")
            .instagram("cy.underhill")
            .image("https://images.genius.com/5f1a7c0e.1000x1000x1.jpg")
            .description("Writes and produces in a basement. Fan mail: cy-fans@underhill.example"),
    );
    world.known_by_name(
        "cy underhill",
        PersonSpec::new("Cy Underhill")
            .handle("cy.underhill")
            .biography("basement person. cy@underhill.example")
            .email("cy@underhill.example")
            .genius_image("https://images.genius.com/5f1a7c0e.1000x1000x1.jpg"),
    );
    let pages = [
        "Sable Okafor",
        "Juno Prewitt",
        "Bex Calloway",
        "Tomás Vale",
        "Dario Finch",
        "[unknown]",
    ];
    let [sable, juno, bex, tomas, dario, unknown] = pages.map(|name| world.page_of(name));
    for song in [
        SongSpec::new("Cable Ship (Traducción al Español)", &[translators]).famous(),
        SongSpec::new("Cable Ship", &[tribute]).famous().produced_by(&[dario]),
        SongSpec::new("Cable Ship", &[band])
            .produced_by(&[sable, cy])
            .written_by(&[band])
            .performance("Co-Producer", &[juno])
            .performance("Executive Producer", &[bex])
            .performance("Mixing Engineer", &[tomas])
            .performance("Drums", &[dario]),
        SongSpec::new("Key Click", &[band]).produced_by(&[unknown]),
    ] {
        world.song(song);
    }
}
