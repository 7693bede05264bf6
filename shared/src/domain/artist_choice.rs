//! Which search hit is the artist that was asked for.

use crate::domain::names::name_key;

/// A search hit.
#[derive(Debug, Clone, Copy)]
pub struct Hit<'h> {
    /// As the provider spells it.
    pub name: &'h str,
    /// Absent in Spotify's development mode.
    pub followers: Option<i64>,
    /// Likewise.
    pub popularity: Option<i32>,
}

/// The index of the hit that is `name`. Hits are ranked by popularity, not by name, so only an equal name is acceptable;
/// among several the one with more followers, then the more popular one, then the first.
pub fn choose(name: &str, hits: &[Hit<'_>]) -> Option<usize> {
    let key = name_key(name);
    let mut best: Option<usize> = None;
    for (at, hit) in hits.iter().enumerate() {
        if name_key(hit.name) != key {
            continue;
        }
        let weight = |at: usize| (hits[at].followers, hits[at].popularity);
        if best.is_none_or(|best| weight(at) > weight(best)) {
            best = Some(at);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(name: &str, followers: Option<i64>, popularity: Option<i32>) -> Hit<'_> {
        Hit {
            name,
            followers,
            popularity,
        }
    }

    #[test]
    fn only_an_equal_name_is_acceptable() {
        let hits = [
            hit("Genesis Owusu", Some(9), Some(90)),
            hit("Genesis", Some(1), Some(1)),
        ];
        assert_eq!(choose("genesis", &hits), Some(1));
        assert_eq!(choose("Genesi", &hits), None);
        assert_eq!(choose("Genesis", &[]), None);
    }

    #[test]
    fn among_namesakes_followers_then_popularity_then_order() {
        let hits = [
            hit("Air", Some(5), Some(99)),
            hit("AIR", Some(7), Some(1)),
            hit("Air", None, Some(100)),
        ];
        assert_eq!(choose("Air", &hits), Some(1));
        let without_followers = [
            hit("Air", None, Some(1)),
            hit("Air", None, Some(2)),
            hit("Air", None, Some(2)),
        ];
        assert_eq!(choose("Air", &without_followers), Some(1));
        let bare = [hit("Air", None, None), hit("Air", None, None)];
        assert_eq!(choose("Air", &bare), Some(0));
    }
}
