//! MusicBrainz: the page of everybody who has an id there, one request each.

use crate::domain::ids::MusicBrainzId;
use crate::pipeline::stage::Context;
use crate::platform::config::Provider;
use crate::sources::concurrently;
use crate::sources::musicbrainz::MusicBrainz;
use crate::stages::social_enrichment::work::{Source, Word, Work, heard};

/// Of the time, for those that come after. Where MusicBrainz' slots are scarce, its lookups would else take all of it.
const SHARE_OF_OTHERS: f64 = 0.3;

/// Asks for their pages.
pub async fn ask(context: &Context<'_>, works: &mut [Work]) {
    let Some(config) = &context.config.musicbrainz else {
        return;
    };
    let line = context.client(Provider::Musicbrainz).leaving(SHARE_OF_OTHERS);
    let musicbrainz = &MusicBrainz::new(line, config);
    let lookups = works.iter_mut().filter_map(|work| {
        let id = work.producer.own_id().filter(|_| work.asks(Source::Musicbrainz))?;
        Some(async move {
            let answer = musicbrainz.artist(id).await;
            let failure = answer.as_ref().err().cloned();
            let word = heard(context, Source::Musicbrainz, answer);
            // Also where only the operator can help: its word decides what the others are asked.
            work.page = failure.map_or(word, Word::Failed);
        })
    });
    concurrently(context.concurrency, lookups).await;
}

impl Work {
    /// Whether this is the producer's id at MusicBrainz, or was before a merge there.
    pub fn is_theirs(&self, id: MusicBrainzId) -> bool {
        let page = self.page.said().map(|page| page.id);
        page == Some(id) || self.producer.own_id() == Some(id) || self.producer.kept_id() == Some(id)
    }
}
