//! Basement Telegraph: what MusicBrainz hardly knows. Genius knows more (for those who ask it).

use super::super::builder::Builder;
use super::super::cast::Cast;
use super::super::model::{GeniusArtist, Song};
use super::super::specs::{AlbumSpec, Known, TrackSpec};
use super::super::statements as says;
use super::named;

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
        TrackSpec::new("Cable Ship", 240).nowhere(),
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
    let song = |id, title: &str, artist: &str| Song {
        id,
        title: title.to_owned(),
        artist: artist.to_owned(),
        producers: Vec::new(),
        writers: Vec::new(),
        performances: Vec::new(),
    };
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
    world.world.songs.extend([
        song(
            9_100_001,
            "Cable Ship (Traducción al Español)",
            "Genius Traducciones al Español",
        ),
        song(9_100_002, "Cable Ship", "Moth Lantern Tribute Ensemble"),
        Song {
            producers: names(&["Sable Okafor", "Cy Underhill"]),
            writers: names(&["Basement Telegraph"]),
            performances: vec![
                ("Co-Producer", names(&["Juno Prewitt"])),
                ("Executive Producer", names(&["Bex Calloway"])),
                ("Mixing Engineer", names(&["Tomás Vale"])),
                ("Drums", names(&["Dario Finch"])),
            ],
            ..song(9_100_003, "Cable Ship", "Basement Telegraph")
        },
        Song {
            producers: names(&["[unknown]"]),
            ..song(9_100_004, "Key Click", "Basement Telegraph")
        },
    ]);
    world.world.genius_artists.extend([
        GeniusArtist {
            id: 8_100_001,
            name: "Cy Underhill".to_owned(),
            alternate_names: names(&["Cyprian Underhill"]),
            instagram_name: Some("cy.underhill".to_owned()),
            description: "Writes and produces in a basement. Bookings: cy@underhill.example".to_owned(),
        },
        GeniusArtist {
            id: 8_100_002,
            name: "Sable Okafor".to_owned(),
            alternate_names: Vec::new(),
            instagram_name: Some("sableokafor".to_owned()),
            description: "?".to_owned(),
        },
    ]);
}
