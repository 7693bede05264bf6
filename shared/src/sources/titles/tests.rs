//! Titles that name somebody, and titles that only look like it.

use super::*;

fn names(title: &str) -> Vec<String> {
    names_knowing(title, &[])
}

fn names_knowing(title: &str, known: &[&str]) -> Vec<String> {
    let mut names = KnownNames::default();
    for name in known {
        names.add(name);
    }
    credits(title, &names).into_iter().map(|credit| credit.name).collect()
}

#[test]
fn credits_are_found_where_they_stand() {
    for (title, expected) in [
        ("Song (prod. X)", &["X"][..]),
        ("Song [Prod. by X & Y]", &["X", "Y"]),
        ("Song (produced by X, Y and Z)", &["X", "Y", "Z"]),
        ("Song (Produced by X, Y, and Z)", &["X", "Y", "Z"]),
        ("Song prod: X", &["X"]),
        ("Song prod. X", &["X"]),
        ("Song Prod. by Metro Boomin", &["Metro Boomin"]),
        ("Song (Prod Metro Boomin x Southside)", &["Metro Boomin", "Southside"]),
        ("Song (Prod.X)", &["X"]),
        ("Song (prod.by X)", &["X"]),
        ("Song - prod. X", &["X"]),
        ("Song | prod. X", &["X"]),
        ("Song (feat. G) [prod. X]", &["X"]),
        ("Song (feat. G, prod. by X)", &["X"]),
        ("Song (feat. G prod. X)", &["X"]),
        ("Song (prod. X feat. G)", &["X"]),
        ("Song (prod. X) (Remix)", &["X"]),
        ("Song (PROD. BY X)", &["X"]),
        ("歌（prod. 神前暁）", &["神前暁"]),
        ("Song (prod. X", &["X"]),
        ("Song (prod. X + Y / Z)", &["X", "Y", "Z"]),
        ("Song (prod. \"X\")", &["X"]),
        ("Song (prod. will.i.am)", &["will.i.am"]),
        ("Song (prod. by Salaam Remi.)", &["Salaam Remi"]),
        ("Song (prod. X, x)", &["X"]),
        ("Song (Prod. by X, Mixed by Y)", &["X"]),
    ] {
        assert_eq!(names(title), expected, "{title}");
    }
}

#[test]
fn what_only_looks_like_one_is_none() {
    for title in [
        "Song (Live at Prod. Studio)",
        "Live at Prod. Studio",
        "Song - Live at Prod. Studio",
        "Song (X production)",
        "Song (Production by X)",
        "Song (Producer's Cut)",
        "Prodigal Son",
        "The Prodigy (Prod)",
        "Prod. X",
        "Produced by Love",
        "Song (prod.)",
        "Song (prod. by )",
        "Song (reprod. X)",
        "Song (feat. X)",
        "Song (prod. [unknown])",
        "Song (prod. by Various Artists)",
        "Song (Prod. by me)",
        "Song (Prod. Version)",
        "",
    ] {
        assert!(names(title).is_empty(), "{title}: {:?}", names(title));
    }
}

#[test]
fn known_names_are_kept_whole() {
    let known = ["Tyler, The Creator", "Mike & Keys", "Earth, Wind & Fire"];
    assert_eq!(
        names_knowing("Song (prod. Tyler, the Creator & X)", &known),
        ["Tyler, the Creator", "X"]
    );
    assert_eq!(
        names_knowing("Song (prod. X, Mike and Keys)", &known),
        ["X", "Mike and Keys"]
    );
    assert_eq!(
        names_knowing("Song (prod. Earth, Wind & Fire, Stargate)", &known),
        ["Earth, Wind & Fire", "Stargate"]
    );
    assert_eq!(names("Song (prod. Mike & Keys)"), ["Mike", "Keys"]);
}

#[test]
fn a_name_alone_needs_no_known_names() {
    let listed = |title| {
        credits(title, &KnownNames::default())
            .iter()
            .map(|credit| credit.listed)
            .collect::<Vec<_>>()
    };
    assert_eq!(listed("Song (prod. X)"), [false]);
    assert_eq!(listed("Song (prod. X & Y) [co-prod. Z]"), [true, true, false]);
    assert_eq!(listed("Song (prod. Tyler, The Creator)"), [true, true]);
}

#[test]
fn the_role_is_read_too() {
    let read = credits(
        "Song (prod. X, co-prod. Y) [exec. produced by Z]",
        &KnownNames::default(),
    );
    let read: Vec<_> = read.iter().map(|credit| (credit.name.as_str(), credit.role)).collect();
    assert_eq!(
        read,
        [
            ("X", Role::Producer),
            ("Y", Role::CoProducer),
            ("Z", Role::ExecutiveProducer)
        ]
    );
}

#[test]
fn odd_input_is_read_too() {
    let long = format!("Song (prod. {})", "X & ".repeat(5_000));
    let brackets = "(".repeat(5_000);
    for title in [
        long.as_str(),
        brackets.as_str(),
        "prod",
        "prod.",
        "(prod",
        "İprod. ß & ",
        "(prod. é",
        "x ×prod:ü",
        "prod.by",
        ")(",
    ] {
        let _ = names(title);
    }
    assert!(names(&long).len() <= MOST_NAMES);
}
