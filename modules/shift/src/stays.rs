//! Who came in this shift, and who is to leave.

use crate::clock::Span;
use crate::rows::{Group, Row};
use crate::ward::{Person, Ward};
use rihla_clinical::House;
use rihla_kernel::Instant;
use rihla_web::text::{Html, auto};
use rihla_web::{Desk, percent};

/// Adds the rows of arrivals and exits.
pub fn rows(desk: &Desk, house: &House, ward: &Ward, span: &Span<'_>, out: &mut Vec<Row>) {
    for (at, person) in ward.people.iter().enumerate() {
        // Whoever may not see admissions is led to the chart.
        let page = if desk.person.may("admission.see") { "admission" } else { "chart" };
        let path = format!("/patients/{}/{page}", percent(&person.id));
        let row = |group, what: &str| Row::new(group, at, "hospital", desk.voice.t(what), path.clone());
        out.extend(came(house, &ward.id, person).filter(|at| *at >= span.from).map(|at| row(Group::New, rihla_web::key!("shift-came")).at(at)));
        out.extend(leaves(desk, person, span, row));
    }
}

/// Since when somebody is in the ward without having been elsewhere: another bed of it is no arrival.
fn came(house: &House, ward: &str, person: &Person) -> Option<Instant> {
    let mut here: Vec<_> = person.stay.movements.iter().filter(|one| one.cancelled.is_none() && one.kind.is_presence() && one.from.is_some()).collect();
    here.sort_by_key(|one| std::cmp::Reverse(one.from));
    let own = |location: &str| house.ward_of(location).is_some_and(|of| of.id == ward);
    here.into_iter().take_while(|one| own(&one.spot.location)).last().and_then(|one| one.from)
}

/// An exit that was announced, or that should have been.
fn leaves(desk: &Desk, person: &Person, span: &Span<'_>, row: impl Fn(Group, &str) -> Row) -> Option<Row> {
    let (now, stay) = (desk.voice.now(), &person.stay);
    let delay = stay.delay.as_ref().and_then(|code| desk.house.pack().stays.delay(code)).map(|delay| auto(desk.named(&delay.waits)));
    let detail = delay.unwrap_or_else(Html::default);
    let found = match (stay.expected, &stay.decision) {
        (Some(expected), _) if expected < now => row(Group::Late, rihla_web::key!("shift-leaves")).at(expected),
        (Some(expected), _) if expected <= span.to => row(Group::Due, rihla_web::key!("shift-leaves")).at(expected),
        (_, Some(decision)) if decision.at >= span.from => row(Group::New, rihla_web::key!("shift-decided")).at(decision.at),
        _ => return None,
    };
    Some(found.detail(detail))
}
