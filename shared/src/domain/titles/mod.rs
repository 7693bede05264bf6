//! What a title says of the music: its own words, and whether this is another version of it.
//!
//! Spotify writes `Song - Live at Wembley`, MusicBrainz `Song` with the comment `live, 1986-07-12: Wembley`, a label
//! `Song (feat. X) [2011 Remaster]`: they are compared by what is left when the additions are taken off.
//!
//! `parts` finds the additions, `additions` tells what each is, by the words in `versions` and `guests`; `words` compares
//! what is left.

mod additions;
mod guests;
mod parts;
mod version;
mod versions;
mod words;

use std::borrow::Cow;

use crate::domain::names::{name_key, narrow, spelling_key};

use additions::{Addition, Told};
use guests::{names_a_guest, without_guests};

pub use additions::of_album as versions_of_album;
pub use parts::{Bracket, Brackets};
pub use version::{Version, Versions};
pub use versions::is_year;

/// A title, read.
#[derive(Debug, Clone)]
pub struct Title {
    /// The key of its own words.
    key: String,
    /// The same with the letters marked that the title hides: `f\u{E000}k you`.
    hidden: Option<String>,
    /// What it says of the version.
    told: Told,
}

/// In characters. No provider has longer titles; what stands behind is not read.
const LONGEST: usize = 1000;

/// As much of a title as is read, in letters of plain width.
pub fn beginning(title: &str) -> Cow<'_, str> {
    let end = title.char_indices().nth(LONGEST).map_or(title.len(), |(at, _)| at);
    let title = &title[..end];
    if title.chars().any(|c| narrow(c) != c) {
        title.chars().map(narrow).collect()
    } else {
        title.into()
    }
}

/// How the version that one title tells stands to another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// Both say the same.
    Same,
    /// One of them says what is often left out, or says it with fewer words.
    Unsaid,
    /// Both are of one kind, and each says of which: `Petra Quill Remix` and `Slow Tide Remix`.
    OtherOfItsKind,
    /// Another recording.
    Other,
}

impl Title {
    /// Reads the title of a track or a recording.
    pub fn read(title: &str) -> Self {
        Self::of(title, &[])
    }

    /// Reads the title of a track by these artists: where it names one of them, it is as a guest.
    pub fn of(title: &str, artists: &[String]) -> Self {
        let title = &beginning(title);
        let mut own = String::new();
        let mut told = Told::default();
        for part in parts::parts(title) {
            let addition = part
                .addition
                .then(|| additions::read(part.text, part.after_dash, artists));
            match addition {
                None | Some(Addition::OwnWords) => {
                    own.push(' ');
                    own.push_str(part.text);
                }
                Some(Addition::Version(more)) => told.add(more),
                Some(Addition::Neutral) => {}
            }
        }
        let own = without_guests(&own);
        let key = spelling_key(own);
        for (version, endings) in versions::AT_THE_END {
            // `The Remix` is a title.
            let ends = |ending| {
                let before = key.strip_suffix(ending).and_then(|before| before.strip_suffix(' '));
                before.is_some_and(|before| before != "the")
            };
            if endings.iter().any(ends) {
                told.versions.insert(version);
            }
        }
        let hidden = words::with_hidden_letters(own).map(|own| spelling_key(&own));
        Self {
            key: if key.is_empty() { spelling_key(title) } else { key },
            hidden,
            told,
        }
    }

    /// Reads a recording's title with the comment that tells it from others of the same title.
    pub fn with_comment(title: &str, comment: &str) -> Self {
        let mut read = Self::read(title);
        let comment = &beginning(comment);
        // Its quotation marks may hold commas.
        if !name_key(comment).contains("dj mix") {
            for part in comment.split([',', ';', '(', ')']) {
                if let Addition::Version(told) = additions::read(part, false, &[]) {
                    read.told.add(told);
                }
            }
        }
        read
    }

    /// What the title says of the version; nothing: the original.
    pub fn versions(&self) -> Versions {
        self.told.versions
    }

    /// How the versions agree. What its album's title says of all that is on it, a title need not repeat.
    pub fn agreement(&self, of_album: Versions, other: &Self, of_its_album: Versions) -> Agreement {
        let (one, two) = (&self.told, &other.told);
        let lacks = |told: &Told, of_album: Versions, more: &Told| {
            let missing = more.versions.without(told.versions).without(of_album);
            missing.iter().any(|version| !version.is_often_left_out())
        };
        if lacks(one, of_album, two) || lacks(two, of_its_album, one) {
            return Agreement::Other;
        }
        if one == two {
            return Agreement::Same;
        }
        let told = !one.particulars.is_empty() && !two.particulars.is_empty();
        if told && one.versions == two.versions && one.particulars.is_disjoint(&two.particulars) {
            Agreement::OtherOfItsKind
        } else {
            Agreement::Unsaid
        }
    }

    /// Whether the two can be the same version. A live recording is often not called so by one of the two, nor is the
    /// language that a song is sung in, so these alone are no contradiction.
    pub fn same_version(&self, other: &Self) -> bool {
        self.agreement(Versions::default(), other, Versions::default()) != Agreement::Other
    }

    /// Whether the two are the same words and the very same version: `X Remix` and `Y Remix` are two.
    pub fn same_song(&self, other: &Self) -> bool {
        !self.key.is_empty() && self.told == other.told && self.same_words(other)
    }

    fn same_words(&self, other: &Self) -> bool {
        self.key == other.key || words::same(self.shown(), other.shown())
    }

    fn shown(&self) -> &str {
        self.hidden.as_deref().unwrap_or(&self.key)
    }

    /// How close the words are, 0.85..=1; `None` when they are not.
    pub fn closeness(&self, other: &Self) -> Option<f64> {
        if self.same_words(other) {
            return Some(1.0);
        }
        words::closeness(&self.key, &other.key)
    }
}

impl Told {
    fn add(&mut self, more: Self) {
        self.versions = self.versions.with(more.versions);
        self.particulars.extend(more.particulars);
    }
}

/// The key of an album's title, without guests and the words for an edition.
pub fn album_key(title: &str) -> String {
    spelling_key(&without_edition(title))
}

/// An album's title as a catalogue has it that keeps guests and editions elsewhere: `Arrival` for
/// `Arrival (Deluxe Edition)`. Whole where nothing would be left.
pub fn without_edition(title: &str) -> String {
    let title = &beginning(title);
    let title = match title.rsplit_once([':', '：']) {
        Some((own, ending)) if additions::ends_as_edition(ending) && !spelling_key(own).is_empty() => own,
        _ => additions::without_bare_edition(title),
    };
    let own: Vec<&str> = parts::parts(title)
        .into_iter()
        .filter(|part| !part.addition || !(additions::is_edition_of_album(part.text) || names_a_guest(part.text, &[])))
        .map(|part| part.text.trim())
        .collect();
    let own = own.join(" ");
    if spelling_key(&own).is_empty() {
        title.trim().to_owned()
    } else {
        own.trim().to_owned()
    }
}

/// What to look for in a search that takes plain words: the title with its version, without guests, credits and
/// editions.
pub fn search_words(title: &str) -> String {
    let title = &beginning(title);
    let parts = parts::parts(title);
    let told = parts
        .iter()
        .filter(|part| !part.addition || additions::read(part.text, part.after_dash, &[]) != Addition::Neutral);
    let words: Vec<&str> = told
        .flat_map(|part| without_guests(part.text).split_whitespace())
        .collect();
    if words.is_empty() {
        title.trim().to_owned()
    } else {
        words.join(" ")
    }
}

#[cfg(test)]
mod tests;
