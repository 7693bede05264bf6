mod breakers;
mod pauses;

use futures::future::join_all;

use super::*;
use crate::pipeline::fakes::{FakeClock, FakeKeys, Script, Slow, answer};
use crate::pipeline::harness::Map;
use crate::platform::config::{Database, Origin, Reader, Secret};

const DEADLINE: Duration = Duration::from_secs(25);
const MS: Duration = Duration::from_millis(1);

/// A provider, its budget, and the database that gives out its slots.
struct BudgetHarness<'a> {
    provider: Provider,
    clock: &'a FakeClock,
    upstream: Slow<'a>,
    database: Slow<'a>,
    keys: FakeKeys,
    config: ProviderConfigs,
    /// What the dequeue said of the provider.
    known: ProviderState,
}

impl<'a> BudgetHarness<'a> {
    fn new(clock: &'a FakeClock, latency_ms: u32) -> Self {
        Self {
            provider: Provider::Musicbrainz,
            clock,
            upstream: Slow::new(clock, MS * latency_ms, Script::default()),
            database: Slow::new(clock, MS * 5, Script::default()),
            keys: FakeKeys::default(),
            config: ProviderConfigs::read(&mut Reader::new(&Map(BTreeMap::from([
                ("musicbrainz_url", "http://mb.example"),
                ("musicbrainz_contact", "a@example.org"),
            ])))),
            known: ProviderState::default(),
        }
    }

    fn reservation(&self, granted: u32, first_in_ms: u32, interval_ms: u32) {
        let body =
            json!({"granted": granted, "first_in_ms": first_in_ms, "interval_ms": interval_ms, "paused_for_ms": 0});
        self.database.script.then(answer(200, &[], &body.to_string()));
    }

    /// Sends `count` requests at once, each followed by another one when `twice`.
    fn send(
        &self,
        rate: f64,
        concurrency: usize,
        count: usize,
        twice: bool,
    ) -> (Vec<Result<u16, HttpError>>, ProviderReport) {
        let database = Database {
            url: Origin::parse("http://db.example", &["http"]).unwrap(),
            key: Secret::new("sb_secret_x"),
        };
        let rpc = Rpc::new(&self.database, self.clock, &database);
        let ports = Ports {
            http: &self.upstream,
            clock: self.clock,
            keys: &self.keys,
            rpc: &rpc,
            config: &self.config,
            ask: |config, client| config.ask(client, |_| true),
        };
        let limits = Limits {
            requests_per_second: rate,
            concurrency,
            breaker_failures: 3,
            breaker_first_probe: Duration::from_secs(2),
            deadline: DEADLINE,
        };
        let budget = Budget::new(self.provider, ports, Uuid::nil(), limits);
        budget.apply_breaker(&self.known);
        let one = async || {
            let request = || Request::get("http://mb.example/").body(Bytes::new()).unwrap();
            let mut answer = budget.send(request(), Duration::from_secs(10)).await;
            if twice && answer.is_ok() {
                answer = budget.send(request(), Duration::from_secs(10)).await;
            }
            answer.map(|answer| answer.status().as_u16())
        };
        let answers = self.clock.run(async {
            let answers = join_all((0..count).map(|_| one())).await;
            budget.judge().await;
            answers
        });
        (answers, budget.take_report())
    }
}

#[test]
fn no_more_requests_are_in_progress_than_the_concurrency_allows() {
    let clock = FakeClock::default();
    let harness = BudgetHarness::new(&clock, 100);
    let (answers, report) = harness.send(0.0, 6, 20, false);
    assert!(answers.iter().all(|answer| *answer == Ok(200)));
    assert_eq!(harness.upstream.most_in_progress.get(), 6);
    assert_eq!(clock.monotonic(), MS * 400);
    assert_eq!(
        json!(report),
        json!({"requests": 20, "statuses": {"2xx": 20}, "unused_slots": 0, "answered_ms_ago": 0})
    );
}

#[test]
fn requests_keep_to_their_slots_which_are_reserved_ten_at_a_time() {
    let clock = FakeClock::default();
    let harness = BudgetHarness::new(&clock, 50);
    harness.reservation(10, 0, 1000);
    harness.reservation(10, 995, 1000);
    let (answers, report) = harness.send(1.0, 6, 10, true);
    assert!(answers.iter().all(|answer| *answer == Ok(200)), "{answers:?}");
    let asked = harness.upstream.asked_at.borrow();
    assert_eq!(asked.len(), 20);
    assert!(asked.windows(2).all(|pair| pair[1] >= pair[0] + MS * 1000), "{asked:?}");
    let calls = harness.database.script.calls("reserve_provider_requests");
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0]["requests"], 10);
    assert_eq!(calls[0]["provider"], "musicbrainz");
    assert_eq!(report.requests, 20);
    assert_eq!(report.unused_slots, 0);
}

#[test]
fn a_slot_does_not_pass_while_its_request_waits_for_another_one_to_end() {
    let clock = FakeClock::default();
    let harness = BudgetHarness::new(&clock, 2000);
    harness.reservation(1, 0, 300);
    harness.reservation(1, 0, 300);
    let (answers, _) = harness.send(3.3, 1, 2, false);
    assert_eq!(answers, vec![Ok(200), Ok(200)]);
    // Each reserved when it could be sent.
    assert_eq!(*harness.upstream.asked_at.borrow(), vec![MS * 5, MS * 2010]);
}

#[test]
fn a_slot_may_be_late_by_half_of_the_distance() {
    let slots = SlotQueue::default();
    let reserved = json!({"granted": 3, "first_in_ms": 0, "interval_ms": 300});
    slots.extend(Duration::ZERO, &serde_json::from_value(reserved).unwrap());
    assert_eq!(slots.next(MS * 150), Some(Duration::ZERO));
    assert_eq!(slots.next(MS * 451), Some(MS * 600));
    assert_eq!(slots.next(MS * 451), None);
}

#[test]
fn a_single_request_reserves_a_single_slot() {
    let clock = FakeClock::default();
    let harness = BudgetHarness::new(&clock, 50);
    harness.reservation(1, 300, 1000);
    let (answers, _) = harness.send(1.0, 6, 1, false);
    assert_eq!(answers, vec![Ok(200)]);
    assert_eq!(
        harness.database.script.calls("reserve_provider_requests")[0]["requests"],
        1
    );
    assert_eq!(*harness.upstream.asked_at.borrow(), vec![MS * 305]);
}

#[test]
fn the_report_gives_back_slots_that_no_request_used() {
    let clock = FakeClock::default();
    let harness = BudgetHarness::new(&clock, 50);
    harness.reservation(10, 0, 1000);
    let (_, report) = harness.send(1.0, 6, 4, false);
    assert_eq!(report.requests, 4);
    assert_eq!(report.unused_slots, 6);
}

#[test]
fn requests_fail_at_once_when_no_slot_is_left_before_the_deadline() {
    let clock = FakeClock::default();
    let harness = BudgetHarness::new(&clock, 50);
    harness.reservation(2, 0, 20_000);
    let (answers, report) = harness.send(0.05, 6, 4, false);
    assert_eq!(answers.iter().filter(|answer| **answer == Ok(200)).count(), 2);
    assert_eq!(
        answers
            .iter()
            .filter(|answer| **answer == Err(HttpError::OutOfTime))
            .count(),
        2
    );
    assert_eq!(report.requests, 2);
    // The other requests fail at once and not after the wait.
    assert_eq!(harness.database.script.requests().len(), 1);
}
