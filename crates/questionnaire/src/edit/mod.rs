//! A questionnaire as somebody makes it: what the editor shows of it, in one list. What it does not show stays in the
//! questionnaire as it was, by the place from which each question came.

mod acts;
mod differ;
mod of;
mod patch;
mod typed;
mod write;

pub use differ::{Aspect, Difference, differences};
pub use of::{kept, kept_of_form, users};
pub use patch::Patch;
pub use write::offer_code;

use crate::model::Kind;
use crate::words::Words;
use rihla_kernel::Lang;

/// Questions that the editor takes; a larger questionnaire is made elsewhere and taken over as a file.
pub const ENTRIES: usize = 300;
/// Options and conditions of one question that the editor takes.
pub const PARTS: usize = 100;
/// The longest text of one field, in letters.
pub const TEXT: usize = 4_000;

/// Who wrote the draft that this is, and when: parts `at` and `by`.
pub const WRITTEN: &str = "urn:rihla:extension:form-written";
/// Who made this version the one that is filled in, and when.
pub const PUBLISHED: &str = "urn:rihla:extension:form-published";
/// Who took this version out of use, when, and why: parts `at`, `by`, `reason`.
pub const RETIRED: &str = "urn:rihla:extension:form-retired";

/// A text in the languages of [`Lang::ALL`], in their order.
pub type Three = [String; 3];

/// How a question comes by its answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    #[default]
    Hand,
    /// The sum of the points of other questions, once all of them are answered.
    Sum,
    /// An expression in FHIRPath.
    Formula,
}

impl By {
    pub const ALL: [(&'static str, Self); 3] = [("hand", Self::Hand), ("sum", Self::Sum), ("formula", Self::Formula)];

    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(_, by)| *by == self).map_or("hand", |(code, _)| code)
    }
}

/// One of the answers that are offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// Its place among the options of the question from which it came.
    pub source: Option<usize>,
    /// Empty where the answer is no coding.
    pub code: String,
    pub words: Three,
    /// What it counts in a score, as typed.
    pub points: String,
}

/// Another question's answer decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    pub source: Option<usize>,
    /// A linkId.
    pub question: String,
    /// <https://hl7.org/fhir/R4/valueset-questionnaire-enable-operator.html>, with `exists` and `absent` for the two of it.
    pub operator: String,
    /// As typed; the code of an option.
    pub answer: String,
}

/// One question, text or group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    pub link: String,
    /// Its place among all items of the questionnaire from which it came, in the order of the page.
    pub source: Option<usize>,
    /// How many groups it lies in.
    pub depth: usize,
    /// <https://hl7.org/fhir/R4/valueset-item-type.html>
    pub kind: String,
    pub words: Three,
    pub required: bool,
    pub repeats: bool,
    pub options: Vec<Offer>,
    /// Its options are those of a value set.
    pub set: String,
    /// A unit as UCUM writes it.
    pub unit: String,
    pub min: String,
    pub max: String,
    /// One condition is enough; else all have to hold.
    pub any: bool,
    pub when: Vec<Condition>,
    pub by: By,
    /// The linkIds of those whose points are summed.
    pub summed: Vec<String>,
    pub formula: String,
    pub system: String,
    pub code: String,
    /// Begins with the last Observation of its code that is no older: an amount, and a unit of time as UCUM writes it.
    pub since: String,
    pub period: String,
    /// Becomes an Observation of its code.
    pub observed: bool,
}

impl Entry {
    pub fn is(&self) -> Option<Kind> {
        Kind::of(&self.kind)
    }

    pub fn asks(&self) -> bool {
        self.is().is_some_and(Kind::asks)
    }

    pub fn chooses(&self) -> bool {
        self.is().is_some_and(Kind::chooses)
    }

    /// Whether it has limits.
    pub fn counts(&self) -> bool {
        matches!(self.is(), Some(Kind::Integer | Kind::Decimal | Kind::Quantity))
    }

    /// What it says in a language, else in any.
    pub fn said(&self, lang: Lang) -> &str {
        said(&self.words, lang)
    }
}

/// A questionnaire as the editor shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    pub title: Three,
    pub about: Three,
    /// Roles of the pack by whom it is filled in; none: by whoever may fill in forms.
    pub users: Vec<String>,
    pub entries: Vec<Entry>,
}

impl Work {
    pub fn find(&self, link: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.link == link)
    }

    pub fn said(&self, lang: Lang) -> &str {
        said(&self.title, lang)
    }

    /// How many entries lie in this one, itself among them.
    pub(crate) fn length(&self, at: usize) -> usize {
        let depth = self.entries.get(at).map_or(0, |entry| entry.depth);
        1 + self.entries.iter().skip(at + 1).take_while(|entry| entry.depth > depth).count()
    }
}

fn at(lang: Lang) -> usize {
    Lang::ALL.iter().position(|one| *one == lang).unwrap_or(0)
}

fn said(words: &Three, lang: Lang) -> &str {
    let own = words.get(at(lang)).filter(|text| !text.is_empty());
    own.or_else(|| words.iter().find(|text| !text.is_empty())).map_or("", String::as_str)
}

/// The words of a text that was written in `main`.
pub(crate) fn three(words: &Words, main: Lang) -> Three {
    Lang::ALL.map(|lang| words.others.get(&lang).or_else(|| (lang == main).then_some(&words.said)).cloned().unwrap_or_default())
}

/// The other way about: in `main` where it is there, else in the first that is.
pub(crate) fn of_three(three: &Three, main: Lang) -> Words {
    let first = Lang::ALL.into_iter().find(|lang| three.get(at(*lang)).is_some_and(|text| !text.is_empty()));
    let own = if three.get(at(main)).is_some_and(|text| !text.is_empty()) { Some(main) } else { first };
    let text = |lang: Lang| three.get(at(lang)).filter(|text| !text.is_empty()).cloned();
    Words {
        said: own.and_then(text).unwrap_or_default(),
        others: Lang::ALL.into_iter().filter(|lang| *lang != main).filter_map(|lang| Some((lang, text(lang)?))).collect(),
    }
}
