//! Copper Ledger: ISRCs that are wrong. MusicBrainz has a track's code at another recording of the release, or at a
//! stranger's song alone. Whoever follows the code credits Imre or Hollis Grey with what they have not done.

use super::super::builder::Builder;
use super::super::cast::Cast;
use super::super::specs::{AlbumSpec, Known, TrackSpec};
use super::super::statements as says;

pub fn build(world: &mut Builder, cast: &Cast) {
    let artist = world.band("Copper Ledger", 29);
    world.list(artist);
    let stranger = world.band("Tin Whistle Bank", 8);
    let whose = [artist];

    // Title, place and length are those of the right recording; the code stands at a short one beside it.
    let tracks = vec![
        TrackSpec::new("Double Entry", 214)
            .says(&says::PRODUCER, cast.theo)
            .isrc_unknown_to_musicbrainz(),
        TrackSpec::new("Balance Sheet", 233)
            .says(&says::PRODUCER, cast.theo)
            .isrc_unknown_to_musicbrainz(),
        TrackSpec::new("Interest", 41).says(&says::PRODUCER, cast.imre),
    ];
    let ledger = world.album(AlbumSpec::ep(&whose, "Double Entry", "2014-01-24", tracks));
    if let Some(interest) = world.recording_of(ledger, 2) {
        world.also_has_code_of(interest, ledger, 0);
        world.also_has_code_of(interest, ledger, 1);
    }

    // A song that MusicBrainz does not have; its code stands at somebody else's, of another title and length.
    let loan = AlbumSpec::single(
        &[stranger],
        "Payday Polka",
        "2008-08-08",
        vec![TrackSpec::new("Payday Polka", 131).says(&says::PRODUCER, cast.hollis)],
    );
    let loan = world.album(loan.known(Known::ByIsrc));
    let single = |name: &str, date: &str, seconds| {
        AlbumSpec::single(&whose, name, date, vec![TrackSpec::new(name, seconds).nowhere()]).known(Known::Unknown)
    };
    let audit = world.album(single("Audit Season", "2015-02-13", 247));
    let receipt = world.album(single("Receipt Roll", "2016-02-12", 134));
    if let Some(polka) = world.recording_of(loan, 0) {
        world.also_has_code_of(polka, audit, 0);
        world.also_has_code_of(polka, receipt, 0);
    }
}
