//! `queueMonitor`.

use anyhow::{Context, Result, ensure};
use linernotes_stack::Service;
use serde_json::json;

use crate::harness::{becomes, call_as_cron, call_well, process_until_drained, quiet, run, trouble};

#[tokio::test]
async fn the_monitor_reports_stuck_messages_and_resets_them_when_asked() -> Result<()> {
    const HELD: &str = "SELECT count(*) FROM pgmq.q_artist_discovery WHERE vt > now() + interval '50 minutes'";
    const VISIBLE: &str =
        "SELECT count(*) FROM pgmq.q_artist_discovery WHERE vt BETWEEN now() - interval '1 minute' AND now()";
    let setup = quiet().await?;
    trouble(&setup).await?;

    let seen = call_well(
        &setup,
        "queueMonitor",
        json!({"threshold_minutes": 10, "auto_fix": false}),
    )
    .await?;
    let queues = seen["queues"].as_array().context("no queues")?;
    ensure!(queues.len() == 5, "{seen}");
    let wanted = json!({"queue_name": "artist_discovery", "stuck": 2, "messagesReset": 0, "dead_lettered": 1});
    ensure!(queues.contains(&wanted), "{seen}");
    ensure!(
        seen["message"].as_str().is_some_and(|text| text.contains("would")),
        "{seen}"
    );
    ensure!(setup.count(VISIBLE).await? == 0, "looking has changed something");
    let other = call_well(&setup, "queueMonitor", json!({"threshold_minutes": 12})).await?;
    ensure!(other["queues"].to_string().contains(r#""stuck":0"#), "{other}");
    ensure!(!other["queues"].to_string().contains(r#""stuck":2"#), "{other}");

    // Of two calls at the same time, each message is reset by one.
    let body = json!({"threshold_minutes": 10, "auto_fix": true, "queue_name": "artist_discovery"});
    let (one, two) = tokio::join!(
        call_well(&setup, "queueMonitor", body.clone()),
        call_well(&setup, "queueMonitor", body.clone()),
    );
    let (one, two) = (one?, two?);
    for (member, wanted) in [("messagesReset", 1), ("dead_lettered", 1)] {
        let sum: u64 = [&one, &two]
            .iter()
            .filter_map(|answer| answer["queues"][0][member].as_u64())
            .sum();
        ensure!(sum == wanted, "{member}: {one} {two}");
    }
    ensure!(setup.count(HELD).await? == 1, "a living worker's message was taken");
    ensure!(setup.count(VISIBLE).await? == 1, "the stuck message is not visible");
    let letters = setup
        .rpc("list_dead_letters", json!({"queue_name": "artist_discovery"}))
        .await?;
    ensure!(
        letters.as_array().is_some_and(|letters| letters.len() == 1),
        "{letters}"
    );

    let data = setup.rpc("get_queue_monitoring_data", json!({})).await?;
    let row = data
        .as_array()
        .and_then(|rows| rows.iter().find(|row| row["queue_name"] == "artist_discovery"))
        .context("no row")?;
    ensure!(
        row["last_check_time"].is_string() && row["stuck_messages"] == 0,
        "{row}"
    );
    ensure!(
        setup
            .count(
                "SELECT sum((details->>'messagesReset')::bigint)::bigint FROM public.monitoring_events \
                 WHERE event_type = 'queue_monitor' AND details->>'queue_name' = 'artist_discovery'"
            )
            .await?
            == 1
    );

    // The cron job calls it with these arguments.
    run(
        &setup,
        "UPDATE pgmq.q_artist_discovery SET read_ct = 1, vt = now() - interval '6 minutes' WHERE vt < now()",
    )
    .await?;
    call_as_cron(
        &setup,
        "queueMonitor",
        json!({"threshold_minutes": 5, "auto_fix": true}),
    )
    .await?;
    becomes(&setup, VISIBLE, 1).await
}

#[tokio::test]
async fn a_message_of_a_killed_worker_is_reset_and_done_once() -> Result<()> {
    let setup = quiet().await?;
    setup.discover("Velvet Harbor").await?;
    setup
        .configure_demo(json!({"faults": [{"path": "/v1/search", "kind": "slow", "ms": 20000, "times": 1}]}))
        .await?;
    // The worker has answered 202 and works on the message when it is killed.
    call_as_cron(&setup, "artistDiscovery", json!({})).await?;
    becomes(
        &setup,
        "SELECT count(*) FROM pgmq.q_artist_discovery WHERE read_ct = 1",
        1,
    )
    .await?;
    setup.stack.kill(Service::Functions).await?;
    setup.stack.restart(Service::Functions).await?;

    let body = json!({"threshold_minutes": 1, "auto_fix": true});
    let early = call_well(&setup, "queueMonitor", body.clone()).await?;
    ensure!(early["message"] == "nothing is stuck; nothing was changed", "{early}");
    // Stands for a minute after the lease has run out.
    run(
        &setup,
        "UPDATE pgmq.q_artist_discovery SET vt = now() - interval '61 seconds'; \
         UPDATE linernotes.runs SET expires_at = now() - interval '1 second'",
    )
    .await?;
    let late = call_well(&setup, "queueMonitor", body).await?;
    ensure!(late.to_string().contains(r#""messagesReset":1"#), "{late}");
    process_until_drained(&setup).await?;
    setup.assert_truth(&["Velvet Harbor"]).await
}
