//! Instagram: the accounts of the whole batch whose handle is known, each once.

use std::collections::{BTreeMap, BTreeSet};

use crate::pipeline::stage::Context;
use crate::sources::Provider;
use crate::sources::concurrently;
use crate::sources::instagram::Instagram;
use crate::stages::answer::Answer;
use crate::stages::social_enrichment::decision::Field;
use crate::stages::social_enrichment::task::{ProducerTask, ProfileSource, answer_of};

pub async fn ask(context: &Context<'_>, tasks: &mut [ProducerTask]) {
    let Some(config) = &context.config.providers.instagram else {
        return;
    };
    let handles: Vec<Option<String>> = tasks
        .iter()
        .map(|task| {
            task.outlook(Field::Handle)
                .filter(|_| task.asks(ProfileSource::Instagram) && !task.may_get_another_handle())
        })
        .collect();
    let distinct: BTreeSet<&String> = handles.iter().flatten().collect();
    let instagram = &Instagram::new(context.client(Provider::Instagram), config);
    let lookups = distinct
        .into_iter()
        .map(|handle| async move { (handle.as_str(), instagram.account(handle).await) });
    let accounts: BTreeMap<&str, _> = concurrently(context.concurrency, lookups).await.into_iter().collect();
    for (task, handle) in tasks.iter_mut().zip(&handles) {
        let account = handle.as_deref().and_then(|handle| accounts.get(handle));
        task.account = match account {
            Some(account) => answer_of(context, ProfileSource::Instagram, account.clone()),
            None if task.asks(ProfileSource::Instagram) && task.may_get_another_handle() => Answer::Pending,
            None => Answer::NotAsked,
        };
    }
}

impl ProducerTask {
    /// Whether a source that did not answer may state one that counts more than the one that is known.
    fn may_get_another_handle(&self) -> bool {
        let last = self.source_of(Field::Handle).unwrap_or(ProfileSource::Instagram);
        let mut as_good = ProfileSource::ALL.into_iter().filter(|source| *source <= last);
        as_good.any(|source| self.answer(source).is_pending())
    }
}
