//! Paper Lighthouse: who is who. Namesakes, spellings, aliases, a duo and its member, and artists that stand for nobody.

use super::super::builder::Builder;
use super::super::cast::Cast;
use super::super::specs::{AlbumSpec, TrackSpec};
use super::super::statements as says;
use super::{named, named_for};

pub fn build(world: &mut Builder, cast: &Cast) {
    let artist = world.band("Paper Lighthouse", 39);
    world.list(artist);
    let whose = [artist];

    let tracks = vec![
        // A name that fits two ids joins the one that is credited on the same track, …
        TrackSpec::new("First Cobalt", 170)
            .shown_as("First Cobalt (prod. Cobalt)")
            .says(&says::PRODUCER, cast.cobalt_leeds)
            .title_names(named_for("Cobalt", "cobalt", cast.cobalt_leeds)),
        TrackSpec::new("Second Cobalt", 171).says(&says::PRODUCER, cast.cobalt_lagos),
        // … or stays by itself.
        TrackSpec::new("Third Cobalt", 172)
            .shown_as("Third Cobalt (prod. Cobalt)")
            .title_names(named("Cobalt", "cobalt")),
        // One person under three spellings.
        TrackSpec::new("Straight", 173).says(&says::PRODUCER, cast.qvale),
        TrackSpec::new("Bare", 174).says_as(&says::PRODUCER, cast.qvale, "QVale"),
        TrackSpec::new("Curly", 175)
            .shown_as("Curly (prod. Q’Vale)")
            .title_names(named_for("Q’Vale", "qvale", cast.qvale)),
        TrackSpec::new("Dollar", 176).says(&says::PRODUCER, cast.cash),
        TrackSpec::new("No Dollar", 177)
            .shown_as("No Dollar (prod. CASH LANTERN)")
            .title_names(named_for("CASH LANTERN", "cash lantern", cast.cash)),
        // A duo is not its member; an alias leads to the member.
        TrackSpec::new("The Two", 178).says(&says::PRODUCER, cast.tidewrights),
        TrackSpec::new("The One", 179).says(&says::PRODUCER, cast.perrin),
        TrackSpec::new("By First Name", 180)
            .shown_as("By First Name (prod. Perrin)")
            .title_names(named_for("Perrin", "perrin", cast.perrin)),
        TrackSpec::new("The Two Again", 181)
            .shown_as("The Two Again [prod. The Tidewrights]")
            .title_names(named_for("The Tidewrights", "the tidewrights", cast.tidewrights)),
        // A name used for one credit only is a name of that person too.
        TrackSpec::new("Masked", 182).says_as(&says::PRODUCER, cast.imre, "Hollow Sun"),
        TrackSpec::new("Unmasked", 183)
            .shown_as("Unmasked (prod. Hollow Sun)")
            .title_names(named_for("Hollow Sun", "hollow sun", cast.imre)),
        // Accents and case don't make another person.
        TrackSpec::new("Umlaut", 184).says(&says::PRODUCER, cast.ludvig),
        TrackSpec::new("No Umlaut", 185)
            .shown_as("No Umlaut (prod. LUDVIG AKERSTROM)")
            .title_names(named_for("LUDVIG AKERSTROM", "ludvig akerstrom", cast.ludvig)),
    ];
    world.album(AlbumSpec::album(&whose, "Namesakes", "2020-02-14", tracks));

    // Those who are nobody never become producers.
    let tracks = vec![
        TrackSpec::new("Ballad", 200)
            .by(&says::COMPOSER, cast.traditional)
            .by(&says::LYRICIST, cast.anonymous),
        TrackSpec::new("Shanty", 201)
            .says(&says::PRODUCER, cast.unknown)
            .by(&says::WRITER, cast.traditional),
        TrackSpec::new("Round", 202)
            .says(&says::PRODUCER, cast.various)
            .says(&says::CO_PRODUCER, cast.no_artist),
        TrackSpec::new("Air", 203)
            .says(&says::ARRANGER, cast.wanqing)
            .by(&says::COMPOSER, cast.traditional),
    ];
    world.album(
        AlbumSpec::album(&whose, "Nobody Wrote This", "2021-03-12", tracks).says(&says::RELEASE_PRODUCER, cast.various),
    );

    // Other scripts, and names that would hurt whoever splices them.
    let tracks = vec![
        TrackSpec::new("灯", 210)
            .says(&says::PRODUCER, cast.akari)
            .says_as(&says::ARRANGER, cast.akari, "A. Minazuki"),
        TrackSpec::new("Причал", 211)
            .says(&says::PRODUCER, cast.lev)
            .by(&says::COMPOSER, cast.lev),
        TrackSpec::new("晴", 212).says(&says::PRODUCER, cast.wanqing),
        TrackSpec::new("Little Tables", 213).says(&says::PRODUCER, cast.kit),
        TrackSpec::new("100% Moth", 214).says(&says::PRODUCER, cast.silk_moth),
    ];
    world.album(AlbumSpec::ep(&whose, "Alphabets", "2022-08-05", tracks));
}
