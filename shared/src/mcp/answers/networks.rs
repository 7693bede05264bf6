//! What is found by name, how people hang together, and what there is in all.

use crate::mcp::answers::members::{
    ALBUM, ALBUM_COUNT, ARTISTS, CONFIDENCE, COUNTED, FIRST_YEAR, GONE, ID, IMAGE, KIND, LAST_YEAR, NAME, RELEASE,
    ROLE_NAMES, ROLES, SHOWN, TRACK_COUNT, UPDATED, object, of, perhaps,
};
use crate::mcp::shape::Page;
use crate::mcp::shape::Shape::{Flag, Integer, List, Object, Objects, OneOf, OrNull, Text, Time};

object!(
    FOUND_PRODUCER,
    Page::In("producers"),
    COUNTED
        + [perhaps("also", &Text)
            .optional()
            .about("The alias that was searched for")]
);
object!(FOUND_ARTIST, Page::In("artists"), SHOWN + [ALBUM_COUNT]);
object!(FOUND_ALBUM, Page::In("albums"), RELEASE + [ARTISTS]);
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

object!(NODE, Page::ByKind, [ID, KIND, NAME, IMAGE]);
object!(
    EDGE,
    Page::None,
    [
        of("source", Integer).about("A producer: the place in nodes, from 0"),
        of("target", Integer).about("An artist: the place in nodes, from 0"),
        TRACK_COUNT,
        ROLE_NAMES,
        CONFIDENCE,
        FIRST_YEAR,
        LAST_YEAR,
    ]
);
object!(
    GRAPH,
    Page::Graph,
    [
        KIND,
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
        KIND,
        NAME,
        IMAGE,
        of("via", OrNull(&Object(&VIA))).about("The track that leads here from the one before"),
    ]
);
object!(
    CONNECTION,
    Page::None,
    [
        of("found", Flag),
        perhaps("steps", &Integer),
        of("path", Objects(&STEP)),
        of("complete", Flag).about("With found false: there is no way at all, not only none within most_steps"),
        UPDATED,
    ]
);

object!(
    NEWEST_ARTIST,
    Page::In("artists"),
    SHOWN + [perhaps("since", &Time).for_programs()]
);
object!(FOREMOST_PRODUCER, Page::In("producers"), COUNTED + []);
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
        perhaps("updated_at", &Time),
    ]
);
