//! A lock has an owner until it is released, or stale and somebody else takes it.

use anyhow::Result;
use proptest::prelude::{BoxedStrategy, Just, Strategy, prop_oneof};
use proptest::sample::select;
use serde_json::{Value, json};

use super::{CLIENTS, Model, Service};

#[derive(Default)]
pub struct Lock {
    held: Option<Held>,
}

struct Held {
    owner: usize,
    ttl: u32,
    silent_for: u32,
}

impl Held {
    fn is_stale(&self) -> bool {
        self.silent_for > self.ttl.min(300)
    }
}

#[derive(Debug, Clone)]
pub enum Step {
    Acquire { who: usize, minutes: u32 },
    Release { who: usize },
    ReleaseAnybodys,
    Heartbeat { who: usize },
    Claim { who: usize },
    Force,
    Wait { seconds: u32 },
}

impl Model for Lock {
    type Step = Step;
    type Memory = ();
    const NAME: &'static str = "the lock";
    const RESET: &'static str = "DELETE FROM public.processing_locks WHERE TRUE";

    fn step() -> BoxedStrategy<Step> {
        let who = || 0..CLIENTS;
        prop_oneof![
            3 => (who(), select(vec![1, 2, 30])).prop_map(|(who, minutes)| Step::Acquire { who, minutes }),
            1 => who().prop_map(|who| Step::Release { who }),
            1 => Just(Step::ReleaseAnybodys),
            2 => who().prop_map(|who| Step::Heartbeat { who }),
            2 => who().prop_map(|who| Step::Claim { who }),
            1 => Just(Step::Force),
            // No sum of these is a ttl, so that the moment between two statements decides nothing.
            3 => select(vec![31, 61, 301]).prop_map(|seconds| Step::Wait { seconds }),
        ]
        .boxed()
    }

    fn take(&mut self, step: &Step) -> (Value, Value) {
        let held = self.held.take();
        let is_free = held.as_ref().is_none_or(Held::is_stale);
        let is_owner = |who| held.as_ref().is_some_and(|held| held.owner == who);
        let (answer, held) = match *step {
            Step::Acquire { who, minutes } if is_free => {
                let (ttl, silent_for) = (minutes * 60, 0);
                let held = Held {
                    owner: who,
                    ttl,
                    silent_for,
                };
                (true, Some(held))
            }
            Step::Release { who } if is_owner(who) => (true, None),
            Step::ReleaseAnybodys => (held.is_some(), None),
            Step::Heartbeat { who } if is_owner(who) => (true, held.map(|held| Held { silent_for: 0, ..held })),
            Step::Claim { who } if held.is_some() && is_free => {
                let claimed = |held: Held| Held {
                    owner: who,
                    silent_for: 0,
                    ..held
                };
                (true, held.map(claimed))
            }
            Step::Acquire { .. } | Step::Release { .. } | Step::Heartbeat { .. } | Step::Claim { .. } => (false, held),
            Step::Force => (true, None),
            Step::Wait { seconds } => {
                let later = |held: Held| Held {
                    silent_for: held.silent_for + seconds,
                    ..held
                };
                (true, held.map(later))
            }
        };
        self.held = held;
        let owner = self.held.as_ref().map(|held| format!("worker {}", held.owner));
        (json!(answer), json!(owner))
    }

    async fn act(service: &Service<'_>, (): &mut (), step: &Step) -> Result<(Value, Value)> {
        let call = match step {
            Step::Acquire { who, minutes } => {
                format!("acquire_processing_lock('artist', '1', {minutes}, NULL, 'worker {who}')")
            }
            Step::Release { who } => format!("release_processing_lock('artist', '1', 'worker {who}')"),
            Step::ReleaseAnybodys => "release_processing_lock('artist', '1')".to_owned(),
            Step::Heartbeat { who } => format!("update_lock_heartbeat('artist', '1', 'worker {who}', NULL)"),
            Step::Claim { who } => format!("claim_stale_lock('artist', '1', 'worker {who}', NULL)"),
            Step::Force => "force_release_entity_lock('artist', '1')".to_owned(),
            Step::Wait { seconds } => {
                let wait = format!(
                    "UPDATE public.processing_locks SET last_heartbeat = last_heartbeat - INTERVAL '{seconds} s' WHERE TRUE"
                );
                service.as_owner(&wait).await?;
                "TRUE".to_owned()
            }
        };
        let call = if call == "TRUE" { call } else { format!("public.{call}") };
        let answer = service.ask(&format!("SELECT {call}")).await?;
        let owner = service
            .ask("SELECT (SELECT worker_id FROM public.processing_locks)")
            .await?;
        Ok((answer, owner))
    }
}
