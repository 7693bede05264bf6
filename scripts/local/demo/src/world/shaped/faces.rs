//! Tin Orchard: who made these songs is no question, where they are to be seen is. Each track is of somebody whose
//! profile is a trap for whoever asks Genius and Instagram; beside each stands what the catalogue must know, and why.
//! (What MusicBrainz and Wikidata say by themselves: see `cast`.)

use super::super::builder::Builder;
use super::super::cast::Cast;
use super::super::genius_specs::{PageSpec, SongSpec};
use super::super::model::PersonIx;
use super::super::person_spec::{PersonSpec, claim, deprecated, ended, preferred};
use super::super::specs::{AlbumSpec, TrackSpec};
use super::super::statements::{self as says, Role};
use super::named;

pub fn build(world: &mut Builder, cast: &Cast) {
    let artist = world.band("Tin Orchard", 34);
    world.list(artist);
    let mut people = on_instagram(world);
    people.extend(by_wikidata(world));
    people.extend(by_a_song(world));
    let tracks = people
        .into_iter()
        .zip(201..)
        .map(|((title, person), seconds)| {
            TrackSpec::new(title, seconds)
                .says(&says::PRODUCER, person)
                .by(&says::WRITER, cast.anselm)
        })
        .collect();
    world.album(AlbumSpec::album(&[artist], "Faces", "2021-10-08", tracks));
    let tracks = by_a_credit(world);
    world.album(AlbumSpec::ep(&[artist], "Profiles", "2022-03-18", tracks));
}

fn on_instagram(world: &mut Builder) -> Vec<(&'static str, PersonIx)> {
    let page = |name: &str, handle: &str| {
        PersonSpec::new(name).link("social network", &format!("https://www.instagram.com/{handle}/"))
    };
    let people = vec![
        // A handle with an @, in mixed case, with a query behind it; one address in the words.
        (
            "Bloom",
            PersonSpec::new("Aster Quill")
                .link("social network", "https://www.instagram.com/@Aster.Quill/?hl=de&igsh=x")
                .handle("aster.quill")
                .biography("Mixing, mostly.\n📮 aster@quill.example")
                .email("aster@quill.example"),
        ),
        // Two addresses: which one is theirs, nobody can tell.
        (
            "Twig",
            page("Joost Wiersma", "joost.wiersma")
                .handle("joost.wiersma")
                .biography("bookings a@agency.example / press b@papers.example"),
        ),
        // The same one twice is one.
        (
            "Bud",
            page("Nour Haddad", "nourhaddad")
                .handle("nourhaddad")
                .biography("hi@nour.example (yes, hi@nour.example)")
                .email("hi@nour.example"),
        ),
        // An address that is not meant to be read by machines is left alone.
        (
            "Bark",
            page("Kirsi Laine", "kirsilaine")
                .handle("kirsilaine")
                .biography("kirsi [at] laine [dot] example"),
        ),
        // @ stands for accounts, too.
        (
            "Sap",
            page("Teo Brankovic", "teobrankovic")
                .handle("teobrankovic")
                .biography("one half of @saltandember, drums for @tin.orchard"),
        ),
        // Neither words nor a picture.
        (
            "Stone",
            page("Lorcan Daly", "lorcandaly").handle("lorcandaly").bare_account(),
        ),
        // A personal account refutes nothing.
        (
            "Pip",
            page("Runa Solberg", "runasolberg")
                .handle("runasolberg")
                .absent_account(),
        ),
        // Wikidata's address is better than one in the words, MusicBrainz' picture better than Wikidata's.
        (
            "Graft",
            page("Odile Serrano", "odileserrano")
                .link(
                    "image",
                    "https://commons.wikimedia.org/wiki/File:Odile_Serrano_2020.jpg",
                )
                .wikidata(vec![
                    claim("P968", "mailto:odile@serrano.example"),
                    claim("P18", "Odile Serrano 2011.jpg"),
                ])
                .handle("odileserrano")
                .biography("mgmt: someone@else.example")
                .email("odile@serrano.example")
                .image("Odile Serrano 2020.jpg"),
        ),
        // Pages of Instagram's own are nobody's; of two accounts the first is taken.
        (
            "Cider",
            PersonSpec::new("Ivo Castellane")
                .link("social network", "https://www.instagram.com/accounts/login/")
                .link("social network", "https://www.instagram.com/reel/CuLZ8vCrX1b/")
                .link(
                    "social network",
                    "https://www.instagram.com/stories/highlights/17900000000000000/",
                )
                .link(
                    "social network",
                    "https://www.instagram.com/explore/tags/ivocastellane/",
                )
                .link("social network", "https://www.instagram.com/ivo_castellane/")
                .link("social network", "https://www.instagram.com/castellane.archive/")
                .handle("ivo_castellane"),
        ),
    ];
    people
        .into_iter()
        .map(|(title, spec)| (title, world.person(spec)))
        .collect()
}

/// Wikidata leads to Genius, or not.
fn by_wikidata(world: &mut Builder) -> Vec<(&'static str, PersonIx)> {
    let mut pages = |spec: PageSpec| {
        let page = world.page(spec);
        world.genius_id(page)
    };
    let bram = pages(PageSpec::new("Bram Oyelowo").instagram("bram.oyelowo"));
    let gita = pages(PageSpec::new("Gita Ramanathan").sparse());
    let picture = "https://images.genius.com/0c0ffee0.1000x1000x1.jpg";
    let hale = pages(PageSpec::new("Hale Okonkwo").image(picture));
    let nils = pages(PageSpec::new("Nils Arvidson").instagram("nils.was.here").gone());
    let pim = pages(PageSpec::new("Pim de Groot").instagram("pim.fan.club"));
    let rhea = pages(PageSpec::new("Rea Lundqvist").instagram("rea.not.rhea"));
    let quirin = pages(PageSpec::new("Quirin Falk").instagram("@Quirin_Falk"));
    let uma = pages(PageSpec::new("Uma Thorsen").instagram("not a handle!"));
    let people = vec![
        // MusicBrainz has the address of a post only.
        (
            "Windfall",
            PersonSpec::new("Bram Oyelowo")
                .link("social network", "https://www.instagram.com/p/CabcDEF1234/")
                .wikidata(vec![claim("P6351", &bram)])
                .handle("bram.oyelowo"),
        ),
        // Genius' page says nothing.
        (
            "Russet",
            PersonSpec::new("Gita Ramanathan").wikidata(vec![claim("P6351", &gita)]),
        ),
        // It has a picture, but no account.
        (
            "Pippin",
            PersonSpec::new("Hale Okonkwo")
                .wikidata(vec![claim("P6351", &hale)])
                .genius_image(picture),
        ),
        // It is gone.
        (
            "Codlin",
            PersonSpec::new("Nils Arvidson").wikidata(vec![claim("P6351", &nils)]),
        ),
        // Wikidata's own handle is better, of preferred rank first.
        (
            "Costard",
            PersonSpec::new("Pim de Groot")
                .wikidata(vec![
                    deprecated("P2003", "pim.hoax"),
                    ended("P2003", "pim.before"),
                    claim("P2003", "pim.normal"),
                    preferred("P2003", "pimdegroot"),
                    claim("P6351", &pim),
                ])
                .handle("pimdegroot"),
        ),
        // An id that was found to be wrong, and one that is over.
        (
            "Pearmain",
            PersonSpec::new("Rhea Sundqvist").wikidata(vec![deprecated("P6351", &rhea), ended("P6351", &rhea)]),
        ),
        // Typed with an @.
        (
            "Quince",
            PersonSpec::new("Quirin Falk")
                .wikidata(vec![claim("P6351", &quirin)])
                .handle("quirin_falk"),
        ),
        // What stands there is no handle.
        (
            "Medlar",
            PersonSpec::new("Uma Thorsen").wikidata(vec![claim("P6351", &uma)]),
        ),
        // The item is about somebody else, says the item.
        (
            "Crab",
            PersonSpec::new("Maud Ferreira")
                .wikidata(vec![claim("P2003", "another.maud"), claim("P18", "Another Maud.jpg")])
                .item_of("5c210861-2ce2-4be3-9307-bbcfc361cc01"),
        ),
    ];
    people
        .into_iter()
        .map(|(title, spec)| (title, world.person(spec)))
        .collect()
}

/// A song on which MusicBrainz credits them leads to Genius; a mere name does not.
fn by_a_song(world: &mut Builder) -> Vec<(&'static str, PersonIx)> {
    let orchard = world.page_of("Tin Orchard");
    let cleo = world.page(PageSpec::new("Cleo Vandermark").instagram("cleovandermark"));
    let elke = world.page(PageSpec::new("DJ Elke").instagram("djelke"));
    let fitz = world.page(PageSpec::new("Fitz Moreau").instagram("fitz.one"));
    let namesake = world.page(PageSpec::new("Fitz Moreau").instagram("fitz.two"));
    world.page(PageSpec::new("Dov Alterman").instagram("another.dov"));
    let anselm = world.page_of("Anselm Roe");
    for song in [
        SongSpec::new("Cassia", &[orchard])
            .produced_by(&[cleo])
            .written_by(&[anselm]),
        SongSpec::new("Clove", &[orchard]).written_by(&[anselm, elke]),
        SongSpec::new("Cumin", &[orchard])
            .produced_by(&[fitz])
            .written_by(&[namesake]),
    ] {
        world.song(song);
    }
    let people = vec![
        ("Cassia", PersonSpec::new("Cleo Vandermark").handle("cleovandermark")),
        // Genius knows her by an alias.
        (
            "Clove",
            PersonSpec::new("Elke Brandt").alias("DJ Elke").handle("djelke"),
        ),
        // Two people of the name on one song: neither is certain.
        ("Cumin", PersonSpec::new("Fitz Moreau")),
        // Genius has somebody of the name, and no song of his.
        ("Caraway", PersonSpec::new("Dov Alterman")),
    ];
    people
        .into_iter()
        .map(|(title, spec)| (title, world.person(spec)))
        .collect()
}

/// Only Genius credits them: the credit leads to their page.
fn by_a_credit(world: &mut Builder) -> Vec<TrackSpec> {
    let orchard = world.page_of("Tin Orchard");
    let picture = "https://images.genius.com/beefcafe.1000x1000x1.jpg";
    let soren = world.page(PageSpec::new("Soren Vale").instagram("sorenvale").image(picture));
    world.known_by_name(
        "soren vale",
        PersonSpec::new("Soren Vale")
            .handle("sorenvale")
            .biography("producer · soren@vale.example")
            .email("soren@vale.example")
            .genius_image(picture),
    );
    // A page with a default avatar; Instagram has a picture.
    let ilka = world.page(PageSpec::new("Ilka Moreno").instagram("ilkamoreno"));
    world.known_by_name("ilka moreno", PersonSpec::new("Ilka Moreno").handle("ilkamoreno"));
    // Words that anybody may write are no publication of hers.
    let tilda = world.page(PageSpec::new("Tilda Rowe").description("Write to tilda@rowe.example."));
    let names = ["Soren Vale", "Ilka Moreno", "Tilda Rowe"];
    let titles = ["Left Profile", "Right Profile", "From Behind"];
    let mut tracks = Vec::new();
    for (((title, name), page), seconds) in titles.into_iter().zip(names).zip([soren, ilka, tilda]).zip(170..) {
        world.song(SongSpec::new(title, &[orchard]).produced_by(&[page]));
        tracks.push(TrackSpec::new(title, seconds).genius_names(Role::Producer, named(name, &name.to_lowercase())));
    }
    tracks
}
