//! How close two titles' words are.

/// How close two keys are, 0.85..=1; `None` when they are not.
pub fn closeness(one: &str, other: &str) -> Option<f64> {
    if same(one, other) {
        return Some(1.0);
    }
    // `Part 1` and `Part 2` differ by one letter and in all that matters.
    if numbers(one) != numbers(other) {
        return None;
    }
    let alike = similarity(one, other);
    let begins = |long: &str, short: &str| {
        long.strip_prefix(short).is_some_and(|rest| rest.starts_with(' ')) && short.len() * 2 >= long.len()
    };
    if begins(one, other) || begins(other, one) {
        return Some(alike.max(0.85));
    }
    (alike >= 0.85).then_some(alike)
}

/// Whether two keys are the same words, letters that one of them hides (`f**k`) aside.
pub fn same(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    if !one.contains(HIDDEN) && !other.contains(HIDDEN) {
        return false;
    }
    let (one, other): (Vec<&str>, Vec<&str>) = (one.split(' ').collect(), other.split(' ').collect());
    one.len() == other.len() && one.iter().zip(&other).all(|(one, other)| same_word(one, other))
}

/// Stands for letters that the title hides. No script has it, and it passes through a key as it is.
pub const HIDDEN: char = '\u{E000}';

/// A hidden run stands for any letters, since few count them.
fn same_word(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let (one_hides, other_hides) = (one.contains(HIDDEN), other.contains(HIDDEN));
    match (one.split_once(HIDDEN), other.split_once(HIDDEN)) {
        // Both hide something: what is seen at both ends must not contradict.
        (Some((one_head, _)), Some((other_head, _))) => {
            let ends = |one: &str, other: &str| one.starts_with(other) || other.starts_with(one);
            let tail = |word: &str| {
                word.rsplit(HIDDEN)
                    .next()
                    .unwrap_or_default()
                    .chars()
                    .rev()
                    .collect::<String>()
            };
            ends(one_head, other_head) && ends(&tail(one), &tail(other))
        }
        (Some(_), None) if one_hides => fits(one, other),
        (None, Some(_)) if other_hides => fits(other, one),
        _ => false,
    }
}

/// Whether `word` begins, goes on and ends as the seen parts of `hidden` do.
fn fits(hidden: &str, word: &str) -> bool {
    let mut seen: Vec<&str> = hidden.split(HIDDEN).collect();
    let (Some(last), true) = (seen.pop(), seen.len() > 1 || !seen.is_empty()) else {
        return false;
    };
    let Some(mut rest) = word.strip_prefix(seen[0]) else {
        return false;
    };
    for part in &seen[1..] {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// What is printed in place of letters.
const STARS: [char; 12] = ['*', '＊', '✱', '✲', '∗', '⁎', '●', '○', '•', '■', '█', '▇'];

/// A title in which runs of `*`, `#`, `@` and the like inside a word, or at its end, are one hidden letter: `F**k`, `Sh#t`,
/// `B****`. `None`: it hides nothing.
pub fn with_hidden_letters(title: &str) -> Option<String> {
    let chars: Vec<char> = title
        .chars()
        .filter(|c| !matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}'))
        .collect();
    let is_letter = |at: usize| chars.get(at).is_some_and(|c| c.is_alphabetic());
    let mut shown = String::with_capacity(title.len());
    let mut hides = false;
    let mut at = 0;
    while at < chars.len() {
        let run = chars[at..]
            .iter()
            .take_while(|c| STARS.contains(c) || matches!(c, '#' | '@' | '!' | '_' | '-'))
            .count();
        if run == 0 {
            shown.push(chars[at]);
            at += 1;
            continue;
        }
        let run_of = |set: &[char]| chars[at..at + run].iter().all(|c| set.contains(c));
        let before = at > 0 && is_letter(at - 1);
        let inside = before && is_letter(at + run);
        let stars = run_of(&STARS);
        // A single hyphen joins words, a single `!` inside a word is an `i` or ends it.
        let hidden = inside && (stars || run_of(&['#', '@', '*', '!', '_']) || run > 1 && run_of(&['-']))
            || before && stars && (run > 1 || at + run < chars.len());
        if hidden {
            shown.push(HIDDEN);
            hides = true;
        } else {
            shown.extend(&chars[at..at + run]);
        }
        at += run;
    }
    hides.then_some(shown)
}

/// The numbers in a key, in order, Roman ones too: `Part I` and `Part II` are two songs.
fn numbers(key: &str) -> Vec<String> {
    let roman = ["ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"];
    let mut numbers = Vec::new();
    let mut before = "";
    for word in key.split(' ') {
        let counts = matches!(before, "part" | "pt" | "vol" | "volume" | "act" | "chapter" | "no");
        let value = roman.iter().position(|numeral| *numeral == word).map(|at| at + 2);
        match (word, value) {
            ("i", _) if counts => numbers.push("1".to_owned()),
            // A single letter is mostly a letter.
            (_, Some(value)) if counts || word.len() > 1 => numbers.push(value.to_string()),
            _ => {
                let digits = word
                    .split(|c: char| !c.is_numeric())
                    .filter(|digits| !digits.is_empty());
                numbers.extend(digits.map(ToOwned::to_owned));
            }
        }
        before = word;
    }
    numbers
}

/// 1 − edit distance / length; titles are cut at 200 letters.
fn similarity(one: &str, other: &str) -> f64 {
    let one: Vec<char> = one.chars().take(200).collect();
    let other: Vec<char> = other.chars().take(200).collect();
    let longest = one.len().max(other.len());
    if longest == 0 {
        return 1.0;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    #[allow(clippy::cast_precision_loss)] // At most 200.
    let distance = row[other.len()] as f64 / longest as f64;
    1.0 - distance
}
