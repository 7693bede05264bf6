//! Whatever a provider answers, a source reads it or refuses it with an error that names the field.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use crate::fuzz::mutations::{
    any_json, changed, changes, damage, damaged, members, other_values, pattern, with, with_unknown_members,
};
use crate::fuzz::provider::CannedAnswer;
use crate::fuzz::questions::{QUESTIONS, Question, Reading};
use crate::fuzz::runner;
use crate::sources::SourceError;

/// No question may take more requests than this, whatever the answers.
const MOST_REQUESTS: usize = 250;

/// Asks a question, and checks what must hold for every answer.
fn read(question: &Question, answer: CannedAnswer) -> Reading {
    let (reading, asked) = question.ask(answer);
    assert!(asked <= MOST_REQUESTS, "{}: {asked} requests", question.name);
    for line in &reading {
        match line {
            // `{:?}` writes a NUL, which Postgres does not store, as `\0`.
            Ok(line) => assert!(!line.replace("\\\\", "").contains("\\0"), "{}: {line}", question.name),
            Err(error) => {
                let error = error.to_string();
                let readable = !error.contains(char::is_control) && error.chars().count() < 1_000;
                assert!(readable, "{}: {error:?}", question.name);
            }
        }
    }
    reading
}

fn all_read(reading: &Reading) -> bool {
    !reading.is_empty() && reading.iter().all(Result::is_ok)
}

#[test]
fn a_true_answer_is_read() {
    for question in QUESTIONS {
        let reading = read(question, CannedAnswer::raw(question.answer));
        assert!(all_read(&reading), "{}: {reading:?}", question.name);
    }
}

#[test]
fn unknown_members_change_nothing() {
    for question in QUESTIONS {
        let faithful = read(question, CannedAnswer::raw(question.answer));
        let more = with_unknown_members(&question.faithful());
        assert_eq!(read(question, CannedAnswer::json(&more)), faithful, "{}", question.name);
    }
}

#[test]
fn only_required_members_must_be_there_and_a_null_counts_as_missing() {
    for question in QUESTIONS {
        let faithful = question.faithful();
        let mut missed = Vec::new();
        for path in members(&faithful) {
            let pattern = pattern(&path);
            let missing = read(question, CannedAnswer::json(&with(&faithful, &path, None)));
            let null = read(question, CannedAnswer::json(&with(&faithful, &path, Some(Value::Null))));
            let place = format!("{}: {pattern}", question.name);
            if question.required.contains(&pattern.as_str()) {
                for reading in [&missing, &null] {
                    let error = reading.iter().find_map(|line| line.as_ref().err());
                    let Some(SourceError::Malformed { misread, .. }) = error else {
                        panic!("{place} is missing, and was read as {reading:?}");
                    };
                    let names_it = pattern.ends_with(misread.field.rsplit(['.', ']']).next().unwrap_or_default());
                    assert!(names_it, "{place}: {misread}");
                }
                missed.push(pattern);
            } else {
                assert!(all_read(&missing), "{place} missing: {missing:?}");
                // Without `next`, a source takes the total for the number of pages, and a null means that there is no next.
                if !pattern.ends_with("next") {
                    assert_eq!(null, missing, "{place}");
                }
            }
        }
        for required in question.required {
            assert!(
                missed.iter().any(|missed| missed == required),
                "{}: {required} is not in the answer",
                question.name
            );
        }
    }
}

#[test]
fn a_member_of_another_type_does_not_spoil_the_rest_of_the_answer() {
    for question in QUESTIONS {
        let faithful = question.faithful();
        for path in members(&faithful) {
            let pattern = pattern(&path);
            for other in other_values() {
                let reading = read(
                    question,
                    CannedAnswer::json(&with(&faithful, &path, Some(other.clone()))),
                );
                let must_fit =
                    question.required.contains(&pattern.as_str()) || question.typed.contains(&pattern.as_str());
                // A list or an object may hold a required member, or something that looks like it.
                let may_hold = question.required.iter().any(|required| required.starts_with(&pattern));
                assert!(
                    must_fit || may_hold || all_read(&reading),
                    "{}: {pattern} = {other}: {reading:?}",
                    question.name
                );
            }
        }
    }
}

#[test]
fn a_question_answered_with_any_json_comes_to_an_end() {
    for question in QUESTIONS {
        let ran = runner(48).run(&any_json(), |answer| {
            read(question, CannedAnswer::json(&answer));
            Ok(())
        });
        ran.unwrap_or_else(|failure| panic!("{}: {failure}", question.name));
    }
}

#[test]
fn a_question_answered_with_a_changed_answer_comes_to_an_end() {
    for question in QUESTIONS {
        let faithful = question.faithful();
        let ran = runner(128).run(&changes(), |changes| {
            read(question, CannedAnswer::raw(changed(&faithful, &changes)));
            Ok(())
        });
        ran.unwrap_or_else(|failure| panic!("{}: {failure}", question.name));
    }
}

#[test]
fn a_question_answered_with_broken_bytes_comes_to_an_end() {
    for question in QUESTIONS {
        let faithful = question.faithful().to_string();
        let ran = runner(128).run(&vec(damage(), 1..4), |damages| {
            read(question, CannedAnswer::raw(damaged(&faithful, &damages)));
            Ok(())
        });
        ran.unwrap_or_else(|failure| panic!("{}: {failure}", question.name));
    }
}

#[test]
fn whatever_the_status_and_the_wait_a_question_comes_to_an_end() {
    let waits = prop::option::of(prop_oneof![
        any::<u64>().prop_map(|seconds| seconds.to_string()),
        "[ -~]{0,40}",
        "[A-Z][a-z]{2}, [0-9]{1,20} (Jan|Nov|Dec) [0-9]{1,20} [0-9]{1,20}:[0-9]{2}:[0-9]{2} GMT",
    ]);
    let bodies = prop_oneof![
        vec(any::<u8>(), 0..300),
        any_json().prop_map(|json| json.to_string().into_bytes()),
        any::<String>().prop_map(|message| {
            serde_json::json!({ "error": { "message": message, "code": message, "info": message } })
                .to_string()
                .into_bytes()
        }),
    ];
    let answers = (200_u16..600, waits, bodies).prop_map(|(status, retry_after, body)| CannedAnswer {
        status,
        retry_after,
        body: body.into(),
    });
    for question in QUESTIONS {
        let ran = runner(96).run(&answers, |answer| {
            read(question, answer);
            Ok(())
        });
        ran.unwrap_or_else(|failure| panic!("{}: {failure}", question.name));
    }
}
