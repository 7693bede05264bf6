use super::*;
use crate::operations::testing::Harness;
use crate::pipeline::fakes::answer;
use crate::platform::ports::HttpError;

fn status(health: &str) -> Value {
    json!({
        "overall_status": health, "reasons": [{"problem": "p", "advice": "a"}], "stages": [],
        "providers": {
            "spotify": {"paused_for_ms": 0, "pause_reason": null, "refused": {}},
            "wikidata": {"paused_for_ms": 4500, "pause_reason": "429 of /w/api.php", "refused": {}},
        },
        "wake_ups": {"enabled": true, "missing_vault_entries": []},
    })
}

/// All five workers answer.
fn workers(harness: &Harness) {
    for _ in Queue::ALL {
        harness.api_says(200, r#"{"success":true,"version":"1.2.3"}"#);
    }
}

/// Spotify and MusicBrainz are configured, and the workers answer.
fn harness(health: &str) -> Harness {
    let mut harness = Harness::new([status(health)]);
    workers(&harness);
    for (name, value) in [
        ("spotify_client_id", "id"),
        ("spotify_client_secret", "secret-of-spotify"),
        ("spotify_api_url", "http://api.example"),
        ("spotify_accounts_url", "http://accounts.example"),
        ("musicbrainz_url", "http://mb.example"),
        ("musicbrainz_contact", "me@example"),
        ("musicbrainz_requests_per_second", "0"),
    ] {
        harness.variables.0.insert(name, value);
    }
    harness
}

fn check(harness: &Harness) -> (u16, Value) {
    harness.serve(CheckPipeline, "{}")
}

fn problems(answer: &Value) -> Vec<&str> {
    let reasons = answer["reasons"].as_array().unwrap();
    reasons
        .iter()
        .map(|reason| reason["problem"].as_str().unwrap())
        .collect()
}

#[test]
fn a_healthy_pipeline_lists_what_answers_and_shows_no_secret() {
    let harness = harness("healthy");
    harness.api_says(200, r#"{"access_token":"token-of-spotify"}"#);
    harness.api_says(200, "{}");
    harness.api_says(404, "{}");
    let (code, answer) = check(&harness);
    assert_eq!((code, &answer["overall_status"]), (200, &json!("healthy")), "{answer}");
    assert_eq!(answer["version"], VERSION);
    assert_eq!(answer["redis"]["answering"], true);
    let states: Vec<_> = Provider::ALL
        .map(|provider| answer["providers"][provider.name()]["state"].clone())
        .into();
    assert_eq!(states, ["answering", "answering", "off", "off", "off"]);
    assert_eq!(problems(&answer)[0], "p");
    for secret in ["secret-of-spotify", "token-of-spotify", "sb_secret"] {
        assert!(!answer.to_string().contains(secret));
    }
}

#[test]
fn a_paused_provider_is_not_asked() {
    let mut harness = harness("healthy");
    harness.variables.0.insert("wikidata_url", "http://wd.example");
    harness.api_says(200, r#"{"access_token":"t"}"#);
    harness.api_says(200, "{}");
    harness.api_says(200, "{}");
    let (_, answer) = check(&harness);
    assert_eq!(answer["providers"]["wikidata"]["state"], "paused");
    assert_eq!(answer["overall_status"], "healthy");
    assert!(problems(&answer).contains(&"wikidata is paused for 5 s: 429 of /w/api.php"));
}

#[test]
fn a_provider_that_is_down_is_not_asked() {
    let mut known = status("warning");
    known["providers"]["wikidata"] = json!({"breaker": {"next_probe_ms": 0, "reason": "status 503", "waiting": 3}});
    let mut harness = Harness::new([known]);
    workers(&harness);
    harness.variables.0.insert("wikidata_url", "http://wd.example");
    let (_, answer) = check(&harness);
    let wikidata = &answer["providers"]["wikidata"];
    assert_eq!(
        (&wikidata["state"], &wikidata["answering"]),
        (&json!("down"), &json!(false))
    );
    assert_eq!(wikidata["breaker"]["waiting"], 3);
    let asked = harness.api.requests();
    assert!(asked.iter().all(|request| request.uri().host() != Some("wd.example")));
}

#[test]
fn workers_with_the_same_problem_share_a_reason() {
    let harness = Harness::new([status("healthy")]);
    harness.api_says(200, r#"{"success":true,"version":"1.2.3"}"#);
    // An older worker does not know `check`.
    harness.api_says(
        400,
        r#"{"success":false,"error":"batch_size must be …","field":"batch_size"}"#,
    );
    harness.api_says(500, "");
    harness.api_says(500, r#"{"success":false,"error":"supabase_url: missing"}"#);
    harness.api_says(500, "");
    let (code, answer) = check(&harness);
    assert_eq!(
        (code, &answer["overall_status"]),
        (200, &json!("unhealthy")),
        "{answer}"
    );
    assert_eq!(
        problems(&answer)[1..3],
        [
            "trackDiscovery, socialEnrichment: answered with status 500",
            "producerIdentification: answered with status 500: supabase_url: missing",
        ]
    );
    let workers = &answer["workers"];
    assert_eq!(
        workers["artistDiscovery"],
        json!({"answering": true, "version": "1.2.3"})
    );
    assert_eq!(workers["albumDiscovery"], json!({"answering": true, "version": null}));
    assert_eq!(workers["trackDiscovery"]["answering"], false);
    let asked = harness.api.calls("artistDiscovery");
    assert_eq!(asked, [json!({"check": true, "batch_size": 0})]);
}

#[test]
fn credentials_that_spotify_refuses_are_unhealthy() {
    let harness = harness("healthy");
    harness.api_says(400, r#"{"error":"invalid_client"}"#);
    harness.api.then(Err(HttpError::Timeout(Duration::from_secs(3))));
    let (code, answer) = check(&harness);
    assert_eq!((code, &answer["overall_status"]), (200, &json!("unhealthy")));
    let spotify = &answer["providers"]["spotify"];
    assert_eq!(
        (&spotify["configured"], &spotify["answering"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(
        problems(&answer)[1..],
        [
            "spotify refuses what is configured (status 400)",
            "musicbrainz does not answer: no answer within 3000 ms"
        ]
    );
}

#[test]
fn instagram_is_judged_by_the_codes_of_the_graph_api() {
    for (code, problem) in [
        (190, "instagram refuses what is configured (code 190)"),
        (4, "instagram asks to be left alone for a while"),
        (2, "instagram answers with status 400"),
    ] {
        let mut harness = harness("healthy");
        for (name, value) in [
            ("instagram_graph_url", "http://graph.example"),
            ("instagram_access_token", "t"),
            ("instagram_account_id", "17"),
        ] {
            harness.variables.0.insert(name, value);
        }
        harness.api_says(200, r#"{"access_token":"t"}"#);
        harness.api_says(200, "{}");
        harness.api_says(200, "{}");
        harness.api_says(400, &format!(r#"{{"error":{{"code":{code}}}}}"#));
        let (_, answer) = check(&harness);
        assert!(problems(&answer).contains(&problem), "{answer}");
    }
}

#[test]
fn a_redis_that_does_not_answer_is_a_warning() {
    let harness = harness("healthy");
    harness.keys.broken.set(true);
    harness.api_says(200, r#"{"access_token":"t"}"#);
    harness.api_says(200, "{}");
    harness.api_says(200, "{}");
    let (code, answer) = check(&harness);
    assert_eq!((code, &answer["overall_status"]), (200, &json!("warning")));
    assert_eq!(answer["redis"]["answering"], false);
}

#[test]
fn a_wrong_variable_is_a_reason_and_the_other_providers_are_asked() {
    let mut harness = harness("warning");
    harness.variables.0.remove("spotify_client_secret");
    harness.api_says(200, "{}");
    let (code, answer) = check(&harness);
    assert_eq!((code, &answer["overall_status"]), (200, &json!("unhealthy")));
    assert_eq!(
        problems(&answer),
        ["spotify_client_secret: missing, but spotify_client_id is set", "p"]
    );
    assert_eq!(answer["providers"]["musicbrainz"]["state"], "answering");
}

#[test]
fn missing_vault_entries_and_wake_ups_that_are_off_are_reasons() {
    let harness = Harness::new([json!({
        "overall_status": "healthy", "reasons": [], "providers": {},
        "wake_ups": {"enabled": false, "missing_vault_entries": ["function_secret", "functions_url"]},
    })]);
    workers(&harness);
    let (_, answer) = check(&harness);
    assert_eq!(answer["overall_status"], "unhealthy");
    let problems = problems(&answer);
    assert!(problems[0].starts_with("Vault has no entry function_secret and functions_url"));
    assert!(problems.contains(&"wake-ups are switched off; only the jobs call the workers"));
    assert!(problems.contains(&"spotify is off, and every discovery begins there"));
}

#[test]
fn without_the_database_it_responds_503_with_what_is_known() {
    let harness = Harness::new([]);
    harness.api.then(Err(HttpError::Connection("refused".into())));
    let (code, answer) = check(&harness);
    assert_eq!((code, &answer["success"]), (503, &json!(false)));
    assert_eq!(answer["overall_status"], "unhealthy");
    assert_eq!(
        (&answer["redis"]["answering"], &answer["version"]),
        (&json!(true), &json!(VERSION))
    );

    let harness = Harness::new([]);
    harness.api.then(answer_of_a_missing_function());
    let (code, answer) = check(&harness);
    assert_eq!(code, 503);
    assert_eq!(
        problems(&answer),
        [
            "get_pipeline_status failed: error PGRST202: the schema of release 0.1.0 is not installed, whose migrations bring it (scripts/install-migrations)"
        ]
    );
}

fn answer_of_a_missing_function() -> Result<http::Response<bytes::Bytes>, HttpError> {
    answer(404, &[], r#"{"code":"PGRST202","message":"no such function"}"#)
}
