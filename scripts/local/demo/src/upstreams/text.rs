//! How the providers' search engines look at text.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The words of a text: lower case, without accents and apostrophes. A symbol that is no letter counts as a word of its
/// own where it is not plain punctuation (an emoji can be searched for).
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for character in text
        .nfkd()
        .filter(|character| !is_combining_mark(*character))
        .flat_map(char::to_lowercase)
    {
        let close = |word: &mut String, words: &mut Vec<String>| {
            if !word.is_empty() {
                words.push(std::mem::take(word));
            }
        };
        match character {
            '\'' | '’' | '‘' | 'ʼ' | '\u{200b}' => {}
            'ø' => word.push('o'),
            'æ' => word.push_str("ae"),
            'ß' => word.push_str("ss"),
            'ł' => word.push('l'),
            letter if letter.is_alphanumeric() => word.push(letter),
            mark if mark.is_ascii() || mark.is_whitespace() => close(&mut word, &mut words),
            symbol => {
                close(&mut word, &mut words);
                words.push(symbol.to_string());
            }
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Whether `phrase` stands in `words`, one word after the other.
pub fn contains_phrase(words: &[String], phrase: &[String]) -> bool {
    !phrase.is_empty() && words.windows(phrase.len()).any(|window| window == phrase)
}
