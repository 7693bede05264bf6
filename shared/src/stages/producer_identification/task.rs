//! One message (an album) on its way through the sources.
//!
//! While MusicBrainz has not answered, no other source is asked about a track, because what they could add depends on
//! its answer. Any other source that fails stays pending by itself: what the others found is stored, and a follow-up
//! message asks the pending sources.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::domain::credits::Source;
use crate::pipeline::message::{Delivery, MessageId};
use crate::pipeline::outcome::TrackRow;
use crate::sources::SourceError;
use crate::sources::titles::KnownNames;
use crate::stages::answer::Answer;
use crate::stages::producer_identification::source::{CreditSource, Findings, Question, TrackAnswer};
use crate::stages::producer_identification::{Message, Subject};

/// An album whose tracks the sources are asked about.
pub struct AlbumTask {
    pub msg_id: MessageId,
    pub subject: Subject,
    pub tracks: Vec<TrackTask>,
    /// Rows of tracks about which a source learned something that the catalogue lacks.
    pub learned: Vec<TrackRow>,
    is_follow_up: bool,
    names: KnownNames,
}

/// One track of the album.
pub struct TrackTask {
    /// The track's index in the subject.
    pub index: usize,
    /// By source, in the order in which they are asked; absent: not asked.
    pub answers: Vec<(Source, Answer<Findings>)>,
    /// In a follow-up, the sources that are pending for this track; else all are asked.
    pending_before: Option<Vec<Source>>,
}

impl AlbumTask {
    pub fn new(delivery: Delivery<Message, Subject>, subject: Subject) -> Self {
        let pending = delivery.message.pending;
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
        let pending_before = |id: &Uuid| {
            let sources = pending.as_ref()?.iter().filter(|(_, tracks)| tracks.contains(id));
            Some(sources.map(|(source, _)| *source).collect())
        };
        let tracks = subject.tracks.iter().enumerate().map(|(index, track)| TrackTask {
            index,
            answers: Vec::new(),
            pending_before: pending_before(&track.id),
        });
        Self {
            msg_id: delivery.msg_id,
            tracks: tracks.collect(),
            learned: Vec::new(),
            is_follow_up: pending.is_some(),
            names,
            subject,
        }
    }

    /// The questions to `source`, each with the number of its track task.
    fn questions(&self, source: Source) -> impl Iterator<Item = (usize, Question<'_>)> {
        let mut answers = self.tracks.iter().flat_map(|track| &track.answers);
        // However often they fail: whoever is made of half a name is not unmade when the whole of it is known.
        let names_pending = answers.any(|(asked, answer)| *asked < source && answer.is_pending());
        let open = self
            .tracks
            .iter()
            .enumerate()
            .filter(move |(_, track)| track.asks(source));
        open.map(move |(number, track)| {
            let question = Question {
                subject: &self.subject,
                track: &self.subject.tracks[track.index],
                is_follow_up: self.is_follow_up,
                found: track.answers.iter().filter_map(|(_, answer)| answer.given()).collect(),
                names: &self.names,
                names_pending,
            };
            (number, question)
        })
    }

    fn take_answer(&mut self, source: Source, number: usize, answer: TrackAnswer) {
        self.learned.extend(answer.learned);
        if let Answer::Given(findings) = &answer.answer {
            let people = findings.credits.iter().flat_map(|credit| credit.person.spellings());
            for name in people.chain(findings.names.iter().map(String::as_str)) {
                self.names.add(name);
            }
        }
        self.tracks[number].answers.push((source, answer.answer));
    }

    /// Whether a source answered something that no later run has to ask again.
    pub fn made_progress(&self) -> bool {
        let mut answers = self.tracks.iter().flat_map(|track| &track.answers);
        answers.any(|(_, answer)| answer.given().is_some())
    }

    /// By source, the tracks (`tracks.id`) about which a later run has to ask it.
    pub fn pending(&self) -> BTreeMap<Source, Vec<Uuid>> {
        let mut pending: BTreeMap<Source, Vec<Uuid>> = BTreeMap::new();
        for track in &self.tracks {
            for (source, _) in track.answers.iter().filter(|(_, answer)| answer.is_pending()) {
                let tracks = pending.entry(*source).or_default();
                tracks.push(self.subject.tracks[track.index].id);
            }
        }
        pending
    }

    /// Why something is pending: the reason of the first source that failed, since later ones may only wait for it.
    pub fn failure(&self) -> Option<&SourceError> {
        let answers = self.tracks.iter().flat_map(|track| &track.answers);
        let failures = answers.filter_map(|(source, answer)| Some((*source, answer.failure()?)));
        failures.min_by_key(|(source, _)| *source).map(|(_, error)| error)
    }
}

impl TrackTask {
    /// Whether `source` is to be asked about the track now.
    fn asks(&self, source: Source) -> bool {
        let first = Source::MusicBrainz;
        // Where MusicBrainz was pending, the sources after it have not been asked either.
        let wanted = self
            .pending_before
            .as_ref()
            .is_none_or(|pending| pending.contains(&source) || pending.contains(&first));
        wanted
            && !self
                .answers
                .iter()
                .any(|(asked, answer)| *asked == first && answer.is_pending())
    }
}

/// Asks `source` all questions of the batch.
pub async fn ask(source: &dyn CreditSource, tasks: &mut [AlbumTask]) {
    let name = source.source();
    let (places, questions): (Vec<_>, Vec<_>) = tasks
        .iter()
        .enumerate()
        .flat_map(|(at, task)| {
            task.questions(name)
                .map(move |(number, question)| ((at, number), question))
        })
        .filter(|(_, question)| source.could_add(question))
        .unzip();
    let answers = source.ask(&questions).await;
    drop(questions);
    let missing = std::iter::repeat_with(|| TrackAnswer::from(Err(SourceError::OutOfTime)));
    for ((at, number), answer) in places.into_iter().zip(answers.into_iter().chain(missing)) {
        tasks[at].take_answer(name, number, answer);
    }
}
