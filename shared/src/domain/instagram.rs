//! Instagram's names: what one looks like, and how it is taken from what people write.

use percent_encoding::percent_decode_str;

/// First path segments of instagram.com that are pages of Instagram's own. None of them can be anybody's name.
const RESERVED: [&str; 52] = [
    "_n",
    "_u",
    "about",
    "accounts",
    "ads",
    "api",
    "ar",
    "archive",
    "blog",
    "business",
    "challenge",
    "channel",
    "create",
    "creators",
    "data",
    "developer",
    "developers",
    "direct",
    "directory",
    "emails",
    "explore",
    "favicon.ico",
    "graphql",
    "guide",
    "hashtag",
    "help",
    "instagr.am",
    "instagram.com",
    "invites",
    "legal",
    "lite",
    "live",
    "locations",
    "m.instagram.com",
    "nametag",
    "oauth",
    "p",
    "popular",
    "press",
    "privacy",
    "query",
    "reel",
    "reels",
    "robots.txt",
    "session",
    "share",
    "stories",
    "tags",
    "terms",
    "tv",
    "web",
    "www.instagram.com",
];

/// Hosts whose paths are Instagram's.
const HOSTS: [&str; 5] = [
    "instagram.com",
    "www.instagram.com",
    "m.instagram.com",
    "instagr.am",
    "www.instagr.am",
];

/// In the name of an account that says that it is not theirs.
const OF_FANS: [&str; 5] = ["fanpage", "fanclub", "fansite", "fanbase", "fanaccount"];

/// The handle, in lower case, if `text` is one: `Name`, `@Name`, or the address of a profile.
pub fn handle(text: &str) -> Option<String> {
    if text.contains('/') {
        return handle_from_url(text);
    }
    name(text)
}

/// The handle of a profile's address, with or without a scheme; `None` for a post, a hashtag, or another site.
pub fn handle_from_url(url: &str) -> Option<String> {
    let url = url.trim_matches(is_blank);
    let rest = match url.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http") => rest,
        // In a query, for instance.
        Some((before, _)) if before.contains('/') => url,
        Some(_) => return None,
        None => url,
    };
    let rest = rest.split(['?', '#']).next()?;
    let (host, path) = rest.split_once('/')?;
    if !HOSTS.iter().any(|known| host.eq_ignore_ascii_case(known)) {
        return None;
    }
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    // Exactly one segment: with more, it is a page about something else, of the same person (`name/tagged`) or not. But
    // `_u/name` is how apps open the profile itself.
    match (segments.next()?, segments.next(), segments.next()) {
        (segment, None, _) | ("_u", Some(segment), None) => name(&percent_decode_str(segment).decode_utf8().ok()?),
        _ => None,
    }
}

fn name(text: &str) -> Option<String> {
    let text = text.trim_matches(is_blank);
    let name = text.strip_prefix('@').unwrap_or(text).to_ascii_lowercase();
    let fits = (1..=30).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'_')
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains("..")
        && !RESERVED.contains(&name.as_str())
        && !is_of_fans(&name);
    fits.then_some(name)
}

/// Whatever source states it: the page of somebody's admirers is not theirs.
fn is_of_fans(name: &str) -> bool {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    OF_FANS.iter().any(|word| letters.contains(word)) || name.split(['.', '_']).any(|word| word == "fans")
}

/// White space, and marks that nobody sees, as they come with what is copied from a screen.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_written_becomes_the_handle() {
        for (text, name) in [
            ("Name", "name"),
            (" @Benny.Blanco ", "benny.blanco"),
            ("name\u{200e}", "name"),
            ("https://www.instagram.com/TeddySPhotos/", "teddysphotos"),
            ("https://instagram.com/name", "name"),
            ("HTTPS://WWW.INSTAGRAM.COM/NAME", "name"),
            ("http://instagram.com/max.martin_1?hl=en", "max.martin_1"),
            (
                "https://www.instagram.com/name/?igsh=MzRlODBiNWFlZA==&utm_source=qr",
                "name",
            ),
            ("https://m.instagram.com/@x#top", "x"),
            ("https://www.instagram.com//name//", "name"),
            ("instagram.com/name", "name"),
            ("www.instagram.com/name/?hl=en", "name"),
            ("instagram.com/name?next=https://example.org/", "name"),
            ("http://instagr.am/name", "name"),
            ("https://www.instagram.com/%40na%6De%2E1/", "name.1"),
            ("https://www.instagram.com/_u/Name/", "name"),
            ("https://www.instagram.com/stories_of_me", "stories_of_me"),
            ("roger.fan", "roger.fan"),
            ("_0_", "_0_"),
            ("012345678901234567890123456789", "012345678901234567890123456789"),
        ] {
            assert_eq!(handle(text).as_deref(), Some(name), "{text}");
        }
        assert_eq!(handle_from_url("name"), None);
    }

    #[test]
    fn anything_else_gives_none() {
        for text in [
            "https://www.instagram.com/p/Bx1/",
            "https://www.instagram.com/name/p/Bx1/",
            "https://www.instagram.com/reel/Bx1",
            "https://www.instagram.com/name/reel/Bx1",
            "https://www.instagram.com/reels/audio/123",
            "https://www.instagram.com/tv/Bx1",
            "https://www.instagram.com/stories/name/123",
            "https://www.instagram.com/stories/",
            "https://www.instagram.com/explore/tags/abba/",
            "https://www.instagram.com/explore",
            "https://www.instagram.com/%65xplore",
            "https://www.instagram.com/accounts/login/?next=/name/",
            "https://www.instagram.com/name/tagged",
            "https://www.instagram.com/name/tagged/",
            "https://www.instagram.com/_u/",
            "https://www.instagram.com/_u/p",
            "https://www.instagram.com/_u/name/x",
            "https://www.instagram.com/_n/mainfeed",
            "https://www.instagram.com/",
            "https://www.instagram.com/?hl=en",
            "https://instagram.com",
            "instagram.com",
            "https://instagram.com.example.org/name",
            "https://instagram.com@example.org/name",
            "https://example.org/instagram.com/name",
            "https://example.org/?u=https://instagram.com/name",
            "https://help.instagram.com/name",
            "https://l.instagram.com/?u=https%3A%2F%2Finstagram.com%2Fname",
            "https://www.instagram.com/na%20me",
            "https://www.instagram.com/name%2Fx",
            "https://www.instagram.com/%ff",
            "https://www.instagram.com/abba_fanpage/",
            "https://www.instagram.com/fan.page.of.abba/",
            "https://www.instagram.com/abba.fans/",
            "ftp://instagram.com/name",
            "/name",
            "//",
            "",
            "@",
            "@@name",
            ".a",
            "a.",
            "a..b",
            "a b",
            "a-b",
            "ä",
            "0123456789012345678901234567890",
            "#tag",
            "p",
        ] {
            assert_eq!(handle(text), None, "{text}");
        }
    }
}
