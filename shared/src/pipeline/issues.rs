//! What a stage met that only an operator can mend, although it went on without it (`Context::issues`).
//!
//! A source that refuses its credentials does not fail what the other sources know; it becomes an open row of
//! `worker_issues` with the commit's report, and its next answer closes that.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::pipeline::commit::Issue;
use crate::platform::config::Provider;

/// What is known of the providers' configuration since the last report; `None`: it works.
#[derive(Debug, Default)]
pub struct Issues(RefCell<BTreeMap<Provider, Option<String>>>);

impl Issues {
    /// `provider` can't be used as it is configured. Never with a secret in `message`.
    pub fn misconfigured(&self, provider: Provider, message: impl Into<String>) {
        self.0.borrow_mut().insert(provider, Some(message.into()));
    }

    /// `provider` answers. What was met since the last report stays met.
    pub fn works(&self, provider: Provider) {
        self.0.borrow_mut().entry(provider).or_insert(None);
    }

    /// For the commit's report: issues to open, and those to close.
    pub fn take(&self) -> (Vec<Issue>, Vec<&'static str>) {
        let mut open = Vec::new();
        let mut closed = Vec::new();
        for (provider, problem) in self.0.take() {
            let kind = kind(provider);
            match problem {
                Some(message) => open.push(Issue { kind, message }),
                None => closed.push(kind),
            }
        }
        (open, closed)
    }
}

fn kind(provider: Provider) -> &'static str {
    match provider {
        Provider::Spotify => "spotify_misconfigured",
        Provider::Musicbrainz => "musicbrainz_misconfigured",
        Provider::Genius => "genius_misconfigured",
        Provider::Wikidata => "wikidata_misconfigured",
        Provider::Instagram => "instagram_misconfigured",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_said_and_what_works_closes_it() {
        let issues = Issues::default();
        issues.misconfigured(Provider::Genius, "refused");
        issues.works(Provider::Genius);
        issues.works(Provider::Instagram);
        let (open, closed) = issues.take();
        assert_eq!(open.len(), 1);
        assert_eq!(
            (open[0].kind, open[0].message.as_str()),
            ("genius_misconfigured", "refused")
        );
        assert_eq!(closed, ["instagram_misconfigured"]);
        assert_eq!(issues.take(), (vec![], vec![]));
    }
}
