//! `cronCleanupStaleEntities`.

use anyhow::{Result, ensure};
use linernotes_stack::Service;
use serde_json::json;

use crate::harness::{becomes, call_as_cron, call_well, keys, quiet, redis, run};

#[tokio::test]
async fn the_cleanup_removes_the_redis_keys_of_what_it_resets() -> Result<()> {
    const OPEN: &str = "SELECT count(*) FROM public.processing_status WHERE state = 'PENDING'";
    let setup = quiet().await?;
    let left_behind = "INSERT INTO public.processing_status (entity_type, entity_id, state, last_processed_at) VALUES \
        ('artist_discovery', 'artist:name:a', 'IN_PROGRESS', now() - interval '2 hours'), \
        ('artist_discovery', 'artist:name:b', 'IN_PROGRESS', now() - interval '30 minutes'), \
        ('something_else', 'c', 'IN_PROGRESS', now() - interval '2 hours'); \
        INSERT INTO public.processing_status (entity_type, entity_id, state, last_processed_at) \
        SELECT 'track_discovery', n::text, 'IN_PROGRESS', now() - interval '3 hours' FROM generate_series(1, 1200) AS n; \
        INSERT INTO public.processing_locks (entity_type, entity_id, worker_id, last_heartbeat) \
        VALUES ('artist', '1', 'gone', now() - interval '2 hours')";
    run(&setup, left_behind).await?;
    let mut redis = redis(&setup).await?;
    for name in ["a", "b"] {
        let key = format!("linernotes:dedup:artist_discovery:artist:name:{name}");
        let (): () = redis::cmd("SET").arg(key).arg("1").query_async(&mut redis).await?;
    }
    let answer = call_well(&setup, "cronCleanupStaleEntities", json!({})).await?;
    for (member, wanted) in [
        ("stale_threshold_minutes", 60),
        ("stale_locks_cleaned", 1),
        ("stale_states_reset", 1202),
        ("deduplication_keys_removed", 1),
    ] {
        ensure!(answer[member] == wanted, "{answer}");
    }
    let left = keys(&mut redis, "linernotes:dedup:*").await?;
    ensure!(left == ["linernotes:dedup:artist_discovery:artist:name:b"], "{left:?}");

    call_as_cron(&setup, "cronCleanupStaleEntities", json!({"threshold_minutes": 20})).await?;
    becomes(&setup, OPEN, 1203).await?;

    // Without Redis the states are reset all the same.
    run(
        &setup,
        "UPDATE public.processing_status SET state = 'IN_PROGRESS', last_processed_at = now() - interval '2 hours'",
    )
    .await?;
    setup.stack.kill(Service::Redis).await?;
    let answer = call_well(&setup, "cronCleanupStaleEntities", json!({})).await?;
    ensure!(
        answer["stale_states_reset"] == 1203 && answer["redis"].is_string(),
        "{answer}"
    );
    Ok(())
}
