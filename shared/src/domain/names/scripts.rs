//! Spellings of other scripts, and what people type.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use super::name_key;
use crate::domain::word_list::Words;

/// As `name_key`, and equal for spellings that differ in what other scripts leave out: Greek accents (capitals have none),
/// the dots of `ё`, stress, the hamza on an alef, short vowels and the tatweel in Arabic, the points of Hebrew.
pub fn spelling_key(name: &str) -> String {
    let key = name_key(name);
    if key.is_ascii() {
        return key;
    }
    let mut spelled = String::with_capacity(key.len());
    let mut base = ' ';
    for c in key.nfd() {
        if canonical_combining_class(c) > 0 {
            if !is_left_out(base, c) {
                spelled.push(c);
            }
            continue;
        }
        base = match c {
            // Tatweel only stretches a word.
            '\u{640}' => continue,
            'ٱ' => 'ا',
            'ى' | 'ی' => 'ي',
            'ک' => 'ك',
            'ة' => 'ه',
            c => c,
        };
        spelled.push(base);
    }
    spelled.nfc().collect()
}

/// Whether people leave `mark` out on the letter `base`.
fn is_left_out(base: char, mark: char) -> bool {
    match base {
        // Greek, Hebrew, Arabic.
        '\u{370}'..='\u{3FF}' | '\u{5D0}'..='\u{5EA}' | '\u{620}'..='\u{6FF}' => true,
        'е' => matches!(mark, '\u{300}' | '\u{301}' | '\u{308}'),
        'а' | 'и' | 'о' | 'у' | 'ы' | 'э' | 'ю' | 'я' => matches!(mark, '\u{300}' | '\u{301}'),
        _ => false,
    }
}

/// With which names begin, and which people leave out.
pub(super) const ARTICLES: Words = Words::of("the los las la el le les il gli os as die der das");

/// What people type for a name: `ACDC`, `blink182`, `Pink` for P!nk, `Smashing Pumpkins`, `Guns and Roses`. Empty: nothing
/// to compare by.
pub fn typed_key(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let is_letter = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| c.is_alphabetic());
    let read = chars.iter().enumerate().map(|(at, c)| match c {
        '!' if is_letter(at.checked_sub(1)) && is_letter(Some(at + 1)) => 'i',
        c => *c,
    });
    let key = spelling_key(&read.collect::<String>());
    let words: Vec<&str> = key.split(' ').filter(|word| !matches!(*word, "and" | "n")).collect();
    let words = match words.as_slice() {
        [first, rest @ ..] if ARTICLES.has(first) && !rest.is_empty() && rest != [*first] => rest,
        [rest @ .., "the"] if !rest.is_empty() && rest != ["the"] => rest,
        words => words,
    };
    // `ae` for `ä`: on a keyboard without umlauts.
    let typed = words.concat().replace("ae", "a").replace("oe", "o").replace("ue", "u");
    if typed.chars().any(char::is_alphanumeric) {
        typed
    } else {
        String::new()
    }
}
