//! An album and a track, with who made them.

use crate::mcp::answers::members::{
    ALBUM, ARTISTS, CONFIDENCE, CREDITED_ROLE, DISC, DURATION, GONE, ID, ISRC, LINKS, MUSICBRAINZ, NAME, PLACE,
    RELEASE, ROLE, SHOWN, SOURCE, TRACK_COUNT, UPDATED, object, of, perhaps,
};
use crate::mcp::answers::people::PERSON;
use crate::mcp::shape::Page;
use crate::mcp::shape::Shape::{Free, Integer, Objects, Probability, Text, Time};

object!(
    ARTIST_ALBUM,
    Page::In("albums"),
    RELEASE + [TRACK_COUNT, of("credited_track_count", Integer)]
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
        DISC,
        PLACE,
        DURATION,
        ISRC.for_programs(),
        GONE,
        of("credits", Objects(&TRACK_PERSON)).about("Empty: nobody is known, which is not nobody"),
    ]
);
object!(
    ALBUM_PAGE,
    Page::In("albums"),
    RELEASE
        + [
            perhaps("upc", &Text).for_programs(),
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
        SOURCE,
        of("confidence", Probability),
        perhaps("first_seen", &Time),
        perhaps("evidence", &Free).about("Where it was seen: ids, addresses, how the track was recognised"),
    ]
);
object!(
    TRACK_CREDIT,
    Page::In("producers"),
    SHOWN
        + [
            MUSICBRAINZ,
            ROLE,
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
        ISRC,
        DISC.for_programs(),
        PLACE.for_programs(),
        DURATION,
        GONE,
        ALBUM,
        ARTISTS,
        LINKS,
        of("credits", Objects(&TRACK_CREDIT)).about("Surest first; empty: nobody is known, which is not nobody"),
        of("same_recording", Objects(&OTHER_TRACK)).about("On other albums, by ISRC"),
        UPDATED,
    ]
);
