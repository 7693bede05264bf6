//! What the sources found out about an album → the outcome of its message.

use serde_json::json;

use crate::domain::credits::{Merged, Source, TrackCredits};
use crate::domain::roles::Role;
use crate::pipeline::outcome::{CreditRow, FollowUp, Outcome, PersonRow, Rows};
use crate::pipeline::queue::Queue;
use crate::stages::failures::outcome_of_failure;
use crate::stages::producer_identification::Track;
use crate::stages::producer_identification::task::{AlbumTask, TrackTask};

/// The outcome of a message. `None` gives it back: the run ended before any source answered.
pub fn outcome(task: &AlbumTask) -> Option<Outcome> {
    if let Some(failure) = task.failure().filter(|_| !task.made_progress()) {
        return outcome_of_failure(failure);
    }
    let credits = task.tracks.iter().flat_map(|track| {
        let stored = &task.subject.tracks[track.index];
        let merged = merged(track);
        let rows: Vec<CreditRow> = merged
            .entries()
            .map(|(source, role, merged)| row(stored, source, role, merged))
            .collect();
        rows
    });
    let rows = Rows {
        tracks: task.learned.clone(),
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
    // What was found is stored now; the sources that failed, or were not reached in time, are asked by a follow-up.
    let pending = task.pending();
    if !pending.is_empty() {
        follow_ups.push(FollowUp {
            queue_name: Queue::ProducerIdentification,
            for_each: None,
            message: json!({ "albumId": task.subject.album.id, "pending": pending }),
        });
    }
    Some(Outcome::Done { rows, follow_ups })
}

/// The credits of a track, one for each source, role and person.
fn merged(track: &TrackTask) -> TrackCredits {
    let mut credits = TrackCredits::default();
    for (source, answer) in &track.answers {
        let Some(findings) = answer.given() else { continue };
        for credit in &findings.credits {
            credits.add(*source, credit, findings.matched.as_ref());
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
