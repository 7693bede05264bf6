//! The members that several answers share.

use crate::mcp::shape::Shape::{self, Date, Id, Integer, List, Objects, OneOf, OrNull, Probability, Text, Time};
use crate::mcp::shape::{Member, Page};

pub const ROLES: &[&str] = &[
    "producer",
    "co_producer",
    "executive_producer",
    "writer",
    "composer",
    "lyricist",
    "arranger",
    "remixer",
];

pub const fn of(name: &'static str, shape: Shape) -> Member {
    Member::new(name, shape)
}

pub const fn perhaps(name: &'static str, shape: &'static Shape) -> Member {
    Member::new(name, OrNull(shape))
}

/// `object!(NAME, page, [members])`, or with the members of a group before them: `object!(NAME, page, GROUP + [members])`.
macro_rules! object {
    ($name:ident, $page:expr, $($group:ident +)? [$($member:expr),* $(,)?]) => {
        pub static $name: $crate::mcp::shape::Object = $crate::mcp::shape::Object {
            members: &[$($group,)? &[$($member),*]],
            page: $page,
        };
    };
}
pub(super) use object;

pub const ID: Member = of("id", Id);
pub const NAME: Member = of("name", Text);
pub const IMAGE: Member = perhaps("image_url", &Text).for_programs();
pub const MUSICBRAINZ: Member = perhaps("musicbrainz_id", &Text);
pub const INSTAGRAM: Member = perhaps("instagram_handle", &Text);
pub const ISRC: Member = perhaps("isrc", &Text);
pub const DISC: Member = perhaps("disc_number", &Integer);
pub const PLACE: Member = perhaps("track_number", &Integer);
pub const DURATION: Member = perhaps("duration_ms", &Integer).for_programs();
pub const TRACK_COUNT: Member = of("track_count", Integer);
pub const ARTIST_COUNT: Member = of("artist_count", Integer);
pub const ALBUM_COUNT: Member = of("album_count", Integer);
pub const FIRST_YEAR: Member = perhaps("first_year", &Integer);
pub const LAST_YEAR: Member = perhaps("last_year", &Integer);
pub const UPDATED: Member = perhaps("updated_at", &Time).for_programs();
pub const GONE: Member = perhaps("gone_at", &Time)
    .optional()
    .about("Since when Spotify no longer lists it");

pub const ROLE: Member = of("role", OneOf(ROLES));
pub const ROLE_NAMES: Member = of("roles", List(&OneOf(ROLES)));
pub const CONFIDENCE: Member =
    of("confidence", Probability).about("The probability that the credit is right, from all sources together");
pub const SOURCE: Member = of("source", Text);
pub const SOURCE_NAMES: Member = of("sources", List(&Text)).about("Who states it, the surest first; cite them");
pub const PRODUCER_ID: Member = of("producer_id", Id);

pub const KIND: Member = of("kind", OneOf(&["producer", "artist"]));

/// Whatever has a picture.
pub const SHOWN: &[Member] = &[ID, NAME, IMAGE];
/// Somebody with how much they did.
pub const COUNTED: &[Member] = &[ID, NAME, IMAGE, TRACK_COUNT, ARTIST_COUNT];
/// What an album is known by.
pub const RELEASE: &[Member] = &[
    ID,
    NAME,
    IMAGE,
    perhaps("release_date", &Date),
    perhaps("release_date_precision", &Text).for_programs(),
    GONE,
];

object!(ARTIST_REF, Page::None, [ID, NAME]);
object!(ALBUM_REF, Page::None, RELEASE + []);
object!(LINK, Page::None, [SOURCE, of("url", Text)]);
object!(CREDITED_ROLE, Page::None, [ROLE, CONFIDENCE, SOURCE_NAMES]);

pub const ALBUM: Member = of("album", Shape::Object(&ALBUM_REF));
pub const ARTISTS: Member = of("artists", Objects(&ARTIST_REF));
pub const LINKS: Member = of("links", Objects(&LINK)).about("The same elsewhere");
