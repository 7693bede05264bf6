//! Boxed Sundays: releases that hold more than the album does. A disc with pictures before or after the music, something
//! before the first track, and editions that MusicBrainz keeps in a comment and not in the title.

use super::super::builder::Builder;
use super::super::cast::Cast;
use super::super::model::Video;
use super::super::specs::{AlbumSpec, Known, TrackSpec};
use super::super::statements as says;

pub fn build(world: &mut Builder, cast: &Cast) {
    let artist = world.band("Boxed Sundays", 30);
    world.list(artist);
    let whose = [artist];
    let songs = |titles: &[&str]| -> Vec<TrackSpec> {
        let songs = titles.iter().zip(190..);
        songs
            .map(|(title, seconds)| {
                TrackSpec::new(title, seconds)
                    .says(&says::PRODUCER, cast.dario)
                    .by(&says::WRITER, cast.bex)
                    .isrc_unknown_to_musicbrainz()
            })
            .collect()
    };
    let video = |format, first, tracks| Video { format, first, tracks };

    let album = |name: &str, date: &str, titles: &[&str]| AlbumSpec::album(&whose, name, date, songs(titles));
    world.album(
        album("Ribbon and Lid", "2009-10-02", &["Ribbon", "Lid", "Tissue Paper"]).with_video(video(
            "DVD-Video",
            false,
            12,
        )),
    );
    let mut discs = songs(&["Church Clothes", "Roast", "Washing-Up", "Nap"]);
    discs[2] = discs[2].clone().next_disc();
    world.album(
        AlbumSpec::album(&whose, "Two Sundays", "2010-05-07", discs)
            .with_video(video("Blu-ray", true, 7))
            .known(Known::ByTitle)
            .without_upc(),
    );
    world.album(album("Before the Bell", "2011-09-16", &["Bell", "Hymnal"]).with_pregap("Coughing"));
    world.album(
        album("Before the Organ", "2012-09-14", &["Organ", "Bellows"])
            .with_pregap("Pews")
            .known(Known::ByTitle)
            .without_upc(),
    );

    // The phrase with the edition stands in no title of MusicBrainz.
    for (name, release, date, titles) in [
        (
            "Gravy Boat (Deluxe Edition)",
            "Gravy Boat",
            "2013-03-01",
            ["Gravy", "Boat"],
        ),
        (
            "Sunday Best - Expanded",
            "Sunday Best",
            "2014-03-07",
            ["Collar", "Cuff"],
        ),
        (
            "Evensong (10th Anniversary Edition)",
            "Evensong",
            "2015-03-06",
            ["Vespers", "Compline"],
        ),
        ("Matinee [Remastered]", "Matinee", "2016-03-04", ["Curtain", "Interval"]),
        (
            "Second Helping: Special Edition",
            "Second Helping",
            "2017-03-03",
            ["Pudding", "Custard"],
        ),
    ] {
        world.album(
            album(name, date, &titles)
                .known(Known::ByTitle)
                .without_upc()
                .release_title(release),
        );
    }
}
