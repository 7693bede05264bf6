//! Abilities that providers refused lately, which no run tries again for a while (`Context::abilities`).
//!
//! An ability is a name that its source chooses (`album_batch`). For example, Spotify refuses batch reads to an app in
//! development mode. The refusal goes to the database with the commit's report, and every dequeue brings it back, so that
//! Spotify is asked for a batch once a day and not once a run.

use std::cell::RefCell;
use std::time::Duration;

use crate::sources::Provider;

#[derive(Debug, Default)]
pub struct Abilities {
    retry_after: Duration,
    refused: RefCell<Vec<(Provider, String, Refusal)>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    /// The database knows it: a dequeue brought it, or a commit has reported it.
    Stored,
    /// This run met it, and no commit has reported it yet.
    Unreported,
}

impl Abilities {
    /// Nothing is refused at first. What a provider refuses is not tried again for `retry_after`.
    pub fn new(retry_after: Duration) -> Self {
        Self {
            retry_after,
            refused: RefCell::default(),
        }
    }

    /// Applies a refusal that the database knows. None is ever removed, because a run is shorter than any refusal lasts.
    pub fn apply(&self, provider: Provider, ability: &str) {
        self.note(provider, ability, Refusal::Stored);
    }

    pub fn refused(&self, provider: Provider, ability: &str) -> bool {
        let refused = self.refused.borrow();
        refused.iter().any(|(at, name, _)| *at == provider && name == ability)
    }

    /// Notes that `provider` refused `ability` to this run.
    pub fn refuse(&self, provider: Provider, ability: &str) {
        self.note(provider, ability, Refusal::Unreported);
    }

    /// What was noted before stays as it is.
    fn note(&self, provider: Provider, ability: &str, refusal: Refusal) {
        if !self.refused(provider, ability) {
            self.refused.borrow_mut().push((provider, ability.to_owned(), refusal));
        }
    }

    /// What was refused to this run since the last commit's report, and for how long that holds.
    pub fn take_unreported(&self) -> Vec<(Provider, String, Duration)> {
        let mut refused = self.refused.borrow_mut();
        let unreported = refused
            .iter_mut()
            .filter(|(_, _, refusal)| *refusal == Refusal::Unreported);
        unreported
            .map(|(provider, ability, refusal)| {
                *refusal = Refusal::Stored;
                (*provider, ability.clone(), self.retry_after)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_refused_to_this_run_is_reported_and_only_once() {
        let abilities = Abilities::new(Duration::from_mins(1));
        abilities.apply(Provider::Spotify, "album_batch");
        abilities.refuse(Provider::Spotify, "album_batch");
        abilities.refuse(Provider::Spotify, "track_batch");
        assert!(abilities.refused(Provider::Spotify, "album_batch"));
        assert!(!abilities.refused(Provider::Genius, "album_batch"));
        let new = vec![(Provider::Spotify, "track_batch".to_owned(), Duration::from_mins(1))];
        assert_eq!(abilities.take_unreported(), new);
        assert_eq!(abilities.take_unreported(), vec![]);
        assert!(abilities.refused(Provider::Spotify, "track_batch"));
    }
}
