//! Producers whose id at MusicBrainz was merged into another.

use super::*;

const BEFORE: &str = "b8a7c51f-362c-4dcb-a259-bc6e0095f0a6";

#[test]
fn the_id_of_the_page_is_taken_over_and_an_item_with_the_former_one_is_still_theirs() {
    let world = world();
    world
        .musicbrainz
        .on_redirect(
            &format!("/ws/2/artist/{BEFORE}"),
            &format!("http://musicbrainz.test/ws/2/artist/{BENNY}?inc=url-rels+aliases&fmt=json"),
        )
        .on(&format!("/ws/2/artist/{BENNY}"), 200, &page(BENNY, &[LINKED]));
    wikidata(&world, &json!({ "P434": claim(BEFORE), "P2003": claim("benny") }));
    let outcome = run(&world, subject(1, Some(BEFORE)));
    let row = profile(&outcome);
    assert_eq!(row.musicbrainz_id.as_deref(), Some(BENNY));
    assert_eq!(row.instagram_handle.as_deref(), Some("benny"));

    // Later, when the catalogue has taken the id over.
    let mut later = subject(1, Some(BENNY));
    later.former_musicbrainz_ids = vec![BEFORE.to_owned()];
    let outcome = run(&world, later);
    let row = profile(&outcome);
    assert_eq!(
        (&row.musicbrainz_id, row.instagram_handle.as_deref()),
        (&None, Some("benny"))
    );

    // Without that, the item is somebody else's.
    let outcome = run(&world, subject(1, Some(BENNY)));
    assert_eq!(profile(&outcome).instagram_handle, None);
}

#[test]
fn a_redirect_to_another_host_is_refused_and_named() {
    let world = world();
    let elsewhere = format!("https://elsewhere.example/ws/2/artist/{BENNY}");
    world.musicbrainz.on_redirect("/ws/2/artist/", &elsewhere);
    let outcome = run(&world, subject(1, Some(BEFORE)));
    let (failure, _, counts) = crate::stages::testing::retry(&outcome);
    assert_eq!((failure.code, counts), ("provider_redirected", true));
    assert!(failure.message.contains("elsewhere.example"), "{failure}");
}
