//! What the project's functions answer, as `discover` needs it.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The answer of `get_discovery`: what became of one request.
#[derive(Debug, Clone, Deserialize)]
pub struct Discovery {
    pub state: State,
    /// The artist that was found.
    pub artist: Option<Artist>,
    /// The five stages, in their order.
    #[serde(default)]
    pub stages: Vec<Stage>,
    /// The same for each correlation that does work for this request; requests that do work for each other share some.
    #[serde(default)]
    pub shares: Vec<Share>,
    /// What the catalogue holds of the artist now.
    #[serde(default)]
    pub counts: Counts,
    /// What it holds of the artists of several requests, where that was asked for: they share albums and people.
    pub counts_together: Option<Counts>,
    /// What went wrong on the way.
    #[serde(default)]
    pub errors: Vec<StageError>,
}

/// The messages of one correlation.
#[derive(Debug, Clone, Deserialize)]
pub struct Share {
    pub correlation_id: String,
    #[serde(default)]
    pub stages: Vec<Stage>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Messages of it are in a queue.
    Running,
    Completed,
    NotFound,
    /// Some of its messages are dead letters.
    Failed,
}

/// An artist of the catalogue.
#[derive(Debug, Clone, Deserialize)]
pub struct Artist {
    pub id: String,
    /// The artist's name, as the provider spells it.
    pub name: String,
}

/// How many messages of a request stand where in one queue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Stage {
    pub queue_name: String,
    #[serde(default)]
    pub waiting: u64,
    #[serde(default)]
    pub in_progress: u64,
    /// Waiting for another try.
    #[serde(default)]
    pub retrying: u64,
    #[serde(default)]
    pub done: u64,
    /// Done, without the result that was hoped for.
    #[serde(default)]
    pub failed: u64,
    #[serde(default)]
    pub dead: u64,
}

/// What the catalogue holds of an artist, or of several.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub struct Counts {
    pub albums: u64,
    pub tracks: u64,
    /// Credits, one for each track, person, role and source.
    pub credits: u64,
    pub producers: u64,
}

/// An error of one message.
#[derive(Debug, Clone, Deserialize)]
pub struct StageError {
    /// The queue of the message.
    pub queue_name: String,
    /// `code: what happened`.
    pub error: String,
}

/// A row of `get_artist_producers`.
#[derive(Debug, Clone, Deserialize)]
pub struct Producer {
    pub name: String,
    #[serde(default)]
    pub roles: Vec<String>,
    /// On how many of the artist's tracks.
    pub track_count: u64,
    /// For how many artists of the catalogue.
    pub artist_count: u64,
    /// How sure the credits are, from 0 to 1.
    pub confidence: Option<f64>,
    pub instagram_handle: Option<String>,
}

impl Stage {
    /// Messages that are not at their end yet.
    pub fn open(&self) -> u64 {
        self.waiting + self.in_progress + self.retrying
    }

    /// Messages that are at their end, whichever.
    pub fn closed(&self) -> u64 {
        self.done + self.failed + self.dead
    }

    fn add(&mut self, other: &Self) {
        self.waiting += other.waiting;
        self.in_progress += other.in_progress;
        self.retrying += other.retrying;
        self.done += other.done;
        self.failed += other.failed;
        self.dead += other.dead;
    }
}

/// The stages of several requests as one list. Work that two of them share is counted once.
pub fn sum_stages<'a>(discoveries: impl IntoIterator<Item = &'a Discovery>) -> Vec<Stage> {
    // A later answer is newer, also of what an earlier one shares.
    let mut shares: BTreeMap<&str, &[Stage]> = BTreeMap::new();
    for share in discoveries.into_iter().flat_map(|discovery| &discovery.shares) {
        shares.insert(&share.correlation_id, &share.stages);
    }
    let mut total: Vec<Stage> = Vec::new();
    for stage in shares.into_values().flatten() {
        match total.iter_mut().find(|known| known.queue_name == stage.queue_name) {
            Some(known) => known.add(stage),
            None => total.push(stage.clone()),
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn share(correlation_id: &str, done: u64) -> Value {
        json!({ "correlation_id": correlation_id, "stages": [{ "queue_name": "social_enrichment", "done": done }] })
    }

    fn discovery(artist: &str, shares: &[Value]) -> Discovery {
        serde_json::from_value(json!({
            "state": "completed", "artist": { "id": artist, "name": artist }, "shares": shares,
        }))
        .unwrap()
    }

    #[test]
    fn work_that_two_requests_share_is_counted_once() {
        // The first request found the second's messages in the queue, and both those of a third that nobody follows.
        let one = discovery("a", &[share("one", 5), share("two", 7), share("three", 11)]);
        let two = discovery("b", &[share("two", 7), share("three", 12)]);
        let total = sum_stages([&one, &two]);
        assert_eq!((total.len(), total[0].done), (1, 5 + 7 + 12));
    }
}
