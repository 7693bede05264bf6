//! Which recording is taken, and which never is.

use super::*;

fn track(title: &str, isrc: Option<&str>) -> TrackFacts {
    TrackFacts {
        title: Title::read(title),
        isrc: isrc.and_then(Isrc::parse),
        position: Some((1, 3)),
        length_ms: Some(200_000),
        artists: Vec::new(),
        of_album: Versions::default(),
    }
}

fn recording(title: &str, comment: &str, isrc: Option<&str>, position: (u32, u32), length_ms: u64) -> RecordingFacts {
    RecordingFacts {
        title: Title::with_comment(title, comment),
        isrcs: isrc.and_then(Isrc::parse).into_iter().collect(),
        position: Some(position),
        length_ms: Some(length_ms),
        artists: Vec::new(),
        of_album: Versions::default(),
    }
}

const CODE: Option<&str> = Some("GBAHS1400099");

#[test]
fn the_code_counts_more_than_the_place() {
    let recordings = [
        recording("Song", "", None, (1, 3), 200_000),
        recording("Song", "", CODE, (1, 4), 203_000),
    ];
    let (at, matched) = best_match(&track("Song", CODE), &recordings).unwrap();
    assert_eq!((at, matched.by), (1, Reason::Isrc));
}

#[test]
fn of_several_with_the_code_the_same_version_is_taken() {
    let recordings = [
        recording("Song", "club remix", CODE, (1, 3), 200_000),
        recording("Song", "", CODE, (2, 1), 201_000),
    ];
    assert_eq!(best_match(&track("Song", CODE), &recordings).unwrap().0, 1);
    assert_eq!(best_match(&track("Song", CODE), &recordings[..1]), None);
    let live = [
        recording("Song", "", CODE, (1, 1), 200_000),
        recording("Song", "live, 1990", CODE, (1, 2), 200_000),
    ];
    assert_eq!(best_match(&track("Song - Live", CODE), &live).unwrap().0, 1);
}

#[test]
fn a_place_needs_title_version_and_length() {
    let at_its_place =
        |title: &str, length| best_match(&track("Song", None), &[recording(title, "", None, (1, 3), length)]);
    assert_eq!(at_its_place("Song", 204_000).unwrap().1.by, Reason::Position);
    assert_eq!(at_its_place("Song", 206_000), None);
    assert_eq!(at_its_place("Other", 200_000), None);
    assert_eq!(at_its_place("Song (Remix)", 200_000), None);
    let elsewhere = [recording("Song", "", None, (2, 3), 200_000)];
    assert_eq!(best_match(&track("Song", None), &elsewhere), None);
}

#[test]
fn what_was_made_anew_is_not_the_original() {
    for version in [
        "Song (Remix)",
        "Song - Instrumental",
        "Song - Sped Up",
        "Song (Slowed + Reverb)",
        "Song (Karaoke Version)",
        "Song (Velvet's Version)",
        "Song - Demo",
        "Song (Acoustic)",
    ] {
        for recording in [
            recording(version, "", CODE, (1, 3), 200_000),
            recording(version, "", None, (1, 3), 200_000),
        ] {
            assert_eq!(
                best_match(&track("Song", CODE), std::slice::from_ref(&recording)),
                None,
                "{version}"
            );
            assert!(best_match(&track(version, CODE), &[recording]).is_some(), "{version}");
        }
    }
    for edition in [
        "Song - 2011 Remaster",
        "Song (Radio Edit)",
        "Song (Album Version)",
        "Song [Explicit]",
    ] {
        let original = recording("Song", "", None, (1, 3), 200_000);
        let (_, matched) = best_match(&track(edition, None), &[original]).unwrap();
        assert_eq!(matched.evidence_against, [], "{edition}");
    }
}

#[test]
fn without_a_length_the_title_must_be_the_same() {
    let mut unknown = recording("Song", "", None, (1, 3), 0);
    unknown.length_ms = None;
    assert!(best_match(&track("Song", None), std::slice::from_ref(&unknown)).is_some());
    assert!(best_match(&track("Songs of the year", None), &[unknown]).is_none());
}

/// `track` with more that is known of it.
fn by(artist: &str, album: &str, track: TrackFacts) -> TrackFacts {
    TrackFacts {
        artists: vec![artist.to_owned()],
        of_album: crate::domain::titles::versions_of_album(album),
        ..track
    }
}

/// Found by its code, apart from a release.
fn alone(title: &str, comment: &str, length_ms: u64, artist: &str) -> RecordingFacts {
    RecordingFacts {
        position: None,
        artists: vec![artist.to_owned()],
        ..recording(title, comment, CODE, (1, 1), length_ms)
    }
}

#[test]
fn a_wrong_code_does_not_lead_away_from_the_track() {
    let release = [
        recording("Blue Hour", "", None, (1, 3), 200_000),
        recording("Outro", "", CODE, (1, 4), 45_000),
    ];
    let (at, matched) = best_match(&track("Blue Hour", CODE), &release).unwrap();
    assert_eq!((at, matched.by), (0, Reason::Position));
    // Nor does one that stands on the right recording as well.
    let release = [
        recording("Blue Hour", "", CODE, (1, 3), 200_000),
        recording("Outro", "", CODE, (1, 4), 200_000),
    ];
    assert_eq!(best_match(&track("Blue Hour", CODE), &release).unwrap().0, 0);
    // The track's place may hold a recording with another code: other releases of a recording have others.
    let release = [recording(
        "Blue Hour",
        "",
        Isrc::parse("SEAYD7601020").as_ref().map(Isrc::as_str),
        (1, 3),
        200_000,
    )];
    let (_, matched) = best_match(&track("Blue Hour", CODE), &release).unwrap();
    assert_eq!(matched.evidence_against, [Evidence::OtherCode]);
}

#[test]
fn a_lone_hit_must_not_contradict() {
    let wanted = by("Velvet", "Album", track("Song", CODE));
    for (title, length, artist) in [
        ("Song", 200_000, "Velvet"),
        ("Song", 204_000, "The Velvet"),
        ("Song", 210_000, "VELVET"),
        ("SONG", 200_000, "Velvet (BE)"),
        // In another script it can't be told.
        ("Song", 200_000, "ベルベット"),
    ] {
        let found = best_match(&wanted, &[alone(title, "", length, artist)]);
        assert_eq!(
            found.map(|(_, matched)| matched.by),
            Some(Reason::Isrc),
            "{title} {length} {artist}"
        );
    }
    for (title, length, artist) in [
        ("Outro", 200_000, "Velvet"),
        ("Song", 45_000, "Velvet"),
        ("Song", 240_000, "Velvet"),
        ("Song", 200_000, "Somebody"),
        ("Outro", 45_000, "Somebody"),
    ] {
        assert_eq!(
            best_match(&wanted, &[alone(title, "", length, artist)]),
            None,
            "{title} {length} {artist}"
        );
    }
    // Nothing but a code and a title says enough.
    let mut bare = alone("Song", "", 0, "Velvet");
    bare.length_ms = None;
    bare.artists.clear();
    assert!(best_match(&wanted, &[bare]).is_some());
}

#[test]
fn a_code_is_not_refused_for_its_wording() {
    for (shown, title, comment) in [
        ("Song - 2019 Mix", "Song", "2019 stereo mix"),
        ("Song (2015 Mix)", "Song", "2015 mix"),
        ("Song (Instrumental)", "Song", "off vocal"),
        ("Song - Instrumental", "Song (off vocal ver.)", ""),
        ("Song (Live Acoustic)", "Song", "live, acoustic"),
        ("Song (Acoustic) [Live]", "Song", "live, acoustic, 2010-01-01"),
        ("Song", "Song", "part of a “Global, Underground” DJ-mix"),
        ("Song", "Song", "part of “Fabric 12: Live” DJ‐mix"),
        ("Song - Mixed", "Song", "part of a DJ mix"),
        ("Song - Extended Mix", "Song", "extended"),
        ("Song (Extended)", "Song (extended mix)", ""),
        ("Song", "Song", "US mix"),
        ("Song", "Song", "Dolby Atmos mix"),
        ("Song", "Song", "stereo mix"),
        ("Song", "Song", "5.1 mix"),
        ("Song (Only You with Little Mix)", "Song (Only You)", ""),
        ("Song (with Little Mix)", "Song", ""),
        ("Song (feat. Demo Taped)", "Song", ""),
        ("Song [prod. DJ Remix]", "Song", ""),
    ] {
        let wanted = by("Velvet", "Album", track(shown, CODE));
        for recording in [
            alone(title, comment, 201_000, "Velvet"),
            recording(title, comment, CODE, (1, 3), 201_000),
        ] {
            let found = best_match(&wanted, std::slice::from_ref(&recording));
            let close = wanted.title.closeness(&recording.title).is_some();
            assert_eq!(found.is_some(), close, "{shown} / {title} ({comment})");
        }
    }
}

#[test]
fn an_album_says_it_for_all_its_tracks() {
    for (album, comment) in [
        ("Demos", "demo"),
        ("The Attic Demos 1989–1992", "demo, 1990"),
        ("Acoustic Sessions", "acoustic"),
        ("Instrumentals", "instrumental"),
        ("Unplugged", "acoustic, live"),
    ] {
        let of_album = recording("Song", comment, CODE, (1, 3), 200_000);
        let wanted = by("Velvet", album, track("Song", CODE));
        assert!(
            best_match(&wanted, std::slice::from_ref(&of_album)).is_some(),
            "{album}"
        );
        let wanted = by("Velvet", "Other Songs", track("Song", CODE));
        let found = best_match(&wanted, &[of_album]);
        assert_eq!(found, None, "{comment}");
    }
    // A remix' single does not make a remix of the original behind it.
    let wanted = by("Velvet", "Song (Dusk Remix)", track("Song", CODE));
    assert_eq!(
        best_match(&wanted, &[recording("Song (Dusk Remix)", "", CODE, (1, 3), 200_000)]),
        None
    );
}

#[test]
fn a_remix_with_the_code_of_the_original_is_not_the_original() {
    for shown in [
        "Song (Dusk Remix)",
        "Song - Four Tet Edit",
        "Song (X Re-Edit)",
        "Song (Lo-Fi Version)",
        "Song (Drill Version)",
        "Song (Cover Version)",
        "Song (Club Mix)",
    ] {
        let wanted = by("Velvet", "Album", track(shown, CODE));
        for original in [
            alone("Song", "", 200_000, "Velvet"),
            recording("Song", "", CODE, (1, 3), 200_000),
            recording("Song", "album version", CODE, (1, 3), 200_000),
        ] {
            assert_eq!(best_match(&wanted, &[original]), None, "{shown}");
        }
    }
    // Two remixes of one kind are told apart by place, and by the code.
    let here = [recording("Song (Slow Tide Remix)", "", None, (1, 3), 200_000)];
    assert_eq!(
        best_match(&by("Velvet", "Album", track("Song (Dusk Remix)", None)), &here),
        None
    );
}

#[test]
fn the_decision_is_explained() {
    let recordings = [recording("Song", "live, 1990", CODE, (1, 4), 203_000)];
    let (_, matched) = best_match(&track("Song", CODE), &recordings).unwrap();
    assert_eq!(
        matched.evidence_for,
        [Evidence::Code, Evidence::SameTitle, Evidence::Length]
    );
    assert_eq!(
        matched.evidence_against,
        [Evidence::OtherPlace, Evidence::UnsaidVersion]
    );
}

/// The table of weights in the document is the code's.
#[test]
fn the_document_shows_the_weights() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/credits.md");
    let document = std::fs::read_to_string(path).unwrap();
    let shown: Vec<(String, i32)> = document
        .lines()
        .filter_map(|line| {
            let mut cells = line.split('|').map(str::trim).skip(1);
            let name = cells.next()?.strip_prefix('`')?.strip_suffix('`')?.to_owned();
            let weight = cells.next()?.replace('−', "-").replace(['+', '.'], "");
            Some((name, weight.parse().ok()?))
        })
        .collect();
    let weights: Vec<(String, i32)> = Evidence::ALL
        .iter()
        .map(|piece| (piece.as_str().to_owned(), piece.weight()))
        .collect();
    assert_eq!(shown, weights);
    assert!(document.contains(&format!("from **0.{THRESHOLD}** on")));
}
