//! The words of a title, and what stands between them.

use crate::domain::word_list::Words;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Of a name, or of what somebody did.
    Word,
    /// Stands between two names: `,`, `&`, `/`.
    Separator,
    /// After what somebody did.
    Colon,
    /// Another part of the title begins.
    End,
}

/// A piece of the text, `start..end`.
#[derive(Debug, Clone, Copy)]
pub struct Token<'t> {
    pub text: &'t str,
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
    /// It stands in a piece without any small letter: `PROD. X ET Y`.
    pub shouted: bool,
}

impl Token<'_> {
    /// Lower case, without the full stop or hyphen behind it.
    pub fn key(&self) -> String {
        self.text.trim_end_matches(['.', '-', '‐', '‑']).to_lowercase()
    }

    pub fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }
}

/// Reads a piece of a title; `bracketed`: it stands in brackets, where `|` parts names and not titles.
pub fn tokens(text: &str, bracketed: bool) -> Vec<Token<'_>> {
    let mut reader = Reader {
        text,
        bracketed,
        shouted: !text.chars().any(char::is_lowercase),
        tokens: Vec::new(),
        begin: 0,
    };
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let next = at + c.len_utf8();
        if c.is_whitespace() {
            reader.end_word(at, next);
        } else if let Some(kind) = reader.kind(at, c) {
            reader.end_word(at, at);
            reader.push(at, next, kind);
            reader.begin = next;
        }
        at = next;
    }
    reader.end_word(text.len(), text.len());
    reader.tokens
}

struct Reader<'t> {
    text: &'t str,
    bracketed: bool,
    shouted: bool,
    tokens: Vec<Token<'t>>,
    begin: usize,
}

impl Reader<'_> {
    fn push(&mut self, start: usize, end: usize, kind: Kind) {
        self.tokens.push(Token {
            text: &self.text[start..end],
            start,
            end,
            kind,
            shouted: self.shouted,
        });
    }

    /// The word that ends here, taken apart where something is glued to its front.
    fn end_word(&mut self, end: usize, next: usize) {
        while self.begin < end {
            let length = glued(&self.text[self.begin..end]).unwrap_or(end - self.begin);
            self.push(self.begin, self.begin + length, Kind::Word);
            self.begin += length;
        }
        self.begin = next;
    }

    /// What the character is, if it is no part of a word.
    fn kind(&self, at: usize, c: char) -> Option<Kind> {
        let (before, after) = (&self.text[..at], &self.text[at + c.len_utf8()..]);
        let spaced_before = before.chars().next_back().is_none_or(char::is_whitespace);
        let spaced_after = after.chars().next().is_none_or(char::is_whitespace);
        match c {
            ',' | ';' | '，' | '、' | '；' | '×' | '､' | '✕' | '✖' | '⨯' | '❌' => Some(Kind::Separator),
            // Behind one of these it only says how the sign is drawn.
            '\u{FE0E}' | '\u{FE0F}' if self.begin == at => Some(Kind::Separator),
            '•' | '·' | '∙' | '‧' | '\\' if spaced_before && spaced_after && self.bracketed => {
                Some(Kind::Separator)
            }
            '|' | '｜' | '￤' => Some(if spaced_before && !self.bracketed {
                Kind::End
            } else {
                Kind::Separator
            }),
            '/' if self.text[self.begin..at].eq_ignore_ascii_case("w") => None,
            '/' | '／' if after.starts_with('/') || before.ends_with('/') => {
                (spaced_before || spaced_after).then_some(if self.bracketed { Kind::Separator } else { Kind::End })
            }
            '&' | '＆' | '+' | '＋' | '/' | '／' => {
                (spaced_after || joins_names(before, c, after)).then_some(Kind::Separator)
            }
            '・' | '･' => {
                let katakana =
                    |c: Option<char>| c.is_some_and(|c| matches!(c, '\u{30A1}'..='\u{30FF}' | '\u{FF66}'..='\u{FF9F}'));
                let name = katakana(before.chars().next_back()) && katakana(after.chars().next());
                (!name).then_some(Kind::Separator)
            }
            ':' | '：' => {
                (spaced_after || c == '：' || takes_colon(&self.text[self.begin..at])).then_some(Kind::Colon)
            }
            '•' | '·' | '∙' | '‧' | '~' | '-' | '–' | '—' | '‐' | '‑' | '―' if spaced_before && spaced_after => {
                Some(Kind::End)
            }
            _ => None,
        }
    }
}

/// `Metro/Southside` and `X/Y` are two names, `AC/DC` and `M/A/R/R/S` are one; likewise with `&` and `+`.
fn joins_names(before: &str, c: char, after: &str) -> bool {
    let parts = |c: char| c.is_whitespace() || ",;/&+|".contains(c);
    let left = before.rsplit(parts).next().unwrap_or_default();
    let right = after.split(parts).next().unwrap_or_default();
    let (ahead, behind) = (&before[..before.len() - left.len()], &after[right.len()..]);
    let alone = !ahead.ends_with(c) && !behind.starts_with(c);
    let letters = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).count();
    match (letters(left), letters(right)) {
        (1, 1) => alone && c == '/',
        (left, right) => left > 2 && right > 2,
    }
}

/// What is abbreviated in front of a name, or in front of `prod`: `prod.X`, `co-prod.`, `exec-produced`, `w/X`.
fn glued(word: &str) -> Option<usize> {
    const BEFORE_PROD: Words =
        Words::of("co executive exec ex self post pre vocal additional add assistant asst beat re");
    const ABBREVIATED: Words = Words::of("prod prods coprod прод feat ft mix mast arr by por");
    for prefix in BEFORE_PROD.iter() {
        if let Some(rest) = without(word, prefix)
            && let Some(behind) = rest.strip_prefix(['-', '‐', '‑', '.'])
            && (without(behind, "prod").is_some() || without(behind, "exec").is_some())
        {
            return Some(word.len() - behind.len());
        }
    }
    for abbreviation in ABBREVIATED.iter() {
        if let Some(behind) = without(word, abbreviation).and_then(|rest| rest.strip_prefix('.'))
            && !behind.is_empty()
            && !behind.starts_with('.')
        {
            return Some(word.len() - behind.len());
        }
    }
    let behind = without(word, "w/").filter(|behind| !behind.is_empty())?;
    Some(word.len() - behind.len())
}

fn takes_colon(word: &str) -> bool {
    [
        "prod",
        "prod.",
        "produced",
        "producer",
        "producers",
        "by",
        "coprod",
        "прод",
    ]
    .iter()
    .any(|job| without(word, job).is_some_and(str::is_empty))
}

/// What follows `prefix`, which is lower case, in any case.
fn without<'w>(word: &'w str, prefix: &str) -> Option<&'w str> {
    let mut rest = word.chars();
    for wanted in prefix.chars() {
        let c = rest.next()?;
        if c != wanted && !c.to_lowercase().eq([wanted]) {
            return None;
        }
    }
    Some(rest.as_str())
}
