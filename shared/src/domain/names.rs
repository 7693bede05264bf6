//! The key by which names and titles are compared here. It is not stored and nobody else computes it: the catalogue's
//! `normalized_name` has its one home in SQL.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Equal for spellings of one name: case, accents on Latin letters, apostrophes, full stops and other punctuation don't
/// matter, `&` is `and`, `$` inside a word is `s`. Other scripts stay as they are. A name of punctuation only is its own
/// key.
pub fn name_key(name: &str) -> String {
    let plain = plain_letters(name);
    let key = words(&plain);
    if key.is_empty() {
        collapse(&name.to_lowercase())
    } else {
        key
    }
}

/// Lower case, compatibility forms resolved, marks taken off Latin letters.
fn plain_letters(name: &str) -> String {
    // Compatibility forms turn these into a space and a mark, so they go first.
    let unquoted = name.chars().filter(|c| !is_dropped(*c));
    // `ŉ` becomes one of them and a letter.
    let folded: String = unquoted
        .nfkc()
        .filter(|c| !is_dropped(*c))
        .collect::<String>()
        .to_lowercase();
    let mut plain = String::with_capacity(folded.len());
    let mut after_latin = false;
    for c in folded.nfd() {
        if is_combining_mark(c) {
            if !after_latin {
                plain.push(c);
            }
            continue;
        }
        // `$` will be an `s`.
        after_latin = is_latin(c) || c == '$';
        match c {
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' | 'ð' => plain.push('d'),
            'ħ' => plain.push('h'),
            'ŧ' => plain.push('t'),
            'ı' => plain.push('i'),
            'ς' => plain.push('σ'),
            'þ' => plain.push_str("th"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ß' => plain.push_str("ss"),
            c => plain.push(c),
        }
    }
    plain.nfc().collect()
}

/// Letters and digits, everything else a single space.
fn words(plain: &str) -> String {
    let chars: Vec<char> = plain.chars().collect();
    let mut key = String::with_capacity(plain.len());
    for (at, &c) in chars.iter().enumerate() {
        if c.is_alphanumeric() || is_combining_mark(c) {
            key.push(c);
        } else if c == '&' {
            key.push_str(" and ");
        } else if c == '$' && is_inside_a_word(&chars, at) {
            key.push('s');
        } else if !is_dropped(c) {
            key.push(' ');
        }
    }
    collapse(&key)
}

/// `A$AP`, `$uicideboy$`, but not `$100`.
fn is_inside_a_word(chars: &[char], at: usize) -> bool {
    let touches = |neighbour: Option<&char>| neighbour.is_some_and(|c| c.is_alphabetic());
    touches(chars.get(at + 1)) || at > 0 && touches(chars.get(at - 1))
}

fn is_dropped(c: char) -> bool {
    matches!(
        c,
        '\'' | '’' | '‘' | '‛' | 'ʼ' | 'ʻ' | '＇' | '`' | '´' | '′' | '.' | '．' | '…' | '\u{200b}'
            ..='\u{200f}' | '\u{feff}' | '\u{ad}'
    )
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{2af}' | '\u{1e00}'..='\u{1eff}')
}

fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_equal() {
        for (one, other) in [
            ("Max Martin", "MAX  MARTIN"),
            ("benny blanco", "Benny Blanco"),
            ("D'Mile", "D’Mile"),
            ("D'Mile", "DMile"),
            ("Ludwig Göransson", "Ludwig Goransson"),
            ("Ludwig Göransson", "Ludwig Go\u{308}ransson"),
            ("A$AP P on the Boards", "ASAP P on the Boards"),
            ("Ke$ha", "Kesha"),
            ("Mike & Keys", "Mike and Keys"),
            ("Mike＆Keys", "mike and keys"),
            ("Sigur Rós", "sigur ros"),
            ("MØ", "mo"),
            ("Łona", "lona"),
            ("Weiß", "WEISS"),
            ("Æther", "aether"),
            ("Tyler, The Creator", "Tyler The Creator"),
            ("will.i.am", "will.i.am."),
            ("ＡＢＢＡ", "ABBA"),
            ("İlyas", "ilyas"),
        ] {
            assert_eq!(name_key(one), name_key(other), "{one} / {other}");
        }
    }

    #[test]
    fn different_names_stay_different() {
        for (one, other) in [
            ("The Neptunes", "Pharrell Williams"),
            ("Pharrell", "Pharrell Williams"),
            ("!!!", "???"),
            ("が", "か"),
            ("й", "и"),
            ("神前暁", "神前曉"),
        ] {
            assert_ne!(name_key(one), name_key(other), "{one} / {other}");
        }
    }

    #[test]
    fn other_scripts_stay_what_they_are() {
        for name in ["神前暁", "пётр ильич чайковский", "方大同", "محمد منير", "हिन्दी"]
        {
            assert_eq!(name_key(name), name);
        }
        assert_eq!(name_key("!!!"), "!!!");
        assert_eq!(name_key(" ÷ "), "÷");
        assert_eq!(name_key(""), "");
    }
}
