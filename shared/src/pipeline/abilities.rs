//! What a provider refused lately, so that nobody tries it again for a while (`Context::abilities`).
//!
//! An ability is a name that its source chooses (`album_batch`). A Spotify app in development mode refuses batch reads;
//! it is asked once a day, not once a batch, because what was refused goes into the commit's report and comes back with
//! every dequeue.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use crate::platform::config::Provider;

/// Refused abilities, known before the run and learned in it.
#[derive(Debug, Default)]
pub struct Abilities {
    retry_after: Duration,
    known: RefCell<BTreeMap<(Provider, String), Origin>>,
}

/// How a refusal is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The dequeue brought it.
    Database,
    /// This run met it, and has not reported it yet.
    Run,
}

impl Abilities {
    /// None is refused yet; what will be, stays refused for `retry_after`.
    pub fn new(retry_after: Duration) -> Self {
        Self {
            retry_after,
            known: RefCell::default(),
        }
    }

    /// Takes over what the database says. Only adds: a run is shorter than any refusal.
    pub fn know(&self, provider: Provider, ability: &str) {
        self.known
            .borrow_mut()
            .entry((provider, ability.to_owned()))
            .or_insert(Origin::Database);
    }

    /// Whether `provider` refused `ability` lately.
    pub fn refused(&self, provider: Provider, ability: &str) -> bool {
        self.known.borrow().contains_key(&(provider, ability.to_owned()))
    }

    /// Notes that `provider` refused `ability` just now.
    pub fn refuse(&self, provider: Provider, ability: &str) {
        self.known
            .borrow_mut()
            .entry((provider, ability.to_owned()))
            .or_insert(Origin::Run);
    }

    /// What this run learned since the last call, for the commit's report, with the time for which it holds.
    pub fn take_new(&self) -> Vec<(Provider, String, Duration)> {
        let mut known = self.known.borrow_mut();
        let new = known.iter_mut().filter(|(_, origin)| **origin == Origin::Run);
        new.map(|((provider, ability), origin)| {
            *origin = Origin::Database;
            (*provider, ability.clone(), self.retry_after)
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_only_what_the_run_learned_and_only_once() {
        let abilities = Abilities::new(Duration::from_mins(1));
        abilities.know(Provider::Spotify, "album_batch");
        abilities.refuse(Provider::Spotify, "album_batch");
        abilities.refuse(Provider::Spotify, "track_batch");
        assert!(abilities.refused(Provider::Spotify, "album_batch"));
        assert!(!abilities.refused(Provider::Genius, "album_batch"));
        let new = vec![(Provider::Spotify, "track_batch".to_owned(), Duration::from_mins(1))];
        assert_eq!(abilities.take_new(), new);
        assert_eq!(abilities.take_new(), vec![]);
        assert!(abilities.refused(Provider::Spotify, "track_batch"));
    }
}
