//! Unmarked Crates: nothing but the plain case of albums without a barcode, found by artist and title.

use super::super::builder::Builder;
use super::super::cast::Cast;
use super::super::specs::{AlbumSpec, Known, TrackSpec};
use super::super::statements as says;

pub fn build(world: &mut Builder, cast: &Cast) {
    let artist = world.band("Unmarked Crates", 32);
    world.list(artist);
    for (name, date, titles) in [
        (
            "Bill of Lading",
            "2013-04-05",
            &["Pallet", "Tarpaulin", "Stevedore", "Demurrage"][..],
        ),
        ("Second Shipment", "2016-09-30", &["Twine", "Straw", "Sawdust"]),
    ] {
        let tracks = titles
            .iter()
            .zip(210..)
            .map(|(title, seconds)| {
                TrackSpec::new(title, seconds)
                    .says(&says::PRODUCER, cast.theo)
                    .by(&says::WRITER, cast.bex)
            })
            .collect();
        world.album(
            AlbumSpec::album(&[artist], name, date, tracks)
                .without_upc()
                .known(Known::ByTitle),
        );
    }
}
