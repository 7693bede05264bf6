//! Credits in titles.

use super::*;

#[test]
fn titles_are_read_with_names_known_from_the_album_and_the_catalogue() {
    let mut world = without_genius();
    world.config.providers.musicbrainz = None;
    let setup = Setup {
        titles: vec!["One (prod. Tyler, The Creator & Max)", "Two (Live at Prod. Studio)"],
        known_names: vec!["Tyler, The Creator"],
        ..Setup::default()
    };
    let outcomes = world.run::<ProducerIdentification>(vec![setup.message(1)]);
    let rows = rows(&outcomes["1"]);
    assert_eq!(
        keys(&credited(rows)),
        ["1/title/producer/Max", "1/title/producer/Tyler, The Creator"]
    );
    assert_eq!(
        rows.credits[0].evidence["seen"][0]["url"],
        "https://open.spotify.com/track/t1x1"
    );
    assert!(rows.credits.iter().all(|credit| (credit.confidence - 0.6).abs() < 1e-9));
    assert!(world.musicbrainz.asked().is_empty() && world.spotify.asked().is_empty());
}
