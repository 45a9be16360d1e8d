//! The worklist of a ward: what is late, due and new, by time or by patient. It follows the record.

use crate::clock::Span;
use crate::notes::{self, Handovers};
use crate::rows::{Group, MOST, Row, by_time, clock};
use crate::ward::{Choice, Ward, choices};
use crate::{SEE, WARD, requests, signs, stays};
use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use rihla_clinical::House;
use rihla_web::text::{Html, Voice, auto};
use rihla_web::{Desk, OF_PLACE, Page, Refusal, percent};
use serde::Deserialize;

/// By patient; it is said to the part after the ward.
const BY_PATIENT: &str = "--patient";

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    ward: String,
    /// `time` or `patient`.
    by: String,
}

/// A row as it is shown.
struct Line {
    place: String,
    name: Html,
    number: Option<Html>,
    age: String,
    icon: &'static str,
    what: String,
    detail: Html,
    clock: String,
    ago: String,
    late: bool,
    critical: bool,
    fresh: bool,
    /// The group, for those who read by patient.
    group: String,
    path: String,
}

/// Lines of one group, or of one patient.
struct Section {
    title: Html,
    lines: Vec<Line>,
    late: bool,
}

/// Whether somebody was handed over, as it is shown.
struct Handed {
    place: String,
    name: Html,
    note: Option<(Html, String)>,
    signed: Option<Html>,
    write: Option<String>,
}

#[derive(Template)]
#[template(path = "shift/ward.html")]
struct Body<'b> {
    voice: &'b Voice,
    wards: Vec<Choice>,
    list: String,
    /// Addresses of the list by time and by patient, and which it is.
    by: [(String, &'static str, bool); 2],
    round: String,
}

#[derive(Template)]
#[template(path = "shift/list.html")]
struct List<'l> {
    voice: &'l Voice,
    /// The shift; empty where the pack names none of today.
    shift: String,
    from: String,
    to: String,
    made: String,
    patients: usize,
    unseen: usize,
    late: usize,
    sections: Vec<Section>,
    handed: Vec<Handed>,
    /// To which shift.
    handed_to: String,
    missing: usize,
    /// It is time to hand over.
    next: bool,
    cut: bool,
    hidden: String,
    by_patient: bool,
}

/// What a ward has to do.
struct Work {
    rows: Vec<Row>,
    handovers: Option<Handovers>,
    cut: bool,
}

/// `GET /shift?ward=…&by=patient`
pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    let house = House::read(&desk.record)?;
    let (wards, ward) = choices(&desk, &house, &asked.ward, "/shift");
    let by_patient = asked.by == "patient";
    let list = ward.as_ref().map(|ward| render(&desk, &house, &ward.id, by_patient)).transpose()?.unwrap_or_default();
    let id = ward.as_ref().map(|ward| percent(&ward.id)).unwrap_or_default();
    let by = [
        (format!("/shift?ward={id}&by=time"), rihla_web::key!("shift-by-time"), !by_patient),
        (format!("/shift?ward={id}&by=patient"), rihla_web::key!("shift-by-patient"), by_patient),
    ];
    let body = Body { voice: &desk.voice, wards, list, by, round: format!("/shift/round?ward={id}") }.render()?;
    let live = ward.map(|ward| (WARD, format!("{OF_PLACE}{}{}", ward.id, if by_patient { BY_PATIENT } else { "" }))).into_iter().collect();
    desk.page(Page { title: desk.voice.t("shift-title"), nav: "/shift", live, body, ..Page::default() })
}

/// The part that follows the record; `about` names the ward.
pub fn part(desk: &Desk, about: &str) -> Result<String, Refusal> {
    let about = about.strip_prefix(OF_PLACE).unwrap_or(about);
    let (ward, by_patient) = about.strip_suffix(BY_PATIENT).map_or((about, false), |ward| (ward, true));
    render(desk, &House::of_ward(&desk.record, ward)?, ward, by_patient)
}

fn work(desk: &Desk, house: &House, ward: &Ward, span: &Span<'_>) -> Result<Work, Refusal> {
    let mut work = Work { rows: Vec::new(), handovers: None, cut: ward.cut };
    if ward.people.is_empty() {
        return Ok(work);
    }
    let sees = |permission: &str, ty: &str| desk.person.may(permission) && desk.shows(ty);
    if sees("signs.read", "Observation") {
        work.cut |= signs::rows(desk, ward, span, &mut work.rows)?;
    }
    if sees("requests.see", "ServiceRequest") {
        work.cut |= requests::rows(desk, ward, span, &mut work.rows)?;
    }
    if sees("notes.read", "Composition") {
        work.cut |= notes::rows(desk, ward, &mut work.rows)?;
        work.handovers = notes::handovers(desk, ward, span)?;
    }
    stays::rows(desk, house, ward, span, &mut work.rows);
    by_time(&mut work.rows);
    Ok(work)
}

fn render(desk: &Desk, house: &House, ward: &str, by_patient: bool) -> Result<String, Refusal> {
    let voice = &desk.voice;
    let span = Span::at(voice.now(), &desk.house.pack().shifts, voice.zone());
    let ward = Ward::read(desk, house, ward)?;
    let Work { rows, handovers, mut cut } = work(desk, house, &ward, &span)?;
    let late = rows.iter().filter(|row| row.group == Group::Late).count();
    let sections = if by_patient { of_patients(desk, &ward, &rows) } else { of_groups(desk, &ward, &rows, &span, &mut cut) };
    let next = handovers.as_ref().is_some_and(|handovers| handovers.next);
    let handed: Vec<Handed> = handovers.into_iter().flat_map(|handovers| handovers.list).zip(&ward.people).map(|(one, person)| handed(one, person)).collect();
    let named = |names: Option<&rihla_packs::Names>| names.map(|names| desk.named(names).into_owned()).unwrap_or_default();
    let list = List {
        voice,
        shift: named(span.names),
        from: clock(voice, span.from),
        to: clock(voice, span.to),
        made: voice.time(voice.now()),
        patients: ward.people.len(),
        unseen: ward.unseen,
        late,
        sections,
        missing: handed.iter().filter(|one| one.note.is_none()).count(),
        handed,
        next,
        handed_to: named(if next { span.next } else { span.names }),
        cut,
        hidden: desk.not_all_shown(&["Encounter", "Observation", "Task", "ServiceRequest", "Composition"])?.unwrap_or_default(),
        by_patient,
    };
    Ok(list.render()?)
}

fn of_groups(desk: &Desk, ward: &Ward, rows: &[Row], span: &Span<'_>, cut: &mut bool) -> Vec<Section> {
    let voice = &desk.voice;
    let mut sections = Vec::new();
    for group in [Group::Late, Group::Due, Group::New] {
        let own: Vec<&Row> = rows.iter().filter(|row| row.group == group).collect();
        *cut |= own.len() > MOST;
        let title = match group {
            Group::Late => voice.tn("shift-late", own.len()),
            Group::Due => voice.tna("shift-due", own.len(), &[("until", clock(voice, span.to))]),
            Group::New => voice.tna("shift-new", own.len(), &[("since", clock(voice, span.from))]),
        };
        let lines = own.into_iter().take(MOST).filter_map(|row| line(desk, ward, row)).collect();
        sections.push(Section { title: Html::text(title), lines, late: group == Group::Late });
    }
    sections
}

/// Everybody in the order of the places, with what waits for them.
fn of_patients(desk: &Desk, ward: &Ward, rows: &[Row]) -> Vec<Section> {
    let section = |(at, person): (usize, &crate::ward::Person)| {
        let lines: Vec<Line> = rows.iter().filter(|row| row.person == at).filter_map(|row| line(desk, ward, row)).collect();
        let mut title = auto(&person.place);
        title.push_text(" · ");
        title.push(&person.name);
        title.push_text(" · ");
        title.push_text(&person.age);
        if let Some(number) = &person.number {
            title.push_text(" · ");
            title.push(number);
        }
        Section { title, late: lines.iter().any(|line| line.late), lines }
    };
    ward.people.iter().enumerate().map(section).collect()
}

fn line(desk: &Desk, ward: &Ward, row: &Row) -> Option<Line> {
    let (voice, person) = (&desk.voice, ward.people.get(row.person)?);
    Some(Line {
        place: person.place.clone(),
        name: person.name.clone(),
        number: person.number.clone(),
        age: person.age.clone(),
        icon: row.icon,
        what: row.what.clone(),
        detail: row.detail.clone(),
        clock: row.at.map(|at| clock(voice, at)).unwrap_or_default(),
        ago: row.at.map(|at| voice.ago(at)).unwrap_or_default(),
        late: row.group == Group::Late,
        critical: row.critical,
        fresh: row.fresh,
        group: voice.t(match row.group {
            Group::Late => rihla_web::key!("shift-mark-late"),
            Group::Due => rihla_web::key!("shift-mark-due"),
            Group::New => rihla_web::key!("shift-mark-new"),
        }),
        path: row.path.clone(),
    })
}

fn handed(one: notes::Handover, person: &crate::ward::Person) -> Handed {
    Handed { place: person.place.clone(), name: person.name.clone(), note: one.note, signed: one.signed, write: one.write }
}
