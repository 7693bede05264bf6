//! Where a title's additions stand: in brackets of any kind, after a dash, between two dashes or two waves.

/// A piece of a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'t> {
    /// As it stands there.
    pub text: &'t str,
    /// In brackets, or after a dash.
    pub addition: bool,
    /// After a dash.
    pub after_dash: bool,
}

/// What a character of a title is to its brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bracket {
    /// Opens one.
    Opens,
    /// Closes one.
    Closes,
    /// Has nothing to do with them.
    None,
}

/// Tells the brackets of a title. `<` is one only where a `>` follows: `I <3 U` has none.
#[derive(Debug, Clone, Copy)]
pub struct Brackets {
    first_opened: usize,
    last_closed: usize,
}

impl Brackets {
    /// Of this title.
    pub fn of(title: &str) -> Self {
        Self {
            first_opened: title.find(['<', '＜']).unwrap_or(usize::MAX),
            last_closed: title.rfind(['>', '＞']).unwrap_or(0),
        }
    }

    /// What the character at this byte is.
    pub fn at(self, at: usize, c: char) -> Bracket {
        match c {
            '(' | '[' | '{' | '（' | '【' | '［' | '〔' | '〖' | '｛' | '「' | '『' | '《' | '〈' | '｟' => {
                Bracket::Opens
            }
            ')' | ']' | '}' | '）' | '】' | '］' | '〕' | '〗' | '｝' | '」' | '』' | '》' | '〉' | '｠' => {
                Bracket::Closes
            }
            '<' | '＜' if at < self.last_closed => Bracket::Opens,
            '>' | '＞' if at > self.first_opened => Bracket::Closes,
            _ => Bracket::None,
        }
    }
}

/// Splits a title. Brackets that don't close run to the end.
pub fn parts(title: &str) -> Vec<Part<'_>> {
    let brackets = Brackets::of(title);
    let mut parts = Vec::new();
    let mut begin = 0;
    let mut depth = 0_usize;
    let mut after_dash = false;
    for (at, c) in title.char_indices() {
        match brackets.at(at, c) {
            Bracket::Opens => {
                if depth == 0 {
                    split_dashes(&title[begin..at], &mut after_dash, &mut parts);
                    begin = at + c.len_utf8();
                }
                depth += 1;
            }
            Bracket::Closes if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    add(&title[begin..at], true, false, &mut parts);
                    begin = at + c.len_utf8();
                }
            }
            Bracket::Closes | Bracket::None => {}
        }
    }
    if depth > 0 {
        add(&title[begin..], true, false, &mut parts);
    } else {
        split_dashes(&title[begin..], &mut after_dash, &mut parts);
    }
    parts
}

fn add<'t>(text: &'t str, addition: bool, after_dash: bool, parts: &mut Vec<Part<'t>>) {
    if !text.trim().is_empty() {
        parts.push(Part {
            text,
            addition,
            after_dash,
        });
    }
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '－' | '﹣')
}

/// What stands after ` - `, after a long dash and after ` | ` is an addition, as is `-this-` and `〜this〜`.
fn split_dashes<'t>(text: &'t str, after_dash: &mut bool, parts: &mut Vec<Part<'t>>) {
    let mut begin = 0;
    // Between two waves, or between two dashes that touch what is between them.
    let mut enclosed = None;
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map_or(' ', |(_, c)| *c);
        let (spaced_before, spaced_after) = (before.is_whitespace(), after.is_whitespace());
        let mark = if matches!(c, '〜' | '～' | '~' | '∼') {
            Some(Mark::Wave)
        } else if matches!(c, '—' | '―') || (is_dash(c) || matches!(c, '|' | '｜')) && spaced_before && spaced_after
        {
            Some(Mark::Dash)
        } else if is_dash(c) && (spaced_before || spaced_after) {
            Some(Mark::Touching)
        } else {
            None
        };
        before = c;
        // A dash that touches a word opens before it and closes behind it.
        let splits = match (mark, enclosed) {
            (Some(Mark::Touching), None) => spaced_before && closes_later(&text[at + c.len_utf8()..]),
            (Some(Mark::Touching), Some(Mark::Touching)) => spaced_after,
            (Some(Mark::Touching) | None, _) => false,
            (Some(_), _) => true,
        };
        if !splits {
            continue;
        }
        add(&text[begin..at], *after_dash || enclosed.is_some(), *after_dash, parts);
        begin = at + c.len_utf8();
        match mark {
            Some(Mark::Dash) => (*after_dash, enclosed) = (true, None),
            mark if enclosed == mark => enclosed = None,
            mark => enclosed = mark,
        }
    }
    add(&text[begin..], *after_dash || enclosed.is_some(), *after_dash, parts);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Dash,
    Touching,
    Wave,
}

/// Whether a dash follows that ends a word.
fn closes_later(text: &str) -> bool {
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let ends = chars.peek().is_none_or(|after| after.is_whitespace());
        if is_dash(c) && ends {
            return !before.is_whitespace();
        }
        before = c;
    }
    false
}
