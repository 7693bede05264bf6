//! Instagram: the accounts of the whole batch whose handle is known, each once.

use std::collections::{BTreeMap, BTreeSet};

use crate::pipeline::stage::Context;
use crate::platform::config::Provider;
use crate::sources::concurrently;
use crate::sources::instagram::Instagram;
use crate::stages::social_enrichment::decision::Field;
use crate::stages::social_enrichment::work::{Source, Word, Work, heard};

/// Asks for their accounts.
pub async fn ask(context: &Context<'_>, works: &mut [Work]) {
    let Some(config) = &context.config.instagram else {
        return;
    };
    let handles: Vec<Option<String>> = works
        .iter()
        .map(|work| {
            work.outlook(Field::Handle)
                .filter(|_| work.asks(Source::Instagram) && !work.may_get_another_handle())
        })
        .collect();
    let distinct: BTreeSet<&String> = handles.iter().flatten().collect();
    let instagram = &Instagram::new(context.client(Provider::Instagram), config);
    let lookups = distinct
        .into_iter()
        .map(|handle| async move { (handle.as_str(), instagram.account(handle).await) });
    let accounts: BTreeMap<&str, _> = concurrently(context.concurrency, lookups).await.into_iter().collect();
    for (work, handle) in works.iter_mut().zip(&handles) {
        let account = handle.as_deref().and_then(|handle| accounts.get(handle));
        work.account = match account {
            Some(account) => heard(context, Source::Instagram, account.clone()),
            None if work.asks(Source::Instagram) && work.may_get_another_handle() => Word::Waits,
            None => Word::NotAsked,
        };
    }
}

impl Work {
    /// Whether a source that did not answer may state one that counts more than the one that is known.
    fn may_get_another_handle(&self) -> bool {
        let last = self.source_of(Field::Handle).unwrap_or(Source::Instagram);
        let mut as_good = Source::ALL.into_iter().filter(|source| *source <= last);
        as_good.any(|source| matches!(self.word(source), Word::Waits | Word::Failed(_)))
    }
}
