//! The movements of a patient's stays, as they follow the record: what happened, and struck through what did not.

use crate::MEND;
use crate::page::stays_of;
use crate::written::Written;
use askama::Template;
use rihla_clinical::{DEPARTURE, Kind, Movement, State, Stay};
use rihla_fhir::view::Look;
use rihla_web::text::{Voice, listed};
use rihla_web::{Desk, Refusal, look};

/// Stays that are shown.
const STAYS: usize = 6;

pub struct Line {
    pub id: String,
    pub what: String,
    pub place: String,
    /// Who answers, where it is not where the place is.
    pub answers: String,
    pub when: String,
    /// When it was written down, where that was much later.
    pub written: Option<String>,
    pub reason: String,
    pub struck: bool,
    pub on: bool,
    /// It can be cancelled, and its time corrected.
    pub last: bool,
    pub mends: bool,
}

struct Told {
    id: String,
    version: u32,
    when: String,
    state: String,
    lines: Vec<Line>,
    departed: Option<String>,
    departure_written: Option<String>,
}

#[derive(Template)]
#[template(path = "admission/movements.html")]
struct Movements<'m> {
    voice: &'m Voice,
    patient: &'m str,
    author: String,
    stays: Vec<Told>,
    mends: bool,
}

/// The part that follows the record.
pub fn part(desk: &Desk, patient: &str) -> Result<String, Refusal> {
    let mut stays = Vec::new();
    for stay in stays_of(desk, patient)?.iter().take(STAYS) {
        stays.push(told(desk, stay));
    }
    let mends = desk.person.may(MEND.0);
    Ok(Movements { voice: &desk.voice, patient, author: desk.person.mark(), stays, mends }.render()?)
}

fn told(desk: &Desk, stay: &Stay) -> Told {
    let voice = &desk.voice;
    let (last, written) = (stay.last(), Written::of(desk, &stay.id));
    let line = |entry: &Movement| Line {
        id: entry.id.clone(),
        what: voice.t(&listed(rihla_web::key!("admission-move-*"), entry.kind.code())),
        place: place_name(desk, &entry.spot.location),
        answers: answers(desk, entry),
        when: span(voice, entry),
        written: written.words(voice, &entry.id, entry.from),
        reason: entry.cancelled.clone().unwrap_or_else(|| entry.reason.clone()),
        struck: entry.cancelled.is_some(),
        on: entry.holds(),
        last: entry.cancelled.is_none() && entry.from == last && matches!(stay.state, State::Running | State::OnLeave) && stay.death.is_none(),
        mends: entry.cancelled.is_none() && entry.kind != Kind::Reservation,
    };
    let mut lines: Vec<Line> = stay.movements.iter().map(line).collect();
    lines.reverse();
    Told {
        id: stay.id.clone(),
        version: stay.version,
        when: stay.from.map(|from| voice.date_time(from)).unwrap_or_default(),
        state: voice.t(state_key(stay)),
        departed: stay.to.map(|to| voice.date_time(to)),
        departure_written: written.words(voice, DEPARTURE, stay.to),
        lines,
    }
}

/// The words for how far a stay has come.
pub fn state_key(stay: &Stay) -> &'static str {
    match stay.state {
        State::Planned if stay.order.is_some() => rihla_web::key!("admission-state-ordered"),
        State::Planned => rihla_web::key!("admission-state-planned"),
        State::Running if stay.death.is_some() => rihla_web::key!("admission-state-died"),
        State::Running => rihla_web::key!("admission-state-running"),
        State::OnLeave => rihla_web::key!("admission-state-leave"),
        State::Finished if stay.is_closed() => rihla_web::key!("admission-state-closed"),
        State::Finished => rihla_web::key!("admission-state-gone"),
        State::Void => rihla_web::key!("admission-state-void"),
    }
}

fn span(voice: &Voice, entry: &Movement) -> String {
    let from = entry.from.map(|from| voice.date_time(from)).unwrap_or_default();
    match entry.to {
        Some(to) => voice.ta("admission-from-to", &[("from", from.as_str()), ("to", voice.date_time(to).as_str())]),
        None => voice.ta("admission-since", &[("from", from.as_str())]),
    }
}

/// The units that answer, each once.
fn answers(desk: &Desk, entry: &Movement) -> String {
    let unit = |text: &str| text.strip_prefix("Location/").map(|id| place_name(desk, id)).unwrap_or_default();
    let (medical, nursing) = (unit(&entry.answers.medical), unit(&entry.answers.nursing));
    let said = |key: &str, name: &str| if name.is_empty() { None } else { Some(desk.voice.ta(key, &[("unit", name)])) };
    if medical == nursing {
        return said(rihla_web::key!("admission-answers"), &medical).unwrap_or_default();
    }
    let both = [said(rihla_web::key!("admission-answers-medical"), &medical), said(rihla_web::key!("admission-answers-nursing"), &nursing)];
    both.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The name of a place in the reader's script.
pub fn place_name(desk: &Desk, id: &str) -> String {
    let Ok(stored) = desk.read("Location", id) else { return id.to_owned() };
    let names = look(&stored, |place| {
        let aliases: Vec<String> = place.all("alias").iter().filter_map(|alias| alias.as_str()).map(|alias| alias.into_owned()).collect();
        named(desk, &place.text("name").unwrap_or_default(), &aliases)
    });
    names.unwrap_or_default()
}

/// Of a name and its aliases the one in the reader's script.
pub fn named(desk: &Desk, name: &str, aliases: &[String]) -> String {
    // `سرير 101-2` would be painted as `سرير 2-101`.
    rihla_web::text::marked(rihla_clinical::called(name, aliases, desk.voice.lang() == rihla_kernel::Lang::Arabic))
}
