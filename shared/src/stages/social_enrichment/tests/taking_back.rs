//! Better sources replace worse ones, and a source takes back what it does not state any more.

use super::*;

#[test]
fn a_better_source_replaces_a_worse_one() {
    let world = world();
    musicbrainz(&world, &[HANDLE, LINKED]);
    wikidata(
        &world,
        &json!({ "P18": claim("A b.jpg"), "P968": claim("mailto:item@example.org") }),
    );
    let before = stored(
        subject(1, Some(BENNY)),
        &[
            ("instagram_handle", "worse", "genius"),
            ("instagram_bio", "Somebody else", "instagram"),
            ("image_url", "https://i/1", "genius"),
            ("email", "worse@example.org", "instagram"),
        ],
    );
    let outcome = run(&world, before);
    let row = profile(&outcome);
    assert_eq!(row.instagram_handle.as_deref(), Some("benny"));
    assert!(row.image_url.as_deref().unwrap().contains("A_b.jpg"));
    assert_eq!(row.email.as_deref(), Some("item@example.org"));
    // It was the other account's.
    assert_eq!(row.cleared, ["instagram_bio"]);
    assert_eq!(
        row.metadata["sources"],
        json!({ "instagram_handle": "musicbrainz", "image_url": "wikidata", "email": "wikidata" })
    );
    // The rest of what is stored is the database's to keep.
    assert_eq!(row.metadata["kept"], Value::Null);
}

#[test]
fn a_worse_source_does_not_replace_a_better_one() {
    let values = [
        ("instagram_handle", "brainz", "musicbrainz"),
        ("instagram_bio", "Piano", "instagram"),
        ("image_url", "https://i/1", "wikidata"),
        ("email", "item@example.org", "wikidata"),
    ];
    let check = |outcome: &Outcome| {
        let row = profile(outcome);
        assert_eq!(
            (&row.instagram_handle, &row.image_url, &row.email),
            (&None, &None, &None)
        );
        assert_eq!((&row.instagram_bio, row.cleared.as_slice()), (&None, &[""; 0][..]));
        let sources = json!({ "instagram_handle": "musicbrainz", "instagram_bio": "instagram", "image_url": "wikidata", "email": "wikidata" });
        assert_eq!(row.metadata["sources"], sources);
    };
    // MusicBrainz has lost the page, so nothing leads to the item either; its account is not shown.
    let world = world();
    world.musicbrainz.on("/ws/2/artist/", 404, &json!({}));
    check(&run(&world, stored(subject(1, Some(BENNY)), &values)));
    // MusicBrainz is off.
    let mut world = self::world();
    world.config.providers.musicbrainz = None;
    let mut before = stored(subject(1, Some(BENNY)), &values);
    before.metadata.as_mut().unwrap()["links"] = json!({ "wikidata": ["https://www.wikidata.org/wiki/Q1"] });
    let claims = json!({ "P2003": claim("wikis"), "P434": claim(BENNY), "P18": claim("1.jpg"), "P968": claim("mailto:item@example.org") });
    wikidata(&world, &claims);
    let outcome = run(&world, before);
    assert_eq!(profile(&outcome).instagram_handle, None);
    assert_eq!(profile(&outcome).metadata["sources"]["instagram_handle"], "musicbrainz");
    // Instagram has a picture and an address, of which neither counts.
    let world = self::world();
    world.musicbrainz.on("/ws/2/artist/", 404, &json!({}));
    account(&world, "brainz", "Piano. me@example.org");
    let outcome = run(&world, stored(subject(1, Some(BENNY)), &values));
    let row = profile(&outcome);
    assert_eq!((&row.image_url, &row.email), (&None, &None));
    assert_eq!(row.instagram_bio.as_deref(), Some("Piano. me@example.org"));
}

#[test]
fn what_its_own_source_does_not_state_any_more_is_taken_back() {
    let values = [
        ("instagram_handle", "not.theirs", "musicbrainz"),
        ("instagram_bio", "Not me", "instagram"),
        ("image_url", "https://scontent/1.jpg", "instagram"),
        ("email", "item@example.org", "wikidata"),
    ];
    // Nobody states another.
    let world = world();
    musicbrainz(&world, &[LINKED]);
    wikidata(&world, &json!({ "P434": claim(BENNY) }));
    let outcome = run(&world, stored(subject(1, Some(BENNY)), &values));
    let row = profile(&outcome);
    assert_eq!(row.cleared, ["instagram_handle", "instagram_bio", "image_url", "email"]);
    assert_eq!(row.metadata["sources"], json!({}));
    assert!(row.failed.is_some());
    assert!(world.instagram.asked().is_empty());
    // The relation has ended, and a worse source states another.
    let world = self::world();
    let mut ended = page(
        BENNY,
        &[("social network", "https://www.instagram.com/not.theirs"), LINKED],
    );
    ended["relations"][0]["ended"] = json!(true);
    world.musicbrainz.on("/ws/2/artist/", 200, &ended);
    wikidata(&world, &json!({ "P2003": claim("theirs"), "P434": claim(BENNY) }));
    account(&world, "theirs", "Me");
    let outcome = run(&world, stored(subject(1, Some(BENNY)), &values));
    let row = profile(&outcome);
    assert_eq!(row.instagram_handle.as_deref(), Some("theirs"));
    assert_eq!(row.instagram_bio.as_deref(), Some("Me"));
    assert_eq!(row.cleared, ["email"]);
    // The item turned out to be somebody else's.
    let world = self::world();
    musicbrainz(&world, &[LINKED, HANDLE]);
    wikidata(
        &world,
        &json!({ "P968": claim("mailto:item@example.org"), "P434": claim(BJORN) }),
    );
    let outcome = run(&world, stored(subject(1, Some(BENNY)), &values[3..]));
    assert_eq!(profile(&outcome).cleared, ["email"]);
}

#[test]
fn what_they_took_off_their_account_is_gone() {
    let values = [
        ("instagram_handle", "benny", "musicbrainz"),
        ("instagram_bio", "Write to me@example.org", "instagram"),
        ("image_url", "https://scontent/1.jpg", "instagram"),
        ("email", "me@example.org", "instagram"),
    ];
    let world = world();
    musicbrainz(&world, &[HANDLE]);
    account(&world, "benny", "");
    let outcome = run(&world, stored(subject(1, Some(BENNY)), &values));
    let row = profile(&outcome);
    assert_eq!(row.cleared, ["instagram_bio", "email"]);
    // The old address is dead by now.
    assert_eq!(
        row.image_url.as_deref(),
        Some("https://scontent.cdninstagram.com/benny.jpg?oe=1")
    );
    // Not shown any more: nothing is known of it.
    let world = self::world();
    musicbrainz(&world, &[HANDLE]);
    let outcome = run(&world, stored(subject(1, Some(BENNY)), &values));
    assert_eq!(profile(&outcome).cleared, [""; 0]);
}

#[test]
fn a_handle_of_genius_is_looked_at_again() {
    let values = [("instagram_handle", "benny", "genius")];
    let again = |handle: Option<&str>| {
        let world = world();
        musicbrainz(&world, &[]);
        genius(&world, 101, handle, "");
        let mut before = stored(subject(1, Some(BENNY)), &values);
        before.genius_artist_ids = vec![101];
        let outcome = run(&world, before);
        let row = profile(&outcome);
        (row.instagram_handle.clone(), row.cleared.clone())
    };
    assert_eq!(again(Some("benny")), (Some("benny".to_owned()), vec![]));
    assert_eq!(again(None), (None, vec!["instagram_handle"]));
    // Genius finds no page of theirs this time: that says nothing of the handle.
    let world = world();
    musicbrainz(&world, &[]);
    let outcome = run(&world, stored(subject(1, Some(BENNY)), &values));
    assert_eq!(profile(&outcome).cleared, [""; 0]);
}

#[test]
fn what_no_source_of_ours_stated_is_replaced_and_never_taken_back() {
    let mut by_hand = subject(1, Some(BENNY));
    by_hand.instagram_handle = Some("by.hand".to_owned());
    by_hand.email = Some("by.hand@example.org".to_owned());
    let world = world();
    musicbrainz(&world, &[]);
    let outcome = run(&world, by_hand.clone());
    assert_eq!(profile(&outcome).cleared, [""; 0]);
    let world = self::world();
    musicbrainz(&world, &[HANDLE]);
    let outcome = run(&world, by_hand);
    assert_eq!(profile(&outcome).instagram_handle.as_deref(), Some("benny"));
    assert_eq!(profile(&outcome).email, None);
}
