//! Genius: the pages of those who have no handle yet.
//!
//! A page is the producer's only by an id: the one under which Genius credits them, the one that Wikidata states, or that
//! of the only person of their name on a song that MusicBrainz credits to them. A page that is found by its name alone
//! may be a namesake's.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::names::name_key;
use crate::domain::roles::on_genius_song;
use crate::domain::song_choice::Wanted;
use crate::domain::titles::Title;
use crate::pipeline::stage::Context;
use crate::sources::Provider;
use crate::sources::genius::{Artist, ArtistPage, Genius, Song};
use crate::sources::{SourceError, concurrently};
use crate::stages::answer::Answer;
use crate::stages::social_enrichment::Track;
use crate::stages::social_enrichment::decision::Field;
use crate::stages::social_enrichment::links;
use crate::stages::social_enrichment::task::{ProducerTask, ProfileSource, answer_of};

/// The share of the time that is left for Instagram.
const SHARE_OF_OTHERS: f64 = 0.4;

/// How many pages are read for one producer.
const MOST_PAGES: usize = 3;

/// What Genius has under the title and the artists of a track.
type Songs<'t> = BTreeMap<&'t Track, Result<Vec<Song>, SourceError>>;

/// Asks for the pages of those who need them.
pub async fn ask(context: &Context<'_>, tasks: &mut [ProducerTask]) {
    let Some(config) = &context.config.providers.genius else {
        return;
    };
    let client = context.client(Provider::Genius).leaving(SHARE_OF_OTHERS);
    let genius = &Genius::new(client, config);
    let mut wanting = Vec::new();
    for task in tasks.iter_mut().filter(|task| task.asks(ProfileSource::Genius)) {
        if matches!(task.item, Answer::Failed(_)) && task.has_no_handle() {
            // The item may have a handle, or lead to the page.
            task.genius = Answer::Pending;
        } else if task.has_no_handle() {
            wanting.push(task);
        }
    }
    let ids = by_songs(genius, context.concurrency, &wanting).await;
    let lookups = wanting.into_iter().zip(ids).map(|(task, ids)| async move {
        let page = match ids {
            Ok(ids) if ids.is_empty() && task.producer.credited_tracks.is_empty() => return,
            Ok(ids) => page_of(genius, &ids).await,
            Err(error) => Err(error),
        };
        task.genius = answer_of(context, ProfileSource::Genius, page);
    });
    concurrently(context.concurrency, lookups).await;
}

impl ProducerTask {
    /// Whether no better source than Genius states a handle.
    fn has_no_handle(&self) -> bool {
        self.outlook(Field::Handle).is_none() || self.source_of(Field::Handle) == Some(ProfileSource::Genius)
    }

    /// Their ids at Genius that are known without asking Genius.
    fn genius_ids(&self) -> Vec<u64> {
        let stated = match &self.item {
            Answer::Given(item) => item.as_ref().map_or_else(Vec::new, |(_, item)| item.genius_ids.clone()),
            // Wikidata answered an earlier message.
            _ => self
                .producer
                .metadata
                .as_ref()
                .map_or_else(Vec::new, links::kept_genius_ids),
        };
        let mut ids = Vec::new();
        for id in self.producer.genius_artist_ids.iter().copied().chain(stated) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids.truncate(MOST_PAGES);
        ids
    }

    /// The id of the only person of their name among those who made these songs.
    fn id_on(&self, songs: &[Song]) -> Option<u64> {
        let aliases = self.page.found().map_or(&[][..], |page| &page.aliases);
        let names = self.producer.aliases.iter().chain(aliases).chain([&self.producer.name]);
        let names: BTreeSet<String> = names.map(|name| name_key(name)).collect();
        let makers = songs.iter().flat_map(makers);
        let ids: BTreeSet<u64> = makers
            .filter(|maker| names.contains(&name_key(&maker.name)))
            .map(|maker| maker.id)
            .collect();
        ids.first().copied().filter(|_| ids.len() == 1)
    }
}

/// Who produced or wrote a song, and not who sings or plays on it.
fn makers(song: &Song) -> impl Iterator<Item = &Artist> {
    let labelled = song
        .performances
        .iter()
        .filter(|(label, _)| on_genius_song(label).is_some());
    let others = labelled.flat_map(|(_, artists)| artists);
    song.producers.iter().chain(&song.writers).chain(others)
}

/// The ids at Genius of each producer. For producers without a known id, the songs of their tracks are read: first the
/// first track of each, then the second of those that are left, and so on, each song once.
async fn by_songs(
    genius: &Genius<'_>,
    concurrency: usize,
    wanting: &[&mut ProducerTask],
) -> Vec<Result<Vec<u64>, SourceError>> {
    let mut ids: Vec<Result<Vec<u64>, SourceError>> = wanting.iter().map(|task| Ok(task.genius_ids())).collect();
    let mut songs = Songs::new();
    let most_tracks = wanting.iter().map(|task| task.producer.credited_tracks.len()).max();
    for round in 0..most_tracks.unwrap_or(0) {
        let track_of = |at: usize| wanting[at].producer.credited_tracks.get(round);
        let unknown = |ids: &Result<Vec<u64>, SourceError>| matches!(ids, Ok(ids) if ids.is_empty());
        let open: Vec<usize> = (0..wanting.len())
            .filter(|at| unknown(&ids[*at]) && track_of(*at).is_some())
            .collect();
        let tracks: BTreeSet<&Track> = open.iter().filter_map(|at| track_of(*at)).collect();
        let searches = tracks.into_iter().filter(|track| !songs.contains_key(track));
        let searches = searches.map(|track| async move {
            let title = Title::read(&track.name);
            let wanted = Wanted {
                title: &title,
                artists: &track.artist_names,
            };
            (track, genius.songs_of(&track.name, &wanted).await)
        });
        let found = concurrently(concurrency, searches).await;
        songs.extend(found);
        for at in open {
            match track_of(at).and_then(|track| songs.get(track)) {
                Some(Ok(songs)) => ids[at] = Ok(wanting[at].id_on(songs).into_iter().collect()),
                Some(Err(error)) => ids[at] = Err(error.clone()),
                None => {}
            }
        }
    }
    ids
}

/// The first page with a handle, or else the first that is there.
async fn page_of(genius: &Genius<'_>, ids: &[u64]) -> Result<Option<ArtistPage>, SourceError> {
    let mut first = None;
    for id in ids {
        let page = genius.artist(*id).await?;
        if page.as_ref().is_some_and(|page| page.instagram_handle.is_some()) {
            return Ok(page);
        }
        first = first.or(page);
    }
    Ok(first)
}
