//! The tracks' own titles: they cost nothing to ask, and are read last, when all names are known that must not be split.

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use serde_json::{Value, json};

use crate::domain::confidence::Basis;
use crate::domain::credits::{Credit, Person, Source};
use crate::sources::SourceError;
use crate::sources::titles;
use crate::stages::producer_identification::Track;
use crate::stages::producer_identification::source::{Answer, CreditSource, Question, Said};

/// Reads titles.
struct Titles;

/// Always there.
pub fn source() -> Box<dyn CreditSource> {
    Box::new(Titles)
}

impl CreditSource for Titles {
    fn source(&self) -> Source {
        Source::Title
    }

    fn ask<'a>(&'a self, questions: &'a [Question<'a>]) -> LocalBoxFuture<'a, Vec<Answer>> {
        let answers = questions.iter().map(|question| Answer::from(read(question))).collect();
        futures::future::ready(answers).boxed_local()
    }
}

fn read(question: &Question<'_>) -> Result<Said, SourceError> {
    let track = question.track;
    let named = titles::credits(&track.name, question.names);
    if question.more_to_come && named.iter().any(|credit| credit.listed) {
        return Err(SourceError::OutOfTime);
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
    Ok(Said {
        credits: credits.collect(),
        ..Said::default()
    })
}

fn seen(track: &Track) -> Value {
    let mut seen = json!({ "level": "title", "title": track.name });
    if let Some(id) = &track.spotify_id {
        seen["url"] = json!(format!("https://open.spotify.com/track/{id}"));
    }
    seen
}
