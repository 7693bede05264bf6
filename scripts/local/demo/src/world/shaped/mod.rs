//! The hand-shaped artists: each illustrates some traps, and says beside them what the catalogue must make of them.
//!
//! | what may go wrong | where it does |
//! |---|---|
//! | releases: barcode with a zero in front, used twice, absent; title only; other artist or number of tracks; none at all | Velvet Harbor, Marisol Anker, Unmarked Crates |
//! | dates of every precision, impossible ones; the same recording on several albums, out of place | Marisol Anker |
//! | recordings: live, remix, instrumental, sped up, slowed, karaoke and made-again versions beside the original, with its ISRC, with another's or with none, in each other's place, shorter and longer | Halyard Union, Marisol Anker |
//! | more tracks, albums, recordings than a page or an answer holds | Kestrel Arcade, Tidemark Archive, Marisol Anker |
//! | roles and attributes, credits that are none; covers, medleys; producers of a release | Odd Meridian |
//! | titles that name producers, and that don't; names with `&` and commas | Juniper Static, Paraffin Saints |
//! | the same in other words: jobs, languages, lists; guests that look like versions, versions under other words, symbols | Ferrous Choir, Marsh Semaphore |
//! | 404s for what is there, on a page of a list and on an album | Marsh Semaphore |
//! | somebody whom a title names before Genius leads to a page | Juniper Static, then Paraffin Saints |
//! | namesakes, aliases, spellings of one credit, a duo and its member, other scripts | Paper Lighthouse |
//! | artists that stand for nobody, by id and by name | Paper Lighthouse, Halyard Union, Juniper Static, Paraffin Saints |
//! | Genius: producers or writers missing elsewhere, both, neither; translations, covers, remixes, live recordings, pages begun and deleted among the hits; other credits that are roles or not; guests; names of people with an id, with two, with none; agreement with other sources | Paraffin Saints, Basement Telegraph |
//! | profiles of MusicBrainz and Wikidata: posts, hashtags, queries, what is over, ranks, malformed and deleted items, unknown values | Copper Aviary with `cast` |
//! | profiles of Genius and Instagram: by Wikidata, by a credit, by a song, never by a name; accounts that are not shown; addresses in words; default avatars; whose picture is better | Tin Orchard, Paraffin Saints, Basement Telegraph |
//! | albums of several artists, of Various Artists; artists of one name | Ines & the Weather, Rook Hollow, Moth Lantern |
//! | ids that moved: relinked tracks, merged releases, recordings and people; no value that is preferred | Relay Station |
//! | releases with a disc of pictures or a pregap; editions that stand in no title | Boxed Sundays |
//! | ISRCs at the wrong recording of a release, at a stranger's song | Copper Ledger |
//! | names that hurt whoever splices them | `hostile` |

mod boxes;
mod editions;
mod faces;
mod hostile;
mod identity;
mod marsh;
mod moved_ids;
mod paging;
mod profiles;
mod roles;
mod shared_albums;
mod songs;
mod takes;
mod titles;
mod unknown;
mod unmarked;
mod velvet_harbor;
mod wordings;
mod wrong_codes;

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
    wordings::build(world, cast);
    marsh::build(world, cast);
    unmarked::build(world, cast);
    moved_ids::build(world, cast);
    boxes::build(world, cast);
    wrong_codes::build(world, cast);
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
