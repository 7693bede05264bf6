//! What the SQL functions for clients answer, as `migrations/` makes it. The tests hold real answers against it.

use crate::mcp::shape::Shape::{Date, Flag, Free, Id, Integer, List, Objects, OneOf, OrNull, Probability, Text, Time};
use crate::mcp::shape::{Member, Object, Page, Shape};

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
const KINDS: &[&str] = &["producer", "artist"];

const fn of(name: &'static str, shape: Shape) -> Member {
    Member::new(name, shape)
}

const ID: Member = of("id", Id);
const NAME: Member = of("name", Text);
const IMAGE: Member = of("image_url", OrNull(&Text)).for_programs();
const TRACK_COUNT: Member = of("track_count", Integer);
const ARTIST_COUNT: Member = of("artist_count", Integer);
const UPDATED: Member = of("updated_at", OrNull(&Time)).for_programs();
const ROLE_NAMES: Member = of("roles", List(&OneOf(ROLES)));
const CONFIDENCE: Member =
    of("confidence", Probability).about("The probability that the credit is right, from all sources together");
const SOURCE_NAMES: Member = of("sources", List(&Text)).about("Who states it, the surest first; cite them");

macro_rules! object {
    ($name:ident, $page:expr, [$($member:expr),* $(,)?]) => {
        pub static $name: Object = Object { members: &[$($member),*], page: $page };
    };
}

object!(ARTIST_REF, Page::None, [ID, NAME]);
object!(
    ALBUM_REF,
    Page::None,
    [
        ID,
        NAME,
        IMAGE,
        of("release_date", OrNull(&Date)),
        of("release_date_precision", OrNull(&Text)).for_programs(),
        GONE,
    ]
);
const ALBUM: Member = of("album", Shape::Object(&ALBUM_REF));
const ARTISTS: Member = of("artists", Objects(&ARTIST_REF));
object!(LINK, Page::None, [of("source", Text), of("url", Text)]);
const GONE: Member = of("gone_at", OrNull(&Time))
    .optional()
    .about("Since when Spotify no longer lists it");
const LINKS: Member = of("links", Objects(&LINK)).about("The same elsewhere");

// --- Search ---

object!(
    FOUND_PRODUCER,
    Page::In("producers"),
    [
        ID,
        NAME,
        IMAGE,
        TRACK_COUNT,
        ARTIST_COUNT,
        of("also", OrNull(&Text))
            .optional()
            .about("The alias that was searched for"),
    ]
);
object!(
    FOUND_ARTIST,
    Page::In("artists"),
    [ID, NAME, IMAGE, of("album_count", Integer)]
);
object!(
    FOUND_ALBUM,
    Page::In("albums"),
    [
        ID,
        NAME,
        IMAGE,
        of("release_date", OrNull(&Date)),
        of("release_date_precision", OrNull(&Text)).for_programs(),
        GONE,
        ARTISTS,
    ]
);
object!(FOUND_TRACK, Page::In("tracks"), [ID, NAME, GONE, ALBUM, ARTISTS]);
object!(
    FOUND,
    Page::None,
    [
        of("producers", Objects(&FOUND_PRODUCER)).optional(),
        of("artists", Objects(&FOUND_ARTIST)).optional(),
        of("albums", Objects(&FOUND_ALBUM)).optional(),
        of("tracks", Objects(&FOUND_TRACK)).optional(),
    ]
);

// --- One producer ---

object!(ROLE_COUNT, Page::None, [of("role", OneOf(ROLES)), TRACK_COUNT]);
object!(YEAR_COUNT, Page::None, [of("year", Integer), TRACK_COUNT]);
object!(SOURCE_COUNT, Page::None, [of("source", Text), TRACK_COUNT]);
object!(
    PRODUCED_ARTIST,
    Page::In("artists"),
    [
        ID,
        NAME,
        IMAGE,
        TRACK_COUNT,
        of("first_year", OrNull(&Integer)),
        of("last_year", OrNull(&Integer)),
    ]
);
object!(
    PRODUCER,
    Page::In("producers"),
    [
        ID,
        NAME,
        of("also_known_as", List(&Text)),
        of("musicbrainz_id", OrNull(&Text)),
        IMAGE,
        of("instagram_handle", OrNull(&Text)),
        of("biography", OrNull(&Text)),
        of("profile_sources", Free).about("Which source each part of the profile came from"),
        of("profile_found_at", OrNull(&Time)).for_programs(),
        LINKS,
        TRACK_COUNT,
        ARTIST_COUNT,
        of("tracks_read", Integer).about("In so many of the tracks roles, years and sources are counted"),
        of("first_year", OrNull(&Integer)),
        of("last_year", OrNull(&Integer)),
        of("roles", Objects(&ROLE_COUNT)),
        of("years", Objects(&YEAR_COUNT)).for_programs(),
        of("sources", Objects(&SOURCE_COUNT)),
        of("artists", Objects(&PRODUCED_ARTIST)).about("Those with most tracks, 24 at most"),
        UPDATED,
    ]
);

// --- Lists of a producer ---

object!(
    CREDITED_ROLE,
    Page::None,
    [of("role", OneOf(ROLES)), CONFIDENCE, SOURCE_NAMES]
);
object!(
    CREDITED_TRACK,
    Page::In("tracks"),
    [
        ID,
        NAME,
        of("isrc", OrNull(&Text)).for_programs(),
        of("duration_ms", OrNull(&Integer)).for_programs(),
        ALBUM,
        ARTISTS,
        of("roles", Objects(&CREDITED_ROLE)),
    ]
);
object!(
    PRODUCER_CREDITS,
    Page::None,
    [
        of("producer_id", Id),
        of("total", Integer).about("Tracks with these filters"),
        of("complete", Flag)
            .about("False: only 2,000 of the producer's tracks were read; narrowed to an artist_id the list is whole"),
        of("next", OrNull(&Id))
            .for_programs()
            .about("What `after` is for the page that follows"),
        of("items", Objects(&CREDITED_TRACK)).about("Newest release first"),
    ]
);
object!(
    COLLABORATOR,
    Page::In("producers"),
    [ID, NAME, IMAGE, TRACK_COUNT, ROLE_NAMES]
);
object!(
    COLLABORATORS,
    Page::None,
    [
        of("producer_id", Id),
        of("tracks_read", Integer).for_programs(),
        of("complete", Flag).about("False: only 1,000 of the producer's tracks were read"),
        of("items", Objects(&COLLABORATOR)).about("Most tracks together first"),
    ]
);

// --- Artists, albums, tracks ---

object!(
    ARTIST_PRODUCER,
    Page::In("producers"),
    [
        ID,
        NAME,
        ROLE_NAMES,
        TRACK_COUNT,
        ARTIST_COUNT,
        CONFIDENCE,
        of("instagram_handle", OrNull(&Text)).for_programs(),
        IMAGE,
        of("musicbrainz_id", OrNull(&Text)).for_programs(),
    ]
);
object!(
    PERSON,
    Page::In("producers"),
    [ID, NAME, IMAGE, ROLE_NAMES, TRACK_COUNT, CONFIDENCE]
);
object!(
    ARTIST_ALBUM,
    Page::In("albums"),
    [
        ID,
        NAME,
        IMAGE,
        of("release_date", OrNull(&Date)),
        of("release_date_precision", OrNull(&Text)).for_programs(),
        GONE,
        TRACK_COUNT,
        of("credited_track_count", Integer),
    ]
);
object!(
    ARTIST,
    Page::In("artists"),
    [
        ID,
        NAME,
        IMAGE,
        of("genres", List(&Text)),
        LINKS,
        of("album_count", Integer),
        TRACK_COUNT,
        of("producer_count", Integer),
        of("albums_read", Integer).about("So many of the albums are listed, and their tracks counted"),
        of("albums", Objects(&ARTIST_ALBUM)).about("Newest first"),
        of("producers", Objects(&PERSON)).about("Those with most tracks, 24 at most"),
        UPDATED,
    ]
);
object!(
    TRACK_PERSON,
    Page::None,
    [ID, NAME, of("roles", Objects(&CREDITED_ROLE))]
);
object!(
    ALBUM_TRACK,
    Page::In("tracks"),
    [
        ID,
        NAME,
        of("disc_number", OrNull(&Integer)),
        of("track_number", OrNull(&Integer)),
        of("duration_ms", OrNull(&Integer)).for_programs(),
        of("isrc", OrNull(&Text)).for_programs(),
        GONE,
        of("credits", Objects(&TRACK_PERSON)).about("Empty: nobody is known, which is not nobody"),
    ]
);
object!(
    ALBUM_PAGE,
    Page::In("albums"),
    [
        ID,
        NAME,
        IMAGE,
        of("release_date", OrNull(&Date)),
        of("release_date_precision", OrNull(&Text)).for_programs(),
        GONE,
        of("upc", OrNull(&Text)).for_programs(),
        ARTISTS,
        LINKS,
        TRACK_COUNT,
        of("tracks", Objects(&ALBUM_TRACK)).about("In their order"),
        of("people", Objects(&PERSON)).about("Of the whole album, most tracks first"),
        UPDATED,
    ]
);
object!(
    STATEMENT,
    Page::None,
    [
        of("source", Text),
        of("confidence", Probability),
        of("first_seen", OrNull(&Time)),
        of("evidence", OrNull(&Free)).about("Where it was seen: ids, addresses, how the track was recognised"),
    ]
);
object!(
    TRACK_CREDIT,
    Page::In("producers"),
    [
        ID,
        NAME,
        IMAGE,
        of("musicbrainz_id", OrNull(&Text)),
        of("role", OneOf(ROLES)),
        CONFIDENCE,
        of("sources", Objects(&STATEMENT)).about("What each source says; cite them"),
    ]
);
object!(OTHER_TRACK, Page::In("tracks"), [ID, NAME, ALBUM]);
object!(
    TRACK,
    Page::In("tracks"),
    [
        ID,
        NAME,
        of("isrc", OrNull(&Text)),
        of("disc_number", OrNull(&Integer)).for_programs(),
        of("track_number", OrNull(&Integer)).for_programs(),
        of("duration_ms", OrNull(&Integer)).for_programs(),
        GONE,
        ALBUM,
        ARTISTS,
        LINKS,
        of("credits", Objects(&TRACK_CREDIT)).about("Surest first; empty: nobody is known, which is not nobody"),
        of("same_recording", Objects(&OTHER_TRACK)).about("On other albums, by ISRC"),
        UPDATED,
    ]
);

// --- Networks ---

object!(NODE, Page::ByKind, [ID, of("kind", OneOf(KINDS)), NAME, IMAGE]);
object!(
    EDGE,
    Page::None,
    [
        of("source", Integer).about("A producer: the place in nodes, from 0"),
        of("target", Integer).about("An artist: the place in nodes, from 0"),
        TRACK_COUNT,
        ROLE_NAMES,
        CONFIDENCE,
        of("first_year", OrNull(&Integer)),
        of("last_year", OrNull(&Integer)),
    ]
);
object!(
    GRAPH,
    Page::Graph,
    [
        of("kind", OneOf(KINDS)),
        ID,
        of("truncated", Flag).about("There are more than limit_count"),
        of("nodes", Objects(&NODE)).about("The centre first"),
        of("edges", Objects(&EDGE)).about("Most tracks first"),
        UPDATED,
    ]
);
object!(
    VIA,
    Page::In("tracks"),
    [
        ID,
        NAME,
        ALBUM,
        ARTISTS,
        of("roles_before", List(&OneOf(ROLES))).about("Of the one before; empty for the artist"),
        ROLE_NAMES,
    ]
);
object!(
    STEP,
    Page::ByKind,
    [
        ID,
        of("kind", OneOf(KINDS)),
        NAME,
        IMAGE,
        of("via", OrNull(&Shape::Object(&VIA))).about("The track that leads here from the one before"),
    ]
);
object!(
    CONNECTION,
    Page::None,
    [
        of("found", Flag),
        of("steps", OrNull(&Integer)),
        of("path", Objects(&STEP)),
        of("complete", Flag).about("With found false: there is no way at all, not only none within most_steps"),
        UPDATED,
    ]
);

// --- The whole catalogue ---

object!(
    NEWEST_ARTIST,
    Page::In("artists"),
    [ID, NAME, IMAGE, of("since", OrNull(&Time)).for_programs()]
);
object!(
    FOREMOST_PRODUCER,
    Page::In("producers"),
    [ID, NAME, IMAGE, TRACK_COUNT, ARTIST_COUNT]
);
object!(
    STATS,
    Page::None,
    [
        of("producers", Integer),
        of("artists", Integer),
        of("albums", Integer),
        of("tracks", Integer),
        of("credits", Integer),
        of("newest_artists", Objects(&NEWEST_ARTIST)),
        of("foremost_producers", Objects(&FOREMOST_PRODUCER)),
        of("updated_at", OrNull(&Time)),
    ]
);

// --- Rows, for programs ---

object!(
    SEARCHED_PRODUCER,
    Page::None,
    [
        ID,
        NAME,
        of("normalized_name", Text),
        of("instagram_handle", OrNull(&Text)),
        of("image_url", OrNull(&Text)),
        TRACK_COUNT,
        ARTIST_COUNT,
    ]
);
object!(
    COLLABORATION_TRACK,
    Page::None,
    [ID, NAME, of("album", Text), of("release_date", OrNull(&Date))]
);
object!(
    COLLABORATION,
    Page::None,
    [
        of("artist_id", Id),
        of("artist_name", Text),
        of("artist_image_url", OrNull(&Text)),
        TRACK_COUNT,
        of("tracks", Objects(&COLLABORATION_TRACK)).about("Newest release first"),
    ]
);
object!(
    CREDIT_ROW,
    Page::None,
    [
        of("producer_id", Id),
        NAME,
        of("musicbrainz_id", OrNull(&Text)),
        of("role", OneOf(ROLES)),
        CONFIDENCE,
        SOURCE_NAMES,
        of("evidence", Free).about("By source: {confidence, evidence, first_seen}"),
    ]
);

/// What each function for clients answers.
pub static FUNCTIONS: [(&str, Shape); 14] = [
    ("find_connection", OrNull(&Shape::Object(&CONNECTION))),
    ("get_album", OrNull(&Shape::Object(&ALBUM_PAGE))),
    ("get_artist", OrNull(&Shape::Object(&ARTIST))),
    ("get_artist_producers", Objects(&ARTIST_PRODUCER)),
    ("get_catalogue_stats", Shape::Object(&STATS)),
    ("get_collaboration_graph", OrNull(&Shape::Object(&GRAPH))),
    ("get_collaborators", OrNull(&Shape::Object(&COLLABORATORS))),
    ("get_producer", OrNull(&Shape::Object(&PRODUCER))),
    ("get_producer_collaborations", Objects(&COLLABORATION)),
    ("get_producer_credits", OrNull(&Shape::Object(&PRODUCER_CREDITS))),
    ("get_track", OrNull(&Shape::Object(&TRACK))),
    ("get_track_credits", Objects(&CREDIT_ROW)),
    ("search_catalogue", Shape::Object(&FOUND)),
    ("search_producers", Objects(&SEARCHED_PRODUCER)),
];
