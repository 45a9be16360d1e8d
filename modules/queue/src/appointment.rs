//! Whoever comes with the code of an appointment: what it says is read by the node, and none of it is shown.

use crate::hall::Hall;
use jiff::civil::Date;
use rihla_clinical::queue::{CODE, New, Priority, SERVICE, Ticket};
use rihla_fhir::view::Look;
use rihla_kernel::Instant;
use rihla_web::text::{Dated, Moment};
use rihla_web::{Refusal, escaped, look};

/// Of today, booked, and of a patient.
struct Appointed {
    id: String,
    patient: String,
    service: String,
    slot: Instant,
}

/// The ticket of an appointment of today, issued now if it was not before. None: there is none that says so.
pub async fn come(hall: &Hall<'_>, code: &str) -> Result<Option<Ticket>, Refusal> {
    let Some(appointed) = find(hall, code)? else { return Ok(None) };
    let focus = format!("Appointment/{}", appointed.id);
    if let Some(known) = hall.act().of_focus(&focus)? {
        return Ok(Some(known));
    }
    let (id, code) = (hall.reserve()?, hall.desk.random_code());
    let priority = by_age(hall, &appointed.patient)?;
    let (patient, slot) = (Some(appointed.patient), Some(appointed.slot));
    let new = New { id: &id, code: &code, service: &appointed.service, priority, patient, slot, focus: Some(focus) };
    Ok(Some(hall.act().issue(new, Vec::new()).await?))
}

fn find(hall: &Hall<'_>, code: &str) -> Result<Option<Appointed>, Refusal> {
    let asked = [("identifier", format!("{CODE}|{}", escaped(code))), ("status", "booked".to_owned()), ("_count", "2".to_owned())];
    let asked: Vec<(&str, &str)> = asked.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let found = hall.desk.search_as_node("Appointment", &asked)?;
    let read = |stored: &rihla_store::Stored| {
        look(stored, |value| {
            let patient = value.all("participant").into_iter().find_map(|one| one.reference("actor.reference", "Patient").map(|id| id.into_owned()))?;
            let slot = match value.text("start")?.as_ref().moment(hall.desk.voice.zone()) {
                Moment::Full(at) => at,
                _ => return None,
            };
            let coded = value.all("serviceType").into_iter().flat_map(|kind| kind.all("coding"));
            let mut coded = coded.filter(|one| one.text("system").as_deref() == Some(SERVICE)).filter_map(|one| one.text("code").map(|code| code.into_owned()));
            let known = coded.find(|code| hall.rules().service(code).is_some()).or_else(|| hall.rules().services.first().map(|first| first.code.clone()));
            let at = Instant(slot.timestamp().as_millisecond());
            (slot.date() == hall.today).then_some(Appointed { id: stored.id.to_text(), patient, service: known?, slot: at })
        })
        .flatten()
    };
    Ok(found.matches.first().and_then(read))
}

/// The priority that somebody has by their age, read by the node where nobody of the house is asked.
fn by_age(hall: &Hall<'_>, patient: &str) -> Result<Option<Priority>, Refusal> {
    let found = hall.desk.search_as_node("Patient", &[("_id", patient), ("_count", "1")])?;
    let born = found.matches.first().and_then(|stored| look(stored, |value| value.text("birthDate").map(|text| text.into_owned())).flatten());
    Ok(born.and_then(|born| of_birth(hall, &born)))
}

/// The priority of whoever was born then. Of a date that is not known to the day the earliest and the latest have to agree: nobody
/// is old or young by a guess.
pub fn of_birth(hall: &Hall<'_>, birth: &str) -> Option<Priority> {
    let (most, least) = years(birth, hall.today)?;
    let rule = hall.rules().of_age(most, hall.today)?;
    let same = hall.rules().of_age(least, hall.today).is_some_and(|other| other.code == rule.code);
    same.then(|| Priority { code: rule.code.clone(), by: "age".to_owned() })
}

/// The most and the fewest completed years.
fn years(birth: &str, today: Date) -> Option<(u16, u16)> {
    let day = |text: String| text.parse::<Date>().ok();
    let (first, last) = match birth.len() {
        4 => (day(format!("{birth}-01-01"))?, day(format!("{birth}-12-31"))?),
        7 => (day(format!("{birth}-01"))?, day(format!("{birth}-01"))?.last_of_month()),
        _ => (day(birth.to_owned())?, day(birth.to_owned())?),
    };
    let years = |born: Date| u16::try_from(today.year() - born.year() - i16::from((today.month(), today.day()) < (born.month(), born.day()))).ok();
    Some((years(first)?, years(last)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// QUE-3
    #[test]
    fn years_are_completed_on_the_birthday_and_a_year_alone_leaves_two() {
        let today = date(2026, 11, 23);
        assert_eq!([years("1956-11-23", today), years("1956-11-24", today)], [Some((70, 70)), Some((69, 69))]);
        assert_eq!([years("1956", today), years("1956-11", today), years("2027", today), years("x", today)], [Some((70, 69)), Some((70, 69)), None, None]);
    }
}
