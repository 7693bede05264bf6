//! Which names are one, for whom.

use super::*;

#[test]
fn spellings_of_one_name_are_equal() {
    for (one, other) in [
        ("Max Martin", "MAX  MARTIN"),
        ("benny blanco", "Benny Blanco"),
        ("D'Mile", "D’Mile"),
        ("D'Mile", "DMile"),
        ("Ludwig Göransson", "Ludwig Goransson"),
        ("Ludwig Göransson", "Ludwig Go\u{308}ransson"),
        ("A$AP P on the Boards", "ASAP P on the Boards"),
        ("Ke$ha", "Kesha"),
        ("Joey Bada$$", "Joey Badass"),
        ("$$uicide", "ssuicide"),
        ("Mike & Keys", "Mike and Keys"),
        ("Mike＆Keys", "mike and keys"),
        ("Sigur Rós", "sigur ros"),
        ("MØ", "mo"),
        ("Łona", "lona"),
        ("Weiß", "WEISS"),
        ("Æther", "aether"),
        ("Tyler, The Creator", "Tyler The Creator"),
        ("will.i.am", "will.i.am."),
        ("ＡＢＢＡ", "ABBA"),
        ("İlyas", "ilyas"),
        ("I ❤️ U", "I ❤ U"),
        ("☀️ Day", "☀ Day"),
        ("❤️", "❤"),
        ("❤️‍🔥", "❤🔥"),
        ("⭐️⭐️", "⭐⭐"),
    ] {
        assert_eq!(name_key(one), name_key(other), "{one} / {other}");
    }
}

#[test]
fn different_names_stay_different() {
    for (one, other) in [
        ("The Neptunes", "Pharrell Williams"),
        ("Pharrell", "Pharrell Williams"),
        ("!!!", "???"),
        ("が", "か"),
        ("й", "и"),
        ("神前暁", "神前曉"),
        ("❤️", "☀️"),
        ("✌️", "☎️"),
        ("⚡️", "\u{FE0F}"),
        ("♥\u{FE0E}", "♠\u{FE0E}"),
    ] {
        assert_ne!(name_key(one), name_key(other), "{one} / {other}");
    }
}

#[test]
fn what_nobody_sees_is_no_key() {
    for nothing in [
        "",
        " ",
        "\u{FE0F}",
        "\u{FE0E}",
        "\u{200D}",
        "\u{2060}",
        "\u{FEFF}",
        "\u{3164}",
        "\u{115F}",
        "\u{E0041}",
        "\u{E0100}",
        "\u{2800}",
        " \u{FE0F} \u{200B}",
    ] {
        assert_eq!(name_key(nothing), "", "{nothing:?}");
    }
}

#[test]
fn other_scripts_stay_what_they_are() {
    for name in ["神前暁", "пётр ильич чайковский", "方大同", "محمد منير", "हिन्दी"]
    {
        assert_eq!(name_key(name), name);
    }
    assert_eq!(name_key("!!!"), "!!!");
    assert_eq!(name_key(" ÷ "), "÷");
    assert_eq!(name_key(""), "");
}

#[test]
fn full_stops_part_words_where_they_count() {
    for (one, other) in [
        ("J.Cole", "J. Cole"),
        ("Dr.Dre", "Dr. Dre"),
        ("M.I.A.", "M.I.A"),
        ("St.Vincent", "St Vincent"),
    ] {
        assert_eq!(dotted_key(one), dotted_key(other), "{one} / {other}");
    }
    for (one, other) in [("M.I.A.", "Mia"), ("will.i.am", "William"), ("R.E.M.", "Rem")] {
        assert_ne!(dotted_key(one), dotted_key(other), "{one} / {other}");
        assert_eq!(name_key(one), name_key(other), "{one} / {other}");
    }
}

#[test]
fn scripts_have_spellings_of_their_own() {
    for (one, other) in [
        ("ΕΛΕΝΑ", "Έλενα"),
        ("ΜΑΡΙΝΕΛΛΑ", "Μαρινέλλα"),
        ("ΑΛΕΞΙΟΥ", "Αλεξίου"),
        ("ΘΕΟΔΩΡΑΚΗΣ", "Θεοδωράκης"),
        ("Ο ΗΛΙΟΣ", "ο ήλιος"),
        ("Ρωμαϊκή", "ΡΩΜΑΙΚΗ"),
        ("Артём", "Артем"),
        ("ЕГОР ЛЁТОВ", "Егор Летов"),
        ("Зе\u{301}мфира", "Земфира"),
        ("أحمد", "احمد"),
        ("إليسا", "اليسا"),
        ("آمال", "امال"),
        ("محـــمد", "محمد"),
        ("مُحَمَّد", "محمد"),
        ("שָׁלוֹם", "שלום"),
        ("ليلى", "ليلي"),
    ] {
        assert_eq!(spelling_key(one), spelling_key(other), "{one} / {other}");
        assert_eq!(spelling_key(&spelling_key(one)), spelling_key(one), "{one}");
    }
    for (one, other) in [
        ("й", "и"),
        ("ї", "і"),
        ("ў", "у"),
        ("ѓ", "г"),
        ("が", "か"),
        ("ñu", "nú"),
        ("कि", "की"),
    ] {
        let same = name_key(one) == name_key(other);
        assert_eq!(spelling_key(one) == spelling_key(other), same, "{one} / {other}");
    }
}

#[test]
fn people_type_names_shorter() {
    for (typed, name) in [
        ("ACDC", "AC/DC"),
        ("Pink", "P!nk"),
        ("blink182", "blink-182"),
        ("Smashing Pumpkins", "The Smashing Pumpkins"),
        ("Sixx AM", "Sixx:A.M."),
        ("JCole", "J. Cole"),
        ("jay z", "JAY-Z"),
        ("Panic at the disco", "Panic! At The Disco"),
        ("florence the machine", "Florence + The Machine"),
        ("Simon Garfunkel", "Simon & Garfunkel"),
        ("Beatles, The", "The Beatles"),
        ("M", "-M-"),
        ("ελενα", "Έλενα"),
        ("NWA", "N.W.A"),
    ] {
        assert_eq!(typed_key(typed), typed_key(name), "{typed} / {name}");
    }
    for (one, other) in [
        ("Pink", "Pin"),
        ("The The", "The"),
        ("Blink", "blink-182"),
        ("P!nk", "Punk"),
    ] {
        assert_ne!(typed_key(one), typed_key(other), "{one} / {other}");
    }
    assert_eq!(typed_key("!!!"), "");
}

#[test]
fn sites_show_names_with_more_behind_them() {
    for (name, itself, other_script, told_apart) in [
        ("IU (아이유)", "IU", Some("아이유"), false),
        ("아이유 (IU)", "아이유", Some("IU"), false),
        ("Pdogg (피독)", "Pdogg", Some("피독"), false),
        ("Земфира (Zemfira)", "Земфира", Some("Zemfira"), false),
        (
            "宇多田ヒカル（Hikaru Utada）",
            "宇多田ヒカル",
            Some("Hikaru Utada"),
            false,
        ),
        ("Psychonaut (BE)", "Psychonaut", None, true),
        ("Nova (Swedish band)", "Nova", None, true),
        ("Cobalt [UK]", "Cobalt", None, true),
        ("(Sandy) Alex G", "(Sandy) Alex G", None, false),
        ("Sunn O)))", "Sunn O)))", None, false),
        ("Anna (of the North)", "Anna (of the North)", None, false),
        ("(아이유)", "(아이유)", None, false),
    ] {
        let read = shown(name);
        assert_eq!(
            (read.name, read.other_script, read.told_apart),
            (itself, other_script, told_apart),
            "{name}"
        );
    }
}

#[test]
fn one_artist_goes_by_several_spellings() {
    for (one, other) in [
        ("Psychonaut (BE)", "Psychonaut"),
        ("IU (아이유)", "IU"),
        ("IU (아이유)", "아이유"),
        ("The Smashing Pumpkins", "Smashing Pumpkins"),
        ("Smashing Pumpkins", "THE SMASHING PUMPKINS"),
        ("Los Bukis", "Bukis"),
        ("Die Ärzte", "ÄRZTE"),
        ("Έλενα", "ΕΛΕΝΑ"),
        ("Nova (FR)", "Nova"),
        ("Saint JHN (세인트 존)", "Saint JHN"),
        ("The Weeknd (위켄드)", "The Weeknd"),
        ("The Weeknd (위켄드)", "Weeknd"),
        ("Beatles", "The Beatles"),
        ("Nova (US)", "Nova"),
        ("Nova (USA)", "Nova"),
        ("Nova (Rapper)", "Nova"),
        ("Nova (producer)", "Nova"),
        ("Nova (DE)", "Nova"),
        ("Nova (Band)", "Nova"),
        ("Nova [FR]", "Nova"),
        ("Nova（JP）", "Nova"),
        ("Nova (KOR)", "Nova"),
        ("Nova (GER)", "Nova"),
        ("Nova (SWE)", "Nova"),
        ("Nova (UK rapper)", "Nova"),
        ("Nova (DJ)", "Nova"),
        ("Nova (singer)", "Nova"),
        ("Nova (Singer-songwriter)", "Nova"),
        ("Nova (groupe)", "Nova"),
        ("Nova (cantante)", "Nova"),
        ("Nova (artist)", "Nova"),
        ("宇多田ヒカル (Utada Hikaru)", "宇多田ヒカル"),
        ("方大同 (Khalil Fong)", "Khalil Fong"),
        ("Кино (Kino)", "Kino"),
        ("ΛΕΞ (LEX)", "ΛΕΞ"),
        ("IU [아이유]", "IU"),
        ("IU / 아이유", "IU"),
        ("IU / 아이유", "아이유"),
        ("아이유 / IU", "iu"),
        ("아이유/IU", "IU"),
        ("IU - 아이유", "IU (아이유)"),
        ("IU | 아이유", "아이유"),
        ("IU｜아이유", "IU / 아이유"),
        ("周杰倫 – Jay Chou", "Jay Chou"),
        ("Jay Chou · 周杰倫", "周杰倫"),
        ("Кино / Kino", "КИНО"),
        ("Molchat Doma — Молчат Дома", "Молчат дома"),
        ("宇多田ヒカル / Hikaru Utada", "Hikaru Utada"),
        ("أم كلثوم / Umm Kulthum", "Umm Kulthum"),
        ("BLACKPINK (블랙핑크)", "Blackpink"),
    ] {
        assert!(same_artist(one, other), "{one} / {other}");
    }
    for (one, other) in [
        ("The The", "The"),
        ("Psychonaut (BE)", "Psychonauts"),
        ("", ""),
        ("IU", "UI"),
        ("AC/DC", "AC"),
        ("K/DA", "K"),
        ("Jay-Z", "Jay"),
        ("Tegan - Sara", "Tegan"),
        ("A / B", "A"),
        ("T-ARA", "ARA"),
        ("DJ 소울스케이프", "DJ 코난"),
        ("IU / 아이유 / Zico", "Zico"),
        ("神聖-X", "X"),
    ] {
        assert!(!same_artist(one, other), "{one} / {other}");
    }
    for (one, other) in [
        ("A, B & C", "A, B and C"),
        ("A, B & C", "A & B & C"),
        ("A + B", "A & B"),
        ("A / B", "A & B"),
        ("A x B", "A & B"),
        ("A × B", "A & B"),
        ("A; B", "A & B"),
        ("A feat. B", "A & B"),
        ("A ft. B", "A & B"),
        ("A with B", "A & B"),
        ("A y B", "A & B"),
        ("A et B", "A & B"),
        ("A und B", "A & B"),
        ("A vs. B", "A & B"),
        ("A, B, C, D", "A, B, C & D"),
        ("A、B", "A & B"),
        ("A con B", "A & B"),
        ("A e B", "A & B"),
        ("A featuring B", "A & B"),
        ("A • B", "A & B"),
        ("A | B", "A & B"),
        ("A (with B)", "A & B"),
        ("A (feat. B)", "A & B"),
    ] {
        assert_eq!(credit_key(one), credit_key(other), "{one} / {other}");
    }
    assert_eq!(credit_key("A feat. B"), credit_key("A and B"));
    assert_ne!(credit_key("A & B"), credit_key("A & C"));
}

/// By way of the standard library's upper case, which is too heavy for a component.
#[test]
fn folding_is_upper_case_and_back() {
    let by_way_of_upper_case = |name: &str| -> String {
        let visible: String = name.nfkc().filter(|c| !is_invisible(*c)).collect();
        let folded = visible.to_lowercase().to_uppercase().to_lowercase();
        folded.replace('ς', "σ").nfkc().collect()
    };
    for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
        if matches!(c, '\u{B4}' | '\u{1FFD}') {
            continue;
        }
        let mut names = vec![c.to_string()];
        if !c.to_uppercase().eq([c]) || !c.to_lowercase().eq([c]) {
            names.extend([format!("a{c}\u{301}"), format!("{c}\u{323}\u{342}b")]);
        }
        for name in names {
            assert_eq!(folded(&name), by_way_of_upper_case(&name), "{name:?}");
        }
    }
}
