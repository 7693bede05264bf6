//! What stands in a pair of brackets or after a dash: another recording, the same one in other words, or the title.

use std::collections::BTreeSet;

use crate::domain::names::{name_key, spelling_key};
use crate::domain::titles::guests::{names_a_guest, without_guests};
use crate::domain::titles::version::{Version, Versions};
use crate::domain::titles::versions::{
    A_MIX, A_VERSION, ANOTHER, ARRANGED, ARRANGED_FOR, BESIDE_INSTRUMENTS, GLUED, PLAYED_ON, SAID_BY, SAYINGS_OF_COVER,
    is_in_another_language, is_of_the_same_recording, is_particular, is_technical, is_year,
};
use crate::domain::word_list::Words;

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
    pub versions: Versions,
    /// Whose remix it is, where it was played: what tells it from others of its kind.
    pub particulars: BTreeSet<String>,
}

/// Reads an addition. Guests come first: `(feat. Demo Taped)` is no demo.
pub fn read(text: &str, after_dash: bool, artists: &[String]) -> Addition {
    if names_a_guest(text, artists) {
        return Addition::Neutral;
    }
    let text = without_guests(text);
    let key = with_glued_words_parted(&spelling_key(text));
    if key.contains("dj mix") || is_a_format(text) {
        // A part of a DJ's mix is the recording itself.
        return Addition::Neutral;
    }
    let versions = versions(&key, text);
    if !versions.is_empty() {
        let mut told = Told {
            versions,
            ..Told::default()
        };
        let particulars = key.split(' ').filter(|word| is_particular(word));
        told.particulars.extend(particulars.map(ToOwned::to_owned));
        return Addition::Version(told);
    }
    if is_edition(text) || is_same_recording(&key) || says_from_what(text, &key, after_dash) {
        Addition::Neutral
    } else {
        Addition::OwnWords
    }
}

/// The kinds of version that an album's title speaks of, for all that is on it: `Early Demos`, `Live in Paris`. Not
/// remixes: a single is called by its first remix, and has the original behind it.
pub fn of_album(title: &str) -> Versions {
    let key = spelling_key(title);
    let mut versions = said_in(&key);
    if key.starts_with("live ") || key.ends_with(" live") || key == "live" {
        versions.insert(Version::Live);
    }
    if key.contains("unplugged") {
        versions.insert(Version::Acoustic);
    }
    versions.remove(Version::Remix);
    versions
}

/// `Albumversion`, `TVサイズ`, `专辑版`: a language that glues its words, or has no spaces, says the same as one that has.
fn with_glued_words_parted(key: &str) -> String {
    let parted = key.split(' ').map(|word| {
        let parted = GLUED.iter().find_map(|ending| {
            let stem = word.strip_suffix(ending).filter(|stem| !stem.is_empty())?;
            // `Diversion` is a word.
            let says = || is_of_the_same_recording(stem) || stem == "live" || !said_in(stem).is_empty();
            (!ending.is_ascii() || says() || PLAYED_ON.has(stem)).then(|| format!("{stem} {ending}"))
        });
        parted.unwrap_or_else(|| word.to_owned())
    });
    parted.collect::<Vec<_>>().join(" ")
}

/// `7"`, `12”`: the record that it came out on.
fn is_a_format(text: &str) -> bool {
    let inches = text.trim().trim_end_matches(['"', '”', '″', '\'', '’', '′']);
    matches!(inches, "7" | "10" | "12") && inches.len() < text.trim().len()
}

/// `Live Your Life`, `Where We Live`: the verb.
fn is_the_verb_live(words: &[&str]) -> bool {
    const OBJECTS: Words = Words::of(
        "\
        again fast for forever free her his it life like love more my now our the their this to together well \
        wire without you your yours",
    );
    const SUBJECTS: Words = Words::of(
        "can don't dont gotta how i let life long me must never people people's she they to us wanna we where you",
    );
    match words {
        ["live", "and", "let" | "learn" | "love", ..] => true,
        ["live", next, ..] => OBJECTS.has(next),
        [.., before, "live"] => SUBJECTS.has(before),
        _ => false,
    }
}

/// `key` is the text's.
fn versions(key: &str, text: &str) -> Versions {
    let words: Vec<&str> = key.split(' ').collect();
    let mut found = said_in(key);
    let live = words.first() == Some(&"live") || words.last() == Some(&"live");
    if live && !is_the_verb_live(&words) || matches!(words.as_slice(), [.., before, "concert"] if *before != "the") {
        found.insert(Version::Live);
    }
    let has_version = words.iter().any(|word| A_VERSION.has(word));
    if words.iter().any(|word| PLAYED_ON.has(word)) && (has_version || names_instruments(&words)) {
        found.insert(Version::Acoustic);
    }
    if is_in_another_language(&words, key) {
        found.insert(Version::OtherLanguage);
    }
    if found.is_empty() {
        found = by_its_last_word(&words, text).into_iter().collect();
    }
    found
}

/// `Piano`, `Solo Piano`, `Piano & Voice`, `For Acoustic Guitar`, `Arr. for Strings`, `Version für Klavier`.
fn names_instruments(words: &[&str]) -> bool {
    let behind = |words: &[&str], first: Words| match words {
        [word, rest @ ..] if first.has(word) => rest.len(),
        words => words.len(),
    };
    let rest = &words[words.len() - behind(words, ARRANGED)..];
    let instruments = &rest[rest.len() - behind(rest, ARRANGED_FOR)..];
    instruments
        .iter()
        .all(|word| PLAYED_ON.has(word) || BESIDE_INSTRUMENTS.has(word))
}

fn said_in(key: &str) -> Versions {
    let said = SAID_BY.iter().filter(|(_, phrases)| phrases.stand_in(key));
    let mut found: Versions = said.map(|(version, _)| *version).collect();
    // Karaoke is without the voice, and a cover; a remix of a demo is a remix.
    if found.has(Version::Karaoke) {
        found = Version::Karaoke.into();
    }
    if found.is_empty() && ANOTHER.stand_in(key) {
        found.insert(Version::Another);
    }
    found
}

/// `Four Tet Edit`, `Todd Terry Mix`, `Drill Version`, `Take 3`; not `Radio Edit`, `Original Mix`, `Album Version`.
fn by_its_last_word(words: &[&str], text: &str) -> Option<Version> {
    let (last, others) = words.split_last()?;
    if A_MIX.has(last) {
        return of_a_mix(last, others);
    }
    match words {
        ["cover"] => return Some(Version::Cover),
        [.., before, "tribute"] if !matches!(*before, "a" | "the") => return Some(Version::Cover),
        [.., before, "cover"] => return (!SAYINGS_OF_COVER.has(before)).then_some(Version::Cover),
        ["take", number] if number.bytes().all(|b| b.is_ascii_digit()) => return Some(Version::Another),
        // `中文版`: one word, without spaces.
        [word] if A_VERSION.has(word) => return None,
        _ => {}
    }
    // `Versión Acústica`; in Spanish and its like it stands first.
    let says_first = words.len() > 1 && matches!(words[0], "version" | "versao" | "versione" | "wersja" | "версия");
    if !A_VERSION.has(last) && !(says_first && (words.len() == 2 || words[1] == "de")) {
        return None;
    }
    if words.iter().any(|word| matches!(*word, "dub" | "vip")) {
        return Some(Version::Remix);
    }
    let whose = text.contains(['\'', '’', 'ʼ']) && others.last().is_some_and(|word| word.ends_with('s'));
    if whose && *last == "version" {
        return Some(Version::Rerecorded);
    }
    // `2012 Remastered Version`; a year alone is another one.
    let remastered = words.iter().any(|word| word.starts_with("remaster"));
    let neutral = words
        .iter()
        .all(|word| is_of_the_same_recording(word) || A_VERSION.has(word) || remastered && is_year(word));
    (!neutral).then_some(Version::Another)
}

/// What stands before `mix`, `edit` and the like tells whether it is the same recording, mixed anew, or made anew.
fn of_a_mix(last: &str, others: &[&str]) -> Option<Version> {
    let neutral = |word: &&str| is_of_the_same_recording(word) || last == "edit" && is_year(word);
    let technical = |word: &&str| is_of_the_same_recording(word) || is_technical(word);
    if others == ["in", "the"] {
        return None;
    }
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
        "mono",
        "stereo",
        "explicit",
        "clean",
        "dirty",
        "censored",
        "uncensored",
        "uncut",
        "visualizer",
        "album",
        "original",
        "extended",
        "mixed",
        "edit",
        "edited",
        "mix",
        "version",
        "ver",
        "ep",
        "single",
    ];
    let forms = [
        "edit",
        "mix",
        "cut",
        "size",
        "single",
        "ep",
        "audio",
        "video",
        "stereo",
        "mono",
        "remaster",
        "track",
        "length",
        "サイズ",
    ];
    match words.as_slice() {
        [word] => alone.contains(word),
        words => {
            let neutral = |word: &&str| is_of_the_same_recording(word) || is_year(word) || is_technical(word);
            let form = |word: &&str| forms.contains(word) || A_VERSION.has(word);
            let listed = |word: &&str| neutral(word) || A_VERSION.has(word);
            words.iter().all(listed) && words.iter().any(form)
        }
    }
}

/// Words for an edition of the same recordings.
pub fn is_edition(text: &str) -> bool {
    const EDITIONS: Words = Words::of(
        "\
        deluxe edicion edizione edicao editie utgave утгава издание переиздание делюкс remaster remastered \
        remasters remasterizado remasterizada remasterise remasterisee rimasterizzato remasteriserad \
        remastering expanded bonus adicional repack repackage reissue anniversary aniversario soundtrack ost \
        explicit clean",
    );
    // Of scripts without spaces.
    const WITHIN: Words = Words::of(
        "\
        デラックス ボーナストラック エディション 初回 限定 通常盤 豪华 豪華 特别版 特別版 디럭스 리패키지 \
        특별판 한정판",
    );
    let key = name_key(text);
    let mut words = key.split(' ');
    words.any(|word| EDITIONS.has(word) || word.ends_with("edition") && !matches!(word, "expedition" | "sedition"))
        || WITHIN.iter().any(|word| key.contains(word))
        || matches!(key.as_str(), "ep" | "single")
}

/// The same for an album, of which `Mono` and `Japan Version` are editions, too.
pub fn is_edition_of_album(text: &str) -> bool {
    is_edition(text) || is_same_recording(&with_glued_words_parted(&spelling_key(text)))
}

/// Takes an edition off an album's title that stands there without brackets: `Arrival Deluxe Edition`.
pub fn without_bare_edition(title: &str) -> &str {
    const ENDINGS: [&str; 7] = [
        " super deluxe edition",
        " deluxe edition",
        " special edition",
        " limited edition",
        " expanded edition",
        " anniversary edition",
        " collector's edition",
    ];
    let lower = title.to_ascii_lowercase();
    let ending = ENDINGS.iter().find(|ending| lower.ends_with(**ending));
    ending.map_or(title, |ending| &title[..title.len() - ending.len()])
}

/// Whether what stands behind a colon is an edition and no part of the title: `Second Helping: Special Edition`, not
/// `Drive: Original Soundtrack`, which is its name.
pub fn ends_as_edition(text: &str) -> bool {
    const ENDINGS: Words = Words::of(
        "edition edicion edizione edicao deluxe remaster remastered remasters reissue anniversary aniversario",
    );
    let key = name_key(text);
    key.rsplit(' ').next().is_some_and(|word| ENDINGS.has(word))
}

/// `(From "Skyfall")`, `(from the Motion Picture Drive)`, `- From Evita`; not `(From Me to You)`.
fn says_from_what(text: &str, key: &str, after_dash: bool) -> bool {
    const WORKS: Words = Words::of(
        "\
        film filme movie motion picture soundtrack series serie musical album ep show broadway netflix disney \
        pelicula vault game anime season original sessions tape mixtape pixar marvel",
    );
    const PEOPLE: Words =
        Words::of("me you us him her them my your our his their to above below within now here there home love");
    let words: Vec<&str> = key.split(' ').collect();
    if !matches!(
        words.first(),
        Some(&("from" | "aus" | "dal" | "dalla" | "de" | "du" | "da" | "do"))
    ) {
        return false;
    }
    let is_english = words[0] == "from";
    let quoted = text.contains(['"', '“', '„', '«', '‘', '”']) || text.contains("from '") || text.contains("From '");
    if quoted || words[1..].iter().any(|word| WORKS.has(word)) {
        return true;
    }
    let people = words[1..].iter().any(|word| PEOPLE.has(word));
    let named = text.trim_start().starts_with("from ") && text.trim_start()[5..].starts_with(char::is_uppercase);
    is_english && !people && words.len() > 1 && (after_dash || named)
}
