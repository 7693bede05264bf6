//! Copper Aviary: one track each with those of the cast whose profiles are traps (see `cast`).

use super::super::builder::Builder;
use super::super::cast::Cast;
use super::super::specs::{AlbumSpec, TrackSpec};
use super::super::statements as says;

pub fn build(world: &mut Builder, cast: &Cast) {
    let artist = world.band("Copper Aviary", 41);
    world.list(artist);
    let producers = [
        ("Siskin", cast.nadia),
        ("Dunnock", cast.ludvig),
        ("Whimbrel", cast.tomas),
        ("Knot", cast.salt_and_ember),
        ("Smew", cast.marlow),
        ("Twite", cast.imre),
        ("Wryneck", cast.wren),
        ("Hobby", cast.sable),
        ("Finch", cast.dario),
        ("Greylag", cast.hollis),
        ("Firecrest", cast.juno),
        ("Serin", cast.bex),
        ("Merlin", cast.theo),
        ("Ruff", cast.anselm),
        ("Quail", cast.petra),
    ];
    let tracks = producers
        .iter()
        .zip(185..)
        .map(|((title, person), seconds)| TrackSpec::new(title, seconds).says(&says::PRODUCER, *person))
        .collect();
    world.album(AlbumSpec::album(&[artist], "Field Guide", "2018-10-26", tracks));
    // The band writes its own songs.
    let band = world.person_of(artist);
    let tracks = ["Perch", "Moult"]
        .iter()
        .map(|title| TrackSpec::new(title, 199).by(&says::WRITER, band))
        .collect();
    world.album(AlbumSpec::single(&[artist], "Perch", "2023-07", tracks));
}
