//! A provider that is down: who notices, who waits, and who probes.

use super::*;

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
    assert_eq!(
        (report.answered_ms_ago, report.down.as_deref()),
        (None, Some("status 503"))
    );
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
    assert_eq!(
        (report.failures, report.answered_ms_ago, report.down),
        (0, Some(0), None)
    );
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
    assert_eq!(
        (report.failures, report.answered_ms_ago, report.down),
        (0, Some(0), None)
    );
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
    assert_eq!(
        (report.failures, report.answered_ms_ago, report.down),
        (2, Some(20), None)
    );
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
    assert_eq!(
        (report.failures, report.answered_ms_ago, report.down),
        (0, Some(0), None)
    );
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
    assert_eq!((report.requests, report.answered_ms_ago), (6, Some(0)));
}
