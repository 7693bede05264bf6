//! Every function of the API with a call that it takes: its arguments, each with a good value and its kind.

use crate::kinds::Kind::{
    self, AnyText, FewIdsOrNull, Flag, Id, IdOrNull, IdsOrNull, KnownId, KnownIdOrNull, MessageId, NewQueue, Number,
    NumberOrNull, Object, ObjectOrNull, Objects, Queue, QueueOrNull, Rate, Release, Schedule, Text, TextOrNull, Word,
    WordOrNull, WordsOrNull,
};

/// An argument: its name, a value that is taken (an SQL literal), its kind.
pub type Argument = (&'static str, &'static str, Kind);

/// A function and all its arguments in their order.
pub struct Call {
    pub function: &'static str,
    pub arguments: &'static [Argument],
}

/// The 36 of the document, in the order of its list.
pub const DOCUMENTED: [&str; 36] = [
    "pg_enqueue",
    "pg_dequeue",
    "pg_delete_message",
    "pg_release_message",
    "reset_stuck_messages",
    "ensure_message_deleted",
    "register_queue",
    "start_artist_discovery",
    "start_bulk_artist_discovery",
    "start_album_discovery",
    "process_artist_atomic",
    "process_album_atomic",
    "process_track_atomic",
    "process_producer_atomic",
    "search_producers",
    "get_producer_collaborations",
    "acquire_processing_lock",
    "release_processing_lock",
    "update_lock_heartbeat",
    "claim_stale_lock",
    "force_release_entity_lock",
    "pg_try_advisory_lock",
    "pg_advisory_lock_timeout",
    "pg_advisory_unlock",
    "pg_advisory_lock_exists",
    "pg_force_advisory_unlock_all",
    "get_queue_table_name_safe",
    "list_stuck_messages",
    "diagnose_queue_tables",
    "get_processing_stats",
    "get_worker_issue_stats",
    "get_queue_monitoring_data",
    "get_system_health",
    "cleanup_stale_entities",
    "maintenance_clear_stale_entities",
    "cross_schema_queue_op",
];

const QUEUE: Argument = ("queue_name", "'artist_discovery'", Queue);
const MINUTES: Argument = ("min_minutes_locked", "10", Number(1, 5_256_000));
const LIMIT: Argument = ("limit_count", "1000", Number(1, 1000));
const OFFSET: Argument = ("offset_count", "0", Number(0, 10_000_000));
const ENTITY_TYPE: Argument = ("p_entity_type", "'artist'", Text(512));
const ENTITY_ID: Argument = ("p_entity_id", "'1'", Text(512));
const KEY: Argument = ("p_key", "'k'", Text(10_000));
const RUN: Argument = ("run_id", "'11111111-1111-4111-8111-111111111111'", IdOrNull);
const THRESHOLD: Argument = ("p_stale_threshold_minutes", "60", Number(1, 5_256_000));
const OPERATION: Argument = ("p_operation_id", "'op'", Text(512));
const ARTIST: &str = "'00000000-0000-4000-8000-0000000000a1'";
const SOMEBODY: &str = "'00000000-0000-4000-8000-0000000000d1'";
const ALBUM_DATA: &str = r#"'{"name": "x", "artist_id": "00000000-0000-4000-8000-0000000000a1"}'"#;
const TRACK_DATA: &str = r#"'{"name": "x", "album_id": "00000000-0000-4000-8000-0000000000b1"}'"#;

const PRODUCER: Argument = ("producer_id", "'00000000-0000-4000-8000-0000000000d1'", Id);
/// As `track_producers.role` has them.
const ROLES: &[&str] = &[
    "producer",
    "co_producer",
    "executive_producer",
    "writer",
    "composer",
    "lyricist",
    "arranger",
    "remixer",
];

const fn call(function: &'static str, arguments: &'static [Argument]) -> Call {
    Call { function, arguments }
}

/// All of them. A function that is missing here, or an argument, fails the test.
pub const CALLS: &[Call] = &[
    call("pg_enqueue", &[QUEUE, ("message_body", "'{}'", Object)]),
    call(
        "pg_dequeue",
        &[
            QUEUE,
            ("batch_size", "5", Number(1, 1000)),
            ("visibility_timeout", "60", Number(0, 43_200)),
        ],
    ),
    call("pg_delete_message", &[QUEUE, ("message_id", "'1'", MessageId)]),
    call("pg_release_message", &[QUEUE, ("message_id", "'1'", MessageId)]),
    call("reset_stuck_messages", &[QUEUE, MINUTES]),
    call(
        "ensure_message_deleted",
        &[
            QUEUE,
            ("message_id", "'1'", MessageId),
            ("max_attempts", "3", Number(1, 10)),
        ],
    ),
    call(
        "register_queue",
        &[
            ("p_queue_name", "'new_queue'", NewQueue),
            ("p_display_name", "'New'", Text(512)),
            ("p_description", "'A new one'", Text(10_000)),
            ("p_active", "TRUE", Flag),
        ],
    ),
    call(
        "start_artist_discovery",
        &[("artist_name", "'Velvet Pier'", Text(512)), ("force", "FALSE", Flag)],
    ),
    call(
        "start_bulk_artist_discovery",
        &[
            ("genre", "'soul'", Text(512)),
            ("min_popularity", "50", Number(0, 100)),
            ("limit_count", "20", Number(1, 1000)),
        ],
    ),
    call(
        "start_album_discovery",
        &[
            ("artist_id", ARTIST, KnownId),
            ("offset_val", "0", Number(0, 1_000_000)),
        ],
    ),
    call(
        "process_artist_atomic",
        &[
            ("p_artist_data", r#"'{"name": "x"}'"#, Object),
            OPERATION,
            ("p_spotify_id", "'s'", Text(64)),
        ],
    ),
    call(
        "process_album_atomic",
        &[
            ("p_album_data", ALBUM_DATA, Object),
            OPERATION,
            ("p_spotify_id", "'s'", Text(64)),
        ],
    ),
    call(
        "process_track_atomic",
        &[
            ("p_track_data", TRACK_DATA, Object),
            OPERATION,
            ("p_spotify_id", "'s'", Text(64)),
        ],
    ),
    call(
        "process_producer_atomic",
        &[
            ("p_producer_data", r#"'{"name": "x"}'"#, Object),
            OPERATION,
            ("p_normalized_name", "'x'", Text(512)),
        ],
    ),
    call("search_producers", &[("search_term", "'x'", AnyText)]),
    call(
        "get_producer_collaborations",
        &[("producer_id", ARTIST, Id), LIMIT, OFFSET],
    ),
    call(
        "acquire_processing_lock",
        &[
            ENTITY_TYPE,
            ENTITY_ID,
            ("p_timeout_minutes", "30", Number(1, 525_600)),
            ("p_correlation_id", "NULL", AnyText),
            ("p_worker_id", "NULL", TextOrNull(512)),
        ],
    ),
    call(
        "release_processing_lock",
        &[ENTITY_TYPE, ENTITY_ID, ("p_worker_id", "NULL", AnyText)],
    ),
    call(
        "update_lock_heartbeat",
        &[
            ENTITY_TYPE,
            ENTITY_ID,
            ("p_worker_id", "'me'", Text(512)),
            ("p_correlation_id", "NULL", AnyText),
        ],
    ),
    call(
        "claim_stale_lock",
        &[
            ENTITY_TYPE,
            ENTITY_ID,
            ("p_new_worker_id", "'me'", Text(512)),
            ("p_correlation_id", "NULL", AnyText),
        ],
    ),
    call("force_release_entity_lock", &[ENTITY_TYPE, ENTITY_ID]),
    call("pg_try_advisory_lock", &[KEY]),
    call(
        "pg_advisory_lock_timeout",
        &[KEY, ("p_timeout_ms", "10", Number(0, 3_600_000))],
    ),
    call("pg_advisory_unlock", &[KEY]),
    call("pg_advisory_lock_exists", &[KEY]),
    call("pg_force_advisory_unlock_all", &[KEY]),
    call(
        "get_queue_table_name_safe",
        &[("p_queue_name", "'artist_discovery'", Queue)],
    ),
    call("list_stuck_messages", &[QUEUE, MINUTES, LIMIT, OFFSET]),
    call("diagnose_queue_tables", &[("queue_name", "NULL", QueueOrNull)]),
    call("get_processing_stats", &[]),
    call("get_worker_issue_stats", &[]),
    call("get_queue_monitoring_data", &[]),
    call("get_system_health", &[]),
    call("cleanup_stale_entities", &[THRESHOLD]),
    call("maintenance_clear_stale_entities", &[THRESHOLD]),
    call(
        "cross_schema_queue_op",
        &[
            ("p_operation", "'delete'", Word(&["delete", "reset", "drop"])),
            (
                "p_queue_name",
                "'artist_discovery'",
                Word(&["artist_discovery", "no_such_queue", "x''; --"]),
            ),
            ("p_message_id", "'1'", AnyText),
            ("p_params", "'{}'", ObjectOrNull),
        ],
    ),
    // The functions below are not among the documented ones.
    call("pause_queue", &[QUEUE]),
    call("resume_queue", &[QUEUE]),
    call(
        "list_dead_letters",
        &[
            ("queue_name", "NULL", QueueOrNull),
            ("limit_count", "100", Number(1, 1000)),
        ],
    ),
    call("replay_dead_letters", &[QUEUE, ("message_ids", "NULL", IdsOrNull)]),
    call(
        "dequeue_batch",
        &[
            QUEUE,
            ("batch_size", "NULL", NumberOrNull(1, 1000)),
            ("visibility_timeout", "NULL", NumberOrNull(0, 43_200)),
            RUN,
            ("needs_release", "NULL", Release),
        ],
    ),
    call(
        "commit_batch",
        &[QUEUE, RUN, ("outcomes", "'[]'", Objects), ("report", "'{}'", Object)],
    ),
    call(
        "reserve_provider_requests",
        &[
            ("provider", "'spotify'", Word(&["spotify"])),
            ("requests", "1", Number(1, 1000)),
            ("requests_per_second", "1", Rate("0.001", "100000")),
            ("within_ms", "25000", Number(0, 3_600_000)),
            RUN,
        ],
    ),
    call(
        "probe_provider",
        &[
            ("provider", "'spotify'", Word(&["spotify"])),
            ("answered", "FALSE", Flag),
        ],
    ),
    call(
        "get_discovery",
        &[
            ("correlation_id", "'c'", AnyText),
            ("artist_name", "NULL", TextOrNull(512)),
            ("message_id", "1", IdOrNull),
            ("together_with", "'{2}'", IdsOrNull),
        ],
    ),
    call("get_artist_producers", &[("artist_id", ARTIST, Id), LIMIT, OFFSET]),
    call(
        "forget_producer",
        &[
            ("producer_id", SOMEBODY, KnownId),
            ("reason", "'asked for it'", Text(512)),
        ],
    ),
    call(
        "allow_producer",
        &[
            ("producer_id", SOMEBODY, Id),
            ("musicbrainz_id", "NULL", TextOrNull(64)),
        ],
    ),
    call(
        "forget_artist",
        &[("artist_id", ARTIST, KnownId), ("reason", "'asked for it'", Text(512))],
    ),
    call(
        "allow_artist",
        &[("artist_id", ARTIST, Id), ("spotify_id", "NULL", TextOrNull(64))],
    ),
    call("get_track_credits", &[("track_id", ARTIST, Id)]),
    call(
        "search_catalogue",
        &[
            ("term", "'pier'", AnyText),
            (
                "kinds",
                "NULL",
                WordsOrNull(&["producers", "artists", "albums", "tracks"]),
            ),
            ("limit_count", "10", Number(1, 50)),
        ],
    ),
    call("get_producer", &[PRODUCER]),
    call("get_artist", &[("artist_id", ARTIST, Id)]),
    call("get_album", &[("album_id", ARTIST, Id)]),
    call("get_track", &[("track_id", ARTIST, Id)]),
    call(
        "get_producer_credits",
        &[
            PRODUCER,
            ("role", "NULL", WordOrNull(ROLES)),
            ("year", "NULL", NumberOrNull(1, 9999)),
            ("artist_id", "NULL", IdOrNull),
            ("after", "NULL", KnownIdOrNull),
            ("limit_count", "50", Number(1, 200)),
        ],
    ),
    call("get_collaborators", &[PRODUCER, ("limit_count", "50", Number(1, 200))]),
    call(
        "get_collaboration_graph",
        &[
            ("kind", "'artist'", Word(&["artist", "producer"])),
            ("id", ARTIST, Id),
            ("depth", "2", Number(1, 3)),
            ("limit_count", "60", Number(2, 1000)),
            ("min_tracks", "1", Number(1, 1_000_000)),
            ("opened", "NULL", FewIdsOrNull(12)),
        ],
    ),
    call(
        "find_connection",
        &[
            ("from_id", ARTIST, Id),
            ("to_id", ARTIST, Id),
            ("most_steps", "6", Number(1, 8)),
        ],
    ),
    call("get_catalogue_stats", &[]),
    call("get_pipeline_status", &[]),
    call("get_metrics", &[]),
    call("diagnose_installation", &[]),
    call("repair_installation", &[]),
    call("confirm_project", &[]),
    call("answer_challenge", &[("challenge", ARTIST, Id)]),
    call(
        "monitor_queues",
        &[
            ("threshold_minutes", "10", Number(1, 5_256_000)),
            ("auto_fix", "FALSE", Flag),
            ("queue_name", "NULL", QueueOrNull),
        ],
    ),
    call("resolve_worker_issue", &[("issue_id", ARTIST, Id)]),
    call("schedule_jobs", &[("every_schedule", "NULL", Schedule)]),
    call("unschedule_jobs", &[]),
    call("get_pipeline_history", &[("hours", "24", Number(1, 168))]),
    call(
        "list_queue_messages",
        &[
            QUEUE,
            (
                "phase",
                "NULL",
                WordOrNull(&["waiting", "in_progress", "retrying", "stuck"]),
            ),
            ("min_age_minutes", "0", Number(0, 5_256_000)),
            ("search", "NULL", TextOrNull(512)),
            ("after", "NULL", NumberOrNull(0, i64::MAX - 1)),
            ("limit_count", "50", Number(1, 1000)),
            ("newest_first", "FALSE", Flag),
        ],
    ),
    call("get_queue_message", &[QUEUE, ("message_id", "'1'", MessageId)]),
    call(
        "list_dead_letter_groups",
        &[("queue_name", "NULL", TextOrNull(512)), LIMIT],
    ),
    call(
        "find_dead_letters",
        &[
            ("queue_name", "'artist_discovery'", Text(512)),
            ("error_kind", "NULL", AnyText),
            ("message_id", "NULL", IdOrNull),
            ("after", "NULL", IdOrNull),
            LIMIT,
        ],
    ),
    call(
        "list_discoveries",
        &[
            ("after", "NULL", AnyText),
            ("search", "NULL", TextOrNull(512)),
            ("limit_count", "50", Number(1, 100)),
        ],
    ),
    call("list_settings", &[]),
    call(
        "operate",
        &[
            ("action", "'pause_queue'", Word(&["pause_queue", "resume_queue"])),
            ("arguments", r#"'{"queue_name": "artist_discovery"}'"#, Object),
            ("operator", r#"'{"kind": "operator"}'"#, Object),
        ],
    ),
    call(
        "note_sign_in",
        &[
            ("accepted", "FALSE", Flag),
            ("operator", r#"'{"kind": "operator"}'"#, Object),
        ],
    ),
];
