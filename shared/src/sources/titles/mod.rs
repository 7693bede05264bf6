//! Credits in titles: `(prod. X)`, `[Prod. by X & Y]`, `(produced by X, Y and Z)`, `Song prod: X`.
//!
//! A word that only looks like it is none: `(Live at Prod. Studio)`, `production`. Guests (`feat.`) are performers.

use std::collections::BTreeSet;

use crate::domain::names::name_key;
use crate::domain::roles::Role;
use crate::domain::special_artists::is_special_name;
use crate::domain::titles::beginning;

/// Longer ones are sentences.
const LONGEST_NAME: usize = 100;
/// More names than any title holds.
const MOST_NAMES: usize = 32;

/// Names that are kept whole although they hold a comma or an `&`: every spelling that any source states for the same
/// album, and stored producers.
#[derive(Debug, Clone, Default)]
pub struct KnownNames(BTreeSet<String>);

impl KnownNames {
    /// Adds a spelling.
    pub fn add(&mut self, name: &str) {
        self.0.insert(name_key(name));
    }

    fn contains(&self, name: &str) -> bool {
        self.0.contains(&name_key(name))
    }
}

/// A name in a title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TitleCredit {
    /// As the title spells it.
    pub name: String,
    /// What it says that they did.
    pub role: Role,
    /// It stands among others, so that only known names tell where each begins and ends.
    pub listed: bool,
}

/// Reads the credits in `title`, each person once in each role.
pub fn credits(title: &str, known: &KnownNames) -> Vec<TitleCredit> {
    let mut credits: Vec<TitleCredit> = Vec::new();
    let mut anything_before = false;
    for piece in pieces(beginning(title)) {
        let mut rest = piece.text;
        while let Some(mark) = find_mark(rest, piece.bracketed, anything_before) {
            anything_before = true;
            let names = &rest[mark.end..];
            let (names, after) = names.split_at(end_of_names(names, piece.bracketed));
            let listed = spans(names).len() > 1;
            for name in split_names(names, known) {
                let same = |credit: &TitleCredit| credit.role == mark.role && name_key(&credit.name) == name_key(&name);
                if !credits.iter().any(same) {
                    let role = mark.role;
                    credits.push(TitleCredit { name, role, listed });
                }
            }
            rest = after;
        }
        anything_before |= !piece.text.trim().is_empty();
    }
    credits
}

/// A part of a title: what stands in a pair of brackets, or between two pairs.
struct Piece<'t> {
    text: &'t str,
    bracketed: bool,
}

fn pieces(title: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut begin = 0;
    let mut bracketed = false;
    for (at, c) in title.char_indices() {
        let opens = matches!(c, '(' | '[' | '{' | '（' | '【' | '［');
        if opens || matches!(c, ')' | ']' | '}' | '）' | '】' | '］') {
            pieces.push(Piece {
                text: &title[begin..at],
                bracketed,
            });
            begin = at + c.len_utf8();
            bracketed = opens;
        }
    }
    pieces.push(Piece {
        text: &title[begin..],
        bracketed,
    });
    pieces
}

/// Where names begin.
struct Mark {
    end: usize,
    role: Role,
}

/// The first `prod.` and its like that stands where a credit stands.
fn find_mark(text: &str, bracketed: bool, anything_before: bool) -> Option<Mark> {
    // ASCII case only, so that positions stay the same.
    let lower = text.to_ascii_lowercase();
    let mut from = 0;
    while let Some(at) = lower[from..].find("prod").map(|at| from + at) {
        from = at + "prod".len();
        let (begin, role) = role_before(&lower, at);
        let before = &lower[..begin];
        if before
            .chars()
            .next_back()
            .is_some_and(|c| c.is_alphanumeric() || c == '\'')
        {
            continue;
        }
        if let Some(word) = read_word(&lower[from..])
            && stands_right(before.trim_end(), &word, bracketed, anything_before)
        {
            return Some(Mark {
                end: from + word.length,
                role,
            });
        }
    }
    None
}

/// `co-prod.`, `exec. prod.`: where it begins, and what it means.
fn role_before(lower: &str, at: usize) -> (usize, Role) {
    let before = &lower[..at];
    let prefixes = [
        ("executive ", Role::ExecutiveProducer),
        ("executive-", Role::ExecutiveProducer),
        ("exec. ", Role::ExecutiveProducer),
        ("exec ", Role::ExecutiveProducer),
        ("exec.", Role::ExecutiveProducer),
        ("co-", Role::CoProducer),
        ("co ", Role::CoProducer),
    ];
    for (prefix, role) in prefixes {
        if let Some(begin) = before.strip_suffix(prefix)
            && !begin.chars().next_back().is_some_and(char::is_alphanumeric)
        {
            return (begin.len(), role);
        }
    }
    (at, Role::Producer)
}

/// What follows `prod`.
struct Word {
    /// Up to where the names begin.
    length: usize,
    /// With `by` or a colon there is no doubt.
    explicit: bool,
    /// `prod.`
    dotted: bool,
}

/// `.`, `:`, ` by`, `uced by` and their combinations; `None` for `production`, `producer`, `prodigy`.
fn read_word(after: &str) -> Option<Word> {
    let produced = after.strip_prefix("uced");
    let mut rest = produced.unwrap_or(after);
    let dotted = rest.starts_with('.');
    rest = rest.strip_prefix('.').unwrap_or(rest);
    let spaced = rest.trim_start();
    let mut explicit = false;
    let mut separated = dotted || spaced.len() < rest.len();
    rest = spaced;
    if let Some(by) = rest.strip_prefix("by")
        && separated
        && by.starts_with(|c: char| c.is_whitespace() || c == ':' || c == '.')
    {
        explicit = true;
        rest = by.trim_start_matches('.').trim_start();
    }
    if let Some(colon) = rest.strip_prefix([':', '：']) {
        explicit = true;
        separated = true;
        rest = colon.trim_start();
    }
    if !separated || rest.is_empty() || (produced.is_some() && !explicit) {
        return None;
    }
    Some(Word {
        length: after.len() - rest.len(),
        explicit,
        dotted,
    })
}

/// Whether a credit can stand after `before`. A whole title is never a credit.
fn stands_right(before: &str, word: &Word, bracketed: bool, anything_before: bool) -> bool {
    if before.is_empty() {
        return bracketed || anything_before;
    }
    if before.ends_with([',', ';', '|', '/', '-', '–', '—', '•', '·', '&', '+', '~']) {
        return true;
    }
    let mut words = before.split_whitespace();
    let guest = matches!(
        words.clone().next(),
        Some("feat." | "feat" | "ft." | "ft" | "featuring" | "with" | "w/")
    );
    // `Live at Prod. Studio`: a place, not a credit.
    let preposition = matches!(
        words.next_back(),
        Some("at" | "in" | "from" | "of" | "the" | "for" | "a" | "an" | "on" | "to" | "by" | "and" | "self" | "live")
    );
    if preposition {
        return false;
    }
    word.explicit || (word.dotted && (guest || !bracketed))
}

/// Where the list of names ends: at guests, at other credits, at the next part of the title.
fn end_of_names(names: &str, bracketed: bool) -> usize {
    let lower = names.to_ascii_lowercase();
    let ends = [
        " feat.",
        " feat ",
        " ft.",
        " ft ",
        " featuring ",
        ",feat",
        " mixed by",
        " mastered by",
        " written by",
        " co-prod",
        " exec",
        " prod.",
        " prod ",
        " prod:",
        " produced by",
        " | ",
        " // ",
        " • ",
        " - ",
        " – ",
        " — ",
    ];
    let end = ends
        .iter()
        .filter_map(|end| lower.find(end))
        .min()
        .unwrap_or(names.len());
    // Outside brackets a slash or a quote begins something else.
    let other = if bracketed { None } else { names.find(['"', '“', '|']) };
    end.min(other.unwrap_or(end))
}

/// Splits a list at commas, `&`, `and`, `x`, `+`; the longest known name is kept whole.
fn split_names(names: &str, known: &KnownNames) -> Vec<String> {
    let spans = spans(names);
    let mut found = Vec::new();
    let mut at = 0;
    while at < spans.len() && found.len() < MOST_NAMES {
        let whole = (at + 1..spans.len().min(at + MOST_NAMES)).rev().find(|last| {
            let joined = trimmed(&names[spans[at].0..spans[*last].1]);
            known.contains(joined)
        });
        let last = whole.unwrap_or(at);
        let name = trimmed(&names[spans[at].0..spans[last].1]);
        if is_a_name(name) {
            found.push(name.to_owned());
        }
        at = last + 1;
    }
    found
}

/// The pieces between separators, as byte ranges.
fn spans(names: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut begin = 0;
    let mut at = 0;
    while let Some(c) = names[at..].chars().next() {
        let length = separator(names, at);
        if length > 0 {
            spans.push((begin, at));
            begin = at + length;
            at = begin;
        } else {
            at += c.len_utf8();
        }
    }
    spans.push((begin, names.len()));
    spans
}

/// The length of the separator that begins at `at`; 0: none does.
fn separator(names: &str, at: usize) -> usize {
    let rest = &names[at..];
    if let Some(c) = rest
        .chars()
        .next()
        .filter(|c| matches!(c, ',' | ';' | '，' | '、' | '×'))
    {
        return c.len_utf8();
    }
    let spaced = [" & ", " + ", " / ", " ＆ "];
    if let Some(separator) = spaced.iter().find(|separator| rest.starts_with(**separator)) {
        return separator.len();
    }
    // `& Y` after a comma, `X& Y`.
    if rest.starts_with("& ") {
        return 2;
    }
    // ASCII, so the length is the same; only as a word of its own. The space after it may begin the next separator.
    for word in [" and", " x"] {
        let head = rest.get(..word.len()).filter(|head| head.eq_ignore_ascii_case(word));
        if head.is_some() && rest[word.len()..].starts_with(char::is_whitespace) {
            return word.len();
        }
    }
    0
}

fn trimmed(name: &str) -> &str {
    let mut name = name;
    loop {
        let shorter = without_trimmings(name);
        if shorter == name {
            return name;
        }
        name = shorter;
    }
}

fn without_trimmings(name: &str) -> &str {
    let name = name.trim_matches(|c: char| c.is_whitespace() || ",:;-–—\"“”„«»@".contains(c));
    let name = name
        .strip_prefix("by ")
        .or_else(|| name.strip_prefix("By "))
        .unwrap_or(name);
    // A full stop that ends the credit, not an abbreviation.
    let last = name.rsplit(' ').next().unwrap_or(name);
    match name.strip_suffix('.') {
        Some(without) if last.chars().count() > 4 && !last.trim_end_matches('.').contains('.') => without,
        _ => name,
    }
}

fn is_a_name(name: &str) -> bool {
    let key = name_key(name);
    let nobody = [
        "me",
        "myself",
        "himself",
        "herself",
        "themselves",
        "studio",
        "studios",
        "tba",
    ];
    let of_the_music = ["version", "mix", "remix", "edit", "cut"];
    let last = key.rsplit(' ').next().unwrap_or_default();
    name.chars().any(char::is_alphanumeric)
        && name.chars().count() <= LONGEST_NAME
        && !nobody.contains(&key.as_str())
        && !of_the_music.contains(&last)
        && !is_special_name(name)
}

#[cfg(test)]
mod tests;
