//! What was said → rows.

use serde_json::json;

use crate::domain::credits::{Merged, Source, TrackCredits};
use crate::domain::roles::Role;
use crate::pipeline::outcome::{CreditRow, FollowUp, Outcome, PersonRow, Rows};
use crate::pipeline::queue::Queue;
use crate::stages::failures::settle;
use crate::stages::producer_identification::Track;
use crate::stages::producer_identification::work::{TrackWork, Work};

/// The outcome of a message; `None`: the run ended before anything was found that the next one would not have to look
/// for again.
pub fn outcome(work: &Work) -> Option<Outcome> {
    if let Some(problem) = work.problem().filter(|_| !work.got_on()) {
        return settle(problem);
    }
    let credits = work.tracks.iter().flat_map(|track| {
        let stored = &work.subject.tracks[track.at];
        let merged = merged(track);
        let rows: Vec<CreditRow> = merged
            .entries()
            .map(|(source, role, merged)| row(stored, source, role, merged))
            .collect();
        rows
    });
    let rows = Rows {
        tracks: work.learned.clone(),
        credits: credits.collect(),
        ..Rows::default()
    };
    let mut follow_ups = Vec::new();
    if !rows.credits.is_empty() {
        follow_ups.push(FollowUp {
            queue_name: Queue::SocialEnrichment,
            for_each: Some("producers"),
            message: json!({}),
        });
    }
    // What there was no time for, and what failed: what is there is stored, and the rest goes on.
    let owed = work.owed();
    if !owed.is_empty() {
        follow_ups.push(FollowUp {
            queue_name: Queue::ProducerIdentification,
            for_each: None,
            message: json!({ "albumId": work.subject.album.id, "owed": owed }),
        });
    }
    Some(Outcome::Done { rows, follow_ups })
}

/// All statements of a track, one for each source, role and person.
fn merged(track: &TrackWork) -> TrackCredits {
    let mut credits = TrackCredits::default();
    for (source, said) in track.sources.iter().zip(&track.said) {
        for credit in &said.credits {
            credits.add(*source, credit, said.matched.as_ref());
        }
    }
    credits
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
