//! From a name to its producers, through the whole stack.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use linernotes_captured::needs_captured_answers;
use linernotes_tests::{Setup, replay};
use serde_json::{Value, json};

const CATALOGUE: &str = "SELECT (SELECT count(*) FROM public.artists) + (SELECT count(*) FROM public.albums) \
    + (SELECT count(*) FROM linernotes.album_artists) + (SELECT count(*) FROM public.tracks) \
    + (SELECT count(*) FROM public.producers) + (SELECT count(*) FROM public.track_producers)";
const QUEUED: &str = "SELECT count(*) FROM pgmq.q_artist_discovery";

#[tokio::test]
async fn a_discovery_stores_the_true_catalogue_and_makes_no_request_the_second_time() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    // Without cron jobs, only wake-ups lead from one stage to the next.
    setup.count("SELECT public.schedule_jobs('0 0 29 2 *')::bigint").await?;
    setup.discover("Velvet Harbor").await?;
    let took = setup.drained(Duration::from_secs(20)).await?;
    println!("one artist: {:.1} s", took.as_secs_f64());
    setup.assert_truth(&["Velvet Harbor"]).await?;

    let rows = setup.count(CATALOGUE).await?;
    setup.reset_demo_stats().await?;
    setup.discover("velvet   harbor").await?;
    setup.drained(Duration::from_secs(20)).await?;
    ensure!(
        setup.count(CATALOGUE).await? == rows,
        "the second time has changed the number of rows"
    );
    let requests = setup.demo_requests().await?;
    ensure!(requests == 0, "the second time made {requests} upstream requests");
    setup.assert_truth(&["Velvet Harbor"]).await
}

/// Nobody discovers the artist anew, and the key of the first time is still in Redis.
#[tokio::test]
async fn a_profile_older_than_90_days_is_looked_up_again() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    setup.count("SELECT public.schedule_jobs('0 0 29 2 *')::bigint").await?;
    setup.discover("Velvet Harbor").await?;
    setup.drained(Duration::from_secs(20)).await?;
    let aged = "WITH aged AS (UPDATE public.producers SET enriched_at = now() - INTERVAL '91 days', instagram_handle = NULL, \
                metadata = '{}' WHERE instagram_handle IS NOT NULL RETURNING id) SELECT count(*) FROM aged";
    let aged = setup.count(aged).await?;
    ensure!(aged > 0, "nobody has a handle");

    let answer = setup.rpc("maintenance_clear_stale_entities", json!({})).await?;
    ensure!(answer["profiles_asked_for"] == aged, "{answer}");
    setup.drained(Duration::from_secs(20)).await?;
    let old = "SELECT count(*) FROM public.producers WHERE enriched_at < now() - INTERVAL '90 days'";
    ensure!(setup.count(old).await? == 0, "some were not looked up");
    setup.assert_truth(&["Velvet Harbor"]).await
}

#[tokio::test]
async fn an_unknown_artist_is_not_found_with_the_names_that_came_back() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    let id = setup.discover(linernotes_demo::NO_SUCH_ARTIST).await?;
    setup.drained(Duration::from_secs(20)).await?;
    let discovery = setup.rpc("get_discovery", json!({"message_id": id})).await?;
    ensure!(discovery["state"] == "not_found", "{discovery}");
    let error = discovery["errors"][0]["error"].as_str().context("no error is listed")?;
    ensure!(error.starts_with("artist_not_found: "), "{error}");
    ensure!(
        setup.count("SELECT count(*) FROM public.artists").await? == 0,
        "somebody else was stored"
    );
    ensure!(
        setup
            .count("SELECT count(*) FROM public.worker_issues WHERE NOT resolved")
            .await?
            == 0,
        "an issue was raised"
    );
    Ok(())
}

#[tokio::test]
async fn a_malformed_answer_delays_only_its_own_message() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    setup.set("wake_ups_enabled", json!(false)).await?;
    let names = ["Velvet Harbor", "Marisol Anker"];
    for name in names {
        setup.discover(name).await?;
    }
    setup.call("artistDiscovery", json!({})).await?;
    let spotify_id: String = sqlx::query_scalar("SELECT spotify_id FROM public.artists WHERE name = $1")
        .bind(names[0])
        .fetch_one(&setup.pool)
        .await?;
    let path = format!("/v1/artists/{spotify_id}/albums");
    setup
        .configure_demo(json!({"faults": [{"path": path, "kind": "malformed", "times": 1}]}))
        .await?;

    let (status, answer) = setup.call("albumDiscovery", json!({})).await?;
    ensure!(
        status == 200 && answer["processed"] == 1 && answer["errors"] == 1,
        "{status} {answer}"
    );
    let error = answer["details"]["errors"][0]["error"]
        .as_str()
        .context("no error is listed")?;
    ensure!(error.contains(&path) && error.contains("malformed"), "{error}");
    for secret in ["demo-secret", "Bearer", &setup.info().secret_key] {
        ensure!(!answer.to_string().contains(secret), "{answer}");
    }
    ensure!(
        setup.count("SELECT count(*) FROM pgmq.q_album_discovery").await? == 1,
        "the message is gone"
    );

    setup.set("wake_ups_enabled", json!(true)).await?;
    for function in ["albumDiscovery", "trackDiscovery"] {
        setup.poke_every(function, Duration::from_secs(1));
    }
    setup.drained(Duration::from_mins(1)).await?;
    setup.assert_truth(&names).await
}

#[tokio::test]
async fn a_bad_field_is_named_and_changes_nothing() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    for name in ["", "   "] {
        let error = setup
            .rpc("start_artist_discovery", json!({"artist_name": name}))
            .await
            .err()
            .context("was taken")?;
        let error = error.to_string();
        ensure!(error.contains("22023") && error.contains("artist_name"), "{error}");
    }
    ensure!(setup.count(QUEUED).await? == 0, "something was enqueued");

    for (body, field) in [
        (json!({"batch_size": 0}), "batch_size"),
        (json!({"batch_size": "many"}), "batch_size"),
        (json!({"visibility_timeout": -1}), "visibility_timeout"),
    ] {
        let (status, answer) = setup.call("artistDiscovery", body).await?;
        ensure!(
            status == 400 && answer["field"] == field && answer["success"] == false,
            "{status} {answer}"
        );
    }

    let client = reqwest::Client::new();
    let function = format!("{}/artistDiscovery", setup.info().functions_url);
    for secret in ["wrong", &setup.info().publishable_key] {
        let answer = client.post(&function).bearer_auth(secret).send().await?;
        ensure!(answer.status() == 401, "{}", answer.status());
    }
    ensure!(
        client.post(&function).send().await?.status() == 401,
        "a call without a secret was taken"
    );
    ensure!(
        client
            .get(&function)
            .bearer_auth(&setup.info().function_secret)
            .send()
            .await?
            .status()
            == 405
    );
    let rest = format!("{}/rest/v1/rpc/search_producers", setup.info().api_url);
    let search = json!({"search_term": "x"});
    for key in ["wrong", ""] {
        let answer = client.post(&rest).header("apikey", key).json(&search).send().await?;
        ensure!(answer.status() == 401, "key {key:?}: {}", answer.status());
    }
    Ok(())
}

#[tokio::test]
async fn a_function_answers_when_it_is_done_or_at_once() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    let (status, answer) = setup.call("albumDiscovery", json!({})).await?;
    ensure!(
        status == 200 && answer["success"] == true && answer["processed"] == 0,
        "{status} {answer}"
    );

    let url = format!("{}/albumDiscovery", setup.info().functions_url);
    let request = reqwest::Client::new()
        .post(url)
        .bearer_auth(&setup.info().function_secret);
    let answer = request.header("Prefer", "respond-async").send().await?;
    ensure!(answer.status() == 202, "{}", answer.status());
    let answer: Value = answer.json().await?;
    ensure!(
        answer["accepted"] == true && answer["correlation_id"].is_string(),
        "{answer}"
    );
    Ok(())
}

#[needs_captured_answers]
#[tokio::test]
async fn captured_answers_give_the_people_who_made_the_song() -> Result<()> {
    let origin = replay::serve().await?;
    let setup = Setup::start(|options| {
        for name in [
            "spotify_api_url",
            "spotify_accounts_url",
            "musicbrainz_url",
            "wikidata_url",
        ] {
            options.variables.insert(name.to_owned(), origin.clone());
        }
        for (name, value) in [
            ("spotify_client_id", "replay"),
            ("spotify_client_secret", "replay"),
            ("musicbrainz_contact", "tests@localhost"),
            ("musicbrainz_requests_per_second", "0"),
        ] {
            options.variables.insert(name.to_owned(), value.to_owned());
        }
    })
    .await?;
    setup.discover("ABBA").await?;
    setup.discover("Ed Sheeran").await?;
    setup.drained(Duration::from_mins(1)).await?;
    let credits: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT t.name, tp.role::text, p.name FROM public.track_producers tp JOIN public.tracks t ON t.id = tp.track_id \
         JOIN public.producers p ON p.id = tp.producer_id ORDER BY 1, 2, 3",
    )
    .fetch_all(&setup.pool)
    .await?;
    let wanted = [
        ("Knowing Me, Knowing You", "arranger", "Benny Andersson"),
        ("Knowing Me, Knowing You", "arranger", "Björn Ulvaeus"),
        ("Knowing Me, Knowing You", "producer", "Benny Andersson"),
        ("Knowing Me, Knowing You", "producer", "Björn Ulvaeus"),
        ("Thinking Out Loud", "writer", "Amy Wadge"),
        ("Thinking Out Loud", "writer", "Ed Sheeran"),
    ];
    let credits: Vec<_> = credits
        .iter()
        .map(|(track, role, name)| (track.as_str(), role.as_str(), name.as_str()))
        .collect();
    ensure!(credits == wanted, "{credits:#?} {}", setup.state().await);
    Ok(())
}
