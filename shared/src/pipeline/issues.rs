//! What only an operator can mend, although the stage went on without it (`Context::issues`).
//!
//! When a source refuses its credentials, the stage still stores what the other sources know. The refusal becomes an open
//! row of `worker_issues` with the commit's report, and the source's next good answer closes that row.

use std::cell::RefCell;

use crate::pipeline::commit::Issue;
use crate::sources::Provider;

/// The type of the issue of a worker that answers its call with an error.
pub const WORKER_FAILED: &str = "worker_failed";
/// Of a worker that works without Redis.
pub const REDIS_UNAVAILABLE: &str = "redis_unavailable";
/// Of a worker whose run ended without a word; the database opens it.
pub const RUN_DIED: &str = "run_died";

/// What was met at each provider since the last report: `None` where it works as it is configured.
#[derive(Debug, Default)]
pub struct Issues(RefCell<Vec<(Provider, Option<String>)>>);

impl Issues {
    /// Notes that `provider` can't be used as it is configured. `message` is shown to people and holds no secret.
    pub fn misconfigured(&self, provider: Provider, message: impl Into<String>) {
        let mut met = self.0.borrow_mut();
        met.retain(|(known, _)| *known != provider);
        met.push((provider, Some(message.into())));
    }

    /// Notes that `provider` works. A problem that was met since the last report stays noted.
    pub fn works(&self, provider: Provider) {
        let mut met = self.0.borrow_mut();
        if met.iter().all(|(known, _)| *known != provider) {
            met.push((provider, None));
        }
    }

    /// The issues to open and those to close, for the commit's report.
    pub fn take(&self) -> (Vec<Issue>, Vec<&'static str>) {
        let mut open = Vec::new();
        let mut closed = Vec::new();
        for (provider, problem) in self.0.take() {
            let kind = provider.misconfigured();
            match problem {
                Some(message) => open.push(Issue { kind, message }),
                None => closed.push(kind),
            }
        }
        (open, closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_opens_an_issue_and_a_provider_that_works_closes_its_issue() {
        let issues = Issues::default();
        issues.misconfigured(Provider::Genius, "refused");
        issues.works(Provider::Genius);
        issues.works(Provider::Instagram);
        let (open, closed) = issues.take();
        assert_eq!(open.len(), 1);
        assert_eq!(
            (open[0].kind, open[0].message.as_str()),
            ("genius_misconfigured", "refused")
        );
        assert_eq!(closed, ["instagram_misconfigured"]);
        assert_eq!(issues.take(), (vec![], vec![]));
    }
}
