//! Titles, names and ids: whatever people write.

use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;

use crate::domain::email;
use crate::domain::ids::{Barcode, Isrc, MusicBrainzId, SpotifyId, WikidataId};
use crate::domain::instagram;
use crate::domain::matching::{RecordingFacts, TrackFacts, best_match};
use crate::domain::names::{name_key, spelling_key};
use crate::domain::retry_after;
use crate::domain::titles::{Title, Versions, album_key, beginning};
use crate::fuzz::runner;
use crate::sources::titles::{KnownNames, TitleCredit, credits};

/// What titles are made of, and what looks like it.
const PIECES: [&str; 66] = [
    "Song",
    "Love",
    "X",
    "Kilo Wren",
    "Mike & Keys",
    "Tyler, The Creator",
    "神前暁",
    "D'Mile",
    "will.i.am",
    "A$AP",
    "é",
    "ß",
    "İ",
    "İ",
    "ﬁ",
    "\u{301}",
    "\u{200b}",
    "\u{feff}",
    "👩‍👩‍👧",
    "prod",
    "prod.",
    "Prod. by ",
    "prod:",
    "(prod. ",
    "[Prod. by ",
    "produced by ",
    "PRODUCED",
    "production",
    "co-prod. ",
    "exec. produced by ",
    "executive ",
    "feat. ",
    "ft ",
    "with ",
    "by ",
    "By ",
    " & ",
    "& ",
    ", ",
    ",",
    "; ",
    " and ",
    " x ",
    " X ",
    " + ",
    " / ",
    " - ",
    " – ",
    "|",
    "\"",
    "“",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "（",
    "）",
    "【",
    "］",
    ".",
    ":",
    " ",
    "Remix",
    "Live",
];

/// Titles of such pieces, and any text.
fn title() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => prop::sample::select(PIECES.to_vec()).prop_map(ToOwned::to_owned),
        1 => any::<String>(),
        1 => any::<char>().prop_map(String::from),
    ];
    vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn known(names: &[&str]) -> KnownNames {
    let mut known = KnownNames::default();
    for name in names {
        known.add(name);
    }
    known
}

const KNOWN: [&str; 4] = ["Mike & Keys", "Tyler, The Creator", "Earth, Wind & Fire", "!!!"];

#[test]
fn names_in_titles_are_names_and_stand_in_the_title() {
    let known = known(&KNOWN);
    let ran = runner(6_000).run(&title(), |title| {
        let found = credits(&title, &known);
        for credit in &found {
            let name = &credit.name;
            prop_assert!(
                beginning(&title).contains(name.as_str()),
                "{name:?} is not in {title:?}"
            );
            prop_assert!(name.chars().any(char::is_alphanumeric), "{name:?}");
            prop_assert!(name.trim() == name && name.chars().count() <= 100, "{name:?}");
            prop_assert!(
                !name.contains(['(', ')', '[', ']', '{', '}', '（', '）', '【', '】', '［', '］']),
                "{name:?}"
            );
            let same = |other: &&TitleCredit| other.role == credit.role && name_key(&other.name) == name_key(name);
            prop_assert_eq!(found.iter().filter(same).count(), 1, "{:?} twice", name);
        }
        Ok(())
    });
    ran.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn a_name_from_a_title_stays_a_name_in_another() {
    let known = known(&KNOWN);
    let ran = runner(4_000).run(&title(), |title| {
        for credit in credits(&title, &known) {
            let again = credits(&format!("Song (prod. by {})", credit.name), &known);
            let again: Vec<&str> = again.iter().map(|credit| credit.name.as_str()).collect();
            prop_assert_eq!(again, [credit.name.as_str()], "from {:?}", title);
        }
        Ok(())
    });
    ran.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn keys_are_their_own_keys() {
    let ran = runner(6_000).run(&title(), |text| {
        let key = name_key(&text);
        prop_assert_eq!(name_key(&key), key.as_str(), "name {:?}", text);
        prop_assert_eq!(name_key(&text.to_lowercase()), key.as_str(), "lower case of {:?}", text);
        prop_assert_eq!(
            name_key(&format!("  {text} ")),
            key.as_str(),
            "spaces around {:?}",
            text
        );
        prop_assert!(!text.trim().is_empty() || key.is_empty(), "{:?} of {:?}", key, text);
        prop_assert_eq!(
            spelling_key(&spelling_key(&text)),
            spelling_key(&text),
            "spelling {:?}",
            text
        );
        let album = album_key(&text);
        // Of punctuation only, any bracket is a part of the name.
        if album.contains(char::is_alphanumeric) {
            prop_assert_eq!(album_key(&album), album.as_str(), "album {:?}", text);
        }
        Ok(())
    });
    ran.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn every_letter_has_a_key_that_is_its_own() {
    // There are none above, and those of Hangul and of Chinese are all alike.
    let letters = ('\0'..='\u{3400}')
        .chain('\u{a000}'..='\u{ac00}')
        .chain('\u{d700}'..='\u{1ffff}');
    let wrong: Vec<String> = letters
        .filter(|c| {
            let key = name_key(&c.to_string());
            name_key(&key) != key
        })
        .map(|c| format!("U+{:04X}", u32::from(c)))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of them: {:?}",
        wrong.len(),
        &wrong[..wrong.len().min(20)]
    );
}

#[test]
fn titles_are_compared_the_same_from_both_sides() {
    let ran = runner(3_000).run(&(title(), title()), |(one, other)| {
        let (one, other) = (Title::read(&one), Title::with_comment(&other, &one));
        prop_assert_eq!(one.closeness(&one), Some(1.0));
        prop_assert!(one.same_version(&one));
        prop_assert_eq!(one.closeness(&other), other.closeness(&one));
        prop_assert_eq!(one.same_version(&other), other.same_version(&one));
        prop_assert!(one.closeness(&other).is_none_or(|close| (0.85..=1.0).contains(&close)));
        Ok(())
    });
    ran.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn a_match_is_one_of_the_recordings_with_a_score_between_0_and_1() {
    let isrc = || prop::sample::select(vec![None, Isrc::parse("SEAYD7601020"), Isrc::parse("GBAHS1400099")]);
    let position = || prop::option::of((0_u32..3, prop_oneof![0_u32..4, Just(u32::MAX)]));
    let length = || prop::option::of(prop_oneof![0_u64..10_000, any::<u64>()]);
    let track = (title(), isrc(), position(), length()).prop_map(|(title, isrc, position, length_ms)| TrackFacts {
        title: Title::read(&title),
        isrc,
        position,
        length_ms,
        artists: Vec::new(),
        of_album: Versions::default(),
    });
    let recording = (title(), title(), vec(isrc(), 0..3), position(), length()).prop_map(
        |(title, comment, isrcs, position, length_ms)| RecordingFacts {
            title: Title::with_comment(&title, &comment),
            isrcs: isrcs.into_iter().flatten().collect(),
            position,
            length_ms,
            artists: Vec::new(),
            of_album: Versions::default(),
        },
    );
    let ran = runner(1_500).run(&(track, vec(recording, 0..6)), |(track, recordings)| {
        if let Some((at, matched)) = best_match(&track, &recordings) {
            prop_assert!(
                at < recordings.len() && (0.0..=1.0 + 1e-9).contains(&matched.score),
                "{:?}",
                matched
            );
        }
        Ok(())
    });
    ran.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn ids_are_read_back_as_they_are_written() {
    let text = prop_oneof![
        any::<String>(),
        "[A-Za-z]{2}[- ]?[A-Za-z0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{5}",
        "[0-9 -]{0,40}",
        "[0-9a-fA-F]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "https?://(www\\.)?wikidata\\.org/(wiki|entity)/[Qq]?[0-9]{0,12}[/?#]{0,2}",
        "[Qq][0-9]{0,12}",
        "[a-zA-Z0-9]{0,70}",
    ];
    let ran = runner(4_000).run(&text, |text| {
        if let Some(id) = SpotifyId::parse(&text) {
            prop_assert_eq!(SpotifyId::parse(id.as_str()), Some(id));
        }
        if let Some(id) = MusicBrainzId::parse(&text) {
            prop_assert_eq!(MusicBrainzId::parse(&id.to_string()), Some(id));
        }
        if let Some(isrc) = Isrc::parse(&text) {
            prop_assert!(isrc.as_str().len() == 12 && isrc.as_str().is_ascii());
            prop_assert_eq!(Isrc::parse(isrc.as_str()), Some(isrc));
        }
        if let Some(barcode) = Barcode::parse(&text) {
            prop_assert!(barcode.as_str().bytes().all(|b| b.is_ascii_digit()));
            prop_assert_eq!(
                Barcode::parse(&format!("0{}", barcode.as_str().trim_start_matches('0'))),
                Some(barcode)
            );
        }
        for id in [WikidataId::parse(&text), WikidataId::from_url(&text)]
            .into_iter()
            .flatten()
        {
            let url = format!("https://www.wikidata.org/wiki/{id}");
            prop_assert_eq!(WikidataId::from_url(&url), Some(id));
        }
        Ok(())
    });
    ran.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn a_handle_is_one_by_itself_and_in_its_address() {
    let text = prop_oneof![
        any::<String>(),
        "@?[A-Za-z0-9._]{0,32}",
        "(https?|HTTP)://(www\\.|m\\.)?instagram\\.com/@?[a-z._/]{0,12}[?#]?",
    ];
    let ran = runner(4_000).run(&text, |text| {
        for handle in [instagram::handle(&text), instagram::handle_from_url(&text)]
            .into_iter()
            .flatten()
        {
            prop_assert_eq!(instagram::handle(&handle), Some(handle.clone()));
            let url = format!("https://www.instagram.com/{handle}/?hl=en");
            prop_assert_eq!(instagram::handle_from_url(&url), Some(handle));
        }
        Ok(())
    });
    ran.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn an_address_is_one_by_itself_and_in_a_biography() {
    let text = prop_oneof![
        any::<String>(),
        "(mailto:|Mail: |)[a-zA-Z0-9.+_-]{0,9}[@＠]{0,2}[a-zA-Z0-9.-]{0,9}\\.(com|example|xn--p1ai)[. ,)]?",
        "[a-z@. ]{0,40}",
    ];
    let ran = runner(4_000).run(&text, |text| {
        for address in [email::address(&text), email::published(&text)].into_iter().flatten() {
            prop_assert_eq!(email::address(&address), Some(address.clone()));
            prop_assert_eq!(
                email::address(&format!("mailto:{}", address.replace('%', "%25"))),
                Some(address)
            );
        }
        Ok(())
    });
    ran.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn a_wait_is_at_most_thirty_days() {
    let text = prop_oneof![
        any::<String>(),
        "[0-9]{1,25}",
        "[A-Z][a-z]{2}, [0-9]{1,20} (Jan|Feb|Mar|Nov|Dec) [0-9]{1,20} [0-9]{1,20}:[0-9]{1,20}:[0-9]{1,20} GMT",
        "[A-Z][a-z]{2}, [0-9]{2} (Jan|Feb|Mar|Nov|Dec) [0-9]{4} [0-2][0-9]:[0-5][0-9]:[0-5][0-9] GMT",
    ];
    let ran = runner(4_000).run(&(text, any::<u32>()), |(text, now)| {
        let wait = retry_after::parse(&text, Duration::from_secs(now.into()));
        prop_assert!(
            wait.is_none_or(|wait| wait <= Duration::from_hours(30 * 24)),
            "{:?}",
            wait
        );
        Ok(())
    });
    ran.unwrap_or_else(|failure| panic!("{failure}"));
}

/// Titles as no provider sends them. Each takes milliseconds; the bound is for what grows with the square of the length.
#[test]
fn a_very_long_title_is_read_in_no_time() {
    const LENGTH: usize = 100_000;
    let known = known(&KNOWN);
    let repeated = [
        "(",
        "prod",
        "prod. ",
        "(prod. A",
        "prod. x, ",
        "(prod. by A & B)",
        ", ",
        " & ",
        "A, ",
        "a\u{301}",
        "\u{301}",
        " - ",
        "[live] ",
        "feat. ",
        "(feat. X) ",
        "co-prod. ",
        "İ",
        "x",
        "'",
        ".",
        "1 ",
        "[prod. a] ",
    ];
    let mut slowest = (Duration::ZERO, "");
    for piece in repeated {
        let titles = [
            piece.repeat(LENGTH / piece.len()),
            format!("Song (prod. {})", piece.repeat(LENGTH / piece.len())),
        ];
        for title in titles {
            let start = Instant::now();
            let found = credits(&title, &known);
            let read = Title::with_comment(&title, &title);
            let _ = (read.closeness(&read), album_key(&title), name_key(&title), found);
            let took = start.elapsed();
            slowest = slowest.max((took, piece));
        }
    }
    println!("100 kB of {:?}: {} ms", slowest.1, slowest.0.as_millis());
    assert!(
        slowest.0 < Duration::from_secs(2),
        "100 kB of {:?} took {:?}",
        slowest.1,
        slowest.0
    );
}

#[test]
fn numbered_titles_do_not_take_longer_the_more_they_name() {
    let many: String = (0..20_000).fold("Song ".to_owned(), |title, number| {
        title + &format!("(prod. a{number}) ")
    });
    let start = Instant::now();
    let found = credits(&many, &known(&[]));
    println!(
        "{} names from {} kB: {} ms",
        found.len(),
        many.len() / 1000,
        start.elapsed().as_millis()
    );
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}
