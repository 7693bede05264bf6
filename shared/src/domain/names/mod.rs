//! Keys by which names are compared. None of them is stored: the catalogue's `normalized_name` has its one home in SQL.
//!
//! | key | equal for |
//! |---|---|
//! | `name_key` | what `linernotes.normalize_name` takes for one name; `tests/database/names/differences.txt` lists the exceptions |
//! | `spelling_key` | the same, and spellings of other scripts: Greek without accents, `ё` and `е`, Arabic without its marks |
//! | `typed_key` | the same, and what people type: no spaces, no article in front, `!` for `i` |

mod characters;
mod people;
mod scripts;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_canonical;

pub use people::{credit_key, same_artist, shown};
pub use scripts::{spelling_key, typed_key};

use characters::{is_dropped, is_invisible, is_latin, is_mark, is_space, is_symbol, plain};

/// Equal for spellings of one name: case, accents on Latin letters, apostrophes, full stops and other punctuation don't
/// matter, `&` is `and`, `$` inside a word is `s`. Other scripts stay as they are. A name of punctuation only is its own
/// key. Step by step what `linernotes.normalize_name` does.
pub fn name_key(name: &str) -> String {
    let folded = folded(name);
    if !folded.chars().any(is_letter) {
        return punctuation_only(name);
    }
    let undotted: String = folded.chars().filter(|c| !is_dropped(*c)).collect();
    // Marks that come to stand side by side find their order.
    let joined: String = undotted.replace('&', " and ").nfc().collect();
    let spaced = spaced(&with_dollars(&joined));
    without_accents(&spaced).trim_matches(' ').to_owned()
}

/// A full-width letter, digit or full stop as the plain one: `Ｐｒｏｄ．` is `Prod.`
pub fn narrow(c: char) -> char {
    match c {
        '\u{FF0E}' | '\u{FF10}'..='\u{FF19}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}' => {
            char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c)
        }
        c => c,
    }
}

/// As it is written, case and white space aside.
pub fn exact_key(name: &str) -> String {
    collapsed(&folded(name))
}

/// As `name_key`, except that a full stop parts words: `J.Cole` is `J. Cole`, `M.I.A.` is not `Mia`.
pub fn dotted_key(name: &str) -> String {
    name_key(&name.replace(['.', '．', '。', '․'], " "))
}

/// Compatibility forms resolved, nothing invisible left, and as two spellings become one by way of upper case: `ß` is
/// `ss`, both sigmas are one.
fn folded(name: &str) -> String {
    // NFKC would make a space and an accent of these, which are typed for an apostrophe.
    let typed = name
        .chars()
        .map(|c| if matches!(c, '\u{B4}' | '\u{1FFD}') { '\'' } else { c });
    let mut folded = String::with_capacity(name.len());
    for c in typed.nfkc().filter(|c| !is_invisible(*c)).flat_map(char::to_lowercase) {
        fold(c, &mut folded);
    }
    folded.nfkc().collect()
}

/// Upper case and back, of a small letter. Only of these it makes another one; the standard library's table for all of
/// Unicode would be a seventieth of a component.
fn fold(c: char, folded: &mut String) {
    match c {
        'ß' => folded.push_str("ss"),
        'ı' => folded.push('i'),
        'ς' => folded.push('σ'),
        // Capitals have an iota beside them for the one below.
        '\u{345}' => folded.push('ι'),
        '\u{1F80}'..='\u{1FF7}' => {
            decompose_canonical(c, |part| folded.push(if part == '\u{345}' { 'ι' } else { part }));
        }
        'ᲀ' => folded.push('в'),
        'ᲁ' => folded.push('д'),
        'ᲂ' => folded.push('о'),
        'ᲃ' => folded.push('с'),
        'ᲄ' | 'ᲅ' => folded.push('т'),
        'ᲆ' => folded.push('ъ'),
        'ᲇ' => folded.push('ѣ'),
        'ᲈ' => folded.push('ꙋ'),
        c => folded.push(c),
    }
}

/// `!!!`, `$` and `❤` stay themselves.
fn punctuation_only(name: &str) -> String {
    let lower = name.nfkc().collect::<String>().to_lowercase();
    collapsed(&lower.chars().filter(|c| !is_invisible(*c)).collect::<String>())
}

fn collapsed(text: &str) -> String {
    let words = text.split(is_space).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

fn is_letter(c: char) -> bool {
    !is_symbol(c) && !is_mark(c) && !is_dropped(c)
}

/// A `$` that touches a letter is an `s` (`A$AP`, `Joey Bada$$`); `$100` has none.
fn with_dollars(name: &str) -> String {
    let is_word = |c: Option<char>| c.is_some_and(|c| !c.is_ascii_digit() && !is_symbol(c));
    let mut spelled = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find('$') {
        let (before, from) = rest.split_at(at);
        let after = from.trim_start_matches('$');
        let touches = is_word(before.chars().next_back()) || is_word(after.chars().next());
        spelled.push_str(before);
        if touches {
            spelled.push_str(&"s".repeat(from.len() - after.len()));
        } else {
            spelled.push(' ');
        }
        rest = after;
    }
    spelled + rest
}

/// Symbols, with marks that stand on them, become a single space.
fn spaced(name: &str) -> String {
    let mut spaced = String::with_capacity(name.len());
    let mut after_space = true;
    for c in name.chars() {
        if is_symbol(c) || after_space && is_mark(c) {
            if !spaced.ends_with(' ') {
                spaced.push(' ');
            }
            after_space = true;
        } else {
            spaced.push(c);
            after_space = false;
        }
    }
    spaced
}

/// Marks come off Latin letters only: the breve of й, the dakuten of バ and the vowels of Devanagari are no accents.
fn without_accents(name: &str) -> String {
    let mut bare = String::with_capacity(name.len());
    let mut after_latin = false;
    for c in name.nfd() {
        if after_latin && is_mark(c) {
            continue;
        }
        after_latin = is_latin(c);
        match plain(c) {
            Some(letters) => bare.push_str(letters),
            None => bare.push(c),
        }
    }
    bare.nfc().collect()
}

#[cfg(test)]
mod tests;
