//! A producer, an artist, and who belongs to them.

use crate::mcp::answers::members::{
    ALBUM, ALBUM_COUNT, ARTIST_COUNT, ARTISTS, CONFIDENCE, CREDITED_ROLE, DURATION, FIRST_YEAR, ID, IMAGE, INSTAGRAM,
    ISRC, LAST_YEAR, LINKS, MUSICBRAINZ, NAME, PRODUCER_ID, ROLE, ROLE_NAMES, SHOWN, SOURCE, TRACK_COUNT, UPDATED,
    object, of, perhaps,
};
use crate::mcp::answers::records::ARTIST_ALBUM;
use crate::mcp::shape::Page;
use crate::mcp::shape::Shape::{Flag, Free, Id, Integer, List, Objects, Text, Time};

object!(ROLE_COUNT, Page::None, [ROLE, TRACK_COUNT]);
object!(YEAR_COUNT, Page::None, [of("year", Integer), TRACK_COUNT]);
object!(SOURCE_COUNT, Page::None, [SOURCE, TRACK_COUNT]);
object!(
    PRODUCED_ARTIST,
    Page::In("artists"),
    SHOWN + [TRACK_COUNT, FIRST_YEAR, LAST_YEAR]
);
object!(
    PRODUCER,
    Page::In("producers"),
    [
        ID,
        NAME,
        of("also_known_as", List(&Text)),
        MUSICBRAINZ,
        IMAGE,
        INSTAGRAM,
        perhaps("biography", &Text),
        of("profile_sources", Free).about("Which source each part of the profile came from"),
        perhaps("profile_found_at", &Time).for_programs(),
        LINKS,
        TRACK_COUNT,
        ARTIST_COUNT,
        of("tracks_read", Integer).about("In so many of the tracks roles, years and sources are counted"),
        FIRST_YEAR,
        LAST_YEAR,
        of("roles", Objects(&ROLE_COUNT)),
        of("years", Objects(&YEAR_COUNT)).for_programs(),
        of("sources", Objects(&SOURCE_COUNT)),
        of("artists", Objects(&PRODUCED_ARTIST)).about("Those with most tracks, 24 at most"),
        UPDATED,
    ]
);

object!(
    CREDITED_TRACK,
    Page::In("tracks"),
    [
        ID,
        NAME,
        ISRC.for_programs(),
        DURATION,
        ALBUM,
        ARTISTS,
        of("roles", Objects(&CREDITED_ROLE)),
    ]
);
object!(
    PRODUCER_CREDITS,
    Page::None,
    [
        PRODUCER_ID,
        of("total", Integer).about("Tracks with these filters"),
        of("complete", Flag)
            .about("False: only 2,000 of the producer's tracks were read; narrowed to an artist_id the list is whole"),
        perhaps("next", &Id)
            .for_programs()
            .about("What `after` is for the page that follows"),
        of("items", Objects(&CREDITED_TRACK)).about("Newest release first"),
    ]
);

object!(COLLABORATOR, Page::In("producers"), SHOWN + [TRACK_COUNT, ROLE_NAMES]);
object!(
    COLLABORATORS,
    Page::None,
    [
        PRODUCER_ID,
        of("tracks_read", Integer).for_programs(),
        of("complete", Flag).about("False: only 1,000 of the producer's tracks were read"),
        of("items", Objects(&COLLABORATOR)).about("Most tracks together first"),
    ]
);

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
        INSTAGRAM.for_programs(),
        IMAGE,
        MUSICBRAINZ.for_programs(),
    ]
);
object!(
    PERSON,
    Page::In("producers"),
    SHOWN + [ROLE_NAMES, TRACK_COUNT, CONFIDENCE]
);
object!(
    ARTIST,
    Page::In("artists"),
    SHOWN
        + [
            of("genres", List(&Text)),
            LINKS,
            ALBUM_COUNT,
            TRACK_COUNT,
            of("producer_count", Integer),
            of("albums_read", Integer).about("So many of the albums are listed, and their tracks counted"),
            of("albums", Objects(&ARTIST_ALBUM)).about("Newest first"),
            of("producers", Objects(&PERSON)).about("Those with most tracks, 24 at most"),
            UPDATED,
        ]
);
