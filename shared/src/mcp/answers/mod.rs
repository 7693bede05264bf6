//! What the SQL functions for clients answer, as `migrations/` makes it. The tests hold real answers against it.
//!
//! A member that several answers have is written once, in `members`; so are those that always come together.

mod members;
mod networks;
mod people;
mod records;
mod rows;

pub use members::ROLES;
pub use networks::{CONNECTION, FOUND, GRAPH, STATS};
pub use people::{ARTIST, ARTIST_PRODUCER, COLLABORATORS, PRODUCER, PRODUCER_CREDITS};
pub use records::{ALBUM_PAGE, TRACK};

use crate::mcp::shape::Shape::{self, Object, Objects, OrNull};

/// What each function for clients answers.
pub static FUNCTIONS: [(&str, Shape); 14] = [
    ("find_connection", OrNull(&Object(&CONNECTION))),
    ("get_album", OrNull(&Object(&ALBUM_PAGE))),
    ("get_artist", OrNull(&Object(&ARTIST))),
    ("get_artist_producers", Objects(&ARTIST_PRODUCER)),
    ("get_catalogue_stats", Object(&STATS)),
    ("get_collaboration_graph", OrNull(&Object(&GRAPH))),
    ("get_collaborators", OrNull(&Object(&COLLABORATORS))),
    ("get_producer", OrNull(&Object(&PRODUCER))),
    ("get_producer_collaborations", Objects(&rows::COLLABORATION)),
    ("get_producer_credits", OrNull(&Object(&PRODUCER_CREDITS))),
    ("get_track", OrNull(&Object(&TRACK))),
    ("get_track_credits", Objects(&rows::CREDIT)),
    ("search_catalogue", Object(&FOUND)),
    ("search_producers", Objects(&rows::FOUND_PRODUCER)),
];
