//! An album → who produced and wrote its tracks.
//!
//! 1. `album`: the album's release in MusicBrainz: one search by barcode for the whole batch (by title where that leads
//!    nowhere), then one request that brings all its tracks.
//! 2. `leftovers`: the tracks of the whole batch that no release has, by their ISRC.
//! 3. `results`: credits of MusicBrainz and of the titles → rows.

mod album;
mod leftovers;
mod results;

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use serde::Deserialize;
use uuid::Uuid;

use crate::domain::ids::Isrc;
use crate::domain::matching::{Match, TrackFacts};
use crate::domain::titles::Title;
use crate::pipeline::message::{Delivery, MessageId};
use crate::pipeline::outcome::{Outcome, TrackRow};
use crate::pipeline::queue::Queue;
use crate::pipeline::stage::{Context, Stage};
use crate::sources::musicbrainz::{MusicBrainz, Recording, Release};
use crate::sources::spotify::Spotify;
use crate::sources::{SourceError, concurrently};
use crate::stages::failures::{not_found, settle};
use crate::stages::line_to;

/// `{albumId}`, or `{albumId, trackIds}` for the tracks that an earlier run had no time for.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// `albums.id`
    pub album_id: Uuid,
    /// `tracks.id`; these are looked for by ISRC only. Absent: the whole album.
    pub track_ids: Option<Vec<Uuid>>,
}

/// The album, its tracks, and names that must not be split.
#[derive(Debug, Clone, Deserialize)]
pub struct Subject {
    /// The album.
    pub album: Album,
    /// All its tracks.
    #[serde(default)]
    pub tracks: Vec<Track>,
    /// Stored names that occur in a title with a production credit.
    #[serde(default)]
    pub known_names: Vec<String>,
}

/// An album of the catalogue.
#[derive(Debug, Clone, Deserialize)]
pub struct Album {
    /// `albums.id`
    pub id: Uuid,
    /// Spotify's id.
    pub spotify_id: Option<String>,
    /// As stored.
    pub name: String,
    /// Barcode.
    pub upc: Option<String>,
    /// ISO date.
    pub release_date: Option<String>,
    /// Its artists' names.
    #[serde(default)]
    pub artist_names: Vec<String>,
}

/// A track of the catalogue.
#[derive(Debug, Clone, Deserialize)]
pub struct Track {
    /// `tracks.id`
    pub id: Uuid,
    /// Spotify's id.
    pub spotify_id: Option<String>,
    /// As stored.
    pub name: String,
    /// As stored.
    pub isrc: Option<String>,
    /// From 1.
    pub disc_number: Option<u32>,
    /// From 1, within its disc.
    pub track_number: Option<u32>,
    /// Milliseconds.
    pub duration_ms: Option<i64>,
    /// Its artists' names.
    #[serde(default)]
    pub artist_names: Vec<String>,
}

/// Finds who made an album's tracks.
pub struct ProducerIdentification;

impl Stage for ProducerIdentification {
    type Message = Message;
    type Subject = Subject;
    const QUEUE: Queue = Queue::ProducerIdentification;

    async fn run(context: &Context<'_>, batch: Vec<Delivery<Message, Subject>>) -> Vec<(MessageId, Outcome)> {
        let mut outcomes = Vec::with_capacity(batch.len());
        let mut works = Vec::with_capacity(batch.len());
        for delivery in batch {
            let Some(subject) = delivery.subject else {
                let message = format!("album {} is not in the catalogue", delivery.message.album_id);
                outcomes.push((delivery.msg_id, not_found("album_unknown", message)));
                continue;
            };
            works.push(Work::new(delivery.msg_id, &delivery.message, subject));
        }
        if let Some(config) = &context.config.musicbrainz {
            let line = line_to(context, context.musicbrainz);
            let pace = Pace::new(config.requests_per_second, context.concurrency);
            let musicbrainz = MusicBrainz::new(line, config);
            let spotify = context.config.spotify.as_ref().map(|config| {
                Spotify::new(
                    line_to(context, context.spotify),
                    config,
                    context.keys,
                    context.abilities,
                )
            });
            find_releases(&musicbrainz, context, &pace, &mut works).await;
            leftovers::find(&musicbrainz, spotify.as_ref(), &pace, &mut works).await;
        }
        for work in works {
            let outcome = match &work.problem {
                Some(error) => settle(error),
                None => results::outcome(&work),
            };
            outcomes.extend(outcome.map(|outcome| (work.msg_id, outcome)));
        }
        outcomes
    }
}

/// One message on its way through the steps.
struct Work {
    msg_id: MessageId,
    subject: Subject,
    /// Only a part of the album, without its titles.
    is_rest: bool,
    tracks: Vec<TrackWork>,
    release: Option<Release>,
    /// ISRCs that were asked for on the way.
    learned: Vec<TrackRow>,
    /// The message has no result, for this reason.
    problem: Option<SourceError>,
}

/// One track of it.
struct TrackWork {
    /// Its index in the subject.
    at: usize,
    facts: TrackFacts,
    found: Option<Found>,
    /// The run ended before it was looked up.
    unfinished: bool,
}

/// The recording that a track is.
struct Found {
    recording: Rc<Recording>,
    matched: Match,
    /// It is on the album's own release, so whoever produced that as a whole produced it.
    on_release: bool,
}

impl Work {
    fn new(msg_id: MessageId, message: &Message, subject: Subject) -> Self {
        let wanted = |track: &Track| message.track_ids.as_ref().is_none_or(|ids| ids.contains(&track.id));
        let tracks = subject.tracks.iter().enumerate().filter(|(_, track)| wanted(track));
        let tracks = tracks.map(|(at, track)| TrackWork {
            at,
            facts: facts(track),
            found: None,
            unfinished: false,
        });
        Self {
            msg_id,
            tracks: tracks.collect(),
            is_rest: message.track_ids.is_some(),
            subject,
            release: None,
            learned: Vec::new(),
            problem: None,
        }
    }
}

fn facts(track: &Track) -> TrackFacts {
    TrackFacts {
        title: Title::read(&track.name),
        isrc: track.isrc.as_deref().and_then(Isrc::parse),
        position: track
            .track_number
            .map(|number| (track.disc_number.unwrap_or(1), number)),
        length_ms: track
            .duration_ms
            .and_then(|length| u64::try_from(length).ok())
            .filter(|length| *length > 0),
    }
}

/// How fast MusicBrainz may be asked.
struct Pace {
    /// Between two requests; zero for a mirror without a limit.
    interval: Duration,
    /// Requests under way at once. At one a second a few are enough to use every slot, and few albums are half done when
    /// the run ends.
    concurrency: usize,
}

impl Pace {
    fn new(requests_per_second: f64, concurrency: usize) -> Self {
        if requests_per_second <= 0.0 {
            return Self {
                interval: Duration::ZERO,
                concurrency,
            };
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Positive, and at most 1000.
        let a_second = requests_per_second.ceil() as usize;
        Self {
            interval: Duration::try_from_secs_f64(1.0 / requests_per_second).unwrap_or(Duration::MAX),
            concurrency: (a_second + 3).min(concurrency),
        }
    }

    /// What `requests` will take, going by the `answered` ones of the time `spent`: other runs may use the same rate.
    fn time_for(&self, requests: usize, answered: u32, spent: Duration) -> Duration {
        if self.interval.is_zero() {
            return Duration::ZERO;
        }
        let seen = spent.checked_div(answered).unwrap_or_default();
        let requests = u32::try_from(requests).unwrap_or(u32::MAX);
        self.interval.max(seen).saturating_mul(requests)
    }
}

/// Requests that an album takes, apart from leftovers: a title where its barcode leads nowhere, and the release.
const REQUESTS_FOR_A_RELEASE: usize = 2;

/// The releases of the whole batch. An album is not begun when the time that is left is needed by those before it, for
/// their leftovers too: they would be given back together, and met again in the next run. The first is always begun.
async fn find_releases(musicbrainz: &MusicBrainz<'_>, context: &Context<'_>, pace: &Pace, works: &mut [Work]) {
    let line = line_to(context, context.musicbrainz);
    let time = line.time_left();
    let mut barcodes = Vec::new();
    for barcode in works
        .iter()
        .filter(|work| !work.is_rest)
        .filter_map(|work| album::barcode(&work.subject))
    {
        if !barcodes.contains(&barcode) {
            barcodes.push(barcode);
        }
    }
    let by_barcode = musicbrainz.releases_by_barcode(&barcodes).await;
    let begun = Cell::new(0);
    // Requests that the albums begun will still take.
    let owed = Cell::new(0_usize);
    let searches = works.iter_mut().filter(|work| !work.is_rest).map(|work| {
        let (owed, begun, by_barcode) = (&owed, &begun, &by_barcode);
        async move {
            let left = line.time_left();
            let needed = pace.time_for(
                owed.get() + REQUESTS_FOR_A_RELEASE,
                musicbrainz.answered(),
                time.saturating_sub(left),
            );
            if begun.replace(begun.get() + 1) > 0 && left < needed {
                work.problem = Some(SourceError::OutOfTime);
                return;
            }
            owed.set(owed.get() + REQUESTS_FOR_A_RELEASE);
            match album::release(musicbrainz, by_barcode, &work.subject).await {
                Ok(release) => {
                    work.release = release;
                    album::match_tracks(work);
                    let left = work.tracks.iter().filter(|track| track.found.is_none()).count();
                    owed.set(owed.get() + left);
                }
                Err(error) => work.problem = Some(error),
            }
            owed.set(owed.get() - REQUESTS_FOR_A_RELEASE);
        }
    });
    concurrently(pace.concurrency, searches).await;
}

#[cfg(test)]
mod tests;
