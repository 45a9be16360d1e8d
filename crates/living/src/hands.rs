//! How the made-up staff does things: by the forms that people send in.

use crate::look::Looked;
use rihla_identity::DisplayName;
use rihla_kernel::Fault;
use rihla_twin::living::{Act, State};
use rihla_web::{House, Outcome, Robot, percent};
use std::collections::{BTreeMap, BTreeSet};

/// The scale by whose levels the made-up staff sorts.
const SCALE: &str = "french";
/// The roles that somebody is needed in.
const ROLES: [&str; 4] = ["triage-nurse", "physician", "nurse", "cleaner"];

/// The staff of one site.
pub struct Hands {
    robots: BTreeMap<&'static str, Robot>,
    /// Cleaners act on places that their own site's node wrote; elsewhere nurses say what is clean.
    cleans: &'static str,
}

impl Hands {
    /// `house` is of the site; its pages are made for it alone. `own`: whether this node is that site's.
    pub fn new(house: &House, own: bool) -> Self {
        let router = rihla_web::router(house.clone());
        // Whoever works at the site of this node is tied to all who are there; at another they belong to that hospital.
        let unit = house.pack().site(house.site()).filter(|_| !own).map(|site| site.code.as_str());
        let robot = |role: &'static str| (role, Robot::new(house.clone(), router.clone(), (role, unit), names(house, role)));
        Self { robots: ROLES.into_iter().map(robot).collect(), cleans: if own { "cleaner" } else { "nurse" } }
    }

    /// Does something; a refusal is an answer, an error is none.
    pub async fn act(&mut self, act: &Act, looked: &Looked, people: &[String], lately: &BTreeSet<String>) -> Result<Outcome, Fault> {
        let version = |id: &str| looked.versions.get(id).copied().unwrap_or(0).to_string();
        match act {
            Act::Arrive { site, reason, mode, pick } => {
                let Some(patient) = somebody(people, *pick, looked, lately) else { return Ok(Outcome::Refused("nobody".into())) };
                let unit = looked.departments.get(*site).map_or("", String::as_str);
                self.post("triage-nurse", "/emergency/arrive", &[("patient", patient), ("reason", reason), ("mode", mode), ("unit", unit)]).await
            }
            Act::Triage { visit, patient, level, began, .. } => self.triage(visit, patient, level, *began).await,
            Act::Box { visit, patient, place, .. } => {
                self.post("nurse", &admission(patient, "transfer"), &[("stay", visit), ("version", &version(visit)), ("_patient", patient), ("to", place)])
                    .await
            }
            Act::Charge { visit, .. } => {
                let path = format!("/emergency/{}/charge", percent(visit));
                self.post("physician", &path, &[("version", &version(visit))]).await
            }
            Act::Decide { visit, what, .. } => {
                let path = format!("/emergency/{}/decide", percent(visit));
                self.post("physician", &path, &[("version", &version(visit)), ("what", what)]).await
            }
            Act::LeaveUnseen { visit, .. } => {
                let path = format!("/emergency/{}/left", percent(visit));
                self.post("triage-nurse", &path, &[("version", &version(visit))]).await
            }
            Act::Depart { stay, patient, .. } => {
                self.post("nurse", &admission(patient, "depart"), &[("stay", stay), ("version", &version(stay)), ("_patient", patient), ("how", "home")]).await
            }
            Act::Admit { stay, patient, place, .. } => {
                self.post("nurse", &admission(patient, "admit"), &[("stay", stay), ("version", &version(stay)), ("_patient", patient), ("to", place)]).await
            }
            Act::MayGo { stay, patient, .. } => {
                self.post("physician", &admission(patient, "decide"), &[("stay", stay), ("version", &version(stay)), ("_patient", patient)]).await
            }
            Act::Clean { place, ward, over, .. } => {
                let path = format!("/beds/{}/{}/hygiene", percent(ward), percent(place));
                self.post(self.cleans, &path, &[("to", if *over { "clean" } else { "cleaning" })]).await
            }
        }
    }

    /// The form's hidden fields are those of the page, but for when it was opened: that is when the triage began.
    async fn triage(&mut self, visit: &str, patient: &str, level: &str, began: i64) -> Result<Outcome, Fault> {
        let path = format!("/emergency/{}/triage", percent(visit));
        let Some(robot) = self.robots.get_mut("triage-nurse") else { return Ok(Outcome::Refused("nobody".into())) };
        let Some(page) = robot.page(&path).await? else { return Ok(Outcome::Refused("no page".into())) };
        let (id, version, began) = (hidden(&page, "_id"), hidden(&page, "_version"), began.to_string());
        let level = format!("{SCALE} {level}");
        robot.post(&path, &[("_patient", patient), ("_id", id), ("version", version), ("began", &began), ("level", &level)]).await
    }

    async fn post(&mut self, role: &'static str, path: &str, fields: &[(&str, &str)]) -> Result<Outcome, Fault> {
        match self.robots.get_mut(role) {
            Some(robot) => robot.post(path, fields).await,
            None => Ok(Outcome::Refused("nobody".into())),
        }
    }
}

fn admission(patient: &str, act: &str) -> String {
    format!("/patients/{}/admission/{act}", percent(patient))
}

/// Whoever is not in the hospital and was not lately.
fn somebody<'p>(people: &'p [String], pick: u64, looked: &Looked, lately: &BTreeSet<String>) -> Option<&'p str> {
    let start = (pick % (people.len().max(1)) as u64) as usize;
    let turned = people.iter().cycle().skip(start).take(people.len());
    turned.map(String::as_str).find(|id| !looked.here.contains(*id) && !lately.contains(*id))
}

/// The value of a hidden field of a page; empty if there is none.
fn hidden<'p>(page: &'p str, name: &str) -> &'p str {
    let field = page.split_once(&format!("name=\"{name}\" value=\"")).map(|(_, rest)| rest);
    field.and_then(|rest| rest.split('"').next()).unwrap_or_default()
}

/// In the languages of the house: a role, and that nobody is behind it.
fn names(house: &House, role: &str) -> Vec<DisplayName> {
    let role = house.pack().roles.role(role);
    let named = |lang: &str| role.and_then(|role| role.names.get(lang)).cloned().unwrap_or_default();
    vec![
        DisplayName::new("fr", &format!("{} (simulation)", named("fr"))),
        DisplayName::new("ar", &format!("{} (محاكاة)", named("ar"))),
        DisplayName::new("en", &format!("{} (simulation)", named("en"))),
    ]
}

/// A place that somebody was sent to is no longer ready, and a stay that was changed is of the next version: what one act
/// changed is known to the next without reading the record anew.
pub fn follow(looked: &mut Looked, act: &Act) {
    match act {
        Act::Box { visit, place, .. } => {
            taken(looked, place);
            *looked.versions.entry(visit.clone()).or_default() += 1;
        }
        Act::Admit { place, .. } => taken(looked, place),
        _ => {}
    }
}

fn taken(looked: &mut Looked, place: &str) {
    if let Some(spot) = looked.seen.spots.iter_mut().find(|spot| spot.id == place) {
        spot.state = State::Other;
    }
}
