//! What the record knows before a form is filled in: who it is about, and what was last observed.

use crate::whose::Whose;
use jiff::Timestamp;
use jiff::civil::Date;
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_questionnaire::{Answer, Coding, Form, Item, Launch, Number};
use rihla_web::{Refusal, escaped, look};
use std::collections::BTreeMap;

/// Questions of one form that begin with what was last observed.
const MOST: usize = 40;

/// An observed value, with its moment as FHIR writes it.
pub struct Last {
    pub answer: Answer,
    pub at: String,
}

/// Who the form is about, and which day it is.
pub fn launch(whose: &Whose) -> Result<Launch, Refusal> {
    let voice = whose.voice();
    let today = Timestamp::from_millisecond(voice.now().0).map(|now| now.to_zoned(voice.zone().clone()).date()).unwrap_or_default();
    let stored = whose.desk.read("Patient", whose.id())?;
    let (sex, birth) = look(&stored, |patient| {
        let own = |name: &str| patient.text(name).map(|text| text.into_owned());
        (own("gender"), own("birthDate"))
    })
    .unwrap_or_default();
    let age = birth.as_deref().and_then(|birth| birth.parse::<Date>().ok()).map(|birth| years(birth, today));
    Ok(Launch { name: whose.banner.formal(), birth, sex, age, today: today.to_string() })
}

fn years(birth: Date, at: Date) -> i64 {
    let had = (at.month(), at.day()) >= (birth.month(), birth.day());
    i64::from(at.year()) - i64::from(birth.year()) - i64::from(!had)
}

/// By the item, the last Observation of its code that is not older than the form allows.
pub fn last(whose: &Whose, form: &Form) -> Result<BTreeMap<usize, Last>, Refusal> {
    let mut out = BTreeMap::new();
    if !whose.desk.shows("Observation") {
        return Ok(out);
    }
    for (index, item) in form.items.iter().enumerate().filter(|(_, item)| item.since.is_some() && item.within.is_empty()).take(MOST) {
        let Some(code) = item.codes.first() else { continue };
        let code = if code.system.is_empty() { escaped(&code.code) } else { format!("{}|{}", escaped(&code.system), escaped(&code.code)) };
        let wanted = [("patient", whose.id()), ("code", code.as_str()), ("status", "final,amended,corrected,preliminary"), ("_sort", "-date"), ("_count", "1")];
        let found = whose.desk.search("Observation", &wanted)?;
        let Some(last) = found.matches.first().and_then(|stored| look(stored, of).flatten()) else { continue };
        if is_fresh(item, &last.at, whose.voice().now().0) {
            out.insert(index, last);
        }
    }
    Ok(out)
}

fn of(value: Value<'_>) -> Option<Last> {
    let at = value.text("effectiveDateTime").or_else(|| value.text("effectivePeriod.start")).or_else(|| value.text("issued"))?.into_owned();
    let answer = Answer::at(value, "value").or_else(|| value.at("valueCodeableConcept.coding").map(|coding| Answer::Coding(Coding::of(coding))))?;
    Some(Last { answer, at })
}

/// Whether a moment lies within the time that the item says. A date alone counts from its beginning.
fn is_fresh(item: &Item, at: &str, now: i64) -> bool {
    let Some((amount, unit)) = &item.since else { return false };
    let days = match unit.as_str() {
        "h" => Number::whole(1).over(Number::whole(24)),
        "wk" => Some(Number::whole(7)),
        "mo" => Some(Number::whole(31)),
        "a" => Some(Number::whole(366)),
        "d" => Some(Number::whole(1)),
        _ => None,
    };
    let Some(most) = days.and_then(|days| amount.times(days)) else { return false };
    let moment = at.parse::<Timestamp>().ok().or_else(|| Some(at.parse::<Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp()));
    let passed = moment.map(|moment| Number::whole(now - moment.as_millisecond())).and_then(|passed| passed.over(Number::whole(24 * 60 * 60 * 1000)));
    passed.is_some_and(|passed| passed <= most)
}

/// The stay that goes on, if there is one: a form that is filled in now is of it.
pub fn stay(whose: &Whose) -> Result<String, Refusal> {
    if !whose.desk.shows("Encounter") {
        return Ok(String::new());
    }
    let wanted = [("patient", whose.id()), ("status:not", "cancelled,entered-in-error,planned,finished"), ("_sort", "-date"), ("_count", "5")];
    let found = whose.desk.search("Encounter", &wanted)?;
    let runs = |stored: &&rihla_store::Stored| {
        look(stored, |stay| rihla_clinical::Stay::read(stay, stored.vid, whose.desk.record.zone())).is_some_and(|stay| stay.to.is_none())
    };
    Ok(found.matches.iter().find(runs).map(|stored| stored.id.to_text()).unwrap_or_default())
}
