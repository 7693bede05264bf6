//! Odd Meridian: every kind of credit, those that count and those that don't; covers, a medley, producers of a release.

use super::super::builder::Builder;
use super::super::cast::Cast;
use super::super::specs::{AlbumSpec, TrackSpec};
use super::super::statements as says;

pub fn build(world: &mut Builder, cast: &Cast) {
    let artist = world.band("Odd Meridian", 44);
    world.list(artist);
    let whose = [artist];

    // One kind of relation of the recording on each track.
    let tracks = vec![
        TrackSpec::new("Plain", 180).says(&says::PRODUCER, cast.nadia),
        TrackSpec::new("Together", 181).says(&says::CO_PRODUCER, cast.ludvig),
        TrackSpec::new("From Above", 182).says(&says::EXECUTIVE_PRODUCER, cast.bex),
        TrackSpec::new("And Then Some", 183).says(&says::ADDITIONAL_PRODUCER, cast.juno),
        TrackSpec::new("In Company", 184).says(&says::ASSOCIATE_PRODUCER, cast.sable),
        TrackSpec::new("Tea Boy", 185).says(&says::ASSISTANT_PRODUCER, cast.hollis),
        TrackSpec::new("Throat", 186).says(&says::VOCAL_PRODUCER, cast.wren),
        TrackSpec::new("Laid Out", 187).says(&says::ARRANGER, cast.petra),
        TrackSpec::new("Catgut", 188).says(&says::STRING_ARRANGER, cast.akari),
        TrackSpec::new("Close Harmony", 189).says(&says::VOCAL_ARRANGER, cast.lev),
        TrackSpec::new("Full Pit", 190).says(&says::ORCHESTRATOR, cast.wanqing),
        TrackSpec::new("Other Hands (Theo Marchetti Remix)", 191).says(&says::REMIXER, cast.theo),
        TrackSpec::new("Old Session", 192).says_on(&says::PRODUCER, cast.imre, "1998-03-02", "1998-03-09"),
        TrackSpec::new("Desk Work", 193)
            .says(&says::ENGINEER, cast.tomas)
            .says(&says::RECORDED_BY, cast.tomas)
            .says(&says::MIX, cast.tomas)
            .says(&says::MASTERING, cast.tomas)
            .says(&says::PROGRAMMING, cast.dario),
        TrackSpec::new("Stage Work", 194)
            .says(&says::GUITAR, cast.dario)
            .says(&says::LEAD_VOCALS, cast.anselm)
            .says(&says::CONDUCTOR, cast.anselm),
        // The same person twice, as two things.
        TrackSpec::new("Both Hats", 195)
            .says(&says::PRODUCER, cast.juno)
            .says(&says::ARRANGER, cast.juno)
            .by(&says::WRITER, cast.juno),
    ];
    world.album(AlbumSpec::album(&whose, "Every Hand", "2016-05-06", tracks));

    // One kind of relation of the work on each.
    let standard = world.work(
        "The Ferryman's Daughter",
        &[(&says::COMPOSER, cast.lev), (&says::LYRICIST, cast.anselm)],
    );
    let other = world.work("Northern Reel", &[(&says::WRITER, cast.petra)]);
    let tracks = vec![
        TrackSpec::new("Penned", 210).by(&says::WRITER, cast.bex),
        TrackSpec::new("Notes", 211).by(&says::COMPOSER, cast.wanqing),
        TrackSpec::new("Words", 212).by(&says::LYRICIST, cast.anselm),
        TrackSpec::new("Act Two", 213)
            .by(&says::LIBRETTIST, cast.hollis)
            .by(&says::COMPOSER, cast.akari),
        TrackSpec::new("In Other Words", 214)
            .by(&says::TRANSLATOR, cast.dario)
            .by(&says::LYRICIST, cast.lev),
        TrackSpec::new("Second Edition", 215)
            .by(&says::REVISED_BY, cast.dario)
            .by(&says::COMPOSER, cast.lev),
        TrackSpec::new("Wrongly His", 216)
            .by(&says::PREVIOUS_ATTRIBUTION, cast.dario)
            .by(&says::COMPOSER, cast.petra),
        TrackSpec::new("Paper Trail", 217)
            .by(&says::PUBLISHING, cast.dario)
            .by(&says::DEDICATION, cast.dario)
            .by(&says::COMMISSIONED, cast.dario)
            .by(&says::WRITER, cast.sable),
        TrackSpec::new("Set for Four", 218)
            .by(&says::WORK_ARRANGER, cast.sable)
            .by(&says::COMPOSER, cast.traditional),
        // A cover: somebody else wrote it, these people produced it.
        TrackSpec::new("The Ferryman's Daughter", 219)
            .performs(standard, &["cover"])
            .says(&says::PRODUCER, cast.theo),
        // A medley has all its works' authors.
        TrackSpec::new("Medley: The Ferryman's Daughter / Northern Reel", 380)
            .performs(standard, &["medley"])
            .performs(other, &["medley"])
            .says(&says::PRODUCER, cast.nadia),
    ];
    world.album(AlbumSpec::album(&whose, "Every Pen", "2017-09-15", tracks));

    // Producers of the release stand for every recording on it, also one with producers of its own.
    let tracks = vec![
        TrackSpec::new("Warp", 230),
        TrackSpec::new("Weft", 231).says(&says::PRODUCER, cast.juno),
        TrackSpec::new("Selvedge", 232).says(&says::PRODUCER, cast.ludvig),
    ];
    world.album(
        AlbumSpec::album(&whose, "Whole Cloth", "2019-03-29", tracks)
            .says(&says::RELEASE_PRODUCER, cast.ludvig)
            .says(&says::RELEASE_EXECUTIVE_PRODUCER, cast.bex)
            .says(&says::RELEASE_CO_PRODUCER, cast.sable)
            .says(&says::RELEASE_ENGINEER, cast.tomas)
            .says(&says::RELEASE_PHOTOGRAPHY, cast.dario),
    );
}
