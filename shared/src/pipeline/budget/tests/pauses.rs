//! What a provider asks for: that nobody calls it for a while.

use super::*;

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
