//! Halyard Union: which recording a track is. Versions of one song stand beside each other, with each other's ISRC or
//! with none, in each other's place, longer or shorter. Whoever takes one for another finds Hollis Grey in the credits.

use super::super::builder::Builder;
use super::super::cast::Cast;
use super::super::specs::{AlbumSpec, Known, TrackSpec};
use super::super::statements as says;

pub fn build(world: &mut Builder, cast: &Cast) {
    let artist = world.band("Halyard Union", 33);
    world.list(artist);
    let whose = [artist];
    world.album(AlbumSpec::album(&whose, "Which Take", "2014-06-20", by_place(cast)));

    // Two in each other's place, without ISRCs: neither is where it should be.
    let tracks = vec![
        TrackSpec::new("Port", 190)
            .says(&says::PRODUCER, cast.hollis)
            .mistaken(),
        TrackSpec::new("Starboard", 191)
            .says(&says::PRODUCER, cast.hollis)
            .mistaken(),
        TrackSpec::new("Amidships", 192).says(&says::PRODUCER, cast.wren),
    ];
    let tracks = tracks.into_iter().map(TrackSpec::isrc_unknown_to_musicbrainz).collect();
    world.album(AlbumSpec::ep(&whose, "Out of Place", "2015-01-30", tracks).swapped(0, 1));

    by_code(world, cast, artist);

    // Sounds and speech are nobody's work.
    let tracks = vec![
        TrackSpec::new("Harbour, 5 a.m.", 61).says(&says::PRODUCER, cast.data),
        TrackSpec::new("Two Dockers", 62)
            .says(&says::PRODUCER, cast.dialogue)
            .by(&says::WRITER, cast.dialogue),
    ];
    world.album(AlbumSpec::single(&whose, "Field Recordings", "2017-08", tracks));
}

/// Spotify's title, and what stands at its place on MusicBrainz: only title, version and length can tell.
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
        same("Lodestar", "Lodestar"),
        same("Lodestar", "Lodestar - Live at the Pierhead").comment("live, 2012-05-01: Pierhead, Hull"),
        same("Lodestar", "Lodestar - Karaoke Version").comment("karaoke version"),
        same("Lodestar (Petra Quill remix)", "Lodestar - Petra Quill Remix"),
        same("Lodestar (instrumental)", "Lodestar (Instrumental)"),
        same("Lodestar", "Lodestar - 2012 Remaster"),
        same("Lodestar (Halyard’s Version)", "Lodestar (Halyard's Version)"),
        // Another version stands in the place.
        other("Lodestar", "Lodestar (Theo Marchetti Remix)"),
        other("Lodestar (Theo Marchetti remix)", "Lodestar"),
        other("Lodestar", "Lodestar (Instrumental)"),
        other("Lodestar", "Lodestar - Sped Up"),
        other("Lodestar", "Lodestar - Slowed + Reverb"),
        other("Lodestar", "Lodestar (In the Style of Halyard Union) [Karaoke]"),
        other("Lodestar", "Lodestar (Halyard's Version)"),
        other("Lodestar", "Lodestar").comment("instrumental"),
        // A few seconds more or less are nothing, many are something.
        same("Mainstay", "Mainstay").longer_by(3),
        same("Forestay", "Forestay").longer_by(-4),
        other("Backstay", "Backstay").longer_by(40),
        other("Bobstay", "Bobstay").longer_by(-25),
        // Where the length is not known, the same title is enough.
        same("Jib", "Jib").length_unknown(),
        // A letter more or less is the same song, another number is not.
        same("Mizenmast Blues", "Mizzenmast Blues"),
        other("Watch, Pt. 2", "Watch, Pt. 1"),
        other("Anchor Aweigh", "Ballast"),
    ];
    tracks.into_iter().map(TrackSpec::isrc_unknown_to_musicbrainz).collect()
}

/// ISRCs lead where no place does, also to other versions.
fn by_code(world: &mut Builder, cast: &Cast, artist: super::super::model::ArtistIx) {
    let whose = [artist];
    let single = world.album(AlbumSpec::single(
        &whose,
        "Signal Flag",
        "2016-02-12",
        vec![TrackSpec::new("Signal Flag", 233).says(&says::PRODUCER, cast.wren)],
    ));
    let Some(original) = world.recording_of(single, 0) else {
        return;
    };
    // A remix that came out with the original's code; MusicBrainz knows the original only.
    let tracks = vec![
        TrackSpec::new("Signal Flag (Dusk Remix)", 340)
            .nowhere()
            .with_code_of(original),
    ];
    world.album(AlbumSpec::single(&whose, "Signal Flag (Dusk Remix)", "2016-05-13", tracks).known(Known::ByIsrc));
    // A code that MusicBrainz has at two recordings: the version tells which.
    let tracks = vec![TrackSpec::new("Signal Flag (Sped Up)", 190).says(&says::PRODUCER, cast.petra)];
    let sped_up =
        world.album(AlbumSpec::single(&whose, "Signal Flag (Sped Up)", "2023-01-20", tracks).known(Known::ByIsrc));
    world.also_has_code_of(original, sped_up, 0);
    // The right code at another place, beside another recording in its own place.
    let tracks = vec![
        TrackSpec::new("Ensign", 201).says(&says::PRODUCER, cast.juno),
        TrackSpec::new("Pennant", 203).says(&says::PRODUCER, cast.sable),
    ];
    world.album(AlbumSpec::single(&whose, "Ensign", "2018-09-07", tracks).swapped(0, 1));
}
