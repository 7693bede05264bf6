//! MusicBrainz: its recordings' people, its works' authors, and who produced a release as a whole.
//!
//! 1. `release`: the album's release: one search by barcode for the whole batch (by title where that leads nowhere),
//!    then one request that brings all its tracks.
//! 2. `leftovers`: the tracks of the whole batch that no release has, by their ISRC.

mod leftovers;
mod release;

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::LocalBoxFuture;

use crate::domain::credits::{Credit, Source};
use crate::domain::ids::Isrc;
use crate::domain::matching::{Match, TrackFacts};
use crate::domain::titles::{Title, versions_of_album};
use crate::pipeline::outcome::TrackRow;
use crate::pipeline::stage::Context;
use crate::sources::Provider;
use crate::sources::client::ProviderClient;
use crate::sources::musicbrainz::{MusicBrainz, Recording, Release};
use crate::sources::spotify::Spotify;
use crate::sources::{SourceError, concurrently};
use crate::stages::answer::Answer;
use crate::stages::producer_identification::source::{CreditSource, Findings, Question, TrackAnswer};
use crate::stages::producer_identification::{Subject, Track};

struct MusicBrainzCredits<'a> {
    musicbrainz: MusicBrainz<'a>,
    /// For the ISRCs that an app in development mode is not given with the album.
    spotify: Option<Spotify<'a>>,
    client: ProviderClient<'a>,
    pace: Pace,
}

/// `None`: not configured.
pub fn source<'a>(context: &'a Context<'a>) -> Option<Box<dyn CreditSource + 'a>> {
    let config = context.config.providers.musicbrainz.as_ref()?;
    let client = context.client(Provider::Musicbrainz);
    let spotify = context.config.providers.spotify.as_ref().map(|config| {
        let client = context.client(Provider::Spotify);
        Spotify::new(client, config, context.keys, context.abilities)
    });
    Some(Box::new(MusicBrainzCredits {
        musicbrainz: MusicBrainz::new(client, config),
        spotify,
        client,
        pace: Pace::new(config.requests_per_second, context.concurrency),
    }))
}

impl CreditSource for MusicBrainzCredits<'_> {
    fn source(&self) -> Source {
        Source::MusicBrainz
    }

    fn ask<'a>(&'a self, questions: &'a [Question<'a>]) -> LocalBoxFuture<'a, Vec<TrackAnswer>> {
        async move {
            let mut albums = albums(questions);
            find_releases(&self.musicbrainz, self.client, &self.pace, &mut albums).await;
            leftovers::find(&self.musicbrainz, self.spotify.as_ref(), &self.pace, &mut albums).await;
            albums.into_iter().flat_map(Album::answers).collect()
        }
        .boxed_local()
    }
}

/// The tracks of one album that are asked for.
struct Album<'q> {
    subject: &'q Subject,
    /// Its release was looked for by an earlier run; these tracks are not on it.
    is_follow_up: bool,
    tracks: Vec<Wanted<'q>>,
    release: Option<Release>,
    /// Why none of the tracks could be looked for.
    failure: Option<SourceError>,
}

struct Wanted<'q> {
    stored: &'q Track,
    facts: TrackFacts,
    found: Option<Found>,
    /// The track's row with its ISRC, where Spotify was asked for it on the way.
    learned: Option<TrackRow>,
    /// Why the track could not be looked for.
    failure: Option<SourceError>,
}

/// The recording that a track is.
struct Found {
    recording: Rc<Recording>,
    matched: Match,
    /// Whether the recording is on the album's own release. Then the producers of the whole release produced it, too.
    on_release: bool,
}

/// Groups the questions by album. Questions of one album stand together in the batch.
fn albums<'q>(questions: &[Question<'q>]) -> Vec<Album<'q>> {
    let mut albums: Vec<Album<'q>> = Vec::new();
    for question in questions {
        let wanted = Wanted {
            stored: question.track,
            facts: facts(question.subject, question.track),
            found: None,
            learned: None,
            failure: None,
        };
        match albums.last_mut() {
            Some(album) if std::ptr::eq(album.subject, question.subject) => album.tracks.push(wanted),
            _ => albums.push(Album {
                subject: question.subject,
                is_follow_up: question.is_follow_up,
                tracks: vec![wanted],
                release: None,
                failure: None,
            }),
        }
    }
    albums
}

impl Album<'_> {
    /// The answers, in the order of the tracks.
    fn answers(self) -> Vec<TrackAnswer> {
        let of_release = self.release.as_ref().map_or(&[][..], |release| &release.credits);
        // Names on other recordings of the release help to read the album's titles, too.
        let mut names = self.release.as_ref().map(spellings).unwrap_or_default();
        let answers = self.tracks.into_iter().map(|track| {
            let answer = match self.failure.clone().or(track.failure) {
                Some(failure) => Answer::Failed(failure),
                None => Answer::Given(Findings {
                    names: std::mem::take(&mut names),
                    ..track
                        .found
                        .map(|found| findings(&found, of_release))
                        .unwrap_or_default()
                }),
            };
            TrackAnswer {
                answer,
                learned: track.learned,
            }
        });
        answers.collect()
    }
}

fn findings(found: &Found, of_release: &[Credit]) -> Findings {
    let mut credits = found.recording.credits.clone();
    if found.on_release {
        credits.extend_from_slice(of_release);
    }
    Findings {
        credits,
        matched: Some(found.matched.clone()),
        names: Vec::new(),
    }
}

fn spellings(release: &Release) -> Vec<String> {
    let recordings = release.recordings.iter().flat_map(|recording| &recording.credits);
    let people = release.credits.iter().chain(recordings).map(|credit| &credit.person);
    people
        .flat_map(|person| person.spellings().map(ToOwned::to_owned))
        .collect()
}

fn facts(subject: &Subject, track: &Track) -> TrackFacts {
    let album = &subject.album;
    let artists = if track.artist_names.is_empty() {
        &album.artist_names
    } else {
        &track.artist_names
    };
    TrackFacts {
        title: Title::of(&track.name, artists),
        artists: artists.clone(),
        of_album: versions_of_album(&album.name),
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
    /// The time between two requests; zero for a mirror without a limit.
    interval: Duration,
    /// Requests in progress at once. At one a second a few are enough to use every slot, and then only few albums are half
    /// done when the run ends.
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

/// Finds the releases of the whole batch. An album is begun only if the time that is left suffices for it and for the
/// albums that were begun before, their leftovers included; else all of them would be released half done. The first
/// album is always begun.
async fn find_releases(
    musicbrainz: &MusicBrainz<'_>,
    client: ProviderClient<'_>,
    pace: &Pace,
    albums: &mut [Album<'_>],
) {
    let time = client.time_left();
    let mut barcodes = Vec::new();
    for barcode in albums
        .iter()
        .filter(|album| !album.is_follow_up)
        .filter_map(|album| release::barcode(album.subject))
    {
        if !barcodes.contains(&barcode) {
            barcodes.push(barcode);
        }
    }
    let by_barcode = musicbrainz.releases_by_barcode(&barcodes).await;
    let begun = Cell::new(0);
    // Requests that the albums that were begun will still take.
    let still_needed = Cell::new(0_usize);
    let searches = albums.iter_mut().filter(|album| !album.is_follow_up).map(|album| {
        let (still_needed, begun, by_barcode) = (&still_needed, &begun, &by_barcode);
        async move {
            let left = client.time_left();
            let needed = pace.time_for(
                still_needed.get() + REQUESTS_FOR_A_RELEASE,
                musicbrainz.answered(),
                time.saturating_sub(left),
            );
            if begun.replace(begun.get() + 1) > 0 && left < needed {
                album.failure = Some(SourceError::OutOfTime);
                return;
            }
            still_needed.set(still_needed.get() + REQUESTS_FOR_A_RELEASE);
            match release::of_album(musicbrainz, by_barcode, album.subject).await {
                Ok(release) => {
                    album.release = release;
                    release::match_tracks(album);
                    let left = album.tracks.iter().filter(|track| track.found.is_none()).count();
                    still_needed.set(still_needed.get() + left);
                }
                Err(error) => album.failure = Some(error),
            }
            still_needed.set(still_needed.get() - REQUESTS_FOR_A_RELEASE);
        }
    });
    concurrently(pace.concurrency, searches).await;
}
