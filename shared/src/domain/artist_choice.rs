//! Which search hit is the artist that was asked for.

use crate::domain::names::{dotted_key, exact_key, name_key, spelling_key, typed_key};

/// A search hit.
#[derive(Debug, Clone, Copy)]
pub struct Hit<'h> {
    /// As the provider spells it.
    pub name: &'h str,
    /// Absent in Spotify's development mode.
    pub followers: Option<i64>,
    /// Likewise.
    pub popularity: Option<i32>,
}

/// The index of the hit that is `name`. Hits are ranked by popularity, not by name, so only an equal name is acceptable.
/// Among several the closest spelling counts first (`Mia` is not `M.I.A.` where there is a `MIA`, however famous she is),
/// then followers, then popularity, then order.
pub fn choose(name: &str, hits: &[Hit<'_>]) -> Option<usize> {
    let wanted = Keys::of(name);
    let weights = hits.iter().map(|hit| {
        wanted
            .spelling(hit.name)
            .map(|spelling| (spelling, hit.followers, hit.popularity))
    });
    let weights: Vec<_> = weights.collect();
    // The first of equals: `max_by_key` would take the last.
    let fitting = (0..hits.len()).rev().filter(|at| weights[*at].is_some());
    fitting.max_by_key(|at| weights[*at])
}

/// The index of the one hit for which somebody can have typed `name` (`ACDC`, `Pink`). Only for when no hit has the name
/// itself: several that fit are none.
pub fn choose_typed(name: &str, hits: &[Hit<'_>]) -> Option<usize> {
    let key = typed_key(name);
    let mut fitting = (0..hits.len()).filter(|at| !key.is_empty() && typed_key(hits[*at].name) == key);
    let only = fitting.next()?;
    fitting.next().is_none().then_some(only)
}

/// How close a spelling is, the closest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Spelling {
    /// Without what other scripts leave out.
    OtherScript,
    /// As names are compared.
    Key,
    /// With its full stops: `J.Cole` and `J. Cole`.
    Dotted,
    /// Letter by letter, case aside.
    Exact,
}

struct Keys {
    exact: String,
    dotted: String,
    key: String,
    script: String,
}

impl Keys {
    fn of(name: &str) -> Self {
        Self {
            exact: exact_key(name),
            dotted: dotted_key(name),
            key: name_key(name),
            script: spelling_key(name),
        }
    }

    fn spelling(&self, name: &str) -> Option<Spelling> {
        let other = Self::of(name);
        if other.key.is_empty() {
            None
        } else if self.exact == other.exact {
            Some(Spelling::Exact)
        } else if self.dotted == other.dotted {
            Some(Spelling::Dotted)
        } else if self.key == other.key {
            Some(Spelling::Key)
        } else {
            (self.script == other.script).then_some(Spelling::OtherScript)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(name: &str, followers: Option<i64>, popularity: Option<i32>) -> Hit<'_> {
        Hit {
            name,
            followers,
            popularity,
        }
    }

    #[test]
    fn only_an_equal_name_is_acceptable() {
        let hits = [
            hit("Genesis Owusu", Some(9), Some(90)),
            hit("Genesis", Some(1), Some(1)),
        ];
        assert_eq!(choose("genesis", &hits), Some(1));
        assert_eq!(choose("Genesi", &hits), None);
        assert_eq!(choose("Genesis", &[]), None);
    }

    #[test]
    fn among_namesakes_followers_then_popularity_then_order() {
        let hits = [
            hit("Air", Some(5), Some(99)),
            hit("AIR", Some(7), Some(1)),
            hit("Air", None, Some(100)),
        ];
        assert_eq!(choose("Air", &hits), Some(1));
        let without_followers = [
            hit("Air", None, Some(1)),
            hit("Air", None, Some(2)),
            hit("Air", None, Some(2)),
        ];
        assert_eq!(choose("Air", &without_followers), Some(1));
        let bare = [hit("Air", None, None), hit("Air", None, None)];
        assert_eq!(choose("Air", &bare), Some(0));
    }

    #[test]
    fn the_closest_spelling_goes_before_followers() {
        let hits = [
            hit("M.I.A.", Some(9_000_000), Some(80)),
            hit("MÍA", Some(8), Some(8)),
            hit("MIA", Some(7), Some(7)),
        ];
        assert_eq!(choose("Mia", &hits), Some(2));
        assert_eq!(choose("m.i.a.", &hits), Some(0));
        assert_eq!(choose("M.I.A", &hits), Some(0));
        assert_eq!(choose("Mia", &hits[..1]), Some(0));
        let hits = [hit("Björk", Some(5), None), hit("Bjork", Some(1), None)];
        assert_eq!((choose("bjork", &hits), choose("BJÖRK", &hits)), (Some(1), Some(0)));
    }

    #[test]
    fn an_initial_needs_no_space() {
        for (typed, name) in [
            ("J.Cole", "J. Cole"),
            ("Dr.Dre", "Dr. Dre"),
            ("mr.oizo", "Mr. Oizo"),
            ("B.o.B", "B.o.B"),
        ] {
            let glued = typed.replace('.', "");
            let hits = [hit(&glued, Some(9), None), hit(name, Some(1), None)];
            assert_eq!(choose(typed, &hits), Some(1), "{typed}");
            assert_eq!(choose(typed, &hits[1..]), Some(0), "{typed}");
        }
    }

    #[test]
    fn a_symbol_is_no_other_symbol() {
        let hits = [
            hit("☀️", Some(9), None),
            hit("❤", Some(1), None),
            hit("\u{FE0F}", Some(99), None),
        ];
        assert_eq!(choose("❤️", &hits), Some(1));
        assert_eq!(choose("✌️", &hits), None);
        assert_eq!(choose("\u{FE0F}", &hits), None);
    }

    #[test]
    fn other_scripts_are_found_in_either_spelling() {
        for (typed, name) in [
            ("ΕΛΕΝΑ", "Έλενα"),
            ("Артем", "Артём"),
            ("احمد", "أحمد"),
            ("محمد", "محـمد"),
        ] {
            let hits = [hit("Elena", Some(9), None), hit(name, Some(1), None)];
            assert_eq!(choose(typed, &hits), Some(1), "{typed}");
            assert_eq!(choose(name, &[hit(typed, None, None)]), Some(0), "{typed}");
        }
    }

    #[test]
    fn names_are_found_as_people_type_them() {
        for (typed, name) in [
            ("Beyonce", "Beyoncé"),
            ("Motley Crue", "Mötley Crüe"),
            ("asap rocky", "A$AP Rocky"),
            ("ty dolla sign", "Ty Dolla $ign"),
            ("guns n roses", "Guns N' Roses"),
            ("earth wind and fire", "Earth, Wind & Fire"),
            ("twenty one pilots", "Twenty Øne Piløts"),
            ("alt j", "alt-J"),
            ("altj", "alt-J"),
            ("mgmt", "M.G.M.T."),
            ("1975", "The 1975"),
            ("Bukis", "Los Bukis"),
            ("Ärzte", "Die Ärzte"),
            ("Rita Mitsouko", "Les Rita Mitsouko"),
            ("toten hosen", "Die Toten Hosen"),
            ("oreja de van gogh", "La Oreja de Van Gogh"),
            ("paralamas do sucesso", "Os Paralamas do Sucesso"),
            ("curren$y", "Curren$y"),
            ("currensy", "Curren$y"),
            ("kesha", "Ke$ha"),
            ("Sunn O", "Sunn O)))"),
            ("sunno", "Sunn O)))"),
            ("wuthering", "Wuthering"),
            ("will i am", "will.i.am"),
            ("william", "will.i.am"),
            ("deadmau5", "deadmau5"),
            ("u2", "U2"),
            ("d angelo", "D'Angelo"),
            ("dangelo", "D'Angelo"),
            ("oneil", "O'Neil"),
            ("hall oates", "Hall & Oates"),
            ("Ain't No Mountain", "Aint No Mountain"),
            ("tlc", "T.L.C."),
            ("R E M", "R.E.M."),
            ("rem", "R.E.M."),
            ("5sos", "5SOS"),
            ("m83", "M83"),
            ("*NSYNC", "NSYNC"),
            ("nsync", "*NSYNC"),
            ("a-ha", "a‐ha"),
            ("aha", "a-ha"),
            ("Bjork", "Björk"),
            ("Goeransson", "Göransson"),
            ("Mo", "MØ"),
            ("Simon and Garfunkel", "Simon & Garfunkel"),
            ("The Streets", "Streets"),
            ("h.e.r.", "H.E.R."),
            ("her", "H.E.R."),
            ("Sigur Ros", "Sigur Rós"),
            ("Aerzte", "Ärzte"),
            ("Ｐ！ｎｋ", "P!nk"),
            ("Panic at the disco", "Panic! at the Disco"),
            ("Godspeed You Black Emperor", "Godspeed You! Black Emperor"),
            ("wham", "Wham!"),
            ("therapy", "Therapy?"),
            ("Jay Z", "JAŸ-Z"),
            ("Guns and Roses", "Guns N' Roses"),
            ("Salt and Pepa", "Salt-N-Pepa"),
            ("Florence and the Machine", "Florence + The Machine"),
            ("Mamas and the Papas", "The Mamas & The Papas"),
            ("Notorious BIG", "The Notorious B.I.G."),
            ("weeknd", "The Weeknd"),
            ("ac-dc", "AC/DC"),
            ("Sixx AM", "Sixx:A.M."),
            ("m", "-M-"),
            ("Sinead O Connor", "Sinéad O'Connor"),
            ("Huesker Due", "Hüsker Dü"),
            ("Roeyksopp", "Röyksopp"),
            ("Run DMC", "Run–D.M.C."),
            ("Queensryche", "Queensrÿche"),
            ("Angele", "Angèle"),
            ("Mc Solaar", "MC Solaar"),
            ("Zaz", "ZAZ"),
            ("Αλκίνοος Ιωαννίδης", "ΑΛΚΙΝΟΟΣ ΙΩΑΝΝΙΔΗΣ"),
            ("Алена Швец", "Алёна Швец."),
            ("فيروز", "فَيْرُوز"),
        ] {
            let hits = [hit(name, None, None)];
            let found = choose(typed, &hits).or_else(|| choose_typed(typed, &hits));
            assert_eq!(found, Some(0), "{typed} / {name}");
        }
    }

    #[test]
    fn what_is_typed_leads_to_the_only_one_whom_it_can_mean() {
        for (typed, name) in [
            ("ACDC", "AC/DC"),
            ("Pink", "P!nk"),
            ("blink182", "blink-182"),
            ("Smashing Pumpkins", "The Smashing Pumpkins"),
        ] {
            let hits = [hit("Tribute to many", Some(9), None), hit(name, Some(1), None)];
            assert_eq!(choose(typed, &hits), None, "{typed}");
            assert_eq!(choose_typed(typed, &hits), Some(1), "{typed}");
            let upper = name.to_uppercase();
            let two = [hit(name, Some(1), None), hit(&upper, Some(9), None)];
            assert_eq!(choose_typed(typed, &two), None, "{typed}");
        }
        assert_eq!(choose_typed("!!!", &[hit("???", None, None)]), None);
    }
}
