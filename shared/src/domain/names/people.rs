//! What sites make of an artist's name: two scripts, a country, several artists in one credit.

use std::collections::BTreeSet;

use super::scripts::ARTICLES;
use super::{name_key, spelling_key};

/// A name as a site shows it, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown<'n> {
    /// The name itself.
    pub name: &'n str,
    /// The same name in another script: `IU (아이유)`.
    pub other_script: Option<&'n str>,
    /// What only tells it from namesakes: `Psychonaut (BE)`.
    pub told_apart: bool,
}

/// Takes off what stands in brackets behind a name, where it is the name in another script or tells it from namesakes.
pub fn shown(name: &str) -> Shown<'_> {
    let whole = Shown {
        name: name.trim(),
        other_script: None,
        told_apart: false,
    };
    let inner = whole.name.strip_suffix([')', '）', ']', '］']);
    let Some((front, inner)) = inner.and_then(|text| text.rsplit_once(['(', '（', '[', '［'])) else {
        return whole;
    };
    let (front, inner) = (front.trim(), inner.trim());
    if !front.chars().any(char::is_alphanumeric) || !inner.chars().any(char::is_alphanumeric) {
        whole
    } else if is_latin_script(front) != is_latin_script(inner) {
        Shown {
            name: front,
            other_script: Some(inner),
            told_apart: false,
        }
    } else if tells_apart(inner) {
        Shown {
            name: front,
            other_script: None,
            told_apart: true,
        }
    } else {
        whole
    }
}

fn is_latin_script(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphabetic());
    letters.all(|c| c.is_ascii() || super::is_latin(c.to_lowercase().next().unwrap_or(c)))
}

/// A country's code, or what somebody is: `(BE)`, `(UK)`, `(Rapper)`, `(Belgian band)`.
fn tells_apart(text: &str) -> bool {
    const TRADES: [&str; 24] = [
        "artist",
        "artista",
        "band",
        "beatmaker",
        "cantante",
        "composer",
        "dj",
        "duo",
        "group",
        "groupe",
        "grupo",
        "gruppe",
        "mc",
        "musician",
        "producer",
        "productor",
        "rapero",
        "rapper",
        "rappeur",
        "singer",
        "songwriter",
        "trio",
        "vocalist",
        "writer",
    ];
    let code = (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase());
    let key = name_key(text);
    code || key.rsplit(' ').next().is_some_and(|last| TRADES.contains(&last))
}

/// Whether two sites mean one artist: equal in any of their spellings, a leading article aside.
pub fn same_artist(one: &str, other: &str) -> bool {
    !artist_keys(one).is_disjoint(&artist_keys(other))
}

fn artist_keys(name: &str) -> BTreeSet<String> {
    let shown = shown(name);
    let spellings = [Some(name), Some(shown.name), shown.other_script];
    let keys = spellings.into_iter().flatten().map(|spelling| {
        let key = spelling_key(spelling);
        match key.split_once(' ') {
            Some((article, rest)) if ARTICLES.contains(&article) && rest != article => rest.to_owned(),
            _ => key,
        }
    });
    keys.filter(|key| !key.is_empty()).collect()
}

/// Equal for credits of the same artists in the same order, whatever stands between them: `A, B & C` is `A and B and C`.
pub fn credit_key(credit: &str) -> String {
    const JOINED_BY: [&str; 18] = [
        "and",
        "feat",
        "featuring",
        "ft",
        "with",
        "x",
        "vs",
        "versus",
        "y",
        "e",
        "et",
        "und",
        "og",
        "och",
        "med",
        "con",
        "avec",
        "mit",
    ];
    let key = spelling_key(credit);
    let words: Vec<&str> = key.split(' ').filter(|word| !JOINED_BY.contains(word)).collect();
    if words.is_empty() { key } else { words.join(" ") }
}
