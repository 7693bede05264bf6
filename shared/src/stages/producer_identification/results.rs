//! What was found → rows.

use serde_json::json;

use crate::domain::confidence::Basis;
use crate::domain::credits::{Credit, Merged, Person, Source, TrackCredits};
use crate::domain::roles::Role;
use crate::pipeline::outcome::{CreditRow, FollowUp, Outcome, PersonRow, Rows};
use crate::pipeline::queue::Queue;
use crate::sources::titles::{self, KnownNames};
use crate::stages::producer_identification::{Track, TrackWork, Work};

/// The outcome of a message without a problem; `None`: the run ended before anything was found that the next one would
/// not have to look for again.
pub fn outcome(work: &Work) -> Option<Outcome> {
    let unfinished: Vec<_> = work
        .tracks
        .iter()
        .filter(|track| track.unfinished)
        .map(|track| track.at)
        .collect();
    let by_isrc = work
        .tracks
        .iter()
        .any(|track| track.found.as_ref().is_some_and(|found| !found.on_release));
    if !unfinished.is_empty() && !by_isrc {
        return None;
    }
    let known = known_names(work);
    let mut rows = Rows {
        tracks: work.learned.clone(),
        ..Rows::default()
    };
    for track in work.tracks.iter().filter(|track| !track.unfinished) {
        let stored = &work.subject.tracks[track.at];
        let credits = credits(work, track, stored, &known);
        rows.credits.extend(
            credits
                .entries()
                .map(|(source, role, merged)| row(stored, source, role, merged)),
        );
    }
    let mut follow_ups = Vec::new();
    if !rows.credits.is_empty() {
        follow_ups.push(FollowUp {
            queue_name: Queue::SocialEnrichment,
            for_each: Some("producers"),
            message: json!({}),
        });
    }
    // So many tracks by ISRC that one run is not enough: what is there is stored, and the rest goes on.
    if !unfinished.is_empty() {
        let ids: Vec<_> = unfinished.into_iter().map(|at| work.subject.tracks[at].id).collect();
        let message = json!({ "albumId": work.subject.album.id, "trackIds": ids });
        follow_ups.push(FollowUp {
            queue_name: Queue::ProducerIdentification,
            for_each: None,
            message,
        });
    }
    Some(Outcome::Done { rows, follow_ups })
}

/// Every spelling that is stored, or that MusicBrainz states for this album.
fn known_names(work: &Work) -> KnownNames {
    let mut known = KnownNames::default();
    let of_release = work.release.iter().flat_map(|release| {
        release
            .credits
            .iter()
            .chain(release.recordings.iter().flat_map(|recording| &recording.credits))
    });
    let found = work.tracks.iter().filter_map(|track| track.found.as_ref());
    let of_tracks = found.flat_map(|found| &found.recording.credits);
    for spelling in of_release.chain(of_tracks).flat_map(|credit| credit.person.spellings()) {
        known.add(spelling);
    }
    work.subject.known_names.iter().for_each(|name| known.add(name));
    known
}

fn credits(work: &Work, track: &TrackWork, stored: &Track, known: &KnownNames) -> TrackCredits {
    let mut credits = TrackCredits::default();
    if let Some(found) = &track.found {
        let of_release = work
            .release
            .as_ref()
            .filter(|_| found.on_release)
            .map(|release| release.credits.as_slice());
        for credit in found.recording.credits.iter().chain(of_release.unwrap_or_default()) {
            credits.add(Source::MusicBrainz, credit, Some(&found.matched));
        }
    }
    for named in titles::credits(&stored.name, known) {
        let credit = Credit {
            person: Person {
                name: named.name,
                musicbrainz_id: None,
                aliases: Vec::new(),
            },
            role: named.role,
            basis: Basis::Title,
            seen: seen_in_title(stored),
        };
        credits.add(Source::Title, &credit, None);
    }
    credits
}

fn seen_in_title(stored: &Track) -> serde_json::Value {
    let mut seen = json!({ "level": "title", "title": stored.name });
    if let Some(id) = &stored.spotify_id {
        seen["url"] = json!(format!("https://open.spotify.com/track/{id}"));
    }
    seen
}

fn row(stored: &Track, source: Source, role: Role, merged: &Merged) -> CreditRow {
    CreditRow {
        track_id: stored.id,
        role: role.as_str(),
        source: source.as_str(),
        confidence: merged.confidence,
        evidence: merged.evidence(),
        person: PersonRow {
            name: merged.person.name.clone(),
            musicbrainz_id: merged.person.musicbrainz_id.map(|id| id.to_string()),
            aliases: merged.person.aliases.clone(),
        },
    }
}
