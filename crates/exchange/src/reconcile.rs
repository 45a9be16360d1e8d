//! Whose message this is. What is not certain is asked of a person.
//!
//! | rule | |
//! |---|---|
//! | RC-1 | A number that one patient bears, and traits that do not disagree: it is theirs. |
//! | RC-2 | Numbers that two patients bear: ask. |
//! | RC-3 | A number that nobody bears: new on a channel that keeps patients, if the message says who it is; else ask. |
//! | RC-4 | Traits that disagree: ask, whatever the number says. |
//! | RC-5 | What cannot be compared (another script, nothing said) does not disagree. |

use crate::datatype::identifier::Number;
use crate::movement::Person;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Somebody in the record who bears one of the numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    pub id: String,
    pub numbers: Vec<Number>,
    /// Family and given names, in all the ways in which they are written.
    pub names: Vec<(String, String)>,
    pub birth_date: String,
    pub sex: String,
}

/// What is to be done with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Theirs(String),
    New,
    /// A person decides. `code` is stable; `why` is for them.
    Ask {
        code: &'static str,
        why: String,
    },
}

/// How sure a channel is of its patients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Real care: nobody is filed by guess. `keeps_patients`: the sender is where patients are first known.
    Live { keeps_patients: bool },
    /// An import or a trial: unknown numbers make new patients.
    Filling,
}

/// Whether two names may be of one person. Nothing if they cannot be compared. The pack's rules of names go here.
pub trait Likeness: Send + Sync {
    fn alike(&self, one: &str, other: &str) -> Option<bool>;
}

/// Letters alone: case, accents and signs do not count, and one letter in four may differ.
#[derive(Clone, Copy, Debug, Default)]
pub struct ByLetters;

impl Likeness for ByLetters {
    fn alike(&self, one: &str, other: &str) -> Option<bool> {
        let (one, other) = (folded(one), folded(other));
        if one.is_empty() || other.is_empty() || is_latin(&one) != is_latin(&other) {
            return None;
        }
        // A composite name may be written in part.
        let whole = near(&one.concat(), &other.concat());
        Some(whole || one.iter().any(|it| other.iter().any(|its| near(it, its))))
    }
}

pub fn judge(told: &Person, known: &[Known], trust: Trust, likeness: &dyn Likeness) -> Verdict {
    match known {
        [] => unknown(told, trust),
        [one] => match disagreements(told, one, likeness) {
            reasons if reasons.is_empty() || trust == Trust::Filling => Verdict::Theirs(one.id.clone()),
            reasons => Verdict::Ask { code: "RH-EX-TRAITS", why: format!("The number is known, and the person is another one: {}.", reasons.join("; ")) },
        },
        several => {
            let ids: Vec<_> = several.iter().map(|it| it.id.as_str()).collect();
            Verdict::Ask { code: "RH-EX-SEVERAL", why: format!("The numbers of this message belong to {} different patients ({}).", ids.len(), ids.join(", ")) }
        }
    }
}

fn unknown(told: &Person, trust: Trust) -> Verdict {
    let says_who = !told.names.is_empty();
    match trust {
        Trust::Live { keeps_patients: true } | Trust::Filling if says_who => Verdict::New,
        Trust::Live { keeps_patients: true } | Trust::Filling => {
            Verdict::Ask { code: "RH-EX-NAMELESS", why: "Nobody here has this number, and the message does not say who it is.".to_owned() }
        }
        Trust::Live { .. } => Verdict::Ask { code: "RH-EX-UNKNOWN", why: "Nobody here has this number.".to_owned() },
    }
}

/// Sentences on what disagrees; none if nothing does.
fn disagreements(told: &Person, known: &Known, likeness: &dyn Likeness) -> Vec<String> {
    let mut found = Vec::new();
    // Partial dates agree if one is the beginning of the other.
    let days = (told.birth_date.as_str(), known.birth_date.as_str());
    if !days.0.is_empty() && !days.1.is_empty() && !days.0.starts_with(days.1) && !days.1.starts_with(days.0) {
        found.push(format!("born {} and not {}", days.0, days.1));
    }
    let certain = |sex: &str| matches!(sex, "male" | "female");
    if certain(&told.sex) && certain(&known.sex) && told.sex != known.sex {
        found.push(format!("{} and not {}", told.sex, known.sex));
    }
    // Families change their names; who shares a family and a birthday may be a twin. So given names count by themselves.
    if differ(told, known, likeness, |it| it.1.as_str()) {
        found.push(format!("given name {} and not {}", first(&told.names).1, first(&known.names).1));
    } else if differ(told, known, likeness, |it| it.0.as_str()) && !found.is_empty() {
        found.push(format!("family name {} and not {}", first(&told.names).0, first(&known.names).0));
    }
    found
}

fn first(names: &[(String, String)]) -> (&str, &str) {
    names.first().map_or(("", ""), |(family, given)| (family, given))
}

/// Whether names could be compared and none was like another.
fn differ(told: &Person, known: &Known, likeness: &dyn Likeness, part: impl Fn(&(String, String)) -> &str) -> bool {
    let pairs = told.names.iter().flat_map(|one| known.names.iter().map(move |other| (one, other)));
    let compared: Vec<bool> = pairs.filter_map(|(one, other)| likeness.alike(part(one), part(other))).collect();
    !compared.is_empty() && !compared.contains(&true)
}

/// Words without case, accents and signs.
fn folded(name: &str) -> Vec<String> {
    let plain: String = name.nfkd().filter(|it| !is_combining_mark(*it)).flat_map(char::to_lowercase).collect();
    plain.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

fn is_latin(words: &[String]) -> bool {
    words.iter().flat_map(|it| it.chars()).any(|it| it.is_ascii_alphabetic())
}

/// At most one letter in four differs, is missing or stands in another place.
fn near(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().take(64).collect(), other.chars().take(64).collect());
    let most = one.len().max(other.len()) / 4;
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (place, letter) in one.iter().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(place + 1);
        for (index, its) in other.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let change = at(&row, index) + usize::from(letter != its);
            next.push(change.min(at(&row, index + 1) + 1).min(at(&next, index) + 1));
        }
        row = next;
    }
    row.last().is_some_and(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(family: &str, given: &str, birth_date: &str, sex: &str) -> Person {
        Person { names: vec![(family.into(), given.into())], birth_date: birth_date.into(), sex: sex.into(), ..Person::default() }
    }

    fn known() -> Known {
        let names = vec![("El Fassi".into(), "Mohammed Amine".into()), ("الفاسي".into(), "محمد أمين".into())];
        Known { id: "p1".into(), names, birth_date: "1980-05-17".into(), sex: "male".into(), ..Known::default() }
    }

    #[test]
    fn traits_decide_whether_a_number_is_believed() {
        let live = Trust::Live { keeps_patients: false };
        let cases = [
            (person("EL-FASSI", "Mohamed", "1980-05-17", "male"), true),
            (person("الفاسي", "محمد", "1980", "male"), true),
            (person("Bennis", "Mohamed Amine", "1980-05", "unknown"), true),
            (person("", "", "", ""), true),
            (person("El Fassi", "Mohamed", "1981-05-17", "male"), false),
            (person("El Fassi", "Yassine", "1980-05-17", "male"), false),
            (person("El Fassi", "Mohamed", "1980-05-17", "female"), false),
            (person("الفاسي", "ياسين", "1980-05-17", "male"), false),
        ];
        for (told, theirs) in cases {
            let verdict = judge(&told, &[known()], live, &ByLetters);
            assert_eq!(verdict == Verdict::Theirs("p1".into()), theirs, "{told:?} {verdict:?}");
        }
    }

    #[test]
    fn nobody_is_made_or_chosen_by_guess() {
        let told = person("El Fassi", "Mohamed", "1980-05-17", "male");
        let nameless = Person::default();
        let code = |told: &Person, known: &[Known], trust| match judge(told, known, trust, &ByLetters) {
            Verdict::Ask { code, .. } => code,
            Verdict::New => "new",
            Verdict::Theirs(_) => "theirs",
        };
        assert_eq!(code(&told, &[], Trust::Live { keeps_patients: false }), "RH-EX-UNKNOWN");
        assert_eq!(code(&told, &[], Trust::Live { keeps_patients: true }), "new");
        assert_eq!(code(&nameless, &[], Trust::Live { keeps_patients: true }), "RH-EX-NAMELESS");
        assert_eq!(code(&told, &[known(), Known { id: "p2".into(), ..known() }], Trust::Filling), "RH-EX-SEVERAL");
    }
}
