//! The tracks' own titles. They are read last, when all names are known that must not be split.

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use serde_json::{Value, json};

use crate::domain::confidence::Basis;
use crate::domain::credits::{Credit, Person, Source};
use crate::sources::titles;
use crate::stages::answer::Answer;
use crate::stages::producer_identification::Track;
use crate::stages::producer_identification::source::{CreditSource, Findings, Question, TrackAnswer};

struct Titles;

/// Titles need no configuration.
pub fn source() -> Box<dyn CreditSource> {
    Box::new(Titles)
}

impl CreditSource for Titles {
    fn source(&self) -> Source {
        Source::Title
    }

    fn ask<'a>(&'a self, questions: &'a [Question<'a>]) -> LocalBoxFuture<'a, Vec<TrackAnswer>> {
        let answers = questions.iter().map(|question| TrackAnswer {
            answer: read(question),
            learned: None,
        });
        let answers = answers.collect();
        futures::future::ready(answers).boxed_local()
    }
}

fn read(question: &Question<'_>) -> Answer<Findings> {
    let track = question.track;
    let named = titles::credits(&track.name, question.names);
    // A list of names is split at other places once more names are known.
    if question.names_pending && named.iter().any(|credit| credit.listed) {
        return Answer::Pending;
    }
    let seen = seen(track);
    let credits = named.into_iter().map(|named| Credit {
        person: Person {
            name: named.name,
            musicbrainz_id: None,
            aliases: Vec::new(),
        },
        role: named.role,
        basis: Basis::Title,
        seen: seen.clone(),
    });
    Answer::Given(Findings {
        credits: credits.collect(),
        ..Findings::default()
    })
}

fn seen(track: &Track) -> Value {
    let mut seen = json!({ "level": "title", "title": track.name });
    if let Some(id) = &track.spotify_id {
        seen["url"] = json!(format!("https://open.spotify.com/track/{id}"));
    }
    seen
}
