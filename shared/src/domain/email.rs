//! E-mail addresses: what one looks like, and how it is taken from a biography.
//!
//! Nothing here is a guess. An address that may be mutilated, or is one of several, is not taken: mail that reaches a
//! stranger is worse than none.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use unicode_normalization::UnicodeNormalization;

/// RFC 5321's.
const LONGEST: usize = 254;
/// Of the part before the `@`.
const LONGEST_NAME: usize = 64;
/// Of a part of the host's name.
const LONGEST_LABEL: usize = 63;

/// The address, its host in lower case, if `text` is one; `mailto:` and what follows a `?` don't matter.
pub fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let text = match text.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => {
            let text = text[7..].split(['?', '#']).next().unwrap_or_default();
            percent_decode_str(text).decode_utf8().ok()?
        }
        _ => Cow::Borrowed(text),
    };
    let (name, host) = text.trim().split_once('@')?;
    let name_fits = (1..=LONGEST_NAME).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b))
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains("..");
    let address = format!("{name}@{}", host.to_ascii_lowercase());
    (name_fits && is_host(host) && address.len() <= LONGEST).then_some(address)
}

/// At least two labels, the last of which is no number.
fn is_host(host: &str) -> bool {
    let mut labels = host.split('.');
    let all_fit = labels.clone().all(|label| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    });
    let last = labels.next_back().unwrap_or_default();
    let is_word = |label: &str| label.bytes().all(|b| b.is_ascii_alphabetic());
    let top = last.len() >= 2 && (is_word(last) || last.get(..4).is_some_and(|x| x.eq_ignore_ascii_case("xn--")));
    all_fit && top && host.contains('.')
}

/// The address that a person publishes in `biography`: the only one in it, or none. Full-width letters are read; an
/// address that is written for people alone (`name (at) host dot com`) is left to them.
pub fn published(biography: &str) -> Option<String> {
    let text: Vec<char> = plain(biography).collect();
    let mut found: Option<String> = None;
    let ats = text.iter().enumerate().filter(|(_, c)| **c == '@').map(|(at, _)| at);
    for at in ats {
        let address = match candidate(&text, at) {
            Candidate::None => continue,
            Candidate::Doubtful => return None,
            Candidate::Address(address) => address,
        };
        match &found {
            Some(first) if !first.eq_ignore_ascii_case(&address) => return None,
            Some(_) => {}
            None => found = Some(address),
        }
    }
    found
}

/// What stands around an `@`.
enum Candidate {
    /// Something else: a handle, a name without a host.
    None,
    /// Like an address, but where it begins or ends is not clear.
    Doubtful,
    /// An address.
    Address(String),
}

/// Reads to both sides of the `@`, no further than an address is long.
fn candidate(text: &[char], at: usize) -> Candidate {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c);
    let is_host_part = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    let name = text[..at].iter().rev().take_while(|c| is_name(**c));
    let mut from = at - name.take(LONGEST_NAME + 1).count();
    // A dash or a full stop of the sentence.
    while from < at && matches!(text[from], '.' | '-') {
        from += 1;
    }
    let host = text[at + 1..].iter().take_while(|c| is_host_part(**c));
    let mut to = at + 1 + host.take(LONGEST + 1).count();
    let after = text.get(to).copied();
    while to > at + 1 && matches!(text[to - 1], '.' | '-') {
        to -= 1;
    }
    let before = text[..from].last().copied();
    let host: String = text[at + 1..to].iter().collect();
    if from == at || !host.contains('.') || before == Some('@') || after == Some('@') {
        // The last two are a name of the fediverse: @name@host.
        return Candidate::None;
    }
    if is_cut_before(text, from) || after.is_some_and(|c| c == '_' || is_letter_of_a_word(c)) || runs_on(&host) {
        return Candidate::Doubtful;
    }
    let whole: String = text[from..to].iter().collect();
    address(&whole).map_or(Candidate::Doubtful, Candidate::Address)
}

/// Whether the name may begin before `from`, with what names in a text are not read with.
fn is_cut_before(text: &[char], from: usize) -> bool {
    let before = &text[..from];
    let [.., last] = before else {
        return false;
    };
    let in_a_word = match before {
        [.., earlier, '\'' | '’' | '&' | '$' | '^' | '`' | '=' | '{' | '}'] => earlier.is_alphanumeric(),
        [.., '/', '/'] => true,
        _ => false,
    };
    in_a_word || is_letter_of_a_word(*last) || last.is_ascii_alphanumeric()
}

/// Letters that are part of the word they touch. Chinese, Japanese and Korean stand beside an address without a space.
fn is_letter_of_a_word(c: char) -> bool {
    c.is_alphabetic()
        && !c.is_ascii()
        && !matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3000}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// `host.com.Booking`: the next sentence, without a space before it.
fn runs_on(host: &str) -> bool {
    let (rest, last) = host.rsplit_once('.').unwrap_or_default();
    let is_capitalized =
        last.starts_with(|c: char| c.is_ascii_uppercase()) && last.ends_with(|c: char| c.is_ascii_lowercase());
    is_capitalized && rest.contains('.') && rest.bytes().any(|b| b.is_ascii_lowercase())
}

/// Compatibility forms resolved (full-width letters, the bold ones of mathematics), and nothing invisible.
fn plain(text: &str) -> impl Iterator<Item = char> {
    let is_invisible =
        |c: &char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}');
    text.nfkc().filter(move |c| !is_invisible(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_checked_and_its_host_is_lower_case() {
        for (text, expected) in [
            ("mailto:me@Example.ORG", "me@example.org"),
            (" MAILTO:me@example.org?subject=Hi@you ", "me@example.org"),
            ("mailto:first%2Blast@example.org", "first+last@example.org"),
            ("A.B_c@sub.example.co.uk", "A.B_c@sub.example.co.uk"),
            ("o'brien@example.org", "o'brien@example.org"),
            ("me@xn--mller-kva.de", "me@xn--mller-kva.de"),
            ("me@music.xn--p1ai", "me@music.xn--p1ai"),
        ] {
            assert_eq!(address(text).as_deref(), Some(expected), "{text}");
        }
        let long_name = format!("{}@example.org", "a".repeat(65));
        let long_host = format!("me@{}.org", "a.".repeat(125));
        for bad in [
            "",
            "@",
            "a",
            "a@b",
            "@b.cd",
            "a@",
            "a@b.c",
            "a@b..cd",
            "a@.b.cd",
            "a@b.cd.",
            "a@-b.cd",
            "a@b-.cd",
            "a b@c.de",
            "a@b@c.de",
            ".a@b.cd",
            "a.@b.cd",
            "a..b@c.de",
            "a@1.2.3.4",
            "a@b_c.de",
            "ä@b.cd",
            "a@ä.cd",
            "a@b.cd>",
            "mailto:",
            "mailto:%ff@b.cd",
            "https://example.org",
            &long_name,
            &long_host,
        ] {
            assert_eq!(address(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_only_address_of_a_biography_is_taken() {
        for (biography, expected) in [
            ("Producer 🎹\nmgmt: Name@X.com", "Name@x.com"),
            ("Booking - name@x.com.", "name@x.com"),
            ("(name@x.com)", "name@x.com"),
            ("<mailto:name@x.com>", "name@x.com"),
            ("name@x.com/bookings|@name|IG", "name@x.com"),
            ("INFO@LABEL.COM", "INFO@label.com"),
            ("Name@Label.Com", "Name@label.com"),
            ("name@label.CO.UK", "name@label.co.uk"),
            ("-first.last+music@mail.x.co.uk, NYC", "first.last+music@mail.x.co.uk"),
            ("name＠ｘ．ｃｏｍ", "name@x.com"),
            ("𝗻𝗮𝗺𝗲@𝘅.𝗰𝗼𝗺", "name@x.com"),
            ("お仕事はname@x.comまで", "name@x.com"),
            ("name\u{200b}@x.com", "name@x.com"),
            ("name@x.com / NAME@X.com", "name@x.com"),
            (
                "@label artist. name@x.com. youtube.com/@name.tv @name@social.example",
                "name@x.com",
            ),
        ] {
            assert_eq!(published(biography).as_deref(), Some(expected), "{biography}");
        }
    }

    #[test]
    fn what_could_be_another_s_or_mutilated_is_not_taken() {
        for biography in [
            "",
            "Producer. @label @other.name",
            "mgmt a@x.com, press b@x.com",
            "find me at soundcloud dot com",
            "name at x dot com",
            "Producer (at) Universal",
            "name (at) x dot com",
            "name [at] x [dot] com",
            "A&R. me@home",
            "jörg@x.com",
            "me@müller.de",
            "o'brien@x.com",
            "a&r@label.com",
            "name@x.com.Follow me",
            "name@x_y.com",
            "me@1.2.3.4",
            "a@b.cd@e.fg",
            "https://name@x.com/",
            "jörg@x.com or name@y.com",
            "@name@social.example",
            "name @ x.com",
        ] {
            assert_eq!(published(biography), None, "{biography}");
        }
    }

    #[test]
    fn a_hostile_biography_costs_no_more_than_its_length() {
        for part in [
            "@", "a@", "a", "(", "( ", " ", " dot ", "(at)", "a@b.", "@.", "\u{fdfa}", "a@b.cd ",
        ] {
            let biography = part.repeat(20_000 / part.len());
            let started = std::time::Instant::now();
            let _ = published(&biography);
            assert!(started.elapsed().as_secs() < 2, "{part}");
        }
    }
}
