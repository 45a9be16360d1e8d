//! Searches, each with its answer by the model.

use crate::model::{Content, FAMILIES, Lens, Model};
use std::collections::BTreeSet;

/// One search and how the model answers it.
pub struct Question {
    pub ty: &'static str,
    pub text: String,
    /// Ids in any order.
    pub ids: BTreeSet<String>,
    /// What the answer is ordered by: `None` stands last whichever way.
    pub order: Option<Order>,
}

pub struct Order {
    pub descending: bool,
    pub rank_of: Vec<(String, Option<u8>)>,
}

fn ids<'m>(found: impl Iterator<Item = (&'m str, &'m Content)>) -> BTreeSet<String> {
    found.map(|(id, _)| id.to_string()).collect()
}

/// The search that number `pick` names; the other numbers are its values.
pub fn question(model: &Model, lens: &Lens, pick: u8, a: u8, b: u8) -> Question {
    let observations = |text: String, keep: &dyn Fn(&Content) -> bool| Question {
        ty: "Observation",
        text,
        ids: ids(model.live(lens, "Observation").filter(|(_, content)| keep(content))),
        order: None,
    };
    let (code, family, day, patient, performer) = (a % 4, usize::from(b % 3), b % 28 + 1, format!("p{}", b % 5), format!("d{}", b % 3));
    let begins = FAMILIES[family][..3].to_lowercase();
    match pick % 24 {
        0 => observations(format!("code=c{code}"), &|one| one.has_code(code)),
        1 => observations(format!("subject=Patient/{patient}"), &|one| one.subject() == Some(&patient)),
        2 => observations(format!("patient={patient}&code=urn:c|c{code}"), &|one| one.subject() == Some(&patient) && one.has_code(code)),
        3 => observations(format!("date=ge2024-01-{day:02}"), &|one| one.day().is_some_and(|found| found >= day)),
        4 => observations(format!("date=lt2024-01-{day:02}&code=c{code}"), &|one| one.day().is_some_and(|found| found < day) && one.has_code(code)),
        5 => observations(format!("performer=Practitioner/{performer}&code=c{code}"), &|one| one.performer() == Some(&performer) && one.has_code(code)),
        6 => {
            observations(format!("patient.family={begins}"), &|one| one.subject().is_some_and(|id| family_of(model.seen(lens, "Patient", id)) == Some(family)))
        }
        7 => observations(format!("performer:Practitioner.family={begins}&code=c{code}"), &|one| {
            one.has_code(code) && one.performer().is_some_and(|id| family_of(model.seen(lens, "Practitioner", id)) == Some(family))
        }),
        8 => observations(format!("code:not=c{code}"), &|one| !one.has_code(code)),
        9 => observations(format!("date:missing=true&value-quantity=gt{b}"), &|one| one.day().is_none() && one.value() > b),
        10 => observations(format!("value-quantity=lt{b}&performer:missing=false"), &|one| one.value() < b && one.performer().is_some()),
        11 => Question {
            ty: "Patient",
            text: format!("family={begins}"),
            ids: ids(model.live(lens, "Patient").filter(|(_, one)| family_of(Some(one)) == Some(family))),
            order: None,
        },
        12 => Question {
            ty: "Patient",
            text: format!("_has:Observation:patient:code=c{code}"),
            ids: ids(model
                .live(lens, "Patient")
                .filter(|(id, _)| model.live(lens, "Observation").any(|(_, one)| one.has_code(code) && one.subject() == Some(id)))),
            order: None,
        },
        13 => Question {
            ty: "Practitioner",
            text: format!("_has:Observation:performer:patient={patient}&family={begins}"),
            ids: ids(model.live(lens, "Practitioner").filter(|(id, own)| {
                family_of(Some(own)) == Some(family)
                    && model.live(lens, "Observation").any(|(_, one)| one.subject() == Some(&patient) && one.performer() == Some(id))
            })),
            order: None,
        },
        14 => sorted(model, observations(format!("_sort=-date&code=c{code}"), &|one| one.has_code(code)), true, Content::day),
        15 => sorted(model, observations(format!("_sort=date&patient={patient}"), &|one| one.subject() == Some(&patient)), false, Content::day),
        _ => more(model, lens, pick, a, b),
    }
}

/// Lists of values, spans, several orders, and all there is.
fn more(model: &Model, lens: &Lens, pick: u8, a: u8, b: u8) -> Question {
    let of = |ty: &'static str, text: String, keep: &dyn Fn(&str, &Content) -> bool| Question {
        ty,
        text,
        ids: ids(model.live(lens, ty).filter(|(id, content)| keep(id, content))),
        order: None,
    };
    let (code, next, family, from) = (a % 4, (a % 4 + 1) % 4, usize::from(b % 3), b % 20 + 1);
    let to = from + 8;
    match pick % 24 {
        16 => of("Observation", format!("code=c{code},c{next}"), &|_, one| one.has_code(code) || one.has_code(next)),
        17 => of("Observation", format!("date=ge2024-01-{from:02}&date=le2024-01-{to:02}"), &|_, one| one.day().is_some_and(|day| (from..=to).contains(&day))),
        18 => of("Patient", format!("gender={}&_id=p{},p{}", if b.is_multiple_of(2) { "male" } else { "female" }, a % 5, b % 5), &|id, one| {
            matches!(one, Content::Patient { male, .. } if *male == (b.is_multiple_of(2))) && (id == format!("p{}", a % 5) || id == format!("p{}", b % 5))
        }),
        19 => of("Practitioner", format!("name={}", FAMILIES[family].to_lowercase()), &|_, one| family_of(Some(one)) == Some(family)),
        20 => sorted(model, of("Observation", "_sort=-value-quantity".into(), &|_, _| true), true, |one| Some(one.value())),
        21 => sorted(model, of("Patient", "_sort=family,-_lastUpdated".into(), &|_, _| true), false, |one| family_of(Some(one)).map(|family| family as u8)),
        22 => of("Observation", format!("subject=Patient/p{},Patient/p{}&code:not=c{code}", a % 5, b % 5), &|_, one| {
            !one.has_code(code) && one.subject().is_some_and(|id| id == format!("p{}", a % 5) || id == format!("p{}", b % 5))
        }),
        _ => of(["Patient", "Observation", "Practitioner"][usize::from(a) % 3], String::new(), &|_, _| true),
    }
}

/// `None` stands last whichever way.
fn sorted(model: &Model, question: Question, descending: bool, rank: fn(&Content) -> Option<u8>) -> Question {
    let rank_of = model.live(&Lens::default(), question.ty).map(|(id, one)| (id.to_string(), rank(one))).collect();
    Question { order: Some(Order { descending, rank_of }), ..question }
}

fn family_of(content: Option<&Content>) -> Option<usize> {
    match content {
        Some(Content::Patient { family, .. } | Content::Practitioner { family }) => Some(*family % FAMILIES.len()),
        _ => None,
    }
}

impl Content {
    fn has_code(&self, wanted: u8) -> bool {
        matches!(self, Self::Observation { code, .. } if *code == wanted)
    }

    pub fn day(&self) -> Option<u8> {
        if let Self::Observation { day, .. } = self { *day } else { None }
    }

    fn value(&self) -> u8 {
        if let Self::Observation { value, .. } = self { *value } else { 0 }
    }

    pub fn subject(&self) -> Option<&str> {
        if let Self::Observation { subject, .. } = self { subject.as_deref() } else { None }
    }

    pub fn performer(&self) -> Option<&str> {
        if let Self::Observation { performer, .. } = self { performer.as_deref() } else { None }
    }
}

impl Question {
    /// Whether an answer is right: each once, and in order.
    pub fn judge(&self, found: &[String]) -> Result<(), String> {
        let set: BTreeSet<String> = found.iter().cloned().collect();
        if set != self.ids || set.len() != found.len() {
            return Err(format!("{}?{}: {found:?} is not {:?}", self.ty, self.text, self.ids));
        }
        let Some(order) = &self.order else { return Ok(()) };
        let ranks: Vec<Option<u8>> = found.iter().map(|id| order.rank_of.iter().find(|(known, _)| known == id).and_then(|(_, rank)| *rank)).collect();
        let place = |rank: &Option<u8>| rank.map_or(i16::MAX, |rank| if order.descending { -i16::from(rank) } else { i16::from(rank) });
        if ranks.is_sorted_by_key(place) { Ok(()) } else { Err(format!("{}?{}: {found:?} of ranks {ranks:?} is out of order", self.ty, self.text)) }
    }
}
