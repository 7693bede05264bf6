//! Artists whose names would hurt whoever splices, splits or lower-cases them carelessly.

use super::super::builder::Builder;
use super::super::cast::Cast;
use super::super::person_spec::PersonSpec;
use super::super::specs::{AlbumSpec, TrackSpec};
use super::super::statements as says;

pub fn build(world: &mut Builder, cast: &Cast) {
    let names = [
        (
            "x'; drop table artists; --",
            "Bobby's Album; --",
            "'; delete from tracks; --",
        ),
        ("100% Off_Season", "50% \\ of %s", "%_% {0} $1"),
        (
            "\"Quoted\" Hearts",
            "The \"Album\"",
            "Say \"Say\" (Parens) [Brackets] AND OR NOT",
        ),
        ("水無月灯と夜汽車", "夜汽車", "灯台の歌"),
        ("Лунный Причал", "Туман", "Чайка"),
        ("🌊🌊🌊", "🌊", "🐚 (🌙 Version)"),
        ("Søren Ærø", "Ø & Æ", "Łódź, ß, İstanbul"),
        ("AC/TC", "+/-: what?", "a:b^2~ && c || !d*"),
    ];
    for ((name, album, track), popularity) in names.into_iter().zip(21..) {
        let person = world.person(PersonSpec::new(name).group().sorted_as(name));
        let artist = world.artist(name, popularity, person);
        world.list(artist);
        let tracks = vec![
            TrackSpec::new(track, 190)
                .says(&says::PRODUCER, cast.silk_moth)
                .by(&says::WRITER, person),
            TrackSpec::new(&format!("{track} II"), 214)
                .says(&says::PRODUCER, cast.kit)
                .by(&says::COMPOSER, cast.akari),
        ];
        world.album(AlbumSpec::ep(&[artist], album, "2018-01-19", tracks));
        // One that is found by artist and title only, quotes and all.
        let tracks = vec![TrackSpec::new(&format!("{track} III"), 222).says(&says::PRODUCER, cast.lev)];
        world.album(
            AlbumSpec::single(&[artist], &format!("{album} III"), "2019-01", tracks)
                .known(super::super::specs::Known::ByTitle),
        );
    }
}
