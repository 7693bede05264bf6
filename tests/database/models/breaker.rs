//! A provider's breaker is open from a failed probe to the first answer; meanwhile one caller at each interval has the
//! turn to probe, and the intervals grow.

use anyhow::Result;
use proptest::prelude::{BoxedStrategy, Strategy, prop_oneof};
use proptest::sample::select;
use serde_json::{Value, json};

use super::{Model, Service};

/// In seconds, and long, so that the moment between two statements decides nothing.
const FIRST: u32 = 2000;
const LONGEST: u32 = 20_000;

#[derive(Default)]
pub struct Breaker {
    failures: u32,
    open: Option<Open>,
}

struct Open {
    probes: u32,
    /// Seconds until the next turn.
    next_in: i64,
    /// Seconds since it opened.
    age: u32,
}

#[derive(Debug, Clone)]
pub enum Step {
    /// A run reports what it saw of the provider.
    Report {
        failures: u32,
        /// How many seconds ago a request was answered.
        answered_ago: Option<u32>,
        down: bool,
    },
    Probe {
        answered: bool,
    },
    Wait {
        seconds: u32,
    },
}

fn interval(probes: u32) -> u32 {
    LONGEST.min(FIRST << probes.min(10))
}

impl Model for Breaker {
    type Step = Step;
    type Memory = ();
    const NAME: &'static str = "the breaker";
    const RESET: &'static str = "UPDATE linernotes.providers SET failures = 0, open_since = NULL, open_reason = NULL, \
        probes = 0, next_probe_at = NULL WHERE provider = 'spotify'; \
        UPDATE linernotes.settings SET value = '2000' WHERE name = 'breaker_first_probe_seconds'; \
        UPDATE linernotes.settings SET value = '20000' WHERE name = 'breaker_longest_probe_seconds'";

    fn step() -> BoxedStrategy<Step> {
        prop_oneof![
            3 => (0..4_u32, select(vec![None, Some(0), Some(1000)]), select(vec![true, false, false]))
                .prop_map(|(failures, answered_ago, down)| Step::Report { failures, answered_ago, down }),
            4 => select(vec![true, false, false, false]).prop_map(|answered| Step::Probe { answered }),
            3 => select(vec![700, 3700, 19_300]).prop_map(|seconds| Step::Wait { seconds }),
        ]
        .boxed()
    }

    fn take(&mut self, step: &Step) -> (Value, Value) {
        let mut granted = false;
        match *step {
            Step::Report {
                failures,
                answered_ago,
                down,
            } => {
                let answered = answered_ago.is_some();
                let is_news = failures > 0 || down || answered && (self.failures > 0 || self.open.is_some());
                if is_news {
                    self.failures = if answered { 0 } else { self.failures } + failures;
                    if down {
                        let open = Open {
                            probes: 0,
                            next_in: i64::from(interval(0)),
                            age: 0,
                        };
                        self.open.get_or_insert(open);
                    } else if failures == 0
                        && let Some(ago) = answered_ago
                    {
                        self.open.take_if(|open| open.age >= ago);
                    }
                }
            }
            Step::Probe { answered: true } if self.open.is_some() => {
                self.open = None;
                self.failures = 0;
            }
            Step::Probe { .. } => {
                if let Some(open) = self.open.as_mut().filter(|open| open.next_in <= 0) {
                    open.probes += 1;
                    open.next_in = i64::from(interval(open.probes));
                    granted = true;
                }
            }
            Step::Wait { seconds } => {
                if let Some(open) = &mut self.open {
                    open.next_in -= i64::from(seconds);
                    open.age += seconds;
                }
            }
        }
        let open = self.open.as_ref();
        let answer = match step {
            Step::Probe { .. } => json!({"open": open.is_some(), "granted": granted}),
            Step::Report { .. } | Step::Wait { .. } => Value::Null,
        };
        let left = json!({
            "failures": self.failures,
            "probes": open.map(|open| open.probes),
            // The worker that can do nothing without the provider gets messages, or none.
            "gives": open.is_none_or(|open| open.next_in <= 0),
        });
        (answer, left)
    }

    async fn act(service: &Service<'_>, (): &mut (), step: &Step) -> Result<(Value, Value)> {
        let answer = match step {
            Step::Report {
                failures,
                answered_ago,
                down,
            } => {
                let mut seen = json!({"failures": failures, "answered_ms_ago": answered_ago.map(|ago| ago * 1000)});
                if *down {
                    seen["down"] = json!("status 503");
                }
                let report = json!({"providers": {"spotify": seen}});
                let call = format!("SELECT public.commit_batch('album_discovery', NULL, '[]', '{report}')");
                service.ask(&call).await?;
                Value::Null
            }
            Step::Probe { answered } => {
                let answer = service
                    .ask(&format!("SELECT public.probe_provider('spotify', {answered})"))
                    .await?;
                json!({"open": answer["open"], "granted": answer["granted"]})
            }
            Step::Wait { seconds } => {
                let wait = format!(
                    "UPDATE linernotes.providers SET next_probe_at = next_probe_at - INTERVAL '{seconds} s', \
                     open_since = open_since - INTERVAL '{seconds} s' \
                     WHERE provider = 'spotify'"
                );
                service.as_owner(&wait).await?;
                Value::Null
            }
        };
        let left = service
            .database
            .ask(
                "SELECT jsonb_build_object('failures', failures, 'probes', CASE WHEN open_since IS NOT NULL THEN probes END, \
                   'gives', linernotes.closed_until('artist_discovery') IS NULL) \
                 FROM linernotes.providers WHERE provider = 'spotify'",
            )
            .await?;
        Ok((answer, left))
    }
}
