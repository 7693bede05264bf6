//! What each source adds, and that no more of them are asked than can.

use super::*;

#[test]
fn all_sources_together_make_a_profile() {
    let world = world();
    let links = [
        ("social network", "https://www.instagram.com/p/Bx1/"),
        ("social network", "https://www.instagram.com/BennyA/"),
        LINKED,
        ("wikidata", "https://www.wikidata.org/wiki/nonsense"),
    ];
    musicbrainz(&world, &links);
    world.musicbrainz.on(
        &format!("/ws/2/artist/{BJORN}"),
        200,
        &page(BJORN, &[("wikidata", "https://www.wikidata.org/wiki/Q2")]),
    );
    let entities = json!({ "entities": {
        "Q1": { "claims": { "P2003": claim("somebody.else"), "P968": claim("mailto:benny@Example.org"), "P434": claim(BENNY) } },
        "Q2": { "claims": { "P2003": claim("not.his"), "P434": claim(BENNY) } },
    } });
    world
        .wikidata
        .on("/w/api.php?action=wbgetentities&ids=Q1%7CQ2&", 200, &entities);
    account(&world, "bennya", "Piano. mgmt@example.org");
    let mut first = subject(1, Some(BENNY));
    first.profile_version = Some("p1".to_owned());
    first.genius_version = Some("g1".to_owned());
    let outcomes = world.run::<SocialEnrichment>(vec![message(first), message(subject(2, Some(BJORN)))]);
    let benny = profile(&outcomes["1"]);
    assert_eq!(benny.instagram_handle.as_deref(), Some("bennya"));
    assert_eq!(benny.instagram_bio.as_deref(), Some("Piano. mgmt@example.org"));
    assert_eq!(benny.email.as_deref(), Some("benny@example.org"));
    assert_eq!(
        benny.image_url.as_deref(),
        Some("https://scontent.cdninstagram.com/bennya.jpg?oe=1")
    );
    assert_eq!(benny.aliases, ["Göran Bror Benny Andersson"]);
    assert_eq!(
        benny.metadata["sources"],
        json!({ "instagram_handle": "musicbrainz", "instagram_bio": "instagram", "image_url": "instagram", "email": "wikidata" })
    );
    assert_eq!(benny.metadata["instagram"]["followers"], 7);
    assert_eq!(
        (benny.profile_version.as_deref(), benny.genius_version.as_deref()),
        (Some("p1"), Some("g1"))
    );
    assert_eq!((benny.incomplete, &benny.failed), (false, &None));
    assert_eq!(pending(&outcomes["1"]), [""; 0]);
    // The item says that it is somebody else's.
    let bjorn = profile(&outcomes["2"]);
    assert_eq!(bjorn.instagram_handle, None);
    assert_eq!(
        bjorn.failed.as_deref(),
        Some("MusicBrainz and Wikidata know no handle, picture or address")
    );
    assert_eq!(world.wikidata.asked().len(), 1);
    // Benny has a handle, and nothing leads to Björn's page.
    assert_eq!(world.genius.asked(), [""; 0]);
    assert_eq!(world.instagram.asked().len(), 1);
}

#[test]
fn pictures_come_from_the_best_source_that_has_one() {
    let commons = ("image", "https://commons.wikimedia.org/wiki/File:Bj%C3%B6rn_U.jpg#x");
    let of = |links: &[(&str, &str)], claims: Value, page: Option<&str>| {
        let world = world();
        musicbrainz(&world, links);
        wikidata(&world, &claims);
        genius(
            &world,
            101,
            Some("benny"),
            page.unwrap_or("https://assets.genius.com/images/default_avatar_300.png"),
        );
        account(&world, "benny", "Piano");
        let mut subject = subject(1, Some(BENNY));
        subject.genius_artist_ids = vec![101];
        let outcome = run(&world, subject);
        let source = profile(&outcome).metadata["sources"]["image_url"]
            .as_str()
            .unwrap()
            .to_owned();
        (source, profile(&outcome).image_url.clone().unwrap())
    };
    let page = Some("https://images.genius.com/1.jpg");
    let file = "https://commons.wikimedia.org/wiki/Special:FilePath/";
    assert_eq!(
        of(&[LINKED, commons], json!({ "P18": claim("A b.jpg") }), page),
        ("musicbrainz".to_owned(), format!("{file}Bj%C3%B6rn_U.jpg?width=600"))
    );
    assert_eq!(
        of(&[LINKED], json!({ "P18": claim("A b.jpg") }), page),
        ("wikidata".to_owned(), format!("{file}A_b.jpg?width=600"))
    );
    assert_eq!(
        of(&[LINKED], json!({}), page),
        ("genius".to_owned(), "https://images.genius.com/1.jpg".to_owned())
    );
    assert_eq!(of(&[LINKED], json!({}), None).0, "instagram");
}

#[test]
fn an_address_is_theirs_only_where_they_publish_it() {
    let of = |links: &[(&str, &str)], claims: Value, biography: &str| {
        let world = world();
        musicbrainz(&world, links);
        wikidata(&world, &claims);
        account(&world, "benny", biography);
        profile(&run(&world, subject(1, Some(BENNY)))).email.clone()
    };
    let page = ("official homepage", "mailto:page@example.org");
    let item = json!({ "P968": claim("mailto:item@example.org") });
    assert_eq!(
        of(&[HANDLE, LINKED, page], item.clone(), "bio@example.org").as_deref(),
        Some("page@example.org")
    );
    assert_eq!(
        of(&[HANDLE, LINKED], item, "bio@example.org").as_deref(),
        Some("item@example.org")
    );
    assert_eq!(
        of(&[HANDLE], json!({}), "mgmt: Bio@Example.ORG").as_deref(),
        Some("Bio@example.org")
    );
    assert_eq!(of(&[HANDLE], json!({}), "a@example.org, b@example.org"), None);
}

#[test]
fn who_shares_an_account_is_asked_for_once() {
    let world = world();
    world.musicbrainz.on("/ws/2/artist/", 200, &page(BENNY, &[HANDLE]));
    account(&world, "benny", "Both of us");
    let batch = vec![message(subject(1, Some(BENNY))), message(subject(2, Some(BJORN)))];
    let outcomes = world.run::<SocialEnrichment>(batch);
    assert_eq!(world.instagram.asked().len(), 1);
    for outcome in outcomes.values() {
        assert_eq!(profile(outcome).instagram_bio.as_deref(), Some("Both of us"));
    }
}

#[test]
fn an_account_that_is_not_shown_refutes_nothing() {
    let world = world();
    musicbrainz(&world, &[HANDLE]);
    let outcome = run(&world, subject(1, Some(BENNY)));
    let profile = profile(&outcome);
    assert_eq!(profile.instagram_handle.as_deref(), Some("benny"));
    assert_eq!(
        (&profile.instagram_bio, &profile.failed, profile.incomplete),
        (&None, &None, false)
    );
    assert_eq!(pending(&outcome), [""; 0]);
}

#[test]
fn who_is_unknown_fails_only_when_nothing_is_stored() {
    let world = world();
    world.musicbrainz.on("/ws/2/artist", 404, &json!({}));
    let stored = stored(subject(2, Some(BJORN)), &[("image_url", "https://i/1", "wikidata")]);
    let batch = vec![
        message(subject(1, None)),
        message(stored),
        message(subject(3, Some(BENNY))),
    ];
    let outcomes = world.run::<SocialEnrichment>(batch);
    assert_eq!(
        profile(&outcomes["1"]).failed.as_deref(),
        Some("no source knows this person")
    );
    assert_eq!(
        profile(&outcomes["3"]).failed.as_deref(),
        Some("MusicBrainz knows no handle, picture or address")
    );
    assert_eq!(profile(&outcomes["2"]).failed, None);
    assert_eq!(world.musicbrainz.asked().len(), 2);
}

#[test]
fn what_is_off_is_not_missed() {
    let mut world = world();
    musicbrainz(&world, &[LINKED]);
    wikidata(&world, &json!({}));
    world.config.providers.genius = None;
    world.config.providers.instagram = None;
    let mut subject = subject(1, Some(BENNY));
    subject.genius_artist_ids = vec![101];
    let outcome = run(&world, subject);
    assert!(profile(&outcome).failed.is_some());
    assert!(world.genius.asked().is_empty() && world.instagram.asked().is_empty());
}
