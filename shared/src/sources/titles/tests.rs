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
fn what_others_did_is_no_name() {
    for (title, expected) in [
        ("Song (prod. and mixed by Ana Bell)", &["Ana Bell"][..]),
        ("Song (prod. & mixed Ana Bell)", &["Ana Bell"]),
        ("Song (Produced and Mixed by X)", &["X"]),
        ("Song (Mixed and Produced by X)", &["X"]),
        ("Song (Written, produced & performed by X)", &["X"]),
        ("Song (Written & Prod. by X)", &["X"]),
        ("Song (Produced, Mixed & Mastered by X & Y)", &["X", "Y"]),
        ("Song (Prod. X, mixed & mastered by Y)", &["X"]),
        ("Song (Prod. by X, Mix & Master by Y)", &["X"]),
        ("Song (Prod. by X, Mix and Master by Y)", &["X"]),
        ("Song (Prod. X, lyrics by Y)", &["X"]),
        ("Song (Prod. X / Lyrics: Y)", &["X"]),
        ("Song (Prod. X, Guitars by Y)", &["X"]),
        ("Song (Prod. X mixed by Y)", &["X"]),
        ("Song (Prod. X & mastered by Y)", &["X"]),
        ("Song (Prod. X, Mix. Y)", &["X"]),
        ("Song (Mixed by Y, prod. X)", &["X"]),
        ("Song (lyrics by Y, produced by X)", &["X"]),
        ("Song (Prod. X, letra de Y)", &["X"]),
        ("Song (Prod. X, mezclado por Y)", &["X"]),
        ("Song (Mixed by Y)", &[]),
        ("Song (Mastered by Prod Y)", &[]),
        ("Song (prod. by)", &[]),
        ("Song (prod. por)", &[]),
        ("Song (prod. and mixed by)", &[]),
        ("Song (Prod. Mix Master Mike)", &["Mix Master Mike"]),
        ("Song (prod. Master P)", &["Master P"]),
        ("Song [prod. DJ Remix]", &["DJ Remix"]),
        ("Song [prod. Velvet Remix]", &[]),
        ("Song (post-prod. X)", &[]),
        ("Song (self-produced by X)", &[]),
    ] {
        assert_eq!(names(title), expected, "{title}");
    }
}

#[test]
fn other_languages_name_producers_too() {
    for (title, expected) in [
        ("Canción (Prod. por Tainy)", &["Tainy"][..]),
        ("Canción (Producido por Tainy y Sky)", &["Tainy", "Sky"]),
        ("Canção (Produzido por X e Y)", &["X", "Y"]),
        ("Canzone (prod. da X e Y)", &["X", "Y"]),
        ("Canzone (prodotto da X)", &["X"]),
        ("Canzone (prod. di X)", &["X"]),
        ("Lied (prod. von Lucry)", &["Lucry"]),
        ("Lied (produziert von Lucry und Suena)", &["Lucry", "Suena"]),
        ("Chanson (prod. par X et Y)", &["X", "Y"]),
        ("Chanson (prod. de X)", &["X"]),
        ("Låt (prod. av X och Y)", &["X", "Y"]),
        ("Sang (prod. af X og Y)", &["X", "Y"]),
        ("Pjesma (prod. X i Y)", &["X", "Y"]),
        ("Nummer (geproduceerd door X en Y)", &["X", "Y"]),
        ("Песня (прод. X и Y)", &["X", "Y"]),
        ("曲（プロデュース：X）", &["X"]),
        ("Song (prod. Da Beatminerz)", &["Da Beatminerz"]),
        ("Song (prod. De La Soul)", &["De La Soul"]),
        ("Song (prod. by Ye)", &["Ye"]),
        ("Song (prod. E & Y)", &["E", "Y"]),
    ] {
        assert_eq!(names(title), expected, "{title}");
    }
    assert_eq!(
        names_knowing("Song (prod. da Beatminerz)", &["Da Beatminerz"]),
        ["da Beatminerz"]
    );
    assert_eq!(
        names_knowing("Song (prod. Wisin y Yandel)", &["Wisin y Yandel"]),
        ["Wisin y Yandel"]
    );
}

#[test]
fn names_are_parted_where_they_end() {
    for (title, expected) in [
        (
            "Song (Prod. Lil Nas X & Take a Daytrip)",
            &["Lil Nas X", "Take a Daytrip"][..],
        ),
        (
            "Song (Prod. Lil Nas X x Take a Daytrip)",
            &["Lil Nas X", "Take a Daytrip"],
        ),
        (
            "Song (Prod. Lil Nas X and Take a Daytrip)",
            &["Lil Nas X", "Take a Daytrip"],
        ),
        (
            "Song (Prod. Take a Daytrip x Lil Nas X)",
            &["Take a Daytrip", "Lil Nas X"],
        ),
        ("Song (Prod. Malcolm X, Y)", &["Malcolm X", "Y"]),
        ("Song (prod. A|B)", &["A", "B"]),
        ("Song (prod. A | B)", &["A", "B"]),
        ("Song (prod. A・B)", &["A", "B"]),
        ("歌 (prod. ジョン・レノン)", &["ジョン・レノン"]),
        ("Song (prod. X w/ Y)", &["X", "Y"]),
        ("Song (prod. X with Y)", &["X", "Y"]),
        ("Song (prod. X/Y)", &["X", "Y"]),
        ("Song (prod. Tainy/Sky Rompiendo)", &["Tainy", "Sky Rompiendo"]),
        ("Song (prod. AC/DC)", &["AC/DC"]),
        ("Song (prod. M/A/R/R/S)", &["M/A/R/R/S"]),
        ("Song (prod. R&B King)", &["R&B King"]),
        ("Song (prod. Nova&Kilo)", &["Nova", "Kilo"]),
        ("Song (prod. X × Y)", &["X", "Y"]),
        ("Song (prod. X、Y)", &["X", "Y"]),
        ("Song［prod. X］", &["X"]),
        ("Song〔prod. X〕", &["X"]),
        ("Song <prod. X>", &["X"]),
        ("Song「prod. X」", &["X"]),
        ("Song (feat.Ado) (prod.X)", &["X"]),
        ("Song (feat.Ado, prod.X)", &["X"]),
        ("Song - prod. X | Official Video", &["X"]),
        ("Song (prod. William & will.i.am)", &["William", "will.i.am"]),
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
fn roles_are_read_however_they_are_spelled() {
    for (title, role) in [
        ("Song (Exec-produced by X)", Role::ExecutiveProducer),
        ("Song (Ex. Prod. by X)", Role::ExecutiveProducer),
        ("Song (Ex-prod. X)", Role::ExecutiveProducer),
        ("Song (exec.prod. X)", Role::ExecutiveProducer),
        ("Song (Executive Producer: X)", Role::ExecutiveProducer),
        ("Song (executive-produced by X)", Role::ExecutiveProducer),
        ("Song (coprod. X)", Role::CoProducer),
        ("Song (co.prod. X)", Role::CoProducer),
        ("Song (Coproduced by X)", Role::CoProducer),
        ("Song (Co-Produced & Mixed by X)", Role::CoProducer),
        ("Song (coproducido por X)", Role::CoProducer),
        ("Song (Co-producers: X)", Role::CoProducer),
        ("Song (Exec. Producer: X)", Role::ExecutiveProducer),
        ("Song (EXECUTIVE PRODUCED BY X)", Role::ExecutiveProducer),
        ("Song (CO-PROD X)", Role::CoProducer),
        ("Song (Co‐prod. X)", Role::CoProducer),
        ("Song (koproduziert von X)", Role::CoProducer),
        ("Song (coproduit par X)", Role::CoProducer),
        ("Song (coproduzido por X)", Role::CoProducer),
        ("Song (co-prodotto da X)", Role::CoProducer),
        ("Song (Productor ejecutivo: X)", Role::ExecutiveProducer),
        ("Song (Exec. Prods: X)", Role::ExecutiveProducer),
        ("Song (Co-Producer : X)", Role::CoProducer),
        ("Song (Producer: X)", Role::Producer),
        ("Song (add. prod. X)", Role::Producer),
        ("Song (vocal produced by X)", Role::Producer),
    ] {
        let read = credits(title, &KnownNames::default());
        let read: Vec<_> = read.iter().map(|credit| (credit.name.as_str(), credit.role)).collect();
        assert_eq!(read, [("X", role)], "{title}");
    }
    assert!(names("Song (assistant producer: X)").is_empty());
}

const IN_OTHER_WORDS: &[(&str, &[&str])] = &[
    ("Song (Exec. Producer: X)", &["X"]),
    ("Song (EXEC. PRODUCER: X)", &["X"]),
    ("Song (Exec Prod: X)", &["X"]),
    ("Song （Prod. X）", &["X"]),
    ("Song【Prod. X】", &["X"]),
    ("Song『prod. X』", &["X"]),
    ("Song《prod. X》", &["X"]),
    ("Song〖prod. X〗", &["X"]),
    ("Song｛prod. X｝", &["X"]),
    ("Song {prod. X}", &["X"]),
    ("Song〈prod. X〉", &["X"]),
    ("Song｟prod. X｠", &["X"]),
    ("Song (prod. X ve Y)", &["X", "Y"]),
    ("Song (prod. X ja Y)", &["X", "Y"]),
    ("Song (prod. X és Y)", &["X", "Y"]),
    ("Song (prod. X și Y)", &["X", "Y"]),
    ("Song (prod. X şi Y)", &["X", "Y"]),
    ("Song (prod. X và Y)", &["X", "Y"]),
    ("Song (prod. X ir Y)", &["X", "Y"]),
    ("Song (prod. X oraz Y)", &["X", "Y"]),
    ("Song (prod. X dhe Y)", &["X", "Y"]),
    ("Song (prod. X i Y)", &["X", "Y"]),
    ("Song (prod. X eta Y)", &["X", "Y"]),
    ("Song (PROD. X UND Y)", &["X", "Y"]),
    ("Song (prod. X amb Y)", &["X", "Y"]),
    ("Song (prod. X cu Y)", &["X", "Y"]),
    ("Song (prod. X med Y)", &["X", "Y"]),
    ("Song (prod. X met Y)", &["X", "Y"]),
    ("Song (prod. X avec Y)", &["X", "Y"]),
    ("Song (prod. X と Y)", &["X", "Y"]),
    ("Song (prod. X 和 Y)", &["X", "Y"]),
    ("Song (prod. X 與 Y)", &["X", "Y"]),
    ("Song (prod. X 与 Y)", &["X", "Y"]),
    ("Song (prod. X 및 Y)", &["X", "Y"]),
    ("Song (prod. od X)", &["X"]),
    ("Song (prod. przez X)", &["X"]),
    ("Song (prod. oleh X)", &["X"]),
    ("Song (prod. per X)", &["X"]),
    ("Song (prod. dos X)", &["X"]),
    ("Song (prod. do X)", &["X"]),
    ("Song (prod. del X)", &["X"]),
    ("Song (prod. dai X)", &["X"]),
    ("Song (prod. dagli X)", &["X"]),
    ("Song (Prod. Por X)", &["X"]),
    ("Song (Prod. By X)", &["X"]),
    ("Song (Prod. Da X)", &["Da X"]),
    ("Song (produit et mixé par X)", &["X"]),
    ("Song (Producido y mezclado por X)", &["X"]),
    ("Song (produziert und gemischt von X)", &["X"]),
    ("Song (prodotto e mixato da X)", &["X"]),
    ("Song (Produzido e mixado por X)", &["X"]),
    ("Song (prod. & miks X)", &["X"]),
    ("Song (prod. X, miks Y)", &["X"]),
    ("Song (prod. X, mix/master Y)", &["X"]),
    ("Song (prod. X, skrecze: Y)", &["X"]),
    ("Song (prod. X, cuty: Y)", &["X"]),
    ("Song (diproduksi oleh X)", &["X"]),
    ("Song (прод. от X)", &["X"]),
    ("Song (продюсер X)", &[]),
    ("Song (Продюсер: X)", &["X"]),
    ("Song (Tuottaja: X)", &["X"]),
    ("Song (Yapımcı: X)", &["X"]),
    ("Song (Prodüktör: X)", &["X"]),
    ("Song (制作人：X)", &["X"]),
    ("Song (프로듀싱: X)", &["X"]),
    ("Song (Productores: X y Y)", &["X", "Y"]),
    ("Song (produït per X)", &["X"]),
    ("Song (produceradt av X)", &[]),
    ("Song (prod: X)", &["X"]),
    ("Song (Prod.: X)", &["X"]),
    ("Song (PROD:X)", &["X"]),
    ("Song (prod. @X)", &["X"]),
    ("Song (Prod. x Bizarrap)", &["Bizarrap"]),
    ("Song (prod. by: X)", &["X"]),
    ("Song (Produced By: X)", &["X"]),
    ("Song (prod. X · Y)", &["X", "Y"]),
    ("Song (prod. X • Y)", &["X", "Y"]),
    ("Song (prod. X // Y)", &["X", "Y"]),
    ("Song (prod. X ✕ Y)", &["X", "Y"]),
    ("Song (prod. X ✖️ Y)", &["X", "Y"]),
    ("Song (prod. X; Y)", &["X", "Y"]),
    ("Song (prod. X х Y)", &["X", "Y"]),
    ("Song (prod. X X Y)", &["X", "Y"]),
    ("Song (prod. X ⨯ Y)", &["X", "Y"]),
    ("Song (prod. X \\ Y)", &["X", "Y"]),
    ("Song (prod. X ／ Y)", &["X", "Y"]),
    ("Song (prod. X ￤ Y)", &["X", "Y"]),
    ("Song (prod. X ∙ Y)", &["X", "Y"]),
    ("Song (prod. X ‧ Y)", &["X", "Y"]),
    ("Song (prod. X + Y)", &["X", "Y"]),
    ("Song (prod. X n Y)", &["X n Y"]),
    ("Song (prod. X 'n' Y)", &["X 'n' Y"]),
    ("Song (prod. Nova ❌ Kilo)", &["Nova", "Kilo"]),
    ("Song (prod, mix & master by X)", &["X"]),
    ("Song (Prod., Mix & Master: X)", &["X"]),
    ("Song (prod. & arr. by X)", &["X"]),
    ("Song (prod/mix by X)", &["X"]),
    ("Song (prod/mix X)", &["X"]),
    ("Song (mix & prod. X)", &["X"]),
    ("Song (words & music by Y, prod. X)", &["X"]),
    ("Song (prod. X, Cover art by Y)", &["X"]),
    ("Song (prod. X, shot by Y)", &["X"]),
    ("Song (prod. X, dir. Y)", &["X"]),
    ("Song (prod. X, dir. by Y)", &["X"]),
    ("Song (prod. X, directed by Y)", &["X"]),
    ("Song (prod. X, scratches by Y)", &["X"]),
    ("Song (prod. X, Gitarre: Y)", &["X"]),
    ("Song (prod. X / Mezcla: Y)", &["X"]),
    ("Song (prod. X, Testo: Y)", &["X"]),
    ("Song (prod. X, Mix: Y, Master: Z)", &["X"]),
    ("Song (prod. X, saxophone by Y)", &["X"]),
    ("Song (prod. X | mix Y)", &["X"]),
    ("Song (prod. X, gemixt von Y)", &["X"]),
    ("Song (prod. X, mixat de Y)", &["X"]),
    ("Song (prod. X, mixed/mastered by Y)", &["X"]),
    ("Song (prod. X, mixage Y)", &["X"]),
    ("Song (prod. X, mastering: Y)", &["X"]),
    ("Song (Prod. X, Masterizado por Y)", &["X"]),
    ("Song (prod. X, Masterização: Y)", &["X"]),
    ("Song (prod. X, written with Y)", &["X"]),
    ("Song (prod. X ft Y)", &["X"]),
    ("Song (prod. X, feat Y)", &["X"]),
    ("Song (prod. X ft. Y)", &["X"]),
    ("Song (prod. X featuring Y)", &["X"]),
    ("Song (prod. X Feat. Y)", &["X"]),
    ("Song (ft Y prod X)", &["X"]),
    ("Song ft. Y (prod. X)", &["X"]),
    ("Song (avec Y, prod. X)", &["X"]),
    ("Song (con Y; prod. por X)", &["X"]),
    ("Song (feat. Y) prod. by X", &["X"]),
    ("Song ft. Y prod. by X", &["X"]),
    ("Song feat. Y, prod. X", &["X"]),
    ("Song (Prod. X) ", &["X"]),
    ("Song (prod. X).", &["X"]),
    ("Song (prod. by X & me)", &["X"]),
    ("Song (prod. unknown)", &[]),
    ("Song (prod. Unknown Artist)", &[]),
    ("Song (prod. self)", &[]),
    ("Song (prod. ???)", &[]),
    ("Song (prod. TBA)", &[]),
    ("Song (prod. various artists)", &[]),
    ("Song (prod. 2019)", &[]),
    ("Song (prod. in London)", &[]),
    ("Song (prod. London)", &["London"]),
    ("Song (produced in 2019)", &[]),
    ("Song (produced for Netflix)", &[]),
    ("Song (Producer Edit)", &[]),
    ("Song (Producer Mix)", &[]),
    ("Song (Prod. Remix)", &[]),
    ("Song (prod. by X) [Official Video]", &["X"]),
    ("Song (Official Video) prod. X", &["X"]),
];

#[test]
fn other_words_signs_and_widths_name_producers_too() {
    for &(title, expected) in IN_OTHER_WORDS {
        assert_eq!(names(title), expected, "{title}");
    }
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
