//! One message on its way through the sources.
//!
//! Where MusicBrainz has not answered, nobody else is asked yet: what they could add is not known. Any other source that
//! fails is owed by itself, and delays nobody: what the others said is stored, and a follow-up asks for the rest.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::domain::credits::Source;
use crate::pipeline::message::{Delivery, MessageId};
use crate::pipeline::outcome::TrackRow;
use crate::sources::SourceError;
use crate::sources::titles::KnownNames;
use crate::stages::producer_identification::source::{Answer, CreditSource, Question, Said};
use crate::stages::producer_identification::{Message, Subject};

/// The attempt from which on titles are read with the names that are known, and no longer wait for better.
const PATIENCE: u32 = 3;

/// One message.
pub struct Work {
    pub msg_id: MessageId,
    pub subject: Subject,
    pub tracks: Vec<TrackWork>,
    /// Tracks of which more was learned on the way.
    pub learned: Vec<TrackRow>,
    is_rest: bool,
    attempt: u32,
    names: KnownNames,
}

/// One track of it.
pub struct TrackWork {
    /// Its index in the subject.
    pub at: usize,
    /// What was answered, in the order of asking.
    pub said: Vec<Said>,
    /// Who said it.
    pub sources: Vec<Source>,
    /// What is owed, and why.
    pub owed: BTreeMap<Source, SourceError>,
    /// Of a rest: the sources that have to be asked.
    wanted: Option<Vec<Source>>,
}

impl Work {
    pub fn new(delivery: Delivery<Message, Subject>, subject: Subject) -> Self {
        let owed = delivery.message.owed;
        let mut names = KnownNames::default();
        let artists = subject.tracks.iter().flat_map(|track| &track.artist_names);
        for name in subject
            .known_names
            .iter()
            .chain(&subject.album.artist_names)
            .chain(artists)
        {
            names.add(name);
        }
        let wanted = |id: &Uuid| {
            let owed = owed.as_ref()?.iter().filter(|(_, tracks)| tracks.contains(id));
            Some(owed.map(|(source, _)| *source).collect())
        };
        let tracks = subject.tracks.iter().enumerate().map(|(at, track)| TrackWork {
            at,
            said: Vec::new(),
            sources: Vec::new(),
            owed: BTreeMap::new(),
            wanted: wanted(&track.id),
        });
        Self {
            msg_id: delivery.msg_id,
            tracks: tracks.collect(),
            learned: Vec::new(),
            is_rest: owed.is_some(),
            attempt: delivery.attempt,
            names,
            subject,
        }
    }

    /// The questions that `source` is asked, and whose they are.
    fn questions(&self, source: Source) -> impl Iterator<Item = (usize, Question<'_>)> {
        let others_owe = self
            .tracks
            .iter()
            .flat_map(|track| track.owed.keys())
            .any(|owing| *owing < source);
        let more_to_come = others_owe && self.attempt < PATIENCE;
        let open = self
            .tracks
            .iter()
            .enumerate()
            .filter(move |(_, track)| track.wants(source));
        open.map(move |(number, track)| {
            let question = Question {
                subject: &self.subject,
                track: &self.subject.tracks[track.at],
                is_rest: self.is_rest,
                said: &track.said,
                names: &self.names,
                more_to_come,
            };
            (number, question)
        })
    }

    fn hear(&mut self, source: Source, number: usize, answer: Answer) {
        self.learned.extend(answer.learned);
        let track = &mut self.tracks[number];
        match answer.said {
            Ok(said) => {
                let people = said.credits.iter().flat_map(|credit| credit.person.spellings());
                for name in people.chain(said.names.iter().map(String::as_str)) {
                    self.names.add(name);
                }
                track.sources.push(source);
                track.said.push(said);
            }
            Err(error) => {
                track.owed.insert(source, error);
            }
        }
    }

    /// Whether anything was answered that need not be asked again.
    pub fn got_on(&self) -> bool {
        self.tracks.iter().any(|track| !track.said.is_empty())
    }

    /// What is owed; by source, the tracks.
    pub fn owed(&self) -> BTreeMap<Source, Vec<Uuid>> {
        let mut owed: BTreeMap<Source, Vec<Uuid>> = BTreeMap::new();
        for track in &self.tracks {
            for source in track.owed.keys() {
                owed.entry(*source).or_default().push(self.subject.tracks[track.at].id);
            }
        }
        owed
    }

    /// Why something is owed: the first source's reason, others may only wait for it.
    pub fn problem(&self) -> Option<&SourceError> {
        let reasons = self.tracks.iter().flat_map(|track| &track.owed);
        reasons.min_by_key(|(source, _)| **source).map(|(_, error)| error)
    }
}

impl TrackWork {
    fn wants(&self, source: Source) -> bool {
        let first = Source::MusicBrainz;
        let wanted = self
            .wanted
            .as_ref()
            .is_none_or(|wanted| wanted.contains(&source) || wanted.contains(&first));
        wanted && !self.owed.contains_key(&first)
    }
}

/// Asks `source` for the whole batch.
pub async fn ask(source: &dyn CreditSource, works: &mut [Work]) {
    let whose = source.source();
    let (places, questions): (Vec<_>, Vec<_>) = works
        .iter()
        .enumerate()
        .flat_map(|(at, work)| {
            work.questions(whose)
                .map(move |(number, question)| ((at, number), question))
        })
        .filter(|(_, question)| source.could_add(question))
        .unzip();
    let answers = source.ask(&questions).await;
    drop(questions);
    let missing = std::iter::repeat_with(|| Answer::from(Err(SourceError::OutOfTime)));
    for ((at, number), answer) in places.into_iter().zip(answers.into_iter().chain(missing)) {
        works[at].hear(whose, number, answer);
    }
}
