//! A stay: an Encounter as the commands read and write it. What they do not know stays in it as it came.

use crate::emergency::{self, Time};
use crate::movement::{Movement, Named, Status};
use crate::object::{Object, quoted, reference, written};
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_fhirpath::{Zone, parse_date};
use rihla_kernel::Instant;
use rihla_store::body::instant_text;
use rihla_store::places::DEATH;

const DEATH_UNDONE: &str = "urn:rihla:extension:death-undone";
const UNDO_ASKED: &str = "urn:rihla:extension:death-undo-asked";
const DECISION: &str = "urn:rihla:extension:discharge-decision";
const STEP: &str = "urn:rihla:extension:exit-step";
const BELONGINGS: &str = "urn:rihla:extension:belongings";
const EXPECTED: &str = "urn:rihla:extension:expected-departure";
const DELAY: &str = "urn:rihla:extension:departure-delay";
const ORDER: &str = "urn:rihla:extension:admission-order";
/// By which another system names the departure (`valueIdentifier`; HL7 ZBE-1).
const DEPARTED: &str = "urn:rihla:extension:departure-number";
/// A time of an emergency visit.
const TIME: &str = "urn:rihla:extension:emergency-time";
const KNOWN: [&str; 11] = [DEATH, DEATH_UNDONE, UNDO_ASKED, DECISION, STEP, BELONGINGS, EXPECTED, DELAY, ORDER, DEPARTED, TIME];

/// <https://hl7.org/fhir/R4/valueset-encounter-status.html>, as far as movements tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Planned,
    /// Arrived, triaged or in progress.
    Running,
    OnLeave,
    Finished,
    /// Cancelled or entered in error.
    Void,
}

/// Who did something when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    pub at: Instant,
    /// The name of the account among actors: tells two people apart.
    pub account: String,
    /// A Reference to whoever it was, as JSON.
    pub by: String,
}

/// A step of the administrative exit, by its number from 1 (FACTS §7, art. 79).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitStep {
    pub number: u8,
    /// What proves it: `receipt` or `third-party` for the second step; else empty.
    pub proof: String,
    /// The number of the paper, or what was said.
    pub text: String,
    pub signed: Signed,
}

/// What an unconscious patient had with them, before witnesses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belongings {
    pub text: String,
    pub first: Signed,
    /// Another person than the first.
    pub second: Option<Signed>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    pub id: String,
    /// 0 for one that is not written yet.
    pub version: u32,
    pub patient: String,
    pub state: State,
    pub from: Option<Instant>,
    /// The physical departure, of a stay that is over.
    pub to: Option<Instant>,
    /// <https://hl7.org/fhir/R4/v3/ActEncounterCode/vs.html>
    pub class: String,
    pub movements: Vec<Movement>,
    /// How the patient left (<https://hl7.org/fhir/R4/codesystem-encounter-discharge-disposition.html>, or our own).
    pub disposition: Option<String>,
    pub order: Option<Signed>,
    pub decision: Option<Signed>,
    pub steps: Vec<ExitStep>,
    pub death: Option<Signed>,
    pub undo: Option<Signed>,
    pub undone: Vec<(Signed, Signed)>,
    pub belongings: Vec<Belongings>,
    pub expected: Option<Instant>,
    /// A code of the pack.
    pub delay: Option<String>,
    /// What others call the departure, also one that did not happen.
    pub departures: Vec<Named>,
    /// Of an emergency visit, in the order in which they were written down.
    pub times: Vec<Time>,
    pub source: Object,
    others: Vec<String>,
    /// The state, period and disposition as they came.
    came: (State, Option<Instant>, Option<Instant>, Option<String>),
}

impl Stay {
    /// One that is to be written. `base`: members that the movements do not speak of.
    pub fn new(id: String, patient: String, class: String, base: Object) -> Self {
        Self {
            id,
            version: 0,
            patient,
            state: State::Planned,
            from: None,
            to: None,
            class,
            movements: Vec::new(),
            disposition: None,
            order: None,
            decision: None,
            steps: Vec::new(),
            death: None,
            undo: None,
            undone: Vec::new(),
            belongings: Vec::new(),
            expected: None,
            delay: None,
            departures: Vec::new(),
            times: Vec::new(),
            source: base,
            others: Vec::new(),
            came: (State::Void, None, None, None),
        }
    }

    pub fn read(stay: Value<'_>, version: u32, zone: &Zone) -> Self {
        let text = |path: &str| stay.text(path).unwrap_or_default().into_owned();
        let instant = |path: &str| parse_date(&text(path), zone).map(|span| Instant(span.lo));
        let state = match text("status").as_str() {
            "planned" => State::Planned,
            "onleave" => State::OnLeave,
            "finished" => State::Finished,
            "cancelled" | "entered-in-error" | "unknown" => State::Void,
            _ => State::Running,
        };
        let signed = |url: &str| stay.extensions("", url).first().and_then(|one| read_signed(*one, "", zone));
        let step = |one: &Value<'_>| {
            let number = part(*one, "number", "valuePositiveInt").parse().ok()?;
            Some(ExitStep { number, proof: part(*one, "proof", "valueCode"), text: part(*one, "text", "valueString"), signed: read_signed(*one, "", zone)? })
        };
        let belonging = |one: &Value<'_>| {
            Some(Belongings { text: part(*one, "text", "valueString"), first: read_signed(*one, "", zone)?, second: read_signed(*one, "second-", zone) })
        };
        let others = stay.all("extension").into_iter().filter(|one| !one.text("url").is_some_and(|url| KNOWN.contains(&url.as_ref())));
        let (from, to) = (instant("period.start"), instant("period.end"));
        let disposition = stay.text("hospitalization.dischargeDisposition.coding.code").map(|code| code.into_owned());
        Self {
            id: text("id"),
            version,
            patient: stay.reference("subject.reference", "Patient").unwrap_or_default().into_owned(),
            state,
            from,
            to: to.filter(|_| state == State::Finished),
            class: text("class.code"),
            movements: stay.all("location").into_iter().enumerate().map(|(at, entry)| Movement::read(entry, zone, at)).collect(),
            disposition: disposition.clone(),
            order: signed(ORDER),
            decision: signed(DECISION),
            steps: stay.extensions("", STEP).iter().filter_map(step).collect(),
            death: signed(DEATH),
            undo: signed(UNDO_ASKED),
            undone: stay
                .extensions("", DEATH_UNDONE)
                .iter()
                .filter_map(|one| Some((read_signed(*one, "", zone)?, read_signed(*one, "second-", zone)?)))
                .collect(),
            belongings: stay.extensions("", BELONGINGS).iter().filter_map(belonging).collect(),
            expected: stay.extensions("", EXPECTED).first().and_then(|one| parse_date(&one.text("valueDateTime")?, zone)).map(|span| Instant(span.lo)),
            delay: stay.extensions("", DELAY).first().and_then(|one| one.text("valueCode")).map(|code| code.into_owned()),
            departures: Named::read(stay, DEPARTED),
            times: stay.extensions("", TIME).iter().filter_map(|one| emergency::read(*one, zone)).collect(),
            others: others.map(written).collect(),
            source: Object::of(stay),
            came: (state, from, to, disposition),
        }
    }

    /// The Encounter as JSON. Without an id or a patient, who writes it gives them: the class and the subject of a new one
    /// may stand in what it was begun with.
    pub fn write(&self) -> String {
        let mut out = self.source.clone();
        out.set("resourceType", quoted("Encounter"));
        if !self.id.is_empty() {
            out.set("id", quoted(&self.id));
        }
        out.set_list("extension", &self.extensions());
        if self.state != self.came.0 {
            let status = match self.state {
                State::Planned => "planned",
                State::Running => "in-progress",
                State::OnLeave => "onleave",
                State::Finished => "finished",
                State::Void if self.version == 0 => "cancelled",
                State::Void => "entered-in-error",
            };
            out.set("status", quoted(status));
        }
        let phases = self.phases();
        if let Some((phase, _)) = phases.last() {
            if self.state == State::Running {
                out.set("status", quoted(phase));
            }
            out.set_list("statusHistory", &emergency::history(&phases, self.to.filter(|_| self.state == State::Finished)));
        }
        if self.version == 0 && !out.has("class") {
            out.set("class", format!(r#"{{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":{}}}"#, quoted(&self.class)));
        }
        if self.version == 0 && !self.patient.is_empty() {
            out.set("subject", reference(&format!("Patient/{}", self.patient)));
        }
        if (self.from, self.to) != (self.came.1, self.came.2) {
            let bounds = [("start", self.from), ("end", self.to)];
            let bounds: Vec<String> = bounds.iter().filter_map(|(name, at)| at.map(|at| format!(r#""{name}":{}"#, quoted(&instant_text(at))))).collect();
            if bounds.is_empty() { out.remove("period") } else { out.set("period", format!("{{{}}}", bounds.join(","))) }
        }
        if self.disposition != self.came.3 {
            out.set_within("hospitalization", "dischargeDisposition", self.disposition.as_deref().map(disposition));
        }
        let entries: Vec<String> = self.movements.iter().map(Movement::write).collect();
        out.set_list("location", &entries);
        out.text()
    }

    fn extensions(&self) -> Vec<String> {
        let mut out = self.others.clone();
        let mut say = |url: &str, more: Vec<String>, signed: &Signed| out.push(complex(url, more.into_iter().chain(sign(signed, "")).collect()));
        for (url, signed) in [(ORDER, &self.order), (DECISION, &self.decision), (DEATH, &self.death), (UNDO_ASKED, &self.undo)] {
            signed.iter().for_each(|signed| say(url, Vec::new(), signed));
        }
        for step in &self.steps {
            let mut more = vec![format!(r#"{{"url":"number","valuePositiveInt":{}}}"#, step.number)];
            more.extend((!step.proof.is_empty()).then(|| format!(r#"{{"url":"proof","valueCode":{}}}"#, quoted(&step.proof))));
            more.extend((!step.text.is_empty()).then(|| string("text", &step.text)));
            say(STEP, more, &step.signed);
        }
        for (first, second) in &self.undone {
            say(DEATH_UNDONE, sign(second, "second-"), first);
        }
        for one in &self.belongings {
            let second = one.second.iter().flat_map(|second| sign(second, "second-"));
            say(BELONGINGS, std::iter::once(string("text", &one.text)).chain(second).collect(), &one.first);
        }
        out.extend(self.times.iter().map(|time| complex(TIME, emergency::parts(time).into_iter().chain(sign(&time.signed, "")).collect())));
        out.extend(self.expected.map(|at| format!(r#"{{"url":{},"valueDateTime":{}}}"#, quoted(EXPECTED), quoted(&instant_text(at)))));
        out.extend(self.delay.as_ref().map(|code| format!(r#"{{"url":{},"valueCode":{}}}"#, quoted(DELAY), quoted(code))));
        out.extend(self.departures.iter().map(|number| number.write(DEPARTED)));
        out
    }

    /// Says something more of a new stay: an extension as JSON, of a kind that the commands do not know.
    pub fn extend(&mut self, extension: String) {
        self.others.push(extension);
    }

    /// Where the patient is now.
    pub fn here(&self) -> Option<&Movement> {
        self.movements.iter().rev().find(|one| one.cancelled.is_none() && one.status == Status::Active)
    }

    /// The place that is kept for the patient.
    pub fn kept(&self) -> Option<&Movement> {
        self.movements.iter().rev().find(|one| one.cancelled.is_none() && one.status == Status::Reserved)
    }

    /// The movement that another system calls so, whether it happened or was struck through.
    pub fn named(&self, number: &Named) -> Option<&Movement> {
        self.movements.iter().find(|one| one.is_named(number))
    }

    /// The places that the stay holds, each with its slot.
    pub fn holds(&self) -> Vec<(&str, u32)> {
        let goes_on = matches!(self.state, State::Planned | State::Running | State::OnLeave);
        let held = self.movements.iter().filter(|one| goes_on && one.holds());
        held.filter_map(|one| Some((one.spot.location.as_str(), one.spot.slot?))).collect()
    }

    /// Whether all four steps of the exit are done.
    pub fn is_closed(&self) -> bool {
        self.steps.len() >= 4
    }

    /// An id for the next movement.
    pub(crate) fn next_id(&self) -> String {
        let number = |one: &Movement| one.id.strip_prefix('m').and_then(|number| number.parse::<usize>().ok());
        format!("m{}", self.movements.iter().filter_map(number).max().unwrap_or(0).max(self.movements.len()) + 1)
    }
}

/// Codes that HL7 lacks are ours.
fn disposition(code: &str) -> String {
    let own = ["absconded", "transfer-out"].contains(&code);
    let system = if own { "urn:rihla:discharge-disposition" } else { "http://terminology.hl7.org/CodeSystem/discharge-disposition" };
    crate::object::concept(system, code)
}

pub(crate) fn part(of: Value<'_>, url: &str, value: &str) -> String {
    of.extensions("", url).first().and_then(|one| one.text(value)).unwrap_or_default().into_owned()
}

pub(crate) fn read_signed(of: Value<'_>, head: &str, zone: &Zone) -> Option<Signed> {
    let at = parse_date(&part(of, &format!("{head}at"), "valueDateTime"), zone)?;
    let by = of.extensions("", &format!("{head}by")).first().and_then(|one| one.at("valueReference")).map_or_else(|| "{}".to_owned(), written);
    Some(Signed { at: Instant(at.lo), account: part(of, &format!("{head}account"), "valueString"), by })
}

pub(crate) fn sign(signed: &Signed, head: &str) -> Vec<String> {
    vec![
        format!(r#"{{"url":"{head}at","valueDateTime":{}}}"#, quoted(&instant_text(signed.at))),
        string(&format!("{head}account"), &signed.account),
        format!(r#"{{"url":"{head}by","valueReference":{}}}"#, signed.by),
    ]
}

fn string(url: &str, text: &str) -> String {
    format!(r#"{{"url":{},"valueString":{}}}"#, quoted(url), quoted(text))
}

fn complex(url: &str, parts: Vec<String>) -> String {
    format!(r#"{{"url":{},"extension":[{}]}}"#, quoted(url), parts.join(","))
}
