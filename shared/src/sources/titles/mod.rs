//! Credits in titles: `(prod. X)`, `[Prod. by X & Y]`, `(produced by X, Y and Z)`, `Song prod: X`.
//!
//! A word that only looks like it is none: `(Live at Prod. Studio)`, `production`. Guests (`feat.`) are performers.
//!
//! `tokens` takes a piece of a title apart, `jobs` tells where somebody is said to have done something, and the names
//! behind it are read here.

mod jobs;
mod tokens;

use std::collections::BTreeSet;

use crate::domain::names::{dotted_key, name_key};
use crate::domain::roles::Role;
use crate::domain::special_artists::is_nobody_in_a_title;
use crate::domain::titles::{Bracket, Brackets, beginning, is_year};
use crate::domain::word_list::Words;

use jobs::Phrase;
use tokens::{Kind, Token, tokens};

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
    for piece in pieces(&beginning(title)) {
        let tokens = tokens(piece.text, piece.bracketed);
        let mut at = 0;
        while at < tokens.len() {
            let Some(phrase) = jobs::phrase(&tokens, at) else {
                at += 1;
                continue;
            };
            let end = end_of_names(&tokens, phrase.names, piece.bracketed);
            if let Some(role) = phrase.role
                && stands_right(&tokens[..at], &phrase, piece.bracketed, anything_before)
            {
                let (names, listed) = names(piece.text, &tokens[..end], &phrase, known);
                for name in names {
                    let same = |credit: &TitleCredit| credit.role == role && is_same(&credit.name, &name);
                    if !credits.iter().any(same) {
                        credits.push(TitleCredit { name, role, listed });
                    }
                }
                anything_before = true;
                at = end.max(at + 1);
            } else if phrase.role.is_none() && phrase.explicit {
                at = end.max(at + 1);
            } else {
                at += 1;
            }
        }
        anything_before |= !piece.text.trim().is_empty();
    }
    credits
}

/// Full stops count: William and will.i.am are two.
fn is_same(one: &str, other: &str) -> bool {
    dotted_key(one) == dotted_key(other)
}

/// A part of a title: what stands in a pair of brackets, or between two pairs.
struct Piece<'t> {
    text: &'t str,
    bracketed: bool,
}

fn pieces(title: &str) -> Vec<Piece<'_>> {
    let brackets = Brackets::of(title);
    let mut pieces = Vec::new();
    let mut begin = 0;
    let mut bracketed = false;
    for (at, c) in title.char_indices() {
        let bracket = brackets.at(at, c);
        if bracket != Bracket::None {
            pieces.push(Piece {
                text: &title[begin..at],
                bracketed,
            });
            begin = at + c.len_utf8();
            bracketed = bracket == Bracket::Opens;
        }
    }
    pieces.push(Piece {
        text: &title[begin..],
        bracketed,
    });
    pieces
}

/// Whether a credit can stand after `before`. A whole title is never a credit.
fn stands_right(before: &[Token<'_>], phrase: &Phrase, bracketed: bool, anything_before: bool) -> bool {
    let Some(last) = before.last() else {
        return bracketed || anything_before;
    };
    if !last.is_word() {
        return true;
    }
    let guest = jobs::is_guest(&before[0]) || matches!(before[0].key().as_str(), "with" | "w/");
    !jobs::is_preposition(last) && (phrase.explicit || bracketed && guest || !bracketed && phrase.dotted)
}

/// Where the list of names ends: at guests, at what others did, at the next part of the title.
fn end_of_names(tokens: &[Token<'_>], begin: usize, bracketed: bool) -> usize {
    let ends = |at: &usize| {
        let token = &tokens[*at];
        token.kind == Kind::End
            || jobs::is_guest(token)
            || !bracketed && token.text.starts_with(['"', '“'])
            || jobs::phrase(tokens, *at).is_some()
            || *at > begin && jobs::is_listed_job(tokens, *at)
    };
    (begin..tokens.len()).find(ends).unwrap_or(tokens.len())
}

/// The names behind a phrase, and whether there are several; the longest known name is kept whole.
fn names(text: &str, tokens: &[Token<'_>], phrase: &Phrase, known: &KnownNames) -> (Vec<String>, bool) {
    let mut spans = spans(tokens, phrase.names.min(tokens.len()));
    if let (Some(doubtful), Some((first, last))) = (phrase.doubtful, spans.first().copied())
        && first == phrase.names
        && known.contains(written(text, tokens, (doubtful, last)))
    {
        spans[0].0 = doubtful;
    }
    let mut found = Vec::new();
    let mut at = 0;
    while at < spans.len() && found.len() < MOST_NAMES {
        // `N/A` is one nobody, and not two people.
        let is_one = |name: &str| known.contains(name) || is_nobody_in_a_title(name);
        let whole = (at + 1..spans.len().min(at + MOST_NAMES))
            .rev()
            .find(|last| is_one(written(text, tokens, (spans[at].0, spans[*last].1))));
        let last = whole.unwrap_or(at);
        let span = (spans[at].0, spans[last].1);
        let name = written(text, tokens, span);
        let inner = &tokens[span.0..span.1];
        let tells_a_job = (1..inner.len().saturating_sub(1)).any(|at| jobs::tells_a_job(inner, at));
        // `X, Gitarre: Y`
        let is_a_label = tokens.get(span.1).is_some_and(|token| token.kind == Kind::Colon);
        if (tells_a_job || is_a_label) && !known.contains(name) {
            break;
        }
        let kept_whole = known.contains(name) && name.chars().any(char::is_alphanumeric);
        if kept_whole || is_a_name(name) && stays_whole(name) {
            found.push(name.to_owned());
        }
        at = last + 1;
    }
    (found, spans.len() > 1)
}

/// Whether a name is one by itself, too: without what was around it, it may turn out to be a word like `prod`.
fn stays_whole(name: &str) -> bool {
    let mut tokens = tokens(name, true);
    // The name alone does not tell whether the title is in capitals.
    for token in &mut tokens {
        token.shouted = false;
    }
    end_of_names(&tokens, 0, true) == tokens.len() && spans(&tokens, 0) == [(0, tokens.len())]
}

/// The tokens between separators, as ranges; none is empty.
fn spans(tokens: &[Token<'_>], begin: usize) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut from = begin;
    for at in begin..=tokens.len() {
        if at == tokens.len() || separates(tokens, begin, at) {
            if from < at {
                spans.push((from, at));
            }
            from = at + 1;
        }
    }
    spans
}

fn separates(tokens: &[Token<'_>], begin: usize, at: usize) -> bool {
    let token = &tokens[at];
    // `And Also the Trees`, `With Confidence` and `Und` are names: nothing stands before that could be joined to them.
    let begins_a_name = at == begin && token.text.starts_with(char::is_uppercase);
    token.kind != Kind::Word || jobs::is_connective(token) && !begins_a_name || is_x_between_names(tokens, begin, at)
}

/// `A x B`, but not the last word of `Lil Nas X & B`.
fn is_x_between_names(tokens: &[Token<'_>], begin: usize, at: usize) -> bool {
    let is_name = |at: usize| {
        tokens
            .get(at)
            .is_some_and(|token| token.is_word() && !jobs::is_connective(token))
    };
    let is_x = |at: usize| tokens[at].text.eq_ignore_ascii_case("x") || tokens[at].text == "х";
    is_x(at) && at > begin && is_name(at - 1) && is_name(at + 1) && !(is_x(at + 1) && is_name(at + 2))
}

fn written<'t>(text: &'t str, tokens: &[Token<'_>], (first, end): (usize, usize)) -> &'t str {
    trimmed(&text[tokens[first].start..tokens[end - 1].end])
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
    const OF_THE_MUSIC: Words = Words::of("version mix remix edit cut");
    /// `DJ Remix` is somebody, `Velvet Remix` is not.
    const BEFORE_A_NAME: Words = Words::of("dj mc lil little the mr ms dr young");
    let key = name_key(name);
    let last = key.rsplit(' ').next().unwrap_or_default();
    let of_the_music = OF_THE_MUSIC.has(last) && {
        let before = key.strip_suffix(last).unwrap_or_default().trim_end();
        !BEFORE_A_NAME.has(before)
    };
    name.chars().any(char::is_alphanumeric)
        && name.chars().count() <= LONGEST_NAME
        && !is_year(&key)
        && !["in ", "at ", "for "].iter().any(|word| name.starts_with(word))
        && !of_the_music
        && !is_nobody_in_a_title(name)
}

#[cfg(test)]
mod tests;
