use super::*;
use crate::operations::testing::House;
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

/// Five workers that would work.
fn workers(house: &House) {
    for _ in Queue::ALL {
        house.api_says(200, r#"{"success":true,"version":"1.2.3"}"#);
    }
}

/// Spotify and MusicBrainz are configured, and the workers answer.
fn house(health: &str) -> House {
    let mut house = House::new([status(health)]);
    workers(&house);
    for (name, value) in [
        ("spotify_client_id", "id"),
        ("spotify_client_secret", "secret-of-spotify"),
        ("spotify_api_url", "http://api.example"),
        ("spotify_accounts_url", "http://accounts.example"),
        ("musicbrainz_url", "http://mb.example"),
        ("musicbrainz_contact", "me@example"),
        ("musicbrainz_requests_per_second", "0"),
    ] {
        house.variables.0.insert(name, value);
    }
    house
}

fn check(house: &House) -> (u16, Value) {
    house.serve(CheckPipeline, "{}")
}

fn problems(answer: &Value) -> Vec<&str> {
    let reasons = answer["reasons"].as_array().unwrap();
    reasons
        .iter()
        .map(|reason| reason["problem"].as_str().unwrap())
        .collect()
}

#[test]
fn all_is_well_and_says_what_answers() {
    let house = house("healthy");
    house.api_says(200, r#"{"access_token":"token-of-spotify"}"#);
    house.api_says(200, "{}");
    house.api_says(404, "{}");
    let (code, answer) = check(&house);
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
fn whoever_is_paused_is_left_alone() {
    let mut house = house("healthy");
    house.variables.0.insert("wikidata_url", "http://wd.example");
    house.api_says(200, r#"{"access_token":"t"}"#);
    house.api_says(200, "{}");
    house.api_says(200, "{}");
    let (_, answer) = check(&house);
    assert_eq!(answer["providers"]["wikidata"]["state"], "paused");
    assert_eq!(answer["overall_status"], "healthy");
    assert!(problems(&answer).contains(&"wikidata is paused for 5 s: 429 of /w/api.php"));
}

#[test]
fn workers_that_would_not_work_are_named_together() {
    let house = House::new([status("healthy")]);
    house.api_says(200, r#"{"success":true,"version":"1.2.3"}"#);
    // One that does not know what a check is.
    house.api_says(
        400,
        r#"{"success":false,"error":"batch_size must be …","field":"batch_size"}"#,
    );
    house.api_says(500, "");
    house.api_says(500, r#"{"success":false,"error":"supabase_url: missing"}"#);
    house.api_says(500, "");
    let (code, answer) = check(&house);
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
    let asked = house.api.calls("artistDiscovery");
    assert_eq!(asked, [json!({"check": true, "batch_size": 0})]);
}

#[test]
fn refused_credentials_of_spotify_are_unhealthy() {
    let house = house("healthy");
    house.api_says(400, r#"{"error":"invalid_client"}"#);
    house.api.then(Err(HttpError::Timeout(Duration::from_secs(3))));
    let (code, answer) = check(&house);
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
fn instagram_is_judged_by_its_codes() {
    for (code, problem) in [
        (190, "instagram refuses what is configured (code 190)"),
        (4, "instagram asks to be left alone for a while"),
        (2, "instagram answers with status 400"),
    ] {
        let mut house = house("healthy");
        for (name, value) in [
            ("instagram_graph_url", "http://graph.example"),
            ("instagram_access_token", "t"),
            ("instagram_account_id", "17"),
        ] {
            house.variables.0.insert(name, value);
        }
        house.api_says(200, r#"{"access_token":"t"}"#);
        house.api_says(200, "{}");
        house.api_says(200, "{}");
        house.api_says(400, &format!(r#"{{"error":{{"code":{code}}}}}"#));
        let (_, answer) = check(&house);
        assert!(problems(&answer).contains(&problem), "{answer}");
    }
}

#[test]
fn redis_away_is_a_warning() {
    let house = house("healthy");
    house.keys.broken.set(true);
    house.api_says(200, r#"{"access_token":"t"}"#);
    house.api_says(200, "{}");
    house.api_says(200, "{}");
    let (code, answer) = check(&house);
    assert_eq!((code, &answer["overall_status"]), (200, &json!("warning")));
    assert_eq!(answer["redis"]["answering"], false);
}

#[test]
fn a_wrong_variable_is_a_reason_and_the_rest_is_asked() {
    let mut house = house("warning");
    house.variables.0.remove("spotify_client_secret");
    house.api_says(200, "{}");
    let (code, answer) = check(&house);
    assert_eq!((code, &answer["overall_status"]), (200, &json!("unhealthy")));
    assert_eq!(
        problems(&answer),
        ["spotify_client_secret: missing, but spotify_client_id is set", "p"]
    );
    assert_eq!(answer["providers"]["musicbrainz"]["state"], "answering");
}

#[test]
fn what_the_database_lacks_is_said() {
    let house = House::new([json!({
        "overall_status": "healthy", "reasons": [], "providers": {},
        "wake_ups": {"enabled": false, "missing_vault_entries": ["function_secret", "functions_url"]},
    })]);
    workers(&house);
    let (_, answer) = check(&house);
    assert_eq!(answer["overall_status"], "unhealthy");
    let problems = problems(&answer);
    assert!(problems[0].starts_with("Vault has no entry function_secret and functions_url"));
    assert!(problems.contains(&"wake-ups are switched off; only the jobs call the workers"));
    assert!(problems.contains(&"spotify is off, and every discovery begins there"));
}

#[test]
fn without_the_database_it_is_503_with_what_is_known() {
    let house = House::new([]);
    house.api.then(Err(HttpError::Connection("refused".into())));
    let (code, answer) = check(&house);
    assert_eq!((code, &answer["success"]), (503, &json!(false)));
    assert_eq!(answer["overall_status"], "unhealthy");
    assert_eq!(
        (&answer["redis"]["answering"], &answer["version"]),
        (&json!(true), &json!(VERSION))
    );

    let house = House::new([]);
    house.api.then(answer_of_a_missing_function());
    let (code, answer) = check(&house);
    assert_eq!(code, 503);
    assert_eq!(problems(&answer), ["get_pipeline_status failed: error PGRST202"]);
}

fn answer_of_a_missing_function() -> Result<http::Response<bytes::Bytes>, HttpError> {
    answer(404, &[], r#"{"code":"PGRST202","message":"no such function"}"#)
}
