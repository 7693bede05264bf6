//! What sites make of an artist's name: two scripts, a country, several artists in one credit.

use super::scripts::ARTICLES;
use super::{name_key, spelling_key};
use crate::domain::word_list::Words;

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

/// Takes off what stands in brackets or after a sign behind a name, where it is the name in another script (`IU / 아이유`),
/// and in brackets what tells it from namesakes.
pub fn shown(name: &str) -> Shown<'_> {
    let whole = Shown {
        name: name.trim(),
        other_script: None,
        told_apart: false,
    };
    let inner = whole.name.strip_suffix([')', '）', ']', '］']);
    let Some((front, inner)) = inner.and_then(|text| text.rsplit_once(['(', '（', '[', '［'])) else {
        return in_two_scripts(whole.name).unwrap_or(whole);
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

/// `IU / 아이유`, `아이유 - IU`, `IU|아이유`.
fn in_two_scripts(name: &str) -> Option<Shown<'_>> {
    const SIGNS: [char; 10] = ['/', '／', '|', '｜', '-', '–', '—', '·', '•', '~'];
    let has_letters = |text: &str| text.chars().any(char::is_alphabetic);
    let (at, sign) = name.char_indices().find(|(_, c)| SIGNS.contains(c))?;
    let (front, behind) = (&name[..at], &name[at + sign.len_utf8()..]);
    // A hyphen may be inside a name, and a name in each script is two names where there are more of them.
    let apart = matches!(sign, '/' | '／' | '|' | '｜') || front.ends_with(' ') && behind.starts_with(' ');
    let (front, behind) = (front.trim(), behind.trim());
    let two = apart && has_letters(front) && has_letters(behind) && !behind.contains(sign);
    (two && is_latin_script(front) != is_latin_script(behind)).then_some(Shown {
        name: front,
        other_script: Some(behind),
        told_apart: false,
    })
}

fn is_latin_script(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphabetic());
    letters.all(|c| c.is_ascii() || super::is_latin(c.to_lowercase().next().unwrap_or(c)))
}

/// A country's code, or what somebody is: `(BE)`, `(UK)`, `(Rapper)`, `(Belgian band)`.
fn tells_apart(text: &str) -> bool {
    const TRADES: Words = Words::of(
        "\
        artist artista band beatmaker cantante composer dj duo group groupe grupo gruppe mc musician producer \
        productor rapero rapper rappeur singer songwriter trio vocalist writer",
    );
    let code = (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase());
    let key = name_key(text);
    code || key.rsplit(' ').next().is_some_and(|last| TRADES.has(last))
}

/// Whether two sites mean one artist: equal in any of their spellings, a leading article aside.
pub fn same_artist(one: &str, other: &str) -> bool {
    let others = artist_keys(other);
    artist_keys(one).iter().any(|key| others.contains(key))
}

fn artist_keys(name: &str) -> Vec<String> {
    let shown = shown(name);
    let spellings = [Some(name), Some(shown.name), shown.other_script];
    let keys = spellings.into_iter().flatten().map(|spelling| {
        let key = spelling_key(spelling);
        match key.split_once(' ') {
            Some((article, rest)) if ARTICLES.has(article) && rest != article => rest.to_owned(),
            _ => key,
        }
    });
    keys.filter(|key| !key.is_empty()).collect()
}

/// Equal for credits of the same artists in the same order, whatever stands between them: `A, B & C` is `A and B and C`.
pub fn credit_key(credit: &str) -> String {
    const JOINED_BY: Words = Words::of("and feat featuring ft with x vs versus y e et und og och med con avec mit");
    let key = spelling_key(credit);
    let words: Vec<&str> = key.split(' ').filter(|word| !JOINED_BY.has(word)).collect();
    if words.is_empty() { key } else { words.join(" ") }
}
