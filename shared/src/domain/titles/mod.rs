//! What a title says of the music: its own words, and whether this is another version of it.
//!
//! Spotify writes `Song - Live at Wembley`, MusicBrainz `Song` with the comment `live, 1986-07-12: Wembley`, a label
//! `Song (feat. X) [2011 Remaster]`: they are compared by what is left when the additions are taken off.

use std::collections::BTreeSet;

use crate::domain::names::name_key;

/// How a version differs from the original recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    /// Mixed anew by somebody.
    Remix,
    /// Before an audience.
    Live,
    /// Without the voice.
    Instrumental,
    /// Faster.
    SpedUp,
    /// Slower.
    Slowed,
    /// To sing to.
    Karaoke,
    /// With other instruments.
    Acoustic,
    /// A sketch of it.
    Demo,
    /// The voice alone.
    Acapella,
    /// Made again by the same artist: `(Taylor's Version)`.
    Rerecorded,
    /// Sung in another language, or its words translated: `(Spanish Version)`, `(Traducción al Español)`.
    OtherLanguage,
}

/// Words that say of what kind a version is, and not which one.
const OF_ANY_VERSION: [&str; 43] = [
    "a",
    "acapella",
    "acappella",
    "acoustic",
    "and",
    "at",
    "by",
    "capella",
    "cappella",
    "demo",
    "down",
    "en",
    "from",
    "in",
    "inst",
    "instrumental",
    "karaoke",
    "live",
    "mix",
    "nightcore",
    "on",
    "piano",
    "re",
    "recorded",
    "recording",
    "remix",
    "remixed",
    "rerecorded",
    "reverb",
    "rework",
    "reworked",
    "rmx",
    "session",
    "sessions",
    "slow",
    "slowed",
    "sped",
    "speed",
    "stripped",
    "the",
    "up",
    "ver",
    "version",
];

/// A title, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// The key of its own words.
    key: String,
    /// What it says of the version.
    versions: BTreeSet<Version>,
    /// Whose remix it is, where it was played live: what tells a version from others of its kind.
    particulars: BTreeSet<String>,
}

/// In characters. No provider has longer titles; what stands behind is not read.
const LONGEST: usize = 1000;

/// As much of a title as is read.
pub fn beginning(title: &str) -> &str {
    let end = title.char_indices().nth(LONGEST).map_or(title.len(), |(at, _)| at);
    &title[..end]
}

impl Title {
    /// Reads the title of a track or a recording.
    pub fn read(title: &str) -> Self {
        let title = beginning(title);
        let mut own = String::new();
        let mut versions = BTreeSet::new();
        let mut particulars = BTreeSet::new();
        for part in parts(title) {
            match (part.addition, kind_of_addition(part.text)) {
                (false, _) | (true, Addition::OwnWords) => {
                    own.push(' ');
                    own.push_str(part.text);
                }
                (true, Addition::Version(version)) => {
                    versions.insert(version);
                    let key = name_key(part.text);
                    let words = key.split(' ').filter(|word| !OF_ANY_VERSION.contains(word));
                    particulars.extend(words.map(ToOwned::to_owned));
                }
                (true, Addition::Neutral) => {}
            }
        }
        let key = name_key(without_guests(&own));
        // `Song Remix`, without brackets. The first word alone is a title.
        for (ending, version) in [
            (" remix", Version::Remix),
            (" karaoke version", Version::Karaoke),
            (" instrumental version", Version::Instrumental),
            (" sped up", Version::SpedUp),
            (" sped up version", Version::SpedUp),
            (" nightcore", Version::SpedUp),
            (" slowed", Version::Slowed),
            (" slowed and reverb", Version::Slowed),
            (" slowed reverb", Version::Slowed),
            (" acoustic version", Version::Acoustic),
            (" live version", Version::Live),
        ] {
            if key.ends_with(ending) {
                versions.insert(version);
            }
        }
        let key = if key.is_empty() { name_key(title) } else { key };
        Self {
            key,
            versions,
            particulars,
        }
    }

    /// Reads a recording's title with the comment that tells it from others of the same title.
    pub fn with_comment(title: &str, comment: &str) -> Self {
        let mut read = Self::read(title);
        for part in beginning(comment).split([',', ';', '(', ')']) {
            if let Addition::Version(version) = kind_of_addition(part) {
                read.versions.insert(version);
            }
        }
        read
    }

    /// What the title says of the version; nothing: the original.
    pub fn versions(&self) -> &BTreeSet<Version> {
        &self.versions
    }

    /// Whether the two can be the same version. A live recording is often not called so by one of the two, nor is the
    /// language that a song is sung in, so these alone are no contradiction.
    pub fn same_version(&self, other: &Self) -> bool {
        let mut differences = self.versions.symmetric_difference(&other.versions);
        differences.all(|version| matches!(version, Version::Live | Version::OtherLanguage))
    }

    /// Whether the two are the same words and the very same version: `X Remix` and `Y Remix` are two.
    pub fn same_song(&self, other: &Self) -> bool {
        !self.key.is_empty() && self == other
    }

    /// How close the words are, 0.85..=1; `None` when they are not.
    pub fn closeness(&self, other: &Self) -> Option<f64> {
        if self.key == other.key {
            return Some(1.0);
        }
        // `Part 1` and `Part 2` differ by one letter and in all that matters.
        if numbers(&self.key) != numbers(&other.key) {
            return None;
        }
        let alike = similarity(&self.key, &other.key);
        let begins = |long: &str, short: &str| {
            long.strip_prefix(short).is_some_and(|rest| rest.starts_with(' ')) && short.len() * 2 >= long.len()
        };
        if begins(&self.key, &other.key) || begins(&other.key, &self.key) {
            return Some(alike.max(0.85));
        }
        (alike >= 0.85).then_some(alike)
    }
}

/// The key of an album's title, without guests and the words for an edition.
pub fn album_key(title: &str) -> String {
    let title = beginning(title);
    let own: Vec<&str> = parts(title)
        .into_iter()
        .filter(|part| !part.addition || !(is_edition(part.text) || names_a_guest(part.text)))
        .map(|part| part.text)
        .collect();
    let key = name_key(&own.join(" "));
    if key.is_empty() { name_key(title) } else { key }
}

/// What to look for in a search that takes plain words: the title with its version, without guests, credits and
/// editions.
pub fn search_words(title: &str) -> String {
    let title = beginning(title);
    let parts = parts(title);
    let told = parts
        .iter()
        .filter(|part| !part.addition || !matches!(kind_of_addition(part.text), Addition::Neutral));
    let words: Vec<&str> = told
        .flat_map(|part| without_guests(part.text).split_whitespace())
        .collect();
    if words.is_empty() {
        title.trim().to_owned()
    } else {
        words.join(" ")
    }
}

/// A piece of a title.
struct Part<'t> {
    text: &'t str,
    /// In brackets, or after a dash.
    addition: bool,
}

/// Splits at brackets and at spaced dashes. Brackets that don't close run to the end.
fn parts(title: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut begin = 0;
    let mut depth = 0_usize;
    let mut after_dash = false;
    for (at, c) in title.char_indices() {
        match c {
            '(' | '[' | '{' | '（' | '【' => {
                if depth == 0 {
                    split_dashes(&title[begin..at], &mut after_dash, &mut parts);
                    begin = at + c.len_utf8();
                }
                depth += 1;
            }
            ')' | ']' | '}' | '）' | '】' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    parts.push(Part {
                        text: &title[begin..at],
                        addition: true,
                    });
                    begin = at + c.len_utf8();
                }
            }
            _ => {}
        }
    }
    if depth > 0 {
        parts.push(Part {
            text: &title[begin..],
            addition: true,
        });
    } else {
        split_dashes(&title[begin..], &mut after_dash, &mut parts);
    }
    parts
}

fn split_dashes<'t>(text: &'t str, after_dash: &mut bool, parts: &mut Vec<Part<'t>>) {
    for (number, text) in text.split(" - ").flat_map(|text| text.split(" – ")).enumerate() {
        *after_dash |= number > 0;
        if !text.trim().is_empty() {
            parts.push(Part {
                text,
                addition: *after_dash,
            });
        }
    }
}

/// What stands in a pair of brackets or after a dash.
enum Addition {
    /// Belongs to the title: `(I Can't Get No) Satisfaction`.
    OwnWords,
    /// Guests, credits, editions: the same recording.
    Neutral,
    /// Another recording.
    Version(Version),
}

fn kind_of_addition(text: &str) -> Addition {
    let key = name_key(text);
    match version(&key, text) {
        Some(version) => Addition::Version(version),
        None if names_a_guest(text) || is_edition(text) || is_neutral(&key) => Addition::Neutral,
        None => Addition::OwnWords,
    }
}

/// The version that an addition speaks of; `key` is its key.
fn version(key: &str, text: &str) -> Option<Version> {
    let words: Vec<&str> = key.split(' ').collect();
    let any = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let padded = format!(" {key} ");
    let phrase = |list: &[&str]| list.iter().any(|phrase| padded.contains(&format!(" {phrase} ")));
    // `Demo`, `Piano Version`: the word alone, or what kind of version it is.
    let kind = |list: &[&str]| any(list) && (words.len() == 1 || matches!(words.last(), Some(&("version" | "ver"))));
    let found = if any(&["karaoke"])
        || phrase(&[
            "in the style of",
            "backing track",
            "made famous by",
            "originally performed by",
            "tribute to",
        ]) {
        Version::Karaoke
    } else if any(&[
        "remix", "remixed", "rmx", "rework", "reworked", "bootleg", "mashup", "megamix", "refix",
    ]) || kind(&["vip", "dub"])
        || is_a_mix(&words)
    {
        Version::Remix
    } else if any(&["instrumental"]) || key == "inst" {
        Version::Instrumental
    } else if any(&["nightcore"]) || phrase(&["sped up", "speed up", "speeded up"]) {
        Version::SpedUp
    } else if any(&["slowed"]) || phrase(&["slow version", "chopped and screwed"]) {
        Version::Slowed
    } else if any(&["acapella", "acappella"]) || phrase(&["a cappella", "a capella"]) {
        Version::Acapella
    } else if words.first() == Some(&"live")
        || words.last() == Some(&"live")
        || any(&["unplugged", "session", "sessions"])
        || phrase(&[
            "live version",
            "recorded at",
            "in concert",
            "en concert",
            "en vivo",
            "en directo",
            "ao vivo",
            "dal vivo",
        ])
    {
        Version::Live
    } else if any(&["acoustic"]) || kind(&["piano", "orchestral", "symphonic", "stripped"]) {
        Version::Acoustic
    } else if any(&["demo"]) {
        Version::Demo
    } else if any(&["rerecorded"])
        || phrase(&["re recorded", "re recording"])
        || (key.ends_with("s version") && text.contains(['\'', '’']))
    {
        Version::Rerecorded
    } else if is_in_another_language(&words, &padded) {
        Version::OtherLanguage
    } else {
        return None;
    };
    Some(found)
}

/// `Spanish Version`, `Versión en español`, and how Genius calls translations and romanizations.
fn is_in_another_language(words: &[&str], padded: &str) -> bool {
    let translations = [
        "translation",
        "traduccion",
        "traducao",
        "traduction",
        "traduzione",
        "ubersetzung",
        "ceviri",
        "cevirisi",
        "tlumaczenie",
        "vertaling",
        "перевод",
        "romanized",
        "romanization",
        "romanizacion",
        "romanizacao",
    ];
    let languages = [
        "english",
        "spanish",
        "french",
        "german",
        "italian",
        "portuguese",
        "dutch",
        "swedish",
        "japanese",
        "korean",
        "chinese",
        "mandarin",
        "cantonese",
        "hindi",
        "arabic",
        "russian",
        "espanol",
        "espanola",
        "spanglish",
    ];
    let spoken = |word: &&str| languages.contains(word);
    words.iter().any(|word| translations.contains(word))
        || (words.iter().any(spoken)
            && (words.len() == 1 || words.iter().any(|word| matches!(*word, "version" | "ver" | "versione"))))
        || padded.contains(" en espanol ")
}

/// `Club Mix`, `Todd Terry Mix`; not `Original Mix`, which is the original.
fn is_a_mix(words: &[&str]) -> bool {
    let original = [
        "original", "album", "single", "radio", "stereo", "mono", "main", "explicit", "clean",
    ];
    words.last() == Some(&"mix") && !words.iter().any(|word| original.contains(word))
}

fn names_a_guest(text: &str) -> bool {
    let key = name_key(text);
    let mut words = key.split(' ');
    match words.next() {
        Some("feat" | "ft" | "featuring" | "with" | "prod" | "produced") => true,
        // `co-prod. X`, `exec. produced by X`
        Some("co" | "exec" | "executive") => matches!(words.next(), Some("prod" | "produced")),
        Some("w") => text
            .trim_start()
            .get(..2)
            .is_some_and(|mark| mark.eq_ignore_ascii_case("w/")),
        _ => false,
    }
}

fn is_neutral(key: &str) -> bool {
    let words: Vec<&str> = key.split(' ').collect();
    let last = words.last().copied();
    matches!(last, Some("version" | "edit" | "mix" | "single" | "ep"))
        || matches!(words.first(), Some(&"from"))
        || matches!(
            words.as_slice(),
            ["mono" | "stereo" | "explicit" | "clean" | "album" | "original"]
        )
}

fn is_edition(text: &str) -> bool {
    let edition = [
        "deluxe",
        "edition",
        "remaster",
        "remastered",
        "remasters",
        "expanded",
        "bonus",
        "reissue",
        "anniversary",
        "soundtrack",
        "explicit",
        "clean",
    ];
    let key = name_key(text);
    key.split(' ').any(|word| edition.contains(&word)) || matches!(key.as_str(), "ep" | "single")
}

/// Cuts `feat. X` and `prod. X` off where they stand without brackets.
fn without_guests(text: &str) -> &str {
    let lower = text.to_lowercase();
    // Lower case may change lengths; then there is nothing to find by position.
    if lower.len() != text.len() {
        return text;
    }
    let cuts = [
        " feat. ",
        " feat ",
        " ft. ",
        " ft ",
        " featuring ",
        " prod. ",
        " prod by ",
        " prod: ",
        " produced by ",
    ];
    let cut = cuts
        .iter()
        .filter_map(|mark| lower.find(mark))
        .filter(|at| !text[..*at].trim().is_empty())
        .min();
    cut.map_or(text, |at| &text[..at])
}

/// The numbers in a key, in order, Roman ones too: `Part I` and `Part II` are two songs.
fn numbers(key: &str) -> Vec<String> {
    let roman = ["ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"];
    let mut numbers = Vec::new();
    let mut before = "";
    for word in key.split(' ') {
        let counts = matches!(before, "part" | "pt" | "vol" | "volume" | "act" | "chapter" | "no");
        let value = roman.iter().position(|numeral| *numeral == word).map(|at| at + 2);
        match (word, value) {
            ("i", _) if counts => numbers.push("1".to_owned()),
            // A single letter is mostly a letter.
            (_, Some(value)) if counts || word.len() > 1 => numbers.push(value.to_string()),
            _ => {
                let digits = word
                    .split(|c: char| !c.is_numeric())
                    .filter(|digits| !digits.is_empty());
                numbers.extend(digits.map(ToOwned::to_owned));
            }
        }
        before = word;
    }
    numbers
}

/// 1 − edit distance / length; titles are cut at 200 letters.
fn similarity(one: &str, other: &str) -> f64 {
    let one: Vec<char> = one.chars().take(200).collect();
    let other: Vec<char> = other.chars().take(200).collect();
    let longest = one.len().max(other.len());
    if longest == 0 {
        return 1.0;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    #[allow(clippy::cast_precision_loss)] // At most 200.
    let distance = row[other.len()] as f64 / longest as f64;
    1.0 - distance
}

#[cfg(test)]
mod tests;
