//! What stands in a pair of brackets or after a dash: another recording, the same one in other words, or the title.

use std::collections::BTreeSet;

use crate::domain::names::{name_key, spelling_key};
use crate::domain::titles::guests::{names_a_guest, without_guests};
use crate::domain::titles::versions::{
    A_MIX, A_VERSION, ANOTHER, GLUED, PLAYED_ON, SAID_BY, SAYINGS_OF_COVER, Version, is_in_another_language,
    is_of_the_same_recording, is_particular, is_technical, is_year,
};

/// What an addition is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addition {
    /// Belongs to the title: `(I Can't Get No) Satisfaction`.
    OwnWords,
    /// Guests, credits, editions: the same recording.
    Neutral,
    /// Another recording.
    Version(Told),
}

/// What an addition says of a version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// Its kinds: `Live Acoustic` has two.
    pub versions: BTreeSet<Version>,
    /// Whose remix it is, where it was played: what tells it from others of its kind.
    pub particulars: BTreeSet<String>,
}

/// Reads an addition. Guests come first: `(feat. Demo Taped)` is no demo.
pub fn read(text: &str, after_dash: bool, artists: &[String]) -> Addition {
    if names_a_guest(text, artists) {
        return Addition::Neutral;
    }
    let text = without_guests(text);
    let key = spelling_key(text);
    if key.contains("dj mix") {
        // A part of a DJ's mix is the recording itself.
        return Addition::Neutral;
    }
    let versions = versions(&key, text);
    if !versions.is_empty() {
        let particulars = key.split(' ').filter(|word| is_particular(word));
        return Addition::Version(Told {
            versions,
            particulars: particulars.map(ToOwned::to_owned).collect(),
        });
    }
    if is_edition(text) || is_same_recording(&key) || says_from_what(text, &key, after_dash) {
        Addition::Neutral
    } else {
        Addition::OwnWords
    }
}

/// The kinds of version that an album's title speaks of, for all that is on it: `Early Demos`, `Live in Paris`. Not
/// remixes: a single is called by its first remix, and has the original behind it.
pub fn of_album(title: &str) -> BTreeSet<Version> {
    let key = spelling_key(title);
    let mut versions = said_in(&key);
    if key.starts_with("live ") || key.ends_with(" live") || key == "live" {
        versions.insert(Version::Live);
    }
    if key.contains("unplugged") {
        versions.insert(Version::Acoustic);
    }
    versions.remove(&Version::Remix);
    versions
}

/// `key` is the text's.
fn versions(key: &str, text: &str) -> BTreeSet<Version> {
    let words: Vec<&str> = key.split(' ').collect();
    let padded = format!(" {key} ");
    let mut found = said_in(key);
    if words.first() == Some(&"live") || words.last() == Some(&"live") {
        found.insert(Version::Live);
    }
    let has_version = words.iter().any(|word| A_VERSION.contains(word));
    if words.iter().any(|word| PLAYED_ON.contains(word)) && (words.len() == 1 || has_version) {
        found.insert(Version::Acoustic);
    }
    if is_in_another_language(&words, &padded) {
        found.insert(Version::OtherLanguage);
    }
    if found.is_empty() {
        found.extend(by_its_last_word(&words, text));
    }
    found
}

fn said_in(key: &str) -> BTreeSet<Version> {
    let padded = format!(" {key} ");
    let says = |phrase: &&str| {
        // Scripts without spaces between words.
        let glued = !phrase.is_ascii() && phrase.chars().any(|c| c >= '\u{2E80}') && key.contains(*phrase);
        glued || padded.contains(&format!(" {phrase} "))
    };
    let said = SAID_BY.iter().filter(|(_, phrases)| phrases.iter().any(says));
    let mut found: BTreeSet<Version> = said.map(|(version, _)| *version).collect();
    // Karaoke is without the voice, and a cover; a remix of a demo is a remix.
    if found.contains(&Version::Karaoke) {
        found = BTreeSet::from([Version::Karaoke]);
    }
    if found.is_empty() && ANOTHER.iter().any(says) {
        found.insert(Version::Another);
    }
    found
}

/// `Four Tet Edit`, `Todd Terry Mix`, `Drill Version`, `Take 3`; not `Radio Edit`, `Original Mix`, `Album Version`.
fn by_its_last_word(words: &[&str], text: &str) -> Option<Version> {
    let (last, others) = words.split_last()?;
    if A_MIX.contains(last) {
        return of_a_mix(last, others);
    }
    match words {
        ["cover"] => return Some(Version::Cover),
        [.., before, "cover"] => return (!SAYINGS_OF_COVER.contains(before)).then_some(Version::Cover),
        ["take", number] if number.bytes().all(|b| b.is_ascii_digit()) => return Some(Version::Another),
        // `中文版`: one word, without spaces.
        [word] if A_VERSION.contains(word) => return None,
        _ => {}
    }
    let is_version = |word: &str| A_VERSION.contains(&word) || GLUED.iter().any(|ending| word.ends_with(ending));
    let says_first = words.len() == 2 && matches!(words[0], "version" | "versao" | "versione" | "wersja" | "версия");
    if !is_version(last) && !says_first {
        return None;
    }
    if words.iter().any(|word| matches!(*word, "dub" | "vip")) {
        return Some(Version::Remix);
    }
    let whose = text.contains(['\'', '’', 'ʼ']) && others.last().is_some_and(|word| word.ends_with('s'));
    if whose && *last == "version" {
        return Some(Version::Rerecorded);
    }
    let neutral = words
        .iter()
        .all(|word| is_of_the_same_recording(word) || A_VERSION.contains(word));
    (!neutral).then_some(Version::Another)
}

/// What stands before `mix`, `edit` and the like tells whether it is the same recording, mixed anew, or made anew.
fn of_a_mix(last: &str, others: &[&str]) -> Option<Version> {
    let neutral = |word: &&str| is_of_the_same_recording(word) || last == "edit" && is_year(word);
    let technical = |word: &&str| is_of_the_same_recording(word) || is_technical(word);
    if matches!(last, "dub" | "vip" | "flip") {
        // `(Flip)` and `(Back Flip)` are titles.
        let saying = others
            .last()
            .is_none_or(|word| matches!(*word, "back" | "front" | "hair" | "the"));
        (last != "flip" || !saying).then_some(Version::Remix)
    } else if others.iter().all(neutral) {
        None
    } else if last == "mix" && others.iter().all(technical) {
        Some(Version::Mix)
    } else {
        Some(Version::Remix)
    }
}

/// `Radio Edit`, `Single Ver.`, `TV Size`, `Mono`, `2011 Remaster`, `Mixed`.
fn is_same_recording(key: &str) -> bool {
    let words: Vec<&str> = key.split(' ').collect();
    let alone = [
        "mono", "stereo", "explicit", "clean", "album", "original", "extended", "mixed", "edit", "edited", "mix",
        "version", "ver", "ep", "single",
    ];
    let forms = [
        "version", "ver", "edit", "mix", "cut", "size", "single", "ep", "audio", "video", "stereo", "mono", "remaster",
        "track", "length",
    ];
    match words.as_slice() {
        [word] => alone.contains(word),
        words => {
            let neutral = |word: &&str| is_of_the_same_recording(word) || is_year(word) || is_technical(word);
            words.iter().all(neutral) && words.iter().any(|word| forms.contains(word))
        }
    }
}

/// Words for an edition of the same recordings.
pub fn is_edition(text: &str) -> bool {
    const EDITIONS: [&str; 22] = [
        "deluxe",
        "edition",
        "edicion",
        "edizione",
        "edicao",
        "remaster",
        "remastered",
        "remasters",
        "remasterizado",
        "remasterizada",
        "remasterise",
        "rimasterizzato",
        "remasteriserad",
        "expanded",
        "bonus",
        "reissue",
        "anniversary",
        "aniversario",
        "soundtrack",
        "ost",
        "explicit",
        "clean",
    ];
    let key = name_key(text);
    key.split(' ').any(|word| EDITIONS.contains(&word)) || matches!(key.as_str(), "ep" | "single")
}

/// Whether what stands behind a colon is an edition and no part of the title: `Second Helping: Special Edition`, not
/// `Drive: Original Soundtrack`, which is its name.
pub fn ends_as_edition(text: &str) -> bool {
    const ENDINGS: [&str; 11] = [
        "edition",
        "edicion",
        "edizione",
        "edicao",
        "deluxe",
        "remaster",
        "remastered",
        "remasters",
        "reissue",
        "anniversary",
        "aniversario",
    ];
    let key = name_key(text);
    key.rsplit(' ').next().is_some_and(|word| ENDINGS.contains(&word))
}

/// `(From "Skyfall")`, `(from the Motion Picture Drive)`, `- From Evita`; not `(From Me to You)`.
fn says_from_what(text: &str, key: &str, after_dash: bool) -> bool {
    const WORKS: [&str; 26] = [
        "film",
        "filme",
        "movie",
        "motion",
        "picture",
        "soundtrack",
        "series",
        "serie",
        "musical",
        "album",
        "ep",
        "show",
        "broadway",
        "netflix",
        "disney",
        "pelicula",
        "vault",
        "game",
        "anime",
        "season",
        "original",
        "sessions",
        "tape",
        "mixtape",
        "pixar",
        "marvel",
    ];
    const PEOPLE: [&str; 20] = [
        "me", "you", "us", "him", "her", "them", "my", "your", "our", "his", "their", "to", "above", "below", "within",
        "now", "here", "there", "home", "love",
    ];
    let words: Vec<&str> = key.split(' ').collect();
    if !matches!(
        words.first(),
        Some(&("from" | "aus" | "dal" | "dalla" | "de" | "du" | "da" | "do"))
    ) {
        return false;
    }
    let is_english = words[0] == "from";
    let quoted = text.contains(['"', '“', '„', '«', '‘', '”']) || text.contains("from '") || text.contains("From '");
    if quoted || words[1..].iter().any(|word| WORKS.contains(word)) {
        return true;
    }
    let people = words[1..].iter().any(|word| PEOPLE.contains(word));
    let named = text.trim_start().starts_with("from ") && text.trim_start()[5..].starts_with(char::is_uppercase);
    is_english && !people && words.len() > 1 && (after_dash || named)
}
