//! Instagram's names: what one looks like, and how it is taken from what people write.

/// First path segments of instagram.com that are pages of Instagram's own.
const RESERVED: [&str; 27] = [
    "p",
    "reel",
    "reels",
    "tv",
    "stories",
    "explore",
    "accounts",
    "about",
    "api",
    "challenge",
    "developer",
    "developers",
    "direct",
    "directory",
    "emails",
    "hashtag",
    "invites",
    "legal",
    "locations",
    "popular",
    "press",
    "privacy",
    "session",
    "share",
    "tags",
    "terms",
    "web",
];

/// The handle, in lower case, if `text` is one: `Name` or `@Name`.
pub fn handle(text: &str) -> Option<String> {
    let name = text.trim();
    let name = name.strip_prefix('@').unwrap_or(name).to_ascii_lowercase();
    let fits = (1..=30).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'_')
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains("..")
        && !RESERVED.contains(&name.as_str());
    fits.then_some(name)
}

/// The handle of a profile's address; `None` for a post, a hashtag, or another site.
pub fn handle_from_url(url: &str) -> Option<String> {
    let (scheme, rest) = url.trim().split_once("://")?;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return None;
    }
    let rest = rest.split(['?', '#']).next()?;
    let (host, path) = rest.split_once('/')?;
    let host = host.to_ascii_lowercase();
    if !matches!(host.as_str(), "instagram.com" | "www.instagram.com" | "m.instagram.com") {
        return None;
    }
    // Exactly one segment: with more, it is a page about something else.
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    match (segments.next(), segments.next()) {
        (Some(name), None) => handle(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_gives_its_handle() {
        for (url, name) in [
            ("https://www.instagram.com/TeddySPhotos/", "teddysphotos"),
            ("http://instagram.com/max.martin_1?hl=en", "max.martin_1"),
            ("https://m.instagram.com/@x#top", "x"),
            ("https://www.instagram.com//name//", "name"),
        ] {
            assert_eq!(handle_from_url(url).as_deref(), Some(name), "{url}");
        }
        assert_eq!(handle(" @Benny.Blanco ").as_deref(), Some("benny.blanco"));
    }

    #[test]
    fn anything_else_gives_none() {
        for url in [
            "https://www.instagram.com/p/Bx1/",
            "https://www.instagram.com/reel/Bx1",
            "https://www.instagram.com/explore/tags/abba/",
            "https://www.instagram.com/explore",
            "https://www.instagram.com/name/tagged",
            "https://www.instagram.com/",
            "https://instagram.com",
            "https://instagram.com.example.org/name",
            "https://example.org/instagram.com/name",
            "https://www.instagram.com/na%20me",
            "ftp://instagram.com/name",
            "name",
        ] {
            assert_eq!(handle_from_url(url), None, "{url}");
        }
        for bad in [
            "",
            "@",
            ".a",
            "a.",
            "a..b",
            "a b",
            "ä",
            "0123456789012345678901234567890",
            "#tag",
            "p",
        ] {
            assert_eq!(handle(bad), None, "{bad}");
        }
    }
}
