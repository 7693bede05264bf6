//! The example of `docs/adding-a-source.md` is this folder's `label.rs`, under the names that a new source would have.

use super::label;
use super::*;
use crate::sources::testing::block_on;
use crate::stages::producer_identification::task::{AlbumTask, ask};

#[test]
fn the_documented_example_is_the_one_that_works() {
    let example = include_str!("label.rs")
        .replace("Source::Title", "Source::Label")
        .replace("Basis::Title", "Basis::LabelSheet");
    let document = include_str!("../../../../../docs/adding-a-source.md");
    assert!(
        document.contains(&example),
        "docs/adding-a-source.md has another example"
    );

    let setup = Setup {
        isrcs: vec![Some("GBAHS1400099"), None],
        ..Setup::default()
    };
    let mut tasks = vec![AlbumTask::new(setup.message(1), setup.subject(1))];
    block_on(ask(label::source().as_ref(), &mut tasks));
    let outcome = results::outcome(&tasks[0]).unwrap();
    let names: Vec<_> = rows(&outcome)
        .credits
        .iter()
        .map(|credit| credit.person.name.as_str())
        .collect();
    assert_eq!(names, ["Jake Gosling", "Amy Wadge"]);
}
