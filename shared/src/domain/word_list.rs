//! Lists of words as one text each. A list of strings weighs eight bytes a word more in a component, and the words of
//! music in thirty languages are many.

/// Words, with spaces between them.
#[derive(Debug, Clone, Copy)]
pub struct Words(&'static str);

impl Words {
    /// Of this text.
    pub const fn of(text: &'static str) -> Self {
        Self(text)
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = &'static str> {
        self.0.split_ascii_whitespace()
    }

    /// Whether `word` is one of them.
    pub fn has(self, word: &str) -> bool {
        self.iter().any(|known| known == word)
    }
}

/// Phrases of several words, with commas between them.
#[derive(Debug, Clone, Copy)]
pub struct Phrases(&'static str);

impl Phrases {
    /// Of this text.
    pub const fn of(text: &'static str) -> Self {
        Self(text)
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = &'static str> {
        self.0.split(", ")
    }

    /// Whether `phrase` is one of them.
    pub fn has(self, phrase: &str) -> bool {
        self.iter().any(|known| known == phrase)
    }

    /// Whether one of them stands in `key`, whose words have spaces between them, as whole words.
    pub fn stand_in(self, key: &str) -> bool {
        self.iter().any(|phrase| stands_in(key, phrase))
    }
}

/// Whether `phrase` stands in `key` as whole words. A script that has no spaces between words has no whole words either.
pub fn stands_in(key: &str, phrase: &str) -> bool {
    let glued = phrase.chars().any(|c| c >= '\u{2E80}');
    let mut from = 0;
    while let Some(at) = key[from..].find(phrase) {
        let (begin, end) = (from + at, from + at + phrase.len());
        let whole = (begin == 0 || key[..begin].ends_with(' ')) && (end == key.len() || key[end..].starts_with(' '));
        if whole || glued {
            return true;
        }
        from = begin + phrase.chars().next().map_or(1, char::len_utf8);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_stands_in_a_key_as_whole_words() {
        assert!(stands_in("off vocal ver", "off vocal") && stands_in("song off vocal", "off vocal"));
        assert!(stands_in("liver live", "live") && stands_in("live", "live"));
        assert!(!stands_in("delivered alive", "live") && !stands_in("", "live"));
        assert!(stands_in("新しいリミックス盤", "リミックス") && !stands_in("élive", "live"));
        assert!(Phrases::of("a b, c").has("c") && !Phrases::of("a b, c").has("b"));
        assert!(Words::of("a b\n c").has("c") && !Words::of("a b").has("a b"));
    }
}
