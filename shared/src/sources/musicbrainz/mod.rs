//! MusicBrainz' web service, version 2.

mod artist;
mod config;
mod recording;
mod relations;
mod release;

pub use artist::{ArtistPage, Link};
pub use config::Config;
pub use recording::{Recording, RecordingHit, ReleaseOfHit};
pub use release::{Medium, Release, ReleaseHit, ReleaseTrack};

use std::cell::Cell;
use std::time::Duration;

use http::StatusCode;
use serde_json::Value;

use crate::domain::ids::{Barcode, Isrc, MusicBrainzId};
use crate::sources::client::{ProviderAnswer, ProviderClient};
use crate::sources::json::{self, Misread};
use crate::sources::{SourceError, divided, escaped};

/// What a recording's lookup brings: people, works, and the people of the works.
const RECORDING_RELATIONS: &str = "artist-rels+work-rels+work-level-rels";

/// The answer for a release with more recordings than this leaves their relations out without saying so.
const MOST_RECORDINGS: usize = 500;

/// ISRCs in one search. Even where each stands for two recordings, the hits fit on one page.
const ISRCS_PER_SEARCH: usize = 40;
/// Barcodes in one search, for the same reason.
const BARCODES_PER_SEARCH: usize = 20;

const PAGE: usize = 100;
/// The codes of one search never have more hits than these pages hold, so a search that goes on is malformed.
const MOST_PAGES_OF_HITS: usize = 20;
/// No release has more recordings than these pages hold, so a list that goes on is malformed.
const MOST_PAGES_OF_RECORDINGS: usize = 100;

/// Tries of one request while the server says that it is busy.
const TRIES: u32 = 4;
const BUSY_WAIT: Duration = Duration::from_secs(1);
/// A longer wait than this is left to a later run.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// The pause after "exceeding the allowable rate limit" without a `Retry-After`.
const RATE_PAUSE: Duration = Duration::from_secs(2);

pub struct MusicBrainz<'a> {
    client: ProviderClient<'a>,
    config: &'a Config,
    answered: Cell<u32>,
}

impl<'a> MusicBrainz<'a> {
    pub fn new(client: ProviderClient<'a>, config: &'a Config) -> Self {
        Self {
            client,
            config,
            answered: Cell::new(0),
        }
    }

    /// Requests that were answered so far, whatever the answer.
    pub fn answered(&self) -> u32 {
        self.answered.get()
    }

    /// The releases with each of these barcodes, all asked for together.
    pub async fn releases_by_barcode(
        &self,
        barcodes: &[Barcode],
    ) -> Vec<(Barcode, Result<Vec<ReleaseHit>, SourceError>)> {
        let limit = self.client.concurrency;
        let answers = divided(barcodes, BARCODES_PER_SEARCH, limit, |part| self.search_barcodes(part)).await;
        let of_one = |barcode: &Barcode, answer: &Result<Vec<ReleaseHit>, SourceError>| {
            let hits = answer.as_ref().map_err(Clone::clone)?;
            let is_its = |hit: &&ReleaseHit| hit.hit.barcode.as_ref().is_none_or(|known| known == barcode);
            Ok(hits.iter().filter(is_its).cloned().collect())
        };
        let each = answers
            .iter()
            .flat_map(|(part, answer)| part.iter().map(move |barcode| (barcode, answer)));
        each.map(|(barcode, answer)| (barcode.clone(), of_one(barcode, answer)))
            .collect()
    }

    async fn search_barcodes(&self, barcodes: &[Barcode]) -> Result<Vec<ReleaseHit>, SourceError> {
        let terms: Vec<String> = barcodes
            .iter()
            .map(|barcode| format!("barcode:{}", barcode.as_str()))
            .collect();
        self.search("release", &terms.join(" OR "), release::hits).await
    }

    /// The releases of this title by this artist, as far as they stand on the first page.
    pub async fn releases_by_title(&self, title: &str, artist: &str) -> Result<Vec<ReleaseHit>, SourceError> {
        let query = escaped(&format!("release:{} AND artist:{}", phrase(title), phrase(artist)));
        let answer = self.get(&format!("/release?query={query}&limit={PAGE}")).await?;
        let body = answer.json()?;
        let hits = release::hits(&body).map_err(|misread| answer.malformed(misread))?;
        Ok(hits.into_iter().flatten().collect())
    }

    /// A release with all its recordings and what is known of who made them; `None`: there is none. Its id is another than
    /// `id` where the two were merged.
    pub async fn release(&self, id: MusicBrainzId) -> Result<Option<Release>, SourceError> {
        let inc = "recordings+artist-credits+isrcs+recording-level-rels+work-rels+work-level-rels+artist-rels";
        let Some((answer, body)) = self.lookup("release", id, inc).await? else {
            return Ok(None);
        };
        let mut release = release::read(&body).map_err(|misread| answer.malformed(misread))?;
        if release.relations_left_out || release.tracks().count() > MOST_RECORDINGS {
            release.recordings = self.recordings_of(release.id).await?;
            release.relations_left_out = false;
        }
        Ok(Some(release))
    }

    /// The recordings of a release page by page, with their relations.
    async fn recordings_of(&self, release: MusicBrainzId) -> Result<Vec<Recording>, SourceError> {
        let mut recordings = Vec::new();
        let mut offset = 0;
        for number in 1.. {
            let inc = format!("artist-credits+isrcs+{RECORDING_RELATIONS}");
            let path = format!("/recording?release={release}&limit={PAGE}&offset={offset}&inc={inc}");
            let answer = self.get(&path).await?;
            let body = answer.json()?;
            let page = recording::page(&body).map_err(|misread| answer.malformed(misread))?;
            let listed = page.len();
            recordings.extend(page.into_iter().flatten());
            offset += listed;
            let total = json::optional_integer(&body, "recording-count").and_then(|count| usize::try_from(count).ok());
            if listed == 0 || total.map_or(listed < PAGE, |total| offset >= total) {
                break;
            }
            if number == MOST_PAGES_OF_RECORDINGS {
                return Err(answer.malformed(Misread::at("recording-count", "does not come to an end")));
            }
        }
        Ok(recordings)
    }

    /// The recordings that carry each of these codes, without their relations, all asked for together.
    pub async fn recordings_by_isrc<'k>(
        &self,
        isrcs: &'k [Isrc],
    ) -> Vec<(&'k [Isrc], Result<Vec<RecordingHit>, SourceError>)> {
        divided(isrcs, ISRCS_PER_SEARCH, self.client.concurrency, |part| {
            self.search_isrcs(part)
        })
        .await
    }

    async fn search_isrcs(&self, isrcs: &[Isrc]) -> Result<Vec<RecordingHit>, SourceError> {
        let terms: Vec<String> = isrcs.iter().map(|isrc| format!("isrc:{isrc}")).collect();
        self.search("recording", &terms.join(" OR "), recording::hits).await
    }

    /// All hits of a search, page by page.
    async fn search<T>(
        &self,
        entity: &str,
        query: &str,
        read: fn(&Value) -> Result<Vec<Option<T>>, Misread>,
    ) -> Result<Vec<T>, SourceError> {
        let query = escaped(query);
        let mut hits = Vec::new();
        let mut offset = 0;
        for number in 1.. {
            let from = if offset == 0 {
                String::new()
            } else {
                format!("&offset={offset}")
            };
            let answer = self.get(&format!("/{entity}?query={query}&limit={PAGE}{from}")).await?;
            let body = answer.json()?;
            let page = read(&body).map_err(|misread| answer.malformed(misread))?;
            let listed = page.len();
            hits.extend(page.into_iter().flatten());
            offset += listed;
            let total = json::optional_integer(&body, "count").and_then(|count| usize::try_from(count).ok());
            if listed == 0 || offset >= total.unwrap_or(0) {
                break;
            }
            if number == MOST_PAGES_OF_HITS {
                return Err(answer.malformed(Misread::at("count", "does not come to an end")));
            }
        }
        Ok(hits)
    }

    /// A recording with its relations; `None`: there is none.
    pub async fn recording(&self, id: MusicBrainzId) -> Result<Option<Recording>, SourceError> {
        let Some((answer, body)) = self.lookup("recording", id, RECORDING_RELATIONS).await? else {
            return Ok(None);
        };
        let read = recording::read(&body).and_then(|recording| match recording {
            Some(recording) if recording.has_relations => Ok(recording),
            Some(_) => Err(Misread::at("relations", "missing")),
            None => Err(Misread::body("is no recording with an id and a title")),
        });
        read.map(Some).map_err(|misread| answer.malformed(misread))
    }

    /// An artist with links and aliases; `None`: there is none.
    pub async fn artist(&self, id: MusicBrainzId) -> Result<Option<ArtistPage>, SourceError> {
        let Some((answer, body)) = self.lookup("artist", id, "url-rels+aliases").await? else {
            return Ok(None);
        };
        artist::read(&body)
            .map(Some)
            .map_err(|misread| answer.malformed(misread))
    }

    /// The answer about one entity; `None` for a 404. Where the entity was merged into another one, MusicBrainz answers
    /// 301, and the answer is about the other: its own id is the right one from then on. One such redirect is followed.
    async fn lookup(
        &self,
        entity: &str,
        id: MusicBrainzId,
        inc: &str,
    ) -> Result<Option<(ProviderAnswer, Value)>, SourceError> {
        let mut answer = self.get(&format!("/{entity}/{id}?inc={inc}")).await?;
        if answer.status == StatusCode::MOVED_PERMANENTLY {
            let merged_into = self
                .config
                .merged_into(entity, &answer)
                .ok_or_else(|| answer.failure())?;
            answer = self.get(&format!("/{entity}/{merged_into}?inc={inc}")).await?;
        }
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let body = answer.json()?;
        Ok(Some((answer, body)))
    }

    /// `path` below `/ws/2`, with a query. The two kinds of 503 are waited out, within reason: "busy" comes to
    /// well-behaved clients too, and counts as a failure only when it stays; "rate limit" never counts.
    async fn get(&self, path: &str) -> Result<ProviderAnswer, SourceError> {
        let url = self.config.address(path);
        let mut tries = 0;
        loop {
            let answer = self.client.send(self.config.request(&url)?).await?;
            self.answered.set(self.answered.get() + 1);
            tries += 1;
            if answer.status == StatusCode::FORBIDDEN && answer.pause.is_none() {
                let message = format!(
                    "MusicBrainz refuses this client (musicbrainz_contact): {}",
                    answer.message()
                );
                return Err(SourceError::Misconfigured {
                    code: "musicbrainz_refused",
                    message,
                });
            }
            if answer.status != StatusCode::SERVICE_UNAVAILABLE {
                return Ok(answer);
            }
            let over_the_rate = answer.message().contains("rate limit");
            let wait = answer
                .pause
                .unwrap_or(if over_the_rate { RATE_PAUSE } else { BUSY_WAIT })
                .max(BUSY_WAIT);
            if tries < TRIES && wait <= LONGEST_WAIT {
                self.client.wait(wait).await?;
            } else if over_the_rate {
                return Err(SourceError::Paused { url, after: wait });
            } else {
                return Err(answer.failure());
            }
        }
    }
}

/// A phrase of the search's query language.
fn phrase(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests;
