//! The functions that answer rows, for programs alone.

use crate::mcp::answers::members::{
    ARTIST_COUNT, CONFIDENCE, ID, INSTAGRAM, MUSICBRAINZ, NAME, PRODUCER_ID, ROLE, SOURCE_NAMES, TRACK_COUNT, object,
    of, perhaps,
};
use crate::mcp::shape::Page;
use crate::mcp::shape::Shape::{Date, Free, Id, Objects, Text};

object!(
    FOUND_PRODUCER,
    Page::None,
    [
        ID,
        NAME,
        of("normalized_name", Text),
        INSTAGRAM,
        perhaps("image_url", &Text),
        TRACK_COUNT,
        ARTIST_COUNT,
    ]
);
object!(
    COLLABORATION_TRACK,
    Page::None,
    [ID, NAME, of("album", Text), perhaps("release_date", &Date)]
);
object!(
    COLLABORATION,
    Page::None,
    [
        of("artist_id", Id),
        of("artist_name", Text),
        perhaps("artist_image_url", &Text),
        TRACK_COUNT,
        of("tracks", Objects(&COLLABORATION_TRACK)).about("Newest release first"),
    ]
);
object!(
    CREDIT,
    Page::None,
    [
        PRODUCER_ID,
        NAME,
        MUSICBRAINZ,
        ROLE,
        CONFIDENCE,
        SOURCE_NAMES,
        of("evidence", Free).about("By source: {confidence, evidence, first_seen}"),
    ]
);
