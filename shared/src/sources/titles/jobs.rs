//! What titles call those who made the music: `prod.`, `exec. produced by`, `mixed & mastered by`, `producido por`.

use crate::domain::roles::Role;
use crate::domain::word_list::Words;
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
const PROD: Words = Words::of("prod prods прод produc");
/// Behind these `by` or a colon has to follow.
const PRODUCED: Words = Words::of(
    "\
    produced producido producida produzido produzida prodotto prodotta produit produite produziert producerad \
    produceret produsert geproduceerd wyprodukowany wyprodukowane produkowane produkovano produït diproduksi",
);
/// Behind these only a colon.
const PRODUCER: Words = Words::of(
    "\
    producer producers producent producenten produttore productor productores produtor producteur produzent \
    продюсер プロデュース プロデューサー 프로듀서 프로듀싱 prodüktör yapımcı tuottaja παραγωγός 制作人 製作人",
);
/// What others did; behind these names may follow at once.
const OTHER_JOB: Words = Words::of(
    "\
    mixed written composed recorded performed arranged directed mastered mixing mastering lyrics mixdown \
    mezclado masterizado gemischt gemastert mixado masterizada abgemischt gemixt mixage mixaggio mixat miks \
    miksowanie masterização",
);
/// What others did, and what may be a name, too: `Master P`.
const OTHER_JOB_BY: Words = Words::of(
    "\
    mix master mast arr arrangement recording rec engineered words music vocals vocal dir edited scratches \
    mezcla letra letras musica música mixagem mixé mixato texte text testo paroles musik musique guitar guitars \
    drums bass keys piano video artwork cover shot strings sax violin synth synths choir beat cuts scratch gitarre \
    gitarren schlagzeug klavier gesang chor guitare guitares batterie claviers guitarra guitarras bateria batería \
    bajo baixo teclados chitarra chitarre basso tastiere voce voces voix",
);

/// What somebody did, as it stands at `at`.
pub fn phrase(tokens: &[Token<'_>], at: usize) -> Option<Phrase> {
    let mut read = job(tokens, at)?;
    let (mut role, mut is_prod) = (read.role, read.is_prod);
    let (mut dotted, mut strong) = (read.dotted, read.strong);
    let mut colon_only = read.colon_only;
    let mut foreign = read.foreign;
    // `mixed & mastered by`, `strings arranged by`
    let follows = |read: Job| {
        let next = after_connectives(tokens, read.end).and_then(|at| job(tokens, at));
        let beside = || job(tokens, read.end).filter(|next| read.role.is_none() && next.role.is_none() && next.strong);
        next.or_else(beside)
    };
    while let Some(next) = follows(read) {
        read = next;
        role = role.or(next.role);
        is_prod |= next.is_prod;
        dotted = next.dotted;
        // Nobody is called `mix/master`.
        strong |= next.strong || role.is_none();
        colon_only &= next.colon_only;
        foreign |= next.foreign;
    }
    let mut names = read.end;
    let (mut by, mut doubtful) = (false, None);
    let times = is_times_for_by(tokens, names);
    if let Some(token) = tokens.get(names).filter(|_| times || is_by(tokens, names, foreign)) {
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
    /// A word of another language than English, behind which its word for `by` has to follow.
    foreign: bool,
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
    let known = |list: Words| list.has(&bare);
    let dotted = token.text.ends_with('.');
    let of = |role, is_prod, strong, colon_only| Job {
        end: end + 1,
        role,
        is_prod,
        dotted: dotted && is_prod,
        strong,
        colon_only,
        foreign: known(PRODUCED) && bare != "produced",
    };
    if known(PROD) {
        Some(of(role, true, false, false))
    } else if known(PRODUCED) {
        Some(of(role, false, false, false))
    } else if known(PRODUCER) {
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
    } else if end == at && known(OTHER_JOB) {
        Some(of(None, false, true, false))
    } else if end == at && known(OTHER_JOB_BY) {
        Some(of(None, false, dotted, false))
    } else {
        None
    }
}

fn is_production(word: &str) -> bool {
    PROD.has(word) || PRODUCED.has(word) || PRODUCER.has(word)
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

/// `and` and `with` in the languages of titles; short foreign ones in lower case only, since initials and names look like
/// them.
pub fn is_connective(token: &Token<'_>) -> bool {
    const ANY_CASE: Words = Words::of("and with w/ und et och og oraz avec mit");
    const LOWER: Words = Words::of(
        "\
        y e und et og och i en ja ve és con mit avec com med met amb cu oraz și şi và dhe ir eta и та і και と \
        和 與 与 及 및 그리고",
    );
    if !token.is_word() {
        return false;
    }
    let lower = token.text.to_lowercase();
    ANY_CASE.has(&lower) || LOWER.has(token.text) || token.shouted && lower.chars().count() > 1 && LOWER.has(&lower)
}

/// `by` in the languages of titles. What names begin with as well (`Da Beatminerz`, `De La Soul`) in lower case only, but
/// for where a name cannot follow at once (`Prodotto Da Mace`). What is hardly ever a name's beginning (`Prod. Von Lucry`)
/// in any case, if a name follows.
fn is_by(tokens: &[Token<'_>], at: usize, foreign: bool) -> bool {
    const ANY_CASE: Words = Words::of("von vom par av af door durch przez pelo pela от");
    const LOWER: Words = Words::of(
        "\
        von par av af door przez от od da di de dal dalla pelo pela vom durch per oleh do dos das del dei dai \
        dagli",
    );
    let Some(token) = tokens.get(at).filter(|token| token.is_word()) else {
        return false;
    };
    let key = token.key();
    let named = tokens
        .get(at + 1)
        .is_some_and(|next| next.is_word() && !is_connective(next));
    matches!(key.as_str(), "by" | "por")
        || LOWER.has(token.text)
        || named && (ANY_CASE.has(&key) || foreign && LOWER.has(&key))
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
    separated && OTHER_JOB_BY.has(tokens[at].text) && tokens.get(at + 1).is_some_and(is_name)
}

/// Whether a word in the midst of a name says that somebody did something else: `Guitars by Y`, `beats von Y`, but not
/// `Anna von Hausswolff`.
pub fn tells_a_job(tokens: &[Token<'_>], at: usize) -> bool {
    let token = &tokens[at];
    let of_a_name = || tokens[at - 1].text.starts_with(char::is_uppercase);
    let tells = token.text.eq_ignore_ascii_case("by") || token.text == "por";
    token.is_word() && (tells || matches!(token.text, "von" | "par") && !of_a_name())
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
