//! What Linernotes promises, and the tests that hold it to that: the text of `docs/promises.md`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// A sentence, the tests that fail where it is broken (`file::test`), and the figure that one of them left.
pub struct Promise {
    sentence: &'static str,
    proofs: &'static [&'static str],
    figure: Option<&'static str>,
}

const fn promise(sentence: &'static str, proofs: &'static [&'static str]) -> Promise {
    Promise {
        sentence,
        proofs,
        figure: None,
    }
}

const fn measured(sentence: &'static str, proofs: &'static [&'static str], figure: &'static str) -> Promise {
    Promise {
        sentence,
        proofs,
        figure: Some(figure),
    }
}

const SECTIONS: &[(&str, &[Promise])] = &[
    (
        "Nothing is lost, nothing is done by halves",
        &[
            measured(
                "Whatever dies during a crawl (the functions' host, Postgres, Redis, connections, calls of the database), \
                 and while providers answer with every kind of rubbish, the catalogue ends at the truth, row for row, and \
                 one replay heals what is left as dead letters (`scripts/test chaos`).",
                &[
                    "tests/chaos/seeded.rs::a_first_seed_ends_at_the_truth",
                    "tests/chaos/seeded.rs::a_second_seed_ends_at_the_truth",
                ],
                "chaos",
            ),
            promise(
                "A message leaves its queue in the transaction that stores its result, or not at all.",
                &[
                    "tests/chaos/one_fault.rs::a_commit_that_is_cut_off_stores_nothing_and_is_repeated",
                    "tests/chaos/one_fault.rs::a_late_commit_of_a_finished_message_changes_nothing",
                ],
            ),
            promise(
                "Callers at the same moment store one row, send one message and hold one lock.",
                &["tests/database/concurrency.rs::callers_at_once_store_one_row_send_one_message_and_hold_one_lock"],
            ),
            promise(
                "What a killed worker held is done once, by the next one.",
                &[
                    "tests/operations/monitor.rs::a_message_of_a_killed_worker_is_reset_and_done_once",
                    "tests/chaos/one_fault.rs::a_crawl_survives_a_killed_functions_host",
                ],
            ),
            promise(
                "A message that can't be done is kept whole and can be put back.",
                &["tests/chaos/one_fault.rs::one_message_that_always_fails_becomes_a_dead_letter_and_can_be_replayed"],
            ),
            measured(
                "Queue, locks and breakers do as models of a few lines, in random sequences of calls by several clients.",
                &["tests/database/models/mod.rs::queue_lock_and_breaker_do_as_their_models"],
                "models",
            ),
            promise(
                "A merge of two producers loses nothing that is written meanwhile.",
                &["tests/database/merges.rs::a_merge_of_producers_loses_nothing_that_is_written_meanwhile"],
            ),
        ],
    ),
    (
        "Providers",
        &[
            measured(
                "The outage of a provider costs no message an attempt, and the provider one request a probe, with eight \
                 runs of each worker; all is done within a minute of its return (`scripts/test outage`: an hour of each \
                 provider's, in scaled time).",
                &["tests/chaos/outage.rs::an_outage_of_any_provider_costs_no_attempt_and_one_request_a_probe"],
                "outage",
            ),
            promise(
                "A provider that asks for a pause is asked by nobody until it is over.",
                &[
                    "tests/operations/providers.rs::a_paused_provider_is_asked_by_nobody_and_costs_no_attempt",
                    "tests/chaos/hostile.rs::eight_runs_of_each_worker_keep_a_rate_and_call_nobody_during_a_pause",
                ],
            ),
            promise(
                "The rate of a provider is kept within one request, by eight runs of each worker together, also while it \
                 answers with every kind of rubbish.",
                &["tests/chaos/hostile.rs::eight_runs_of_each_worker_keep_a_rate_and_call_nobody_during_a_pause"],
            ),
            promise(
                "A first discovery makes at most a tenth more requests than the music needs, a second one none.",
                &[
                    "tests/requests.rs::a_first_discovery_makes_at_most_a_tenth_more_requests_than_needed_in_extended_mode",
                    "tests/pipeline.rs::a_discovery_stores_the_true_catalogue_and_makes_no_request_the_second_time",
                ],
            ),
            promise(
                "Credits of one source are stored while another one fails.",
                &["tests/genius.rs::credits_of_musicbrainz_are_stored_while_genius_fails"],
            ),
            promise(
                "A detail of another type than the provider documents, such as a number for a name, costs the one credit \
                 that it stands in: what can be read is stored, and who asks again with force gets the rest once it is \
                 mended. Where what was asked for itself is missing or of another type (the list of relations, an id), the \
                 answer is malformed: the attempt counts, and its error names the field.",
                &[
                    "shared/src/sources/musicbrainz/tests.rs::a_detail_of_another_type_costs_its_credit_and_no_other",
                    "shared/src/fuzz/answers.rs::a_member_of_another_type_does_not_spoil_the_rest_of_the_answer",
                    "shared/src/fuzz/answers.rs::only_required_members_must_be_there_and_a_null_counts_as_missing",
                    "tests/operations/providers.rs::malformed_answers_are_retried_until_the_attempts_are_used_up",
                ],
            ),
        ],
    ),
    (
        "Nobody in",
        &[
            measured(
                "Whatever a client shows to the API, an own key, a user's token or one of twenty kinds of forgery, it \
                 gets the reading functions and nothing else: of all functions, tables and views that the catalogue has.",
                &["tests/database/gateway.rs::the_publishable_key_reads_the_catalogue_and_nothing_else"],
                "gateway",
            ),
            measured(
                "As the roles of clients, no function but those and no table answers in the database either.",
                &["tests/database/roles.rs::every_function_and_table_is_granted_as_decided"],
                "roles",
            ),
            measured(
                "Without the whole secret no function of the pipeline does anything, however the request is written.",
                &["tests/operations/door.rs::whoever_has_not_the_secret_is_not_let_in"],
                "door",
            ),
            measured(
                "No secret stands in a log, an answer, a table or the list of processes.",
                &["tests/operations/secrets.rs::no_secret_is_left_where_others_read"],
                "secrets",
            ),
            promise(
                "A component reaches the hosts and variables of its manifest, and one that computes without end is ended.",
                &[
                    "scripts/local/host/tests/host.rs::requests_go_to_allowed_hosts_only",
                    "scripts/local/host/tests/host.rs::a_component_sees_what_its_manifest_gives",
                    "scripts/local/host/tests/host.rs::a_component_that_computes_is_ended_and_keeps_nobody_waiting",
                ],
            ),
            promise(
                "A bad argument is named, and nothing changes.",
                &[
                    "tests/database/arguments.rs::a_bad_argument_is_named_and_changes_nothing",
                    "tests/operations/bodies.rs::bad_bodies_are_named_and_nothing_happens",
                ],
            ),
        ],
    ),
    (
        "Clients and assistants",
        &[
            promise(
                "supabase-js and the Supabase CLI work as with any project.",
                &["tests/clients.rs::supabase_js_and_the_supabase_cli_work_on_the_stack"],
            ),
            measured(
                "The door for assistants passes what the protocol's conformance suite requires of both revisions, and a \
                 call takes less than 30 ms more than the function that it asks (p95).",
                &["tests/mcp/main.rs::assistants_come_in_by_the_door"],
                "assistants",
            ),
            promise(
                "The explorer and the console work in a browser, with keys and without scripts.",
                &[
                    "tests/browser.rs::the_explorer_works_in_a_browser",
                    "tests/console.rs::the_console_works_in_a_browser",
                ],
            ),
            promise(
                "Every credit of the demo world is found, and no other.",
                &["tests/credits.rs::every_credit_is_found_and_no_other_with_extended_quota"],
            ),
        ],
    ),
    (
        "Operators",
        &[
            promise(
                "A project is adopted with its data, and each of its states is handled or said in words.",
                &[
                    "tests/database/adoption.rs::a_documented_installation_is_adopted_with_its_data",
                    "tests/database/states.rs::each_state_of_a_project_is_handled_or_said_in_words",
                ],
            ),
            promise(
                "A bad release, without its migration, with a bad variable or with runs that die, is reported and loses \
                 nothing.",
                &[
                    "tests/operations/releases.rs::a_release_without_its_migration_is_reported_and_loses_nothing",
                    "tests/operations/releases.rs::a_release_whose_runs_die_is_reported_and_loses_nothing",
                    "tests/operations/releases.rs::a_release_with_a_bad_variable_is_reported_and_loses_nothing",
                ],
            ),
            promise(
                "Functions and a schema that do not fit say both releases and the command, and take no message.",
                &[
                    "tests/operations/releases.rs::a_schema_too_old_or_too_new_is_a_503_with_both_releases_and_the_command",
                ],
            ),
            promise(
                "A run has ended within the thirty seconds that its caller waits, however slow the database is.",
                &[
                    "shared/src/pipeline/worker/tests.rs::however_slow_the_database_is_a_run_ends_within_thirty_seconds",
                    "tests/operations/slow_database.rs::a_run_whose_last_commit_waits_for_a_lock_ends_within_thirty_seconds",
                    "tests/operations/slow_database.rs::a_run_whose_commits_are_slow_ends_within_thirty_seconds",
                ],
            ),
            promise(
                "A discovery is one trace, from the wake-up through all workers to the providers.",
                &["tests/metrics/traces.rs::a_discovery_is_one_trace_from_the_wake_up_to_the_providers"],
            ),
            promise(
                "The commands that the documents show can be typed.",
                &["tests/handbook.rs::the_commands_of_the_documents_work"],
            ),
            promise(
                "In the middle of a crawl the schema of a later release serves today's functions, messages of an earlier \
                 one are understood, and where functions and schema do not fit work rests until they do.",
                &[
                    "tests/chaos/upgrade.rs::the_database_of_a_later_release_serves_the_functions_of_today",
                    "tests/chaos/upgrade.rs::messages_wait_for_functions_and_a_schema_that_fit",
                    "tests/chaos/upgrade.rs::messages_of_an_earlier_release_are_understood",
                    "tests/chaos/upgrade.rs::a_follow_up_of_an_earlier_release_is_understood",
                ],
            ),
            measured(
                "With more messages and clients than the machine can serve nothing falls over and the pipeline goes on \
                 (`scripts/test overload`; [size.md](size.md#overload) has the table).",
                &["tests/chaos/overload.rs::an_overload_lets_the_pipeline_go_on"],
                "overload",
            ),
            promise(
                "Clients take no connection that the pipeline needs, and a question of theirs ends with its timeout.",
                &["tests/chaos/overload.rs::clients_whose_questions_hang_take_no_connection_from_the_pipeline"],
            ),
            promise(
                "A restored project calls nobody until it is told to, and crawls again.",
                &["tests/restore.rs::a_restored_project_calls_nobody_is_repaired_and_crawls_again"],
            ),
            promise(
                "With ten thousand of everything no function for clients or operators reads a table whole (for a million, \
                 see [size.md](size.md)).",
                &[
                    "tests/size.rs::reading_ten_thousand_producers_reads_no_table_whole",
                    "tests/size.rs::operating_ten_thousand_messages_reads_no_table_whole",
                ],
            ),
        ],
    ),
];

const HEAD: &str = "# What is promised

Each sentence has tests that fail where it is broken; they run with `scripts/test`. The figures are those of the last run
that kept them (`UPDATE_FIGURES=1`), on a machine with two cores that others were busy on. This document is written by a
test: `UPDATE_DOCUMENT=1 cargo nextest run --test documents promises_md`.
";

const REST: &str = "
## Each function of the API

What each does, a sentence and a transaction each, stands in `tests/database/promises/` and, beside the functions, in
[database.md](database.md).

## Where nothing is promised

- **That a credit is right.** Sources err, and a track can be taken for another one. Each credit has its sources, its
  evidence and a confidence; that is all that can be said.
- **That everybody is found.** Not known is not nobody.
- **An order.** Messages of a queue may overtake each other, and each may be done twice.
- **A time.** Wake-ups come within a second; where they are lost, the jobs of every minute do their work. How long a crawl
  takes is for the providers to say.
- **Redis.** What is kept there may go at any moment, and costs requests only.
- **A flood.** Each call is bounded, and the local stack gives clients connections of their own; where one pool serves all,
  as on hosted Supabase, they can keep the pipeline waiting as long as their timeouts allow ([size.md](size.md#overload)).
  How many come is for the proxy in front of the doors to say: [doors.md](doors.md).
- **That a model heeds it** when an answer calls names data and no instructions.
- **A dead Postgres.** What was committed is as safe as its disk and its backups.
- **The dependencies.** `scripts/audit` says what is known against them on a day; what nobody knows yet, nobody says.
";

/// The document, for a checkout whose tests exist under the names that are given here.
pub fn write(root: &Path) -> Result<String> {
    let mut text = HEAD.to_owned();
    let mut figures = BTreeSet::new();
    for (title, promises) in SECTIONS {
        let _ = writeln!(text, "\n## {title}\n");
        for promise in *promises {
            let proofs = promise.proofs.iter().map(|proof| proved(root, proof));
            let proofs = proofs.collect::<Result<Vec<_>>>()?.join(", ");
            let figure = match promise.figure {
                Some(name) => {
                    figures.insert(format!("{name}.txt"));
                    let path = root.join(format!("tests/figures/{name}.txt"));
                    let figure = fs::read_to_string(&path)
                        .with_context(|| format!("{} is missing: UPDATE_FIGURES=1 and its test", path.display()))?;
                    format!(" **{}.**", figure.trim())
                }
                None => String::new(),
            };
            let _ = writeln!(text, "- {}{figure} *{proofs}*", promise.sentence);
        }
    }
    let kept: BTreeSet<String> = fs::read_dir(root.join("tests/figures"))?
        .map(|file| Ok(file?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_>>()?;
    ensure!(kept == figures, "tests/figures has {kept:?}, promised are {figures:?}");

    text.push_str(REST);
    Ok(text)
}

/// The link to a test that exists.
fn proved(root: &Path, proof: &str) -> Result<String> {
    let (file, test) = proof.split_once("::").context("a proof is file::test")?;
    let source = fs::read_to_string(root.join(file)).with_context(|| format!("{file} is missing"))?;
    ensure!(source.contains(&format!("fn {test}(")), "{file} has no test {test}");
    Ok(format!("[{}](../{file})", test.replace('_', " ")))
}
