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
        json!({"requests": 20, "statuses": {"2xx": 20}, "unused_slots": 0, "answered": true})
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

#[test]
fn a_request_waits_for_a_short_retry_after_and_is_sent_again() {
    let clock = FakeClock::default();
    let harness = BudgetHarness::new(&clock, 10);
    harness.upstream.script.then(answer(429, &[("retry-after", "3")], ""));
    let (answers, report) = harness.send(0.0, 6, 1, false);
    assert_eq!(answers, vec![Ok(200)]);
    assert_eq!(*harness.upstream.asked_at.borrow(), vec![Duration::ZERO, MS * 3010]);
    assert_eq!(report.requests, 2);
    assert_eq!(report.pause_reason.as_deref(), Some("status 429"));
}

#[test]
fn a_long_retry_after_pauses_the_provider_for_all() {
    let clock = FakeClock::default();
    let harness = BudgetHarness::new(&clock, 10);
    let body = r#"{"error":{"reason":"QUOTA_EXCEEDED"}}"#;
    harness
        .upstream
        .script
        .then(answer(429, &[("retry-after", "86400")], body));
    let (answers, report) = harness.send(0.0, 1, 3, false);
    assert!(
        answers
            .iter()
            .all(|answer| matches!(answer, Err(HttpError::Paused(left)) if left.as_secs() == 86_400))
    );
    assert_eq!(report.requests, 1);
    assert_eq!(report.paused_for_ms, Some(86_400_000));
    assert_eq!(report.pause_reason.as_deref(), Some("status 429, QUOTA_EXCEEDED"));
    assert_eq!(clock.monotonic(), MS * 10);
}

#[test]
fn a_retry_after_pauses_the_provider_whatever_the_status() {
    let clock = FakeClock::default();
    let harness = BudgetHarness::new(&clock, 10);
    harness.upstream.script.then(answer(403, &[("retry-after", "2")], "no"));
    let (answers, report) = harness.send(0.0, 1, 2, false);
    // The source gets the 403 to judge; the request after it waits.
    assert_eq!(answers, vec![Ok(403), Ok(200)]);
    assert_eq!(*harness.upstream.asked_at.borrow(), vec![Duration::ZERO, MS * 2010]);
    assert_eq!(report.requests, 2);
}

#[test]
fn a_limit_code_of_the_graph_api_pauses_instagram_and_no_other_provider() {
    let clock = FakeClock::default();
    let mut harness = BudgetHarness::new(&clock, 10);
    harness.provider = Provider::Instagram;
    let usage = r#"{"1": [{"type": "instagram", "estimated_time_to_regain_access": 19}]}"#;
    let limited = || {
        let headers = [("x-business-use-case-usage", usage)];
        answer(403, &headers, r#"{"error": {"code": 4, "message": "limit"}}"#)
    };
    harness.upstream.script.then(limited());
    let (answers, report) = harness.send(0.0, 1, 3, false);
    let paused = Err(HttpError::Paused(Duration::from_mins(19)));
    assert_eq!(answers, vec![Ok(403), paused.clone(), paused]);
    assert_eq!((report.requests, report.paused_for_ms), (1, Some(19 * 60_000)));
    assert_eq!(report.pause_reason.as_deref(), Some("status 403, code 4"));

    // The codes are the Graph API's alone, and other errors are the source's to judge.
    let clock = FakeClock::default();
    let mut harness = BudgetHarness::new(&clock, 10);
    harness.upstream.script.then(limited());
    assert_eq!(harness.send(0.0, 1, 1, false).1.paused_for_ms, None);
    harness.provider = Provider::Instagram;
    harness
        .upstream
        .script
        .then(answer(400, &[], r#"{"error": {"code": 110}}"#));
    assert_eq!(harness.send(0.0, 1, 1, false).1.paused_for_ms, None);
}

#[test]
fn a_503_without_retry_after_is_passed_on_and_pauses_nobody() {
    let clock = FakeClock::default();
    let harness = BudgetHarness::new(&clock, 10);
    harness.upstream.script.then(answer(503, &[], "busy"));
    let (answers, report) = harness.send(0.0, 1, 1, false);
    assert_eq!(answers, vec![Ok(503)]);
    assert_eq!(report.paused_for_ms, None);
}

#[test]
fn requests_in_progress_are_cancelled_at_the_deadline() {
    let clock = FakeClock::default();
    let harness = BudgetHarness::new(&clock, 9_000);
    let (answers, _) = harness.send(0.0, 1, 4, false);
    // Three requests of 9 s one after another do not fit into 25 s.
    let out_of_time = Err(HttpError::OutOfTime);
    assert_eq!(answers, vec![Ok(200), Ok(200), out_of_time.clone(), out_of_time]);
    assert_eq!(clock.monotonic(), DEADLINE);
}

#[test]
fn a_pause_that_a_reservation_reports_stops_all_waiting_requests() {
    let clock = FakeClock::default();
    let harness = BudgetHarness::new(&clock, 10);
    let paused = r#"{"granted":0,"first_in_ms":0,"interval_ms":1000,"paused_for_ms":60000}"#;
    harness.database.script.then(answer(200, &[], paused));
    let (answers, report) = harness.send(1.0, 6, 5, false);
    assert!(
        answers.iter().all(|answer| matches!(answer, Err(HttpError::Paused(_)))),
        "{answers:?}"
    );
    assert_eq!(harness.database.script.requests().len(), 1);
    // The database knows the pause already.
    assert_eq!(report, ProviderReport::default());
}

#[test]
fn a_run_in_progress_learns_of_another_runs_pause_at_once() {
    let clock = FakeClock::default();
    let first = BudgetHarness::new(&clock, 10);
    first.upstream.script.then(answer(429, &[("retry-after", "60")], ""));
    first.send(0.0, 1, 1, false);
    let second = BudgetHarness::new(&clock, 10);
    second.keys.values.replace(first.keys.values.take());
    let (answers, report) = second.send(0.0, 1, 1, false);
    assert_eq!(answers, vec![Err(HttpError::Paused(Duration::from_mins(1)))]);
    // The run that met the pause reports it, and no other does.
    assert_eq!(report, ProviderReport::default());
}

#[test]
fn what_redis_says_of_a_pause_is_believed_for_a_minute_at_most_and_once() {
    let clock = FakeClock::default();
    let harness = BudgetHarness::new(&clock, 10);
    let key = "linernotes:pause:musicbrainz".to_owned();
    // A pause of a week, met by a clock that is an hour ahead, or by nobody.
    let told = format!("604800000 {}", millis(clock.now() + Duration::from_hours(1)));
    harness.keys.values.borrow_mut().insert(key.clone(), told);
    let (answers, _) = harness.send(0.0, 1, 1, false);
    assert_eq!(answers, vec![Err(HttpError::Paused(Duration::from_mins(1)))]);

    // A short one, met by a clock that is an hour behind, is waited for once.
    let told = format!("2000 {}", millis(clock.now().saturating_sub(Duration::from_hours(1))));
    harness.keys.values.borrow_mut().insert(key.clone(), told);
    let start = clock.monotonic();
    let (answers, _) = harness.send(0.0, 1, 2, false);
    assert_eq!(answers, vec![Ok(200), Ok(200)]);
    assert!((MS * 2000..MS * 2500).contains(&clock.monotonic().saturating_sub(start)));

    for nonsense in ["", "1", "-5 7", "99999999999999999999999 1", "token \u{0}"] {
        harness
            .keys
            .values
            .borrow_mut()
            .insert(key.clone(), nonsense.to_owned());
        assert_eq!(harness.send(0.0, 1, 1, false).0, vec![Ok(200)], "{nonsense:?}");
    }
}

/// The provider fails so many times.
fn failing(harness: &BudgetHarness<'_>, times: usize) {
    for _ in 0..times {
        harness.upstream.script.then(answer(503, &[], "down"));
    }
}

#[test]
fn a_provider_that_fails_its_probe_too_is_down_and_asked_no_more() {
    let clock = FakeClock::default();
    let harness = BudgetHarness::new(&clock, 10);
    failing(&harness, 4);
    let (answers, report) = harness.send(0.0, 1, 6, false);
    // The third failure calls for the probe, which fails, too.
    let open = Err(HttpError::BreakerOpen(Duration::from_secs(2)));
    assert_eq!(
        answers,
        vec![Ok(503), Ok(503), Ok(503), open.clone(), open.clone(), open]
    );
    let asked = harness.upstream.script.requests();
    assert!(asked[3].uri().path().starts_with("/ws/2/artist/"), "{}", asked[3].uri());
    assert_eq!((asked.len(), report.requests, report.failures), (4, 4, 3));
    assert_eq!((report.answered, report.down.as_deref()), (false, Some("status 503")));
    assert_eq!(report.failure.as_deref(), Some("status 503"));
}

#[test]
fn refused_credentials_are_told_and_open_no_breaker() {
    let clock = FakeClock::default();
    let harness = BudgetHarness::new(&clock, 10);
    for _ in 0..4 {
        harness.upstream.script.then(answer(401, &[], "{}"));
    }
    let (answers, report) = harness.send(0.0, 1, 4, false);
    assert_eq!(answers, vec![Ok(401); 4]);
    assert_eq!((report.failures, report.answered, report.down), (0, true, None));
    assert_eq!(report.failure.as_deref(), Some("status 401"));
}

#[test]
fn a_question_that_a_provider_cannot_answer_opens_no_breaker() {
    let clock = FakeClock::default();
    let harness = BudgetHarness::new(&clock, 10);
    failing(&harness, 3);
    let (answers, report) = harness.send(0.0, 1, 3, false);
    assert_eq!(answers, vec![Ok(503), Ok(503), Ok(503)]);
    assert_eq!(report.requests, 4);
    assert_eq!((report.failures, report.answered, report.down), (0, true, None));
}

#[test]
fn failures_of_the_runs_before_count_and_an_answer_ends_the_row() {
    let clock = FakeClock::default();
    let mut harness = BudgetHarness::new(&clock, 10);
    harness.known.failures = 2;
    failing(&harness, 2);
    assert_eq!(harness.send(0.0, 1, 1, false).1.down.as_deref(), Some("status 503"));

    let clock = FakeClock::default();
    let mut harness = BudgetHarness::new(&clock, 10);
    harness.known.failures = 2;
    harness.upstream.script.then(answer(404, &[], "no such thing"));
    failing(&harness, 2);
    let (_, report) = harness.send(0.0, 1, 3, false);
    assert_eq!((report.failures, report.answered, report.down), (2, true, None));
}

#[test]
fn an_answer_that_cannot_be_read_or_does_not_come_is_a_failure_and_a_pause_is_none() {
    let clock = FakeClock::default();
    let harness = BudgetHarness::new(&clock, 10);
    for said in [
        answer(200, &[], "<html>"),
        Err(HttpError::Timeout(MS)),
        Err(HttpError::Connection("http://secret.example refused".into())),
        Err(HttpError::Connection(String::new())),
    ] {
        harness.upstream.script.then(said);
    }
    let (_, report) = harness.send(0.0, 1, 3, false);
    assert_eq!(report.down.as_deref(), Some("connections fail"));

    let clock = FakeClock::default();
    let harness = BudgetHarness::new(&clock, 10);
    for _ in 0..4 {
        harness.upstream.script.then(answer(429, &[("retry-after", "1")], ""));
    }
    let (_, report) = harness.send(0.0, 1, 1, false);
    assert_eq!((report.failures, report.answered, report.down), (0, true, None));
}

#[test]
fn a_probe_keeps_a_pause_and_the_pause_that_it_is_asked_for_is_everybodys() {
    let clock = FakeClock::default();
    let mut harness = BudgetHarness::new(&clock, 10);
    harness.known.failures = 1;
    failing(&harness, 2);
    // Of three requests at the same moment two fail, and one is asked for a pause.
    let pause = [("retry-after", "2")];
    harness.upstream.script.then(answer(429, &pause, ""));
    let (answers, report) = harness.send(0.0, 3, 3, false);
    assert_eq!((answers, report.down), (vec![Ok(503), Ok(503), Ok(200)], None));
    // After the pause: the probe, and the third request once more.
    let asked_at = harness.upstream.asked_at.borrow();
    assert_eq!(asked_at.len(), 5);
    assert!(
        asked_at[3..].iter().all(|at| *at >= Duration::from_secs(2)),
        "{asked_at:?}"
    );

    let clock = FakeClock::default();
    let harness = BudgetHarness::new(&clock, 10);
    failing(&harness, 3);
    harness.upstream.script.then(answer(429, &[("retry-after", "60")], ""));
    let (answers, report) = harness.send(0.0, 1, 4, false);
    assert_eq!(answers[3], Err(HttpError::Paused(Duration::from_mins(1))));
    assert_eq!((report.requests, report.down), (4, None));
    assert_eq!(report.pause_reason.as_deref(), Some("status 429"));
}

/// A provider whose breaker is open, and is probed next at this time.
fn open(clock: &FakeClock, next_probe_ms: u64) -> BudgetHarness<'_> {
    let mut harness = BudgetHarness::new(clock, 10);
    harness.known.breaker = Some(json!({"next_probe_ms": next_probe_ms}));
    harness
}

#[test]
fn nobody_asks_before_the_next_probe_is_due_nor_without_the_turn() {
    let clock = FakeClock::default();
    let harness = open(&clock, 4000);
    let (answers, report) = harness.send(0.0, 4, 5, false);
    assert_eq!(answers, vec![Err(HttpError::BreakerOpen(MS * 4000)); 5]);
    assert_eq!(report, ProviderReport::default());

    let harness = open(&clock, 0);
    let turn = r#"{"open": true, "granted": false, "next_probe_ms": 3000}"#;
    harness.database.script.then(answer(200, &[], turn));
    let (answers, _) = harness.send(0.0, 4, 5, false);
    assert_eq!(answers, vec![Err(HttpError::BreakerOpen(MS * 3000)); 5]);
    assert_eq!(harness.database.script.requests().len(), 1);
    assert_eq!(harness.upstream.script.requests().len(), 0);
}

#[test]
fn one_probe_goes_through_and_its_answer_lets_all_others_pass() {
    const TURN: &str = r#"{"open": true, "granted": true, "next_probe_ms": 8000}"#;
    let clock = FakeClock::default();
    let harness = open(&clock, 0);
    harness.database.script.then(answer(200, &[], TURN));
    failing(&harness, 1);
    let (answers, report) = harness.send(0.0, 4, 5, false);
    assert!(
        answers
            .iter()
            .all(|answer| matches!(answer, Err(HttpError::BreakerOpen(_)))),
        "{answers:?}"
    );
    assert_eq!(
        (harness.upstream.script.requests().len(), report.failures, report.down),
        (1, 0, None)
    );

    let harness = open(&clock, 0);
    harness.database.script.then(answer(200, &[], TURN));
    let closed = r#"{"open": false, "granted": false, "next_probe_ms": null}"#;
    harness.database.script.then(answer(200, &[], closed));
    let (answers, report) = harness.send(0.0, 4, 5, false);
    assert_eq!(answers, vec![Ok(200); 5]);
    let told = harness.database.script.calls("probe_provider");
    assert_eq!(
        (told[0]["answered"].clone(), told[1]["answered"].clone()),
        (json!(false), json!(true))
    );
    assert_eq!((report.requests, report.answered), (6, true));
}
