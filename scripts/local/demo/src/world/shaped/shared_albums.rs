//! Albums of more than one artist, artists of one name, and a more popular artist of another name.

use super::super::builder::Builder;
use super::super::cast::Cast;
use super::super::person_spec::PersonSpec;
use super::super::specs::{AlbumSpec, TrackSpec};
use super::super::statements as says;

pub fn build(world: &mut Builder, cast: &Cast) {
    // A name with `&` that is one artist, and one with whom it shares an album.
    let ines = world.band("Ines & the Weather", 46);
    let rook = world.band("Rook Hollow", 43);
    world.list(ines);
    world.list(rook);
    let by_all = |title: &str, seconds| TrackSpec::new(title, seconds).says(&says::PRODUCER, cast.juno);
    let tracks = vec![
        by_all("Two Weathers", 244),
        by_all("Barometer", 231).says(&says::CO_PRODUCER, cast.theo),
        by_all("Rookery", 262),
    ];
    world.album(AlbumSpec::album(
        &[ines, rook],
        "Weather in the Hollow",
        "2021-05-21",
        tracks,
    ));
    let tracks = vec![
        TrackSpec::new("Cirrus", 190).by(&says::WRITER, cast.bex),
        TrackSpec::new("Nimbus", 204).by(&says::WRITER, cast.bex),
    ];
    world.album(AlbumSpec::ep(&[ines], "Cloud Types", "2019-06-07", tracks));
    let tracks = vec![
        TrackSpec::new("Hollow Ways", 217)
            .performed_by(&[rook, ines])
            .says(&says::PRODUCER, cast.sable),
    ];
    world.album(AlbumSpec::single(&[rook], "Hollow Ways", "2020", tracks));

    // A compilation of Various Artists stands in both lists, without being anybody's.
    let various = world.artist("Various Artists", 12, cast.various);
    let tracks = vec![
        TrackSpec::new("Slow Tide (Ines Version)", 221)
            .performed_by(&[ines])
            .says(&says::PRODUCER, cast.nadia),
        TrackSpec::new("Slow Tide (Rook Version)", 223)
            .performed_by(&[rook])
            .says(&says::PRODUCER, cast.petra),
    ];
    world.album(
        AlbumSpec::compilation(&[various], "Slow Tide Sampler", "2022-12-02", tracks)
            .listed_under(ines)
            .listed_under(rook),
    );

    // Two artists of one name: the one whom more people follow is meant. A third, of another name, is more popular
    // than both, and the search names it first.
    let one = world.person(PersonSpec::new("Moth Lantern").group().told_apart_by("from Oslo"));
    let moth = world.artist("Moth Lantern", 33, one);
    world.list(moth);
    let tracks = vec![
        TrackSpec::new("Imago", 207).says(&says::PRODUCER, cast.imre),
        TrackSpec::new("Pupa", 209).says(&says::PRODUCER, cast.imre),
    ];
    world.album(AlbumSpec::ep(&[moth], "Instars", "2017-03-03", tracks));
    let other = world.person(PersonSpec::new("Moth Lantern").group().told_apart_by("from Perth"));
    let namesake = world.artist("Moth Lantern", 9, other);
    world.album(AlbumSpec::single(
        &[namesake],
        "Not That One",
        "2018",
        vec![TrackSpec::new("Not That One", 180).says(&says::PRODUCER, cast.dario)],
    ));
    let orchestra = world.band("The Moth Lantern Orchestra", 78);
    world.album(AlbumSpec::album(
        &[orchestra],
        "Plays the Hits",
        "2015",
        vec![TrackSpec::new("Imago (Orchestral)", 300).says(&says::PRODUCER, cast.dario)],
    ));
    let tribute = world.band("Moth Lantern Tribute Ensemble", 35);
    world.album(AlbumSpec::single(
        &[tribute],
        "Tribute",
        "2016",
        vec![TrackSpec::new("Imago (Tribute)", 210).says(&says::PRODUCER, cast.dario)],
    ));
}
