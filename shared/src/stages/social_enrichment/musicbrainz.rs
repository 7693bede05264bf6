//! MusicBrainz: the page of everybody who has an id there, one request each.

use crate::domain::ids::MusicBrainzId;
use crate::pipeline::stage::Context;
use crate::sources::Provider;
use crate::sources::concurrently;
use crate::sources::musicbrainz::MusicBrainz;
use crate::stages::answer::Answer;
use crate::stages::social_enrichment::task::{ProducerTask, ProfileSource, answer_of};

/// The share of the time that is left for the sources after this one. Where MusicBrainz' slots are scarce, its look-ups
/// would take all of it otherwise.
const SHARE_OF_OTHERS: f64 = 0.3;

pub async fn ask(context: &Context<'_>, tasks: &mut [ProducerTask]) {
    let Some(config) = &context.config.providers.musicbrainz else {
        return;
    };
    let client = context.client(Provider::Musicbrainz).leaving(SHARE_OF_OTHERS);
    let musicbrainz = &MusicBrainz::new(client, config);
    let lookups = tasks.iter_mut().filter_map(|task| {
        let id = task
            .producer
            .own_id()
            .filter(|_| task.asks(ProfileSource::Musicbrainz))?;
        Some(async move {
            let answer = musicbrainz.artist(id).await;
            let failure = answer.as_ref().err().cloned();
            let page = answer_of(context, ProfileSource::Musicbrainz, answer);
            // A refused client counts as failed, too: without the page it is not known what to ask the others.
            task.page = failure.map_or(page, Answer::Failed);
        })
    });
    concurrently(context.concurrency, lookups).await;
}

impl ProducerTask {
    /// The id into which the producer's own was merged.
    pub fn merged_into(&self) -> Option<MusicBrainzId> {
        let page = self.page.found()?.id;
        self.producer.own_id().filter(|own| *own != page).map(|_| page)
    }

    /// Whether this is the producer's id at MusicBrainz, or was before a merge there: Wikidata and others lag behind.
    pub fn is_theirs(&self, id: MusicBrainzId) -> bool {
        let page = self.page.found().map(|page| page.id);
        let merged = self.producer.former_musicbrainz_ids.iter();
        let mut merged = merged.filter_map(|id| MusicBrainzId::parse(id));
        page == Some(id)
            || self.producer.own_id() == Some(id)
            || self.producer.kept_id() == Some(id)
            || merged.any(|former| former == id)
    }
}
