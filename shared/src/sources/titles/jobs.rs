//! What titles call those who made the music: `prod.`, `exec. produced by`, `mixed & mastered by`, `producido por`.

use crate::domain::roles::Role;
use crate::sources::titles::tokens::{Kind, Token};

/// What somebody did, up to where the names begin.
#[derive(Debug, Clone, Copy)]
pub struct Phrase {
    /// Index of the first token of the names.
    pub names: usize,
    /// What it means to the catalogue; `None`: somebody mixed, wrote, assisted.
    pub role: Option<Role>,
    /// With `by` or a colon there is no doubt.
    pub explicit: bool,
    /// `prod.`
    pub dotted: bool,
    /// Index of a preposition that a name may begin with as well: `da`, `de`.
    pub doubtful: Option<usize>,
}

/// Abbreviations behind which names follow at once.
const PROD: [&str; 4] = ["prod", "prods", "прод", "produc"];
/// Behind these `by` or a colon has to follow.
const PRODUCED: [&str; 20] = [
    "produced",
    "producido",
    "producida",
    "produzido",
    "produzida",
    "prodotto",
    "prodotta",
    "produit",
    "produite",
    "produziert",
    "producerad",
    "produceret",
    "produsert",
    "geproduceerd",
    "wyprodukowany",
    "wyprodukowane",
    "produkowane",
    "produkovano",
    "produït",
    "diproduksi",
];
/// Behind these only a colon.
const PRODUCER: [&str; 21] = [
    "producer",
    "producers",
    "producent",
    "producenten",
    "produttore",
    "productor",
    "productores",
    "produtor",
    "producteur",
    "produzent",
    "продюсер",
    "プロデュース",
    "プロデューサー",
    "프로듀서",
    "프로듀싱",
    "prodüktör",
    "yapımcı",
    "tuottaja",
    "παραγωγός",
    "制作人",
    "製作人",
];
/// What others did; behind these names may follow at once.
const OTHER_JOB: [&str; 26] = [
    "mixed",
    "written",
    "composed",
    "recorded",
    "performed",
    "arranged",
    "directed",
    "mastered",
    "mixing",
    "mastering",
    "lyrics",
    "mixdown",
    "mezclado",
    "masterizado",
    "gemischt",
    "gemastert",
    "mixado",
    "masterizada",
    "abgemischt",
    "gemixt",
    "mixage",
    "mixaggio",
    "mixat",
    "miks",
    "miksowanie",
    "masterização",
];
/// What others did, and what may be a name, too: `Master P`.
const OTHER_JOB_BY: [&str; 39] = [
    "mix",
    "master",
    "mast",
    "arr",
    "arrangement",
    "recording",
    "rec",
    "engineered",
    "words",
    "music",
    "vocals",
    "vocal",
    "dir",
    "edited",
    "scratches",
    "mezcla",
    "letra",
    "letras",
    "musica",
    "música",
    "mixagem",
    "mixé",
    "mixato",
    "texte",
    "text",
    "testo",
    "paroles",
    "musik",
    "musique",
    "guitar",
    "guitars",
    "drums",
    "bass",
    "keys",
    "piano",
    "video",
    "artwork",
    "cover",
    "shot",
];

/// What somebody did, as it stands at `at`.
pub fn phrase(tokens: &[Token<'_>], at: usize) -> Option<Phrase> {
    let mut read = job(tokens, at)?;
    let (mut role, mut is_prod) = (read.role, read.is_prod);
    let (mut dotted, mut strong) = (read.dotted, read.strong);
    let mut colon_only = read.colon_only;
    while let Some(next) = after_connectives(tokens, read.end).and_then(|at| job(tokens, at)) {
        read = next;
        role = role.or(next.role);
        is_prod |= next.is_prod;
        dotted = next.dotted;
        // Nobody is called `mix/master`.
        strong |= next.strong || role.is_none();
        colon_only &= next.colon_only;
    }
    let mut names = read.end;
    let (mut by, mut doubtful) = (false, None);
    let times = is_times_for_by(tokens, names);
    if let Some(token) = tokens.get(names).filter(|token| is_by(token) || times) {
        by = true;
        doubtful = (token.key() != "by").then_some(names);
        names += 1;
    }
    let colon = tokens.get(names).is_some_and(|token| token.kind == Kind::Colon);
    names += usize::from(colon);
    let enough = if colon_only {
        colon
    } else {
        by || colon || is_prod || strong
    };
    enough.then_some(Phrase {
        names,
        role,
        explicit: by || colon,
        dotted,
        doubtful,
    })
}

/// A job as it was read. Each flag is about another property of the words, so that no two of them make one state.
#[derive(Clone, Copy)]
#[allow(clippy::struct_excessive_bools)]
struct Job {
    end: usize,
    role: Option<Role>,
    is_prod: bool,
    dotted: bool,
    strong: bool,
    colon_only: bool,
}

fn job(tokens: &[Token<'_>], at: usize) -> Option<Job> {
    let mut role = Some(Role::Producer);
    let mut end = at;
    loop {
        match word(tokens, end)?.as_str() {
            "co" => role = role.and(Some(Role::CoProducer)),
            "exec" | "executive" | "ex" => role = role.and(Some(Role::ExecutiveProducer)),
            // Who assists, or produced what became of it later, has no credit.
            "assistant" | "asst" | "self" | "post" | "pre" | "re" => role = None,
            "additional" | "add" | "vocal" | "vocals" if is_production(&word(tokens, end + 1)?) => {}
            _ => break,
        }
        end += 1;
    }
    let token = tokens.get(end)?;
    let key = token.key();
    let (bare, co) = match key
        .strip_prefix("co")
        .or_else(|| key.strip_prefix("ko"))
        .map(|rest| rest.trim_start_matches('-'))
    {
        Some(rest) if is_production(rest) => (rest.to_owned(), true),
        _ => (key, false),
    };
    if co {
        role = role.and(Some(Role::CoProducer));
    }
    let known = |list: &[&str]| list.contains(&bare.as_str());
    let dotted = token.text.ends_with('.');
    let of = |role, is_prod, strong, colon_only| Job {
        end: end + 1,
        role,
        is_prod,
        dotted: dotted && is_prod,
        strong,
        colon_only,
    };
    if known(&PROD) {
        Some(of(role, true, false, false))
    } else if known(&PRODUCED) {
        Some(of(role, false, false, false))
    } else if known(&PRODUCER) {
        let executive = |word: String| {
            matches!(
                word.as_str(),
                "ejecutivo" | "ejecutiva" | "executivo" | "esecutivo" | "exécutif"
            )
        };
        let job = of(role, false, false, true);
        if word(tokens, end + 1).is_some_and(executive) {
            return Some(Job {
                end: end + 2,
                role: role.and(Some(Role::ExecutiveProducer)),
                ..job
            });
        }
        Some(job)
    } else if end == at && known(&OTHER_JOB) {
        Some(of(None, false, true, false))
    } else if end == at && known(&OTHER_JOB_BY) {
        Some(of(None, false, dotted, false))
    } else {
        None
    }
}

fn is_production(word: &str) -> bool {
    PROD.contains(&word) || PRODUCED.contains(&word) || PRODUCER.contains(&word)
}

fn word(tokens: &[Token<'_>], at: usize) -> Option<String> {
    tokens.get(at).filter(|token| token.is_word()).map(Token::key)
}

/// Behind `,`, `and`, `&` and the like, if there are any.
fn after_connectives(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let is_one = |token: &&Token<'_>| token.kind == Kind::Separator || is_connective(token);
    let count = tokens.get(at..)?.iter().take_while(is_one).count();
    (count > 0).then_some(at + count)
}

/// `and` and `with` in the languages of titles; short foreign ones in lower case only, since initials look like them.
pub fn is_connective(token: &Token<'_>) -> bool {
    const LOWER: [&str; 37] = [
        "y",
        "e",
        "und",
        "et",
        "og",
        "och",
        "i",
        "en",
        "ja",
        "ve",
        "és",
        "con",
        "mit",
        "avec",
        "com",
        "med",
        "met",
        "amb",
        "cu",
        "oraz",
        "și",
        "şi",
        "và",
        "dhe",
        "ir",
        "eta",
        "и",
        "та",
        "і",
        "και",
        "と",
        "和",
        "與",
        "与",
        "及",
        "및",
        "그리고",
    ];
    if !token.is_word() {
        return false;
    }
    let lower = token.text.to_lowercase();
    matches!(lower.as_str(), "and" | "with" | "w/" | "und")
        || LOWER.contains(&token.text)
        || token.shouted && lower.chars().count() > 1 && LOWER.contains(&lower.as_str())
}

/// `by` in the languages of titles. What names begin with as well (`Da Beatminerz`, `De La Soul`) in lower case only.
fn is_by(token: &Token<'_>) -> bool {
    const LOWER: [&str; 26] = [
        "von", "par", "av", "af", "door", "przez", "от", "od", "da", "di", "de", "dal", "dalla", "pelo", "pela", "vom",
        "durch", "per", "oleh", "do", "dos", "das", "del", "dei", "dai", "dagli",
    ];
    if !token.is_word() {
        return false;
    }
    matches!(token.key().as_str(), "by" | "por")
        || LOWER.contains(&token.text)
        || matches!(token.text, "VON" | "PAR" | "DOOR" | "PRZEZ")
}

/// `prod. x Tainy`: Spanish, where the sign is called as the word for `by` is.
fn is_times_for_by(tokens: &[Token<'_>], at: usize) -> bool {
    let follows = |token: &Token<'_>| token.is_word() && !is_connective(token) && !token.text.eq_ignore_ascii_case("x");
    tokens.get(at).is_some_and(|token| token.text == "x") && tokens.get(at + 1).is_some_and(follows)
}

/// Whether a word is a job that somebody whose name follows did, among others' names: `X, mix Y`.
pub fn is_listed_job(tokens: &[Token<'_>], at: usize) -> bool {
    let is_name = |token: &Token<'_>| token.is_word() && token.text.starts_with(|c: char| !c.is_lowercase());
    let separated = at > 0 && (!tokens[at - 1].is_word() || is_connective(&tokens[at - 1]));
    separated && OTHER_JOB_BY.contains(&tokens[at].text) && tokens.get(at + 1).is_some_and(is_name)
}

/// Whether a word in the midst of names says that somebody did something else: `X, Guitars by Y`.
pub fn tells_a_job(token: &Token<'_>) -> bool {
    token.is_word() && (token.text.eq_ignore_ascii_case("by") || matches!(token.text, "por" | "von" | "par"))
}

/// `feat.`
pub fn is_guest(token: &Token<'_>) -> bool {
    token.is_word() && matches!(token.key().as_str(), "feat" | "ft" | "featuring")
}

/// Whether what stands before a credit makes it something else: `Live at Prod. Studio`.
pub fn is_preposition(token: &Token<'_>) -> bool {
    matches!(
        token.text.to_lowercase().as_str(),
        "at" | "in"
            | "from"
            | "of"
            | "the"
            | "for"
            | "a"
            | "an"
            | "on"
            | "to"
            | "by"
            | "and"
            | "self"
            | "live"
            | "en"
            | "im"
    )
}
