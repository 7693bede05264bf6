//! The hand-shaped artists: each illustrates some traps, and says beside them what the catalogue must make of them.

mod editions;
mod faces;
mod hostile;
mod identity;
mod paging;
mod profiles;
mod roles;
mod shared_albums;
mod songs;
mod takes;
mod titles;
mod unknown;
mod velvet_harbor;

use super::builder::Builder;
use super::cast::Cast;
use super::model::{PersonIx, Who};

/// Builds all of them, the attractive ones first.
pub fn build(world: &mut Builder, cast: &Cast) {
    velvet_harbor::build(world, cast);
    editions::build(world, cast);
    titles::build(world, cast);
    roles::build(world, cast);
    identity::build(world, cast);
    profiles::build(world, cast);
    shared_albums::build(world, cast);
    unknown::build(world, cast);
    songs::build(world, cast);
    faces::build(world, cast);
    takes::build(world, cast);
    hostile::build(world, cast);
    paging::build(world, cast);
}

/// Somebody whom only titles or Genius name; `normalized` is the name by which the catalogue knows such people.
fn named(name: &str, normalized: &str) -> Who {
    Who::Named {
        name: name.to_owned(),
        normalized: normalized.to_owned(),
        is: None,
    }
}

/// The same where it is somebody with an id, once the catalogue knows the id.
fn named_for(name: &str, normalized: &str, person: PersonIx) -> Who {
    Who::Named {
        name: name.to_owned(),
        normalized: normalized.to_owned(),
        is: Some(person),
    }
}
