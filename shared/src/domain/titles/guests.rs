//! Guests and credits in titles. They perform or produce, and make no other version of the song.

use crate::domain::names::{credit_key, name_key};
use crate::domain::word_list::Words;

/// Words before a guest that are nothing else.
const FEATURED: Words = Words::of(
    "\
    feat ft featuring featured participação participación partic gościnnie gośc 피처링 피쳐링 starring prod \
    coprod прод",
);

/// Several words before a guest.
const LEADING: [&str; 13] = [
    "junto a ",
    "junto con ",
    "junto com ",
    "insieme a ",
    "insieme con ",
    "together with ",
    "along with ",
    "en duo avec ",
    "en dúo con ",
    "en dueto con ",
    "с участием ",
    "при участии ",
    "совместно с ",
];

/// Articles that a name begins with in other languages than English.
const ARTICLES: Words = Words::of("los las la el le les lo il gli os as die der das den de het det");

/// Words before those who produced it.
const PRODUCED: Words = Words::of(
    "\
    produced coproduced producer producers producido producida produzido produzida prodotto prodotta produit \
    produite produziert producerad produceret produsert geproduceerd wyprodukowany продюсер",
);

/// Words before others who made it, if `by` or a colon follows.
const MADE: Words =
    Words::of("mixed mastered written lyrics composed recorded engineered directed arranged performed music");

/// `with` in the languages in which guests are named so.
const WITH: Words = Words::of("with con avec mit com med met amb cu z vs versus");

/// After `with` these belong to the title: `(With You)`, `(Con Te)`, `(Avec toi)`.
const NOBODY: Words = Words::of(
    "\
    a all an another any every everybody everyone everything friends god her him his it its lots love many me \
    my myself no nobody nothing or our out somebody someone strangers strings that their them these this those \
    u us ya you your yourself orchestra piano choir vocals vocal intro outro lyrics el ella ellos la las los \
    lui lei loro noi voi nosotros te ti tu un una uno voce ele ela mim amor elle eux moi nous toi vous dem der \
    dir euch ihm ihr mir uns deg dig dere toba nim nia mna",
);

/// Whether an addition names a guest or a credit. `artists` are the track's own, which are guests wherever they are named.
pub fn names_a_guest(text: &str, artists: &[String]) -> bool {
    let text = text.trim_start();
    let (word, rest) = first_word(text);
    let lower = word.to_lowercase();
    let followed = rest.starts_with(|c: char| c.is_whitespace() || matches!(c, '.' | ':' | '：' | '/' | '-'));
    let next = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ':' | '：'));
    if FEATURED.has(&lower) || PRODUCED.has(&lower) {
        // `(Feat of Strength)`
        return (followed || next.is_empty()) && !rest.starts_with(" of ");
    }
    let lead = LEADING.iter().find_map(|lead| {
        let head = text.get(..lead.len())?;
        (head.to_lowercase() == **lead).then(|| text[lead.len()..].trim_start())
    });
    if let Some(name) = lead {
        return is_capital(name) || !name.is_ascii();
    }
    if MADE.has(&lower) {
        return rest.trim_start().starts_with([':', '：'])
            || next.to_ascii_lowercase().split(' ').any(|word| word == "by");
    }
    match lower.as_str() {
        "w" | "f" if rest.starts_with('/') => true,
        // `co-prod. X`, `exec. produced by X`, `ex-prod. X`
        "co" | "exec" | "executive" | "ex" | "additional" | "add" | "vocal" => {
            let (word, _) = first_word(next.trim_start_matches(['-', '‐', '‑']));
            let key = name_key(word);
            key == "prod" || PRODUCED.has(&key) || key == "production"
        }
        // Portuguese, for participation; `Part 2` and `Pt. 2` are parts.
        "part" => rest.starts_with('.') && next.starts_with(char::is_alphabetic),
        "duet" | "dueto" | "duetto" | "duett" | "duo" => is_with(next, artists),
        _ => is_with(text, artists),
    }
}

/// `with Little Mix`, `con Ozuna`; not `With You`, `with a smile`, `Con Altura`.
fn is_with(text: &str, artists: &[String]) -> bool {
    let (word, rest) = first_word(text);
    if !WITH.has(&word.to_lowercase()) {
        return false;
    }
    let rest = rest.trim_start_matches('.').trim();
    if is_one_of(rest, artists) {
        return true;
    }
    let (next, behind) = first_word(rest);
    let key = name_key(next);
    // `With The Weeknd`, not `With the Lights On`.
    let article = key == "the" || !is_capital(word) && is_capital(next) && ARTICLES.has(&key);
    let name = if article {
        first_word(behind.trim_start()).0
    } else {
        next
    };
    let capital = is_capital;
    let named = capital(name) && !(article && next == "the" && capital(word)) && (article || !NOBODY.has(&key));
    // In title case `(With Wings)` and `(Con Altura)` are titles; two names after the English word are a guest's.
    let capitals = rest.split_whitespace().filter(|word| capital(word)).count();
    let titled = matches!(word, "With" | "WITH") && capitals > 1 || matches!(word, "Vs" | "VS");
    named && (!capital(word) || titled)
}

fn is_capital(word: &str) -> bool {
    word.chars().next().is_some_and(|c| !c.is_lowercase())
}

/// Whether all whom `names` lists are artists of the track.
fn is_one_of(names: &str, artists: &[String]) -> bool {
    let key = credit_key(names);
    let keys: Vec<String> = artists.iter().map(|artist| credit_key(artist)).collect();
    if key.is_empty() {
        return false;
    }
    let each = names.split([',', '&', '＆', '、']).map(credit_key);
    keys.contains(&key) || each.filter(|key| !key.is_empty()).all(|key| keys.contains(&key))
}

/// The letters in front, and what follows them.
fn first_word(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’'));
    text.split_at(end.unwrap_or(text.len()))
}

/// Cuts `feat. X` and `prod. X` off where they stand without brackets.
pub fn without_guests(text: &str) -> &str {
    // ASCII case only, so that positions stay the same.
    let lower = text.to_ascii_lowercase();
    let cuts = [
        " feat.",
        " feat ",
        " ft.",
        " ft ",
        " featuring ",
        " w/",
        " prod.",
        " prod by ",
        " prod:",
        " produced by ",
        " coprod.",
        " co-prod",
        " exec. prod",
        " exec prod",
        " executive prod",
    ];
    let cut = cuts
        .iter()
        .filter_map(|mark| lower.find(mark))
        .filter(|at| !text[..*at].trim().is_empty() && !lower[*at..].starts_with(" feat of "))
        .min();
    cut.map_or(text, |at| &text[..at])
}
