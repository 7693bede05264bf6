//! Generated artists: many more of the ordinary cases. What each choice means for the truth is written beside it, in the
//! vocabulary of `statements` and `specs`.

use std::collections::HashSet;

use super::builder::Builder;
use super::cast::Cast;
use super::ids::Chance;
use super::model::{AlbumIx, ArtistIx, PersonIx, RecordingIx, Who};
use super::person_spec::{PersonSpec, claim, deprecated, ended, preferred};
use super::specs::{AlbumSpec, Known, TrackSpec};
use super::statements::{self as says, Kind};
use super::words::{ADJECTIVES, ALIASES, FAMILY, GIVEN, NOUNS, SONGS};

/// Adds `count` artists.
pub fn build(world: &mut Builder, cast: &Cast, count: usize) {
    if count == 0 {
        return;
    }
    let mut chance = world.ids.chance("generated", "world");
    let mut pool = people(world, &mut chance, 24 + count);
    // Some of the cast work with them too, so that the artists hang together.
    pool.extend([cast.nadia, cast.ludvig, cast.theo, cast.juno, cast.tomas]);
    let mut taken: HashSet<String> = world
        .world
        .artists
        .iter()
        .map(|artist| artist.name.to_lowercase())
        .collect();
    let room = ADJECTIVES.len() * NOUNS.len();
    for _ in 0..count.min(room.saturating_sub(taken.len())) {
        let name = loop {
            let name = two_words(&mut chance, &ADJECTIVES, &NOUNS);
            if taken.insert(name.to_lowercase()) {
                break name;
            }
        };
        let popularity = i32::try_from(chance.between(5, 30)).unwrap_or(5);
        let artist = world.band(&name, popularity);
        world.list(artist);
        let members: Vec<PersonIx> = (0..chance.between(4, 7))
            .filter_map(|_| chance.pick(&pool).copied())
            .collect();
        let mut year = chance.between(1994, 2019);
        for _ in 0..chance.between(2, 4) {
            let built = album(world, &mut chance, artist, &members, year);
            if chance.percent(20) {
                deluxe(world, &mut chance, artist, &members, built, year + 1);
            }
            year += chance.between(1, 2);
        }
    }
}

fn two_words(chance: &mut Chance, first: &[&str], second: &[&str]) -> String {
    let word = |chance: &mut Chance, words: &[&str]| chance.pick(words).copied().unwrap_or_default().to_owned();
    let first = word(chance, first);
    format!("{first} {}", word(chance, second))
}

/// Producers and writers. Their profiles take turns; each says what the catalogue must know in the end.
fn people(world: &mut Builder, chance: &mut Chance, count: usize) -> Vec<PersonIx> {
    let mut taken: HashSet<String> = world.world.people.iter().map(|person| person.name.clone()).collect();
    let room = GIVEN.len() * FAMILY.len();
    (0..count.min(room / 2))
        .map(|turn| {
            let name = loop {
                let name = two_words(chance, &GIVEN, &FAMILY);
                if taken.insert(name.clone()) {
                    break name;
                }
            };
            let handle = name.to_lowercase().replace(' ', "_");
            let page = format!("https://www.instagram.com/{handle}/");
            let spec = PersonSpec::new(&name);
            world.person(match turn % 8 {
                0 | 1 => spec.link("social network", &page).handle(&handle),
                2 => spec
                    .wikidata(vec![claim("P2003", &handle), claim("P18", &format!("{name} live.jpg"))])
                    .handle(&handle)
                    .image(&format!("{name} live.jpg")),
                3 => spec
                    .link("social network", &page)
                    .wikidata(vec![
                        claim("P2003", &format!("{handle}.fans")),
                        claim("P968", &format!("mailto:{handle}@mail.example")),
                    ])
                    .handle(&handle)
                    .email(&format!("{handle}@mail.example")),
                4 => spec
                    .ended_link("social network", &format!("https://www.instagram.com/old_{handle}/"))
                    .wikidata(vec![
                        deprecated("P2003", &format!("not_{handle}")),
                        ended("P2003", &format!("old_{handle}")),
                        preferred("P2003", &handle),
                    ])
                    .handle(&handle),
                5 => spec.link("social network", "https://www.instagram.com/p/B0xAbCdEfGh/"),
                6 => spec.link("soundcloud", &format!("https://soundcloud.com/{handle}")),
                _ => spec,
            })
        })
        .collect()
}

const PRODUCING: [&Kind; 9] = [
    &says::PRODUCER,
    &says::PRODUCER,
    &says::PRODUCER,
    &says::PRODUCER,
    &says::CO_PRODUCER,
    &says::ADDITIONAL_PRODUCER,
    &says::EXECUTIVE_PRODUCER,
    &says::VOCAL_PRODUCER,
    &says::ASSISTANT_PRODUCER,
];
const HELPING: [&Kind; 5] = [
    &says::ENGINEER,
    &says::MIX,
    &says::MASTERING,
    &says::PROGRAMMING,
    &says::GUITAR,
];
const WRITING: [&Kind; 4] = [&says::WRITER, &says::WRITER, &says::COMPOSER, &says::LYRICIST];

fn album(world: &mut Builder, chance: &mut Chance, artist: ArtistIx, members: &[PersonIx], year: usize) -> AlbumIx {
    let name = two_words(chance, &ADJECTIVES, &NOUNS);
    let date = match chance.below(10) {
        0 => format!("{year}"),
        1 => format!("{year}-{:02}", chance.between(1, 12)),
        _ => format!("{year}-{:02}-{:02}", chance.between(1, 12), chance.between(1, 28)),
    };
    let known = match chance.below(20) {
        0..=13 => Known::ByBarcode,
        14 | 15 => Known::ByTitle,
        16 | 17 => Known::ByIsrc,
        _ => Known::Unknown,
    };
    let single = chance.percent(30);
    let length = if single {
        chance.between(1, 3)
    } else {
        chance.between(5, 11)
    };
    let tracks = songs(world, chance, members, length);
    let mut spec = if single {
        AlbumSpec::single(&[artist], &name, &date, tracks)
    } else {
        AlbumSpec::album(&[artist], &name, &date, tracks)
    }
    .known(known);
    if chance.percent(15)
        && let Some(person) = chance.pick(members)
    {
        spec = spec.says(&says::RELEASE_PRODUCER, *person);
    }
    if chance.percent(20) {
        spec = spec.leading_zero();
    }
    world.album(spec)
}

/// The album's recordings again, where MusicBrainz has them, and some new songs.
fn deluxe(world: &mut Builder, chance: &mut Chance, artist: ArtistIx, members: &[PersonIx], of: AlbumIx, year: usize) {
    let first = &world.world.albums[of.0];
    let name = format!("{} (Deluxe)", first.name);
    let recordings: Vec<RecordingIx> = (0..first.tracks.len())
        .filter_map(|track| world.recording_of(of, track))
        .collect();
    if recordings.is_empty() {
        return;
    }
    let mut tracks: Vec<TrackSpec> = recordings.into_iter().map(TrackSpec::again).collect();
    tracks.extend(songs(world, chance, members, 2));
    let known = if chance.percent(50) {
        Known::ByBarcode
    } else {
        Known::ByIsrc
    };
    world.album(
        AlbumSpec::album(
            &[artist],
            &name,
            &format!("{year}-11-0{}", chance.between(1, 9)),
            tracks,
        )
        .known(known),
    );
}

fn songs(world: &Builder, chance: &mut Chance, members: &[PersonIx], count: usize) -> Vec<TrackSpec> {
    let mut titles: Vec<&str> = SONGS.to_vec();
    (0..count)
        .map(|_| {
            let title = titles.swap_remove(chance.below(titles.len()));
            let mut track = TrackSpec::new(title, i64::try_from(chance.between(120, 330)).unwrap_or(180));
            for _ in 0..chance.between(1, 2) {
                if let (Some(kind), Some(person)) = (chance.pick(&PRODUCING), chance.pick(members)) {
                    track = track.says(kind, *person);
                }
            }
            for kind in HELPING {
                if let (true, Some(person)) = (chance.percent(30), chance.pick(members)) {
                    track = track.says(kind, *person);
                }
            }
            if chance.percent(75) {
                for _ in 0..chance.between(1, 3) {
                    if let (Some(kind), Some(person)) = (chance.pick(&WRITING), chance.pick(members)) {
                        track = track.by(kind, *person);
                    }
                }
            }
            if chance.percent(12) {
                titled(world, chance, members, track, title)
            } else {
                track
            }
        })
        .collect()
}

/// The title names one or two producers: somebody with an id, or somebody whom only titles know.
fn titled(world: &Builder, chance: &mut Chance, members: &[PersonIx], track: TrackSpec, title: &str) -> TrackSpec {
    let mut names: Vec<Who> = Vec::new();
    for _ in 0..chance.between(1, 2) {
        let who = match (chance.percent(50), chance.pick(members), chance.pick(&ALIASES)) {
            // The cast's names are not all plain ASCII; those are left to the hand-shaped artists.
            (true, Some(person), _) if world.world.people[person.0].name.is_ascii() => {
                let name = world.world.people[person.0].name.clone();
                Who::Named {
                    normalized: name.to_lowercase(),
                    name,
                    is: Some(*person),
                }
            }
            (_, _, Some(alias)) => Who::Named {
                name: (*alias).to_owned(),
                normalized: alias.to_lowercase(),
                is: None,
            },
            _ => continue,
        };
        if !names.contains(&who) {
            names.push(who);
        }
    }
    let spelled: Vec<&str> = names.iter().map(spelling).collect();
    let spelled = spelled.join(" & ");
    let shown = match chance.below(4) {
        0 => format!("{title} (prod. {spelled})"),
        1 => format!("{title} [Prod. by {spelled}]"),
        2 => format!("{title} (produced by {spelled})"),
        _ => format!("{title} (Prod: {spelled})"),
    };
    names.into_iter().fold(track.shown_as(&shown), TrackSpec::title_names)
}

fn spelling(who: &Who) -> &str {
    match who {
        Who::Named { name, .. } => name,
        Who::Person(_) => "",
    }
}
