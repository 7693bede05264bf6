//! Genius: the people whom the page of a track's song credits. A song takes two requests (a search and its page), so only
//! tracks are asked about that lack a producer or a writer.

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use serde_json::{Value, json};

use crate::domain::confidence::Basis;
use crate::domain::credits::{Credit, Person, Source};
use crate::domain::matching::Match;
use crate::domain::names::{name_key, shown};
use crate::domain::roles::{self, Role};
use crate::domain::song_choice::{Wanted, score};
use crate::domain::titles::Title;
use crate::pipeline::stage::Context;
use crate::sources::Provider;
use crate::sources::genius::{Artist, Genius, Song};
use crate::sources::{SourceError, concurrently};
use crate::stages::producer_identification::source::{CreditSource, Findings, Question, TrackAnswer};

struct GeniusSongs<'a> {
    genius: Genius<'a>,
    context: &'a Context<'a>,
}

/// `None`: not configured.
pub fn source<'a>(context: &'a Context<'a>) -> Option<Box<dyn CreditSource + 'a>> {
    let config = context.config.providers.genius.as_ref()?;
    let genius = Genius::new(context.client(Provider::Genius), config);
    Some(Box::new(GeniusSongs { genius, context }))
}

impl CreditSource for GeniusSongs<'_> {
    fn source(&self) -> Source {
        Source::Genius
    }

    /// Where producers and writers are known, Genius would hardly state anything new.
    fn could_add(&self, question: &Question<'_>) -> bool {
        let known = |is: fn(Role) -> bool| {
            let credits = question.found.iter().flat_map(|findings| &findings.credits);
            credits.into_iter().any(|credit| is(credit.role))
        };
        self.context.genius_always || !known(Role::is_production) || !known(Role::is_authorship)
    }

    fn ask<'a>(&'a self, questions: &'a [Question<'a>]) -> LocalBoxFuture<'a, Vec<TrackAnswer>> {
        self.answers(questions).boxed_local()
    }
}

/// Tracks that are the same song: an album's, a single's, a compilation's.
struct Group<'q> {
    name: &'q str,
    title: Title,
    artists: &'q [String],
    /// The artists' keys, by which groups are compared.
    keys: Vec<String>,
}

impl GeniusSongs<'_> {
    async fn answers(&self, questions: &[Question<'_>]) -> Vec<TrackAnswer> {
        let mut groups: Vec<Group<'_>> = Vec::new();
        let of_group: Vec<usize> = questions.iter().map(|question| place(&mut groups, question)).collect();
        let requests = groups.iter().map(|group| {
            let wanted = Wanted {
                title: &group.title,
                artists: group.artists,
            };
            async move { self.genius.songs_of(group.name, &wanted).await }
        });
        let songs = concurrently(self.context.concurrency, requests).await;
        let songs: Vec<_> = songs.into_iter().map(|songs| self.without_refusal(songs)).collect();
        let answered = questions.iter().zip(of_group);
        answered
            .map(|(question, group)| {
                let songs = songs[group].as_ref().map_err(Clone::clone);
                TrackAnswer::from(songs.map(|songs| findings(question, songs)))
            })
            .collect()
    }

    /// Where Genius refuses the token, the operator is told and the tracks go on without Genius, because asking again would
    /// not help.
    fn without_refusal(&self, songs: Result<Vec<Song>, SourceError>) -> Result<Vec<Song>, SourceError> {
        match songs {
            Ok(songs) => {
                self.context.issues.works(Provider::Genius);
                Ok(songs)
            }
            Err(SourceError::Misconfigured { message, .. }) => {
                self.context.issues.misconfigured(Provider::Genius, message);
                Ok(Vec::new())
            }
            Err(error) => Err(error),
        }
    }
}

/// The group of the question's track. The first track of a group makes it.
fn place<'q>(groups: &mut Vec<Group<'q>>, question: &Question<'q>) -> usize {
    let track = question.track;
    let artists = if track.artist_names.is_empty() {
        &question.subject.album.artist_names
    } else {
        &track.artist_names
    };
    let title = Title::of(&track.name, artists);
    let keys: Vec<String> = artists.iter().map(|name| name_key(name)).collect();
    let known = groups
        .iter()
        .position(|group| group.keys == keys && group.title.same_song(&title));
    known.unwrap_or_else(|| {
        groups.push(Group {
            name: &track.name,
            title,
            artists,
            keys,
        });
        groups.len() - 1
    })
}

/// What the best of the songs states of the track.
fn findings(question: &Question<'_>, songs: &[Song]) -> Findings {
    let album = &question.subject.album.name;
    let score = |song: &&Song| score(album, song.album.as_deref());
    // `max_by` takes the last of equals, and the first is wanted.
    let best = songs
        .iter()
        .rev()
        .max_by(|one, other| score(one).total_cmp(&score(other)));
    let Some(song) = best else { return Findings::default() };
    let others = song.performances.iter().filter_map(|(label, artists)| {
        let role = roles::on_genius_song(label)?;
        Some((role, Some(label.as_str()), artists))
    });
    let lists = [
        (Role::Producer, None, &song.producers),
        (Role::Writer, None, &song.writers),
    ];
    let credits = lists
        .into_iter()
        .chain(others)
        .flat_map(|(role, label, artists)| artists.iter().map(move |artist| credit(song, artist, role, label)));
    Findings {
        credits: credits.collect(),
        matched: Some(Match::by_title(score(&song))),
        names: song.people().map(|artist| artist.name.clone()).collect(),
    }
}

fn credit(song: &Song, artist: &Artist, role: Role, label: Option<&str>) -> Credit {
    let mut seen = json!({
        "level": "song",
        "song_id": song.id,
        "url": format!("https://genius.com/songs/{}", song.id),
        "artist_id": artist.id,
    });
    if let Some(label) = label {
        seen["label"] = Value::from(label);
    }
    // `Pdogg (피독)` is one name in two scripts, by either of which others know the person.
    let shown = shown(&artist.name);
    let name = if shown.other_script.is_some() {
        shown.name
    } else {
        &artist.name
    };
    Credit {
        person: Person {
            name: name.to_owned(),
            musicbrainz_id: None,
            aliases: shown.other_script.map(ToOwned::to_owned).into_iter().collect(),
        },
        role,
        basis: Basis::GeniusSong,
        seen,
    }
}
