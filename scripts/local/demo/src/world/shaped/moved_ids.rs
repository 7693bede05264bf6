//! Relay Station: ids that are not what they seem. Tracks play under another album's id, releases, recordings and people
//! were merged into others, and Wikidata knows some of them by the id from before.

use super::super::builder::Builder;
use super::super::cast::Cast;
use super::super::model::{AlbumIx, PersonIx};
use super::super::person_spec::{PersonSpec, claim, preferred_none};
use super::super::specs::{AlbumSpec, Known, TrackSpec};
use super::super::statements as says;

pub fn build(world: &mut Builder, cast: &Cast) {
    let artist = world.band("Relay Station", 31);
    world.list(artist);
    let whose = [artist];
    let (ines, otto) = people(world);

    // Two albums of which every track plays as a track of a compilation, which nobody looks for.
    let label = world.band("Trunk Line Sampler", 9);
    let titles = ["Patch Cord", "Party Line", "Dial Tone", "Wrong Number", "Long Distance"];
    let tracks = titles
        .iter()
        .zip(201..)
        .map(|(title, seconds)| TrackSpec::new(title, seconds).nowhere());
    let sampler = world.album(
        AlbumSpec::compilation(&[label], "Trunk Line Sampler", "2019-11-01", tracks.collect()).known(Known::Unknown),
    );
    let relinked = |world: &Builder, numbers: std::ops::Range<usize>| -> Vec<TrackSpec> {
        let track = |number: usize| {
            TrackSpec::new(titles[number], 201 + i64::try_from(number).unwrap_or(0))
                .plays_as(&played(world, sampler, number))
                .says(&says::PRODUCER, cast.wren)
        };
        numbers.map(track).collect()
    };
    let switchboard = relinked(world, 0..3);
    world.album(AlbumSpec::album(&whose, "Switchboard", "2012-03-09", switchboard));
    let exchange = relinked(world, 3..5);
    world.album(AlbumSpec::ep(&whose, "Exchange", "2013-10-18", exchange));

    // A release, and a recording that is on no release: MusicBrainz' search knows both by ids from before a merge.
    let tracks = vec![
        TrackSpec::new("Semaphore Hill", 188).says(&says::PRODUCER, cast.sable),
        TrackSpec::new("Beacon", 199).by(&says::WRITER, cast.juno),
    ];
    world.album(AlbumSpec::ep(&whose, "Semaphore Hill", "2015-06-05", tracks).merged());
    let tracks = vec![
        TrackSpec::new("Carrier Pigeon", 230)
            .says(&says::PRODUCER, cast.petra)
            .merged(),
    ];
    world.album(AlbumSpec::single(&whose, "Carrier Pigeon", "2016-02-26", tracks).known(Known::ByIsrc));

    // The same two people under both of their ids.
    let tracks = vec![
        TrackSpec::new("Morse for Two", 205).says_by_former_id(&says::PRODUCER, ines),
        TrackSpec::new("Stop Press", 207)
            .says(&says::PRODUCER, ines)
            .says_by_former_id(&says::CO_PRODUCER, otto),
    ];
    world.album(AlbumSpec::single(&whose, "Morse for Two", "2018-04-20", tracks));
}

fn people(world: &mut Builder) -> (PersonIx, PersonIx) {
    // Wikidata's item still has the id from before the merge.
    let ines = PersonSpec::new("Ines Callahan")
        .merged()
        .wikidata(vec![
            claim("P2003", "inescallahan"),
            claim("P18", "Ines Callahan 2018.jpg"),
        ])
        .item_has_former_id()
        .handle("inescallahan")
        .image("Ines Callahan 2018.jpg");
    // He has left Instagram: what is preferred says that there is no account any more.
    let otto = PersonSpec::new("Otto Brandvold")
        .merged()
        .wikidata(vec![
            claim("P2003", "otto.was.here"),
            preferred_none("P2003"),
            claim("P18", "Otto Brandvold.jpg"),
        ])
        .image("Otto Brandvold.jpg");
    (world.person(ines), world.person(otto))
}

fn played(world: &Builder, album: AlbumIx, track: usize) -> String {
    world.world.albums[album.0].tracks[track].spotify_id.clone()
}
