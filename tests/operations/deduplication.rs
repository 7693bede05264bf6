//! `clearQueueDeduplication`, and the keys that it clears.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use linernotes_stack::Service;
use linernotes_tests::Setup;
use serde_json::{Value, json};

use crate::harness::{call_as_cron, call_well, keys, quiet, redis};

#[tokio::test]
async fn clearing_deduplication_selects_by_queue_key_and_age() -> Result<()> {
    let setup = quiet().await?;
    setup.discover("Velvet Harbor").await?;
    call_well(&setup, "artistDiscovery", json!({})).await?;
    call_well(&setup, "albumDiscovery", json!({})).await?;
    let mut redis = redis(&setup).await?;
    let real = keys(&mut redis, "linernotes:dedup:*").await?;
    ensure!(
        real.contains(&"linernotes:dedup:artist_discovery:artist:name:velvet harbor".to_owned()),
        "{real:?}"
    );
    let now: u64 = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)?
        .as_secs();
    let mut set = redis::pipe();
    for (key, value) in [
        ("linernotes:dedup:track_discovery:old", (now - 7200).to_string()),
        ("linernotes:dedup:track_discovery:new", now.to_string()),
        ("linernotes:dedup:track_discovery:a*b", now.to_string()),
        ("linernotes:dedup:track_discovery:axb", now.to_string()),
        ("linernotes:other", "not ours".to_owned()),
        ("dedup:foreign", "not ours".to_owned()),
    ] {
        set.set(key, value).ignore();
    }
    let (): () = set.query_async(&mut redis).await?;

    let clear = async |body: Value| -> Result<(u64, u64)> {
        let answer = call_well(&setup, "clearQueueDeduplication", body.clone()).await?;
        ensure!(
            answer["dry_run"] == body["dry_run"].as_bool().unwrap_or(false),
            "{answer}"
        );
        let number = |member: &str| answer[member].as_u64().context("no number");
        Ok((number("matched")?, number("deleted")?))
    };
    let track = |more: Value| {
        let mut body = json!({"queue_name": "track_discovery"});
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        body
    };
    ensure!(clear(track(json!({"dry_run": true}))).await? == (4, 0));
    ensure!(clear(track(json!({"older_than_minutes": 60, "dry_run": true}))).await? == (1, 0));
    ensure!(clear(track(json!({"older_than_minutes": 60}))).await? == (1, 1));
    ensure!(clear(track(json!({"idempotency_key": "a*b"}))).await? == (1, 1));
    ensure!(clear(json!({"idempotency_key": "axb", "dry_run": true})).await? == (1, 0));
    ensure!(clear(json!({"older_than_minutes": 60})).await? == (0, 0));
    let left = 2 + real.len() as u64;
    ensure!(clear(json!({"dry_run": true})).await? == (left, 0));
    call_as_cron(&setup, "clearQueueDeduplication", json!({})).await?;
    let start = Instant::now();
    while !keys(&mut redis, "linernotes:dedup:*").await?.is_empty() {
        ensure!(start.elapsed() < Duration::from_secs(10), "keys are left");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let others = keys(&mut redis, "*").await?;
    for key in ["linernotes:other", "dedup:foreign"] {
        ensure!(others.iter().any(|other| other == key), "{others:?}");
    }

    setup.stack.kill(Service::Redis).await?;
    let (status, answer) = setup.call("clearQueueDeduplication", json!({})).await?;
    ensure!(status == 503 && answer["success"] == false, "{status} {answer}");
    ensure!(!answer.to_string().contains("redis://"), "{answer}");
    Ok(())
}

#[tokio::test]
async fn clearing_a_hundred_thousand_keys_blocks_redis_for_milliseconds() -> Result<()> {
    clear_thousands(100).await
}

#[tokio::test]
async fn slow_clearing_a_million_keys_blocks_redis_for_milliseconds() -> Result<()> {
    clear_thousands(1000).await
}

async fn clear_thousands(thousands: u64) -> Result<()> {
    let setup = quiet().await?;
    let mut connection = redis(&setup).await?;
    for thousand in 0..thousands {
        let mut set = redis::pipe();
        for n in 0..1000 {
            let key = format!("linernotes:dedup:album_discovery:artist:{thousand}:{n}");
            set.set(key, "1700000000").ignore();
        }
        let (): () = set.query_async(&mut connection).await?;
    }
    // Redis itself logs the commands that take longer than 10 ms.
    for command in [["CONFIG", "SET"].as_slice(), &["SLOWLOG", "RESET"]] {
        let mut ask = redis::cmd(command[0]);
        ask.arg(command[1]);
        if command[1] == "SET" {
            ask.arg("slowlog-log-slower-than").arg(10_000);
        }
        let (): () = ask.query_async(&mut connection).await?;
    }
    let start = Instant::now();
    let answer = call_well(
        &setup,
        "clearQueueDeduplication",
        json!({"queue_name": "album_discovery"}),
    )
    .await?;
    println!("{thousands} thousand keys: {:.2} s", start.elapsed().as_secs_f64());
    let keys_set = thousands * 1000;
    ensure!(
        answer["matched"] == keys_set && answer["deleted"] == keys_set,
        "{answer}"
    );
    let slow: i64 = redis::cmd("SLOWLOG").arg("LEN").query_async(&mut connection).await?;
    let stats: String = redis::cmd("INFO")
        .arg("commandstats")
        .query_async(&mut connection)
        .await?;
    let figure = |command: &str, name: &str| -> Result<f64> {
        let line = stats
            .lines()
            .find(|line| line.starts_with(&format!("cmdstat_{command}:")));
        let (_, value) = line
            .and_then(|line| {
                line.split([':', ','])
                    .find_map(|pair| pair.split_once('=').filter(|pair| pair.0 == name))
            })
            .with_context(|| format!("no {name} of {command}"))?;
        Ok(value.parse()?)
    };
    let mut commands = 0.0;
    for command in ["scan", "unlink"] {
        let usec = figure(command, "usec_per_call")?;
        println!("{command}: {usec:.0} µs a call");
        ensure!(usec < 5000.0, "{command} takes {usec} µs");
        commands += figure(command, "calls")?;
    }
    // The log goes by the clock on the wall: on a machine that is busy with other tests the processor is taken from
    // Redis in the middle of a command now and then.
    println!("longer than 10 ms: {slow} of {commands}");
    ensure!(
        slow <= 2.max(i64::try_from(thousands)? / 50),
        "{slow} commands took longer than 10 ms"
    );
    ensure!(keys(&mut connection, "linernotes:dedup:*").await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_wrong_key_in_redis_hides_no_artist_and_force_ignores_right_ones() -> Result<()> {
    let setup = Setup::start(|_| ()).await?;
    let mut redis = redis(&setup).await?;
    // Redis claims that the artist is done, which is wrong, and then does not answer for 1.5 s.
    let key = "linernotes:dedup:artist_discovery:artist:name:velvet harbor";
    let (): () = redis::cmd("SET").arg(key).arg("1").query_async(&mut redis).await?;
    let (): () = redis::cmd("CLIENT")
        .arg("PAUSE")
        .arg(1500)
        .query_async(&mut redis)
        .await?;
    setup.discover("Velvet Harbor").await?;
    setup.drained(Duration::from_secs(30)).await?;
    setup.assert_truth(&["Velvet Harbor"]).await?;

    setup.reset_demo_stats().await?;
    setup.discover("Velvet Harbor").await?;
    setup.drained(Duration::from_secs(10)).await?;
    ensure!(setup.demo_requests().await? == 0, "what was done was asked for again");
    let forced = json!({"artist_name": "Velvet Harbor", "force": true});
    setup.rpc("start_artist_discovery", forced).await?;
    setup.drained(Duration::from_secs(30)).await?;
    ensure!(setup.demo_requests().await? > 0, "force was not passed on");
    setup.assert_truth(&["Velvet Harbor"]).await
}
