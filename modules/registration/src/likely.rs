//! Who may be the same person: with the reasons, field by field.

use crate::person::Shown;
use crate::typed::{Typed, patient};
use askama::Template;
use rihla_matching::{Field, Grade, Level, Verdict, Warning};
use rihla_web::text::Voice;
use rihla_web::{Desk, Refusal, key};

/// Records that are named.
const SHOWN: usize = 6;

/// One record that may be the same person's.
pub struct Likely {
    pub person: Option<Shown>,
    pub grade: Grade,
    pub reasons: Reasons,
}

/// What agrees, what does not, and what to beware of, in words.
#[derive(Clone, Debug, Default)]
pub struct Reasons {
    pub grade: String,
    pub for_it: Vec<String>,
    pub against: Vec<String>,
    pub warnings: Vec<String>,
}

#[derive(Template)]
#[template(path = "registration/likely.html")]
pub struct List<'l> {
    pub voice: &'l Voice,
    pub all: Vec<Likely>,
    /// Enough was typed to look.
    pub looked: bool,
    /// Not everybody could be looked at yet.
    pub incomplete: bool,
}

/// Who may be the person of a form, if enough was typed to look; and whether everybody was looked at.
pub fn find(desk: &Desk, typed: &Typed) -> Result<(Vec<Likely>, bool), Refusal> {
    if !enough(typed) {
        return Ok((Vec::new(), true));
    }
    let (found, complete) = desk.who_may_be(&patient(typed, desk.house.pack(), None), SHOWN)?;
    let likely = |one: rihla_web::Found| Likely { person: Shown::of(desk, &one.id), grade: one.verdict.grade, reasons: reasons(&desk.voice, &one.verdict) };
    Ok((found.into_iter().map(likely).collect(), complete))
}

/// Whether there is enough to look for somebody: a name and something beside it, or a number.
pub fn enough(typed: &Typed) -> bool {
    let said = |text: &str| text.trim().chars().count() >= 2;
    let family = said(&typed.family) || said(&typed.family_ar);
    let given = said(&typed.given) || said(&typed.given_ar);
    typed.numbers().next().is_some() || (family && given) || ((family || given) && (typed.birth_date().is_some() || said(&typed.phone)))
}

/// The records that have to be looked at before somebody new is written down, as one text.
pub fn to_look_at(all: &[Likely]) -> String {
    let ids = all.iter().filter(|one| one.grade <= Grade::Probable).map(|one| one.person.as_ref().map_or("-", |person| person.id.as_str()));
    ids.collect::<Vec<_>>().join(" ")
}

pub fn reasons(voice: &Voice, verdict: &Verdict) -> Reasons {
    let grade = match verdict.grade {
        Grade::Certain => key!("registration-grade-certain"),
        Grade::Probable => key!("registration-grade-probable"),
        Grade::Possible | Grade::CertainlyNot => key!("registration-grade-possible"),
    };
    let mut out = Reasons { grade: voice.t(grade), ..Reasons::default() };
    for evidence in &verdict.evidence {
        let Some(field) = field_key(evidence.field) else { continue };
        let words = voice.ta(level_key(evidence.level), &[("field", voice.t(field).as_str())]);
        let list = if evidence.level.agrees() { &mut out.for_it } else { &mut out.against };
        if !list.contains(&words) {
            list.push(words);
        }
    }
    out.warnings = verdict.warnings.iter().map(|warning| voice.t(warning_key(*warning))).collect();
    out.warnings.dedup();
    out
}

fn field_key(field: Field) -> Option<&'static str> {
    Some(match field {
        Field::Given => key!("registration-field-given"),
        Field::Family => key!("registration-field-family"),
        Field::Birth => key!("registration-field-birth"),
        Field::Sex => key!("registration-field-sex"),
        Field::Father => key!("registration-field-father"),
        Field::Mother => key!("registration-field-mother"),
        Field::Phone => key!("registration-field-phone"),
        Field::House | Field::Street | Field::Quarter | Field::City | Field::PostalCode | Field::Region => key!("registration-field-address"),
        Field::Identifier(_) => key!("registration-field-number"),
        Field::NameOrder | Field::AddressOrder => return None,
    })
}

fn level_key(level: Level) -> &'static str {
    match level {
        Level::Same => key!("registration-level-same"),
        Level::Different => key!("registration-level-different"),
        _ => key!("registration-level-alike"),
    }
}

fn warning_key(warning: Warning) -> &'static str {
    match warning {
        Warning::NumberOfAnother(_) => key!("registration-warn-number"),
        Warning::OtherNumber(_) => key!("registration-warn-other-number"),
        Warning::MaybeTwin => key!("registration-warn-twin"),
    }
}
